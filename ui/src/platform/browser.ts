/**
 * Plays stories in a plain browser, for development and screenshots: `customer.html?story=scan&lang=en`,
 * `cashier.html?story=checking`, `phone.html?story=request`, and `story=play` for a whole payment in a loop.
 * `news=/news` follows a server instead, which tells screens as server-sent events and gives pictures below that
 * address: so `cargo xtask bench` measures browsers.
 * Built only with `--mode browser`; the shipped pages do not contain it.
 */
import type {
  Counter,
  Environment,
  Language,
  Phone,
  PhoneView,
  Screen,
  ScreenView,
  StartRefund,
} from '../contract';
import type { CashierWindow, CustomerWindow, PhoneWindow, Unlisten } from './platform';
import { chainFound, chainOf, chainRefundOf } from './stories/chain';
import { storyCode } from './stories/code';
import { counterOf, counterStories, paymentOf, problemOf, type CounterStory } from './stories/counters';
import { dayOf, foundPayments, savedTotals } from './stories/found';
import { exportedNumbers, keptOf } from './stories/kept';
import { phoneOf, phoneViews, type PhoneStory } from './stories/phones';
import { screenOf, screenViews, type ScreenStory } from './stories/screens';

const asked = new URLSearchParams(location.search);
const language = (asked.get('lang') ?? 'nb') as Language;
const environment = (asked.get('env') ?? 'demo') as Environment;
const story = asked.get('story');
const news = asked.get('news');
const shop = asked.get('shop') ?? 'Fjord Kaffe';

/** How long each screen of the whole payment stands, in milliseconds. */
const SCENE_MS = 3_000;
const SCENES: readonly ScreenStory[] = ['idle', 'preparing', 'scan', 'opened', 'oneMoment', 'paid'];

/** A value that listeners follow, as the till would send it. */
class Stage<T> {
  readonly #listeners = new Set<(value: T) => void>();
  constructor(public value: T) {}

  show(value: T): T {
    this.value = value;
    this.#listeners.forEach((heard) => heard(value));
    return value;
  }

  listen(heard: (value: T) => void): Promise<Unlisten> {
    this.#listeners.add(heard);
    return Promise.resolve(() => this.#listeners.delete(heard));
  }
}

function firstScreen(): Screen {
  const view: ScreenView = screenViews[(story ?? 'idle') as ScreenStory] ?? screenViews.idle;
  return screenOf(view, { language, environment, shop });
}

const screens = new Stage<Screen>(firstScreen());

if (story === 'play') {
  let scene = 0;
  setInterval(() => {
    scene += 1;
    const name = SCENES[scene % SCENES.length] ?? 'idle';
    screens.show(screenOf(screenViews[name], { language, environment, shop, number: scene + 1 }));
  }, SCENE_MS);
}

if (news) {
  new EventSource(news).onmessage = ({ data }: MessageEvent<string>) => {
    screens.show(JSON.parse(data) as Screen);
  };
}

async function picture(name: string): Promise<ArrayBuffer> {
  if (name === 'broken') throw new Error('story');
  return news ? (await fetch(`${news}/${name}`)).arrayBuffer() : storyCode();
}

export const customer: CustomerWindow = {
  screen: () => (story === 'lost' ? Promise.reject(new Error('story')) : Promise.resolve(screens.value)),
  onScreen: (heard) => screens.listen(heard),
  qr: picture,
  shown: () => Promise.resolve(),
  alive: () => Promise.resolve(true),
};

const counters = new Stage<Counter>(
  counterStories(language)[(story ?? 'ready') as CounterStory] ?? counterOf(),
);

/** How long kept numbers are shown in full, in milliseconds. */
const OPEN_MS = 180_000;
let openUntil = 0;

function nextCounter(more: Partial<Counter>): Counter {
  const { number } = counters.value;
  return counters.show({ ...counterOf({ language, environment, shop }), ...more, number: number + 1 });
}

export const cashier: CashierWindow = {
  counter: () => (story === 'lost' ? Promise.reject(new Error('story')) : Promise.resolve(counters.value)),
  onCounter: (heard) => counters.listen(heard),
  charge: async (request) => {
    if (request.amount.value === 100) throw problemOf('unreachable', language);
    const payment = paymentOf('waiting', { amount: request.amount, flow: request.flow ?? 'qr' });
    nextCounter({ payment, mayCharge: false, mayCancel: true });
    return payment;
  },
  cancel: async (reference) => {
    const payment = paymentOf('cancelled', { ...counters.value.payment, reference, status: 'cancelled' });
    nextCounter({ payment: { ...payment, final: true, mayPayAgain: true } });
    return payment;
  },
  capture: async (reference, { amount = { value: 24900, currency: 'NOK' } }) => {
    const capture = { number: 1, amount, status: 'made' as const, at: '2026-11-23T12:10:00Z' };
    const payment = paymentOf('paid', { reference, captured: amount, captures: [capture] });
    nextCounter({ payment });
    return payment;
  },
  dismiss: async () => {
    nextCounter({});
  },
  payment: async (reference) =>
    foundPayments.find((found) => found.reference === reference) ?? paymentOf('paid'),
  search: async () => ({ payments: foundPayments, before: 'kvitt-till1-0040-1' }),
  pinState: async () => ({ isSet: true, waitMs: 0 }),
  refund: async (reference, request) => {
    const amount = request.amount ?? { value: 24900, currency: 'NOK' };
    const refund = {
      number: 1,
      amount,
      status: 'made' as const,
      at: '2026-11-23T12:10:00Z',
      ...pickReason(request),
    };
    return paymentOf('paid', { reference, refunded: amount, refunds: [refund] });
  },
  totals: async (day) => dayOf(day ? { day, isToday: day === '2026-11-23' } : {}),
  saveTotals: async () => savedTotals,
  keptNumbers: async (query) => keptOf(query, Math.max(0, openUntil - performance.now())),
  openNumbers: async () => {
    openUntil = performance.now() + OPEN_MS;
  },
  closeNumbers: async () => {
    openUntil = 0;
  },
  exportNumbers: async () => exportedNumbers,
  eraseNumbers: async () => ({ entries: 2 }),
  chain: async () => (asked.has('chain') ? chainOf() : null),
  onChain: async () => () => {},
  chainSearch: async () => ({ payments: chainFound }),
  chainRefund: async ({ amount, reason, second }) => {
    if (amount && amount.value > 20000 && !second) throw problemOf('second_person_needed', language);
    return chainRefundOf('asked', { ...(amount && { amount }), reason });
  },
  chainRefundOf: async () => {
    await new Promise((done) => setTimeout(done, SCENE_MS));
    return chainRefundOf('made');
  },
  alive: () => Promise.resolve(true),
};

function pickReason({ reason }: StartRefund): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

const phones = new Stage<Phone>(
  phoneOf(phoneViews[(story ?? 'camera') as PhoneStory] ?? phoneViews.camera, language),
);

const AFTER = {
  scan: phoneViews.request,
  approve: phoneViews.approved,
  decline: phoneViews.requestDeclined,
  cancel: phoneViews.ended,
  walk_away: phoneViews.ended,
  put_away: phoneViews.camera,
} satisfies Record<string, PhoneView>;

export const phone: PhoneWindow = {
  phone: () => Promise.resolve(phones.value),
  onPhone: (heard) => phones.listen(heard),
  act: (act) => Promise.resolve(phones.show(phoneOf(AFTER[act], language))),
  alive: () => Promise.resolve(true),
};
