/** One counter for each thing that a cashier can meet. The tests read them too. */
import type {
  Amount,
  Counter,
  Language,
  Note,
  PaymentView,
  Problem,
  RecentPayment,
  Status,
} from '../../contract';
import { cashierTextsIn } from '../../text/cashier';
import { textsIn } from '../../text/texts';

const due: Amount = { value: 24900, currency: 'NOK' };
const nothing: Amount = { value: 0, currency: 'NOK' };

/** A problem with the words that the till would send. */
export function problemOf(code: Problem['code'], language: Language = 'nb', supportId?: string): Problem {
  const words = {
    cashier: cashierTextsIn(language).problems[code],
    customer: textsIn(language).problems[code],
  };
  return { code, ...words, ...(supportId && { supportId }) };
}

/** A word to the cashier, as the till would send it. */
export function noteOf(code: Note['code'], language: Language = 'nb'): Note {
  return { code, cashier: cashierTextsIn(language).problems[code] };
}

/** A payment that has come as far as `status`. */
export function paymentOf(status: Status, more: Partial<PaymentView> = {}): PaymentView {
  const final = ['paid', 'cancelled', 'expired', 'failed'].includes(status);
  return {
    reference: 'kvitt-till1-0042-1',
    status,
    flow: 'qr',
    final,
    mayPayAgain: final && status !== 'paid',
    amount: due,
    captured: status === 'paid' ? due : nothing,
    refunded: nothing,
    capturable: nothing,
    refunds: [],
    createdAt: '2026-11-23T11:41:07Z',
    changedAt: '2026-11-23T11:42:07Z',
    ...more,
  };
}

const recent: RecentPayment[] = (
  [
    ['paid', 24900, '11:42:07'],
    ['cancelled', 24900, '11:40:12'],
    ['paid', 4900, '11:31:55'],
    ['declined', 129900, '11:22:30'],
    ['paid', 8900, '11:10:01'],
    ['expired', 15000, '10:58:44'],
    ['paid', 1234500, '10:41:09'],
  ] as const
).map(([status, value, time], index) => ({
  reference: `kvitt-till1-00${42 - index}-1`,
  status,
  amount: { value, currency: 'NOK' },
  createdAt: `2026-11-23T${time}Z`,
}));

/** The counter of a till that is ready, changed by `more`. */
export function counterOf(more: Partial<Counter> = {}): Counter {
  return {
    number: 1,
    language: 'nb',
    shop: 'Fjord Kaffe',
    msn: '123456',
    currency: 'NOK',
    environment: 'demo',
    contact: 'good',
    pos: { connected: true },
    takesOwnCode: true,
    counterCode: 'none',
    mayCharge: true,
    mayCancel: false,
    recent,
    ...more,
  };
}

function open(status: Status, more: Partial<Counter> = {}): Partial<Counter> {
  return { payment: paymentOf(status), mayCharge: false, mayCancel: true, ...more };
}

function stories(language: Language) {
  return {
    ready: {},
    taxed: { taxRates: [2_500, 1_500, 1_200, 0] },
    readyAtCounter: { counterCode: 'ready' },
    scannedAtCounter: { counterCode: 'scanned' },
    awaitsScan: open('waiting', {
      payment: paymentOf('waiting', { flow: 'callback_qr', awaitsScan: true }),
      counterCode: 'ready',
    }),
    first: { recent: [], contact: 'unknown', pos: { connected: false } },
    starting: open('starting', { mayCancel: false }),
    waiting: open('waiting'),
    sending: open('starting', { payment: paymentOf('starting', { flow: 'push' }), mayCancel: false }),
    sent: open('waiting', { payment: paymentOf('waiting', { flow: 'push' }) }),
    scannedInstead: open('waiting', {
      payment: paymentOf('waiting', { note: noteOf('number_refused', language) }),
    }),
    opened: open('opened'),
    approved: open('approved', { mayCancel: false }),
    paid: { payment: paymentOf('paid') },
    reserved: { payment: paymentOf('approved', { final: true, capturable: due }) },
    cancelled: { payment: paymentOf('cancelled') },
    declined: open('declined'),
    declinedOver: {
      payment: paymentOf('declined', {
        final: true,
        mayPayAgain: true,
        problem: problemOf('declined', language),
      }),
    },
    expired: { payment: paymentOf('expired', { problem: problemOf('timed_out', language) }) },
    failed: {
      payment: paymentOf('failed', {
        problem: problemOf('capture_failed', language, '5d3f6e1c-7a0b-4b53-9d5e-2f6f0c8f3b11'),
      }),
    },
    checking: open('checking', {
      payment: paymentOf('checking', { problem: problemOf('unclear', language) }),
      contact: 'lost',
    }),
    lost: {
      contact: 'lost',
      contactLostAt: '2026-11-23T11:40:00Z',
      pos: { connected: false, heardAt: '2026-11-23T11:30:00Z' },
    },
    notSetUp: {
      mayCharge: false,
      msn: '',
      recent: [],
      contact: 'unknown',
      problem: problemOf('not_set_up', language),
      detail: 'settings.json: unknown key "merchantNumber" at line 7, did you mean "merchantSerialNumber"?',
    },
  } satisfies Record<string, Partial<Counter>>;
}

export type CounterStory = keyof ReturnType<typeof stories>;

/** Every story of the counter in `language`. */
export function counterStories(language: Language): Record<CounterStory, Counter> {
  const entries = Object.entries(stories(language)).map(([name, more]) => [
    name,
    counterOf({ ...more, language }),
  ]);
  return Object.fromEntries(entries) as Record<CounterStory, Counter>;
}
