//! What the cashier window may call.

use std::time::Duration;

use contract::{
    AskRefused, Chain, ChainFound, ChainRefund, ChainRefundView, ChainSearch, Code, Counter, DayTotals,
    ErasedNumbers, ExportedNumbers, Found, KeptNumbers, PaymentView, PinState, Private, Problem, SavedTotals,
    Search, StartCapture, StartPayment, StartRefund,
};
use tauri::{AppHandle, Runtime, State};
use till::Refused;

use crate::pin::PinRefused;
use crate::windows::CASHIER;
use crate::{Desk, figures, numbers, pages};

/// How long an answer may wait for the end of a refund that a hub makes. The window asks again then.
const REFUND_WAIT: Duration = Duration::from_secs(20);

/// The cashier window, whole, as it is now.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn counter(desk: State<'_, Desk>) -> Counter {
    desk.till.counter()
}

/// Starts a payment.
#[tauri::command]
pub async fn charge(desk: State<'_, Desk>, request: StartPayment) -> Result<PaymentView, Problem> {
    let started = desk.till.charge(&request).await;
    started.map(|started| started.view).map_err(|refused| said(&desk, &refused))
}

/// Asks for a payment to be cancelled, or for what it has reserved to be let go.
#[tauri::command]
pub async fn cancel(desk: State<'_, Desk>, reference: String) -> Result<PaymentView, Problem> {
    desk.till.cancel(&reference).await.map_err(|refused| said(&desk, &refused))
}

/// Asks for money to be collected that is reserved. The same `key` again is the same capture.
#[tauri::command]
pub async fn capture(
    desk: State<'_, Desk>,
    reference: String,
    request: StartCapture,
    key: String,
) -> Result<PaymentView, Problem> {
    let asked = desk.till.capture(&reference, &request, Some(&key)).await;
    asked.map(|asked| asked.view).map_err(|refused| said(&desk, &refused))
}

/// Clears a payment that has ended from the customer screen.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the arguments over so")]
pub fn dismiss(desk: State<'_, Desk>, reference: String) {
    desk.till.dismiss(&reference);
}

/// The truth about a payment, as far as it is known now.
#[tauri::command]
pub async fn payment(desk: State<'_, Desk>, reference: String) -> Result<PaymentView, Problem> {
    desk.till.payment(&reference).await.map_err(|refused| said(&desk, &refused))
}

/// The payments that were looked for, newest request first.
#[tauri::command]
pub async fn search(desk: State<'_, Desk>, search: Search) -> Result<Found, Problem> {
    desk.till.search(&search).await.map_err(|refused| said(&desk, &refused))
}

/// Whether what needs the PIN can be asked for here.
#[tauri::command]
pub async fn pin_state(desk: State<'_, Desk>) -> Result<PinState, Problem> {
    let (is_set, wait) = desk.pin.state().await;
    Ok(PinState { is_set, wait_ms: ms(wait) })
}

/// Asks for money of a payment to be given back, by somebody who knows the PIN. The same `key` again is the same
/// refund.
#[tauri::command]
pub async fn refund(
    desk: State<'_, Desk>,
    reference: String,
    request: StartRefund,
    key: String,
    pin: Private,
) -> Result<PaymentView, AskRefused> {
    if let Err(refused) = desk.pin.check(&pin).await {
        return Err(not_admitted(&desk, refused));
    }
    let asked = desk.till.refund(&reference, &request, Some(&key)).await;
    let refused = |refused: Refused| AskRefused { problem: said(&desk, &refused), wait_ms: 0 };
    asked.map(|asked| asked.view).map_err(refused)
}

/// What a day (`2026-11-26`) has brought; today if absent.
#[tauri::command]
pub async fn totals(desk: State<'_, Desk>, day: Option<String>) -> Result<DayTotals, Problem> {
    let day = desk.till.day(day.as_deref()).await;
    day.map(|day| day.totals).map_err(|refused| said(&desk, &refused))
}

/// Writes what a day has brought into files, and says where they are.
#[tauri::command]
pub async fn save_totals(desk: State<'_, Desk>, day: Option<String>) -> Result<SavedTotals, Problem> {
    let day = desk.till.day(day.as_deref()).await.map_err(|refused| said(&desk, &refused))?;
    figures::save(&desk.data, &day, desk.till.settings().language).map_err(|error| not_saved(&desk, &error))
}

/// The kept phone numbers that were looked for, newest first: in full for a while after the PIN has been given.
#[tauri::command]
pub async fn kept_numbers(desk: State<'_, Desk>, query: Private) -> Result<KeptNumbers, Problem> {
    let open_for = desk.drawer.open_for();
    let found = desk.till.kept_numbers(&query, !open_for.is_zero()).await;
    let (kept, more) = found.map_err(|refused| said(&desk, &refused))?;
    Ok(KeptNumbers { kept, more, open_for_ms: ms(open_for) })
}

