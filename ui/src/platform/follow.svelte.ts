/**
 * Keeps a window in step with the till: subscribe first, then ask for the snapshot, so that nothing falls
 * between the two; then show whatever is newest. Nothing here knows what is shown.
 */
import type { Unlisten } from './platform';

/** What a window follows. */
export interface Source<T> {
  snapshot: () => Promise<T>;
  listen: (heard: (value: T) => void) => Promise<Unlisten>;
  /** Where values are numbered, an older one never replaces a newer one. */
  number?: (value: T) => number;
}

/** How far a window has come. */
export type Following<T> =
  | { state: 'waiting' }
  /** `at` is `performance.now()` when the value came: countdowns start from there. */
  | { state: 'showing'; value: T; at: number }
  | { state: 'lost' };

/** How long one call may take before it counts as failed, in milliseconds. */
export const CALL_LIMIT_MS = 3_000;
/** The waits before the next try, in milliseconds. When they are used up the window says that it is lost. */
export const RETRY_AFTER_MS: readonly number[] = [100, 200, 400, 800];
/** How often a lost window still tries, in milliseconds: a kiosk has nobody to press reload. */
export const LOST_RETRY_MS = 5_000;

export class Followed<T> {
  now: Following<T> = $state.raw({ state: 'waiting' });

  readonly #source: Source<T>;
  #unlisten: Unlisten | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #heard = 0;
  #stopped = false;

  constructor(source: Source<T>) {
    this.#source = source;
    void this.#start();
  }

  /** Shows `value` unless something newer is shown already. */
  take(value: T): void {
    const shown = this.now;
    const number = this.#source.number;
    if (number && shown.state === 'showing' && number(value) <= number(shown.value)) return;
    this.#heard += 1;
    this.now = { state: 'showing', value, at: performance.now() };
  }

  /** Ends the subscription. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  async #start(): Promise<void> {
    try {
      if (!this.#unlisten) {
        const unlisten = await this.#source.listen((value) => this.take(value));
        if (this.#stopped) return unlisten();
        this.#unlisten = unlisten;
      }
      const heardBefore = this.#heard;
      const value = await withinLimit(this.#source.snapshot());
      if (this.#stopped) return;
      // Without numbers only the order of arrival is known, and what was heard meanwhile is newer.
      if (this.#source.number || this.#heard === heardBefore) this.take(value);
    } catch {
      if (!this.#stopped) this.#tryAgain();
    }
  }

  #tryAgain(): void {
    const wait = RETRY_AFTER_MS[this.#failures];
    this.#failures += 1;
    // A failed snapshot is no loss while events come in.
    if (wait === undefined && this.now.state !== 'showing') this.now = { state: 'lost' };
    this.#retry = setTimeout(() => void this.#start(), wait ?? LOST_RETRY_MS);
  }
}

async function withinLimit<T>(call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_LIMIT_MS} ms`)), CALL_LIMIT_MS);
  });
  try {
    return await Promise.race([call, limit]);
  } finally {
    clearTimeout(timer);
  }
}
