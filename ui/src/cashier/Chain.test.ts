import { fireEvent, screen as page, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Chain, ChainRefundView, Language } from '../contract';
import { timeText } from '../look/amount';
import { chainFound, chainOf, chainPaymentOf, chainRefundOf } from '../platform/stories/chain';
import { counterOf, problemOf } from '../platform/stories/counters';
import { violations } from '../testing/axe';
import { button, id, openCashier, plain } from '../testing/cashier';
import { later } from '../testing/till';
import { ASK_AGAIN_MS } from './chainrefunding.svelte';

const field = (name: string): HTMLInputElement => id(name) as HTMLInputElement;
const type = (name: string, value: string) => fireEvent.input(id(name), { target: { value } });
const kroner = (value: number) => ({ value, currency: 'NOK' }) as const;
const rows = (): HTMLButtonElement[] => [...id('found').querySelectorAll('button')];

/** Looks in all stores. */
async function open(language: Language = 'nb', chain: Chain = chainOf()) {
  const opened = await openCashier(counterOf({ language }), chain);
  await waitFor(() => id('light-hub'));
  await fireEvent.keyDown(document.body, { key: 'F2' });
  await fireEvent.click(id('find-everywhere'));
  await waitFor(() => expect(rows()[0]?.textContent).toContain('Kaffebaren Oslo'));
  return opened;
}

/** Opens the form for what Oslo took, filled in but for the PIN. */
async function fillIn(language?: Language) {
  const fake = await open(language);
  await fireEvent.click(rows()[0] as HTMLElement);
  await fireEvent.click(await page.findByTestId('chain-refund-open'));
  await type('chain-refund-reason', 'Vare returnert');
  await type('chain-refund-person', 'Kari ');
  return fake;
}

async function ask(pin = '1234'): Promise<void> {
  await type('chain-refund-pin', pin);
  await fireEvent.click(id('chain-refund-ask'));
}

describe('a till without a chain', () => {
  it('shows nothing of one', async () => {
    const { till } = await openCashier();
    await fireEvent.keyDown(document.body, { key: 'F2' });
    await waitFor(() => expect(rows().length).toBeGreaterThan(0));
    expect(till.chain).toHaveBeenCalled();
    for (const name of ['light-hub', 'find-here', 'find-everywhere'])
      expect(page.queryByTestId(name), name).toBeNull();
    expect(till.chainSearch).not.toHaveBeenCalled();
  });
});

describe('the light of the hub', () => {
  it('says by shape and word whether it is there, and if not since when', async () => {
    const { say, sayChain } = await openCashier(counterOf(), chainOf({ connected: false }));
    const light = () => [id('light-hub').dataset['state'], plain('light-hub')];
    await waitFor(() => expect(light()).toEqual(['none', 'Kjeden ikke spurt ennå']));
    sayChain(chainOf());
    await waitFor(() => expect(light()).toEqual(['good', 'Kjeden svarer']));
    const began = timeText(new Date(Date.now() - 3_600_000).toISOString(), 'nb');
    const lost = { connected: false, lostForMs: 3_600_000 };
    sayChain(chainOf({ ...lost, problem: problemOf('hub_unreachable') }));
    await waitFor(() => expect(light()).toEqual(['lost', `Kjeden svarer ikke, siden ${began}`]));
    sayChain(chainOf({ ...lost, problem: problemOf('till_revoked') }));
    await waitFor(() => expect(light()).toEqual(['lost', `Kjeden er ikke i orden, siden ${began}`]));
    // Whatever is told of the till ten minutes later, it is since the same moment.
    const [clock, steady] = [Date.now() + 600_000, performance.now() + 600_000];
    vi.spyOn(Date, 'now').mockReturnValue(clock);
    vi.spyOn(performance, 'now').mockReturnValue(steady);
    say(counterOf({ number: 2, language: 'en' }));
    const since = timeText(new Date(clock - 4_200_000).toISOString(), 'en');
    await waitFor(() => expect(light()).toEqual(['lost', `Chain out of order since ${since}`]));
    vi.restoreAllMocks();
  });
});