/// Shows the kept phone numbers in full, to somebody who knows the PIN.
#[tauri::command]
pub async fn open_numbers(desk: State<'_, Desk>, pin: Private) -> Result<(), AskRefused> {
    desk.pin.check(&pin).await.map_err(|refused| not_admitted(&desk, refused))?;
    desk.drawer.open();
    tracing::info!("the kept phone numbers were opened with the PIN");
    Ok(())
}

/// Hides the kept phone numbers again.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn close_numbers(desk: State<'_, Desk>) {
    desk.drawer.close();
}

/// Writes all that is kept of the customer who agreed at the payment `reference` into a file, and says where it is.
#[tauri::command]
pub async fn export_numbers(desk: State<'_, Desk>, reference: String) -> Result<ExportedNumbers, Problem> {
    let kept = kept_of_customer(&desk, &reference).await?;
    let exported = numbers::export(&desk.data, &kept).map_err(|error| not_saved(&desk, &error))?;
    let entries = exported.entries;
    tracing::info!(payment.reference = reference, entries, "what is kept of a customer was written out");
    Ok(exported)
}

/// Erases all that is kept of the customer who agreed at the payment `reference`, with what was written out here.
#[tauri::command]
pub async fn erase_numbers(desk: State<'_, Desk>, reference: String) -> Result<ErasedNumbers, Problem> {
    let kept = kept_of_customer(&desk, &reference).await?;
    // The file first: without its entries nobody would find it again.
    numbers::forget(&desk.data, &kept).map_err(|error| not_saved(&desk, &error))?;
    let erased = desk.till.erase_customer(&reference).await.map_err(|refused| said(&desk, &refused))?;
    Ok(ErasedNumbers { entries: u32::try_from(erased).unwrap_or(u32::MAX) })
}

/// The chain that the till belongs to, if it belongs to one.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn chain(desk: State<'_, Desk>) -> Option<Chain> {
    let store = desk.link.store()?.clone();
    let state = desk.link.state()?.borrow().clone();
    let words = |code| Refused::new(code, "the hub is not told").problem(desk.till.settings().language);
    Some(Chain {
        store,
        connected: state.connected,
        lost_for_ms: state.lost_at.map(|at| ms(at.elapsed())),
        problem: state.problem.map(words),
    })
}

/// The payments of all stores of the chain that were looked for, newest request first.
#[tauri::command]
pub async fn chain_search(desk: State<'_, Desk>, search: ChainSearch) -> Result<ChainFound, Problem> {
    desk.link.search(&search).await.map_err(|refused| said(&desk, &refused))
}

/// Asks the hub to give money of some store's payment back. The same `key` again is the same refund.
#[tauri::command]
pub async fn chain_refund(
    desk: State<'_, Desk>,
    request: ChainRefund,
    key: String,
) -> Result<ChainRefundView, Problem> {
    desk.link.refund(&request, &key).await.map_err(|refused| said(&desk, &refused))
}

/// A refund that the hub was asked for, once it has ended or some time has passed.
#[tauri::command]
pub async fn chain_refund_of(desk: State<'_, Desk>, id: String) -> Result<ChainRefundView, Problem> {
    desk.link.refund_of(&id, REFUND_WAIT).await.map_err(|refused| said(&desk, &refused))
}

/// The page runs, and paints if `painting`: a window that nobody can see does not. The answer is whether it may rest.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the program over so")]
pub fn cashier_alive<R: Runtime>(app: AppHandle<R>, painting: bool) -> bool {
    pages::heard(&app, CASHIER, painting)
}

fn said(desk: &Desk, refused: &Refused) -> Problem {
    tracing::info!(%refused, "the cashier was refused");
    refused.problem(desk.till.settings().language)
}

async fn kept_of_customer(desk: &Desk, reference: &str) -> Result<Vec<contract::KeptNumber>, Problem> {
    if desk.drawer.open_for().is_zero() {
        return Err(said(desk, &Refused::new(Code::PinNeeded, "the PIN was not given, or too long ago")));
    }
    desk.till.kept_of_customer(reference).await.map_err(|refused| said(desk, &refused))
}

fn not_saved(desk: &Desk, error: &std::io::Error) -> Problem {
    tracing::error!(%error, "a file that the cashier asked for can't be written or removed");
    said(desk, &Refused::new(Code::NotSaved, error.to_string()))
}

fn not_admitted(desk: &Desk, refused: PinRefused) -> AskRefused {
    let (code, wait) = match refused {
        PinRefused::Unset => (Code::PinUnset, Duration::ZERO),
        PinRefused::Wrong(wait) => (Code::PinWrong, wait),
        PinRefused::Wait(wait) => (Code::PinWait, wait),
    };
    let refused = Refused::new(code, "it needs the PIN");
    AskRefused { problem: said(desk, &refused), wait_ms: ms(wait) }
}

fn ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
