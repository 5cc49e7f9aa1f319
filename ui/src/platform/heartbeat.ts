/**
 * Says again and again that the page runs and paints. A page that hangs or has died looks on the screen like one
 * that has nothing new to show; whoever opened the window tells them apart by this alone.
 */
import type { Unlisten } from './platform';

/**
 * How often the page says so, in milliseconds. `shell` takes a page for lost after two that did not come. Each costs
 * some milliseconds of a processor, in a page that does nothing else.
 */
export const BEAT_MS = 2_000;
/** How often it says so when it may rest, because nobody pays. */
export const REST_MS = 10_000;

/** The heartbeat of a page. */
export interface Heartbeat {
  /** Ends the rest: there is something newer, and whoever said so wants to know soon that the page lives. */
  hasten: () => void;
  stop: () => void;
}

/**
 * Says `alive(true)` from within a frame, because a timer runs on in a page that has stopped painting. A page that
 * nobody can see is given no frames; it says `alive(false)`, at once when it is hidden and then as often as it is
 * let. The answer is whether it may rest.
 */
export function beat(alive: (painting: boolean) => Promise<boolean>): Heartbeat {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rests = false;
  /** Counts what ends a rest: an answer from before must not begin one. */
  let haste = 0;

  const wait = (time: number): void => {
    clearTimeout(timer);
    timer = setTimeout(look, time);
  };
  const say = (painting: boolean): void => {
    const before = haste;
    alive(painting).then(
      (mayRest) => {
        if (!mayRest || haste !== before) return;
        rests = true;
        wait(REST_MS);
      },
      // Whoever does not hear it draws the conclusion; there is no more to do here.
      () => undefined,
    );
  };
  const look = (): void => {
    rests = false;
    wait(BEAT_MS);
    if (document.visibilityState === 'hidden') return say(false);
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      say(true);
    });
  };
  const hasten = (): void => {
    haste += 1;
    // The beat that is due already is not put off by news that come again and again.
    if (!rests) return;
    rests = false;
    wait(BEAT_MS);
  };
  const stop = (): void => {
    haste += 1;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return { hasten, stop };
}

/** `listen`, by which the page hears of something newer. */
export function hastening<T>(
  heartbeat: Heartbeat,
  listen: (heard: (value: T) => void) => Promise<Unlisten>,
): (heard: (value: T) => void) => Promise<Unlisten> {
  return (heard) =>
    listen((value) => {
      heartbeat.hasten();
      heard(value);
    });
}
