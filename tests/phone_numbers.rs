//! A customer's number is kept where the settings allow it and the customer agrees: in one file, and nowhere else.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::support::pos::request;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

const R: &str = "sale-1042-1";
/// As it may be written anywhere.
pub(crate) const NUMBER: [&str; 3] = ["91234567", "912 34 567", "4791234567"];

/// A shop that may send requests to phones and, with `keep`, keeps the numbers of those who agree.
pub(crate) fn premises(keep: Option<Value>) -> Premises {
    let premises = Premises::that_may_push();
    if let Some(keep) = keep {
        let mut settings = premises.settings_now();
        settings["phoneNumbers"] = json!({ "keep": keep });
        premises.write_settings(&settings.to_string());
    }
    premises
}

pub(crate) fn for_a_year() -> Value {
    json!({ "purpose": "receipts", "days": 365 })
}

pub(crate) fn agreed(reference: &str) -> Value {
    let mut asked = request(reference, 24_900);
    asked["flow"] = "push".into();
    asked["phoneNumber"] = NUMBER[1].into();
    asked["keepPhoneNumber"] = true.into();
    asked
}

fn has_number(text: &[u8]) -> bool {
    NUMBER.iter().any(|written| text.windows(written.len()).any(|window| window == written.as_bytes()))
}

/// The files of the shop that the number is in.
pub(crate) fn files_with_number(premises: &Premises) -> Vec<PathBuf> {
    let has = |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| has_number(&bytes));
    premises.files().into_iter().filter(has).collect()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

#[test]
fn the_number_of_whoever_agreed_is_in_one_file_and_after_it_was_erased_in_none() {
    let mut shop = TestShop::on(premises(Some(for_a_year())));
    let pos = &shop.pos;
    let mut answers = vec![pos.start(&agreed(R)).good(), pos.sees(R, "waiting")];
    // Somebody listens to the events, from a snapshot to the end.
    let mut watch = shop.premises.kvitt(&["--json", "watch", R]);
    let watch =
        watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it is built with this test");
    answers.push(pos.get("/v1/screen").good());
    assert_eq!(files_with_number(&shop.premises), Vec::<PathBuf>::new(), "nothing is kept before it is paid");
    shop.premises.vipps.customer_approves(R);
    answers.extend([pos.sees(R, "paid"), pos.get("/v1/payments?query=1042").good()]);
    let heard = watch.wait_with_output().expect("it ends with the payment");
    answers.extend([pos.screen_shows("paid"), pos.get("/v1/health").good()]);
    let file = shop.premises.data().join("consents.db");
    wait_for("the number to be kept", || match files_with_number(&shop.premises) {
        files if files == [file.clone()] => Ok(()),
        files => Err(format!("{files:?}")),
    });
    assert!(!heard.stdout.is_empty() && !has_number(&heard.stdout) && !has_number(&heard.stderr));
    for answer in answers {
        assert!(!has_number(answer.to_string().as_bytes()), "{answer}");
    }
    assert!(!has_number(shop.kvitt.program.said().as_bytes()));

    // The till runs on beside whoever looks, hands out and erases.
    let list = said(&shop.premises.run(&["phone-numbers", "list"], ""));
    assert!(list.contains("••••• 567") && list.contains(R) && !has_number(list.as_bytes()), "{list}");
    let doctor = said(&shop.premises.run(&["doctor"], ""));
    assert!(doctor.contains("kept phone numbers: 1,") && !has_number(doctor.as_bytes()), "{doctor}");
    let copy = shop.premises.data().join("copy.sqlite");
    said(&shop.premises.run(&["backup", &copy.display().to_string()], ""));
    assert!(!has_number(&std::fs::read(&copy).expect("it is there")));
    export(&shop.premises);

    let other = said(&shop.premises.run(&["phone-numbers", "erase"], "98765432\n"));
    assert!(other.starts_with("Entries erased: 0."), "{other}");
    let erased = said(&shop.premises.run(&["--json", "phone-numbers", "erase"], "+47 912 34 567\n"));
    assert_eq!(erased.trim(), r#"{"erased":1}"#);
    assert_eq!(files_with_number(&shop.premises), Vec::<PathBuf>::new());
    shop.loses_power();
    assert_eq!(files_with_number(&shop.premises), Vec::<PathBuf>::new());
}

/// A customer asks what is kept of them.
fn export(premises: &Premises) {
    let file = premises.data().join("export.json");
    let shown = file.display().to_string();
    let told = said(&premises.run(&["phone-numbers", "export", &shown], "912 34 567\n"));
    assert!(told.starts_with("Entries written: 1.") && !has_number(told.as_bytes()), "{told}");
    let rows: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("it is there")).expect("it is JSON");
    let row = &rows[0];
    assert_eq!((&row["number"], &row["purpose"]), (&json!("+4791234567"), &json!("receipts")));
    assert_eq!((&row["givenTo"], &row["payment"]), (&json!("pos"), &json!(R)));
    let mode = std::fs::metadata(&file).expect("it is there").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    let again = premises.run(&["phone-numbers", "export", "--all", &shown], "");
    assert_eq!(again.status.code(), Some(4), "it replaces nothing: {again:?}");
    std::fs::remove_file(&file).expect("it is ours");

    said(&premises.run(&["phone-numbers", "export", "--all", "--as", "csv", &shown], ""));
    let text = std::fs::read_to_string(&file).expect("it is there");
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("+4791234567,\"receipts\",")), "{text}");
    std::fs::remove_file(&file).expect("it is ours");

    let nobody = premises.run(&["phone-numbers", "export", &shown], "call me\n");
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    assert!(!file.exists());
}

#[test]
fn where_the_settings_do_not_allow_it_nothing_is_kept_and_what_is_there_goes_on_request() {
    let mut shop = TestShop::on(premises(Some(for_a_year())));
    shop.pos.start(&agreed(R)).good();
    shop.pos.sees(R, "waiting");
    shop.premises.vipps.customer_approves(R);
    shop.pos.sees(R, "paid");
    wait_for("the number to be kept", || match files_with_number(&shop.premises).len() {
        1 => Ok(()),
        many => Err(format!("{many} files have it")),
    });
    shop.goes_dark();
    let mut settings = shop.premises.settings_now();
    settings.as_object_mut().expect("they are settings").remove("phoneNumbers");
    shop.premises.write_settings(&settings.to_string());
    shop.comes_back();
    let refused = shop.pos.start(&agreed("sale-1043-1"));
    assert_eq!((refused.status, refused.code()), (422, "keeping_off"));
    assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.contains("phoneNumbers.keep")));
    assert!(!has_number(refused.body.to_string().as_bytes()));
    assert_eq!(shop.pos.get("/v1/payments/sale-1043-1").status, 404, "nothing was started");

    let doctor = said(&shop.premises.run(&["doctor"], ""));
    assert!(doctor.contains("kvitt phone-numbers erase --all"), "{doctor}");
    assert!(
        said(&shop.premises.run(&["phone-numbers", "erase", "--all"], "")).starts_with("Entries erased: 1.")
    );
    assert_eq!(files_with_number(&shop.premises), Vec::<PathBuf>::new());
    assert_eq!(said(&shop.premises.run(&["phone-numbers", "list"], "")), "No phone number is kept.\n");
}

#[test]
fn where_nothing_was_ever_kept_no_file_is_made() {
    let premises = premises(None);
    for arguments in [["phone-numbers", "list"].as_slice(), &["phone-numbers", "erase", "--all"]] {
        said(&premises.run(arguments, ""));
    }
    assert!(!premises.data().join("consents.db").exists());
}
