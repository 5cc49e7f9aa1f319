/** How large a QR picture is shown. */
import type { Quiet } from './quiet';

/** The size of a picture on the screen, in CSS pixels. */
export interface Fit {
  size: number;
  /** True when every pixel of the picture becomes a whole square of screen pixels, so hard edges are exact. */
  exact: boolean;
}

/** White on every side of the code, its own and ours, as a share of the code's side: four modules of 33. */
export const QUIET_ZONE = 0.12;
/** The most of the card that a picture may take, so that the card's round corners cut nothing off. */
const MOST_OF_CARD = 0.98;
/** An exact size is taken only if it is nearly the largest one; distance is worth more than crispness. */
const WORTHWHILE = 0.96;

/**
 * Fits a square picture of `native` pixels into a white card of `card` CSS pixels, on a screen with `ratio`
 * device pixels to a CSS pixel. The code gets as large as its quiet zone allows; nothing is cropped. Whole
 * multiples and whole fractions come first: no blur, no uneven modules (contract 6).
 */
export function fitPicture(native: number, quiet: Quiet, card: number, ratio: number): Fit {
  if (native <= 0 || card <= 0 || ratio <= 0) return { size: 0, exact: false };
  // The narrowest margin and half of what the card leaves over make up the quiet zone together.
  const share = 1 / (1 + 2 * (QUIET_ZONE * quiet.code - quiet.margin));
  const space = Math.floor(card * Math.min(share, MOST_OF_CARD) * ratio);
  const multiple = Math.floor(space / native);
  const exact = multiple >= 1 ? native * multiple : native / Math.ceil(native / space);
  if (exact >= space * WORTHWHILE) return { size: exact / ratio, exact: multiple >= 1 };
  return { size: space / ratio, exact: false };
}
