import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { paymentOf, problemOf } from './stories/counters';
import { isProblem } from './platform';
import { cashier, customer, phone } from './tauri';

describe('the commands of the shell', () => {
  let calls: [string, unknown][];
  let answer: unknown;

  beforeEach(() => {
    calls = [];
    mockIPC((command, payload) => {
      calls.push([command, payload]);
      return answer;
    });
  });
  afterEach(() => clearMocks());

  it('have the names and arguments that the shell knows', async () => {
    const amount = { value: 24900, currency: 'NOK' } as const;
    const refund = {
      store: 'oslo',
      reference: 'kvitt-1234',
      refundedBefore: { value: 0, currency: 'NOK' } as const,
      reason: 'Feil',
      person: { id: 'kari', pin: '1234' },
    };
    await customer.screen();
    await customer.qr('a1');
    await customer.shown(7);
    await customer.alive(true);
    await cashier.counter();
    await cashier.charge({ amount });
    await cashier.cancel('kvitt-1234');
    await cashier.dismiss('kvitt-1234');
    await cashier.payment('kvitt-1234');
    await cashier.search({ query: '1042' });
    await cashier.pinState();
    await cashier.capture('kvitt-1234', { amount }, 'a-key');
    await cashier.refund('kvitt-1234', { amount, reason: 'Feil' }, 'a-key', '7382');
    await cashier.totals('2026-11-26');
    await cashier.saveTotals();
    await cashier.chain();
    await cashier.chainSearch({ query: '1042' });
    await cashier.chainRefund(refund, 'a-key');
    await cashier.chainRefundOf('0123');
    await cashier.alive(false);
    await phone.phone();
    await phone.act('walk_away');
    await phone.alive(true);
    expect(calls).toEqual([
      ['customer_screen', {}],
      ['customer_qr', { name: 'a1' }],
      ['customer_shown', { number: 7 }],
      ['customer_alive', { painting: true }],
      ['counter', {}],
      ['charge', { request: { amount } }],
      ['cancel', { reference: 'kvitt-1234' }],
      ['dismiss', { reference: 'kvitt-1234' }],
      ['payment', { reference: 'kvitt-1234' }],
      ['search', { search: { query: '1042' } }],
      ['pin_state', {}],
      ['capture', { reference: 'kvitt-1234', request: { amount }, key: 'a-key' }],
      ['refund', { reference: 'kvitt-1234', request: { amount, reason: 'Feil' }, key: 'a-key', pin: '7382' }],
      ['totals', { day: '2026-11-26' }],
      ['save_totals', { day: undefined }],
      ['chain', {}],
      ['chain_search', { search: { query: '1042' } }],
      ['chain_refund', { request: refund, key: 'a-key' }],
      ['chain_refund_of', { id: '0123' }],
      ['cashier_alive', { painting: false }],
      ['phone', {}],
      ['phone_act', { act: 'walk_away' }],
      ['phone_alive', { painting: true }],
    ]);
  });

  it('listen to the events by name', async () => {
    await customer.onScreen(() => undefined);
    await cashier.onCounter(() => undefined);
    await phone.onPhone(() => undefined);
    expect(calls.map(([command, payload]) => [command, (payload as { event: string }).event])).toEqual([
      ['plugin:event|listen', 'screen'],
      ['plugin:event|listen', 'counter'],
      ['plugin:event|listen', 'phone'],
    ]);
  });

  it('ask for what is newer when they are nudged, and believe nothing else', async () => {
    mockIPC(
      (command, payload) => {
        calls.push([command, payload]);
        return answer;
      },
      { shouldMockEvents: true },
    );
    answer = { number: 8, view: 'idle' };
    const heard: unknown[] = [];
    await customer.onScreen((screen) => heard.push(screen));
    await emit('screen', { number: 99, view: 'paid' });
    await vi.waitFor(() => expect(heard).toEqual([{ number: 8, view: 'idle' }]));
    expect(calls).toEqual([['customer_screen', {}]]);
  });

  it('hand on what the till answers', async () => {
    answer = paymentOf('waiting');
    expect(await cashier.charge({ amount: { value: 100, currency: 'NOK' } })).toEqual(answer);
  });
});

describe('isProblem', () => {
  it('knows a problem from anything else that a call may be rejected with', () => {
    expect(isProblem(problemOf('payment_open'))).toBe(true);
    for (const other of ['a sentence', null, undefined, 7, {}, { code: 'x' }, new Error('x')]) {
      expect(isProblem(other)).toBe(false);
    }
  });
});
