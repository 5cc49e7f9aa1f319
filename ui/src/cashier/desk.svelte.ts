/**
 * What the cashier does with the till: charge, cancel, next customer. One call at a time, so a double click
 * cannot start two; and what was rung up is kept until a charge has been accepted.
 */
import type {
  Chain,
  Counter,
  CounterCode,
  KeepNumber,
  PaymentView,
  Problem,
  StartPayment,
} from '../contract';
import { Followed } from '../platform/follow.svelte';
import { isProblem, type CashierWindow } from '../platform/platform';
import { Sale } from './sale.svelte';
import { whomOf, type Whom } from './whom';

/** How long the first Escape waits for the second, in milliseconds. */
export const ARMED_MS = 4_000;

export type Call = 'charge' | 'cancel' | 'dismiss';

/** Why the last call came to nothing: a problem in the till's words, or no answer at all. */
export type Refusal = Problem | 'no answer';

/** What there is to say about a code that was scanned and not sent. */
export type ScanWord = 'isGoods' | 'isNothing' | 'amountFirst' | 'notNow' | 'codeUseless';

export class Desk {
  readonly sale = new Sale();
  readonly followed: Followed<Counter>;
  readonly #chain: Followed<Chain | null>;

  /** The call that is under way, if one is. */
  busy: Call | undefined = $state();
  refusal: Refusal | undefined = $state.raw();
  /** The customer's phone number or own code, as far as it has been typed; forgotten as soon as a charge is accepted. */
  number = $state('');
  /** Whether the customer has agreed that this number is kept. Asked anew for each. */
  keep = $state(false);
  /** Whether the customer is somewhere else: it is sold by telephone or by mail. Said anew for each. */
  away = $state(false);
  scanWord: ScanWord | undefined = $state();
  /** True between the first Escape and the second. */
  armed = $state(false);

  readonly #till: CashierWindow;
  #disarm: ReturnType<typeof setTimeout> | undefined;

  constructor(till: CashierWindow) {
    this.#till = till;
    this.followed = new Followed({
      snapshot: till.counter,
      listen: till.onCounter,
      number: (counter) => counter.number,
    });
    this.#chain = new Followed({ snapshot: till.chain, listen: till.onChain });
  }

  /** The chain that the till belongs to, if it belongs to one. */
  get chain(): Chain | undefined {
    const { now } = this.#chain;
    return (now.state === 'showing' ? now.value : undefined) ?? undefined;
  }

  /** Since when the hub of the chain has not answered. */
  get hubLostAt(): string | undefined {
    const { now } = this.#chain;
    const lostForMs = this.chain?.lostForMs;
    if (now.state !== 'showing' || lostForMs === undefined) return undefined;
    // What was told then has grown older since.
    return new Date(Date.now() - (performance.now() - now.at) - lostForMs).toISOString();
  }

  get counter(): Counter | undefined {
    return this.followed.now.state === 'showing' ? this.followed.now.value : undefined;
  }

  get payment(): PaymentView | undefined {
    return this.counter?.payment;
  }

  get mayCharge(): boolean {
    return !this.busy && (this.counter?.mayCharge ?? false) && this.sale.chargeable;
  }

  /** What has been typed to reach the customer. */
  get whom(): Whom {
    return whomOf(this.number);
  }

  /** What is a number, the till says; this only keeps an empty field from being sent. */
  get maySend(): boolean {
    return this.mayCharge && this.whom !== 'nothing' && /\w/.test(this.number) && !this.lacksItems;
  }

  /** The rates of tax that an item can have, the usual one first. */
  get taxRates(): readonly number[] {
    return this.counter?.taxRates ?? [];
  }

  /** Whether the number that has been typed may be that of a customer who is somewhere else. */
  get mayBeAway(): boolean {
    return this.taxRates.length > 0 && this.whom === 'number';
  }

  /** Whether somebody who is here may be charged: nobody else scans a code. */
  get mayChargeHere(): boolean {
    return this.mayCharge && !(this.away && this.mayBeAway);
  }

  /** A customer who is not here must get a receipt, and there is nothing to write on it. */
  get lacksItems(): boolean {
    return this.away && this.mayBeAway && this.sale.lines.length === 0;
  }

  /** What the customer may be asked about the number that has been typed, if the shop keeps any. */
  get offer(): KeepNumber | undefined {
    return this.whom === 'number' ? this.counter?.keepNumber : undefined;
  }

