// Made from `src-tauri/contract` by its tests. Do not edit.

export type Amount = { 
/**
 * Minor units (øre, cents): a whole number, never a decimal.
 */
value: number, 
/**
 * The sales unit's own currency.
 */
currency: Currency, };

export type Currency = "NOK" | "DKK" | "EUR" | "SEK";

export type Code = "declined" | "cancelled" | "timed_out" | "unreachable" | "unclear" | "answer_lost" | "mismatch" | "mismatch_undone" | "qr_refused" | "capture_failed" | "paid_late" | "receipt_refused" | "receipt_differs" | "link_refused" | "number_forgotten" | "not_set_up" | "journal_unavailable" | "amount_invalid" | "reference_invalid" | "number_invalid" | "keeping_off" | "no_counter_code" | "flow_not_on_rail" | "captures_at_once" | "distance_incomplete" | "reference_used" | "payment_open" | "payment_unknown" | "too_late_to_cancel" | "nothing_to_capture" | "nothing_to_refund" | "other_sales_unit" | "request_invalid" | "request_too_large" | "token_invalid" | "busy" | "idempotency_mismatch" | "pin_unset" | "pin_wrong" | "pin_wait" | "pin_needed" | "not_saved" | "numbers_unavailable" | "no_hub" | "hub_unreachable" | "hub_not_set_up" | "till_revoked" | "join_code_refused" | "store_unknown" | "person_refused" | "second_person_needed" | "person_limit" | "changed_meanwhile" | "keys_refused" | "too_many_requests" | "vipps_fault" | "merchant_blocked" | "merchant_limit" | "duplicate_order" | "unknown_order" | "agreement_unsigned" | "sales_unit_inactive" | "push_not_allowed" | "long_living_not_allowed" | "no_card" | "refused_by_bank" | "amount_refused_by_bank" | "card_expired" | "reservation_failed" | "already_captured" | "scope_not_allowed" | "cancel_failed" | "not_reserved" | "above_reserved" | "partial_capture_refused" | "funds_gone" | "capture_refused" | "refund_above_captured" | "refund_of_reservation" | "refund_of_cancelled" | "refund_without_funds" | "refund_not_allowed" | "number_refused" | "personal_qr_refused" | "check_in_refused" | "app_outdated" | "currency_refused" | "not_allowed" | "already_processed" | "repeat_differs" | "order_locked" | "too_old" | "payments_not_allowed" | "user_not_verified" | "not_there" | "already_there" | "bad_request";

export type Language = "nb" | "en";

export type Words = { 
/**
 * What happened and what to do next.
 */
cashier: string, 
/**
 * What may be said on a screen that everybody sees.
 */
customer: string, };

export type Status = "starting" | "waiting" | "opened" | "approved" | "paid" | "cancelled" | "declined" | "expired" | "failed" | "checking";

export type Flow = "qr" | "push" | "personal_qr" | "callback_qr";

export type Line = { 
/**
 * What it is, 1 to 100 characters.
 */
name: string, 
/**
 * How many, 1 to 9999.
 */
quantity: number, 
/**
 * Price of one, in minor units of the payment's currency, tax included. Negative for a discount, and for what comes
 * back.
 */
unitPrice: number, 
/**
 * The tax in the price, in hundredths of a percent: 2500 is 25 %, and 25 a quarter of a percent.
 */
taxRate?: number, 
/**
 * Your own number of the article, the same in every sale; 1 to 100 characters.
 */
articleId?: string, 
/**
 * It was bought before and comes back: its price is negative.
 */
isReturn?: boolean, };

export type Problem = { 
/**
 * The failure by name; branch on this.
 */
code: Code, 
/**
 * For the cashier: what happened and what to do next.
 */
cashier: string, 
/**
 * For the customer: nothing that embarrasses or gives away.
 */
customer: string, 
/**
 * The id under which Vipps MobilePay's support finds the call, where there is one.
 */
supportId?: string, };

export type Note = { 
/**
 * What it is about, by name; branch on this.
 */
code: Code, 
/**
 * For the cashier: what happened and what to do.
 */
cashier: string, };

export type ModificationStatus = "asked" | "made" | "refused";