describe('looking in all stores', () => {
  it.each<Language>(['nb', 'en'])('breaks no accessibility rule in %s', async (language) => {
    const { till } = await fillIn(language);
    expect(await violations()).toEqual([]);
    till.chainRefund.mockRejectedValueOnce(problemOf('second_person_needed', language));
    await ask();
    await waitFor(() => id('chain-refund-second'));
    expect(await violations()).toEqual([]);
    await type('chain-refund-second', 'ola');
    await type('chain-refund-second-pin', '5678');
    await ask();
    await waitFor(() => id('chain-result'));
    expect(await violations()).toEqual([]);
    expect(document.body.textContent).not.toMatch(/[{}]|undefined|NaN/);
  });

  it('shows whose payment it is, and what is left of it', async () => {
    const { till } = await open();
    expect(document.activeElement).toBe(id('find-query'));
    await type('find-query', '1041');
    await fireEvent.submit(id('find-query').closest('form') as HTMLFormElement);
    expect(till.chainSearch.mock.lastCall).toEqual([{ query: '1041' }]);
    await fireEvent.click(rows()[1] as HTMLElement);
    expect(plain('chain-store')).toBe('Kaffebaren Bergen (salgssted 654322)');
    expect(plain('chain-todo')).toBe('Kan betales tilbake: 200,00 kr');
    expect(plain('chain-refunded')).toContain('49,00 kr');
    await fireEvent.click(rows()[2] as HTMLElement);
    expect(plain('chain-todo')).toContain('ingenting å betale tilbake');
    expect(page.queryByTestId('chain-refund-open')).toBeNull();
  });

  it('says so when the hub is away, and leads back to what this till took', async () => {
    const { till } = await open();
    till.chainSearch.mockRejectedValue(problemOf('hub_unreachable'));
    await fireEvent.click(id('find-act'));
    await waitFor(() => expect(id('problem').dataset['code']).toBe('hub_unreachable'));
    await fireEvent.click(id('find-here'));
    await waitFor(() => expect(rows()[0]?.textContent).toContain('kvitt-till1'));
    expect(page.queryByTestId('problem')).toBeNull();
  });
});

