import { screen as page } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { counterOf } from '../platform/stories/counters';
import { addItem, button, id, openCashier as open, plain } from '../testing/cashier';

const rate = (hundredths: number) => id(`tax-rate-${hundredths}`) as HTMLInputElement;

describe('the tax of an item', () => {
  it('is not asked for where the shop has set no rates', async () => {
    const { till } = await open();
    expect(page.queryByRole('radio')).toBeNull();
    await addItem('Kaffe', '2', '45,00');
    button('charge').click();
    expect(till.charge.mock.calls[0]?.[0].lines).toEqual([{ name: 'Kaffe', quantity: 2, unitPrice: 4_500 }]);
  });

  it('is the usual one unless another is chosen, for that item alone', async () => {
    const { till } = await open(counterOf({ taxRates: [2_500, 1_500, 0] }));
    expect(rate(2_500).checked).toBe(true);
    await addItem('Krus', '1', '99');
    await addItem('Kaffe', '2', '45', 1_500);
    await addItem('Kopp', '1', '99');
    await addItem('Bok', '1', '249', 0);
    expect(plain('lines')).toMatch(/Krus 25 %.*Kaffe 15 %.*Kopp 25 %.*Bok 0 %/);
    button('charge').click();
    expect(till.charge.mock.calls[0]?.[0].lines?.map((line) => line.taxRate)).toEqual([
      2_500, 1_500, 2_500, 0,
    ]);
  });

  it('stays chosen when the item is mended', async () => {
    await open(counterOf({ taxRates: [2_500, 1_500] }));
    await addItem('', '1', '45', 1_500);
    expect(plain('line-wrong')).toContain('1 til 100 tegn');
    expect(rate(1_500).checked).toBe(true);
  });
});
