/**
 * What is reserved of one payment is collected or let go, each asked for once more before it is done. However often it is
 * pressed, it is one capture: what was confirmed has a key of its own until the till has answered.
 */
import type { PaymentView, Problem } from '../contract';
import { isProblem, type CashierWindow } from '../platform/platform';
import { newKey } from './key';

export type Deed = 'collect' | 'letGo';

export class Collecting {
  /** What the cashier wants, and has not confirmed yet. */
  wanted: Deed | undefined = $state();
  busy = $state(false);
  problem: Problem | undefined = $state.raw();
  /** Nobody knows whether it was asked for. */
  unknown = $state(false);

  readonly #till: CashierWindow;
  #asked: { value: number; key: string } | undefined;

  constructor(till: CashierWindow) {
    this.#till = till;
  }

  want(deed: Deed): void {
    if (this.busy) return;
    this.wanted = deed;
    this.problem = undefined;
    this.unknown = false;
  }

  /** Not now. */
  leave(): void {
    if (!this.busy) this.wanted = undefined;
  }

  /** Does what was wanted with what is reserved of `payment`. Gives the payment when it is on its way. */
  async confirm(payment: PaymentView): Promise<PaymentView | undefined> {
    const deed = this.wanted;
    if (!deed || this.busy) return undefined;
    this.busy = true;
    try {
      const told = await (deed === 'collect' ? this.#collect(payment) : this.#till.cancel(payment.reference));
      this.#asked = undefined;
      return told;
    } catch (reason) {
      if (isProblem(reason)) this.problem = reason;
      else this.unknown = true;
      return undefined;
    } finally {
      this.busy = false;
      this.wanted = undefined;
    }
  }

  /** What the cashier saw is what is collected. Without an answer, the same is asked for under the same key. */
  #collect({ reference, capturable }: PaymentView): Promise<PaymentView> {
    const { value } = capturable;
    const asked = this.#asked?.value === value ? this.#asked : { value, key: newKey() };
    this.#asked = asked;
    return this.#till.capture(reference, { amount: capturable }, asked.key);
  }
}
