//! Customers scan the codes on counters, and the right till hears of it. Nobody else does.

use std::time::Duration;

use contract::{Amount, Code, CounterCode, Currency, Flow, News, PaymentView, StartPayment, Status};
use hub::{Failure, Hints, KeptCode, NewCode};
use link::Membership;
use simulator::{Act, ActRefused};
use tokio::time::timeout;

use crate::chain::{BERGEN, Chain, Counter, DUE, PATIENCE};

const KARI: &str = "4791234567";
const R: &str = "sale-1001";

/// The code of the till of `membership`.
async fn code_of(chain: &Chain, membership: &Membership) -> KeptCode {
    let new = NewCode { id: None, till: membership.till.clone(), location: "Kasse 1".to_owned() };
    chain.hub.make_code(&new).await.expect("it can be made")
}

async fn has_code(counter: &Counter, wanted: CounterCode) {
    let mut counters = counter.till.counters();
    let told = async {
        while counter.till.counter().counter_code != wanted {
            counters.changed().await.expect("the till lives");
        }
    };
    timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("it is never {wanted:?}"));
}

async fn starts(counter: &Counter) {
    let asked = StartPayment {
        amount: Amount { value: DUE, currency: Currency::Nok },
        reference: Some(R.to_owned()),
        description: None,
        lines: Vec::new(),
        flow: Flow::CallbackQr,
        capture: contract::CaptureMode::Automatic,
        phone_number: None,
        personal_qr: None,
        keep_phone_number: false,
        customer_present: true,
        link: None,
    };
    counter.till.start(&asked, None).await.expect("it can be started");
}

async fn until(counter: &Counter, wanted: impl Fn(&PaymentView) -> bool) -> PaymentView {
    let come = async {
        let mut view = counter.till.payment(R).await.expect("it exists");
        while !wanted(&view) {
            view = counter.till.payment_after_change(R, PATIENCE).await.expect("it exists");
        }
        view
    };
    timeout(PATIENCE, come).await.expect("it comes")
}

/// Waits until the hub has taken or refused so many deliveries in all.
async fn until_hints(chain: &Chain, wanted: Hints) {
    let come = async {
        while chain.hub.hints() != wanted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, come).await.unwrap_or_else(|_| panic!("{:?}, not {wanted:?}", chain.hub.hints()));
}

#[tokio::test]
async fn whoever_scans_the_code_is_sent_what_its_till_charges() {
    let chain = Chain::new().await;
    let ((one, one_folder), (two, two_folder)) = (chain.joined("bergen").await, chain.joined("bergen").await);
    let counter = Counter::open(&chain, &one, one_folder.path()).await;
    let other = Counter::open(&chain, &two, two_folder.path()).await;
    let (code, _) = (code_of(&chain, &one).await, code_of(&chain, &two).await);
    assert_eq!((code.id.as_str(), code.location.as_str()), (one.till.as_str(), "Kasse 1"));
    has_code(&counter, CounterCode::Ready).await;
    has_code(&other, CounterCode::Ready).await;
    starts(&counter).await;
    assert!(until(&counter, |view| view.status == Status::Waiting).await.awaits_scan);
    chain.simulator.check_in(BERGEN, &code.id, KARI).expect("the shop is told");
    let sent = until(&counter, |view| !view.awaits_scan && view.status == Status::Waiting).await;
    assert_eq!((sent.flow, sent.note), (Flow::CallbackQr, None));
    assert_eq!(other.till.counter().counter_code, CounterCode::Ready, "the other till has heard nothing");
    chain.simulator.perform(R, Some(BERGEN), Act::Approve).expect("it can be approved");
    until(&counter, |view| view.status == Status::Paid).await;
}

