/** What has been: payments to be found, and a day's totals. The tests read them too. */
import type { DayTotals, PaymentView, SavedTotals } from '../../contract';
import { paymentOf, problemOf } from './counters';

/** Some payments, newest first. */
export const foundPayments: PaymentView[] = [
  paymentOf('paid'),
  paymentOf('paid', {
    reference: 'kvitt-till1-0041-1',
    refunded: { value: 4900, currency: 'NOK' },
    refunds: [
      {
        number: 1,
        amount: { value: 4900, currency: 'NOK' },
        status: 'made',
        reason: 'Vare returnert',
        at: '2026-11-23T12:10:00Z',
      },
    ],
    receipt: 'stored',
    link: 'refused',
    createdAt: '2026-11-23T11:31:55Z',
  }),
  paymentOf('expired', {
    reference: 'kvitt-till1-0040-1',
    problem: problemOf('timed_out'),
    createdAt: '2026-11-22T10:58:44Z',
  }),
];

/** One whose money is reserved, of which a part has been collected. */
export const reservedPayment: PaymentView = paymentOf('approved', {
  reference: 'kvitt-till1-0039-1',
  final: true,
  captured: { value: 4900, currency: 'NOK' },
  capturable: { value: 20000, currency: 'NOK' },
  captures: [
    { number: 1, amount: { value: 4900, currency: 'NOK' }, status: 'made', at: '2026-11-22T12:10:00Z' },
  ],
  createdAt: '2026-11-22T10:41:00Z',
});

/** A day with two currencies, changed by `more`. */
export function dayOf(more: Partial<DayTotals> = {}): DayTotals {
  return {
    day: '2026-11-23',
    isToday: true,
    totals: [
      { currency: 'NOK', payments: 14, collected: 1849300, refunds: 2, refunded: 9800, net: 1839500 },
      { currency: 'EUR', payments: 1, collected: 2500, refunds: 0, refunded: 0, net: 2500 },
    ],
    ...more,
  };
}

/** Where a day's totals were written. */
export const savedTotals: SavedTotals = {
  folder: '.local/share/kvitt/totals',
  totals: '2026-11-23.csv',
  movements: '2026-11-23-movements.csv',
};
