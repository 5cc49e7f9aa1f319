import { describe, expect, it } from 'vitest';

import { ENTER_MS, GAP_MS, GAP_WITH_LETTERS_MS, SHORTEST, Scanner } from './scanner';
import { whomOf } from './whom';

const CODE = 'https://qr.vipps.no/28/2/01/031/4791234567?v=1';

/** What a scanner that types `text` with so long between the keys is taken to have read. */
function read(text: string, gapMs: number, scanner = new Scanner(), from = 1_000): string | undefined {
  let at = from;
  for (const key of text) scanner.take(key, (at += gapMs));
  return scanner.take('Enter', at + gapMs);
}

describe('a scanner that types', () => {
  it('is known by its speed, its length and its Enter', () => {
    expect(read(CODE, 8)).toBe(CODE);
    expect(read('4791234567890', GAP_MS)).toBe('4791234567890');
    expect(read('4791234567890', GAP_MS + 1)).toBeUndefined();
    expect(read(CODE, GAP_WITH_LETTERS_MS)).toBe(CODE);
    expect(read(CODE, GAP_WITH_LETTERS_MS + 1)).toBeUndefined();
    expect(read('24900', 8)).toBeUndefined();
    expect(read('1'.repeat(SHORTEST - 1), 8)).toBeUndefined();
  });

  it('is known before its Enter, which may come a little later', () => {
    const scanner = new Scanner();
    let at = 0;
    for (const key of CODE) scanner.take(key, (at += 8));
    expect(scanner.running).toBe(true);
    expect(scanner.take('Enter', at + ENTER_MS)).toBe(CODE);
    expect(scanner.running).toBe(false);
    at = 10_000;
    for (const key of CODE) scanner.take(key, (at += 8));
    expect(scanner.take('Enter', at + ENTER_MS + 1)).toBeUndefined();
  });

  it('is not held up by Shift, and forgets what was typed before by hand', () => {
    const scanner = new Scanner();
    scanner.take('2', 0);
    scanner.take('4', 200);
    let at = 1_000;
    for (const key of 'HTTPS://QR.X') {
      scanner.take('Shift', (at += 4));
      scanner.take(key, (at += 4));
    }
    expect(scanner.take('Enter', at + 4)).toBe('HTTPS://QR.X');
  });

  it('reads again', () => {
    const scanner = new Scanner();
    expect(read(CODE, 8, scanner)).toBe(CODE);
    expect(scanner.take('Enter', 1_400)).toBeUndefined();
    expect(read(CODE, 8, scanner, 5_000)).toBe(CODE);
  });
});

describe('whom a text is about', () => {
  it.each([
    ['91234567', 'number'],
    ['+47 912 34 567', 'number'],
    ['+358 40 123 4567', 'number'],
    [CODE, 'code'],
    ['https://qr.vipps.no/p/AbCdEf', 'code'],
    ['  https://qr.vipps.no/p/AbCdEf ', 'code'],
    ['', 'nothing'],
    ['abc', 'nothing'],
    ['a b c d e', 'nothing'],
    ['x'.repeat(256), 'nothing'],
  ] as const)('%j is a %s when it is typed', (text, whom) => expect(whomOf(text)).toBe(whom));

  it.each([
    ['7038010009457', 'goods'],
    ['96385074', 'goods'],
    ['7038010009458', 'code'],
    [CODE, 'code'],
  ] as const)('%j is a %s when it is scanned', (text, whom) => expect(whomOf(text, true)).toBe(whom));
});
