/** A till whose answers a test decides, one for each window. */
import { vi } from 'vitest';

import type { Chain, Counter, Phone, Screen } from '../contract';
import type { CashierWindow, CustomerWindow, PhoneWindow } from '../platform/platform';
import { storyCode } from '../platform/stories/code';
import { chainFound, chainRefundOf } from '../platform/stories/chain';
import { paymentOf } from '../platform/stories/counters';
import { dayOf, foundPayments, savedTotals } from '../platform/stories/found';
import { exportedNumbers, keptOf } from '../platform/stories/kept';

/** Listeners that a test can speak to. */
class Voice<T> {
  readonly heard = new Set<(value: T) => void>();
  readonly listen = vi.fn(async (heard: (value: T) => void) => {
    this.heard.add(heard);
    return () => void this.heard.delete(heard);
  });

  say(value: T): void {
    this.heard.forEach((heard) => heard(value));
  }
}

export function customerTill(first: Screen) {
  const voice = new Voice<Screen>();
  const till = {
    screen: vi.fn<CustomerWindow['screen']>(async () => first),
    onScreen: voice.listen,
    qr: vi.fn<CustomerWindow['qr']>(async () => storyCode()),
    shown: vi.fn<CustomerWindow['shown']>(async () => undefined),
    alive: vi.fn<CustomerWindow['alive']>(async () => true),
  } satisfies CustomerWindow;
  return { till, say: (screen: Screen) => voice.say(screen), listeners: voice.heard };
}

/** The till of a cashier, in a chain if `chain` is given. */
export function cashierTill(first: Counter, chain: Chain | null = null) {
  const voice = new Voice<Counter>();
  const hub = new Voice<Chain | null>();
  const till = {
    counter: vi.fn<CashierWindow['counter']>(async () => first),
    onCounter: voice.listen,
    charge: vi.fn<CashierWindow['charge']>(async () => paymentOf('waiting')),
    cancel: vi.fn<CashierWindow['cancel']>(async () => paymentOf('cancelled')),
    capture: vi.fn<CashierWindow['capture']>(async (reference) => paymentOf('paid', { reference })),
    dismiss: vi.fn<CashierWindow['dismiss']>(async () => undefined),
    payment: vi.fn<CashierWindow['payment']>(async (reference) => paymentOf('paid', { reference })),
    search: vi.fn<CashierWindow['search']>(async () => ({ payments: foundPayments })),
    pinState: vi.fn<CashierWindow['pinState']>(async () => ({ isSet: true, waitMs: 0 })),
    refund: vi.fn<CashierWindow['refund']>(async (reference) => paymentOf('paid', { reference })),
    totals: vi.fn<CashierWindow['totals']>(async () => dayOf()),
    saveTotals: vi.fn<CashierWindow['saveTotals']>(async () => savedTotals),
    keptNumbers: vi.fn<CashierWindow['keptNumbers']>(async (query) => keptOf(query)),
    openNumbers: vi.fn<CashierWindow['openNumbers']>(async () => undefined),
    closeNumbers: vi.fn<CashierWindow['closeNumbers']>(async () => undefined),
    exportNumbers: vi.fn<CashierWindow['exportNumbers']>(async () => exportedNumbers),
    eraseNumbers: vi.fn<CashierWindow['eraseNumbers']>(async () => ({ entries: 2 })),
    chain: vi.fn<CashierWindow['chain']>(async () => chain),
    onChain: hub.listen,
    chainSearch: vi.fn<CashierWindow['chainSearch']>(async () => ({ payments: chainFound })),
    chainRefund: vi.fn<CashierWindow['chainRefund']>(async () => chainRefundOf('asked')),
    chainRefundOf: vi.fn<CashierWindow['chainRefundOf']>(async () => chainRefundOf('made')),
    alive: vi.fn<CashierWindow['alive']>(async () => true),
  } satisfies CashierWindow;
  return {
    till,
    say: (counter: Counter) => voice.say(counter),
    sayChain: (chain: Chain | null) => hub.say(chain),
  };
}

export function phoneTill(first: Phone) {
  const voice = new Voice<Phone>();
  const till = {
    phone: vi.fn<PhoneWindow['phone']>(async () => first),
    onPhone: voice.listen,
    act: vi.fn<PhoneWindow['act']>(async () => first),
    alive: vi.fn<PhoneWindow['alive']>(async () => true),
  } satisfies PhoneWindow;
  return { till, say: (phone: Phone) => voice.say(phone) };
}

/** A promise that a test settles when it likes. */
export function later<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
