/**
 * Everything that the windows say, in every language.
 *
 * The texts themselves are in `nb.json` and `en.json`; the POS API reads the `problems` of the same files.
 * Adding a language: add it to `Language` in Rust, write its file, add it to `tables`. What is missing does
 * not compile.
 */
import type { Code, Language, RefundStatus, Status, Words } from '../contract';
import en from './en.json';
import nb from './nb.json';

/** A headline for a glance and a sentence for whoever reads on. */
export interface Said {
  headline: string;
  hint: string;
}

/** What a cashier is told: what happens, and what to do. */
export interface Told {
  headline: string;
  todo: string;
}

export interface CustomerTexts {
  title: string;
  idle: Said;
  cart: Said & { earlier: string };
  text: Said;
  preparing: Said;
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

export interface FindTexts {
  open: string;
  title: string;
  query: string;
  day: string;
  from: string;
  to: string;
  act: string;
  results: string;
  none: string;
  more: string;
  choose: string;
  queryWrong: string;
  timeWrong: string;
  dayWrong: string;
}

export interface RefundTexts {
  open: string;
  title: string;
  amount: string;
  reason: string;
  reasons: { returned: string; wrongAmount: string; twice: string; soldOut: string };
  pin: string;
  act: string;
  asking: string;
  cancel: string;
  demoPin: string;
  amountWrong: string;
  amountTooLarge: string;
  reasonMissing: string;
  pinMissing: string;
  wait: string;
  unknown: string;
  status: Record<RefundStatus, string>;
}

export interface TotalsTexts {
  open: string;
  title: string;
  soFar: string;
  none: string;
  currency: string;
  paid: string;
  refunded: string;
  net: string;
  counted: string;
  before: string;
  after: string;
  save: string;
  saving: string;
  saved: string;
  explained: string;
}

export interface CashierTexts {
  title: string;
  keypad: {
    title: string;
    amount: string;
    clear: string;
    backspace: string;
    doubleZero: string;
    tooSmall: string;
    tooLarge: string;
  };
  lines: {
    title: string;
    none: string;
    name: string;
    quantity: string;
    price: string;
    add: string;
    remove: string;
    sum: string;
    clear: string;
    nameMissing: string;
    quantityWrong: string;
    priceWrong: string;
    tooMany: string;
  };
  charge: string;
  chargeAmount: string;
  charging: string;
  toPhone: {
    title: string;
    number: string;
    send: string;
    isGoods: string;
    isNothing: string;
    amountFirst: string;
    notNow: string;
  };
  find: FindTexts;
  payment: {
    title: string;
    asked: string;
    left: string;
    allBack: string;
    open: string;
    notPaid: string;
    refunds: string;
    byOthers: string;
  };
  refund: RefundTexts;
  totals: TotalsTexts;
  lights: {
    title: string;
    vippsGood: string;
    vippsLost: string;
    vippsUnknown: string;
    posGood: string;
    posGone: string;
    posNone: string;
  };
  back: string;
  dot: string;
  digits: string;
  cancel: string;
  cancelAgain: string;
  cancelling: string;
  dismiss: string;
  now: string;
  ready: Told;
  stopped: Told;
  status: Record<Status, Told>;
  reserved: Told;
  sending: Told;
  sent: Told;
  declinedOver: string;
  statusShort: Record<Status, string>;
  mayPayAgain: string;
  mayNotPayAgain: string;
  refunded: string;
  reference: string;
  supportId: string;
  recent: string;
  noRecent: string;
  contactLost: string;
  salesUnit: string;
  detail: string;
  close: string;
  keys: string;
  tillSilent: Told;
  actionFailed: string;
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
  cashier: CashierTexts;
  phone: PhoneTexts;
  problems: Record<Code, Words>;
}

const tables: Record<Language, Texts> = { nb, en };

/** The texts in `language`. */
export function textsIn(language: Language): Texts {
  return tables[language];
}
