//! `kvitt doctor` says what state everything is in, in whatever state it is; it changes nothing and asks nobody.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

use crate::repository::root;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// Ready premises with the journal of a till that is off: six payments, two of them not settled.
fn after_closing() -> Premises {
    let premises = Premises::ready();
    std::fs::copy(sample(), premises.data().join("journal.sqlite")).expect("there is room");
    premises
}

fn sample() -> PathBuf {
    root().join("src-tauri/journal/samples/journal-0.1.sqlite")
}

/// Every file on the premises, with what is in it and who may read it.
fn files(premises: &Premises) -> BTreeMap<PathBuf, (Vec<u8>, u32)> {
    let read = |path: &PathBuf| {
        let mode = std::fs::metadata(path).expect("it is there").permissions().mode();
        (std::fs::read(path).expect("it is ours"), mode)
    };
    premises.files().into_iter().map(|path| (path.clone(), read(&path))).collect()
}

fn ask(premises: &Premises, arguments: &[&str]) -> Output {
    let output = premises.kvitt(arguments).output().expect("it is built with this test");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let unit = premises.vipps.sales_unit();
    for secret in [&unit.client_secret, &unit.subscription_key] {
        assert!(!text.contains(secret.as_str()), "a key is shown: {text}");
    }
    output
}

/// What it says as JSON and how it ends. As text it ends in the same way; and neither touches anything.
fn doctor(premises: &Premises) -> (Value, String, i32) {
    let before = files(premises);
    let said = ask(premises, &["doctor", "--json"]);
    let text = ask(premises, &["doctor"]);
    assert!(files(premises) == before, "something has been touched");
    assert!(premises.vipps.calls("/").is_empty(), "somebody was asked");
    assert_eq!(said.status.code(), text.status.code());
    let json = serde_json::from_slice(&said.stdout).expect("it is JSON");
    let code = said.status.code().expect("it ended by itself");
    (json, String::from_utf8(text.stdout).expect("it is text"), code)
}

fn has_all(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in:\n{text}");
    }
}

#[test]
fn of_a_till_that_is_off() {
    let premises = after_closing();
    let (json, text, code) = doctor(&premises);
    assert_eq!((code, &json["well"]), (0, &Value::Bool(true)), "{text}");
    let journal = &json["journal"];
    assert_eq!((&journal["payments"], &journal["entries"]), (&6.into(), &43.into()), "{json}");
    assert_eq!((&journal["inUse"], &journal["unreadable"]), (&false.into(), &0.into()), "{json}");
    let unsettled: Vec<_> = json["unsettled"].as_array().expect("a list").iter().collect();
    let names: Vec<_> = unsettled.iter().map(|payment| payment["reference"].as_str().unwrap_or("")).collect();
    assert_eq!(names, ["sale-1004-1", "kasse-2-000017"]);
    has_all(
        &text,
        &[
            "version 1",
            "the next start brings it to version 5",
            "all of it can be read",
            "kasse-2-000017  249.00 NOK",
            "The customer has it on the phone.",
            "It ended (not paid in time), and is watched",
            "The next start will ask Vipps MobilePay how it stands",
            "Kaffebaren Oslo, sales unit 654321@127.0.0.1",
            "readable by its owner alone",
            "pos-token is not there yet",
            "this till belongs to none",
        ],
    );
    assert_eq!(json["chain"], Value::Null, "{json}");
}

#[test]
fn of_nothing_at_all() {
    let premises = Premises::empty();
    let (json, text, code) = doctor(&premises);
    assert_eq!((code, &json["well"]), (2, &Value::Bool(false)), "{text}");
    has_all(&text, &["there is no settings file", "journal.sqlite is not there yet"]);
}

#[test]
fn of_a_picture_that_can_t_go_on_links() {
    let premises = Premises::ready();
    let file = premises.config().join("settings.json");
    let settings = std::fs::read_to_string(&file).expect("it is there");
    let mut settings: Value = serde_json::from_str(&settings).expect("it is JSON");
    settings["orderLink"] = serde_json::json!({ "picture": "logo.png" });
    std::fs::write(&file, settings.to_string()).expect("there is room");
    std::fs::write(premises.config().join("logo.png"), "A shopping list.").expect("there is room");
    let (_, text, code) = doctor(&premises);
    assert_eq!(code, 2, "{text}");
    has_all(&text, &["orderLink.picture", "logo.png", "neither PNG nor JPEG"]);
}

