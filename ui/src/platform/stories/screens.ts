/** One screen for each thing that a customer can meet. The tests read them too. */
import type { Amount, Currency, Environment, Language, Screen, ScreenView } from '../../contract';

const due: Amount = { value: 24900, currency: 'NOK' };
const TEN_MINUTES = 600_000;

export const screenViews = {
  idle: { view: 'idle' },
  cart: {
    view: 'cart',
    amount: { value: 18_400, currency: 'NOK' },
    lines: [
      { name: 'Filterkaffe', quantity: 2, unitPrice: 4_500 },
      { name: 'Skillingsbolle', quantity: 2, unitPrice: 4_200 },
      { name: 'Medlemsrabatt', quantity: 1, unitPrice: -1_000 },
    ],
    earlier: 0,
  },
  cartLong: {
    view: 'cart',
    amount: { value: 65_000_000, currency: 'NOK' },
    lines: [
      { name: 'Økologisk surdeigsbrød med solsikkekjerner og havre, skåret', quantity: 12, unitPrice: 6_990 },
      { name: 'Melk 1 l', quantity: 2, unitPrice: 2_290 },
      { name: 'Brunost', quantity: 1, unitPrice: 12_900 },
      { name: 'Knekkebrød', quantity: 3, unitPrice: 3_490 },
      { name: 'Espressomaskin', quantity: 1, unitPrice: 64_000_000 },
      { name: 'Pant', quantity: 24, unitPrice: -300 },
      { name: 'Bærepose', quantity: 1, unitPrice: 450 },
    ],
    earlier: 14,
  },
  text: { view: 'text', rows: ['Filterkaffe  2x45,00', 'SUM            90,00'] },
  textLong: {
    view: 'text',
    rows: [
      '      VELKOMMEN     ',
      '',
      'Blåbærsyltetøy',
      '2 x         1 249,00',
      'Medlemsrabatt  -8,00',
      'SUM         2 490,00',
    ],
  },
  preparing: { view: 'preparing', amount: due },
  scan: { view: 'scan', amount: due, qr: 'story', leftMs: 563_000, ofMs: TEN_MINUTES },
  scanLong: {
    view: 'scan',
    amount: { value: 65_000_000, currency: 'NOK' },
    qr: 'story',
    leftMs: 42_000,
    ofMs: TEN_MINUTES,
  },
  counterCode: { view: 'counterCode', amount: due, leftMs: 281_000, ofMs: 300_000 },
  sent: { view: 'sent', amount: due, leftMs: 588_000, ofMs: TEN_MINUTES },
  opened: { view: 'opened', amount: due, leftMs: 512_000, ofMs: TEN_MINUTES },
  oneMoment: { view: 'oneMoment', amount: due },
  paid: { view: 'paid', amount: due, reference: 'kvitt-till1-0042-1', at: '2026-11-23T11:42:07Z' },
  declinedRetry: { view: 'declined', amount: due, mayRetry: true, leftMs: 401_000 },
  declinedOver: { view: 'declined', amount: due, mayRetry: false, leftMs: 0 },
  cancelledByCustomer: { view: 'cancelled', by: 'customer' },
  cancelledByShop: { view: 'cancelled', by: 'shop' },
  timedOut: { view: 'timedOut' },
  checking: { view: 'checking', amount: due },
  fault: { view: 'fault', code: 'unreachable' },
} satisfies Record<string, ScreenView>;

export type ScreenStory = keyof typeof screenViews;

/** A whole screen that shows `view`. */
export function screenOf(
  view: ScreenView,
  {
    number = 1,
    language = 'nb',
    environment = 'demo',
    shop = 'Fjord Kaffe',
    currency = 'NOK',
  }: Partial<Around> = {},
): Screen {
  return { number, language, shop, currency, environment, ...view };
}

interface Around {
  number: number;
  language: Language;
  environment: Environment;
  shop: string;
  currency: Currency;
}
