//! What the demo's phone window may call. There is no such window outside the demo.

use contract::{Phone, PhoneAct};
use tauri::State;

use crate::Desk;

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

fn not_in_the_demo() -> String {
    "the phone is part of the demo".to_owned()
}
