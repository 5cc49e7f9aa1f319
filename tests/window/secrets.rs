//! What must stay secret is in no page, no log and no file but its own, after a payment and with the log turned up as
//! far as it goes.

use std::path::Path;

use crate::support::driver::Window;
use crate::support::premises::Premises;

/// Where secrets belong: `keys.json` stands in for the keyring, and the POS reads its token from the other.
const OWN_FILES: [&str; 2] = ["keys.json", "pos-token"];

/// What a secret is called, and the text that must not be found.
struct Secret {
    name: &'static str,
    text: String,
}

#[test]
fn no_secret_in_a_page_a_log_or_a_file() {
    let window = Window::with_everything_logged(Premises::ready());
    let premises = &window.premises;
    window.pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    let with_code = window.page_source();
    premises.vipps.customer_approves("sale-1042-1");
    window.shows("paid");
    let with_receipt = window.page_source();
    let screen = window.run_to_end(
        "window.__TAURI_INTERNALS__.invoke('customer_screen').then((screen) => done(JSON.stringify(screen)));",
    );
    let kept =
        window.run("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);");

    let mut places: Vec<(String, Vec<u8>)> = vec![
        ("the page with the code".to_owned(), with_code.into_bytes()),
        ("the page with the receipt".to_owned(), with_receipt.into_bytes()),
        ("the customer's screen".to_owned(), screen.to_string().into_bytes()),
        ("what the page keeps".to_owned(), kept.to_string().into_bytes()),
        ("what the till printed".to_owned(), window.said().into_bytes()),
    ];
    let files = premises.files().into_iter().filter(|file| !is_its_own(file));
    places.extend(files.map(|file| (file.display().to_string(), std::fs::read(&file).unwrap_or_default())));

    // A search that finds nothing at all would prove nothing.
    for (place, text) in [
        ("journal.sqlite", "sale-1042-1"),
        ("logs/kvitt.", "sale-1042-1"),
        ("what the till printed", "TRACE"),
        ("the page with the receipt", "sale-1042-1"),
    ] {
        let found = places.iter().any(|(name, bytes)| name.contains(place) && holds(bytes, text));
        assert!(found, "{text} should be in {place}");
    }
    for secret in secrets(&window) {
        for (place, bytes) in &places {
            assert!(!holds(bytes, &secret.text), "{} is in {place}", secret.name);
        }
    }
}

fn secrets(window: &Window) -> Vec<Secret> {
    let unit = window.premises.vipps.sales_unit();
    let secrets = vec![
        Secret { name: "the client secret", text: unit.client_secret },
        Secret { name: "the subscription key", text: unit.subscription_key },
        Secret { name: "the token of the POS", text: window.pos.token().to_owned() },
        Secret { name: "an access token", text: window.premises.vipps.beginning_of_access_tokens() },
    ];
    assert!(secrets.iter().all(|secret| secret.text.len() >= 16), "too short to be searched for");
    secrets
}

fn is_its_own(file: &Path) -> bool {
    file.file_name().is_some_and(|name| OWN_FILES.iter().any(|own| name == *own))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
