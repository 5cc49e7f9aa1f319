import { describe, expect, it } from 'vitest';

import type { Language } from '../contract';
import { cashierTextsIn } from './cashier';
import { fill } from './fill';
import { textsIn } from './texts';

const languages: Language[] = ['nb', 'en'];

/** Every text of a table with its place in it. */
function all(table: object, place = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[`${place}${key}`, value]] : all(value as object, `${place}${key}.`),
  ) as [string, string][];
}

const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the texts', () => {
  const of = (language: Language) =>
    new Map(all({ ...textsIn(language), cashier: cashierTextsIn(language) }));
  const [nb, en] = [of('nb'), of('en')];

  it('say the same things in every language, no more and no less', () => {
    expect([...en.keys()].sort()).toEqual([...nb.keys()].sort());
  });

  it('have the same blanks in every language', () => {
    for (const [place, text] of nb) expect(blanks(en.get(place) ?? ''), place).toEqual(blanks(text));
  });

  it('are never empty and have no stray spaces', () => {
    for (const [place, text] of [...nb, ...en]) {
      expect(text, place).not.toBe('');
      expect(text, place).toBe(text.trim());
      expect(text, place).not.toMatch(/ {2}/);
    }
  });

  it('name the payment brands as their owner writes them', () => {
    for (const [place, text] of [...nb, ...en]) {
      expect(text, place).not.toMatch(/VIPPS|vipps|MOBILEPAY|Mobilepay|mobilepay|Mobile Pay/);
    }
  });

  it('never tell a customer to pay again while the truth is unknown', () => {
    for (const language of languages) {
      const { problems, customer } = textsIn(language);
      for (const text of [problems.unclear, problems.mismatch, customer.checking.hint]) {
        expect(text).toMatch(language === 'nb' ? /ikke betal igjen/i : /do not pay again/i);
      }
    }
  });

  it('never blame the customer whose number was refused', () => {
    for (const language of languages) {
      const cashier = cashierTextsIn(language).problems.number_refused;
      const customer = textsIn(language).problems.number_refused;
      expect(`${cashier} ${customer}`).not.toMatch(
        /bruker ikke|ikke bruker|not a (Vipps )?user|feil nummer|wrong number/i,
      );
    }
  });

  it('tell a cashier to keep the goods whenever the money is not there', () => {
    for (const language of languages) {
      const { problems } = cashierTextsIn(language);
      for (const code of ['unclear', 'mismatch', 'capture_failed', 'capture_refused'] as const) {
        expect(problems[code], code).toMatch(language === 'nb' ? /ikke lever varen/i : /do not hand over/i);
      }
    }
  });
});

describe('fill', () => {
  it('fills every blank it has a value for', () => {
    expect(fill('{amount} to {shop}, {amount}', { amount: '1', shop: 'B' })).toBe('1 to B, 1');
  });

  it('leaves a blank without a value where it can be seen', () => {
    expect(fill('{amount} at {time}', { amount: '1' })).toBe('1 at {time}');
  });

  it('does not look for blanks in what it fills in', () => {
    expect(fill('{shop}', { shop: '{amount} $& $1', amount: '9' })).toBe('{amount} $& $1');
  });
});
