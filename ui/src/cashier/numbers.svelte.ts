/**
 * The kept phone numbers: looked for, shown in full for a while to whoever knows the PIN, written out and erased.
 * The till decides what may be seen; this only asks again when the time is over.
 */
import type { ErasedNumbers, ExportedNumbers, KeptNumber, PinState, Problem } from '../contract';
import { isProblem, type CashierWindow } from '../platform/platform';

export type Call = 'search' | 'open' | 'export' | 'erase';

/** Whether somebody may have typed a phone number: no reference has so many digits and nothing else. */
function isNumber(query: string): boolean {
  return /^\+?[\d\s().-]{8,}$/.test(query.trim());
}

export class Numbers {
  query = $state('');
  pin = $state('');
  busy: Call | undefined = $state();
  /** What was found, newest first. */
  found: KeptNumber[] = $state.raw([]);
  more = $state(false);
  searched = $state(false);
  /** Until when numbers are shown in full, by `performance.now()`. */
  openUntil = $state(0);
  /** All that is kept of the customer who was chosen, newest first. */
  customer: KeptNumber[] = $state.raw([]);
  /** The cashier wants to erase, and has not confirmed yet. */
  erasing = $state(false);
  exported: ExportedNumbers | undefined = $state.raw();
  erased: ErasedNumbers | undefined = $state.raw();
  problem: Problem | 'no answer' | undefined = $state.raw();
  /** A phone number was typed, and nobody may look for one before the PIN. */
  locked = $state(false);
  pinMissing = $state(false);
  pinUnset = $state(false);
  /** When another PIN may be tried, by `performance.now()`. */
  waitUntil = $state(0);

  readonly #till: CashierWindow;
  #lock: ReturnType<typeof setTimeout> | undefined;

  constructor(till: CashierWindow) {
    this.#till = till;
    void this.#begin();
    void till.pinState().then(
      (state) => this.#take(state),
      // Whoever tries is told.
      () => {},
    );
  }

  get isOpen(): boolean {
    return this.openUntil > 0;
  }

  /** Looks for what was typed; the newest if that is nothing. */
  async search(): Promise<void> {
    await this.#do('search', () => this.#seek());
  }

  /** Shows numbers in full, if the PIN is the one. True if it was. */
  async open(): Promise<boolean> {
    if (performance.now() < this.waitUntil) return false;
    const pin = this.pin.trim();
    this.pinMissing = pin === '';
    if (!pin) return false;
    await this.#do('open', async () => {
      // It is typed anew for every try, and kept no longer than it is needed.
      this.pin = '';
      await this.#till.openNumbers(pin);
      await this.#seek();
    });
    return this.isOpen;
  }

  /** Shows all that is kept of the customer of an entry. */
  async choose(entry: KeptNumber): Promise<void> {
    if (this.isOpen) await this.#do('search', () => this.#choose(entry));
  }

  /** Writes what is kept of the chosen customer into a file. */
  async export(): Promise<void> {
    const [entry] = this.customer;
    if (!entry) return;
    await this.#do('export', async () => {
      this.exported = await this.#till.exportNumbers(entry.payment);
    });
  }

  /** Erases what is kept of the chosen customer; asked about once more before that. */
  async erase(): Promise<void> {
    const [entry] = this.customer;
    if (!entry || !this.erasing) return;
    await this.#do('erase', async () => {
      this.erased = await this.#till.eraseNumbers(entry.payment);
      this.customer = [];
      this.exported = undefined;
      this.query = '';
      await this.#find('');
    });
    this.erasing = false;
  }

  /** Whoever looked goes. */
  stop(): void {
    clearTimeout(this.#lock);
    this.pin = '';
    // A till that can't be asked closes by itself.
    this.#till.closeNumbers().catch(() => {});
  }

  async #seek(): Promise<void> {
    const query = this.query.trim();
    await this.#find(query);
    this.locked = !this.isOpen && isNumber(query);
    // Whoever is the only one that fits is the one that was meant.
    const numbers = new Set(this.found.map(({ number }) => number));
    const [first] = this.found;
    if (this.isOpen && query && first && numbers.size === 1) await this.#choose(first);
  }

  async #find(query: string): Promise<void> {
    const { kept, more, openForMs } = await this.#till.keptNumbers(query);
    this.found = kept;
    this.more = more;
    this.searched = true;
    clearTimeout(this.#lock);
    this.openUntil = openForMs > 0 ? performance.now() + openForMs : 0;
    if (openForMs > 0) this.#lock = setTimeout(() => this.#close(), openForMs);
    else this.customer = [];
  }

  /** Whoever comes has not given the PIN, whatever somebody before has left open. */
  async #begin(): Promise<void> {
    await this.#till.closeNumbers().catch(() => {});
    await this.search();
  }

  async #choose(entry: KeptNumber): Promise<void> {
    const { kept, openForMs } = await this.#till.keptNumbers(entry.number);
    this.erasing = false;
    this.exported = undefined;
    this.erased = undefined;
    if (openForMs > 0) this.customer = kept.filter(({ number }) => number === entry.number);
    else {
      this.#hide();
      await this.#find(this.query.trim());
    }
  }

  /** The time is over. */
  #close(): void {
    this.#hide();
    void this.search();
  }

  /** Nothing that was seen stays on the glass. */
  #hide(): void {
    this.openUntil = 0;
    this.found = [];
    this.customer = [];
    this.erasing = false;
    this.exported = undefined;
    if (isNumber(this.query)) this.query = '';
  }

  #take({ isSet, waitMs }: PinState): void {
    this.pinUnset = !isSet;
    if (waitMs > 0) this.waitUntil = performance.now() + waitMs;
  }

  async #do(what: Call, work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.problem = undefined;
    if (what !== 'search') this.erased = undefined;
    try {
      await work();
    } catch (reason) {
      this.problem = isProblem(reason) ? reason : 'no answer';
      const { waitMs = 0 } = reason as { waitMs?: number };
      if (waitMs > 0) this.waitUntil = performance.now() + waitMs;
    } finally {
      this.busy = undefined;
    }
  }
}
