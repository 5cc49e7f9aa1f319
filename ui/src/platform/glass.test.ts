import { createEvent } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import { keepStill } from './glass';

/** Whether the page kept what a finger did from having its usual effect. */
function kept(event: Event, on: Element = document.body): boolean {
  return !on.dispatchEvent(event);
}

const touch = (fingers: number): Event =>
  createEvent.touchStart(document.body, {
    cancelable: true,
    touches: Array.from({ length: fingers }, (_, identifier) => ({ identifier, target: document.body })),
  });

describe('a page on a glass', () => {
  beforeEach(() => {
    document.body.innerHTML = '<input id="field"><p id="words">42</p>';
    keepStill(document);
  });

  it('is not made larger by two fingers, and hears one', () => {
    expect(kept(touch(1))).toBe(false);
    expect(kept(touch(2))).toBe(true);
    expect(kept(touch(3))).toBe(true);
  });

  it('opens no menu under a finger that rests, but where somebody writes', () => {
    const [field, words] = [document.querySelector('#field'), document.querySelector('#words')];
    const menu = (): Event => new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    expect(kept(menu(), words as Element)).toBe(true);
    expect(kept(menu(), field as Element)).toBe(false);
  });
});
