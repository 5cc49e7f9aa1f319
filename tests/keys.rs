//! The keys of the sales unit go in and out by `kvitt keys`, and nowhere else.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::support::premises::Premises;
use crate::support::shop::TestShop;

/// Premises with settings and no keys.
fn premises() -> Premises {
    let premises = Premises::empty();
    premises.write_settings(&premises.settings().to_string());
    premises
}

/// What the command printed. It never prints a key.
fn said(output: &Output, premises: &Premises) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let text = format!("{out}{err}");
    let unit = premises.vipps.sales_unit();
    assert!(!text.contains(&unit.client_secret) && !text.contains(&unit.subscription_key), "{text}");
    text
}

#[test]
fn set_where_forget() {
    let premises = premises();
    let file = premises.config().join("keys.json");
    let unknown = premises.keys(&["where"], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown, &premises).contains("there are no keys for 654321@127.0.0.1"));

    let set = premises.keys(&["set", "--file"], &premises.three_keys());
    assert_eq!(set.status.code(), Some(0), "{set:?}");
    let place = format!("The keys for 654321@127.0.0.1 are in the file {}", file.display());
    assert!(said(&set, &premises).starts_with(&place), "{set:?}");
    let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "others can read it");
    assert!(said(&premises.keys(&["where"], ""), &premises).starts_with(&place));

    // They are good: the till opens with them, and Vipps MobilePay lets it in.
    let mut shop = TestShop::on(premises);
    assert_eq!(shop.kvitt.ready["ready"], true, "{}", shop.kvitt.ready);
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop.goes_dark();

    let premises = &shop.premises;
    let forgotten = premises.keys(&["forget"], "");
    assert_eq!(forgotten.status.code(), Some(0), "{forgotten:?}");
    assert_eq!(premises.keys(&["where"], "").status.code(), Some(1));
    let left = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(!left.contains(&premises.vipps.sales_unit().client_secret), "it was not forgotten");
}

#[test]
fn three_lines_and_no_others() {
    let premises = premises();
    for typed in ["", "one\n", "one\ntwo\n", "one\ntwo\nthree\nfour\n", "one\n\u{2028}\nthree\n"] {
        let output = premises.keys(&["set", "--file"], typed);
        assert_eq!(output.status.code(), Some(2), "{typed:?}: {output:?}");
    }
    assert!(!premises.config().join("keys.json").exists(), "something was stored");
}

#[test]
fn not_without_settings() {
    let premises = Premises::empty();
    let output = premises.keys(&["set", "--file"], &premises.three_keys());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(said(&output, &premises).contains("there is no settings file"), "{output:?}");
    assert!(!premises.config().join("keys.json").exists(), "something was stored");
}
