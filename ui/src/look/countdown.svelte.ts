/**
 * Time left, counted from the moment a value was received and by the monotonic clock: a till whose wall
 * clock is wrong or set meanwhile still counts right.
 */

/** `09:59` of so many milliseconds; a begun second counts as whole, so that it ends on 00:00 exactly. */
export function minutesAndSeconds(leftMs: number): string {
  const seconds = Math.ceil(Math.max(0, leftMs) / 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** A countdown that changes once a second. Smooth movement would cost six times the processor time. */
export class Countdown {
  leftMs: number = $state(0);

  readonly #leftAtStart: number;
  readonly #start: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `leftMs` were left at `start`, a `performance.now()`. */
  constructor(leftMs: number, start: number) {
    this.#leftAtStart = leftMs;
    this.#start = start;
    this.#tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const left = Math.max(0, this.#leftAtStart - (performance.now() - this.#start));
    this.leftMs = left;
    // Wakes when the shown second changes; a little late rather than a little early, or it would wake twice.
    if (left > 0) this.#timer = setTimeout(() => this.#tick(), Math.ceil(left % 1000) || 1000);
  }
}
