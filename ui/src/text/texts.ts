/**
 * Everything that the windows say, in every language.
 *
 * The texts themselves are in `nb.json` and `en.json`, the cashier's beside them (`cashier.ts`); the till reads the `problems` of
 * the same files, for the POS.
 * Adding a language: add it to `Language` in Rust, write its file, add it to `tables`. What is missing does
 * not compile.
 */
import type { Code, Language } from '../contract';
import en from './en.json';
import nb from './nb.json';

/** A headline for a glance and a sentence for whoever reads on. */
export interface Said {
  headline: string;
  hint: string;
}

export interface CustomerTexts {
  title: string;
  idle: Said;
  cart: Said & { earlier: string };
  text: Said;
  preparing: Said;
  counterCode: Said;
  scan: Said & { picture: string; left: string };
  sent: Said;
  opened: Said;
  oneMoment: Said;
  paid: Said & { receipt: string; reference: string };
  declinedRetry: Said;
  declinedOver: Said;
  cancelledByCustomer: Said;
  cancelledByShop: Said;
  timedOut: Said;
  checking: Said;
  fault: { headline: string };
  lost: Said;
  noPicture: Said;
}

export interface PhoneTexts {
  title: string;
  notTheApp: string;
  camera: { headline: string; seesCode: string; seesNothing: string; act: string };
  request: {
    headline: string;
    description: string;
    declined: string;
    approve: string;
    decline: string;
    cancel: string;
    walkAway: string;
  };
  approved: Said;
  ended: Said;
  putAway: string;
  lost: string;
}

export interface Texts {
  badge: { demo: string; test: string };
  customer: CustomerTexts;
  phone: PhoneTexts;
  /** What may be said of a problem on a screen that everybody sees. */
  problems: Record<Code, string>;
}

const tables: Record<Language, Texts> = { nb, en };

/** The texts in `language`. */
export function textsIn(language: Language): Texts {
  return tables[language];
}
