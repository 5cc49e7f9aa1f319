/**
 * Fetches the picture of a code before the screen that shows it is taken, so that the page is laid out and painted once
 * for both, and not once for an empty card and once more for the code.
 */
import type { Screen } from '../contract';

/** How long a screen waits for its picture, in milliseconds. Then it is shown, and the picture follows. */
export const AHEAD_LIMIT_MS = 100;

type Fetch = (name: string) => Promise<ArrayBuffer>;

export class Ahead {
  readonly #fetch: Fetch;
  /** The picture that was fetched last, until somebody takes it. */
  #fetched: { name: string; bytes: Promise<ArrayBuffer> } | undefined;
  /** The picture that was taken last, which is on the screen or was. */
  #taken: string | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** `screen`, as soon as its picture is there or has failed, or the time is over. */
  readonly with = async (screen: Screen): Promise<Screen> => {
    if (screen.view !== 'scan' || screen.qr === this.#taken) return screen;
    if (this.#fetched?.name !== screen.qr) this.#fetched = { name: screen.qr, bytes: this.#fetch(screen.qr) };
    // A failure is for whoever asks for the picture.
    const arrived = this.#fetched.bytes.catch(() => undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, AHEAD_LIMIT_MS);
    });
    await Promise.race([arrived, limit]);
    clearTimeout(timer);
    return screen;
  };

  /** The picture `name`: the one that was fetched ahead, or a new one. */
  readonly qr = (name: string): Promise<ArrayBuffer> => {
    const fetched = this.#fetched;
    this.#fetched = undefined;
    this.#taken = name;
    return fetched?.name === name ? fetched.bytes : this.#fetch(name);
  };
}
