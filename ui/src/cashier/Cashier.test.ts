import { fireEvent, render, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Language, PaymentView } from '../contract';
import {
  counterOf,
  counterStories,
  paymentOf,
  problemOf,
  type CounterStory,
} from '../platform/stories/counters';
import { timeText } from '../look/amount';
import { violations } from '../testing/axe';
import { addItem, button, id, openCashier as open, plain, ring } from '../testing/cashier';
import { cashierTill, later } from '../testing/till';
import { cashierTextsIn } from '../text/cashier';
import Cashier from './Cashier.svelte';
import { ARMED_MS } from './desk.svelte';
import { situationOf } from './situation';

const key = (name: string, more: KeyboardEventInit = {}): Promise<boolean> =>
  fireEvent.keyDown(document.body, { key: name, ...more });

const stories = Object.keys(counterStories('nb')) as CounterStory[];
const waiting = counterOf({ number: 2, payment: paymentOf('waiting'), mayCharge: false, mayCancel: true });

describe.each<Language>(['nb', 'en'])('the cashier window in %s', (language) => {
  it.each(stories)('%s: says what happens and breaks no accessibility rule', async (story) => {
    const counter = counterStories(language)[story];
    await open(counter);
    const situation = situationOf(counter);
    expect(plain('status')).toBe(situation.headline);
    expect(page.queryByTestId('todo')?.textContent ?? '').toBe(situation.todo);
    const problem = counter.payment?.problem ?? counter.problem;
    if (problem) {
      expect(id('problem').textContent).toContain(problem.cashier);
      expect(id('problem').dataset['code']).toBe(problem.code);
      if (problem.supportId) expect(plain('support-id')).toContain(problem.supportId);
    } else expect(page.queryByTestId('problem')).toBeNull();
    if (counter.detail) expect(plain('detail')).toBe(counter.detail);
    expect(page.queryByTestId('contact-lost') !== null).toBe(counter.contact === 'lost');
    expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
    expect(document.documentElement.lang).toBe(language);
    expect(await violations()).toEqual([]);
  });
});

describe('ringing up', () => {
  it('types 24900 as 249,00', async () => {
    await open();
    expect(plain('amount')).toBe('0,00 kr');
    expect(button('charge').disabled).toBe(true);
    await ring('249');
    await fireEvent.click(id('keypad-00'));
    expect(plain('amount')).toBe('249,00 kr');
    expect(plain('charge')).toBe('Ta betalt 249,00 kr');
    await fireEvent.click(id('keypad-backspace'));
    expect(plain('amount')).toBe('24,90 kr');
    await fireEvent.click(id('keypad-clear'));
    expect(plain('amount')).toBe('0,00 kr');
  });

  it('works by keyboard alone', async () => {
    const { till } = await open();
    for (const digit of '24905') await key(digit);
    await key('Backspace');
    await key('0');
    expect(plain('amount')).toBe('249,00 kr');
    await key('5', { ctrlKey: true });
    await key('Enter');
    expect(till.charge.mock.calls).toEqual([[{ amount: { value: 24_900, currency: 'NOK' } }]]);
    await waitFor(() => expect(plain('amount')).toBe('0,00 kr'));
  });

  it('says why an amount can not be charged', async () => {
    await open();
    await ring('99');
    expect(plain('amount-warning')).toBe('Minste beløp er 1,00 kr.');
    expect(button('charge').disabled).toBe(true);
    await ring('999999');
    expect(plain('amount-warning')).toBe('Største beløp er 650 000,00 kr.');
    expect(plain('amount')).toBe('99 999,99 kr');
  });

  it('keeps the focus where it was, so that Enter goes on meaning charge', async () => {
    await open();
    expect(await fireEvent.mouseDown(id('keypad-5'))).toBe(false);
  });

  it('makes lines the amount and sends them', async () => {
    const { till } = await open();
    await addItem('Kaffe', '2', '39,00');
    await addItem('Bolle', '1', '42.5');
    expect(plain('amount')).toBe('120,50 kr');
    // In the field that has the focus the keys would type.
    expect(button('keypad-1').disabled).toBe(false);
    (document.activeElement as HTMLElement).blur();
    await waitFor(() => expect(button('keypad-1').disabled).toBe(true));
    await fireEvent.click(id('charge'));
    expect(till.charge.mock.calls[0]?.[0]).toEqual({
      amount: { value: 12_050, currency: 'NOK' },
      lines: [
        { name: 'Kaffe', quantity: 2, unitPrice: 3_900 },
        { name: 'Bolle', quantity: 1, unitPrice: 4_250 },
      ],
    });
    await waitFor(() => expect(page.queryByTestId('lines')).toBeNull());
  });

  it.each([
    ['', '1', '39', 'Skriv hva varen heter, 1 til 100 tegn.'],
    ['Kaffe', '0', '39', 'Antallet må være et helt tall fra 1 til 9999.'],
    ['Kaffe', '1.5', '39', 'Antallet må være et helt tall fra 1 til 9999.'],
    ['Kaffe', '1', 'gratis', 'Skriv prisen som 49,00.'],
  ])('refuses a line of %j, %j, %j and says why', async (name, quantity, price, why) => {
    await open();
    await addItem(name, quantity, price);
    expect(plain('line-wrong')).toBe(why);
    expect(page.queryByTestId('lines')).toBeNull();
  });

  it('leaves keys typed into a field to the field', async () => {
    const { till } = await open();
    await ring('5000');
    await fireEvent.keyDown(id('line-name'), { key: '7' });
    await fireEvent.keyDown(id('line-name'), { key: 'Enter' });
    expect(plain('amount')).toBe('50,00 kr');
    expect(till.charge).not.toHaveBeenCalled();
  });
});

