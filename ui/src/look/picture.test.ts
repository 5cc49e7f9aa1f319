import { describe, expect, it } from 'vitest';

import { fitPicture, QUIET_ZONE } from './picture';
import { NO_QUIET, type Quiet } from './quiet';

/** A picture whose code stands in the middle of a margin of so many shares of its side. */
const around = (margin: number): Quiet => ({ code: 1 - 2 * margin, margin });
/** The card on a screen of 1920 x 1080: 74 of 90 units. */
const CARD = 888;

describe('fitPicture', () => {
  it('adds the whole quiet zone to a picture that brings none', () => {
    expect(fitPicture(900, NO_QUIET, 1240, 1)).toEqual({ size: 1000, exact: false });
  });

  it('adds only what is missing of the quiet zone', () => {
    // A margin of 0.05 on a code of 0.9 lacks 0.058 of the picture on each side.
    expect(fitPicture(700, around(0.05), 1117, 1).size).toBe(1000);
  });

  it('fills the card, but for its corners, with a picture that brings more', () => {
    expect(fitPicture(700, around(0.2), 1000, 1).size).toBe(980);
  });

  it('goes by the narrowest margin where the code is not in the middle', () => {
    expect(fitPicture(900, { code: 0.8, margin: 0.046 }, 1100, 1).size).toBe(1000);
  });

  it('takes a whole multiple or fraction that is nearly as large', () => {
    expect(fitPicture(430, around(0.1), CARD, 1)).toEqual({ size: 860, exact: true });
    expect(fitPicture(1730, around(0.1), CARD, 1)).toEqual({ size: 865, exact: false });
  });

  it('fills the space where whole steps would waste it', () => {
    expect(fitPicture(424, NO_QUIET, CARD, 1)).toEqual({ size: 716, exact: false });
  });

  it('counts in device pixels', () => {
    expect(fitPicture(600, around(0.12), 420, 1.5)).toEqual({ size: 400, exact: true });
  });

  it('keeps the quiet zone and the code large, whatever is delivered', () => {
    for (const height of [550, 600, 720, 1080, 2160]) {
      const card = (height * 74) / 90;
      for (let native = 100; native <= 2000; native += 37) {
        for (const margin of [0, 0.01, 0.05, 0.08, 0.0968, 0.11]) {
          const { size } = fitPicture(native, around(margin), card, 1);
          const code = size * (1 - 2 * margin);
          const white = (card - code) / 2;
          expect(size).toBeLessThanOrEqual(card);
          expect(white).toBeGreaterThanOrEqual(QUIET_ZONE * code - 0.001);
          // Contract 6 asks for 300 px; three metres ask for more than half of the window's height.
          expect(code).toBeGreaterThanOrEqual(0.6 * height);
        }
      }
    }
  });

  it('is nothing without card or picture', () => {
    expect(fitPicture(0, NO_QUIET, CARD, 1).size).toBe(0);
    expect(fitPicture(424, NO_QUIET, 0, 1).size).toBe(0);
  });
});