export type CaptureMode = "automatic" | "manual";

export type CaptureView = { 
/**
 * Its number in the payment: 1, 2, 3 …
 */
number: number, 
/**
 * What is collected, or let go.
 */
amount: Amount, 
/**
 * How far it has come.
 */
status: ModificationStatus, 
/**
 * Why it was refused, or what hinders it at the moment.
 */
problem?: Problem, 
/**
 * When it came so far, RFC 3339 in UTC.
 */
at: string, };

export type RefundView = { 
/**
 * Its number in the payment: 1, 2, 3 …
 */
number: number, 
/**
 * What is given back.
 */
amount: Amount, 
/**
 * How far it has come.
 */
status: ModificationStatus, 
/**
 * Why, in the shop's words.
 */
reason?: string, 
/**
 * Why it was refused, or what hinders it at the moment.
 */
problem?: Problem, 
/**
 * When it came so far, RFC 3339 in UTC.
 */
at: string, };

export type ReceiptStatus = "none" | "waiting" | "stored" | "refused" | "different";

export type LinkKind = "general" | "receipt" | "order_confirmation" | "delivery" | "ticket" | "booking";

export type OrderLink = { 
/**
 * What it leads to.
 */
kind: LinkKind, 
/**
 * Where it leads: `https`, in visible ASCII characters, at most 1000, and not on the till's own machine. `{reference}`
 * stands for the reference of the payment.
 */
url: string, };

export type LinkStatus = "none" | "waiting" | "stored" | "refused";

export type PaymentView = { 
/**
 * Our id of the payment.
 */
reference: string, 
/**
 * How far it has come.
 */
status: Status, 
/**
 * How the customer is reached now: by a code after a request to a phone was refused.
 */
flow: Flow, 
/**
 * With `callback_qr`: nobody has scanned the code on the counter yet, so nothing exists at Vipps MobilePay.
 */
awaitsScan?: boolean, 
/**
 * True when the status will not change by itself any more.
 */
final: boolean, 
/**
 * True only when no money of this payment can still move, so that the sale may be charged again.
 */
mayPayAgain: boolean, 
/**
 * What is due.
 */
amount: Amount, 
/**
 * What has been collected.
 */
captured: Amount, 
/**
 * What has been given back.
 */
refunded: Amount, 
/**
 * What is reserved and can be asked to be collected: more than nothing only after `capture: manual`.
 */
capturable: Amount, 
/**
 * Every capture that this till was asked for, oldest first.
 */
captures?: Array<CaptureView>, 
/**
 * Every time that this till was asked to let go what is reserved, oldest first.
 */
releases?: Array<CaptureView>, 
/**
 * Every refund that this till was asked for, oldest first. Money may also have been given back by others:
 * `refunded` has it all.
 */
refunds: Array<RefundView>, 
/**
 * What went wrong, if something did.
 */
problem?: Problem, 
/**
 * What the cashier should know beside how it goes: why the customer scans a code instead, or that the customer has no
 * good receipt or no link in the app.
 */
note?: Note, 
/**
 * What the customer sees in the app.
 */
description?: string, 
/**
 * What is being bought.
 */
lines?: Array<Line>, 
/**
 * How the receipt in the customer's app stands; absent when there is none.
 */
receipt?: ReceiptStatus, 
/**
 * How the link in the customer's app stands; absent when there is none.
 */
link?: LinkStatus, 
/**
 * When it was asked for, RFC 3339 in UTC.
 */
createdAt: string, 
/**
 * When it last changed, RFC 3339 in UTC.
 */
changedAt: string, };

