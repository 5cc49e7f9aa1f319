import { describe, expect, it, vi } from 'vitest';

import { screenOf, screenViews } from '../platform/stories/screens';
import { pictures } from '../testing/setup';
import { later } from '../testing/till';
import { Ahead, AHEAD_LIMIT_MS } from './ahead';

const scan = (qr: string) => screenOf({ ...screenViews.scan, qr }, { number: 1 });

describe('a picture that is drawn ahead', () => {
  it('holds its screen back until it is there, and is fetched once', async () => {
    const bytes = later<ArrayBuffer>();
    const fetch = vi.fn(() => bytes.promise);
    const ahead = new Ahead(fetch);
    let shown = false;
    const screen = ahead.with(scan('a')).then(() => (shown = true));
    await Promise.resolve();
    expect(shown).toBe(false);
    bytes.resolve(new ArrayBuffer(8));
    await screen;
    const { image } = await ahead.picture('a');
    expect([...pictures]).toEqual([image.src]);
    expect(fetch.mock.calls).toEqual([['a']]);
  });

  it('holds its screen back for a moment only', async () => {
    vi.useFakeTimers();
    const ahead = new Ahead(() => new Promise(() => undefined));
    const screen = scan('a');
    const held = ahead.with(screen);
    await vi.advanceTimersByTimeAsync(AHEAD_LIMIT_MS);
    expect(await held).toBe(screen);
  });

  it('is not fetched for a screen that has none, nor for a code that is on the screen', async () => {
    const fetch = vi.fn(async () => new ArrayBuffer(8));
    const ahead = new Ahead(fetch);
    await ahead.with(screenOf(screenViews.paid, { number: 1 }));
    expect(fetch).not.toHaveBeenCalled();
    await ahead.with(scan('a'));
    await ahead.picture('a');
    await ahead.with(scan('a'));
    expect(fetch).toHaveBeenCalledTimes(1);
    await ahead.with(scan('b'));
    await ahead.picture('b');
    expect(fetch.mock.calls).toEqual([['a'], ['b']]);
  });

  it('is given back when another screen comes before anybody has taken it', async () => {
    const bytes = later<ArrayBuffer>();
    const fetch = vi.fn(() => bytes.promise);
    const ahead = new Ahead(fetch);
    const held = ahead.with(scan('a'));
    await ahead.with(screenOf(screenViews.paid, { number: 2 }));
    bytes.resolve(new ArrayBuffer(8));
    await held;
    await vi.waitFor(() => expect(pictures.size).toBe(0));
    await ahead.with(scan('b'));
    await ahead.with(scan('c'));
    await ahead.picture('c');
    await vi.waitFor(() => expect(pictures.size).toBe(1));
  });

  it('that can not be fetched lets its screen go, and fails for whoever asks for it', async () => {
    const fetch = vi.fn(() => Promise.reject(new Error('gone')));
    const ahead = new Ahead(fetch);
    const screen = scan('a');
    expect(await ahead.with(screen)).toBe(screen);
    await expect(ahead.picture('a')).rejects.toThrow('gone');
    expect(fetch).toHaveBeenCalledTimes(1);
    await expect(ahead.picture('a')).rejects.toThrow('gone');
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
