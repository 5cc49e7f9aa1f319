import { afterEach, describe, expect, it, vi } from 'vitest';

import { measureQuiet, NO_QUIET, quietOf } from './quiet';

type Colour = [red: number, green: number, blue: number];
const BLACK: Colour = [0, 0, 0];

/** The pixels of a white square with a block of `colour` from `left`, `top` up to `right`, `bottom`. */
function drawn(side: number, [left, top, right, bottom]: number[], colour: Colour = BLACK) {
  const pixels = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = top ?? 0; y < (bottom ?? 0); y += 1)
    for (let x = left ?? 0; x < (right ?? 0); x += 1) pixels.set(colour, 4 * (y * side + x));
  return pixels;
}

describe('quietOf', () => {
  it('finds the white around a code', () => {
    expect(quietOf(drawn(100, [10, 10, 90, 90]), 100)).toEqual({ code: 0.8, margin: 0.1 });
  });

  it('finds none where the code fills its picture', () => {
    expect(quietOf(drawn(10, [0, 0, 10, 10]), 10)).toEqual({ code: 1, margin: 0 });
  });

  it('takes the narrowest margin and the longer side of what is not in the middle', () => {
    expect(quietOf(drawn(100, [20, 30, 80, 98]), 100)).toEqual({ code: 0.68, margin: 0.02 });
  });

  it('counts a colour as code, and a shade that is nearly white as white', () => {
    expect(quietOf(drawn(100, [10, 10, 90, 90], [255, 91, 36]), 100).margin).toBe(0.1);
    expect(quietOf(drawn(100, [10, 10, 90, 90], [250, 250, 250]), 100)).toEqual(NO_QUIET);
  });
});

describe('measureQuiet', () => {
  const canvas = HTMLCanvasElement.prototype;
  const { getContext } = canvas;
  afterEach(() => (canvas.getContext = getContext));

  function penThat(getImageData: (x: number, y: number, side: number) => { data: Uint8ClampedArray }) {
    const pen = { fillRect: vi.fn(), drawImage: vi.fn(), getImageData: vi.fn(getImageData) };
    canvas.getContext = (() => pen) as unknown as typeof getContext;
    return pen;
  }
  const picture = (naturalWidth: number): HTMLImageElement =>
    Object.defineProperty(document.createElement('img'), 'naturalWidth', { value: naturalWidth });

  it('gives its pixels back at once', () => {
    penThat((_x, _y, side) => ({ data: drawn(side, [30, 30, 170, 170]) }));
    const made = vi.spyOn(document, 'createElement');
    measureQuiet(picture(200));
    const used = made.mock.results.map((result) => result.value as HTMLCanvasElement);
    expect(
      used.filter((element) => element.tagName === 'CANVAS').map(({ width, height }) => [width, height]),
    ).toEqual([[0, 0]]);
    made.mockRestore();
  });

  it('draws the picture on white, whole, and reads it once', () => {
    const pen = penThat((_x, _y, side) => ({ data: drawn(side, [30, 30, 170, 170]) }));
    const image = picture(200);
    expect(measureQuiet(image)).toEqual({ code: 0.7, margin: 0.15 });
    expect(pen.fillRect).toHaveBeenCalledBefore(pen.drawImage);
    expect(pen.drawImage.mock.calls).toEqual([[image, 0, 0, 200, 200]]);
    expect(pen.getImageData).toHaveBeenCalledOnce();
  });

  it('measures the largest picture at a size with a limit', () => {
    const pen = penThat((_x, _y, side) => ({ data: drawn(side, [40, 40, 360, 360]) }));
    expect(measureQuiet(picture(2_000))).toEqual({ code: 0.8, margin: 0.1 });
    expect(pen.getImageData.mock.calls).toEqual([[0, 0, 400, 400]]);
  });

  it('assumes no margin where nothing can be measured', () => {
    expect(measureQuiet(picture(200))).toEqual(NO_QUIET);
    penThat(() => {
      throw new DOMException('tainted', 'SecurityError');
    });
    expect(measureQuiet(picture(200))).toEqual(NO_QUIET);
    expect(measureQuiet(picture(0))).toEqual(NO_QUIET);
  });
});