#[tokio::test]
async fn who_scans_first_is_sent_the_request_when_the_cashier_begins() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("bergen").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let code = code_of(&chain, &membership).await;
    has_code(&counter, CounterCode::Ready).await;
    let token = chain.simulator.check_in(BERGEN, &code.id, KARI).expect("the shop is told");
    has_code(&counter, CounterCode::Scanned).await;
    starts(&counter).await;
    assert!(!until(&counter, |view| view.status == Status::Waiting).await.awaits_scan);
    // Who it was is written down nowhere: neither by the till nor by the hub.
    let told = counter.till.entries_after(journal::Seq::NONE, 100).await.expect("it can be read");
    assert!(!format!("{told:?}").contains(&token));
    counter.until_told().await;
    let files = std::fs::read_dir(chain.folder()).expect("it is there").flatten();
    for file in files.filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(file.path()).expect("it can be read");
        let found = bytes.windows(token.len()).any(|part| part == token.as_bytes());
        assert!(!found, "the token is in {}", file.path().display());
    }
}

#[tokio::test]
async fn a_code_that_no_till_stands_behind_is_refused_and_told_to_nobody() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("bergen").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let code = code_of(&chain, &membership).await;
    has_code(&counter, CounterCode::Ready).await;
    let mut news = chain.hub.news();
    chain.hub.revoke(&membership.till).await.expect("it is there");
    chain.simulator.check_in(BERGEN, &code.id, KARI).expect("it is told, and tried again");
    let refused = async {
        while chain.hub.hints().refused == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, refused).await.expect("it is refused");
    assert!(news.try_recv().is_err() && chain.hub.hints().taken == 0);
    // Another till takes the code over; what is printed stays good.
    let (second, second_folder) = chain.joined("bergen").await;
    let other = Counter::open(&chain, &second, second_folder.path()).await;
    let moved = chain.hub.change_code(&code.id, Some(&second.till), None).await.expect("it can be moved");
    assert_eq!((moved.till, moved.location), (second.till.clone(), "Kasse 1".to_owned()));
    has_code(&other, CounterCode::Ready).await;
    chain.simulator.check_in(BERGEN, &code.id, KARI).expect("the shop is told");
    has_code(&other, CounterCode::Scanned).await;
    has_code(&counter, CounterCode::None).await;
}

#[tokio::test]
async fn nobody_can_pretend_that_a_code_was_scanned() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("bergen").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let code = code_of(&chain, &membership).await;
    has_code(&counter, CounterCode::Ready).await;
    let body = format!(
        r#"{{"customerToken":"somebody","merchantQrId":"{}","msn":"{BERGEN}","initiatedAt":"2026-11-26T08:00:00Z"}}"#,
        code.id
    );
    for path in [format!("webhooks/{BERGEN}"), "partner/webhooks".to_owned()] {
        let url = format!("http://{}/{path}", chain.address);
        for signature in ["", "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA"] {
            let call = reqwest::Client::new().post(&url).header("Authorization", signature);
            assert_eq!(call.body(body.clone()).send().await.expect("it answers").status(), 401);
        }
    }
    until_hints(&chain, Hints { refused: 4, ..Hints::default() }).await;
    assert_eq!(counter.till.counter().counter_code, CounterCode::Ready);
}

#[tokio::test]
async fn a_code_of_another_sales_unit_is_left_alone() {
    let chain = Chain::new().await;
    let (bergen, oslo) = (chain.joined("bergen").await.0, chain.joined("oslo").await.0);
    let code = code_of(&chain, &bergen).await;
    let taken = NewCode { id: Some(code.id.clone()), till: oslo.till, location: "Kasse 1".to_owned() };
    let Err(Failure::Refused(refused)) = chain.hub.make_code(&taken).await else { panic!("it was made") };
    assert_eq!(refused.code, Code::AlreadyThere);
    let unknown = NewCode { id: None, till: "t-0000000000".to_owned(), location: "Kasse 1".to_owned() };
    let Err(Failure::Refused(refused)) = chain.hub.make_code(&unknown).await else { panic!("it was made") };
    assert_eq!(refused.code, Code::NotThere);
    assert_eq!(chain.hub.codes().await.expect("they can be read"), [code]);
}

