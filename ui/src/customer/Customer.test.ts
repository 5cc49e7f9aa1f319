import { render, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Language, Screen } from '../contract';
import { screenOf, screenViews, type ScreenStory } from '../platform/stories/screens';
import { violations } from '../testing/axe';
import { pictures } from '../testing/setup';
import { customerTill, later } from '../testing/till';
import Customer from './Customer.svelte';
import { sightOf } from './sight';

const stories = Object.keys(screenViews) as ScreenStory[];

async function open(first: Screen) {
  const fake = customerTill(first);
  const view = render(Customer, { till: fake.till });
  await waitFor(() => expect(root()).not.toBe('waiting'));
  return { ...fake, ...view };
}

const root = (): string | null | undefined =>
  document.querySelector('[data-view]')?.getAttribute('data-view');
const text = (id: string): string | null => page.getByTestId(id).textContent;

describe.each<Language>(['nb', 'en'])('the customer screen in %s', (language) => {
  it.each(stories)('%s: shows its words, announces them and breaks no accessibility rule', async (story) => {
    const screen = screenOf(screenViews[story], { language });
    await open(screen);
    const sight = sightOf(screen);
    expect(root()).toBe(screen.view);
    expect(text('headline')).toBe(sight.headline);
    expect(text('hint')).toBe(sight.hint);
    expect(page.queryByTestId('amount')?.textContent).toBe(sight.amount);
    expect(page.queryByTestId('countdown') !== null).toBe(sight.timer !== undefined);
    expect(page.getByRole('status').textContent).toContain(sight.headline);
    if (sight.code)
      await waitFor(() => expect(page.getByTestId('qr').getAttribute('alt')).toBe(sight.code?.label));
    else if (sight.rows) {
      const rows = [...page.getByTestId('rows').querySelectorAll('p')].map((row) => row.textContent);
      expect(rows).toEqual(sight.rows);
    } else if (sight.lines) {
      const rows = [...page.getByTestId('cart').querySelectorAll('li')].map((row) => row.textContent.trim());
      expect(rows).toHaveLength(sight.lines.rows.length);
      expect(page.queryByTestId('earlier')?.textContent).toBe(sight.lines.earlier);
    } else expect(document.querySelector('[data-shape]')?.getAttribute('data-shape')).toBe(sight.shape);
    expect(document.documentElement.lang).toBe(language);
    expect(await violations()).toEqual([]);
  });
});

describe('the customer screen', () => {
  it('says what kind of money moves, except where it is real', async () => {
    const { say } = await open(screenOf(screenViews.idle, { number: 1 }));
    expect(text('badge')).toBe('DEMO – ingen ekte penger');
    say(screenOf(screenViews.idle, { number: 2, environment: 'test' }));
    await waitFor(() => expect(text('badge')).toBe('TEST – ingen ekte penger'));
    say(screenOf(screenViews.idle, { number: 3, environment: 'production' }));
    await waitFor(() => expect(page.queryByTestId('badge')).toBeNull());
  });

  it('sets an amount by the room that it takes', async () => {
    const reserved = (): number => Number(page.getByRole('main').style.getPropertyValue('--ems'));
    const { say } = await open(screenOf(screenViews.scan, { number: 1 }));
    const short = reserved();
    expect(short).toBeGreaterThan(5);
    say(screenOf(screenViews.scanLong, { number: 2 }));
    await waitFor(() => expect(reserved()).toBeGreaterThan(short));
    say(screenOf(screenViews.idle, { number: 3 }));
    await waitFor(() => expect(reserved()).toBe(0));
  });

  it('drops an older screen', async () => {
    const { say } = await open(screenOf(screenViews.scan, { number: 7 }));
    say(screenOf(screenViews.paid, { number: 9 }));
    say(screenOf(screenViews.scan, { number: 8 }));
    await waitFor(() => expect(root()).toBe('paid'));
  });

  it('changes what it announces without making a new region', async () => {
    const { say } = await open(screenOf(screenViews.scan, { number: 1 }));
    const region = page.getByTestId('announcement');
    say(screenOf(screenViews.paid, { number: 2 }));
    await waitFor(() => expect(region.textContent).toContain('Betalt'));
    expect(page.getByTestId('announcement')).toBe(region);
    expect(region.getAttribute('aria-live')).toBe('polite');
  });

  it('says that it is lost when the till never answers', async () => {
    vi.useFakeTimers();
    const fake = customerTill(screenOf(screenViews.idle));
    fake.till.screen.mockRejectedValue(new Error('gone'));
    render(Customer, { till: fake.till });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(root()).toBe('lost');
    expect(text('headline')).toBe('Spør de ansatte');
    fake.say(screenOf(screenViews.idle));
    await vi.advanceTimersByTimeAsync(0);
    expect(root()).toBe('idle');
  });

  it('leaves no listener behind', async () => {
    const { listeners, unmount } = await open(screenOf(screenViews.idle));
    expect(listeners.size).toBe(1);
    unmount();
    expect(listeners.size).toBe(0);
  });
});

