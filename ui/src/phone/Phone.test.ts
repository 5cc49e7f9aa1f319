import { fireEvent, render, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Language, Phone as PhonePicture, PhoneAct } from '../contract';
import { phoneOf, phoneViews, type PhoneStory } from '../platform/stories/phones';
import { violations } from '../testing/axe';
import { later, phoneTill } from '../testing/till';
import Phone from './Phone.svelte';

async function open(first: PhonePicture) {
  const fake = phoneTill(first);
  render(Phone, { till: fake.till });
  await waitFor(() => expect(view()).toBe(first.view));
  return fake;
}

const view = (): string | null | undefined =>
  document.querySelector('[data-view]')?.getAttribute('data-view');
const button = (act: PhoneAct): HTMLButtonElement => page.getByTestId(`act-${act}`) as HTMLButtonElement;

const stories = Object.keys(phoneViews) as PhoneStory[];
const ACTS: Record<PhoneStory, PhoneAct[]> = {
  camera: ['scan'],
  cameraEmpty: ['scan'],
  request: ['approve', 'decline', 'cancel', 'walk_away'],
  requestDeclined: ['approve', 'decline', 'cancel', 'walk_away'],
  approved: ['put_away'],
  ended: ['put_away'],
};

describe.each<Language>(['nb', 'en'])('the demo phone in %s', (language) => {
  it.each(stories)('%s: says that it is no real app, offers its acts and breaks no rule', async (story) => {
    await open(phoneOf(phoneViews[story], language));
    expect(page.getByTestId('not-the-app').textContent).toMatch(
      language === 'nb' ? /ikke den ekte/ : /not the real/,
    );
    const offered = [...document.querySelectorAll<HTMLElement>('[data-testid^="act-"]')].map(
      (found) => found.dataset['testid'],
    );
    expect(offered).toEqual(ACTS[story].map((act) => `act-${act}`));
    expect(document.body.textContent).not.toMatch(/[{}]|undefined/);
    expect(await violations()).toEqual([]);
  });
});

describe('the demo phone', () => {
  it('can scan only what it sees', async () => {
    const { say } = await open(phoneOf(phoneViews.cameraEmpty));
    expect(button('scan').disabled).toBe(true);
    say(phoneOf(phoneViews.camera));
    await waitFor(() => expect(button('scan').disabled).toBe(false));
  });

  it('does what is pressed and shows what comes of it', async () => {
    const { till } = await open(phoneOf(phoneViews.request));
    till.act.mockResolvedValue(phoneOf(phoneViews.approved));
    await fireEvent.click(button('approve'));
    expect(till.act.mock.calls).toEqual([['approve']]);
    await waitFor(() => expect(view()).toBe('approved'));
    expect(page.getByTestId('amount').textContent?.replaceAll('\u00a0', ' ')).toBe(
      '249,00 kr til Fjord Kaffe',
    );
  });

  it('does one thing at a time', async () => {
    const { till } = await open(phoneOf(phoneViews.request));
    const answer = later<PhonePicture>();
    till.act.mockReturnValue(answer.promise);
    button('approve').click();
    button('cancel').click();
    expect(till.act).toHaveBeenCalledOnce();
    answer.resolve(phoneOf(phoneViews.approved));
    await waitFor(() => expect(view()).toBe('approved'));
  });

  it('says what could not be done', async () => {
    const { till } = await open(phoneOf(phoneViews.camera));
    till.act.mockRejectedValue('The code has expired.');
    await fireEvent.click(button('scan'));
    await waitFor(() => expect(page.getByTestId('refusal').textContent).toBe('The code has expired.'));
    expect(button('scan').disabled).toBe(false);
  });

  it('says that a card was declined', async () => {
    await open(phoneOf(phoneViews.requestDeclined));
    expect(page.getByTestId('declined').textContent).toContain('Kortet ble avvist');
  });

  it('says so when the demo never answers', async () => {
    vi.useFakeTimers();
    const fake = phoneTill(phoneOf(phoneViews.camera));
    fake.till.phone.mockRejectedValue(new Error('gone'));
    render(Phone, { till: fake.till });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(page.getByTestId('headline').textContent).toContain('Telefonen når ikke demoen');
  });
});