describe('charging', () => {
  it('starts one payment, however often it is pressed', async () => {
    const { till } = await open();
    const answer = later<PaymentView>();
    till.charge.mockReturnValue(answer.promise);
    await ring('24900');
    await fireEvent.click(id('charge'));
    await fireEvent.click(id('charge'));
    await key('Enter');
    await key('Enter', { repeat: true });
    expect(till.charge).toHaveBeenCalledOnce();
    expect(button('charge').disabled).toBe(true);
    expect(plain('charge')).toBe('Starter …');
    answer.resolve(paymentOf('waiting'));
    await waitFor(() => expect(plain('amount')).toBe('0,00 kr'));
  });

  it('is one payment even when both clicks come before the window is drawn again', async () => {
    const { till } = await open();
    await ring('24900');
    const charge = button('charge');
    charge.click();
    charge.click();
    await waitFor(() => expect(plain('amount')).toBe('0,00 kr'));
    expect(till.charge).toHaveBeenCalledOnce();
  });

  it('keeps the amount when it is refused, and says why', async () => {
    const { till } = await open();
    till.charge.mockRejectedValue(problemOf('payment_open', 'nb', 'abc-123'));
    await ring('24900');
    await fireEvent.click(id('charge'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('payment_open'));
    expect(plain('amount')).toBe('249,00 kr');
    expect(plain('support-id')).toBe('Id for support: abc-123');
    expect(button('charge').disabled).toBe(false);
    await fireEvent.click(id('close-problem'));
    expect(page.queryByTestId('problem')).toBeNull();
  });

  it('keeps the lines when there is no answer', async () => {
    const { till } = await open();
    till.charge.mockRejectedValue('the window is closing');
    await addItem('Kaffe', '1', '39');
    await fireEvent.click(id('charge'));
    await waitFor(() => expect(id('problem').textContent).toContain('Kvitt svarte ikke.'));
    expect(plain('amount')).toBe('39,00 kr');
  });

  it('waits until the till may', async () => {
    const { till, say } = await open(waiting);
    await ring('24900');
    expect(button('charge').disabled).toBe(true);
    await key('Enter');
    expect(till.charge).not.toHaveBeenCalled();
    say(counterOf({ number: 3 }));
    await waitFor(() => expect(button('charge').disabled).toBe(false));
    expect(plain('amount')).toBe('249,00 kr');
  });
});

describe('the lights', () => {
  it('say by shape and word whether Vipps MobilePay and the cash register are there', async () => {
    const { say } = await open(counterOf({ contact: 'unknown', pos: { connected: false } }));
    const light = (name: string) => [id(`light-${name}`).dataset['state'], plain(`light-${name}`)];
    expect(light('vipps')).toEqual(['none', 'Vipps MobilePay ikke spurt ennå']);
    expect(light('pos')).toEqual(['none', 'Ingen kassasystem tilkoblet']);
    say(counterOf({ number: 2 }));
    await waitFor(() => expect(light('vipps')).toEqual(['good', 'Vipps MobilePay svarer']));
    expect(light('pos')).toEqual(['good', 'Kassasystem tilkoblet']);
    const shapes = id('light-vipps').querySelector('svg')?.innerHTML;
    const at = '2026-11-23T11:40:00Z';
    say(counterOf({ number: 3, contact: 'lost', contactLostAt: at, pos: { connected: false, heardAt: at } }));
    const time = timeText(at, 'nb');
    await waitFor(() =>
      expect(light('vipps')).toEqual(['lost', `Vipps MobilePay svarer ikke, siden ${time}`]),
    );
    expect(light('pos')).toEqual(['lost', `Kassasystem sist hørt ${time}`]);
    expect(id('light-vipps').querySelector('svg')?.innerHTML).not.toBe(shapes);
  });
});

describe('cancelling', () => {
  it('takes one click', async () => {
    const { till } = await open(waiting);
    await fireEvent.click(id('cancel'));
    expect(till.cancel.mock.calls).toEqual([['kvitt-till1-0042-1']]);
  });

  it('takes two presses of Escape, and a key held down is one', async () => {
    const { till } = await open(waiting);
    await key('Escape');
    expect(plain('cancel')).toBe('Trykk igjen for å avbryte');
    await key('Escape', { repeat: true });
    expect(till.cancel).not.toHaveBeenCalled();
    await key('Escape');
    expect(till.cancel).toHaveBeenCalledOnce();
  });

  it('forgets the first Escape after a while', async () => {
    const { till } = await open(waiting);
    vi.useFakeTimers();
    await key('Escape');
    await vi.advanceTimersByTimeAsync(ARMED_MS);
    await key('Escape');
    expect(till.cancel).not.toHaveBeenCalled();
  });

  it('is told when it is too late', async () => {
    const { till } = await open(waiting);
    till.cancel.mockRejectedValue(problemOf('too_late_to_cancel'));
    await fireEvent.click(id('cancel'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('too_late_to_cancel'));
  });

  it('is not offered where it can not be done', async () => {
    const { till } = await open({ ...waiting, mayCancel: false });
    expect(button('cancel').disabled).toBe(true);
    await key('Escape');
    await key('Escape');
    expect(till.cancel).not.toHaveBeenCalled();
  });
});

describe('afterwards', () => {
  it('clears the screen for the next customer', async () => {
    const { till } = await open(counterOf({ payment: paymentOf('paid') }));
    expect(page.queryByTestId('may-pay-again')).toBeNull();
    await fireEvent.click(id('dismiss'));
    expect(till.dismiss.mock.calls).toEqual([['kvitt-till1-0042-1']]);
  });

  it('says whether it is safe to charge again', async () => {
    const { say } = await open(counterOf({ payment: paymentOf('expired') }));
    expect(plain('may-pay-again')).toBe('Trygt å ta betalt på nytt');
    say(counterOf({ number: 2, payment: paymentOf('failed', { mayPayAgain: false }) }));
    await waitFor(() => expect(plain('may-pay-again')).toBe('Ikke ta betalt på nytt ennå'));
    say(counterOf({ number: 3, payment: paymentOf('checking') }));
    await waitFor(() => expect(plain('status')).toBe('Sjekker betalingen'));
    expect(plain('may-pay-again')).toBe('Ikke ta betalt på nytt ennå');
  });

  it('says that the customer is done when the amount is only reserved', async () => {
    await open(counterOf({ payment: paymentOf('approved', { final: true }) }));
    expect(plain('status')).toBe('Beløpet er reservert');
  });

  it('says what has been given back', async () => {
    await open(counterOf({ payment: paymentOf('paid', { refunded: { value: 4_900, currency: 'NOK' } }) }));
    expect(document.body.textContent?.replaceAll('\u00a0', ' ')).toContain('Tilbakebetalt 49,00 kr');
  });

  it('lists the last payments', async () => {
    await open();
    expect(id('recent').querySelectorAll('li').length).toBe(counterOf().recent.length);
    expect(id('recent').textContent).toContain('Betalt');
  });

  it('drops an older counter', async () => {
    const { say } = await open(counterOf({ number: 5 }));
    say(counterOf({ number: 7, payment: paymentOf('paid') }));
    say(counterOf({ number: 6, payment: paymentOf('waiting') }));
    await waitFor(() => expect(plain('status')).toBe('Betalt'));
  });

  it('says so when the till never answers', async () => {
    vi.useFakeTimers();
    const fake = cashierTill(counterOf());
    fake.till.counter.mockRejectedValue(new Error('gone'));
    render(Cashier, { till: fake.till });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(id('till-silent').textContent).toContain(cashierTextsIn('nb').tillSilent.headline);
  });
});
