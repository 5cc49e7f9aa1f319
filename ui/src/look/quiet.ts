/** How much white a QR picture brings along, so that the window adds no more than what is missing. */

/** What of a picture is code and what is white, as shares of its side. */
export interface Quiet {
  /** The longer side of all that is not white. */
  code: number;
  /** The narrowest of the four white margins. */
  margin: number;
}

/** Of a picture that can't be measured nothing is assumed: the window adds the whole margin. */
export const NO_QUIET: Quiet = { code: 1, margin: 0 };

/** A channel from here on, of 255, is white: the grey of a softened edge belongs to the code. */
const WHITE = 200;
/** A larger picture is measured at this size, in pixels; more would show nothing that the eye can see. */
const MEASURED_PX_MAX = 800;

/** Measures a decoded picture. */
export function measureQuiet(image: HTMLImageElement): Quiet {
  const side = Math.min(image.naturalWidth, MEASURED_PX_MAX);
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  try {
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (!pen || side === 0) return NO_QUIET;
    // What is transparent will be seen on white.
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, side, side);
    pen.drawImage(image, 0, 0, side, side);
    return quietOf(pen.getImageData(0, 0, side, side).data, side);
  } catch {
    // A web view may refuse to give pixels away. The code is shown all the same, a little smaller.
    return NO_QUIET;
  } finally {
    // Its pixels go now, and not when the engine next collects what is no more used.
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** The white around what is drawn on a square of `side` pixels, given as red, green, blue, alpha. */
export function quietOf(pixels: ArrayLike<number>, side: number): Quiet {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = 4 * (y * side + x);
      const darkest = Math.min(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
      if (darkest >= WHITE) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return NO_QUIET;
  return {
    code: (Math.max(right - left, bottom - top) + 1) / side,
    margin: Math.min(left, top, side - 1 - right, side - 1 - bottom) / side,
  };
}
