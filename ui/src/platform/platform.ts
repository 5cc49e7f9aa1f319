/**
 * What each window may ask of the till, and what it hears from it.
 *
 * The windows know only these interfaces. `tauri.ts` talks to the real shell; `browser.ts` plays stories
 * for development. Each page imports its own window and nothing else, so the customer page stays small.
 */
import type {
  Chain,
  ChainFound,
  ChainRefund,
  ChainRefundView,
  ChainSearch,
  Counter,
  DayTotals,
  ErasedNumbers,
  ExportedNumbers,
  Found,
  KeptNumbers,
  PaymentView,
  Phone,
  PhoneAct,
  PinState,
  Problem,
  SavedTotals,
  Screen,
  Search,
  StartCapture,
  StartPayment,
  StartRefund,
} from '../contract';

/** Stops a subscription. */
export type Unlisten = () => void;

export interface CustomerWindow {
  /** The screen as it is now. */
  screen(): Promise<Screen>;
  /** Every later screen, whole and numbered. */
  onScreen(heard: (screen: Screen) => void): Promise<Unlisten>;
  /** The PNG that the screen names; the same name is the same picture for ever. */
  qr(name: string): Promise<ArrayBuffer>;
  /** Tells the till that the screen with this number can really be seen. */
  shown(number: number): Promise<void>;
  /** Tells the shell that the page runs, and whether it paints: a page that nobody can see does not. */
  alive(painting: boolean): Promise<boolean>;
}

export interface CashierWindow {
  /** The counter as it is now. */
  counter(): Promise<Counter>;
  /** Every later counter, whole and numbered. */
  onCounter(heard: (counter: Counter) => void): Promise<Unlisten>;
  /** Starts a payment. Rejects with a `Problem`. */
  charge(request: StartPayment): Promise<PaymentView>;
  /**
   * Asks for a payment to be cancelled, which the customer may still overtake, or for what it has reserved to be let
   * go. Rejects with a `Problem`.
   */
  cancel(reference: string): Promise<PaymentView>;
  /** Asks for reserved money to be collected; the same key again is the same capture. Rejects with a `Problem`. */
  capture(reference: string, request: StartCapture, key: string): Promise<PaymentView>;
  /** Clears an ended payment from the customer screen. */
  dismiss(reference: string): Promise<void>;
  /** The truth about a payment, as far as it is known now. Rejects with a `Problem`. */
  payment(reference: string): Promise<PaymentView>;
  /** The payments that are looked for, newest first. Rejects with a `Problem`. */
  search(search: Search): Promise<Found>;
  /** Whether a refund can be asked for here. Rejects with a `Problem`. */
  pinState(): Promise<PinState>;
  /** Asks for money to be given back; the same key again is the same refund. Rejects with an `AskRefused`. */
  refund(reference: string, request: StartRefund, key: string, pin: string): Promise<PaymentView>;
  /** What a day (`2026-11-26`; today if absent) has brought. Rejects with a `Problem`. */
  totals(day?: string): Promise<DayTotals>;
  /** Writes what a day has brought into files. Rejects with a `Problem`. */
  saveTotals(day?: string): Promise<SavedTotals>;
  /**
   * The kept phone numbers that are looked for by a part of a reference, newest first. For a while after the PIN they
   * are in full, and a number can be looked for too. Rejects with a `Problem`.
   */
  keptNumbers(query: string): Promise<KeptNumbers>;
  /** Shows kept numbers in full for a while. Rejects with an `AskRefused`. */
  openNumbers(pin: string): Promise<void>;
  /** Hides them again. */
  closeNumbers(): Promise<void>;
  /** Writes out what is kept of the customer who agreed at this payment. Rejects with a `Problem`. */
  exportNumbers(reference: string): Promise<ExportedNumbers>;
  /** Erases what is kept of the customer who agreed at this payment. Rejects with a `Problem`. */
  eraseNumbers(reference: string): Promise<ErasedNumbers>;
  /** The chain that the till belongs to, as it is now; null if it belongs to none. */
  chain(): Promise<Chain | null>;
  /** Every later chain, whole. */
  onChain(heard: (chain: Chain | null) => void): Promise<Unlisten>;
  /** The payments of all stores that are looked for, newest first. Rejects with a `Problem`. */
  chainSearch(search: ChainSearch): Promise<ChainFound>;
  /** Asks the hub to give money back; the same key again is the same refund. Rejects with a `Problem`. */
  chainRefund(request: ChainRefund, key: string): Promise<ChainRefundView>;
  /** A refund that the hub was asked for, once it has ended or some time has passed. Rejects with a `Problem`. */
  chainRefundOf(id: string): Promise<ChainRefundView>;
  /** Tells the shell that the page runs, and whether it paints: a page that nobody can see does not. */
  alive(painting: boolean): Promise<boolean>;
}

export interface PhoneWindow {
  /** The phone as it is now. */
  phone(): Promise<Phone>;
  /** Every later picture of the phone. */
  onPhone(heard: (phone: Phone) => void): Promise<Unlisten>;
  /** Does what a person would do with the phone. Rejects with a sentence. */
  act(act: PhoneAct): Promise<Phone>;
  /** Tells the shell that the page runs, and whether it paints: a page that nobody can see does not. */
  alive(painting: boolean): Promise<boolean>;
}

/** Whether what a call was rejected with is a problem in the till's own words. */
export function isProblem(reason: unknown): reason is Problem {
  return (
    typeof reason === 'object' &&
    reason !== null &&
    typeof (reason as Partial<Problem>).code === 'string' &&
    typeof (reason as Partial<Problem>).cashier === 'string'
  );
}
