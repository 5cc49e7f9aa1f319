//! What the customer window may call. It can look, say what it has painted and that it lives; it can
//! change nothing.

use contract::Screen;
use tauri::ipc::Response;
use tauri::{AppHandle, Runtime, State};

use crate::nudges::Painted;
use crate::windows::CUSTOMER;
use crate::{Desk, pages};

/// The customer screen, whole, as it is now.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn customer_screen(desk: State<'_, Desk>) -> Screen {
    desk.till.screen()
}

/// The picture of a code, as bytes. It was downloaded and read by the till.
#[tauri::command]
pub async fn customer_qr<R: Runtime>(
    app: AppHandle<R>,
    desk: State<'_, Desk>,
    name: String,
) -> Result<Response, String> {
    pages::draws_code(&app);
    let png = desk.till.picture(&name).await;
    png.map(Response::new).ok_or_else(|| "there is no such picture".to_owned())
}

/// The window has painted the screen `number`.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn customer_shown(desk: State<'_, Desk>, painted: State<'_, Painted>, number: u64) {
    painted.note(number);
    desk.till.shown(number);
}

/// The page runs, and paints if `painting`: a window that nobody can see does not. The answer is whether it may rest.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the program over so")]
pub fn customer_alive<R: Runtime>(app: AppHandle<R>, painting: bool) -> bool {
    pages::heard(&app, CUSTOMER, painting)
}
