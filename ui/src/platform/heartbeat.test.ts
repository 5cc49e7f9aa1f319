import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BEAT_MS, beat } from './heartbeat';

describe('the heartbeat of a page', () => {
  let alive: ReturnType<typeof vi.fn<(painting: boolean) => Promise<void>>>;
  let visibility: ReturnType<typeof vi.spyOn>;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    alive = vi.fn<(painting: boolean) => Promise<void>>(async () => undefined);
    visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
  });
  afterEach(() => {
    stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const heard = (): boolean[] => alive.mock.calls.map(([painting]) => painting);

  function becomes(state: DocumentVisibilityState): void {
    visibility.mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  }

  it('comes with a frame, at once and then regularly', async () => {
    stop = beat(alive);
    expect(heard()).toEqual([]);
    await vi.advanceTimersToNextFrame();
    expect(heard()).toEqual([true]);
    await vi.advanceTimersByTimeAsync(3 * BEAT_MS);
    expect(heard()).toEqual([true, true, true, true]);
  });

  it('stops when the page paints no more, though its timers run', async () => {
    vi.spyOn(globalThis, 'requestAnimationFrame').mockReturnValue(1);
    stop = beat(alive);
    await vi.advanceTimersByTimeAsync(5 * BEAT_MS);
    expect(heard()).toEqual([]);
    expect(requestAnimationFrame).toHaveBeenCalledOnce();
  });

  it('says of a hidden page that it runs and does not paint, and at once when that changes', async () => {
    stop = beat(alive);
    await vi.advanceTimersToNextFrame();
    becomes('hidden');
    expect(heard()).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    expect(heard()).toEqual([true, false, false]);
    becomes('visible');
    await vi.advanceTimersToNextFrame();
    expect(heard()).toEqual([true, false, false, true]);
  });

  it('goes on when nobody hears it', async () => {
    alive.mockRejectedValue(new Error('gone'));
    stop = beat(alive);
    await vi.advanceTimersByTimeAsync(2 * BEAT_MS + 100);
    expect(alive).toHaveBeenCalledTimes(3);
  });

  it('leaves nothing behind when it stops', () => {
    stop = beat(alive);
    stop();
    expect(vi.getTimerCount()).toBe(0);
    becomes('hidden');
    expect(heard()).toEqual([]);
  });
});
