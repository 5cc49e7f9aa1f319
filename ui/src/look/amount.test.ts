import { describe, expect, it, vi } from 'vitest';

import type { Currency, Language } from '../contract';
import { amountText, appName, emsOf, parseDecimals, percentText, timeText } from './amount';

/** Ordinary spaces, for reading. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('amountText', () => {
  it.each([
    [24900, 'NOK', '249,00 kr', 'NOK 249.00'],
    [0, 'NOK', '0,00 kr', 'NOK 0.00'],
    [5, 'NOK', '0,05 kr', 'NOK 0.05'],
    [100, 'DKK', '1,00 kr', 'DKK 1.00'],
    [123456, 'SEK', '1 234,56 kr', 'SEK 1 234.56'],
    [99, 'EUR', '0,99 €', 'EUR 0.99'],
    [65_000_000, 'NOK', '650 000,00 kr', 'NOK 650 000.00'],
  ] as [number, Currency, string, string][])('%i %s', (value, currency, nb, en) => {
    expect(plain(amountText({ value, currency }, 'nb'))).toBe(nb);
    expect(plain(amountText({ value, currency }, 'en'))).toBe(en);
  });

  /** Each was made anew, and the web view kept hundreds of megabytes of them. */
  it('makes no formatter anew for a text', () => {
    const numbers = vi.spyOn(Intl, 'NumberFormat');
    const times = vi.spyOn(Intl, 'DateTimeFormat');
    expect(plain(amountText({ value: 24_900, currency: 'NOK' }, 'nb'))).toBe('249,00 kr');
    expect(timeText('2026-11-23T11:42:07Z', 'nb')).toMatch(/^\d\d:\d\d$/);
    expect(numbers).not.toHaveBeenCalled();
    expect(times).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('stays on one line', () => {
    expect(amountText({ value: 65_000_000, currency: 'NOK' }, 'nb')).not.toContain(' ');
  });

  it('is exact for every amount up to the largest, whatever binary fractions do', () => {
    for (let value = 1; value <= 65_000_000; value += 9_973) {
      const [whole = '', cents = ''] = plain(amountText({ value, currency: 'NOK' }, 'nb'))
        .replace(' kr', '')
        .split(',');
      expect(Number(whole.replaceAll(' ', '')) * 100 + Number(cents)).toBe(value);
    }
  });
});

describe('parseDecimals', () => {
  it.each([
    ['249', 24900],
    ['249,00', 24900],
    ['249.5', 24950],
    ['1 249,05', 124905],
    ['0,29', 29],
    ['1\u00a0000', 100000],
  ])('reads %s', (text, minor) => expect(parseDecimals(text)).toBe(minor));

  it.each(['', 'abc', '1,2,3', '1.234,50', '-5', '1,234', '1e3', ',50', '99999999'])('refuses %j', (text) =>
    expect(parseDecimals(text)).toBeUndefined(),
  );
});

describe('timeText', () => {
  it('is the hour and minute here', () => {
    const at = '2026-11-23T11:42:07Z';
    const local = new Date(at);
    const two = (number: number): string => String(number).padStart(2, '0');
    expect(timeText(at, 'nb')).toBe(`${two(local.getHours())}:${two(local.getMinutes())}`);
    expect(timeText(at, 'en')).toBe(`${two(local.getHours())}:${two(local.getMinutes())}`);
  });

  it('is nothing for what is no time', () => expect(timeText('soon', 'nb')).toBe(''));
});

describe('appName', () => {
  it('is the name that people know where the currency is used', () => {
    expect(['NOK', 'SEK', 'DKK', 'EUR'].map((currency) => appName(currency as Currency))).toEqual([
      'Vipps',
      'Vipps',
      'MobilePay',
      'MobilePay',
    ]);
  });
});

describe('emsOf', () => {
  it.each([
    [24_900, 'nb', 5.1],
    [24_900, 'en', 6.37],
    [65_000_000, 'nb', 7.41],
    [65_000_000, 'en', 8.69],
  ] as [number, Language, number][])('%i %s takes no more than is reserved', (value, language, measured) => {
    // Measured on the customer screen, in DejaVu Sans Bold.
    const reserved = emsOf(amountText({ value, currency: 'NOK' }, language));
    expect(reserved).toBeGreaterThan(measured);
    expect(reserved).toBeLessThan(measured * 1.05);
  });
});

describe('rates of tax', () => {
  it('are percents with as many decimals as they have', () => {
    expect([2_500, 1_111, 50, 0].map((rate) => percentText(rate, 'nb').replaceAll('\u00a0', ' '))).toEqual([
      '25 %',
      '11,11 %',
      '0,5 %',
      '0 %',
    ]);
    expect(percentText(2_550, 'en')).toBe('25.5%');
  });
});
