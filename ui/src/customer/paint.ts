/**
 * Runs `then` when what is in the document now has been painted: the first frame callback comes before the
 * paint, the second after it. Returns a way to call it off.
 */
export function afterPaint(then: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(then);
  });
  return () => cancelAnimationFrame(frame);
}
