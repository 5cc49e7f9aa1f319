//! Requests to phones: who gets them, and that nothing remembers the numbers.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use consents::{Consents, Rule};
use journal::{MemoryJournal, SqliteJournal};
use payment::Rail;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Shop, asked};

const NUMBER: &str = "912 34 567";

fn pushed(reference: &str, number: &str) -> Value {
    let mut asked = asked(reference);
    asked["flow"] = json!("push");
    asked["phoneNumber"] = json!(number);
    asked
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_may_not_send_requests_shows_the_code_and_tells_the_cashier() {
    let shop = Shop::open().await;
    let started = shop.start_with(pushed("sale-42-1", NUMBER).to_string(), None).await;
    assert_eq!((started.status.as_u16(), &started.body["flow"]), (201, &json!("push")));
    let waiting = shop.wait_for("sale-42-1", "waiting").await.body;
    assert_eq!(waiting["flow"], "qr");
    assert_eq!(waiting["note"]["code"], "push_not_allowed");
    assert!(waiting["note"]["cashier"].as_str().is_some_and(|words| words.contains("QR code")));
    assert_eq!(shop.get("/v1/screen").await.body["view"], "scan");
    shop.pay("sale-42-1").await;
    // The next one is not tried at all, and says the same.
    let next = shop.start_with(pushed("sale-43-1", NUMBER).to_string(), None).await.body;
    assert_eq!((&next["flow"], &next["note"]["code"]), (&json!("qr"), &json!("push_not_allowed")));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_refused_without_saying_the_number() {
    let shop = Shop::open().await;
    let with = |flow: &str, member: &str, value: Value| {
        let mut asked = asked("sale-42-1");
        asked["flow"] = json!(flow);
        asked[member] = value;
        asked
    };
    let cases = [
        (with("push", "phoneNumber", json!("9123456789012")), 422, "number_invalid"),
        (with("push", "phoneNumber", json!("+45 20123456")), 422, "number_invalid"),
        (with("push", "phoneNumber", json!("call me")), 422, "number_invalid"),
        (with("push", "phoneNumber", json!(91_234_567)), 400, "request_invalid"),
        (with("push", "description", json!("no number")), 400, "request_invalid"),
        (with("qr", "phoneNumber", json!(NUMBER)), 400, "request_invalid"),
        (with("push", "personalQr", json!("https://qr.vipps.no/p/91234567")), 400, "request_invalid"),
        (with("by_post", "description", json!("no such flow")), 400, "request_invalid"),
        (with("callback_qr", "description", json!("not on eCom")), 422, "flow_not_on_rail"),
        (with("personal_qr", "personalQr", json!("https://qr.vipps.no/p/91234567")), 422, "flow_not_on_rail"),
    ];
    for (asked, status, code) in cases {
        let refused = shop.start_with(asked.to_string(), None).await;
        assert_eq!(refused.problem(), (status, code), "{asked}");
        let said = refused.body.to_string();
        assert!(!said.contains("9123") && !said.contains("2012"), "{said}");
    }
    assert!(shop.simulator.payments().is_empty());
}

#[tokio::test]
async fn a_number_is_nowhere_but_on_its_way() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let number = json!({ "flow": "push", "phoneNumber": NUMBER });
        is_nowhere_but_on_its_way(rail, &number, &["912 34 567", "91234567", "4791234567"]).await;
    }
}

#[tokio::test]
async fn a_personal_code_is_nowhere_but_on_its_way() {
    let text = "https://qr.vipps.no/28/2/01/031/4791234567?v=1";
    let code = json!({ "flow": "personal_qr", "personalQr": text });
    is_nowhere_but_on_its_way(Rail::Epayment, &code, &["91234567", "/28/2/01/031/"]).await;
}

#[tokio::test]
async fn a_number_that_is_kept_is_in_no_answer_event_log_or_journal() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let folder = tempfile::tempdir().expect("a folder");
    let journal = SqliteJournal::open(&folder.path().join("journal.sqlite")).await.expect("a journal");
    let rule = Rule::new("receipts", 365).expect("it is good");
    let consents = Arc::new(Consents::in_memory(Some(rule)).await.expect("there is room"));
    let shop = Shop::that_keeps(consents.clone(), Arc::new(journal)).await;
    let mut asked = pushed("sale-42-1", NUMBER);
    asked["keepPhoneNumber"] = json!(true);
    let started = shop.start_with(asked.to_string(), Some("key-1")).await;
    assert_eq!(started.status, 201, "{}", started.body);
    let waiting = shop.wait_for("sale-42-1", "waiting").await;
    let paid = shop.pay("sale-42-1").await;
    let began = std::time::Duration::from_secs(10);
    let kept = tokio::time::timeout(began, async {
        loop {
            let kept = consents.kept(None).await.expect("it can be read");
            if !kept.is_empty() {
                return kept;
            }
            tokio::task::yield_now().await;
        }
    });
    let kept = kept.await.expect("it is kept");
    assert_eq!((kept[0].number.reveal(), kept[0].given_to.name()), ("4791234567", "pos"));

    let traces = [NUMBER, "91234567"];
    for answer in [started, waiting, paid, shop.get("/v1/screen").await] {
        clean("an answer", answer.body.to_string().as_bytes(), &traces);
    }
    clean("the cashier's window", format!("{:?}", shop.till.counter()).as_bytes(), &traces);
    clean("what is kept, printed", format!("{kept:?}").as_bytes(), &traces);
    clean("the log", &log.0.lock().expect("nobody panics"), &traces);
    for file in files(folder.path()) {
        clean("the journal", &std::fs::read(file).expect("it can be read"), &traces);
    }
}