export type StartPayment = { 
/**
 * What is due. At least 1.00 and at most 650 000.00, in the sales unit's own currency.
 */
amount: Amount, 
/**
 * 8 to 50 of letters, digits and `-`, not only digits, never used before. Made by the till if absent.
 */
reference?: string, 
/**
 * Shown in the customer's app, 3 to 100 characters. The shop's name if absent.
 */
description?: string, 
/**
 * What is being bought, at most 200 lines. If there are any, they must add up to the amount.
 */
lines?: Array<Line>, 
/**
 * How the customer is to be reached.
 */
flow?: Flow, 
/**
 * When the money is collected.
 */
capture?: CaptureMode, 
/**
 * For `push` and nothing else: the customer's number as it was said, `+47 912 34 567` or `91234567`. It is
 * passed on and not kept, unless `keepPhoneNumber` says so.
 */
phoneNumber?: string, 
/**
 * For `personal_qr` and nothing else: the whole text of the customer's own code, as the scanner read it. It is
 * passed on and not kept.
 */
personalQr?: string, 
/**
 * With `push`, and where the settings allow it: the customer agrees that the number is kept, for the purpose and
 * the time that the shop has set. It is, when the payment has been paid on that phone.
 */
keepPhoneNumber?: boolean, 
/**
 * Whether the customer is in the shop. False for what is sold by telephone or by mail: that needs `push` with a
 * `phoneNumber`, and lines that each have a `taxRate`, because the customer must be given a receipt.
 */
customerPresent?: boolean, 
/**
 * Where the customer's app leads to from this payment. If absent, the link that the till's settings give every payment,
 * if they do.
 */
link?: OrderLink, };

export type StartCapture = { 
/**
 * How much, in the payment's currency. All that is left if absent; `null` is refused.
 */
amount?: Amount, };

export type StartRefund = { 
/**
 * How much, in the payment's currency. All that is left if absent; `null` is refused.
 */
amount?: Amount, 
/**
 * Why, 1 to 100 characters. For the shop: the customer does not see it.
 */
reason?: string, };

export type Environment = "demo" | "test" | "production";

export type Contact = "unknown" | "good" | "lost";

export type PosContact = { 
/**
 * It listens, or has asked for something within the last half minute.
 */
connected: boolean, 
/**
 * When it was last heard, RFC 3339 in UTC; absent while it is connected, and when there has been none.
 */
heardAt?: string, };

export type CounterCode = "none" | "ready" | "scanned";

export type KeepNumber = { 
/**
 * What for, in the shop's own words.
 */
purpose: string, 
/**
 * The day on which it is erased, `2027-11-26`.
 */
until: string, };

export type RecentPayment = { 
/**
 * Our id of the payment.
 */
reference: string, 
/**
 * How it ended, or how far it has come.
 */
status: Status, 
/**
 * What was due.
 */
amount: Amount, 
/**
 * When it was asked for, RFC 3339 in UTC.
 */
createdAt: string, };

export type Counter = { 
/**
 * Grows with every change while the till runs.
 */
number: number, 
/**
 * The language of its texts.
 */
language: Language, 
/**
 * The shop's name.
 */
shop: string, 
/**
 * The sales unit's number; empty before set-up.
 */
msn: string, 
/**
 * The sales unit's own currency.
 */
currency: Currency, 
/**
 * Whether real money moves.
 */
environment: Environment, 
/**
 * Whether Vipps MobilePay answers.
 */
contact: Contact, 
/**
 * Since when it has not answered, RFC 3339 in UTC; absent unless contact is lost.
 */
contactLostAt?: string, 
/**
 * Whether a POS is there.
 */
pos: PosContact, 
/**
 * Whether a customer can be reached by their own code: the rail that new payments run on knows it.
 */
takesOwnCode: boolean, 
/**
 * Whether a customer can be reached by the code on the counter.
 */
counterCode: CounterCode, 
/**
 * The payment on the customer screen: open, or ended and not yet cleared away.
 */
payment?: PaymentView, 
/**
 * Whether a payment can be started now.
 */
mayCharge: boolean, 
/**
 * Whether the payment can be cancelled now.
 */
mayCancel: boolean, 
/**
 * What stops the till as a whole (settings, journal), if anything does.
 */
problem?: Problem, 
/**
 * In exact words what is wrong with the settings or the journal, for whoever mends it.
 */
detail?: string, 
/**
 * The last payments, newest first.
 */
recent: Array<RecentPayment>, 
/**
 * The rates of tax that the cashier chooses from, in hundredths of a percent, the usual one first. Absent where the
 * shop has set none, or its currency is one that receipts can't be in.
 */
taxRates?: Array<number>, 
/**
 * What a customer may be asked who gives a phone number; absent where the shop keeps none.
 */
keepNumber?: KeepNumber, };

