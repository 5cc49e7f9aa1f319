/**
 * One refund as it is filled in. However often it is pressed, it is one refund: every form has a key of its own, and
 * when nobody knows whether it was asked for, only the very same may be asked again.
 */
import type { Amount, PaymentView, Problem, StartRefund } from '../contract';
import { parseDecimals } from '../look/amount';
import { isProblem, type CashierWindow } from '../platform/platform';
import { newKey } from './key';

/** The longest reason, in characters. */
export const LONGEST_REASON = 100;

/** What is missing before it can be asked for. */
export type Missing = 'amountWrong' | 'amountTooLarge' | 'reasonMissing' | 'pinMissing';

/** What of a payment can still be given back, in minor units. */
export function leftOf({ final, captured, refunded, refunds }: PaymentView): number {
  const open = refunds.filter(({ status }) => status === 'asked');
  const left = open.reduce((left, { amount }) => left - amount.value, captured.value - refunded.value);
  return final ? Math.max(0, left) : 0;
}

export class Refunding {
  readonly payment: PaymentView;
  /** What can be given back at the most. */
  readonly most: Amount;

  amount = $state('');
  reason = $state('');
  pin = $state('');
  busy = $state(false);
  missing: Missing | undefined = $state();
  problem: Problem | undefined = $state.raw();
  /** Nobody knows whether it was asked for: only the same may be asked again. */
  unknown = $state(false);
  /** When another PIN may be tried, by `performance.now()`. */
  waitUntil = $state(0);

  readonly #till: CashierWindow;
  readonly #key = newKey();

  constructor(till: CashierWindow, payment: PaymentView, written: (amount: Amount) => string) {
    this.#till = till;
    this.payment = payment;
    this.most = { value: leftOf(payment), currency: payment.amount.currency };
    this.amount = written(this.most);
  }

  /** What would be given back, if it can be read. */
  get asked(): Amount | undefined {
    const value = parseDecimals(this.amount);
    return value === undefined || value === 0 ? undefined : { ...this.most, value };
  }

  /** Asks the till. Gives the payment when the refund is on its way. */
  async ask(): Promise<PaymentView | undefined> {
    if (this.busy || performance.now() < this.waitUntil) return undefined;
    this.missing = this.#missing();
    const amount = this.asked;
    if (this.missing || !amount) return undefined;
    const request: StartRefund = { amount, reason: this.reason.trim() };
    const pin = this.pin.trim();
    this.busy = true;
    this.problem = undefined;
    // It is typed anew for every try, and kept no longer than it is needed.
    this.pin = '';
    try {
      return await this.#till.refund(this.payment.reference, request, this.#key, pin);
    } catch (reason) {
      this.#refused(reason);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** No other PIN may be tried for so many milliseconds. */
  waitFor(waitMs: number): void {
    if (waitMs > 0) this.waitUntil = performance.now() + waitMs;
  }

  #refused(reason: unknown): void {
    if (isProblem(reason)) {
      this.problem = reason;
      const { waitMs } = reason as { waitMs?: number };
      this.waitFor(waitMs ?? 0);
    } else this.unknown = true;
  }

  #missing(): Missing | undefined {
    const amount = this.asked;
    if (!amount) return 'amountWrong';
    if (amount.value > this.most.value) return 'amountTooLarge';
    if (this.reason.trim().length === 0) return 'reasonMissing';
    return this.pin.trim().length === 0 ? 'pinMissing' : undefined;
  }
}
