import { render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tick } from 'svelte';

import Timer from './Timer.svelte';
import { minutesAndSeconds } from './countdown.svelte';

describe('minutesAndSeconds', () => {
  it.each([
    [600_000, '10:00'],
    [599_001, '10:00'],
    [599_000, '09:59'],
    [60_000, '01:00'],
    [1, '00:01'],
    [0, '00:00'],
    [-5_000, '00:00'],
  ])('%i ms is %s', (left, text) => expect(minutesAndSeconds(left)).toBe(text));
});

describe('the countdown', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const shown = (): string | null => screen.getByTestId('countdown').textContent;

  async function pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    await tick();
  }

  it('counts down second by second and ends on zero', async () => {
    render(Timer, { label: 'Tid igjen', leftMs: 3_000, ofMs: 10_000, at: performance.now() });
    expect(shown()).toBe('00:03');
    await pass(1_001);
    expect(shown()).toBe('00:02');
    await pass(2_000);
    expect(shown()).toBe('00:00');
    expect(vi.getTimerCount()).toBe(0);
    await pass(60_000);
    expect(shown()).toBe('00:00');
  });

  it('starts from when the value came, not from when it is drawn', async () => {
    const at = performance.now();
    await pass(5_000);
    render(Timer, { label: 'Tid igjen', leftMs: 60_000, at });
    expect(shown()).toBe('00:55');
  });

  it('does not care what the wall clock says', async () => {
    render(Timer, { label: 'Tid igjen', leftMs: 60_000, at: performance.now() });
    const before = performance.now();
    vi.setSystemTime(new Date('2001-01-01T00:00:00Z'));
    expect(performance.now()).toBe(before);
    await pass(10_000);
    expect(shown()).toBe('00:50');
  });

  it('wakes once a second, not more', async () => {
    render(Timer, { label: 'Tid igjen', leftMs: 600_000, ofMs: 600_000, at: performance.now() });
    const set = vi.spyOn(globalThis, 'setTimeout');
    await pass(30_000);
    expect(set.mock.calls.length).toBeGreaterThanOrEqual(29);
    expect(set.mock.calls.length).toBeLessThanOrEqual(31);
  });

  it('takes a new value over at once', async () => {
    const { rerender } = render(Timer, { label: 'Tid igjen', leftMs: 60_000, at: performance.now() });
    await pass(30_000);
    await rerender({ label: 'Tid igjen', leftMs: 45_000, at: performance.now() });
    await tick();
    expect(shown()).toBe('00:45');
    await pass(5_000);
    expect(shown()).toBe('00:40');
  });

  it('stops when its screen is gone', async () => {
    const { unmount } = render(Timer, { label: 'Tid igjen', leftMs: 60_000, at: performance.now() });
    await tick();
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