#[tokio::test(start_paused = true)]
async fn a_shop_that_keeps_no_numbers_refuses_to_without_saying_the_number() {
    let shop = Shop::open().await;
    let mut asked = pushed("sale-42-1", NUMBER);
    asked["keepPhoneNumber"] = json!(true);
    let refused = shop.start_with(asked.to_string(), None).await;
    assert_eq!(refused.problem(), (422, "keeping_off"));
    assert!(refused.detail().contains("phoneNumbers.keep") && refused.detail().contains("keepPhoneNumber"));
    clean("the refusal", refused.body.to_string().as_bytes(), &[NUMBER, "34 567"]);
    assert!(shop.simulator.payments().is_empty());
}

/// 81 on eCom, 7010 on ePayment: whoever has no Vipps, is too young or is blocked gets the same code to scan, and
/// nobody at the till learns which it was (contract 8, trap 43).
#[tokio::test]
async fn why_a_number_was_refused_nobody_is_told() {
    let mut told = Vec::new();
    for rail in [Rail::Ecom, Rail::Epayment] {
        let shop = Shop::that_may_push(rail, Arc::new(MemoryJournal::new())).await;
        for (at, number) in ["40000001", "40000002", "40000003"].into_iter().enumerate() {
            let reference = format!("sale-4{at}-1");
            shop.start_with(pushed(&reference, number).to_string(), None).await;
            let mut waiting = shop.wait_for(&reference, "waiting").await.body;
            for own in ["reference", "createdAt", "changedAt"] {
                waiting[own] = Value::Null;
            }
            let screen = shop.get("/v1/screen").await.body;
            told.push((waiting, screen["view"].clone(), screen.get("note").cloned()));
            shop.pay(&reference).await;
        }
    }
    let (first, screen, note) = &told[0];
    assert_eq!((&first["flow"], &first["note"]["code"]), (&json!("qr"), &json!("number_refused")));
    assert_eq!((screen, note), (&json!("scan"), &None), "the customer's screen says nothing of it");
    for other in &told {
        assert_eq!(other, &told[0]);
    }
    clean("what is told", first.to_string().as_bytes(), &["7010", "\"81\"", "registered", "40000"]);
}

async fn is_nowhere_but_on_its_way(rail: Rail, whom: &Value, traces: &[&str]) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let folder = tempfile::tempdir().expect("a folder");
    let journal = SqliteJournal::open(&folder.path().join("journal.sqlite")).await.expect("a journal");
    let shop = Shop::that_may_push(rail, Arc::new(journal)).await;

    let (_, mut changes) = shop.till.listen().await.expect("the journal works");
    let mut asked = asked("sale-42-1");
    for (name, value) in whom.as_object().expect("members") {
        asked[name] = value.clone();
    }
    let started = shop.start_with(asked.to_string(), Some("key-1")).await;
    assert_eq!(started.status, 201, "{}", started.body);
    let waiting = shop.wait_for("sale-42-1", "waiting").await;
    let screen = shop.get("/v1/screen").await;
    assert_eq!(screen.body["view"], "sent");
    let paid = shop.pay("sale-42-1").await;
    let health = shop.get("/v1/health").await;

    let clean = |what: &str, bytes: &[u8]| clean(what, bytes, traces);
    for answer in [started, waiting, screen, paid, health] {
        clean("an answer", answer.body.to_string().as_bytes());
    }
    while let Ok(change) = changes.try_recv() {
        clean("an event", format!("{change:?}").as_bytes());
    }
    clean("the cashier's window", format!("{:?}", shop.till.counter()).as_bytes());
    clean("the log", &log.0.lock().expect("nobody panics"));
    for file in files(folder.path()) {
        clean("the journal", &std::fs::read(file).expect("it can be read"));
    }
    let sent =
        shop.simulator.requests().into_iter().filter(|record| format!("{record:?}").contains("91234567"));
    assert_eq!(sent.count(), 1, "it went to Vipps MobilePay, once");
}

fn clean(what: &str, bytes: &[u8], traces: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(!text.is_empty(), "{what} says nothing at all");
    for trace in traces {
        assert!(!text.contains(trace), "{what} has {trace}");
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    // One that is empty has nothing to give away.
    files.into_iter().filter(|file| file.metadata().is_ok_and(|known| known.len() > 0)).collect()
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}
