/** Phone numbers that are kept, before the PIN and after it. The tests read them too. */
import type { ExportedNumbers, KeptNumber, KeptNumbers } from '../../contract';

function kept(payment: string, number: string, day: string, more: Partial<KeptNumber> = {}): KeptNumber {
  return {
    payment,
    number,
    purpose: 'kvitteringer',
    givenAt: `2026-${day}T11:42:07Z`,
    givenTo: 'cashier',
    erasedAt: `2027-${day}T11:42:07Z`,
    ...more,
  };
}

const open: readonly KeptNumber[] = [
  kept('kvitt-till1-0042-1', '+4791234567', '11-23'),
  kept('kvitt-till1-0038-1', '+4798765432', '11-22', { givenTo: 'pos' }),
  kept('kvitt-till1-0017-1', '+4791234567', '10-02'),
];

/** What is found by `query`: in full for `openForMs`, and with the last digits where that is nothing. */
export function keptOf(query = '', openForMs = 0, all: readonly KeptNumber[] = open): KeptNumbers {
  const digits = query.replace(/\D/g, '');
  const byNumber = all.filter(({ number }) => openForMs > 0 && digits.length >= 8 && number.endsWith(digits));
  const byReference = all.filter(({ payment }) => payment.includes(query.trim()));
  const found = byNumber.length > 0 ? byNumber : byReference;
  const masked = ({ number, ...rest }: KeptNumber) => ({ ...rest, number: `••••• ${number.slice(-3)}` });
  return { kept: openForMs > 0 ? [...found] : found.map(masked), more: false, openForMs };
}

/** Where what is kept of a customer was written. */
export const exportedNumbers: ExportedNumbers = {
  folder: '.local/share/kvitt/numbers',
  file: 'kvitt-till1-0042-1.json',
  entries: 2,
};
