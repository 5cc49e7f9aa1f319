//! Wrong settings are named and left alone, byte for byte, and the till says that it can't be used: on the screen, to
//! the POS, and in the line for whoever started it.

use serde_json::{Value, json};

use crate::support::pos::request;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;

/// A till on these premises can't be used, and everybody is told why. `named` are words that must be in the reason.
fn is_not_set_up(premises: Premises, named: &[&str]) -> TestShop {
    let shop = TestShop::on(premises);
    let ready = &shop.kvitt.ready;
    assert_eq!(ready["ready"], false, "{ready}");
    let problem = ready["problem"].as_str().expect("it says why");
    for word in named {
        assert!(problem.contains(word), "{word} is not in: {problem}");
    }
    let health = shop.pos.get("/v1/health").good();
    assert_eq!((&health["ready"], &health["problem"]), (&json!(false), &json!("not_set_up")), "{health}");
    let screen = shop.pos.screen_shows("fault");
    assert_eq!(screen["code"], "not_set_up", "{screen}");
    let refused = shop.pos.start(&request("sale-1042-1", 24_900));
    assert_eq!((refused.status, refused.code()), (503, "not_set_up"), "{refused:?}");
    assert!(shop.premises.vipps.calls("/").is_empty(), "nobody was asked");
    shop
}

/// The same for a settings file that says `text`, which is still there afterwards.
fn text_is_refused(text: &str, named: &[&str]) {
    let premises = Premises::ready();
    premises.write_settings(text);
    let mut shop = is_not_set_up(premises, named);
    shop.kvitt.program.terminate();
    let status = shop.kvitt.program.ended();
    assert!(status.success(), "{status}");
    let left = std::fs::read_to_string(shop.premises.settings_file()).expect("it is there");
    assert_eq!(left, text, "the file has been touched");
}

/// Good settings with one thing changed.
fn settings_with(change: impl FnOnce(&mut Value)) -> String {
    // The premises of these settings are gone, and nothing of theirs is needed.
    let mut settings = Premises::empty().settings();
    change(&mut settings);
    format!("{settings:#}\n\n")
}

#[test]
fn an_unknown_key() {
    let text = settings_with(|settings| settings["display"] = json!({ "resultSecond": 20 }));
    text_is_refused(&text, &["settings.json", "display", "unknown field `resultSecond`", "`resultSeconds`"]);
}

#[test]
fn a_wrong_type() {
    let text = settings_with(|settings| settings["salesUnit"]["msn"] = json!(654_321));
    text_is_refused(&text, &["settings.json", "salesUnit.msn", "invalid type: integer", "expected a string"]);
}

#[test]
fn an_address_that_would_send_keys_in_the_open() {
    let text = settings_with(|settings| settings["vipps"]["baseUrl"] = json!("http://api.example.com/"));
    text_is_refused(&text, &["vipps.baseUrl", "must be https"]);
}

/// Nothing says where the POS API shall be, so both tills take its usual port, one after the other. It must be free.
#[test]
fn no_settings_and_settings_that_are_not_json() {
    let missing = Premises::empty();
    let file = missing.settings_file();
    let shop = is_not_set_up(missing, &["there is no settings file", &file.display().to_string()]);
    assert!(shop.pos.origin().ends_with(":7650"), "{}", shop.pos.origin());
    assert!(!file.exists(), "nothing was written that nobody has set");
    drop(shop);
    text_is_refused("{ \"shop\": { \"name\": \"Kaffebaren Oslo\" ", &["is not JSON", "line 1 column"]);
}

#[test]
fn no_keys() {
    let premises = Premises::empty();
    premises.write_settings(&premises.settings().to_string());
    is_not_set_up(premises, &["there are no keys for 654321@127.0.0.1", "kvitt keys set"]);
}

/// A journal that is no journal is not written over.
#[test]
fn a_journal_that_can_not_be_read() {
    let premises = Premises::ready();
    let journal = premises.data().join("journal.sqlite");
    let rubbish = "this is not a journal, and somebody may want to look at it ".repeat(100);
    std::fs::write(&journal, &rubbish).expect("there is room");
    let shop = TestShop::on(premises);
    assert_eq!(shop.kvitt.ready["ready"], false, "{}", shop.kvitt.ready);
    let health = shop.pos.get("/v1/health").good();
    assert_eq!(health["problem"], "journal_unavailable", "{health}");
    assert_eq!(shop.pos.screen_shows("fault")["code"], "journal_unavailable");
    let refused = shop.pos.start(&request("sale-1042-1", 24_900));
    assert_eq!((refused.status, refused.code()), (503, "journal_unavailable"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&journal).expect("it is there"), rubbish);
}
