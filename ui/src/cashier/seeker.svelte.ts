/** Looks for payments that have been: what was typed, what was found, and where the next page begins. */
import type { Problem, Search } from '../contract';
import { isProblem } from '../platform/platform';

/** What can't be understood of what was typed. */
export type Unclear = 'queryWrong' | 'dayWrong' | 'timeWrong';

/**
 * From when until when, for what was typed; or what of it can't be understood. Days are those of this place; one
 * without its year is the last such day before `now`.
 */
export function timesOf(
  day: string,
  from: string,
  to: string,
  now = new Date(),
): Pick<Search, 'since' | 'until'> | Unclear {
  const [first, last] = [timeOf(from), timeOf(to)];
  if (first === 'wrong' || last === 'wrong') return 'timeWrong';
  if (day.trim() === '') return first || last ? 'timeWrong' : {};
  const date = dayOf(day.trim(), now);
  if (!date) return 'dayWrong';
  const at = (days: number, [hour, minute]: readonly [number, number]): Date =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, hour, minute);
  const since = at(0, first ?? [0, 0]);
  // To 13:30 means to the end of that minute.
  const until = last ? at(0, [last[0], last[1] + 1]) : at(1, [0, 0]);
  return { since: since.toISOString(), until: until.toISOString() };
}

/** `26.11`, `2611`, `26.11.2026` or `2026-11-26`. */
function dayOf(text: string, now: Date): Date | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const spoken = /^(\d{1,2})[.,/]?(\d{2})(?:[.,/]?(\d{4}))?[.,]?$/.exec(text);
  const [year, month, day] = iso ? iso.slice(1) : spoken ? [spoken[3], spoken[2], spoken[1]] : [];
  if (month === undefined || day === undefined) return undefined;
  const of = (year: number): Date => new Date(year, Number(month) - 1, Number(day));
  let date = of(Number(year ?? now.getFullYear()));
  if (year === undefined && date > now) date = of(now.getFullYear() - 1);
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date : undefined;
}

function timeOf(text: string): readonly [number, number] | undefined | 'wrong' {
  if (text.trim() === '') return undefined;
  const parts = /^(\d{1,2})[:.]?(\d{2})$/.exec(text.trim());
  const [hour, minute] = [Number(parts?.[1]), Number(parts?.[2])];
  return parts && hour < 24 && minute < 60 ? [hour, minute] : 'wrong';
}

/** Whether the till can look for this: an amount, or three characters of a reference. */
function canBeSought(query: string): boolean {
  return /^[A-Za-z0-9-]{3,50}$/.test(query) || /^\d+([.,]\d{2})?$/.test(query);
}

/** What can be looked for, here and in the whole chain. */
export type Sought = Pick<Search, 'query' | 'since' | 'until' | 'before'>;

/** Some of what was found. */
export interface Page<P> {
  payments: P[];
  before?: string;
}

export abstract class Seeker<P> {
  query = $state('');
  day = $state('');
  from = $state('');
  to = $state('');
  busy = $state(false);
  unclear: Unclear | undefined = $state();
  problem: Problem | 'no answer' | undefined = $state.raw();
  found: P[] = $state.raw([]);
  /** There are more. */
  before: string | undefined = $state();
  searched = $state(false);

  #sought: Sought = {};
  #asked = 0;

  /** Asks whoever knows. */
  protected abstract ask(search: Sought): Promise<Page<P>>;

  /** Looks for what was typed; everything if that is nothing. */
  async search(): Promise<void> {
    // An amount is typed as on a receipt, with spaces between thousands.
    const query = this.query.replace(/\s/g, '');
    const times = timesOf(this.day, this.from, this.to);
    this.unclear = typeof times === 'string' ? times : undefined;
    if (query && !canBeSought(query)) this.unclear = 'queryWrong';
    if (this.unclear || typeof times === 'string') return;
    await this.#find({ ...(query && { query }), ...times }, []);
  }

  /** Goes on where the last answer ended. */
  async more(): Promise<void> {
    if (this.before && !this.busy) await this.#find({ ...this.#sought, before: this.before }, this.found);
  }

  async #find(search: Sought, shown: P[]): Promise<void> {
    const asked = (this.#asked += 1);
    this.busy = true;
    try {
      const { payments, before } = await this.ask(search);
      // Somebody has searched for something else meanwhile.
      if (asked !== this.#asked) return;
      this.found = [...shown, ...payments];
      this.before = before;
      this.#sought = search;
      this.problem = undefined;
      this.searched = true;
    } catch (reason) {
      if (asked === this.#asked) this.problem = isProblem(reason) ? reason : 'no answer';
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }
}