export type PinState = { 
/**
 * Whether there is a PIN.
 */
isSet: boolean, 
/**
 * After wrong PINs: milliseconds until another may be tried, counted at the moment of sending.
 */
waitMs: number, };

export type AskRefused = { 
/**
 * After wrong PINs: milliseconds until another may be tried, counted at the moment of sending.
 */
waitMs: number, 
/**
 * The failure by name; branch on this.
 */
code: Code, 
/**
 * For the cashier: what happened and what to do next.
 */
cashier: string, 
/**
 * For the customer: nothing that embarrasses or gives away.
 */
customer: string, 
/**
 * The id under which Vipps MobilePay's support finds the call, where there is one.
 */
supportId?: string, };

export type KeptBy = "cashier" | "pos";

export type KeptNumber = { 
/**
 * The payment at which the customer agreed: its reference, which no other entry has.
 */
payment: string, 
/**
 * The number: in full with `+` before it where the PIN has been given, and its last three digits where not.
 */
number: string, 
/**
 * What for, as the customer was told.
 */
purpose: string, 
/**
 * When the customer agreed: RFC 3339 in UTC.
 */
givenAt: string, 
/**
 * Who asked.
 */
givenTo: KeptBy, 
/**
 * When it is erased: RFC 3339 in UTC.
 */
erasedAt: string, };

export type KeptNumbers = { 
/**
 * What was found, newest first, one hundred at most.
 */
kept: Array<KeptNumber>, 
/**
 * Whether there are more that fit.
 */
more: boolean, 
/**
 * For how many milliseconds numbers are still shown in full, counted at the moment of sending; 0 where the PIN
 * has not been given, or too long ago.
 */
openForMs: number, };

export type ExportedNumbers = { 
/**
 * The folder.
 */
folder: string, 
/**
 * The file.
 */
file: string, 
/**
 * How many entries are in it.
 */
entries: number, };

export type ErasedNumbers = { 
/**
 * How many entries.
 */
entries: number, };

export type Search = { 
/**
 * A part of the reference, 3 to 50 letters, digits and `-`, in large or small letters; or an amount, as people
 * write it (`249.00`, `249,00`) or in minor units (`24900`). What is only digits may be either.
 */
query?: string, 
/**
 * The Merchant Serial Number of this till's sales unit. No other is known here.
 */
store?: string, 
/**
 * How they are now.
 */
status?: Status, 
/**
 * Requested then or later: RFC 3339, `2026-11-25T08:00:00+01:00`. A `+` in an address is written `%2B`.
 */
since?: string, 
/**
 * Requested before that moment: RFC 3339.
 */
until?: string, 
/**
 * How many at the most, 1 to 100; 20 if absent.
 */
limit?: number, 
/**
 * The `before` of the answer whose next page this is.
 */
before?: string, };

export type Found = { 
/**
 * The payments, each as it is now.
 */
payments: Array<PaymentView>, 
/**
 * There may be more: ask again with the same words and this as `before`. Absent on the last page.
 */
before?: string, };

export type Store = { 
/**
 * Its short name: 1 to 16 of `[a-z0-9-]`.
 */
id: string, 
/**
 * What people call it.
 */
name: string, 
/**
 * The Merchant Serial Number of its sales unit.
 */
msn: string, };

export type Chain = { 
/**
 * The store that the till stands in.
 */
store: Store, 
/**
 * Whether the hub answered last.
 */
connected: boolean, 
/**
 * For how many milliseconds it has not, counted at the moment of sending. Absent while it answers, and before it was
 * first asked.
 */
lostForMs?: number, 
/**
 * Why it is not told what the till writes down.
 */
problem?: Problem, };

export type ChainSearch = { 
/**
 * A part of the reference or an amount, as for the till's own payments.
 */
query?: string, 
/**
 * The store that took it, by its short name.
 */
store?: string, 
/**
 * Requested then or later: RFC 3339, `2026-11-25T08:00:00+01:00`. A `+` in an address is written `%2B`.
 */
since?: string, 
/**
 * Requested before that moment: RFC 3339.
 */
until?: string, 
/**
 * How many at the most, 1 to 100; 20 if absent.
 */
limit?: number, 
/**
 * The `before` of the answer whose next page this is.
 */
before?: string, };

