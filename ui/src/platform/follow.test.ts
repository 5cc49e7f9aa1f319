import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { later } from '../testing/till';
import { CALL_LIMIT_MS, Followed, LOST_RETRY_MS, RETRY_AFTER_MS } from './follow.svelte';

interface Value {
  number: number;
  text: string;
}

const value = (number: number): Value => ({ number, text: `value ${number}` });
const RETRIES_MS = RETRY_AFTER_MS.reduce((sum, wait) => sum + wait, 0);

describe('following the till', () => {
  let say: (value: Value) => void;
  let order: string[];
  let unlisten: ReturnType<typeof vi.fn<() => void>>;

  beforeEach(() => {
    vi.useFakeTimers();
    order = [];
    unlisten = vi.fn<() => void>();
  });
  afterEach(() => void vi.useRealTimers());

  function follow(snapshot: () => Promise<Value>, numbered = true): Followed<Value> {
    return new Followed<Value>({
      snapshot: () => {
        order.push('snapshot');
        return snapshot();
      },
      listen: async (heard) => {
        order.push('listen');
        say = heard;
        return unlisten;
      },
      ...(numbered && { number: (value: Value) => value.number }),
    });
  }

  const shown = (followed: Followed<Value>): Value | string =>
    followed.now.state === 'showing' ? followed.now.value : followed.now.state;

  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  it('listens first and then asks, so that nothing falls between', async () => {
    const followed = follow(async () => value(3));
    expect(shown(followed)).toBe('waiting');
    await settle();
    expect(order).toEqual(['listen', 'snapshot']);
    expect(shown(followed)).toEqual(value(3));
  });

  it('drops what is older than what it shows', async () => {
    const followed = follow(async () => value(3));
    await settle();
    say(value(5));
    say(value(4));
    expect(shown(followed)).toEqual(value(5));
  });

  it('drops a snapshot that was overtaken by an event', async () => {
    const answer = later<Value>();
    const followed = follow(() => answer.promise);
    await settle();
    say(value(9));
    answer.resolve(value(8));
    await settle();
    expect(shown(followed)).toEqual(value(9));
  });

  it('goes by the order of arrival where nothing is numbered', async () => {
    const answer = later<Value>();
    const followed = follow(() => answer.promise, false);
    await settle();
    say(value(1));
    answer.resolve(value(99));
    await settle();
    expect(shown(followed)).toEqual(value(1));
    say(value(0));
    expect(shown(followed)).toEqual(value(0));
  });

  it('says when a value came, by the monotonic clock', async () => {
    const followed = follow(async () => value(1));
    await settle();
    await vi.advanceTimersByTimeAsync(1_234);
    say(value(2));
    expect(followed.now).toMatchObject({ state: 'showing', at: performance.now() });
  });

  it('tries again when the snapshot fails, and subscribes only once', async () => {
    let calls = 0;
    const followed = follow(async () => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return value(1);
    });
    await vi.advanceTimersByTimeAsync(RETRIES_MS);
    expect(shown(followed)).toEqual(value(1));
    expect(order).toEqual(['listen', 'snapshot', 'snapshot', 'snapshot']);
  });

  it('says that it is lost after its tries, goes on slowly, and recovers', async () => {
    let answers = false;
    const followed = follow(async () => {
      if (!answers) throw new Error('gone');
      return value(1);
    });
    await vi.advanceTimersByTimeAsync(RETRIES_MS - 1);
    expect(shown(followed)).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(shown(followed)).toBe('lost');
    const tries = order.length;
    await vi.advanceTimersByTimeAsync(LOST_RETRY_MS * 3);
    expect(order.length - tries).toBe(3);
    answers = true;
    await vi.advanceTimersByTimeAsync(LOST_RETRY_MS);
    expect(shown(followed)).toEqual(value(1));
    const last = order.length;
    await vi.advanceTimersByTimeAsync(LOST_RETRY_MS * 3);
    expect(order.length).toBe(last);
  });

  it('does not wait for ever for a call that is never answered', async () => {
    const followed = follow(() => new Promise<Value>(() => undefined));
    await vi.advanceTimersByTimeAsync((RETRY_AFTER_MS.length + 1) * CALL_LIMIT_MS + RETRIES_MS);
    expect(shown(followed)).toBe('lost');
  });

  it('is not lost while events come in', async () => {
    const followed = follow(async () => {
      throw new Error('gone');
    });
    await settle();
    say(value(2));
    await vi.advanceTimersByTimeAsync(RETRIES_MS + LOST_RETRY_MS);
    expect(shown(followed)).toEqual(value(2));
  });

  it('leaves nothing behind when it stops', async () => {
    const followed = follow(async () => {
      throw new Error('gone');
    });
    await settle();
    followed.stop();
    expect(unlisten).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind when it stops before the subscription is there', async () => {
    const subscribed = later<() => void>();
    const followed = new Followed<Value>({
      snapshot: async () => value(1),
      listen: () => subscribed.promise,
    });
    followed.stop();
    subscribed.resolve(unlisten);
    await settle();
    expect(unlisten).toHaveBeenCalledOnce();
    expect(shown(followed)).toBe('waiting');
  });
});
