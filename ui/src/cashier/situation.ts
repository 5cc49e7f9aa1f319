/** What a counter means to a cashier: one shape, one headline, one thing to do. Pure. */
import type { Counter, PaymentView, Status } from '../contract';
import type { Shape } from '../look/shape';
import { cashierTextsIn, type CashierTexts } from '../text/cashier';

export interface Situation {
  shape: Shape;
  mood: 'calm' | 'good' | 'heed';
  headline: string;
  todo: string;
}

/** The shape of each status. */
export const SHAPES: Record<Status, Shape> = {
  starting: 'working',
  waiting: 'welcome',
  opened: 'phone',
  approved: 'working',
  paid: 'tick',
  cancelled: 'cross',
  declined: 'card-again',
  expired: 'clock',
  failed: 'ask',
  checking: 'search',
};

const HEED: readonly Status[] = ['declined', 'failed', 'checking'];

export function situationOf({ language, payment, problem }: Counter): Situation {
  const texts = cashierTextsIn(language);
  if (payment) return situationOfPayment(payment, cashierTextsIn(language));
  if (problem) return { shape: 'ask', mood: 'heed', ...texts.stopped };
  return { shape: 'welcome', mood: 'calm', ...texts.ready };
}

/** What a payment means, wherever it is shown. */
export function situationOfPayment(
  { status, flow, awaitsScan, final, capturable, problem }: PaymentView,
  texts: CashierTexts,
): Situation {
  const onPhone = flow !== 'qr';
  if (awaitsScan) return { shape: 'counter', mood: 'calm', ...texts.awaitsScan };
  if (onPhone && status === 'starting') return { shape: 'working', mood: 'calm', ...texts.sending };
  if (onPhone && status === 'waiting') return { shape: 'phone', mood: 'calm', ...texts.sent };
  if (status === 'approved' && final) {
    // What has been asked for already needs nothing more from the cashier.
    const todo = capturable.value > 0 ? texts.reserved.todo : '';
    return { shape: 'tick', mood: 'good', headline: texts.reserved.headline, todo };
  }
  const { headline, todo } = texts.status[status];
  const over = status === 'declined' && final;
  return {
    shape: over ? 'card-refused' : SHAPES[status],
    mood: status === 'paid' ? 'good' : HEED.includes(status) ? 'heed' : 'calm',
    headline,
    // An ended payment's problem says what to do better than its status can, and is shown right below.
    todo: final && problem ? '' : over ? texts.declinedOver : todo,
  };
}
