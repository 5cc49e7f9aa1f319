/** What jsdom lacks and the windows need. */
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach, vi } from 'vitest';

/** The addresses of pictures that exist now, so that a test sees when one is left behind. */
export const pictures = new Set<string>();

let made = 0;

class NoResize implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  // The test of the shipped pages runs without a document.
  if (typeof document === 'undefined') return;
  pictures.clear();
  vi.stubGlobal('ResizeObserver', NoResize);
  URL.createObjectURL = () => {
    const address = `blob:picture-${(made += 1)}`;
    pictures.add(address);
    return address;
  };
  URL.revokeObjectURL = (address) => void pictures.delete(address);
  HTMLCanvasElement.prototype.getContext = () => null;
  HTMLImageElement.prototype.decode = () => Promise.resolve();
  Object.defineProperty(HTMLImageElement.prototype, 'naturalWidth', { configurable: true, value: 424 });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
