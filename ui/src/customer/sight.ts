/**
 * What the customer screen makes of a `Screen`: one shape, a headline, a hint, and what else belongs there.
 * Pure, so that every sentence a customer can meet is tested without a window.
 */
import type { Language, Screen } from '../contract';
import { amountText, appName, decimals, timeText } from '../look/amount';
import type { Shape } from '../look/shape';
import { fill } from '../text/fill';
import { textsIn, type CustomerTexts, type Said } from '../text/texts';

/** `good` is for money that has arrived, and for nothing else. */
export type Mood = 'calm' | 'good' | 'heed';

export interface Sight {
  /** Names the view for tests and styles. */
  view: Screen['view'] | 'waiting' | 'lost' | 'noPicture';
  /** The shape in the figure; a code stands there instead where there is one. */
  shape?: Shape;
  mood: Mood;
  headline: string;
  hint: string;
  amount?: string;
  /** The code to fetch, and what it is called for those who can't see it. */
  code?: { name: string; label: string };
  timer?: { label: string; leftMs: number; ofMs?: number };
  /** What has been rung up, in place of a shape or a code; above it, how much more there is. */
  lines?: { earlier: string | undefined; rows: Row[] };
  /** What the register has written, in place of all else: one text for each row, its columns kept. */
  rows?: string[];
  /** Small print: how, when, which payment. */
  details?: string[];
}

/** A line of what has been rung up. */
export interface Row {
  count: string;
  name: string;
  price: string;
}

/** What `screen` looks like. */
export function sightOf(screen: Screen): Sight {
  const texts = textsIn(screen.language).customer;
  const sight = bare(screen, texts);
  const app = appName(screen.currency);
  if (!('amount' in screen)) return named(sight, { app });
  const amount = amountText(screen.amount, screen.language);
  return { ...named(sight, { app, amount }), amount };
}

/** The window has nothing to show yet. */
export function waitingSight(): Sight {
  return { view: 'waiting', shape: 'working', mood: 'calm', headline: '', hint: '' };
}

/** The window can't reach the till. */
export function lostSight(language: Language): Sight {
  return { view: 'lost', shape: 'ask', mood: 'heed', ...textsIn(language).customer.lost };
}

/** The code that the till speaks of can't be drawn. */
export function noPictureSight(language: Language): Sight {
  return { view: 'noPicture', shape: 'ask', mood: 'heed', ...textsIn(language).customer.noPicture };
}

/** What a screen reader is told when the sight changes. */
export function announcement(sight: Sight): string {
  const rows = sight.rows?.map((row) => row.trim().replace(/ +/g, ' '));
  return [sight.headline, ...(rows ?? []), sight.amount, sight.hint].filter(Boolean).join('. ');
}

function bare(screen: Screen, texts: CustomerTexts): Sight {
  const view = screen.view;
  switch (screen.view) {
    case 'idle':
      return { view, shape: 'welcome', mood: 'calm', ...said(texts.idle) };
    case 'cart': {
      const rows = screen.lines.map(({ name, quantity, unitPrice }) => {
        const price = decimals(quantity * unitPrice, screen.language);
        return { count: quantity === 1 ? '' : `${String(quantity)} ×`, name, price };
      });
      const earlier =
        screen.earlier > 0 ? fill(texts.cart.earlier, { count: String(screen.earlier) }) : undefined;
      return { view, mood: 'calm', ...said(texts.cart), lines: { earlier, rows } };
    }
    case 'text':
      return { view, mood: 'calm', ...said(texts.text), rows: screen.rows };
    case 'preparing':
      return { view, shape: 'working', mood: 'calm', ...said(texts.preparing) };
    case 'counterCode': {
      const timer = { label: texts.scan.left, leftMs: screen.leftMs, ofMs: screen.ofMs };
      return { view, shape: 'counter', mood: 'calm', ...said(texts.counterCode), timer };
    }
    case 'scan': {
      const timer = { label: texts.scan.left, leftMs: screen.leftMs, ofMs: screen.ofMs };
      const code = { name: screen.qr, label: texts.scan.picture };
      return { view, mood: 'calm', ...said(texts.scan), timer, code };
    }
    case 'sent': {
      const timer = { label: texts.scan.left, leftMs: screen.leftMs, ofMs: screen.ofMs };
      return { view, shape: 'phone', mood: 'calm', ...said(texts.sent), timer };
    }
    case 'opened': {
      const timer = { label: texts.scan.left, leftMs: screen.leftMs, ofMs: screen.ofMs };
      return { view, shape: 'phone', mood: 'calm', ...said(texts.opened), timer };
    }
    case 'oneMoment':
      return { view, shape: 'working', mood: 'calm', ...said(texts.oneMoment) };
    case 'paid': {
      const time = timeText(screen.at, screen.language);
      const details = [
        fill(texts.paid.receipt, { time }),
        fill(texts.paid.reference, { reference: screen.reference }),
      ];
      return { view, shape: 'tick', mood: 'good', ...said(texts.paid), details };
    }
    case 'declined':
      if (!screen.mayRetry) return { view, shape: 'card-refused', mood: 'heed', ...said(texts.declinedOver) };
      return {
        view,
        shape: 'card-again',
        mood: 'heed',
        ...said(texts.declinedRetry),
        timer: { label: texts.scan.left, leftMs: screen.leftMs },
      };
    case 'cancelled': {
      const by = screen.by === 'customer' ? texts.cancelledByCustomer : texts.cancelledByShop;
      return { view, shape: 'cross', mood: 'calm', ...said(by) };
    }
    case 'timedOut':
      return { view, shape: 'clock', mood: 'calm', ...said(texts.timedOut) };
    case 'checking':
      return { view, shape: 'search', mood: 'heed', ...said(texts.checking) };
    case 'fault': {
      const hint = textsIn(screen.language).problems[screen.code];
      return { view, shape: 'ask', mood: 'heed', headline: texts.fault.headline, hint };
    }
  }
}

function said({ headline, hint }: Said): Said {
  return { headline, hint };
}

/** Fills the blanks of everything that is said. */
function named(sight: Sight, values: { app: string; amount?: string }): Sight {
  return {
    ...sight,
    headline: fill(sight.headline, values),
    hint: fill(sight.hint, values),
    ...(sight.code && { code: { name: sight.code.name, label: fill(sight.code.label, values) } }),
    ...(sight.details && { details: sight.details.map((detail) => fill(detail, values)) }),
  };
}
