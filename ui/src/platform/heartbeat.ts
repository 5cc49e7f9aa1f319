/**
 * Says again and again that the page runs and paints. A page that hangs or has died looks on the screen like one
 * that has nothing new to show; whoever opened the window tells them apart by this alone.
 */

/**
 * How often the page says so, in milliseconds. `shell` takes a page for lost after two that did not come. Each costs
 * some milliseconds of a processor, in a page that does nothing else.
 */
export const BEAT_MS = 2_000;

/**
 * Says `alive(true)` from within a frame, because a timer runs on in a page that has stopped painting. A page that
 * nobody can see is given no frames; it says `alive(false)`, at once when it is hidden and then as often as it is
 * let. Returns a way to stop.
 */
export function beat(alive: (painting: boolean) => Promise<void>): () => void {
  let frame: number | undefined;
  const say = (painting: boolean): void => {
    // Whoever does not hear it draws the conclusion; there is no more to do here.
    alive(painting).catch(() => undefined);
  };
  const look = (): void => {
    if (document.visibilityState === 'hidden') return say(false);
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      say(true);
    });
  };
  look();
  const timer = setInterval(look, BEAT_MS);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
