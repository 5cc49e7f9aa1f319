import { fireEvent, render, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { Language } from '../contract';
import { counterOf, problemOf } from '../platform/stories/counters';
import { dayOf, savedTotals } from '../platform/stories/found';
import { violations } from '../testing/axe';
import { id, plain } from '../testing/cashier';
import { cashierTill } from '../testing/till';
import Cashier from './Cashier.svelte';

const cells = (): string[] =>
  [...id('totals').querySelectorAll('tbody th, tbody td')].map((cell) =>
    (cell.textContent ?? '').replaceAll('\u00a0', ' '),
  );

async function open(language: Language = 'nb', totals = dayOf()) {
  const fake = cashierTill(counterOf({ language }));
  fake.till.totals.mockResolvedValue(totals);
  render(Cashier, { till: fake.till });
  await page.findByTestId('shop');
  await fireEvent.keyDown(document.body, { key: 'F4' });
  await page.findByTestId('day');
  return fake;
}

describe('the totals of a day', () => {
  it.each<Language>(['nb', 'en'])('break no accessibility rule in %s', async (language) => {
    await open(language);
    expect(await violations()).toEqual([]);
    expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
  });

  it('are of each currency by itself', async () => {
    const { till } = await open();
    expect(till.totals.mock.calls).toEqual([[undefined]]);
    expect(plain('day')).toBe('Tallene for mandag 23. november 2026');
    expect(cells()).toEqual([
      ...['NOK', '18 493,00 kr (14)', '98,00 kr (2)', '18 395,00 kr'],
      ...['EUR', '25,00 € (1)', '0,00 € (0)', '25,00 €'],
    ]);
  });

  it('go back day by day, and not into the future', async () => {
    const { till } = await open();
    expect((id('day-after') as HTMLButtonElement).disabled).toBe(true);
    till.totals.mockResolvedValue(dayOf({ day: '2026-11-22', isToday: false, totals: [] }));
    await fireEvent.click(id('day-before'));
    expect(till.totals.mock.lastCall).toEqual(['2026-11-22']);
    await waitFor(() => expect(plain('totals-none')).toContain('Ingen penger'));
    await fireEvent.click(id('day-after'));
    expect(till.totals.mock.lastCall).toEqual(['2026-11-23']);
  });

  it('are saved once, and it says where', async () => {
    const { till } = await open();
    const save = id('save-totals') as HTMLButtonElement;
    save.click();
    save.click();
    await waitFor(() => expect(plain('saved')).toContain(savedTotals.folder));
    expect(plain('saved')).toContain(savedTotals.totals);
    expect(plain('saved')).toContain(savedTotals.movements);
    expect(till.saveTotals.mock.calls).toEqual([['2026-11-23']]);
  });

  it('say why they can not be saved', async () => {
    const { till } = await open();
    till.saveTotals.mockRejectedValue(problemOf('not_saved'));
    await fireEvent.click(id('save-totals'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('not_saved'));
  });
});
