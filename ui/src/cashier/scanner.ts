/**
 * Tells a scanner that types like a keyboard from a person: its keys come faster than fingers, there are many of
 * them, and Enter ends them. Pure; times are those of the key events.
 */

/** The longest pause between two keys of a scanner, in milliseconds. */
export const GAP_MS = 50;
/** The same once there is more than digits: nobody types letters where an amount is keyed in. */
export const GAP_WITH_LETTERS_MS = 250;
/** The fewest characters of a scan. No amount has as many digits. */
export const SHORTEST = 10;
/** How long after its last key Enter may come, in milliseconds: a scan that is long enough is none by a person. */
export const ENTER_MS = 1_000;
/** The most characters that are kept; a customer's own code has at most 255. */
const LONGEST = 300;

export class Scanner {
  #text = '';
  #last = -Infinity;

  /** Whether the key that was taken last began a new run of keys. */
  get begins(): boolean {
    return this.#text.length <= 1;
  }

  /** Whether the key that was taken last is one of a scanner. */
  get running(): boolean {
    return this.#text.length >= SHORTEST;
  }

  /** How long after the last one this key may come, in milliseconds. */
  #patience(key: string): number {
    if (key === 'Enter' && this.running) return ENTER_MS;
    return /\D/.test(this.#text) ? GAP_WITH_LETTERS_MS : GAP_MS;
  }

  /** Takes a key that came at `at` milliseconds. Gives the text when it is the end of a scan. */
  take(key: string, at: number): string | undefined {
    // A scanner presses Shift as well.
    if (key.length > 1 && key !== 'Enter') return undefined;
    const follows = at - this.#last <= this.#patience(key);
    if (!follows) this.#text = '';
    this.#last = at;
    if (key !== 'Enter') {
      this.#text = (this.#text + key).slice(0, LONGEST);
      return undefined;
    }
    const text = this.#text;
    this.#text = '';
    return text.length >= SHORTEST ? text : undefined;
  }
}