#[test]
fn of_a_corrupt_journal() {
    let premises = after_closing();
    let journal = premises.data().join("journal.sqlite");
    let mut bytes = std::fs::read(&journal).expect("it is there");
    let opened = br#"{"fact":"opened"}"#;
    let at = bytes.windows(opened.len()).position(|window| window == opened).expect("one was opened");
    bytes[at + 9..at + 11].copy_from_slice(b"xx");
    std::fs::write(&journal, &bytes).expect("there is room");
    let (json, text, code) = doctor(&premises);
    assert_eq!((code, &json["journal"]["unreadable"]), (1, &1.into()), "{text}");
    has_all(
        &text,
        &["entry 5 of the payment kasse-2-000017 cannot be read", "make a copy", "sale-1004-1  249.00 NOK"],
    );

    // A copy of it is made all the same, for whoever is to help.
    let copy = premises.data().join("copy");
    let made = ask(&premises, &["backup", copy.to_str().expect("it is text")]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
}

#[test]
fn of_what_is_no_journal_and_of_files_that_others_can_read() {
    let premises = Premises::ready();
    std::fs::write(premises.data().join("journal.sqlite"), "A shopping list.\n".repeat(300)).expect("room");
    let token = premises.data().join("pos-token");
    std::fs::write(&token, "0".repeat(64)).expect("there is room");
    let open = |path: &PathBuf| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o644)).expect("it is ours");
    };
    open(&token);
    open(&premises.config().join("keys.json"));
    let (json, text, code) = doctor(&premises);
    assert_eq!((code, &json["journal"]), (1, &Value::Null), "{text}");
    has_all(&text, &["the file is not a journal of Kvitt", "others can read", "pos-token", "keys.json"]);
}

/// And a copy that is made meanwhile takes the place of the journal.
#[test]
fn of_a_till_that_is_open() {
    let mut shop = TestShop::open_on("epayment");
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    let said = ask(&shop.premises, &["doctor", "--json"]);
    let json: Value = serde_json::from_slice(&said.stdout).expect("it is JSON");
    assert_eq!((said.status.code(), &json["journal"]["inUse"]), (Some(0), &true.into()), "{json}");
    assert_eq!(json["unsettled"][0]["reference"], "sale-1042-1", "{json}");

    let copy = shop.premises.config().join("copy.sqlite");
    let backup = ["backup", "--json", copy.to_str().expect("it is text")];
    let copied = ask(&shop.premises, &backup);
    let json: Value = serde_json::from_slice(&copied.stdout).expect("it is JSON");
    assert_eq!((copied.status.code(), &json["payments"]), (Some(0), &1.into()), "{json}");
    let mode = std::fs::metadata(&copy).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = ask(&shop.premises, &backup);
    assert_eq!(again.status.code(), Some(4), "a copy replaces nothing: {again:?}");

    // The machine is lost, and another one begins with the copy.
    shop.goes_dark();
    std::fs::remove_dir_all(shop.premises.data()).expect("it is ours");
    std::fs::create_dir(shop.premises.data()).expect("there is room");
    std::fs::rename(&copy, shop.premises.data().join("journal.sqlite")).expect("there is room");
    shop.premises.vipps.customer_approves("sale-1042-1");
    shop.comes_back();
    shop.pos.sees("sale-1042-1", "paid");
    assert_eq!(shop.premises.vipps.truth("sale-1042-1").captures.len(), 1);
}

/// An address that answers is told everything; one that does not is named, with what waits for it and why.
#[test]
fn of_addresses_that_want_to_be_called() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let good = format!("http://{}/kvitt", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer_well));
    let nobody = {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        format!("http://{}/kvitt", socket.local_addr().expect("it is bound"))
    };
    let premises = Premises::ready();
    let mut settings = premises.settings();
    settings["pos"]["webhooks"] = serde_json::json!([good, nobody]);
    premises.write_settings(&settings.to_string());
    let (json, text, code) = doctor(&premises);
    assert_eq!((code, json["webhooks"].as_array().map(Vec::len)), (0, Some(2)), "{text}");
    has_all(&text, &[&format!("{good} has never been told anything")]);

    let mut shop = TestShop::on(premises);
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.cancel("sale-1042-1");
    shop.pos.sees("sale-1042-1", "cancelled");
    let json = wait_for("one address that has heard all, and one that has missed something", || {
        let said = ask(&shop.premises, &["doctor", "--json"]);
        let json: Value = serde_json::from_slice(&said.stdout).expect("it is JSON");
        let heard = &json["webhooks"][0];
        let all = heard["waiting"] == 0 && heard["acknowledged"].as_u64().is_some_and(|number| number > 0);
        let missed = json["webhooks"][1]["lastMiss"]["times"].as_u64().is_some_and(|times| times > 0);
        if all && missed { Ok(json) } else { Err(json.to_string()) }
    });
    assert_eq!(
        (&json["webhooks"][1]["waiting"], &json["webhooks"][0]["lastMiss"]),
        (&1.into(), &Value::Null)
    );
    shop.goes_dark();
    let said = ask(&shop.premises, &["doctor"]);
    assert_eq!(said.status.code(), Some(1), "somebody has to look: {said:?}");
    let text = String::from_utf8(said.stdout).expect("it is text");
    has_all(&text, &["nothing waits for it", "1 payment waits for it", "did not hear the last call"]);
}

/// Reads one call, and answers it with 204.
fn answer_well(mut call: TcpStream) {
    let mut reader = BufReader::new(call.try_clone().expect("it is ours"));
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("it is a number");
        }
        line.clear();
    }
    // A till that is killed tears it off.
    if reader.read_exact(&mut vec![0; length]).is_ok() {
        let _ = call.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    }
}
