import { fireEvent, render, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Counter, Language, PaymentView } from '../contract';
import { counterOf, paymentOf, problemOf } from '../platform/stories/counters';
import { foundPayments } from '../platform/stories/found';
import { violations } from '../testing/axe';
import { button, id, openCashier, plain } from '../testing/cashier';
import { cashierTill, later } from '../testing/till';
import Cashier from './Cashier.svelte';
import { LOOK_MS } from './finder.svelte';
import { leftOf } from './refunding.svelte';
import { timesOf } from './seeker.svelte';

const field = (name: string): HTMLInputElement => id(name) as HTMLInputElement;
const type = (name: string, value: string) => fireEvent.input(id(name), { target: { value } });
const key = (name: string) => fireEvent.keyDown(document.body, { key: name });
const kroner = (value: number) => ({ value, currency: 'NOK' }) as const;

async function open(first: Counter = counterOf()) {
  const opened = await openCashier(first);
  await key('F2');
  await waitFor(() => expect(rows().length).toBe(foundPayments.length));
  return opened;
}

const rows = (): HTMLButtonElement[] => [...id('found').querySelectorAll('button')];

/** Opens the form for the first payment that was found, filled in but for the PIN. */
async function fillIn(first?: Counter) {
  const fake = await open(first);
  await fireEvent.click(rows()[0] as HTMLElement);
  await fireEvent.click(await page.findByTestId('refund-open'));
  await type('refund-reason', 'Vare returnert');
  return fake;
}

