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
/**
 * A larger picture is measured at this size, in pixels: modules are still several pixels wide, and the code is on the
 * screen that much sooner.
 */
const MEASURED_PX_MAX = 400;

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
    // Edges need not be soft to be found, and softening all of them takes longer than all else here.
    pen.imageSmoothingEnabled = false;
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
  const isWhite = (x: number, y: number): boolean => {
    const at = 4 * (y * side + x);
    return Math.min(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) >= WHITE;
  };
  // Goes in from each side as far as there is nothing but white, so that the code itself is hardly read.
  const whiteLines = (most: number, isWhiteAt: (line: number, along: number) => boolean): number => {
    for (let line = 0; line < most; line += 1)
      for (let along = 0; along < side; along += 1) if (!isWhiteAt(line, along)) return line;
    return most;
  };
  const last = side - 1;
  const top = whiteLines(side, (line, along) => isWhite(along, line));
  if (top === side) return NO_QUIET;
  const bottom = whiteLines(side, (line, along) => isWhite(along, last - line));
  const left = whiteLines(side, (line, along) => isWhite(line, along));
  const right = whiteLines(side, (line, along) => isWhite(last - line, along));
  return {
    code: Math.max(side - left - right, side - top - bottom) / side,
    margin: Math.min(left, top, right, bottom) / side,
  };
}
