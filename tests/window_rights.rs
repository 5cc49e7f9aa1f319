//! Each window may call its own commands and no others: every window tries every command, on the real configuration.
//!
//! What there is comes from the files that the program is built from, so that a new command can't be forgotten here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use contract::Code;
use serde_json::{Value, json};
use shell::windows::{CASHIER, CUSTOMER, PHONE};
use shell::{Desk, Pin};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use till::{ShopLinks, Till, TillSettings};

/// Where the windows' own pages come from.
const OWN_PAGE: &str = "tauri://localhost";
/// What Tauri says, in a debug build, when it lets nothing through.
const REFUSAL: &str = "not allowed";

/// The commands of each window, as `src-tauri/permissions` says.
fn permitted() -> BTreeMap<&'static str, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/permissions");
    let files: BTreeSet<_> = std::fs::read_dir(&folder)
        .expect("it is part of the repository")
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let windows = [CASHIER, CUSTOMER, PHONE];
    assert_eq!(files, windows.map(|window| format!("{window}.toml")).into(), "one file for each window");
    windows
        .into_iter()
        .map(|window| {
            let text = std::fs::read_to_string(folder.join(format!("{window}.toml"))).expect("it is text");
            let list =
                text.lines().find_map(|line| line.strip_prefix("commands.allow = ")).expect("it has a list");
            let commands: BTreeSet<String> =
                serde_json::from_str(list).expect("a list of names reads like JSON");
            (window, commands)
        })
        .collect()
}

/// The commands that the program answers, as `shell` registers them: `commands::WINDOW::COMMAND`.
fn registered() -> BTreeSet<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/shell/src/lib.rs");
    let source = std::fs::read_to_string(source).expect("it is part of the repository");
    let (_, list) = source.split_once("generate_handler![").expect("it registers commands");
    let (list, _) = list.split_once(']').expect("the list ends");
    let paths = list.split(',').map(str::trim).filter(|path| !path.is_empty());
    paths
        .map(|path| match *path.split("::").collect::<Vec<_>>() {
            ["commands", window, command] => (window.to_owned(), command.to_owned()),
            _ => panic!("{path} is not commands::WINDOW::COMMAND"),
        })
        .collect()
}

/// The program with its real configuration, on windows that nobody sees.
fn app() -> App<MockRuntime> {
    let settings = TillSettings {
        shop: "Kaffebaren Oslo".to_owned(),
        language: contract::Language::En,
        msn: "654321".to_owned(),
        currency: payment::Currency::Nok,
        environment: contract::Environment::Demo,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: Vec::new(),
        links: ShopLinks::default(),
    };
    let till = Till::stopped(settings, Code::NotSetUp, "there is nothing behind this window");
    let builder = shell::with_commands(mock_builder()).manage(Desk {
        till,
        link: link::Link::none(),
        pin: Arc::new(Pin::of_demo("1234").expect("there is randomness")),
        drawer: Arc::default(),
        data: std::env::temp_dir(),
        phone: None,
    });
    builder.build(tauri::generate_context!()).expect("the configuration is good")
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    let page = WebviewUrl::App(format!("{label}.html").into());
    WebviewWindowBuilder::new(app, label, page).build().expect("a window that nobody sees can be opened")
}

/// What comes of calling `command` from `page` in `window`.
fn call(
    window: &WebviewWindow<MockRuntime>,
    page: &str,
    command: &str,
    arguments: Value,
) -> Result<(), String> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: page.parse().expect("it is a URL"),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(drop).map_err(|error| error.to_string())
}

/// Arguments that every command finds its own in.
fn arguments() -> Value {
    let amount = json!({ "value": 24_900, "currency": "NOK" });
    json!({
        "request": { "reference": "sale-1042-1", "amount": amount },
        "reference": "sale-1042-1",
        "name": "0123456789abcdef01234567",
        "number": 1,
        "act": "approve",
        "painting": true,
        "search": { "query": "1042" },
        "key": "a-key",
        "id": "0123456789abcdef",
        "pin": "0000",
        "query": "1042",
        "day": "2026-11-26",
    })
}

fn is_refused(outcome: &Result<(), String>) -> bool {
    outcome.as_ref().is_err_and(|error| error.contains(REFUSAL))
}

#[test]
fn every_command_belongs_to_one_window() {
    let permitted: BTreeSet<(String, String)> = permitted()
        .into_iter()
        .flat_map(|(window, commands)| commands.into_iter().map(move |command| (window.to_owned(), command)))
        .collect();
    assert_eq!(permitted, registered());
    let names: BTreeSet<_> = permitted.iter().map(|(_, command)| command).collect();
    assert_eq!(names.len(), permitted.len(), "a command that two windows share is a hole between them");
}

#[test]
fn every_window_tries_every_command() {
    let app = app();
    let permitted = permitted();
    for label in permitted.keys() {
        let window = window(&app, label);
        for (owner, commands) in &permitted {
            for command in commands {
                let outcome = call(&window, OWN_PAGE, command, arguments());
                assert_eq!(
                    is_refused(&outcome),
                    owner != label,
                    "{label} calls {owner}'s {command}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
fn what_tauri_itself_offers_is_refused_to_all() {
    let app = app();
    for label in [CASHIER, CUSTOMER, PHONE] {
        let window = window(&app, label);
        for command in [
            "plugin:store|load",
            "plugin:store|get",
            "plugin:store|set",
            "plugin:window|close",
            "plugin:window|create",
            "plugin:webview|create_webview_window",
            "plugin:event|emit",
            "plugin:event|emit_to",
            "plugin:path|resolve_directory",
            "plugin:app|version",
            "plugin:image|from_path",
            "plugin:resources|close",
        ] {
            let outcome = call(&window, OWN_PAGE, command, json!({}));
            assert!(is_refused(&outcome), "{label} calls {command}: {outcome:?}");
        }
    }
}

/// A page that does not come with the program may call nothing, not even in the cashier's window.
#[test]
fn a_foreign_page_is_refused_everything() {
    let app = app();
    for (label, commands) in permitted() {
        let window = window(&app, label);
        for page in ["https://example.com/", "http://localhost:5173/", "http://127.0.0.1:7650/"] {
            for command in &commands {
                let outcome = call(&window, page, command, arguments());
                assert!(is_refused(&outcome), "{page} in {label} calls {command}: {outcome:?}");
            }
        }
    }
}

/// A window under any other name has no rights at all.
#[test]
fn an_unknown_window_is_refused_everything() {
    let app = app();
    let window = window(&app, "kiosk");
    for command in permitted().values().flatten() {
        let outcome = call(&window, OWN_PAGE, command, arguments());
        assert!(is_refused(&outcome), "{command}: {outcome:?}");
    }
}
