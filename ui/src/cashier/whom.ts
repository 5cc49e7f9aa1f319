/** What was typed or scanned to reach a customer: a phone number, the customer's own code, or neither. Pure. */

export type Whom = 'number' | 'code' | 'goods' | 'nothing';

/** The shortest and the longest text of a customer's own code (contract 1.4). */
const CODE = { least: 5, most: 255 };
/** The lengths of the numbers in the bar codes of goods. */
const GOODS: readonly number[] = [8, 12, 13, 14];
/** Phone numbers of our markets have no more digits, with the country before them. */
const MOST_DIGITS = 15;

/**
 * What is a number or a code that can be used, the till and Vipps MobilePay say; this only tells which of the two is
 * meant. What a code says is never looked into: its form may change at any time (contract 3.4).
 */
export function whomOf(text: string, scanned = false): Whom {
  const typed = text.trim();
  const digits = typed.replace(/[\s().-]/g, '').replace(/^\+/, '');
  if (/^\d+$/.test(digits)) {
    if (scanned && isGoods(digits)) return 'goods';
    if (!scanned && digits.length <= MOST_DIGITS) return 'number';
  }
  const fits = typed.length >= CODE.least && typed.length <= CODE.most;
  return fits && !/\s/.test(typed) ? 'code' : 'nothing';
}

/** Whether these digits are an EAN or UPC: the last one checks the others. */
function isGoods(digits: string): boolean {
  if (!GOODS.includes(digits.length)) return false;
  const sum = [...digits]
    .reverse()
    .reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
