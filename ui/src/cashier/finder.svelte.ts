/** Finds this till's payments that have been, and keeps an eye on the one that was chosen. */
import type { PaymentView } from '../contract';
import { isProblem, type CashierWindow } from '../platform/platform';
import { Seeker, type Page, type Sought } from './seeker.svelte';

/** How often a chosen payment is looked at while something is still to come of it, in milliseconds. */
export const LOOK_MS = 1_000;

/** Whether anything is still to come of a payment by itself. */
function isMoving({ final, captures = [], releases = [], refunds }: PaymentView): boolean {
  return !final || [...captures, ...releases, ...refunds].some(({ status }) => status === 'asked');
}

export class Finder extends Seeker<PaymentView> {
  chosen: PaymentView | undefined = $state.raw();

  readonly #till: CashierWindow;
  readonly #looking: ReturnType<typeof setInterval>;

  constructor(till: CashierWindow) {
    super();
    this.#till = till;
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  protected override ask(search: Sought): Promise<Page<PaymentView>> {
    return this.#till.search(search);
  }

  /** Shows a payment, as it is now. */
  async choose(reference: string): Promise<void> {
    const known = this.found.find((payment) => payment.reference === reference);
    if (known) this.chosen = known;
    try {
      this.take(await this.#till.payment(reference));
      this.problem = undefined;
    } catch (reason) {
      this.problem = isProblem(reason) ? reason : 'no answer';
    }
  }

  /** A payment has been told anew. */
  take(payment: PaymentView): void {
    this.chosen = payment;
    this.found = this.found.map((known) => (known.reference === payment.reference ? payment : known));
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  async #look(): Promise<void> {
    const chosen = this.chosen;
    if (!chosen || !isMoving(chosen)) return;
    try {
      const now = await this.#till.payment(chosen.reference);
      if (this.chosen?.reference === now.reference) this.take(now);
    } catch {
      // The next look makes it good.
    }
  }
}