export type ChainPayment = { 
/**
 * The store that took it.
 */
store: Store, 
/**
 * Its reference.
 */
reference: string, 
/**
 * How it stood when its till last told of it.
 */
status: Status, 
/**
 * What was due.
 */
amount: Amount, 
/**
 * What has been collected.
 */
captured: Amount, 
/**
 * What has been given back or is about to be, by whomever. Whoever asks for a refund sends it along.
 */
refunded: Amount, 
/**
 * When it was asked for, RFC 3339 in UTC.
 */
requestedAt: string, };

export type ChainFound = { 
/**
 * The payments, as the hub has been told.
 */
payments: Array<ChainPayment>, 
/**
 * There may be more: ask again with the same words and this as `before`. Absent on the last page.
 */
before?: string, };

export type Person = { 
/**
 * The short name: 1 to 32 of `[a-z0-9-]`.
 */
id: string, 
/**
 * The PIN.
 */
pin: string, };

export type ChainRefund = { 
/**
 * The store that took the payment, by its short name: chosen from what was found, never typed.
 */
store: string, 
/**
 * The payment.
 */
reference: string, 
/**
 * How much. All that is left if absent; `null` is refused.
 */
amount?: Amount, 
/**
 * What was given back or about to be when the person who asks looked: if it is more by now, somebody else was
 * faster, and nothing is given back.
 */
refundedBefore: Amount, 
/**
 * Why, 1 to 100 characters.
 */
reason: string, 
/**
 * Who asks.
 */
person: Person, 
/**
 * Who agrees, where the sum needs a second person.
 */
second?: Person, };

export type ChainRefundView = { 
/**
 * Its name at the hub.
 */
id: string, 
/**
 * The store that took the payment.
 */
store: Store, 
/**
 * The payment.
 */
reference: string, 
/**
 * How much.
 */
amount: Amount, 
/**
 * Why.
 */
reason: string, 
/**
 * How far it has come.
 */
status: ModificationStatus, 
/**
 * Why it was refused.
 */
problem?: Problem, 
/**
 * When it was asked for, RFC 3339 in UTC.
 */
askedAt: string, };

export type Totals = { 
/**
 * The currency.
 */
currency: Currency, 
/**
 * How many payments were collected.
 */
payments: number, 
/**
 * What was collected.
 */
collected: number, 
/**
 * How many refunds were made.
 */
refunds: number, 
/**
 * What was given back.
 */
refunded: number, 
/**
 * What is left of it.
 */
net: number, };

export type DayTotals = { 
/**
 * The day: `2026-11-26`.
 */
day: string, 
/**
 * True when it is the day that it is now: there may be more to come.
 */
isToday: boolean, 
/**
 * What there was in each currency; none when no money has moved.
 */
totals: Array<Totals>, };

export type SavedTotals = { 
/**
 * The folder.
 */
folder: string, 
/**
 * The file with the totals of each currency.
 */
totals: string, 
/**
 * The file with every movement of money.
 */
movements: string, };

export type CancelledBy = "customer" | "shop";

export type ScreenView = { "view": "idle" } | { "view": "cart", 
/**
 * What it adds up to so far.
 */
amount: Amount, 
/**
 * The newest lines, oldest of them first: as many as can be read from a distance.
 */
lines: Array<Line>, 
/**
 * How many lines came before those.
 */
earlier: number, } | { "view": "text", 
/**
 * At most 6 rows of at most 20 characters; a character stands in the column where the register has put it.
 */
rows: Array<string>, } | { "view": "preparing", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "counterCode", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to scan, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that there were to scan in all.
 */
ofMs: number, } | { "view": "scan", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Names the picture: the same name is the same picture for ever.
 */
qr: string, 
/**
 * Milliseconds left to scan, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the code had when it was new.
 */
ofMs: number, } | { "view": "sent", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to approve, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the payment had when it was new.
 */
ofMs: number, } | { "view": "opened", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to approve, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the payment had when it was new.
 */
ofMs: number, } | { "view": "oneMoment", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "paid", 
/**
 * What was paid.
 */
amount: Amount, 
/**
 * Our id of the payment.
 */
reference: string, 
/**
 * When, RFC 3339 in UTC.
 */
at: string, } | { "view": "declined", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * True while the customer may try another card on the phone.
 */
mayRetry: boolean, 
/**
 * Milliseconds left to try again (0 when that is over), counted at the moment of sending.
 */
leftMs: number, } | { "view": "cancelled", 
/**
 * Who did it.
 */
by: CancelledBy, } | { "view": "timedOut" } | { "view": "checking", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "fault", 
/**
 * The failure by name; its `customer` text is what may be said.
 */
code: Code, };