#[tokio::test]
async fn a_code_is_printed_as_it_was_drawn_and_taken_away_for_good() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("bergen").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let code = code_of(&chain, &membership).await;
    has_code(&counter, CounterCode::Ready).await;
    let (known, printable) = chain.hub.print_code(&code.id).await.expect("it can be printed");
    assert_eq!(known, code);
    let read = till::read_qr(&printable.png, till::QrHosts::OfficialAndLoopback);
    assert_eq!(read.as_ref(), Ok(&printable.content));
    chain.hub.delete_code(&code.id).await.expect("it can be taken away");
    has_code(&counter, CounterCode::None).await;
    assert_eq!(chain.simulator.check_in(BERGEN, &code.id, KARI), Err(ActRefused::Unknown));
    assert!(chain.hub.codes().await.expect("they can be read").is_empty());
    assert!(matches!(chain.hub.delete_code(&code.id).await, Err(Failure::Refused(_))));
}

#[tokio::test]
async fn a_code_that_leads_to_a_page_is_made_moved_and_taken_away() {
    let chain = Chain::new().await;
    let (menu, dinner) = ("https://www.example.com/menu", "https://my-shop.example.com/dinner?a=1");
    let hub = &chain.hub;
    let made = hub.make_redirect("oslo", "menu 1", menu, None).await.expect("it can be made");
    assert_eq!((made.id.as_str(), made.expires_in), ("menu 1", None));
    let again = hub.make_redirect("oslo", "menu 1", menu, None).await;
    assert!(matches!(again, Err(Failure::Refused(refused)) if refused.code == Code::AlreadyThere));
    let (_, before) = hub.print_redirect("oslo", "menu 1").await.expect("it can be printed");
    hub.change_redirect("oslo", "menu 1", dinner).await.expect("it can lead elsewhere");
    let listed = hub.redirects("oslo").await.expect("they are listed");
    assert_eq!(listed.iter().filter_map(|code| code.target_url.as_deref()).collect::<Vec<_>>(), [dinner]);
    let (_, after) = hub.print_redirect("oslo", "menu 1").await.expect("it can be printed");
    assert_eq!(before.content, after.content, "what is printed stays good");
    // What the API would refuse is not sent.
    let sent = chain.simulator.requests().len();
    for bad in ["http://www.example.com", "https://-shop.example.com", "https://www.example.com/(a)"] {
        let refused = hub.change_redirect("oslo", "menu 1", bad).await;
        assert!(matches!(refused, Err(Failure::Refused(_))), "{bad}");
    }
    assert_eq!(chain.simulator.requests().len(), sent);
    hub.delete_redirect("oslo", "menu 1").await.expect("it can be taken away");
    assert!(hub.redirects("oslo").await.expect("they are listed").is_empty());
    assert!(hub.redirects("nowhere").await.is_err());
    let trail = hub.audit(10).await.expect("it can be read");
    assert!(trail.iter().any(|note| note.did == "made a code lead elsewhere" && note.what.contains(dinner)));
}

#[tokio::test]
async fn each_scan_is_told_once_and_to_its_till_alone() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("bergen").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let code = code_of(&chain, &membership).await;
    has_code(&counter, CounterCode::Ready).await;
    let mut news = chain.hub.news();
    for number in [KARI, "4798765432"] {
        chain.simulator.check_in(BERGEN, &code.id, number).expect("the shop is told");
    }
    until_hints(&chain, Hints { taken: 2, ..Hints::default() }).await;
    for _ in 0..2 {
        let (till, heard) = timeout(PATIENCE, news.recv()).await.expect("it comes").expect("the hub lives");
        assert_eq!(till, membership.till);
        assert!(matches!(heard, News::CheckedIn { merchant_qr_id, .. } if merchant_qr_id == code.id));
    }
    assert!(news.try_recv().is_err());
}
