/** Finds payments of all stores of the chain. Each comes with its store: nobody types which sales unit took it. */
import type { ChainPayment } from '../contract';
import type { CashierWindow } from '../platform/platform';
import { Seeker, type Page, type Sought } from './seeker.svelte';

/** What tells a payment from those of all stores. */
export function idOf({ store, reference }: Pick<ChainPayment, 'store' | 'reference'>): string {
  return `${store.id}/${reference}`;
}

/** What the hub knows can still be given back of a payment, in minor units. */
export function leftInChain({ captured, refunded }: ChainPayment): number {
  return Math.max(0, captured.value - refunded.value);
}

export class ChainFinder extends Seeker<ChainPayment> {
  chosen: ChainPayment | undefined = $state.raw();

  readonly #till: CashierWindow;

  constructor(till: CashierWindow) {
    super();
    this.#till = till;
  }

  protected override ask(search: Sought): Promise<Page<ChainPayment>> {
    return this.#till.chainSearch(search);
  }

  /** Shows a payment that was found. */
  choose(id: string): void {
    this.chosen = this.found.find((payment) => idOf(payment) === id) ?? this.chosen;
    void this.again();
  }

  /** Looks at the chosen payment anew: something may have been given back of it. */
  async again(): Promise<void> {
    const chosen = this.chosen;
    if (!chosen) return;
    try {
      const query = { query: chosen.reference, store: chosen.store.id };
      const { payments } = await this.#till.chainSearch(query);
      const now = payments.find((payment) => idOf(payment) === idOf(chosen));
      if (!now) return;
      this.found = this.found.map((known) => (idOf(known) === idOf(now) ? now : known));
      if (this.chosen && idOf(this.chosen) === idOf(now)) this.chosen = now;
    } catch {
      // The hub checks what is left again, when it is asked for a refund.
    }
  }
}
