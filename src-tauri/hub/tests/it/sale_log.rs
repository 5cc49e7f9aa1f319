//! What an auditor sees: every sale with what was sold and what came back, within what they may see, and nothing that the
//! texts of others could break.

use std::time::Duration;

use contract::{Line, StartRefund, Status, Telling};
use hub::KeptAuditor;
use payment::Rail;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::chain::{BERGEN, Chain, Counter, DUE, OSLO, nok, refund_of};
use crate::visitor::Visitor;

/// Names that somebody might give to an article.
const BREAKS_OUT: &str = "<script>alert(1)</script>\"'&";
const FORMULA: &str = "=HYPERLINK(\"http://elsewhere.example\")";

fn everything(id: &str) -> KeptAuditor {
    KeptAuditor { id: id.to_owned(), ..KeptAuditor::default() }
}

fn line(name: &str, quantity: u32, unit_price: i64, tax_rate: Option<u16>) -> Line {
    Line { name: name.to_owned(), quantity, unit_price, tax_rate, ..Line::default() }
}

/// Two stores. In Oslo somebody bought two coffees and a cake, and another somebody what has odd names; in Bergen a third.
async fn chain() -> (Chain, Counter, Counter) {
    let chain = Chain::without_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    chain.gives_keys("oslo", OSLO).await;
    let oslo = chain.till("oslo", Rail::Epayment).await;
    let bergen = chain.till("bergen", Rail::Epayment).await;
    let coffee = vec![line("Kaffe, stor", 2, 9_950, Some(1_500)), line("Kake", 1, 5_000, Some(2_500))];
    oslo.sells("sale-1001", coffee).await;
    oslo.sells("sale-1002", vec![line(BREAKS_OUT, 1, DUE + 100, None), line(FORMULA, 1, -100, None)]).await;
    bergen.sells("sale-2001", vec![line("Vaffel", 1, DUE, None)]).await;
    oslo.tells(&chain.hub).await;
    bergen.tells(&chain.hub).await;
    (chain, oslo, bergen)
}

/// A part comes back at the till that took it, and another in the other store.
async fn comes_back(chain: &Chain, oslo: &Counter, bergen: &Counter) {
    let asked = StartRefund { amount: Some(nok(5_000)), reason: Some("Kaken var tørr".to_owned()) };
    oslo.till.refund("sale-1001", &asked, Some("back-1")).await.expect("it can be asked for");
    oslo.until_settled().await;
    oslo.tells(&chain.hub).await;
    chain.person("kari", false).await;
    let seen = chain.find("sale-1001").await;
    chain.refund(bergen, "key-1", &refund_of(&seen, Some(1_000), "kari")).await.expect("it is made");
}

fn returns_of(sale: &Value) -> Vec<(i64, &str, &str)> {
    let returns = sale["returns"].as_array().expect("there is a list");
    let told = returns.iter().map(|made| {
        let text = |name: &str| made[name].as_str().unwrap_or_default();
        (made["amount"]["value"].as_i64().unwrap_or_default(), text("reason"), text("place"))
    });
    told.collect()
}