describe('the code', () => {
  const scan = (number: number, qr: string): Screen => screenOf({ ...screenViews.scan, qr }, { number });

  it('is fetched once for one name, and its picture is given back', async () => {
    const { till, say } = await open(scan(1, 'a'));
    await waitFor(() => expect(page.getByTestId('qr')).toBeTruthy());
    const first = page.getByTestId('qr').getAttribute('src');
    expect([...pictures]).toEqual([first]);

    say(scan(2, 'a'));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(2));
    expect(till.qr.mock.calls).toEqual([['a']]);

    say(scan(3, 'b'));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(3));
    expect(till.qr.mock.calls).toEqual([['a'], ['b']]);
    expect(pictures.has(first ?? '')).toBe(false);
    expect(pictures.size).toBe(1);

    const last = page.getByTestId('qr');
    say(screenOf(screenViews.paid, { number: 4 }));
    await waitFor(() => expect(root()).toBe('paid'));
    expect(pictures.size).toBe(0);
    // One that is only taken out of the document keeps what was decoded.
    expect(last.hasAttribute('src')).toBe(false);
  });

  it('is there with its screen, and not a frame later', async () => {
    // Longer than a frame.
    HTMLImageElement.prototype.decode = () => new Promise((resolve) => setTimeout(resolve, 40));
    const { say } = await open(screenOf(screenViews.preparing, { number: 1 }));
    const seen: boolean[] = [];
    const watch = new MutationObserver(() => {
      if (root() === 'scan') seen.push(page.queryByTestId('qr') !== null);
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    const frame = vi.fn();
    say(scan(2, 'a'));
    await waitFor(() => expect(seen).not.toEqual([]));
    requestAnimationFrame(frame);
    await waitFor(() => expect(seen.at(-1)).toBe(true));
    expect(frame).not.toHaveBeenCalled();
    watch.disconnect();
  });

  it('is drawn in a card of white that adds only what its own margin lacks', async () => {
    const canvas = HTMLCanvasElement.prototype;
    const { getContext } = canvas;
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_117);
    // All black but for a margin of a twentieth.
    const data = new Uint8ClampedArray(4 * 400 * 400).fill(255);
    for (let y = 20; y < 380; y += 1) data.fill(0, 4 * (y * 400 + 20), 4 * (y * 400 + 380));
    canvas.getContext = (() => ({
      fillRect: () => undefined,
      drawImage: () => undefined,
      getImageData: () => ({ data }),
    })) as unknown as typeof getContext;
    try {
      const { till } = await open(scan(1, 'a'));
      await waitFor(() => expect(till.shown).toHaveBeenCalledWith(1));
    } finally {
      canvas.getContext = getContext;
    }
    const width = Number(page.getByTestId('qr').getAttribute('width'));
    const code = (width * 360) / 400;
    expect((1_117 - code) / 2 / code).toBeCloseTo(0.12, 2);
  });

  it('says so again when the window comes back from being hidden', async () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    try {
      const { till } = await open(screenOf(screenViews.preparing, { number: 1 }));
      await frames();
      expect(till.shown).not.toHaveBeenCalled();
      for (const times of [1, 2]) {
        visibility.mockReturnValue('visible');
        document.dispatchEvent(new Event('visibilitychange'));
        await waitFor(() => expect(till.shown).toHaveBeenCalledTimes(times));
        visibility.mockReturnValue('hidden');
        document.dispatchEvent(new Event('visibilitychange'));
        await frames();
      }
    } finally {
      visibility.mockRestore();
    }
  });

  it('counts as shown only when its picture is decoded', async () => {
    const decoded = later<void>();
    HTMLImageElement.prototype.decode = () => decoded.promise;
    const { till, say } = await open(screenOf(screenViews.preparing, { number: 1 }));
    await waitFor(() => expect(till.shown.mock.calls).toEqual([[1]]));
    say(scan(2, 'a'));
    await waitFor(() => expect(root()).toBe('scan'));
    await frames();
    expect(page.queryByTestId('qr')).toBeNull();
    expect(till.shown).not.toHaveBeenCalledWith(2);
    decoded.resolve();
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(2));
  });

  it('counts as shown only when its picture is decoded again, after it was gone', async () => {
    const { till, say } = await open(scan(1, 'a'));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(1));
    say(screenOf(screenViews.checking, { number: 2 }));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(2));
    const decoded = later<void>();
    HTMLImageElement.prototype.decode = () => decoded.promise;
    say(scan(3, 'a'));
    await waitFor(() => expect(root()).toBe('scan'));
    await frames();
    expect(till.shown).not.toHaveBeenCalledWith(3);
    decoded.resolve();
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(3));
  });

  it('gives back a picture that comes too late', async () => {
    const bytes = later<ArrayBuffer>();
    const fake = customerTill(scan(1, 'a'));
    fake.till.qr.mockReturnValue(bytes.promise);
    render(Customer, { till: fake.till });
    await waitFor(() => expect(root()).toBe('scan'));
    await waitFor(() => expect(fake.till.qr).toHaveBeenCalled());
    fake.say(screenOf(screenViews.timedOut, { number: 2 }));
    await waitFor(() => expect(root()).toBe('timedOut'));
    bytes.resolve(new ArrayBuffer(8));
    await frames();
    expect(pictures.size).toBe(0);
  });

  it('sends the customer to the staff when it can not be fetched, and never claims to be shown', async () => {
    const fake = customerTill(scan(1, 'a'));
    fake.till.qr.mockRejectedValue(new Error('gone'));
    render(Customer, { till: fake.till });
    await waitFor(() => expect(root()).toBe('noPicture'));
    expect(fake.till.qr).toHaveBeenCalledTimes(3);
    await frames();
    expect(fake.till.shown).not.toHaveBeenCalled();
    fake.till.qr.mockResolvedValue(new ArrayBuffer(8));
    fake.say(scan(2, 'b'));
    await waitFor(() => expect(fake.till.shown).toHaveBeenCalledWith(2));
    expect(root()).toBe('scan');
  });

  it('sends the customer to the staff when its picture is broken', async () => {
    HTMLImageElement.prototype.decode = () => Promise.reject(new Error('not a picture'));
    await open(scan(1, 'a'));
    await waitFor(() => expect(root()).toBe('noPicture'));
    expect(pictures.size).toBe(0);
  });

  it('tells the till of the newest screen only', async () => {
    const { till, say } = await open(screenOf(screenViews.idle, { number: 1 }));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(1));
    say(screenOf(screenViews.preparing, { number: 2 }));
    say(screenOf(screenViews.timedOut, { number: 3 }));
    await waitFor(() => expect(till.shown).toHaveBeenCalledWith(3));
    expect(till.shown.mock.calls).toEqual([[1], [3]]);
  });
});

/** Lets more frames pass than the screen waits for. */
async function frames(): Promise<void> {
  for (let frame = 0; frame < 4; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
