/**
 * Draws the picture of a code before the screen that shows it is taken, so that the page is laid out and painted once
 * for both, and not once for an empty card and once more for the code.
 */
import type { Screen } from '../contract';
import { discard, drawingOf, type Drawing } from './drawing';

/** How long a screen waits for its picture, in milliseconds. Then it is shown, and the picture follows. */
export const AHEAD_LIMIT_MS = 100;

type Fetch = (name: string) => Promise<ArrayBuffer>;

export class Ahead {
  readonly #fetch: Fetch;
  /** The picture that was drawn last, until somebody takes it. */
  #drawn: { name: string; drawing: Promise<Drawing> } | undefined;
  /** The picture that was taken last, which is on the screen or was. */
  #taken: string | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** `screen`, as soon as its picture is there or has failed, or the time is over. */
  readonly with = async (screen: Screen): Promise<Screen> => {
    const wanted = screen.view === 'scan' ? screen.qr : undefined;
    if (this.#drawn && this.#drawn.name !== wanted) this.#drop();
    if (wanted === undefined || wanted === this.#taken) return screen;
    this.#drawn ??= { name: wanted, drawing: this.#draw(wanted) };
    // A failure is for whoever asks for the picture.
    const arrived = this.#drawn.drawing.catch(() => undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, AHEAD_LIMIT_MS);
    });
    await Promise.race([arrived, limit]);
    clearTimeout(timer);
    return screen;
  };

  /** The picture `name`: the one that was drawn ahead, or a new one. It is the caller's to give back. */
  readonly picture = (name: string): Promise<Drawing> => {
    const drawn = this.#drawn;
    this.#drawn = undefined;
    this.#taken = name;
    return drawn?.name === name ? drawn.drawing : this.#draw(name);
  };

  async #draw(name: string): Promise<Drawing> {
    return drawingOf(await this.#fetch(name));
  }

  /** Nobody will take it. */
  #drop(): void {
    this.#drawn?.drawing.then(discard, () => undefined);
    this.#drawn = undefined;
  }
}
