import { fireEvent, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Language } from '../contract';
import { counterOf, problemOf } from '../platform/stories/counters';
import { exportedNumbers, keptOf } from '../platform/stories/kept';
import { violations } from '../testing/axe';
import { button, id, openCashier, plain } from '../testing/cashier';
import { later } from '../testing/till';

const keepNumber = { purpose: 'kvitteringer', until: '2027-11-26' };
/** How long the till of these tests shows numbers, in milliseconds. */
const OPEN_MS = 180_000;

const rows = (): (string | undefined)[] =>
  [...id('numbers').querySelectorAll('.number')].map((number) => number.textContent?.trim());

async function open(language: Language = 'nb') {
  const fake = await openCashier(counterOf({ language, keepNumber }));
  await fireEvent.keyDown(document.body, { key: 'F6' });
  await waitFor(() => expect(rows()).toHaveLength(3));
  return fake;
}

/** Types the PIN, which is right, and Enter. */
async function unlocks(till: Awaited<ReturnType<typeof open>>['till'], openMs = OPEN_MS): Promise<void> {
  till.keptNumbers.mockImplementation(async (query) => keptOf(query, openMs));
  await fireEvent.input(id('numbers-pin'), { target: { value: '738251' } });
  await fireEvent.submit(id('numbers-pin').closest('form') as HTMLFormElement);
  await waitFor(() => expect(document.activeElement).toBe(id('numbers-query')));
}

async function looksFor(query: string): Promise<void> {
  await fireEvent.input(id('numbers-query'), { target: { value: query } });
  await fireEvent.submit(id('numbers-query').closest('form') as HTMLFormElement);
}

describe('the kept phone numbers', () => {
  it('are offered only where the shop keeps any', async () => {
    await openCashier(counterOf());
    expect(page.queryByTestId('open-numbers')).toBeNull();
    await fireEvent.keyDown(document.body, { key: 'F6' });
    expect(page.queryByTestId('numbers')).toBeNull();
  });

  it.each<Language>(['nb', 'en'])('break no accessibility rule in %s, locked and open', async (language) => {
    const { till } = await open(language);
    expect(await violations()).toEqual([]);
    await unlocks(till);
    await looksFor('912 34 567');
    await waitFor(() => expect(plain('numbers-number')).toBe('+4791234567'));
    expect(await violations()).toEqual([]);
    await fireEvent.click(id('numbers-erase'));
    expect(await violations()).toEqual([]);
    expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
  });

  it('are masked before the PIN, can not be chosen, and no number can be looked for', async () => {
    const { till } = await open();
    expect(rows()).toEqual(['••••• 567', '••••• 432', '••••• 567']);
    expect(document.activeElement).toBe(id('numbers-pin'));
    expect([...id('numbers').querySelectorAll('button')].every((row) => row.disabled)).toBe(true);
    await looksFor('912 34 567');
    await waitFor(() => expect(plain('numbers-locked')).toContain('PIN'));
    expect(page.queryByTestId('numbers-export')).toBeNull();
    await looksFor('0038');
    await waitFor(() => expect(rows()).toEqual(['••••• 432']));
    expect(till.openNumbers).not.toHaveBeenCalled();
  });

  it('show all of one customer who is found by number, after the PIN', async () => {
    const { till } = await open();
    await unlocks(till);
    await waitFor(() => expect(rows()).toContain('+4798765432'));
    expect(till.openNumbers.mock.calls).toEqual([['738251']]);
    await looksFor('912 34 567');
    await waitFor(() => expect(plain('numbers-number')).toBe('+4791234567'));
    expect(id('numbers-entries').children).toHaveLength(2);
    await waitFor(() => expect(button('numbers-export').disabled).toBe(false));
    await fireEvent.click(id('numbers-export'));
    expect(till.exportNumbers.mock.calls).toEqual([['kvitt-till1-0042-1']]);
    await waitFor(() => expect(plain('numbers-exported')).toContain(exportedNumbers.file));
  });

  it('are chosen from the list, and all of that customer is shown', async () => {
    const { till } = await open();
    await unlocks(till);
    await waitFor(() => expect(rows()).toContain('+4791234567'));
    await fireEvent.click(id('numbers').querySelectorAll('button')[2] as HTMLButtonElement);
    await waitFor(() => expect(id('numbers-entries').children).toHaveLength(2));
  });

  it('are erased once, after a question whose no has the focus', async () => {
    const { till } = await open();
    await unlocks(till);
    await looksFor('912 34 567');
    await page.findByTestId('numbers-erase');
    await fireEvent.click(id('numbers-erase'));
    await waitFor(() => expect(document.activeElement).toBe(id('numbers-erase-no')));
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    await waitFor(() => expect(page.queryByTestId('numbers-sure')).toBeNull());
    expect(till.eraseNumbers).not.toHaveBeenCalled();

    const { promise, resolve } = later<{ entries: number }>();
    till.eraseNumbers.mockReturnValue(promise);
    await fireEvent.click(id('numbers-erase'));
    button('numbers-erase-yes').click();
    button('numbers-erase-yes').click();
    resolve({ entries: 2 });
    await waitFor(() => expect(plain('numbers-erased')).toBe('Slettet. Oppføringer: 2.'));
    expect(till.eraseNumbers.mock.calls).toEqual([['kvitt-till1-0042-1']]);
    expect(page.queryByTestId('numbers-number')).toBeNull();
    expect((id('numbers-query') as HTMLInputElement).value).toBe('');
  });

  it('say what is wrong with the PIN, forget it, and wait', async () => {
    const { till } = await open();
    till.openNumbers.mockRejectedValue({ ...problemOf('pin_wrong'), waitMs: 30_000 });
    await fireEvent.input(id('numbers-pin'), { target: { value: '1111' } });
    await fireEvent.submit(id('numbers-pin').closest('form') as HTMLFormElement);
    await waitFor(() => expect(id('problem').dataset.code).toBe('pin_wrong'));
    expect((id('numbers-pin') as HTMLInputElement).value).toBe('');
    await waitFor(() => expect(plain('numbers-wait')).toMatch(/0:(30|29)/));
    expect(button('numbers-open').disabled).toBe(true);
    expect(rows()).toContain('••••• 567');
  });

  it('are hidden when the time is over, and when whoever looked goes back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { till } = await open();
      await unlocks(till);
      await looksFor('912 34 567');
      await waitFor(() => expect(plain('numbers-number')).toBe('+4791234567'));
      till.keptNumbers.mockImplementation(async (query) => keptOf(query));
      await vi.advanceTimersByTimeAsync(OPEN_MS);
      await waitFor(() => expect(rows()).toEqual(['••••• 567', '••••• 432', '••••• 567']));
      expect(document.body.textContent).not.toContain('4791234567');
      expect((id('numbers-query') as HTMLInputElement).value).toBe('');
      expect(till.closeNumbers, 'when somebody came').toHaveBeenCalledOnce();
      await fireEvent.click(id('back'));
      expect(till.closeNumbers).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
