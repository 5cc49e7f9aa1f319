import { createEvent, fireEvent, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { counterOf, noteOf, paymentOf, problemOf } from '../platform/stories/counters';
import { addItem, button, id, openCashier as open, plain, ring } from '../testing/cashier';

/** What a customer's own code may say. */
const CODE = 'https://qr.vipps.no/28/2/01/031/4791234567?v=1';

/** Keys as a scanner sends them, one every few milliseconds, wherever the focus is. */
async function scan(text: string, end: string[] = ['Enter']): Promise<void> {
  let at = 1_000;
  for (const name of [...text, ...end]) {
    const event = createEvent.keyDown(document.body, { key: name });
    Object.defineProperty(event, 'timeStamp', { value: (at += 8) });
    await fireEvent(document.body, event);
  }
}

describe('charging by phone number or by the customer’s own code', () => {
  const type = (value: string) => fireEvent.input(id('phone-number'), { target: { value } });

  it('sends the number as it was typed, and forgets it', async () => {
    const { till } = await open();
    await type('912 34 567');
    expect(button('send-to-phone').disabled).toBe(true);
    await ring('24900');
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge.mock.calls).toEqual([
      [{ amount: { value: 24_900, currency: 'NOK' }, flow: 'push', phoneNumber: '912 34 567' }],
    ]);
    await waitFor(() => expect((id('phone-number') as HTMLInputElement).value).toBe(''));
    expect(plain('amount')).toBe('0,00 kr');
  });

  it('keeps the number to be mended when it is refused', async () => {
    const { till } = await open();
    till.charge.mockRejectedValue(problemOf('number_invalid'));
    await ring('24900');
    await type('91234');
    await fireEvent.click(id('send-to-phone'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('number_invalid'));
    expect((id('phone-number') as HTMLInputElement).value).toBe('91234');
  });

  it('forgets the number when the customer scans after all', async () => {
    const { till } = await open();
    await ring('24900');
    await type('91234567');
    await fireEvent.click(id('charge'));
    expect(till.charge.mock.calls).toEqual([[{ amount: { value: 24_900, currency: 'NOK' } }]]);
    await waitFor(() => expect((id('phone-number') as HTMLInputElement).value).toBe(''));
  });

  const keepNumber = { purpose: 'kvitteringer', until: '2027-11-26' };
  const tick = () => id('keep-number') as HTMLInputElement;

  const taxRates = [2_500, 1_500, 0];
  const away = () => id('customer-away') as HTMLInputElement;

  it('sells by telephone only where items have their tax', async () => {
    await open();
    await type('91234567');
    expect(page.queryByTestId('customer-away')).toBeNull();
  });

  it('sends to a customer who is not in the shop, with what is on the receipt', async () => {
    const { till } = await open(counterOf({ taxRates }));
    await ring('24900');
    await type('91234567');
    await fireEvent.click(away());
    expect(plain('away-items')).toContain('Legg inn varene');
    expect(button('send-to-phone').disabled).toBe(true);
    await addItem('Kaffe', '2', '45', 1_500);
    expect(page.queryByTestId('away-items')).toBeNull();
    // Nobody is here who could scan a code.
    expect(button('charge').disabled).toBe(true);
    await fireEvent.keyDown(document.body, { key: 'Enter' });
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge.mock.calls).toEqual([
      [
        {
          amount: { value: 9_000, currency: 'NOK' },
          lines: [{ name: 'Kaffe', quantity: 2, unitPrice: 4_500, taxRate: 1_500 }],
          flow: 'push',
          phoneNumber: '91234567',
          customerPresent: false,
        },
      ],
    ]);
    await type('91234567');
    expect(away().checked).toBe(false);
  });

  it('forgets that the customer was somewhere else with the number', async () => {
    const { till } = await open(counterOf({ taxRates }));
    await addItem('Kaffe', '1', '45');
    await type('91234567');
    await fireEvent.click(away());
    await type('');
    await fireEvent.click(id('charge'));
    expect(till.charge.mock.calls[0]?.[0]).not.toHaveProperty('customerPresent');
  });

  it('does not ask whether the number may be kept where the shop keeps none', async () => {
    await open();
    await type('91234567');
    expect(page.queryByTestId('keep-number')).toBeNull();
  });

  it('asks whether the number may be kept, for what and until when, and only says yes if it is ticked', async () => {
    const { till } = await open(counterOf({ keepNumber }));
    expect(page.queryByTestId('keep-number')).toBeNull();
    await ring('24900');
    await type('91234567');
    expect(tick().checked).toBe(false);
    expect(tick().closest('label')?.textContent?.trim()).toBe(
      'Kunden samtykker: nummeret lagres for kvitteringer, til fredag 26. november 2027',
    );
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge.mock.calls).toEqual([
      [{ amount: { value: 24_900, currency: 'NOK' }, flow: 'push', phoneNumber: '91234567' }],
    ]);
  });

  it('passes on that the customer agreed, and asks the next one anew', async () => {
    const { till } = await open(counterOf({ keepNumber }));
    await ring('24900');
    await type('91234567');
    await fireEvent.click(tick());
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge.mock.calls[0]).toEqual([
      {
        amount: { value: 24_900, currency: 'NOK' },
        flow: 'push',
        phoneNumber: '91234567',
        keepPhoneNumber: true,
      },
    ]);
    await waitFor(() => expect((id('phone-number') as HTMLInputElement).value).toBe(''));
    await type('98765432');
    expect(tick().checked).toBe(false);
  });

  it('forgets the tick with the number that it was for', async () => {
    await open(counterOf({ keepNumber }));
    await type('91234567');
    await fireEvent.click(tick());
    await type('');
    await type('98765432');
    expect(tick().checked).toBe(false);
    await type(CODE);
    expect(page.queryByTestId('keep-number')).toBeNull();
  });

  it('needs a number', async () => {
    await open();
    await ring('24900');
    expect(button('send-to-phone').disabled).toBe(true);
    await type('+');
    expect(button('send-to-phone').disabled).toBe(true);
  });

  it('sends the request to whoever shows their own code, typed or scanned into the field', async () => {
    const { till } = await open();
    await ring('24900');
    await type(CODE);
    await fireEvent.submit(id('phone-number').closest('form') as HTMLFormElement);
    expect(till.charge.mock.calls).toEqual([
      [{ amount: { value: 24_900, currency: 'NOK' }, flow: 'personal_qr', personalQr: CODE }],
    ]);
    expect((id('phone-number') as HTMLInputElement).value).toBe('');
  });

  it('takes what a scanner types anywhere, and the amount stays as it was', async () => {
    const { till } = await open();
    await ring('24900');
    await scan(CODE);
    expect(till.charge.mock.calls).toEqual([
      [{ amount: { value: 24_900, currency: 'NOK' }, flow: 'personal_qr', personalQr: CODE }],
    ]);
  });

  it('leaves the amount alone also when a scanner sends no Enter', async () => {
    const { till } = await open();
    await ring('24900');
    await scan(CODE, []);
    expect(plain('amount')).toBe('249,00 kr');
    expect(till.charge).not.toHaveBeenCalled();
  });

  it.each([
    ['249', '7038010009457', 'Det var strekkoden på en vare.'],
    ['', CODE, 'Tast beløpet, og skann igjen.'],
  ])('with %j does not charge for %j, and says why', async (amount, text, why) => {
    const { till } = await open();
    await ring(amount);
    const before = plain('amount');
    await scan(text);
    expect(till.charge).not.toHaveBeenCalled();
    expect(plain('scan-word')).toContain(why);
    expect(plain('amount')).toBe(before);
    expect(document.body.innerHTML).not.toContain(text);
  });

  it('does not keep a code that was refused', async () => {
    const { till } = await open();
    till.charge.mockRejectedValue(problemOf('flow_not_on_rail'));
    await ring('24900');
    await scan(CODE);
    await waitFor(() => expect(id('problem').dataset['code']).toBe('flow_not_on_rail'));
    expect((id('phone-number') as HTMLInputElement).value).toBe('');
    expect(plain('amount')).toBe('249,00 kr');
  });

  it('offers a code only where it can be used', async () => {
    const { till, say } = await open(counterOf({ takesOwnCode: false }));
    expect(id('phone-number').getAttribute('placeholder')).toBe('Mobilnummer');
    await ring('24900');
    await scan(CODE);
    expect(plain('scan-word')).toContain('kan ikke brukes her');
    await type(CODE);
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge).not.toHaveBeenCalled();
    expect((id('phone-number') as HTMLInputElement).value).toBe('');
    expect(plain('amount')).toBe('249,00 kr');
    await type('91234567');
    await fireEvent.click(id('send-to-phone'));
    expect(till.charge.mock.lastCall?.[0].flow).toBe('push');
    say(counterOf({ number: 2, takesOwnCode: true }));
    await waitFor(() => expect(id('phone-number').getAttribute('placeholder')).toContain('kode'));
  });

  it('takes digits from the keys on the glass when it has the focus', async () => {
    await open();
    await ring('5');
    (id('phone-number') as HTMLInputElement).focus();
    await ring('9123');
    await fireEvent.click(id('keypad-backspace'));
    expect((id('phone-number') as HTMLInputElement).value).toBe('912');
    expect(plain('amount')).toBe('0,05 kr');
  });

  it('says why the customer scans instead, until it is over', async () => {
    const payment = paymentOf('waiting', { note: noteOf('number_refused') });
    const { say } = await open(counterOf({ payment, mayCharge: false }));
    expect(id('note').textContent).toContain('Vipps MobilePay sier ikke hvorfor');
    say(counterOf({ number: 2, payment: paymentOf('paid', { note: noteOf('number_refused') }) }));
    await waitFor(() => expect(page.queryByTestId('note')).toBeNull());
  });

  it('says that the customer has no receipt when it is over, too', async () => {
    const payment = paymentOf('paid', { receipt: 'refused', note: noteOf('receipt_refused') });
    await open(counterOf({ payment }));
    expect(id('note').textContent).toContain('Gi kunden kvittering på en annen måte');
  });

  it('says that the customer has no link when it is over, too', async () => {
    const payment = paymentOf('paid', { link: 'refused', note: noteOf('link_refused') });
    await open(counterOf({ payment }));
    expect(id('note').textContent).toContain('Gi kunden billetten');
  });
});
