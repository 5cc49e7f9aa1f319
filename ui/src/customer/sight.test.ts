import { describe, expect, it } from 'vitest';

import codes from '../text/nb.json';
import type { Code, Language } from '../contract';
import { screenOf, screenViews, type ScreenStory } from '../platform/stories/screens';
import { announcement, lostSight, noPictureSight, sightOf, type Sight } from './sight';

const stories = Object.keys(screenViews) as ScreenStory[];
const languages: Language[] = ['nb', 'en'];

function said(sight: Sight): string[] {
  return [
    sight.headline,
    sight.hint,
    sight.amount,
    sight.code?.label,
    sight.timer?.label,
    ...(sight.details ?? []),
  ].filter((text) => text !== undefined);
}

describe.each(languages)('what a customer reads in %s', (language) => {
  it.each(stories)('%s: has no blank left unfilled and nothing empty', (story) => {
    const sight = sightOf(screenOf(screenViews[story], { language }));
    for (const text of said(sight)) {
      expect(text).not.toMatch(/[{}]|undefined|null|NaN/);
      expect(text.trim()).not.toBe('');
    }
  });

  it('is made for every failure there is', () => {
    for (const code of Object.keys(codes.problems) as Code[]) {
      const sight = sightOf(screenOf({ view: 'fault', code }, { language }));
      expect(sight.hint, code).not.toBe('');
      expect(sight.hint, code).not.toContain('{');
    }
  });

  it('says that the screen is lost, and that the code can not be drawn', () => {
    for (const sight of [lostSight(language), noPictureSight(language)]) {
      expect(said(sight).join()).not.toMatch(/[{}]/);
      expect(sight.shape).toBe('ask');
    }
  });
});

describe('the sight of a screen', () => {
  it('says good for money that has arrived, and for nothing else', () => {
    for (const story of stories) {
      const { mood, shape } = sightOf(screenOf(screenViews[story]));
      expect(mood === 'good', story).toBe(story === 'paid');
      expect(shape === 'tick', story).toBe(story === 'paid');
    }
  });

  it('tells the outcomes apart by shape alone', () => {
    const outcomes: ScreenStory[] = [
      'paid',
      'declinedRetry',
      'declinedOver',
      'cancelledByShop',
      'timedOut',
      'checking',
      'fault',
    ];
    const shapes = outcomes.map((story) => sightOf(screenOf(screenViews[story])).shape);
    expect(new Set(shapes).size).toBe(outcomes.length);
  });

  it('offers another card only while there is time', () => {
    const retry = sightOf(screenOf(screenViews.declinedRetry));
    expect(retry.headline).toBe('Prøv et annet kort i appen');
    expect(retry.timer?.leftMs).toBe(401_000);
    const over = sightOf(screenOf(screenViews.declinedOver));
    expect(over.timer).toBeUndefined();
    expect(over.hint).toContain('Spør de ansatte');
  });

  it('sends the customer to the app when the request has been sent', () => {
    const sent = sightOf(screenOf(screenViews.sent));
    expect(sent.hint).toBe('Vi har sendt betalingen til Vipps. Åpne appen og godkjenn.');
    expect([sent.code, sent.shape, sent.timer?.leftMs]).toEqual([undefined, 'phone', 588_000]);
  });

  it('never blames the customer whose number was refused', () => {
    for (const language of languages) {
      const { hint } = sightOf(screenOf({ view: 'fault', code: 'number_refused' }, { language }));
      expect(hint.toLowerCase()).not.toMatch(/bruker|user|vipps|mobilepay|ugyldig|invalid|wrong|feil nummer/);
    }
  });

  it('says who cancelled', () => {
    expect(sightOf(screenOf(screenViews.cancelledByCustomer)).hint).toContain('Du avbrøt i appen');
    expect(sightOf(screenOf(screenViews.cancelledByShop)).hint).toContain('Butikken avbrøt');
  });

  it('names the app that people know where the currency is used', () => {
    const danish = {
      view: 'scan',
      amount: { value: 100, currency: 'DKK' },
      qr: 'a',
      leftMs: 1,
      ofMs: 1,
    } as const;
    expect(sightOf(screenOf(danish, { language: 'en', currency: 'DKK' })).headline).toBe(
      'Scan and pay with MobilePay',
    );
    expect(sightOf(screenOf(screenViews.scan)).headline).toBe('Skann og betal med Vipps');
    expect(sightOf(screenOf(screenViews.idle, { currency: 'EUR' })).hint).toBe('Betal med MobilePay');
  });

  it('has the amount, the time and the reference of what was paid', () => {
    const { amount, details } = sightOf(screenOf(screenViews.paid));
    expect(amount).toBe('249,00\u00a0kr');
    expect(details?.[0]).toMatch(/^Betalt med Vipps kl\. \d\d:\d\d$/);
    expect(details?.[1]).toBe('Referanse kvitt-till1-0042-1');
  });

  it('is announced as headline, amount and hint', () => {
    expect(announcement(sightOf(screenOf(screenViews.paid, { language: 'en' })))).toBe(
      'Paid. NOK\u00a0249.00. Thank you!',
    );
  });

  it('keeps the columns of what the register has written, and reads it out without them', () => {
    const sight = sightOf(screenOf(screenViews.text, { language: 'en' }));
    expect(sight.rows).toEqual(['Filterkaffe  2x45,00', 'SUM            90,00']);
    expect(announcement(sight)).toBe(
      'The till shows. Filterkaffe 2x45,00. SUM 90,00. You can pay with Vipps',
    );
  });
});
