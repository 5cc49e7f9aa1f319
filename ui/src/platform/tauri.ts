/** The real shell. The only module that imports `@tauri-apps/api`. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { CashierWindow, CustomerWindow, PhoneWindow, Unlisten } from './platform';

/**
 * A nudge says only that there is something newer. What it is, the window asks for with its own command, so
 * that no window hears what is meant for another.
 */
function on<T>(nudge: string, ask: () => Promise<T>, heard: (news: T) => void): Promise<Unlisten> {
  return listen(nudge, () => {
    // A question that fails is made good by the next nudge, or by the snapshot that is asked for anew.
    ask().then(heard, () => {});
  });
}

export const customer: CustomerWindow = {
  screen: () => invoke('customer_screen'),
  onScreen: (heard) => on('screen', () => customer.screen(), heard),
  qr: (name) => invoke('customer_qr', { name }),
  shown: (number) => invoke('customer_shown', { number }),
  alive: (painting) => invoke('customer_alive', { painting }),
};

export const cashier: CashierWindow = {
  counter: () => invoke('counter'),
  onCounter: (heard) => on('counter', () => cashier.counter(), heard),
  charge: (request) => invoke('charge', { request }),
  cancel: (reference) => invoke('cancel', { reference }),
  capture: (reference, request, key) => invoke('capture', { reference, request, key }),
  dismiss: (reference) => invoke('dismiss', { reference }),
  payment: (reference) => invoke('payment', { reference }),
  search: (search) => invoke('search', { search }),
  pinState: () => invoke('pin_state'),
  refund: (reference, request, key, pin) => invoke('refund', { reference, request, key, pin }),
  totals: (day) => invoke('totals', { day }),
  saveTotals: (day) => invoke('save_totals', { day }),
  keptNumbers: (query) => invoke('kept_numbers', { query }),
  openNumbers: (pin) => invoke('open_numbers', { pin }),
  closeNumbers: () => invoke('close_numbers'),
  exportNumbers: (reference) => invoke('export_numbers', { reference }),
  eraseNumbers: (reference) => invoke('erase_numbers', { reference }),
  chain: () => invoke('chain'),
  onChain: (heard) => on('chain', () => cashier.chain(), heard),
  chainSearch: (search) => invoke('chain_search', { search }),
  chainRefund: (request, key) => invoke('chain_refund', { request, key }),
  chainRefundOf: (id) => invoke('chain_refund_of', { id }),
  alive: (painting) => invoke('cashier_alive', { painting }),
};

export const phone: PhoneWindow = {
  phone: () => invoke('phone'),
  onPhone: (heard) => on('phone', () => phone.phone(), heard),
  act: (act) => invoke('phone_act', { act }),
  alive: (painting) => invoke('phone_alive', { painting }),
};
