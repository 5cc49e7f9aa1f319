//! What the demo's phone window may call. There is no such window outside the demo.

use contract::{Phone, PhoneAct};
use tauri::{AppHandle, Runtime, State};

use crate::windows::PHONE;
use crate::{Desk, pages};

/// What the phone shows.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the state over so")]
pub fn phone(desk: State<'_, Desk>) -> Result<Phone, String> {
    desk.phone.as_ref().map(|phone| phone.view()).ok_or_else(not_in_the_demo)
}

/// Does what a person does with the phone.
#[tauri::command]
pub async fn phone_act(desk: State<'_, Desk>, act: PhoneAct) -> Result<Phone, String> {
    match &desk.phone {
        Some(phone) => phone.act(act).await,
        None => Err(not_in_the_demo()),
    }
}

/// The page runs, and paints if `painting`: a window that nobody can see does not. The answer is whether it may rest.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands the program over so")]
pub fn phone_alive<R: Runtime>(app: AppHandle<R>, painting: bool) -> bool {
    pages::heard(&app, PHONE, painting)
}

fn not_in_the_demo() -> String {
    "the phone is part of the demo".to_owned()
}