export type Screen = { 
/**
 * Grows with every change while the till runs. A window drops what is older than what it shows.
 */
number: number, 
/**
 * The language of its texts.
 */
language: Language, 
/**
 * The shop's name.
 */
shop: string, 
/**
 * The sales unit's own currency; it decides what the customer's app is called.
 */
currency: Currency, 
/**
 * Whether real money moves.
 */
environment: Environment, } & ({ "view": "idle" } | { "view": "cart", 
/**
 * What it adds up to so far.
 */
amount: Amount, 
/**
 * The newest lines, oldest of them first: as many as can be read from a distance.
 */
lines: Array<Line>, 
/**
 * How many lines came before those.
 */
earlier: number, } | { "view": "text", 
/**
 * At most 6 rows of at most 20 characters; a character stands in the column where the register has put it.
 */
rows: Array<string>, } | { "view": "preparing", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "counterCode", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to scan, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that there were to scan in all.
 */
ofMs: number, } | { "view": "scan", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Names the picture: the same name is the same picture for ever.
 */
qr: string, 
/**
 * Milliseconds left to scan, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the code had when it was new.
 */
ofMs: number, } | { "view": "sent", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to approve, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the payment had when it was new.
 */
ofMs: number, } | { "view": "opened", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * Milliseconds left to approve, counted at the moment of sending.
 */
leftMs: number, 
/**
 * Milliseconds that the payment had when it was new.
 */
ofMs: number, } | { "view": "oneMoment", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "paid", 
/**
 * What was paid.
 */
amount: Amount, 
/**
 * Our id of the payment.
 */
reference: string, 
/**
 * When, RFC 3339 in UTC.
 */
at: string, } | { "view": "declined", 
/**
 * What is due.
 */
amount: Amount, 
/**
 * True while the customer may try another card on the phone.
 */
mayRetry: boolean, 
/**
 * Milliseconds left to try again (0 when that is over), counted at the moment of sending.
 */
leftMs: number, } | { "view": "cancelled", 
/**
 * Who did it.
 */
by: CancelledBy, } | { "view": "timedOut" } | { "view": "checking", 
/**
 * What is due.
 */
amount: Amount, } | { "view": "fault", 
/**
 * The failure by name; its `customer` text is what may be said.
 */
code: Code, });

export type PhoneView = { "view": "camera", 
/**
 * Whether there is something to scan.
 */
seesCode: boolean, } | { "view": "request", 
/**
 * Who asks for the money.
 */
shop: string, 
/**
 * How much.
 */
amount: Amount, 
/**
 * What for.
 */
description: string, 
/**
 * True after a card was declined: another card may be tried.
 */
declined: boolean, } | { "view": "approved", 
/**
 * Who got the money.
 */
shop: string, 
/**
 * How much.
 */
amount: Amount, } | { "view": "ended" };

export type Phone = { 
/**
 * The language of its texts.
 */
language: Language, } & ({ "view": "camera", 
/**
 * Whether there is something to scan.
 */
seesCode: boolean, } | { "view": "request", 
/**
 * Who asks for the money.
 */
shop: string, 
/**
 * How much.
 */
amount: Amount, 
/**
 * What for.
 */
description: string, 
/**
 * True after a card was declined: another card may be tried.
 */
declined: boolean, } | { "view": "approved", 
/**
 * Who got the money.
 */
shop: string, 
/**
 * How much.
 */
amount: Amount, } | { "view": "ended" });

export type PhoneAct = "scan" | "approve" | "decline" | "cancel" | "walk_away" | "put_away";
