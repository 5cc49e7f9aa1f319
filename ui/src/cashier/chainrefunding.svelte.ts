/**
 * One refund that the hub is asked for, as it is filled in and until it has ended. However often it is pressed, it is one
 * refund: every form has a key of its own, and when nobody knows whether the hub has heard, only the very same may be asked
 * again.
 */
import type { Amount, ChainPayment, ChainRefund, ChainRefundView, Person, Problem } from '../contract';
import { parseDecimals } from '../look/amount';
import { isProblem, type CashierWindow } from '../platform/platform';
import { leftInChain } from './chainfinder.svelte';
import { newKey } from './key';

/** How long to rest before the hub is asked again how a refund stands, when there was no answer, in milliseconds. */
export const ASK_AGAIN_MS = 2_000;

/** What is missing before it can be asked for. */
export type ChainMissing =
  | 'amountWrong'
  | 'amountTooLarge'
  | 'reasonMissing'
  | 'personMissing'
  | 'pinMissing'
  | 'secondMissing'
  | 'secondSame';

export class ChainRefunding {
  readonly payment: ChainPayment;
  /** What can be given back at the most. */
  readonly most: Amount;

  amount = $state('');
  reason = $state('');
  /** The short name of who asks. */
  person = $state('');
  pin = $state('');
  /** The short name of who agrees, and their PIN: asked for once the hub wants them. */
  second = $state('');
  secondPin = $state('');
  needsSecond = $state(false);
  busy = $state(false);
  missing: ChainMissing | undefined = $state();
  problem: Problem | undefined = $state.raw();
  /** Nobody knows whether the hub has heard: only the same may be asked again. */
  unknown = $state(false);
  /** The refund, once the hub has it on its disk. */
  view: ChainRefundView | undefined = $state.raw();

  readonly #till: CashierWindow;
  readonly #key = newKey();
  #rest: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(till: CashierWindow, payment: ChainPayment, written: (amount: Amount) => string) {
    this.#till = till;
    this.payment = payment;
    this.most = { value: leftInChain(payment), currency: payment.amount.currency };
    this.amount = written(this.most);
  }

  /** What would be given back, if it can be read. */
  get asked(): Amount | undefined {
    const value = parseDecimals(this.amount);
    return value === undefined || value === 0 ? undefined : { ...this.most, value };
  }

  /** Asks the hub, and follows what becomes of it. True when it has the wish. */
  async ask(): Promise<boolean> {
    if (this.busy || this.view) return false;
    this.missing = this.#missing();
    const amount = this.asked;
    if (this.missing || !amount) return false;
    const request = this.#request(amount);
    this.busy = true;
    this.problem = undefined;
    // They are typed anew for every try, and kept no longer than they are needed.
    this.pin = '';
    this.secondPin = '';
    try {
      this.view = await this.#till.chainRefund(request, this.#key);
      this.unknown = false;
      void this.#follow();
      return true;
    } catch (reason) {
      this.#refused(reason);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Nobody looks any more. What the hub has been asked for goes on. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#rest);
  }

  #request(amount: Amount): ChainRefund {
    const { store, reference, refunded } = this.payment;
    const person = (id: string, pin: string): Person => ({ id: nameOf(id), pin: pin.trim() });
    return {
      store: store.id,
      reference,
      amount,
      refundedBefore: refunded,
      reason: this.reason.trim(),
      person: person(this.person, this.pin),
      ...(this.needsSecond && { second: person(this.second, this.secondPin) }),
    };
  }

  #refused(reason: unknown): void {
    // A hub that did not answer may have heard all the same.
    this.unknown = !isProblem(reason) || reason.code === 'hub_unreachable';
    if (this.unknown || !isProblem(reason)) return;
    this.problem = reason;
    if (reason.code === 'second_person_needed') this.needsSecond = true;
  }

  async #follow(): Promise<void> {
    while (this.view?.status === 'asked' && !this.#stopped) {
      try {
        this.view = await this.#till.chainRefundOf(this.view.id);
      } catch {
        await new Promise<void>((done) => (this.#rest = setTimeout(done, ASK_AGAIN_MS)));
      }
    }
  }

  #missing(): ChainMissing | undefined {
    const amount = this.asked;
    if (!amount) return 'amountWrong';
    if (amount.value > this.most.value) return 'amountTooLarge';
    if (this.reason.trim().length === 0) return 'reasonMissing';
    if (nameOf(this.person).length === 0) return 'personMissing';
    if (this.pin.trim().length === 0) return 'pinMissing';
    if (!this.needsSecond) return undefined;
    if (nameOf(this.second).length === 0 || this.secondPin.trim().length === 0) return 'secondMissing';
    return nameOf(this.second) === nameOf(this.person) ? 'secondSame' : undefined;
  }
}

/** A short name is in small letters; what a person types begins with a large one as often as not. */
function nameOf(typed: string): string {
  return typed.trim().toLowerCase();
}
