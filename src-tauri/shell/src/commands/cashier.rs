//! What the cashier window may call.

use contract::{Counter, PaymentView, Problem, StartPayment};
use tauri::{AppHandle, Runtime, State};
use till::Refused;

use crate::windows::CASHIER;
use crate::{Desk, pages};

/// The cashier window, whole, as it is now.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn counter(desk: State<'_, Desk>) -> Counter {
    desk.till.counter()
}

/// Starts a payment.
#[tauri::command]
pub async fn charge(desk: State<'_, Desk>, request: StartPayment) -> Result<PaymentView, Problem> {
    let started = desk.till.start(&request, None).await;
    started.map(|started| started.view).map_err(|refused| said(&desk, &refused))
}

/// Asks for a payment to be cancelled.
#[tauri::command]
pub async fn cancel(desk: State<'_, Desk>, reference: String) -> Result<PaymentView, Problem> {
    desk.till.cancel(&reference).await.map_err(|refused| said(&desk, &refused))
}

/// Clears a payment that has ended from the customer screen.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the arguments over so")]
pub fn dismiss(desk: State<'_, Desk>, reference: String) {
    desk.till.dismiss(&reference);
}

/// The page runs, and paints if `painting`: a window that nobody can see does not.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the program over so")]
pub fn cashier_alive<R: Runtime>(app: AppHandle<R>, painting: bool) {
    pages::heard(&app, CASHIER, painting);
}

fn said(desk: &Desk, refused: &Refused) -> Problem {
    tracing::info!(%refused, "the cashier was refused");
    refused.problem(desk.till.settings().language)
}
