/** The picture of a code, made ready before it is shown: what is left to do is to paint it. */
import { measureQuiet, type Quiet } from '../look/quiet';

/** A picture that is decoded and measured. Whoever has no more use for it gives it back with `discard`. */
export interface Drawing {
  image: HTMLImageElement;
  quiet: Quiet;
}

/** Decodes and measures the PNG `bytes`. Fails when they are none. */
export async function drawingOf(bytes: ArrayBuffer): Promise<Drawing> {
  const image = new Image();
  // No frame is painted without it; it takes no time any more.
  image.decoding = 'sync';
  image.src = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  try {
    await image.decode();
    return { image, quiet: measureQuiet(image) };
  } catch (error) {
    discard({ image });
    throw error;
  }
}

/** Gives the picture back: what has been decoded is a megabyte that the engine does not count, and would let lie. */
export function discard({ image }: Pick<Drawing, 'image'>): void {
  URL.revokeObjectURL(image.src);
  image.removeAttribute('src');
}