describe('giving back what another store took', () => {
  it('asks for all that is left, and follows it until it is made', async () => {
    const { till } = await fillIn();
    expect(field('chain-refund-amount').value).toBe('249,00');
    const end = later<ChainRefundView>();
    till.chainRefundOf.mockReturnValue(end.promise);
    await ask();
    expect(till.chainRefund.mock.lastCall?.[0]).toEqual({
      store: 'oslo',
      reference: 'sale-1042-1',
      amount: kroner(24_900),
      refundedBefore: kroner(0),
      reason: 'Vare returnert',
      person: { id: 'kari', pin: '1234' },
    });
    await waitFor(() => expect(plain('chain-result')).toContain('betales tilbake så snart'));
    till.chainSearch.mockResolvedValue({
      payments: [chainPaymentOf({ refunded: kroner(24_900) }), ...chainFound.slice(1)],
    });
    end.resolve(chainRefundOf('made'));
    await waitFor(() => expect(plain('chain-result')).toContain('249,00 kr er betalt tilbake'));
    // Enter once more must not close what has not been read.
    expect(document.activeElement).toBe(id('chain-result'));
    await fireEvent.click(id('chain-refund-done'));
    await waitFor(() => expect(plain('chain-todo')).toBe('Alt er betalt tilbake.'));
  });

  it('says why it was refused', async () => {
    const { till } = await fillIn();
    till.chainRefundOf.mockResolvedValue(
      chainRefundOf('refused', { problem: problemOf('refund_above_captured') }),
    );
    await ask();
    await waitFor(() => expect(plain('chain-result')).toContain('249,00 kr ble ikke betalt tilbake'));
    expect(plain('chain-result')).toContain(problemOf('refund_above_captured').cashier);
  });

  it('follows on when the hub is away for a while', async () => {
    const { till } = await fillIn();
    till.chainRefundOf.mockRejectedValueOnce(problemOf('hub_unreachable'));
    vi.useFakeTimers();
    try {
      await ask();
      await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS - 1);
      expect(till.chainRefundOf.mock.calls.length).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(till.chainRefundOf.mock.calls.length).toBe(2);
    } finally {
      vi.useRealTimers();
    }
    await waitFor(() => expect(plain('chain-result')).toContain('er betalt tilbake'));
  });

  it.each([
    ['chain-refund-amount', '0', 'Skriv beløpet som 49,00.'],
    ['chain-refund-amount', '249,01', 'Høyst 249,00 kr kan betales tilbake.'],
    ['chain-refund-reason', ' ', 'Skriv eller velg en årsak.'],
    ['chain-refund-person', ' ', 'Skriv kortnavnet ditt.'],
    ['chain-refund-pin', '', 'Skriv PIN-koden.'],
  ])('asks nothing when %s is %j', async (name, value, why) => {
    const { till } = await fillIn();
    await type('chain-refund-pin', '1234');
    await type(name, value);
    await fireEvent.click(id('chain-refund-ask'));
    expect(plain('chain-refund-missing')).toBe(why);
    expect(till.chainRefund).not.toHaveBeenCalled();
  });

  it('makes one of a double click', async () => {
    const { till } = await fillIn();
    const answer = later<ChainRefundView>();
    till.chainRefund.mockReturnValue(answer.promise);
    await type('chain-refund-pin', '1234');
    const form = id('chain-refund');
    await Promise.all([fireEvent.submit(form), fireEvent.submit(form)]);
    // A PIN that reaches the field all the same changes nothing.
    await type('chain-refund-pin', '1234');
    await fireEvent.submit(form);
    expect(till.chainRefund.mock.calls.length).toBe(1);
    // Its answer must be seen: neither Escape nor another place leads away from it.
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    await fireEvent.click(id('find-here'));
    expect(page.queryByTestId('chain-refund')).not.toBeNull();
    answer.resolve(chainRefundOf('asked'));
    await waitFor(() => id('chain-result'));
    expect(till.chainRefund.mock.calls.length).toBe(1);
  });

  it.each([[new Error('the window heard nothing')], [problemOf('hub_unreachable')]])(
    'asks for the very same under the same key when the answer was lost: %s',
    async (lost) => {
      const { till } = await fillIn();
      till.chainRefund.mockRejectedValueOnce(lost);
      await ask();
      await waitFor(() => expect(plain('chain-refund-unknown')).toContain('ikke'));
      expect(plain('chain-refund-unknown')).toContain('ingenting betales tilbake to ganger');
      for (const name of ['amount', 'reason', 'person'])
        expect(field(`chain-refund-${name}`).disabled, name).toBe(true);
      expect(field('chain-refund-pin').value).toBe('');
      await ask();
      await waitFor(() => id('chain-result'));
      const [first, second] = till.chainRefund.mock.calls;
      expect(second).toEqual(first);
      expect(first?.[1]).toMatch(/^cashier-[0-9a-f]{32}$/);
    },
  );

  it('has a key of its own for every form', async () => {
    const { till } = await fillIn();
    till.chainRefund.mockRejectedValueOnce(problemOf('changed_meanwhile'));
    await ask();
    await waitFor(() => expect(id('problem').dataset['code']).toBe('changed_meanwhile'));
    till.chainSearch.mockResolvedValue({ payments: [chainPaymentOf({ refunded: kroner(4_900) })] });
    await fireEvent.click(id('chain-refund-close'));
    await waitFor(() => expect(plain('chain-todo')).toBe('Kan betales tilbake: 200,00 kr'));
    await fireEvent.click(id('chain-refund-open'));
    expect(field('chain-refund-amount').value).toBe('200,00');
    await type('chain-refund-reason', 'Vare returnert');
    await type('chain-refund-person', 'kari');
    await ask();
    const [first, second] = till.chainRefund.mock.calls;
    expect(second?.[0].refundedBefore).toEqual(kroner(4_900));
    expect(second?.[1]).not.toBe(first?.[1]);
  });

  it('asks for the second person where the hub wants one, and keeps no PIN', async () => {
    const { till } = await fillIn();
    expect(page.queryByTestId('chain-refund-second')).toBeNull();
    till.chainRefund.mockRejectedValueOnce(problemOf('second_person_needed'));
    await ask();
    await waitFor(() => id('chain-refund-second'));
    expect(field('chain-refund-pin').value).toBe('');
    expect(document.activeElement).toBe(id('chain-refund-pin'));
    await ask();
    expect(plain('chain-refund-missing')).toBe('Skriv kortnavnet og PIN-koden til den som godkjenner.');
    await type('chain-refund-second', 'KARI');
    await type('chain-refund-second-pin', '5678');
    await ask();
    expect(plain('chain-refund-missing')).toBe('Den som godkjenner, må være en annen.');
    await type('chain-refund-second', 'Ola');
    till.chainRefund.mockRejectedValueOnce(problemOf('person_limit'));
    await ask();
    await waitFor(() => expect(id('problem').dataset['code']).toBe('person_limit'));
    expect(till.chainRefund.mock.lastCall?.[0].person).toEqual({ id: 'kari', pin: '1234' });
    expect(till.chainRefund.mock.lastCall?.[0].second).toEqual({ id: 'ola', pin: '5678' });
    for (const name of ['pin', 'second-pin']) expect(field(`chain-refund-${name}`).value, name).toBe('');
    expect(button('chain-refund-ask').disabled).toBe(false);
  });
});