  /** Whether a customer can be reached by their own code at all. */
  get takesOwnCode(): boolean {
    return this.counter?.takesOwnCode ?? false;
  }

  /** The code on the counter, if customers can be reached by one. */
  get counterCode(): CounterCode {
    return this.counter?.counterCode ?? 'none';
  }

  get mayCancel(): boolean {
    return !this.busy && (this.counter?.mayCancel ?? false);
  }

  get mayDismiss(): boolean {
    return !this.busy && (this.payment?.final ?? false);
  }

  /** Lets the customer scan a code. */
  async charge(): Promise<void> {
    if (this.mayChargeHere) await this.#charge({});
  }

  /** Lets the customer scan the code on the counter, or serves whoever has. */
  async chargeAtCounter(): Promise<void> {
    if (this.mayChargeHere && this.counterCode !== 'none') await this.#charge({ flow: 'callback_qr' });
  }

  /** Sends the request to the customer's phone. True if it was accepted. */
  async send(): Promise<boolean> {
    const text = this.number;
    if (this.whom === 'code') return this.scanned(text);
    this.scanWord = text.trim() && this.whom === 'nothing' ? 'isNothing' : undefined;
    if (!this.maySend) return false;
    const keepPhoneNumber = this.keep && this.offer !== undefined;
    return this.#charge({
      flow: 'push',
      phoneNumber: text,
      ...(keepPhoneNumber && { keepPhoneNumber }),
      ...(this.away && this.mayBeAway && { customerPresent: false }),
    });
  }

  /**
   * A scanner has read a code: whoever shows their own gets the request. A code is not kept, also when nothing comes
   * of it: it is good for a short while, and the customer shows it again.
   */
  async scanned(text: string): Promise<boolean> {
    this.#forgetCustomer();
    this.scanWord = this.#whyNot(whomOf(text, true));
    if (this.scanWord) return false;
    return this.#charge({ flow: 'personal_qr', personalQr: text.trim() });
  }

  #whyNot(whom: Whom): ScanWord | undefined {
    if (whom === 'goods') return 'isGoods';
    if (whom !== 'code') return 'isNothing';
    if (!this.takesOwnCode) return 'codeUseless';
    if (this.mayCharge) return undefined;
    return this.counter?.mayCharge && !this.busy ? 'amountFirst' : 'notNow';
  }

  #forgetCustomer(): void {
    this.number = '';
    this.keep = this.away = false;
  }

  async #charge(how: Omit<StartPayment, 'amount' | 'lines'>): Promise<boolean> {
    const counter = this.counter;
    if (!counter) return false;
    const { value, lines } = this.sale;
    const request: StartPayment = {
      amount: { value, currency: counter.currency },
      ...(lines.length > 0 && { lines }),
      ...how,
    };
    let accepted = false;
    await this.#call('charge', async () => {
      await this.#till.charge(request);
      accepted = true;
      this.sale.clear();
      this.#forgetCustomer();
      this.scanWord = undefined;
    });
    return accepted;
  }

  async cancel(): Promise<void> {
    const payment = this.payment;
    if (!this.mayCancel || !payment) return;
    this.#setArmed(false);
    await this.#call('cancel', () => this.#till.cancel(payment.reference));
  }

  /** The Escape key: the first press asks, the second cancels. */
  async escape(): Promise<void> {
    if (!this.mayCancel) return;
    if (this.armed) return this.cancel();
    this.#setArmed(true);
  }

  async dismiss(): Promise<void> {
    const payment = this.payment;
    if (!this.mayDismiss || !payment) return;
    await this.#call('dismiss', () => this.#till.dismiss(payment.reference));
  }

  /** The cashier has read the refusal. */
  forget(): void {
    this.refusal = undefined;
  }

  stop(): void {
    clearTimeout(this.#disarm);
    this.followed.stop();
    this.#chain.stop();
  }

  #setArmed(armed: boolean): void {
    clearTimeout(this.#disarm);
    this.armed = armed;
    if (armed) this.#disarm = setTimeout(() => (this.armed = false), ARMED_MS);
  }

  async #call(name: Call, work: () => Promise<unknown>): Promise<void> {
    this.busy = name;
    this.refusal = undefined;
    try {
      await work();
    } catch (reason) {
      this.refusal = isProblem(reason) ? reason : 'no answer';
    } finally {
      this.busy = undefined;
    }
  }
}
