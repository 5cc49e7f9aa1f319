import { fireEvent, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { Counter, Language } from '../contract';
import { counterOf, paymentOf, problemOf } from '../platform/stories/counters';
import { reservedPayment } from '../platform/stories/found';
import { violations } from '../testing/axe';
import { id, openCashier, plain } from '../testing/cashier';
import { later } from '../testing/till';

const due = { value: 24_900, currency: 'NOK' } as const;
const press = (name: string) => fireEvent.click(id(name));
const reserved = (more: Partial<Counter> = {}): Counter =>
  counterOf({ payment: paymentOf('approved', { final: true, capturable: due }), ...more });

describe('collecting what is reserved', () => {
  it.each<Language>(['nb', 'en'])('breaks no accessibility rule in %s', async (language) => {
    await openCashier(reserved({ language }));
    expect(await violations()).toEqual([]);
    for (const name of ['collect', 'let-go']) {
      await press(name);
      expect(await violations()).toEqual([]);
      expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
      await press('collect-back');
    }
  });

  it('asks once more, and collects what was seen', async () => {
    const { till, say } = await openCashier(reserved());
    await press('collect');
    expect(plain('collect-sure')).toBe('Trekke 249,00 kr nå? Kunden betaler beløpet.');
    expect(document.activeElement).toBe(id('collect-back'));
    expect(till.capture.mock.calls).toEqual([]);
    await press('collect-yes');
    expect(till.capture.mock.calls).toEqual([['kvitt-till1-0042-1', { amount: due }, expect.any(String)]]);
    say(counterOf({ number: 2, payment: paymentOf('paid') }));
    await waitFor(() => expect(page.queryByTestId('reserved')).toBeNull());
    expect(plain('status')).toBe('Betalt');
  });

  it('lets go only when that is confirmed', async () => {
    const { till } = await openCashier(reserved());
    await press('let-go');
    await press('collect-back');
    expect(page.queryByTestId('collect-sure')).toBeNull();
    await press('let-go');
    expect(plain('collect-sure')).toContain('kan beløpet ikke trekkes siden');
    await press('collect-yes');
    expect(till.cancel.mock.calls).toEqual([['kvitt-till1-0042-1']]);
    expect(till.capture.mock.calls).toEqual([]);
  });

  it('does nothing twice while an answer is awaited', async () => {
    const { till } = await openCashier(reserved());
    const answer = later<ReturnType<typeof paymentOf>>();
    till.capture.mockReturnValue(answer.promise);
    await press('collect');
    await press('collect-yes');
    await press('collect-yes');
    await press('collect-back');
    expect(till.capture).toHaveBeenCalledTimes(1);
    answer.resolve(paymentOf('paid'));
    await waitFor(() => expect(id('collect')).toBeTruthy());
  });

  it('asks for the same under the same key when nobody answered, and for another amount under another', async () => {
    const { till, say } = await openCashier(reserved());
    till.capture.mockRejectedValueOnce(new Error('gone')).mockRejectedValueOnce(problemOf('unclear'));
    for (const told of ['collect-unknown', 'problem']) {
      await press('collect');
      await press('collect-yes');
      await waitFor(() => expect(id(told)).toBeTruthy());
    }
    const less = paymentOf('approved', { final: true, capturable: { ...due, value: 20_000 } });
    say(counterOf({ number: 2, payment: less }));
    await waitFor(() => expect(plain('collect')).toBe('Trekk 200,00 kr'));
    await press('collect');
    await press('collect-yes');
    const keys = till.capture.mock.calls.map(([, , key]) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('says why it was refused', async () => {
    const { till } = await openCashier(reserved());
    till.capture.mockRejectedValue(problemOf('above_reserved'));
    await press('collect');
    await press('collect-yes');
    await waitFor(() => expect(id('problem').dataset['code']).toBe('above_reserved'));
    expect(page.queryByTestId('collect-sure')).toBeNull();
  });

  it('takes Escape for a no before anything else', async () => {
    const { till } = await openCashier();
    till.search.mockResolvedValue({ payments: [reservedPayment] });
    till.payment.mockResolvedValue(reservedPayment);
    await fireEvent.keyDown(document.body, { key: 'F2' });
    await waitFor(() => expect(id('found').querySelectorAll('button').length).toBe(1));
    await fireEvent.click(id('found').querySelector('button') as HTMLElement);
    await waitFor(() => expect(plain('collect')).toBe('Trekk 200,00 kr'));
    expect(plain('collected')).toContain('49,00 kr er trukket');
    await press('collect');
    await fireEvent.keyDown(id('collect-back'), { key: 'Escape' });
    await waitFor(() => expect(page.queryByTestId('collect-sure')).toBeNull());
    expect(id('found')).toBeTruthy();
    await press('collect');
    till.capture.mockResolvedValue(paymentOf('paid', { reference: reservedPayment.reference }));
    await press('collect-yes');
    await waitFor(() => expect(plain('found-status')).toBe('Betalt'));
    expect(till.capture.mock.lastCall?.slice(0, 2)).toEqual([
      'kvitt-till1-0039-1',
      { amount: { value: 20_000, currency: 'NOK' } },
    ]);
  });

  it('offers nothing where nothing is reserved', async () => {
    await openCashier(counterOf({ payment: paymentOf('paid') }));
    expect(page.queryByTestId('reserved')).toBeNull();
  });
});
