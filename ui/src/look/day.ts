/** Days as people read them; the cashier alone sees any, so the customer's page does not carry this. */
import type { Language } from '../contract';
import { perLanguage } from './amount';

const dayTimeIn = perLanguage((locale) => {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
});
const dayIn = perLanguage((locale) => {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
});

/** The day, hour and minute of an RFC 3339 time, on the clock of this place. */
export function dayTimeText(at: string, language: Language): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? '' : dayTimeIn[language].format(time);
}

/** `torsdag 26. november 2026` for `2026-11-26`. */
export function dayText(day: string, language: Language): string {
  const time = new Date(`${day}T12:00:00Z`);
  return Number.isNaN(time.getTime()) ? day : dayIn[language].format(time);
}

/** The day so many days after `day`: both are written `2026-11-26`. */
export function dayAfter(day: string, days: number): string {
  const time = new Date(`${day}T12:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}
