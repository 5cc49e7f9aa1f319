/**
 * Amounts and times as people read them. Amounts are whole minor units everywhere; only this file knows
 * where the decimals go.
 */
import type { Amount, Currency, Language } from '../contract';

const LOCALE: Record<Language, string> = { nb: 'nb-NO', en: 'en-GB' };

/** How each language writes each currency. Spaces are non-breaking, so that an amount stays on one line. */
const PATTERN: Record<Language, (number: string, currency: Currency) => string> = {
  nb: (number, currency) => `${number}\u00a0${currency === 'EUR' ? '€' : 'kr'}`,
  en: (number, currency) => `${currency}\u00a0${number}`,
};

/**
 * Made once and kept. The engine counts neither as large, though each holds tens of kilobytes beside its heap: made
 * for every text, they filled hundreds of megabytes in a day's payments before they were collected.
 */
const numberIn = perLanguage((locale) => {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
});
const timeIn = perLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
);

/** One for each language, made once. */
export function perLanguage<T>(make: (locale: string) => T): Record<Language, T> {
  return { nb: make(LOCALE.nb), en: make(LOCALE.en) };
}

/** All four currencies have hundredths (øre, cents). */
const MINOR_UNITS = 100;

/** `249,00 kr` in Norwegian, `NOK 249.00` in English. */
export function amountText(amount: Amount, language: Language): string {
  return PATTERN[language](decimals(amount.value, language), amount.currency);
}

/** `249,00`: the number alone, as a cashier types it. */
export function decimals(minor: number, language: Language): string {
  // Grouping by narrow spaces in both languages: a comma that groups and a comma that divides are one misreading apart.
  return numberIn[language]
    .formatToParts(minor / MINOR_UNITS)
    .map((part) => (part.type === 'group' ? '\u00a0' : part.value))
    .join('');
}

/** `11,11 %` in Norwegian, `11.11%` in English, of hundredths of a percent. */
export function percentText(hundredths: number, language: Language): string {
  const percent = String(hundredths / 100);
  return language === 'nb' ? `${percent.replace('.', ',')}\u00a0%` : `${percent}%`;
}

/** `1 249,50` or `1249.5` as minor units; nothing if it is no price. */
export function parseDecimals(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '');
  const parts = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(plain);
  if (!parts) return undefined;
  return Number(parts[1]) * MINOR_UNITS + Number((parts[2] ?? '').padEnd(2, '0'));
}

/** The hour and minute of an RFC 3339 time, on the clock of this place. */
export function timeText(at: string, language: Language): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return '';
  return timeIn[language].format(time);
}

/** What the customer's app is called where this currency is used (contract 5.7). */
export function appName(currency: Currency): string {
  return currency === 'DKK' || currency === 'EUR' ? 'MobilePay' : 'Vipps';
}

/**
 * About how wide an amount is in bold, in ems of the widest font of ours, so that the customer screen sets
 * every amount as large as its column allows and none larger.
 */
export function emsOf(amount: string): number {
  return [...amount].reduce((sum, letter) => sum + emOf(letter), 0);
}

function emOf(letter: string): number {
  if (/\d/.test(letter)) return 0.67;
  if (/[\s.,]/.test(letter)) return 0.34;
  return /[A-Z€]/.test(letter) ? 0.82 : 0.64;
}
