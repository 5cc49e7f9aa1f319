/** What a till of a chain sees of the other stores. The tests read it too. */
import type { Chain, ChainPayment, ChainRefundView, Store } from '../../contract';

const kroner = (value: number) => ({ value, currency: 'NOK' }) as const;

export const bergen: Store = { id: 'bergen', name: 'Kaffebaren Bergen', msn: '654322' };
export const oslo: Store = { id: 'oslo', name: 'Kaffebaren Oslo', msn: '654321' };

/** The chain of a till in Bergen whose hub answers, changed by `more`. */
export function chainOf(more: Partial<Chain> = {}): Chain {
  return { store: bergen, connected: true, ...more };
}

/** A payment that Oslo took, changed by `more`. */
export function chainPaymentOf(more: Partial<ChainPayment> = {}): ChainPayment {
  return {
    store: oslo,
    reference: 'sale-1042-1',
    status: 'paid',
    amount: kroner(24900),
    captured: kroner(24900),
    refunded: kroner(0),
    requestedAt: '2026-11-23T11:41:07Z',
    ...more,
  };
}

/** Some payments of two stores, newest first. */
export const chainFound: ChainPayment[] = [
  chainPaymentOf(),
  chainPaymentOf({
    store: bergen,
    reference: 'sale-1041-1',
    refunded: kroner(4900),
    requestedAt: '2026-11-23T11:31:55Z',
  }),
  chainPaymentOf({
    reference: 'sale-1040-1',
    status: 'cancelled',
    captured: kroner(0),
    requestedAt: '2026-11-22T10:58:44Z',
  }),
];

/** A refund of the first of them, as far as `status`. */
export function chainRefundOf(
  status: ChainRefundView['status'],
  more: Partial<ChainRefundView> = {},
): ChainRefundView {
  return {
    id: '0123456789abcdef',
    store: oslo,
    reference: 'sale-1042-1',
    amount: kroner(24900),
    reason: 'Vare returnert',
    status,
    askedAt: '2026-11-23T12:10:00Z',
    ...more,
  };
}
