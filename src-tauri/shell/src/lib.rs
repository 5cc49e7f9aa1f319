//! The windows: the only crate that knows Tauri.
//!
//! A window holds no secret and no logic. It asks for the whole picture of what it shows, is nudged when there
//! is a newer one, and may call its own commands alone: `src-tauri/capabilities` says which, and Tauri refuses
//! the rest. What the commands do is one line each: unpack, ask the till, pack.
//!
//! The settings and the keys of the sales unit are read here too, because they are kept where desktop programs
//! keep such things: a settings file held by Tauri's store, and the keyring of the operating system.

pub mod commands;
mod figures;
pub mod keys;
mod nudges;
pub mod numbers;
mod pages;
pub mod pin;
mod pulse;
mod room;
pub mod settings;
mod web_view;
pub mod windows;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use contract::{Phone, PhoneAct};
use link::Link;
use tauri::Runtime;
use till::Till;

pub use keys::{KeyStore, Place, StoredKeys};
use nudges::Painted;
pub use numbers::Drawer;
use pages::Pages;
pub use pin::{Pin, PinError};
pub use settings::{Settings, SettingsError};

/// What the windows show and what their commands ask.
#[derive(Clone)]
pub struct Desk {
    /// The till.
    pub till: Till,
    /// What the till can ask its chain for.
    pub link: Link,
    /// What stands before refunds and kept numbers in the cashier window.
    pub pin: Arc<Pin>,
    /// Whether the kept numbers can be seen in full.
    pub drawer: Arc<Drawer>,
    /// The data folder, where the figures of a day and what is kept of a customer are written.
    pub data: PathBuf,
    /// The demo's phone, in the demo.
    pub phone: Option<Arc<dyn DemoPhone>>,
}

/// The phone of the demo, behind its window.
#[async_trait]
pub trait DemoPhone: Send + Sync {
    /// What it shows.
    fn view(&self) -> Phone;

    /// Does what a person does with it. The error is for the person who plays with the demo.
    async fn act(&self, act: PhoneAct) -> Result<Phone, String>;
}

/// Adds the commands of all windows to `builder`. Which window may call which, the capabilities say.
pub fn with_commands<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    let builder = builder
        .plugin(tauri_plugin_store::Builder::new().build())
        .manage(Pages::default())
        .manage(Painted::default());
    builder.invoke_handler(tauri::generate_handler![
        commands::customer::customer_screen,
        commands::customer::customer_qr,
        commands::customer::customer_shown,
        commands::customer::customer_alive,
        commands::cashier::counter,
        commands::cashier::charge,
        commands::cashier::cancel,
        commands::cashier::capture,
        commands::cashier::dismiss,
        commands::cashier::payment,
        commands::cashier::search,
        commands::cashier::pin_state,
        commands::cashier::refund,
        commands::cashier::totals,
        commands::cashier::save_totals,
        commands::cashier::kept_numbers,
        commands::cashier::open_numbers,
        commands::cashier::close_numbers,
        commands::cashier::export_numbers,
        commands::cashier::erase_numbers,
        commands::cashier::chain,
        commands::cashier::chain_search,
        commands::cashier::chain_refund,
        commands::cashier::chain_refund_of,
        commands::cashier::cashier_alive,
        commands::phone::phone,
        commands::phone::phone_act,
        commands::phone::phone_alive,
    ])
}
