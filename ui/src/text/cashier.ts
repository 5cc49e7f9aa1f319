/**
 * What the cashier's window says, in every language: `cashier.nb.json` and `cashier.en.json`. In files of its own, so that
 * the customer's page does not carry it. What is missing does not compile.
 */
import type {
  Code,
  KeptBy,
  Language,
  LinkStatus,
  ModificationStatus,
  ReceiptStatus,
  Status,
} from '../contract';
import en from './cashier.en.json';
import nb from './cashier.nb.json';

/** What a cashier is told: what happens, and what to do. */
export interface Told {
  headline: string;
  todo: string;
}

export interface FindTexts {
  open: string;
  title: string;
  query: string;
  day: string;
  from: string;
  to: string;
  act: string;
  none: string;
  more: string;
  choose: string;
  queryWrong: string;
  timeWrong: string;
  dayWrong: string;
}

export interface RefundTexts {
  open: string;
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
  status: Record<ModificationStatus, string>;
}

export interface ChainTexts {
  where: string;
  here: string;
  everywhere: string;
  takenBy: string;
  asTold: string;
  refunded: string;
  nothingKept: string;
  reason: string;
  person: string;
  second: string;
  secondPin: string;
  personMissing: string;
  secondMissing: string;
  secondSame: string;
  unknown: string;
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

export interface NumbersTexts {
  open: string;
  title: string;
  query: string;
  none: string;
  more: string;
  choose: string;
  one: string;
  why: string;
  unlock: string;
  pinFirst: string;
  entries: string;
  /** Who asked the customer, and when. */
  given: Record<KeptBy, string>;
  erasedAt: string;
  export: string;
  exported: string;
  erase: string;
  sure: string;
  yes: string;
  no: string;
  erasing: string;
  erased: string;
}

export interface CollectingTexts {
  title: string;
  collect: string;
  letGo: string;
  collectSure: string;
  letGoSure: string;
  collectYes: string;
  letGoYes: string;
  back: string;
  asking: string;
  unknown: string;
  /** What was asked for, and how far it has come. */
  captures: Record<ModificationStatus, string>;
  releases: Record<ModificationStatus, string>;
}

export interface CashierTexts {
  /** What a cashier is told of a problem. The till sends it; it is here because those who write texts look here. */
  problems: Record<Code, string>;
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
    tax: string;
    taxShort: string;
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
  atCounter: { charge: string; scanned: string };
  toPhone: {
    number: string;
    send: string;
    keep: string;
    away: string;
    awayItems: string;
    isGoods: string;
    isNothing: string;
    amountFirst: string;
    notNow: string;
    /** In place of `number` where the customer's own code can't be used. */
    numberAlone: string;
    codeUseless: string;
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
    receipt: Record<Exclude<ReceiptStatus, 'none'>, string>;
    link: Record<Exclude<LinkStatus, 'none'>, string>;
  };
  refund: RefundTexts;
  chain: ChainTexts;
  totals: TotalsTexts;
  numbers: NumbersTexts;
  lights: {
    title: string;
    vippsGood: string;
    vippsLost: string;
    vippsUnknown: string;
    posGood: string;
    posGone: string;
    posNone: string;
    hubGood: string;
    hubLost: string;
    hubWrong: string;
    hubUnknown: string;
  };
  back: string;
  dot: string;
  cancel: string;
  cancelAgain: string;
  cancelling: string;
  dismiss: string;
  now: string;
  ready: Told;
  stopped: Told;
  status: Record<Status, Told>;
  reserved: Told;
  collecting: CollectingTexts;
  sending: Told;
  sent: Told;
  awaitsScan: Told;
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

const tables: Record<Language, CashierTexts> = { nb, en };

/** The cashier's texts in `language`. */
export function cashierTextsIn(language: Language): CashierTexts {
  return tables[language];
}
