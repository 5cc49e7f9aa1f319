import { describe, expect, it } from 'vitest';

import { LARGEST, MOST_LINES, Sale, sumOf, typed, type Key } from './sale.svelte';

const press = (sale: Sale, keys: string): void => [...keys].forEach((key) => sale.press(key as Key));

describe('the keypad', () => {
  it('fills from the right', () => {
    const sale = new Sale();
    press(sale, '24900');
    expect(sale.value).toBe(24_900);
  });

  it('knows double zero, backspace and clear', () => {
    expect(typed(249, '00')).toBe(24_900);
    expect(typed(24_900, 'backspace')).toBe(2_490);
    expect(typed(0, 'backspace')).toBe(0);
    expect(typed(24_900, 'clear')).toBe(0);
  });

  it('takes the largest amount and not one øre more', () => {
    const sale = new Sale();
    press(sale, '65000000');
    expect(sale.value).toBe(LARGEST);
    expect(sale.chargeable).toBe(true);
    sale.press('0');
    expect(sale.value).toBe(LARGEST);
    expect(sale.tooLarge).toBe(true);
    sale.press('backspace');
    expect(sale.tooLarge).toBe(false);
  });

  it('will not charge less than 1,00', () => {
    const sale = new Sale();
    expect(sale.chargeable).toBe(false);
    expect(sale.tooSmall).toBe(false);
    press(sale, '99');
    expect([sale.chargeable, sale.tooSmall]).toEqual([false, true]);
    press(sale, '0');
    expect([sale.chargeable, sale.tooSmall]).toEqual([true, false]);
  });
});

describe('lines', () => {
  const coffee = { name: 'Kaffe', quantity: 2, unitPrice: 3_900 };
  const bun = { name: 'Bolle', quantity: 1, unitPrice: 4_250 };

  it('add up to the amount, whatever was typed before', () => {
    const sale = new Sale();
    press(sale, '5');
    sale.add(coffee);
    sale.add(bun);
    expect(sale.value).toBe(12_050);
    expect(sumOf(sale.lines)).toBe(12_050);
    press(sale, '7');
    expect(sale.value).toBe(12_050);
    sale.remove(0);
    expect(sale.value).toBe(4_250);
    sale.press('clear');
    expect([sale.value, sale.lines.length]).toEqual([0, 0]);
  });

  it('are refused when they would exceed the largest amount or the most lines', () => {
    const sale = new Sale();
    expect(sale.add({ name: 'Bil', quantity: 1, unitPrice: LARGEST + 1 })).toBe(false);
    expect(sale.tooLarge).toBe(true);
    for (let line = 0; line < MOST_LINES; line += 1) expect(sale.add({ ...bun, unitPrice: 1 })).toBe(true);
    expect(sale.add({ ...bun, unitPrice: 1 })).toBe(false);
    expect(sale.tooLarge).toBe(false);
    expect(sale.lines.length).toBe(MOST_LINES);
  });
});
