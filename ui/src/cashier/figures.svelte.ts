/** What a day has brought, and where it was written. */
import type { DayTotals, Problem, SavedTotals } from '../contract';
import { dayAfter } from '../look/day';
import { isProblem, type CashierWindow } from '../platform/platform';

export class Figures {
  shown: DayTotals | undefined = $state.raw();
  saved: SavedTotals | undefined = $state.raw();
  busy: 'read' | 'save' | undefined = $state();
  problem: Problem | 'no answer' | undefined = $state.raw();

  readonly #till: CashierWindow;

  constructor(till: CashierWindow) {
    this.#till = till;
    void this.read();
  }

  /** Reads `day`; today if absent. */
  async read(day?: string): Promise<void> {
    await this.#do('read', async () => {
      this.shown = await this.#till.totals(day);
      this.saved = undefined;
    });
  }

  /** Goes so many days on, or back. */
  async step(days: number): Promise<void> {
    if (this.shown) await this.read(dayAfter(this.shown.day, days));
  }

  async save(): Promise<void> {
    const day = this.shown?.day;
    await this.#do('save', async () => {
      // What is written is what is shown: both are asked anew.
      this.saved = await this.#till.saveTotals(day);
      this.shown = await this.#till.totals(day);
    });
  }

  async #do(what: 'read' | 'save', work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.problem = undefined;
    try {
      await work();
    } catch (reason) {
      this.problem = isProblem(reason) ? reason : 'no answer';
    } finally {
      this.busy = undefined;
    }
  }
}
