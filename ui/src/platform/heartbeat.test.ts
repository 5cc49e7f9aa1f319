import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BEAT_MS, REST_MS, beat, hastening, type Heartbeat } from './heartbeat';

describe('the heartbeat of a page', () => {
  let alive: ReturnType<typeof vi.fn<(painting: boolean) => Promise<boolean>>>;
  let visibility: ReturnType<typeof vi.spyOn>;
  let heartbeat: Heartbeat;

  beforeEach(() => {
    vi.useFakeTimers();
    alive = vi.fn<(painting: boolean) => Promise<boolean>>(async () => false);
    visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
  });
  afterEach(() => {
    heartbeat.stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const heard = (): boolean[] => alive.mock.calls.map(([painting]) => painting);

  function becomes(state: DocumentVisibilityState): void {
    visibility.mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  }

  it('comes with a frame, at once and then regularly', async () => {
    heartbeat = beat(alive);
    expect(heard()).toEqual([]);
    await vi.advanceTimersToNextFrame();
    expect(heard()).toEqual([true]);
    await vi.advanceTimersByTimeAsync(3 * BEAT_MS);
    expect(heard()).toEqual([true, true, true, true]);
  });

  it('stops when the page paints no more, though its timers run', async () => {
    vi.spyOn(globalThis, 'requestAnimationFrame').mockReturnValue(1);
    heartbeat = beat(alive);
    await vi.advanceTimersByTimeAsync(5 * BEAT_MS);
    expect(heard()).toEqual([]);
    expect(requestAnimationFrame).toHaveBeenCalledOnce();
  });

  it('says of a hidden page that it runs and does not paint, and at once when that changes', async () => {
    heartbeat = beat(alive);
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
    heartbeat = beat(alive);
    await vi.advanceTimersByTimeAsync(2 * BEAT_MS + 100);
    expect(alive).toHaveBeenCalledTimes(3);
  });

  it('rests when it may, until there is something newer', async () => {
    alive.mockResolvedValue(true);
    heartbeat = beat(alive);
    await vi.advanceTimersToNextFrame();
    await vi.advanceTimersByTimeAsync(REST_MS - 100);
    expect(heard()).toEqual([true]);
    await vi.advanceTimersByTimeAsync(200);
    expect(heard()).toEqual([true, true]);
    alive.mockResolvedValue(false);
    let tell: (value: string) => void = () => undefined;
    const listen = hastening(heartbeat, async (heard: (value: string) => void) => {
      tell = heard;
      return () => undefined;
    });
    const values: string[] = [];
    await listen((value) => values.push(value));
    tell('a screen');
    expect(values).toEqual(['a screen']);
    await vi.advanceTimersByTimeAsync(BEAT_MS + 100);
    expect(heard()).toEqual([true, true, true]);
    await vi.advanceTimersByTimeAsync(BEAT_MS + 100);
    expect(heard()).toEqual([true, true, true, true]);
  });

  it.each([false, true])(
    'comes in time however often there is something newer, resting: %s',
    async (rest) => {
      alive.mockResolvedValue(rest);
      heartbeat = beat(alive);
      for (let half = 0; half < 40; half += 1) {
        heartbeat.hasten();
        await vi.advanceTimersByTimeAsync(500);
      }
      expect(heard().length).toBeGreaterThanOrEqual(8);
    },
  );

  it('does not rest by an answer that is older than the news', async () => {
    const answers: ((mayRest: boolean) => void)[] = [];
    alive.mockImplementation(() => new Promise((answer) => answers.push(answer)));
    heartbeat = beat(alive);
    await vi.advanceTimersToNextFrame();
    heartbeat.hasten();
    answers[0]?.(true);
    await vi.advanceTimersByTimeAsync(BEAT_MS + 100);
    expect(heard()).toEqual([true, true]);
  });

  it('leaves nothing behind when it stops', () => {
    heartbeat = beat(alive);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
    becomes('hidden');
    expect(heard()).toEqual([]);
  });
});