#[tokio::test]
async fn it_says_what_was_sold_and_what_came_back() {
    let (chain, oslo, bergen) = chain().await;
    comes_back(&chain, &oslo, &bergen).await;
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    let read = visitor.reads("?reference=1001").await;
    assert_eq!(read["zone"], "Europe/Oslo");
    let sale = &read["sales"][0];
    assert_eq!(sale["store"], json!({ "id": "oslo", "name": "Butikken oslo", "msn": OSLO }));
    assert_eq!((&sale["state"], &sale["captured"]["value"]), (&json!("partly_returned"), &json!(DUE)));
    let coffee = json!({
        "name": "Kaffe, stor", "quantity": 2, "unitPrice": 9_950, "total": 19_900, "taxRate": 1_500,
    });
    assert_eq!(sale["lines"][0], coffee);
    assert_eq!(
        returns_of(sale),
        [(5_000, "Kaken var tørr", "till"), (1_000, "Feil vare", "other_store")],
        "{sale}"
    );
    let totals = json!([{
        "sales": 1, "captured": nok(DUE), "refunded": nok(6_000), "net": nok(DUE - 6_000),
    }]);
    assert_eq!(read["totals"], totals);
    assert!(!read.to_string().contains("kari"), "who gave it back is for the audit trail");

    let page = visitor.sees(&format!("/log/sales/{}/sale-1001", oslo.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Partly returned",
        "Kaffe, stor",
        "VAT 15%",
        "25.96",
        "Kaken var tørr",
        "In another store of the chain",
        "The customer approved",
        "Given back by the chain",
    ] {
        assert!(page.has(words), "{words}: {}", page.text);
    }
    let list = visitor.sees_in("nb-NO", "/log?state=returned").await;
    assert!(list.has("Delvis returnert") && list.has("60,00\u{a0}NOK"), "{}", list.text);
    assert!(!list.has("sale-1002"), "nothing of it came back");
}

/// What people write is shown as they wrote it, and is no part of the page.
#[tokio::test]
async fn no_name_of_an_article_breaks_out_of_the_page_or_the_sheet() {
    let (chain, oslo, _) = chain().await;
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    for path in ["/log".to_owned(), format!("/log/sales/{}/sale-1002", oslo.id)] {
        let page = visitor.sees(&path).await;
        assert!(page.has("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), "{}", page.text);
        assert!(!page.has("<script"), "{}", page.text);
    }
    // What is looked for stands in the form again.
    let page = visitor.sees("/log?reference=%22%3E%3Cscript%3E").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.has("value=\"&quot;&gt;&lt;script&gt;\"") && !page.has("<script"), "{}", page.text);

    let sheet = visitor.sees("/log.csv?reference=sale-1002").await;
    assert!(sheet.head["content-type"].to_str().unwrap().starts_with("text/csv"));
    let name = sheet.head["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"sale-log-20"), "{name}");
    let text = sheet.text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let column = |name: &str, rows: &mut csv::Reader<&[u8]>| {
        rows.headers().unwrap().iter().position(|title| title == name).unwrap()
    };
    let (kind, name, price) =
        (column("row", &mut rows), column("text", &mut rows), column("unit_price", &mut rows));
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("it can be read");
    let kinds: Vec<&str> = rows.iter().map(|row| &row[kind]).collect();
    assert_eq!(kinds, ["sale", "line", "line"]);
    assert_eq!((&rows[1][name], &rows[1][price]), (BREAKS_OUT, "250.00"));
    assert_eq!((&rows[2][name], &rows[2][price]), (format!("'{FORMULA}").as_str(), "-1.00"));
}

#[tokio::test]
async fn sales_are_found_by_reference_amount_store_period_and_state() {
    let (chain, oslo, bergen) = chain().await;
    comes_back(&chain, &oslo, &bergen).await;
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    let all = ["sale-2001", "sale-1002", "sale-1001"];
    let found = async |query: &str| visitor.finds(query).await;
    assert_eq!(found("").await, all);
    assert_eq!(found("?reference=E-1002").await, all[1..2]);
    assert_eq!(found("?amount=249%2C00").await, all);
    assert!(found("?amount=249.01").await.is_empty());
    assert_eq!(found("?store=bergen&reference=&amount=").await, all[..1]);
    assert_eq!(found("?state=returned").await, all[2..]);
    assert!(found("?state=reserved").await.is_empty() && found("?state=unpaid").await.is_empty());
    assert_eq!(found("?state=all").await, all);
    let day = visitor.reads("").await["sales"][0]["time"].as_str().unwrap()[..10].to_owned();
    assert_eq!(found(&format!("?from={day}&until={day}")).await, all);
    assert!(found("?until=2026-01-01").await.is_empty() && found("?from=2100-01-01").await.is_empty());
    for wrong in [
        "reference=a",
        "amount=x",
        "store=moss",
        "from=2026-13-01",
        "until=today",
        "state=x",
        "before=1",
        "sum=x",
        "x=1",
    ] {
        let shown = visitor.sees(&format!("/log.json?{wrong}")).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

/// An auditor of one store sees nothing of the others: not in the log, not in sums, not by guessing.
#[tokio::test]
async fn an_auditor_of_one_store_sees_nothing_of_the_others() {
    let (chain, oslo, bergen) = chain().await;
    comes_back(&chain, &oslo, &bergen).await;
    let limited = KeptAuditor { stores: vec!["bergen".to_owned()], ..everything("bergens") };
    let visitor = Visitor::let_in(&chain.hub, &limited).await;
    let program = visitor.with_token(chain.hub.auditor_token("bergens").await.unwrap().reveal());
    for visitor in [&visitor, &program] {
        assert_eq!(visitor.finds("?state=all").await, ["sale-2001"]);
        let read = visitor.reads("").await;
        assert_eq!(
            (&read["totals"][0]["sales"], &read["totals"][0]["captured"]["value"]),
            (&json!(1), &json!(DUE))
        );
        assert!(visitor.finds("?reference=sale-1001").await.is_empty());
        let page = visitor.sees("/log?state=all").await;
        assert!(page.has("sale-2001") && !page.has("oslo") && !page.has("sale-100"), "{}", page.text);
        let sheet = visitor.sees("/log.csv?state=all").await;
        assert!(sheet.has("sale-2001") && !sheet.has("oslo"), "{}", sheet.text);
        // A store of others is as unknown as one that there is not.
        let theirs = visitor.sees("/log.json?store=oslo").await;
        let nobodys = visitor.sees("/log.json?store=moss").await;
        assert_eq!((theirs.status, &theirs.text), (StatusCode::BAD_REQUEST, &nobodys.text));
        let theirs = visitor.sees(&format!("/log/sales/{}/sale-1001", oslo.id)).await;
        let nobodys = visitor.sees("/log/sales/t-0/sale-1001").await;
        assert_eq!((theirs.status, &theirs.text), (StatusCode::NOT_FOUND, &nobodys.text));
        let own = visitor.sees(&format!("/log/sales/{}/sale-2001", bergen.id)).await;
        assert_eq!(own.status, StatusCode::OK);
    }
    // One who may see both, and one whose days are over before anything was sold.
    let both = vec!["bergen".to_owned(), "oslo".to_owned()];
    let visitor = Visitor::let_in(&chain.hub, &KeptAuditor { stores: both, ..everything("both") }).await;
    assert_eq!(visitor.finds("").await, ["sale-2001", "sale-1002", "sale-1001"]);
    let until = "2025-12-31".parse().ok();
    let visitor = Visitor::let_in(&chain.hub, &KeptAuditor { until, ..everything("before") }).await;
    assert!(visitor.finds("?state=all&until=2100-01-01").await.is_empty());
    let guessed = visitor.sees(&format!("/log/sales/{}/sale-2001", bergen.id)).await;
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
}

/// Page after page, and in one file: each sale once, in order.
#[tokio::test]
async fn a_long_log_is_read_page_by_page_and_whole() {
    let (chain, oslo, _) = chain().await;
    let long = many(&oslo, 700).await;
    for telling in &long {
        chain.hub.take(&oslo.id, &oslo.store, telling).await.expect("it is taken");
    }
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    let whole = visitor.finds("").await;
    assert_eq!(whole.len(), 703);
    let mut pages = Vec::new();
    let mut next = Some("/log".to_owned());
    while let Some(path) = next {
        let page = visitor.sees(&path).await.text;
        let links = page.split("href=\"/log/sales/").skip(1);
        pages.extend(links.filter_map(|link| link.split(['/', '"']).nth(1)).map(ToOwned::to_owned));
        let older = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        next = older.map(|link| link.replace("&amp;", "&"));
        assert!(page.contains("<dd>703</dd>"), "the sum is that of the whole selection");
    }
    assert_eq!(pages, whole);
    let sheet = visitor.sees("/log.csv").await.text;
    let sales = sheet.lines().filter(|row| row.trim_start_matches('\u{feff}').starts_with("sale,"));
    assert_eq!(sales.count(), whole.len());
    // Whoever has a long number is asked for the rest of the reference as well.
    assert_eq!(visitor.finds("?reference=long-00042").await, ["long-00042"]);
    assert_eq!(visitor.finds("?reference=00042").await, ["long-00042"]);
    assert!(visitor.finds("?reference=song-00042").await.is_empty());
}

/// The story of the newest sale of `counter`, told again of so many others.
async fn many(counter: &Counter, count: u64) -> Vec<Telling> {
    let all = counter.telling(0).await.entries;
    let model: Vec<_> = all.iter().filter(|entry| entry.reference == "sale-1002").collect();
    let mut seq = all.last().expect("there is something").seq;
    let mut entries = Vec::new();
    for number in 0..count {
        let reference = format!("long-{number:05}");
        for entry in &model {
            seq += 1;
            let fact = entry.fact.to_string().replace("sale-1002", &reference);
            let fact = serde_json::from_str(&fact).expect("it is JSON");
            let at = entry.at - i64::try_from(number / 3).expect("it fits") * 1_000;
            entries.push(contract::ToldEntry {
                seq,
                reference: reference.clone(),
                at,
                fact,
                ..(*entry).clone()
            });
        }
    }
    let telling = |entries: &[contract::ToldEntry]| Telling {
        entries: entries.to_vec(),
        version: "0.1.0".to_owned(),
        open: None,
    };
    entries.chunks(Telling::ENTRIES_MAX).map(telling).collect()
}

/// What an auditor has looked at can be looked up.
#[tokio::test]
async fn every_look_is_in_the_audit_trail() {
    let (chain, oslo, _) = chain().await;
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    let page = visitor.sees("/log?store=oslo&amount=249.00").await;
    assert!(page.has("What you look at is written down."));
    visitor.sees(&format!("/log/sales/{}/sale-1001", oslo.id)).await;
    visitor.reads("?state=all").await;
    visitor.sees("/log.csv").await;
    let trail = chain.hub.audit(5).await.unwrap();
    let told: Vec<(&str, &str, &str)> =
        trail.iter().map(|note| (note.who.as_str(), note.did.as_str(), note.what.as_str())).collect();
    assert_eq!(
        told,
        [
            ("auditor revisor", "took the sale log as CSV", "all that may be seen"),
            ("auditor revisor", "took the sale log as JSON", "state all"),
            ("auditor revisor", "looked at a sale", "sale-1001 of oslo"),
            ("auditor revisor", "looked at the sale log", "store oslo; amount 249.00"),
            ("auditor revisor", "logged in to the sale log", "revisor"),
        ]
    );
}

/// What is not paid, or not yet, is no sale; who looks for it finds it.
#[tokio::test]
async fn what_nobody_paid_is_told_apart() {
    let (chain, oslo, _) = chain().await;
    let asked = contract::StartPayment {
        amount: nok(DUE),
        reference: Some("sale-1003".to_owned()),
        description: None,
        lines: Vec::new(),
        flow: contract::Flow::Qr,
        capture: contract::CaptureMode::Automatic,
        phone_number: None,
        personal_qr: None,
        keep_phone_number: false,
        customer_present: true,
        link: None,
    };
    oslo.till.start(&asked, None).await.expect("it can be started");
    oslo.until("sale-1003", Status::Waiting).await;
    oslo.till.cancel("sale-1003").await.expect("it can be cancelled");
    oslo.until("sale-1003", Status::Cancelled).await;
    tokio::time::timeout(Duration::from_secs(30), oslo.tells(&chain.hub)).await.expect("it is told");
    let visitor = Visitor::let_in(&chain.hub, &everything("revisor")).await;
    assert!(!visitor.finds("").await.contains(&"sale-1003".to_owned()));
    assert_eq!(visitor.finds("?state=unpaid").await, ["sale-1003"]);
    let read = visitor.reads("?state=unpaid").await;
    assert_eq!(read["sales"][0]["state"], "cancelled");
    assert_eq!(read["totals"][0]["captured"]["value"], 0);
}
