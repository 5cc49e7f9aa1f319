/** The cashier's window in a test: opened, looked at and pressed. */
import { fireEvent, render, screen as page, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';

import Cashier from '../cashier/Cashier.svelte';
import type { Chain, Counter } from '../contract';
import { counterOf } from '../platform/stories/counters';
import { cashierTill } from './till';

export const id = (name: string): HTMLElement => page.getByTestId(name);

export const button = (name: string): HTMLButtonElement => id(name) as HTMLButtonElement;

/** What it says, with spaces that break. */
export const plain = (name: string): string | undefined =>
  id(name).textContent?.replaceAll('\u00a0', ' ').trim();

/** The window at a till whose counter is `first`, in a chain if `chain` is given. */
export async function openCashier(first: Counter = counterOf(), chain: Chain | null = null) {
  const fake = cashierTill(first, chain);
  const view = render(Cashier, { till: fake.till });
  await waitFor(() => expect(page.getByTestId('shop').textContent).toBe(first.shop));
  return { ...fake, ...view };
}

/** Presses the keys on the glass. */
export async function ring(digits: string): Promise<void> {
  for (const digit of digits) await fireEvent.click(id(`keypad-${digit}`));
}

/** Adds an item, of the usual rate of tax or of the one in hundredths of a percent. */
export async function addItem(name: string, quantity: string, price: string, tax?: number): Promise<void> {
  for (const [field, value] of Object.entries({ name, quantity, price })) {
    await fireEvent.input(id(`line-${field}`), { target: { value } });
  }
  if (tax !== undefined) await fireEvent.click(id(`tax-rate-${tax}`));
  await fireEvent.click(id('line-add'));
}
