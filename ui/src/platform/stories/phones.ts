/** One picture of the demo's phone for each thing it can show. The tests read them too. */
import type { Amount, Language, Phone, PhoneView } from '../../contract';

const amount: Amount = { value: 24900, currency: 'NOK' };
const shop = 'Fjord Kaffe';
const request = { view: 'request', shop, amount, description: 'Kaffe og kanelbolle' } as const;

export const phoneViews = {
  camera: { view: 'camera', seesCode: true },
  cameraEmpty: { view: 'camera', seesCode: false },
  request: { ...request, declined: false },
  requestDeclined: { ...request, declined: true },
  approved: { view: 'approved', shop, amount },
  ended: { view: 'ended' },
} satisfies Record<string, PhoneView>;

export type PhoneStory = keyof typeof phoneViews;

/** A whole phone that shows `view`. */
export function phoneOf(view: PhoneView, language: Language = 'nb'): Phone {
  return { language, ...view };
}
