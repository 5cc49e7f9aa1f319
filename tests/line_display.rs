//! An older register writes to its line display, and the customer reads it on the big screen.

use std::io::Write;
use std::net::TcpStream;
use std::process::Command;

use serde_json::{Value, json};

use crate::repository::read;
use crate::support::pos::Pos;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// Connects as a register does that has been told where the display is.
pub(crate) fn register(ready: &Value) -> TcpStream {
    let at = ready["lineDisplay"].as_str().unwrap_or_else(|| panic!("it does not say where it is: {ready}"));
    assert!(at.starts_with("127.0.0.1:"), "{at}");
    TcpStream::connect(at).expect("it listens")
}

/// Waits until these rows stand on the customer's screen, blanks at their ends left out.
pub(crate) fn stands(pos: &Pos, expected: [&str; 2]) {
    wait_for(&format!("{expected:?} on the screen"), || {
        let screen = pos.get("/v1/screen").good();
        let rows = screen["rows"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let rows: Vec<&str> = rows.map(str::trim_end).collect();
        if screen["view"] == "text" && rows == expected { Ok(()) } else { Err(screen.to_string()) }
    });
}

#[test]
fn what_a_register_writes_stands_on_the_screen_until_it_is_paid() {
    let shop = TestShop::on(Premises::with_a_line_display());
    let mut register = register(&shop.kvitt.ready);
    register.write_all(b"\x1b@\x1bt\x05\x0cBl\x86b\x91rsyltet\x9by\r\n").expect("it reads");
    register.write_all(b"SUM            90,00").expect("it reads");
    stands(&shop.pos, ["Blåbærsyltetøy", "SUM            90,00"]);
    let rows = shop.pos.screen_shows("text")["rows"].clone();
    assert!(
        rows.as_array()
            .expect("rows")
            .iter()
            .all(|row| row.as_str().is_some_and(|row| row.chars().count() == 20))
    );

    // A payment is shown first, and takes the text with it when it is paid.
    shop.pos.charge("sale-1042-1", 9_000);
    shop.pos.screen_shows("scan");
    register.write_all(b"\x0cVIPPS          90,00").expect("it reads");
    assert_eq!(shop.pos.screen_shows("scan")["amount"]["value"], 9_000);
    shop.premises.vipps.customer_approves("sale-1042-1");
    shop.pos.sees("sale-1042-1", "paid");
    shop.pos.post("/v1/payments/sale-1042-1/dismiss");
    shop.pos.screen_shows("idle");

    // Garbage harms nothing; what comes after it is read.
    let garbage: Vec<u8> = (0..=u8::MAX).chain(0..=u8::MAX).rev().collect();
    register.write_all(&garbage).expect("it reads");
    register.write_all(b"    \x1b@VELKOMMEN").expect("it reads");
    stands(&shop.pos, ["VELKOMMEN", ""]);
    register.write_all(b"\x0c").expect("it reads");
    shop.pos.screen_shows("idle");
}

#[test]
fn the_line_to_try_works_as_it_is_written() {
    let shop = TestShop::on(Premises::with_a_line_display());
    let manual = read("docs/line-display.md");
    let line = manual.lines().find(|line| line.starts_with("printf ")).expect("the manual shows one");
    let at = shop.kvitt.ready["lineDisplay"].as_str().expect("it says where it is").replace(':', "/");
    let typed = line.replace("127.0.0.1/7652", &at);
    let said = Command::new("bash").args(["-c", &typed]).output().expect("there is bash");
    assert!(said.status.success(), "{said:?}");
    stands(&shop.pos, ["Filterkaffe  2x45,00", "SUM            90,00"]);
}

#[test]
fn there_is_none_unless_it_is_set_and_a_wrong_one_is_named() {
    let shop = TestShop::open();
    assert_eq!(shop.kvitt.ready["lineDisplay"], Value::Null);
    let premises = Premises::ready();
    let mut settings = premises.settings();
    settings["lineDisplay"] = json!({ "port": 0, "host": "the counter" });
    premises.write_settings(&settings.to_string());
    let shop = TestShop::on(premises);
    assert_eq!(shop.kvitt.ready["ready"], false);
    let why = shop.kvitt.ready["problem"].as_str().expect("it says why");
    assert!(why.contains("lineDisplay.host"), "{why}");
}
