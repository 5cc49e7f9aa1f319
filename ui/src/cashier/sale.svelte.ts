/** What the cashier is ringing up: an amount from the keypad, or lines whose sum is the amount. */
import type { Line } from '../contract';

/** The smallest and the largest amount of a payment, in minor units (contract 1.2 and 1.4). */
export const SMALLEST = 100;
export const LARGEST = 65_000_000;
/** The most lines of one payment. */
export const MOST_LINES = 200;
/** The longest name of a line, in characters, and the largest quantity. */
export const LONGEST_NAME = 100;
export const LARGEST_QUANTITY = 9999;

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '00' | 'backspace' | 'clear';

/** What typing `key` makes of `value` minor units; nothing if that would be too much. */
export function typed(value: number, key: Key): number | undefined {
  if (key === 'clear') return 0;
  if (key === 'backspace') return Math.floor(value / 10);
  const next = key === '00' ? value * 100 : value * 10 + Number(key);
  return next > LARGEST ? undefined : next;
}

/** The sum of `lines` in minor units. */
export function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
}

/** What is rung up at one moment. */
export interface Kept {
  typed: number;
  lines: Line[];
  tooLarge: boolean;
}

export class Sale {
  lines: Line[] = $state.raw([]);
  /** True after a key or a line that would have made the amount too large. */
  tooLarge = $state(false);

  #typed = $state(0);

  /** What is due, in minor units. */
  get value(): number {
    return this.lines.length > 0 ? sumOf(this.lines) : this.#typed;
  }

  /** Whether this could be charged. */
  get chargeable(): boolean {
    return this.value >= SMALLEST && this.value <= LARGEST;
  }

  /** Whether there is an amount, but too small a one. */
  get tooSmall(): boolean {
    return this.value > 0 && this.value < SMALLEST;
  }

  /** One key of the keypad. With lines the sum is the amount, and only `clear` means anything. */
  press(key: Key): void {
    if (this.lines.length > 0) {
      if (key === 'clear') this.clear();
      return;
    }
    const next = typed(this.#typed, key);
    this.tooLarge = next === undefined;
    if (next !== undefined) this.#typed = next;
  }

  /** Adds a line. False if it does not fit, in number or in money. */
  add(line: Line): boolean {
    if (this.lines.length >= MOST_LINES) return false;
    this.tooLarge = sumOf([...this.lines, line]) > LARGEST;
    if (this.tooLarge) return false;
    this.lines = [...this.lines, line];
    return true;
  }

  remove(index: number): void {
    this.tooLarge = false;
    this.lines = this.lines.filter((_, at) => at !== index);
  }

  /** What is rung up, to be restored. */
  kept(): Kept {
    return { typed: this.#typed, lines: this.lines, tooLarge: this.tooLarge };
  }

  restore({ typed, lines, tooLarge }: Kept): void {
    this.#typed = typed;
    this.lines = lines;
    this.tooLarge = tooLarge;
  }

  clear(): void {
    this.tooLarge = false;
    this.lines = [];
    this.#typed = 0;
  }
}