describe('finding a payment', () => {
  it.each<Language>(['nb', 'en'])('breaks no accessibility rule in %s', async (language) => {
    await open(counterOf({ language }));
    await fireEvent.click(rows()[1] as HTMLElement);
    await page.findByTestId('refund-open');
    expect(await violations()).toEqual([]);
    await fireEvent.click(id('refund-open'));
    expect(await violations()).toEqual([]);
    expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
  });

  it('looks for what was typed, by reference, amount and time', async () => {
    const { till } = await open();
    expect(document.activeElement).toBe(id('find-query'));
    await type('find-query', '1 249,00');
    await type('find-day', '2026-11-23');
    await type('find-from', '0830');
    await type('find-to', '13:30');
    await fireEvent.submit(id('find-query').closest('form') as HTMLFormElement);
    expect(till.search.mock.lastCall).toEqual([
      {
        query: '1249,00',
        since: new Date(2026, 10, 23, 8, 30).toISOString(),
        until: new Date(2026, 10, 23, 13, 31).toISOString(),
      },
    ]);
  });

  it.each([
    ['find-query', 'ab', 'Skriv et beløp, som 249,00, eller tre tegn av referansen.'],
    ['find-from', '25:00', 'Skriv tiden som 13:30, og dagen også.'],
    ['find-from', '08:30', 'Skriv tiden som 13:30, og dagen også.'],
  ])('says what is wrong with %s %j, and asks nothing', async (name, value, why) => {
    const { till } = await open();
    const asked = till.search.mock.calls.length;
    await type(name, value);
    await fireEvent.click(id('find-act'));
    expect(plain('find-unclear')).toBe(why);
    expect(till.search.mock.calls.length).toBe(asked);
  });

  it('says so when nothing fits, and when the till refuses', async () => {
    const { till } = await open();
    till.search.mockResolvedValue({ payments: [] });
    await fireEvent.click(id('find-act'));
    await waitFor(() => expect(plain('find-none')).toContain('Ingen betaling passer.'));
    till.search.mockRejectedValue(problemOf('journal_unavailable'));
    await fireEvent.click(id('find-act'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('journal_unavailable'));
  });

  it('shows only the answer to the newest question', async () => {
    const { till } = await open();
    const slow = later<{ payments: PaymentView[] }>();
    till.search.mockReturnValueOnce(slow.promise);
    await fireEvent.click(id('find-act'));
    till.search.mockResolvedValue({ payments: foundPayments.slice(0, 1) });
    await fireEvent.click(id('find-act'));
    await waitFor(() => expect(rows().length).toBe(1));
    slow.resolve({ payments: foundPayments });
    await slow.promise;
    await waitFor(() => expect(rows().length).toBe(1));
  });

  it('goes on where the page ended', async () => {
    const { till } = await open();
    till.search.mockResolvedValue({ payments: foundPayments, before: 'kvitt-till1-0040-1' });
    await fireEvent.click(id('find-act'));
    await waitFor(() => page.getByText('Vis flere'));
    const older = paymentOf('paid', { reference: 'kvitt-till1-0001-1' });
    till.search.mockResolvedValue({ payments: [older] });
    await fireEvent.click(page.getByText('Vis flere'));
    expect(till.search.mock.lastCall).toEqual([{ before: 'kvitt-till1-0040-1' }]);
    await waitFor(() => expect(rows().length).toBe(foundPayments.length + 1));
  });

  it('says how a payment stands, and what can be done', async () => {
    const { till } = await open();
    await fireEvent.click(rows()[0] as HTMLElement);
    await waitFor(() => expect(plain('found-status')).toBe('Betalt'));
    expect(plain('found-todo')).toBe('Kan betales tilbake: 249,00 kr');
    expect(page.queryByTestId('found-receipt')).toBeNull();
    expect(page.queryByTestId('found-link')).toBeNull();
    till.payment.mockResolvedValue(foundPayments[1] as PaymentView);
    await fireEvent.click(rows()[1] as HTMLElement);
    await waitFor(() => expect(plain('found-todo')).toBe('Kan betales tilbake: 200,00 kr'));
    expect(plain('refunds')).toContain('49,00 kr er betalt tilbake');
    expect(plain('refunds')).toContain('Vare returnert');
    till.payment.mockResolvedValue(foundPayments[2] as PaymentView);
    await fireEvent.click(rows()[2] as HTMLElement);
    await waitFor(() => expect(plain('found-todo')).toContain('Ingen penger er beholdt'));
    expect(page.queryByTestId('refund-open')).toBeNull();
  });

  it('says of a reserved amount that it is still to be collected', async () => {
    const { till } = await open();
    till.payment.mockResolvedValue(paymentOf('approved', { final: true, capturable: kroner(24_900) }));
    await fireEvent.click(rows()[0] as HTMLElement);
    await waitFor(() => expect(plain('found-status')).toBe('Beløpet er reservert'));
    expect(plain('found-todo')).toContain('Trekk beløpet når varen er levert');
    expect(page.queryByTestId('refund-open')).toBeNull();
  });

  it('says how the receipt and the link in the app stand', async () => {
    const { till } = await open();
    till.payment.mockResolvedValue(paymentOf('paid', { receipt: 'stored', link: 'refused' }));
    await fireEvent.click(rows()[0] as HTMLElement);
    await waitFor(() => expect(plain('found-receipt')).toBe('Kvitteringen er i kundens app.'));
    expect(plain('found-link')).toContain('Gi kunden billetten, eller hva den leder til, på en annen måte.');
  });

  it('chooses the only one that fits, and the arrows lead through the list', async () => {
    const { till } = await open();
    await fireEvent.keyDown(id('find-query'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows()[0]);
    await key('ArrowDown');
    await key('ArrowDown');
    await key('ArrowDown');
    expect(document.activeElement).toBe(rows()[2]);
    for (let press = 0; press < 3; press += 1) await key('ArrowUp');
    expect(document.activeElement).toBe(id('find-query'));
    till.search.mockResolvedValue({ payments: foundPayments.slice(2) });
    await fireEvent.click(id('find-act'));
    await waitFor(() => expect(till.payment.mock.lastCall).toEqual(['kvitt-till1-0040-1']));
  });

  it('is reached from the last payments, and Escape leads back', async () => {
    const fake = cashierTill(counterOf());
    render(Cashier, { till: fake.till });
    const recent = await page.findByTestId('recent');
    await fireEvent.click(recent.querySelectorAll('button')[3] as HTMLElement);
    expect(fake.till.payment).toHaveBeenCalledWith('kvitt-till1-0039-1');
    await waitFor(() => expect(plain('found-reference')).toBe('kvitt-till1-0039-1'));
    await key('Escape');
    expect(page.queryByTestId('chosen')).toBeNull();
    expect(fake.till.cancel).not.toHaveBeenCalled();
  });

  it('keeps what happens at the till in sight, and its keys charge nothing', async () => {
    const { till, say } = await open(counterOf());
    await key('5');
    await key('Enter');
    expect(till.charge).not.toHaveBeenCalled();
    say(counterOf({ number: 2, payment: paymentOf('waiting'), mayCharge: false, mayCancel: true }));
    await waitFor(() => expect(plain('strip')).toContain('Venter på at kunden skanner'));
  });
});

describe('giving money back', () => {
  it('asks for all that is left, with the reason and the PIN', async () => {
    const { till } = await fillIn();
    expect(field('refund-amount').value).toBe('249,00');
    await type('refund-pin', '7382');
    await fireEvent.click(id('refund-ask'));
    expect(till.refund.mock.calls).toEqual([
      [
        'kvitt-till1-0042-1',
        { amount: kroner(24_900), reason: 'Vare returnert' },
        expect.stringMatching(/^cashier-[0-9a-f]{32}$/),
        '7382',
      ],
    ]);
    await waitFor(() => expect(page.queryByTestId('refund')).toBeNull());
  });

  it('takes a part, and a reason from the glass', async () => {
    const { till } = await fillIn();
    field('refund-amount').focus();
    await fireEvent.click(page.getAllByTestId('keypad-backspace').at(-1) as HTMLElement);
    await type('refund-amount', '49,5');
    expect(plain('refund-ask')).toBe('Betal tilbake 49,50 kr');
    await fireEvent.click(page.getByText('Feil beløp'));
    await type('refund-pin', '7382');
    await fireEvent.click(id('refund-ask'));
    expect(till.refund.mock.lastCall?.[1]).toEqual({ amount: kroner(4_950), reason: 'Feil beløp' });
  });

  it('is one refund, however often it is pressed', async () => {
    const { till } = await fillIn();
    const answer = later<PaymentView>();
    till.refund.mockReturnValue(answer.promise);
    await type('refund-pin', '7382');
    const ask = button('refund-ask');
    ask.click();
    ask.click();
    await fireEvent.submit(id('refund'));
    expect(till.refund).toHaveBeenCalledOnce();
    await waitFor(() => expect(button('refund-ask').disabled).toBe(true));
    await key('Escape');
    expect(page.queryByTestId('refund')).not.toBeNull();
    answer.resolve(paymentOf('paid'));
    await waitFor(() => expect(page.queryByTestId('refund')).toBeNull());
  });

  it('asks for the very same again when nobody answered', async () => {
    const { till } = await fillIn();
    till.refund.mockRejectedValueOnce('the window is closing');
    await type('refund-pin', '7382');
    await fireEvent.click(id('refund-ask'));
    await waitFor(() => expect(plain('refund-unknown')).toContain('ingenting betales tilbake to ganger'));
    expect(field('refund-amount').disabled && field('refund-reason').disabled).toBe(true);
    await type('refund-pin', '7382');
    await fireEvent.click(id('refund-ask'));
    const [first, second] = till.refund.mock.calls;
    expect(second).toEqual(first);
  });

  it('has another key in another form', async () => {
    const { till } = await fillIn();
    till.refund.mockRejectedValue(problemOf('pin_wrong'));
    await type('refund-pin', '1111');
    await fireEvent.click(id('refund-ask'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('pin_wrong'));
    expect(field('refund-pin').value).toBe('');
    await key('Escape');
    await fireEvent.click(await page.findByTestId('refund-open'));
    await type('refund-reason', 'Vare returnert');
    await type('refund-pin', '1111');
    await fireEvent.click(id('refund-ask'));
    const keys = till.refund.mock.calls.map(([, , key]) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('waits after wrong PINs, and says how long', async () => {
    const { till } = await fillIn();
    till.refund.mockRejectedValue({ ...problemOf('pin_wait'), waitMs: 30_000 });
    await type('refund-pin', '1111');
    await fireEvent.click(id('refund-ask'));
    await waitFor(() => expect(plain('refund-wait')).toMatch(/^Du kan prøve igjen om 0:(30|29)\.$/));
    expect(button('refund-ask').disabled && field('refund-pin').disabled).toBe(true);
    await fireEvent.submit(id('refund'));
    expect(till.refund).toHaveBeenCalledOnce();
  });

  it.each([
    ['refund-amount', 'alt', 'Skriv beløpet som 49,00.'],
    ['refund-amount', '0', 'Skriv beløpet som 49,00.'],
    ['refund-amount', '249,01', 'Høyst 249,00 kr kan betales tilbake.'],
    ['refund-reason', ' ', 'Skriv eller velg en årsak.'],
    ['refund-pin', '', 'Skriv PIN-koden.'],
  ])('does not ask with %s %j', async (name, value, why) => {
    const { till } = await fillIn();
    await type('refund-pin', '7382');
    await type(name, value);
    await fireEvent.click(id('refund-ask'));
    expect(plain('refund-missing')).toBe(why);
    expect(till.refund).not.toHaveBeenCalled();
  });

  it('is refused without a PIN, and says how one is set', async () => {
    const { till } = await open();
    till.pinState.mockResolvedValue({ isSet: false, waitMs: 0 });
    await fireEvent.click(rows()[0] as HTMLElement);
    await fireEvent.click(await page.findByTestId('refund-open'));
    await waitFor(() => expect(plain('pin-unset')).toContain('kvitt pin set'));
    expect(page.queryByTestId('refund')).toBeNull();
  });

  it('says the PIN in the demo, and nowhere else', async () => {
    await fillIn(counterOf({ environment: 'demo' }));
    expect(plain('demo-pin')).toBe('I demoen er PIN-koden 1234.');
  });

  it('does not say the demo’s PIN where money is real', async () => {
    await fillIn(counterOf({ environment: 'production' }));
    expect(document.body.textContent).not.toContain('1234.');
  });

  it('follows the refund until it is made', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { till } = await fillIn();
    const refund = { number: 1, amount: kroner(24_900), at: '2026-11-23T12:10:00Z' };
    till.refund.mockResolvedValue(paymentOf('paid', { refunds: [{ ...refund, status: 'asked' }] }));
    await type('refund-pin', '7382');
    await fireEvent.click(id('refund-ask'));
    await vi.advanceTimersByTimeAsync(0);
    expect(plain('refunds')).toContain('betales tilbake så snart Vipps MobilePay svarer');
    expect(page.queryByTestId('refund-open')).toBeNull();
    till.payment.mockResolvedValue(
      paymentOf('paid', { refunded: kroner(24_900), refunds: [{ ...refund, status: 'made' }] }),
    );
    await vi.advanceTimersByTimeAsync(2 * LOOK_MS);
    expect(plain('refunds')).toContain('249,00 kr er betalt tilbake');
    expect(plain('found-todo')).toBe('Alt er betalt tilbake.');
  });
});

describe('what is left to give back', () => {
  it('is what was collected, without what is back and what is on its way', () => {
    const refunds = [
      { number: 1, amount: kroner(2_000), status: 'asked' as const, at: '2026-11-23T12:10:00Z' },
    ];
    expect(leftOf(paymentOf('paid', { refunded: kroner(4_900), refunds }))).toBe(18_000);
    expect(leftOf(paymentOf('waiting'))).toBe(0);
    expect(leftOf(paymentOf('expired'))).toBe(0);
  });
});

describe('times', () => {
  it('are of the day of this place, to the end of the last minute', () => {
    expect(timesOf('', '', '')).toEqual({});
    expect(timesOf('2026-11-30', '', '')).toEqual({
      since: new Date(2026, 10, 30).toISOString(),
      until: new Date(2026, 11, 1).toISOString(),
    });
    for (const day of ['x', '31.02', '2026-02-31', '2026-13-01', '26'])
      expect(timesOf(day, '', ''), day).toBe('dayWrong');
    for (const time of ['24:00', '1', '12:60', 'x'])
      expect(timesOf('2026-11-30', time, ''), time).toBe('timeWrong');
  });

  it('take a day as it is said, and without its year as the last one', () => {
    const now = new Date(2026, 10, 26, 14, 0);
    const on = (day: string) => timesOf(day, '', '', now);
    const began = (year: number, month: number, day: number) =>
      expect.objectContaining({ since: new Date(year, month - 1, day).toISOString() });
    for (const day of ['26.11', '2611', '26,11', '26.11.2026', '26112026', '2026-11-26']) {
      expect(on(day), day).toEqual(began(2026, 11, 26));
    }
    expect(on('27.11')).toEqual(began(2025, 11, 27));
    expect(on('3.01')).toEqual(began(2026, 1, 3));
  });
});
