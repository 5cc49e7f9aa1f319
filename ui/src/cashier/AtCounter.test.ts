import { fireEvent, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { counterOf, problemOf } from '../platform/stories/counters';
import { button, id, openCashier as open, plain, ring } from '../testing/cashier';

describe('the code on the counter', () => {
  it('is offered only where there is one', async () => {
    const { say } = await open();
    expect(page.queryByTestId('charge-at-counter')).toBeNull();
    say(counterOf({ number: 2, counterCode: 'ready' }));
    await waitFor(() => expect(button('charge-at-counter').disabled).toBe(true));
    await ring('24900');
    expect(button('charge-at-counter').disabled).toBe(false);
  });

  it('charges whoever scans it', async () => {
    const { till } = await open(counterOf({ counterCode: 'ready' }));
    await ring('24900');
    await fireEvent.click(id('charge-at-counter'));
    expect(till.charge.mock.calls).toEqual([
      [{ amount: { value: 24_900, currency: 'NOK' }, flow: 'callback_qr' }],
    ]);
    await waitFor(() => expect(plain('amount')).toBe('0,00 kr'));
  });

  it('says when a customer has scanned it already', async () => {
    const { say } = await open(counterOf({ counterCode: 'ready' }));
    expect(plain('scanned-at-counter')).toBe('');
    say(counterOf({ number: 2, counterCode: 'scanned' }));
    await waitFor(() => expect(plain('scanned-at-counter')).toBe('En kunde har skannet'));
  });

  it('keeps what was rung up when the till refuses', async () => {
    const { till } = await open(counterOf({ counterCode: 'ready' }));
    till.charge.mockRejectedValue(problemOf('no_counter_code'));
    await ring('24900');
    await fireEvent.click(id('charge-at-counter'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('no_counter_code'));
    expect(plain('amount')).toBe('249,00 kr');
  });
});
