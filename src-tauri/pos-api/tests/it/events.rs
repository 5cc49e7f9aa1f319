//! What a listener hears, in which order, and how it resumes.

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use serde_json::Value;

use crate::hindered::Hindered;
use crate::support::Shop;

/// A POS that listens.
struct Listening {
    body: BodyDataStream,
    unread: String,
}

/// One event, or a comment.
#[derive(Debug, Default)]
struct Heard {
    event: String,
    id: Option<u64>,
    retry: Option<String>,
    comment: Option<String>,
    data: Value,
}

impl Heard {
    fn payment(&self) -> (&str, &str) {
        let of = |name: &str| self.data["payment"][name].as_str().expect("a payment");
        (of("reference"), of("status"))
    }
}

impl Listening {
    async fn to(shop: &Shop, path: &str, last: Option<u64>) -> Listening {
        let mut request = shop.request("GET", path);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let answer = shop.open_stream(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Listening { body: answer.into_body().into_data_stream(), unread: String::new() }
    }

    async fn all(shop: &Shop) -> Listening {
        Listening::to(shop, "/v1/events", None).await
    }

    async fn next(&mut self) -> Heard {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let heard = heard(event);
                self.unread = rest.into();
                return heard;
            }
            let piece = self.body.next().await.expect("it goes on").expect("it is not broken");
            self.unread.push_str(std::str::from_utf8(&piece).expect("text"));
        }
    }

    /// The next event that is not a comment.
    async fn event(&mut self) -> Heard {
        loop {
            let heard = self.next().await;
            if heard.comment.is_none() {
                return heard;
            }
        }
    }

    /// Everything up to the first event with that status.
    async fn until(&mut self, status: &str) -> Vec<Heard> {
        let mut all = Vec::new();
        while all.last().is_none_or(|heard: &Heard| heard.payment().1 != status) {
            all.push(self.event().await);
        }
        all
    }
}

fn heard(text: &str) -> Heard {
    let mut heard = Heard::default();
    for line in text.lines() {
        let (field, value) = line.split_once(':').expect("a field");
        let value = value.trim_start();
        match field {
            "event" => heard.event = value.into(),
            "id" => heard.id = Some(value.parse().expect("a number")),
            "retry" => heard.retry = Some(value.to_owned()),
            "data" => heard.data = serde_json::from_str(value).expect("JSON"),
            "" => heard.comment = Some(value.to_owned()),
            other => panic!("{other:?} is no field of an event"),
        }
    }
    heard
}

fn ids(heard: &[Heard]) -> Vec<u64> {
    heard.iter().filter_map(|heard| heard.id).collect()
}

fn assert_growing(ids: &[u64]) {
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_first_and_then_everything_that_happens() {
    let shop = Shop::open().await;
    let mut listening = Listening::all(&shop).await;
    let first = listening.next().await;
    assert_eq!((first.event.as_str(), first.id), ("snapshot", Some(0)));
    assert_eq!(first.retry.as_deref(), Some("1000"));
    assert_eq!(first.data["number"], 0);
    assert_eq!(first.data["screen"]["view"], "idle");
    assert_eq!(first.data["payment"], Value::Null);

    shop.start("sale-42-1").await;
    let mut heard = listening.until("waiting").await;
    shop.simulator.scan("sale-42-1").expect("it can be scanned");
    heard.extend(listening.until("opened").await);
    shop.simulator.approve("sale-42-1").expect("it can be approved");
    heard.extend(listening.until("paid").await);
    for event in &heard {
        assert_eq!(event.event, "payment");
        assert_eq!(event.payment().0, "sale-42-1");
        assert_eq!(event.data["payment"]["amount"]["value"], 24_900, "a payment is always whole");
        assert_eq!(event.id, event.data["number"].as_u64());
    }
    assert_eq!(heard[0].payment().1, "starting");
    assert_growing(&ids(&heard));
    assert_eq!(heard.last().expect("some").data["payment"]["final"], true);
}

#[tokio::test(start_paused = true)]
async fn a_late_listener_hears_how_it_is() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let mut listening = Listening::all(&shop).await;
    let first = listening.next().await;
    assert_eq!(first.data["screen"]["view"], "scan");
    assert_eq!(first.payment(), ("sale-42-1", "waiting"));
    assert_eq!(first.id, first.data["number"].as_u64());
    shop.simulator.cancel("sale-42-1").expect("it can be cancelled");
    let rest = listening.until("cancelled").await;
    assert!(ids(&rest)[0] > first.id.expect("an id"));
}

#[tokio::test(start_paused = true)]
async fn a_listener_resumes_where_it_was_cut_off() {
    let shop = Shop::open().await;
    let mut before = Listening::all(&shop).await;
    before.next().await;
    shop.start("sale-41-1").await;
    let last = ids(&before.until("waiting").await).pop().expect("an id");
    drop(before);
    shop.pay("sale-41-1").await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;

    for path in ["/v1/events", &format!("/v1/events?lastEventId={last}")] {
        let header = (!path.contains('?')).then_some(last);
        let mut resumed = Listening::to(&shop, path, header).await;
        let first = resumed.next().await;
        assert_eq!((first.event.as_str(), first.id), ("snapshot", None), "missed changes follow");
        let missed = [resumed.event().await, resumed.event().await];
        assert_eq!(missed[0].payment(), ("sale-41-1", "paid"));
        assert_eq!(missed[1].payment(), ("sale-42-1", "waiting"));
        let mut heard = ids(&missed);
        assert!(heard[0] > last);
        assert_eq!(heard[1], first.data["number"].as_u64().expect("a number"), "it is up to date now");

        // The header goes before the query, as a browser that reconnects by itself needs it.
        let both = format!("/v1/events?lastEventId={last}");
        let first = Listening::to(&shop, &both, Some(heard[1])).await.next().await;
        assert_eq!(first.id, Some(heard[1]), "nothing was missed since");
        heard.insert(0, last);
        assert_growing(&heard);
    }
    let mut resumed = Listening::to(&shop, "/v1/events", Some(last)).await;
    resumed.next().await;
    let mut heard = ids(&[resumed.event().await, resumed.event().await]);
    shop.simulator.approve("sale-42-1").expect("it can be approved");
    heard.extend(ids(&resumed.until("paid").await));
    assert_growing(&heard);
}

#[tokio::test(start_paused = true)]
async fn an_id_of_another_journal_or_of_none() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let first = Listening::to(&shop, "/v1/events", Some(1_000_000)).await.next().await;
    assert_eq!(first.id, first.data["number"].as_u64(), "it begins anew");
    for id in ["soon", "-1", "1.5", "é"] {
        let request = shop.request("GET", "/v1/events").header("last-event-id", id).body(Body::empty());
        assert_eq!(shop.send(request.expect("a request")).await.problem(), (400, "request_invalid"), "{id}");
    }
    let request = shop.request("GET", "/v1/events").header("last-event-id", "").body(Body::empty());
    assert_eq!(shop.open_stream(request.expect("a request")).await.status(), 200, "a browser's first try");
}

#[tokio::test(start_paused = true)]
async fn who_was_away_for_too_long_gets_the_snapshot_only() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    for reference in ["sale-41-1", "sale-42-1", "sale-43-1"] {
        shop.start(reference).await;
        shop.pay(reference).await;
    }
    journal.tell_at_most(2);
    let mut resumed = Listening::to(&shop, "/v1/events", Some(1)).await;
    let first = resumed.next().await;
    assert_eq!(first.id, first.data["number"].as_u64(), "it resumes from here next time");
    let next = resumed.next().await;
    assert!(next.comment.is_some(), "nothing is told in part: {next:?}");
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_cannot_be_read_locks_nobody_out() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    shop.start("sale-42-1").await;
    shop.pay("sale-42-1").await;
    shop.post("/v1/payments/sale-42-1/dismiss").await;
    journal.tear_pages();
    let first = Listening::to(&shop, "/v1/events", Some(1)).await.next().await;
    assert_eq!(first.id, first.data["number"].as_u64());
}

/// Between the disk and the till's head: the journal's number is ahead of what the snapshot shows.
#[tokio::test(start_paused = true)]
async fn a_change_that_is_on_disk_but_not_told_yet_is_told() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    journal.appended.close();
    shop.simulator.scan("sale-42-1").expect("it can be scanned");
    journal.appended.is_reached().await;

    let mut listening = Listening::all(&shop).await;
    let first = listening.next().await;
    assert_eq!(first.payment().1, "waiting");
    journal.appended.open();
    let late = listening.event().await;
    assert_eq!(late.payment().1, "opened", "it is not lost");
    assert_eq!(late.data["number"].as_u64(), first.id);
    assert_eq!(late.id, None, "and no id is sent twice");
}

/// What happens while a listener is brought up to date is told once, and never the older after the newer.
#[tokio::test(start_paused = true)]
async fn a_change_in_the_middle_of_resuming_is_told_once() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    journal.asked_for_changes.close();
    let (mut listening, ()) = tokio::join!(Listening::to(&shop, "/v1/events", Some(1)), async {
        journal.asked_for_changes.is_reached().await;
        shop.simulator.scan("sale-42-1").expect("it can be scanned");
        shop.wait_for("sale-42-1", "opened").await;
        journal.asked_for_changes.open();
    });
    let first = listening.next().await;
    assert_eq!(first.payment().1, "opened", "the snapshot is as new as what follows");
    assert_eq!(listening.next().await.payment().1, "opened");
    let next = listening.next().await;
    assert!(next.comment.is_some(), "nothing is told twice: {next:?}");
}

#[tokio::test(start_paused = true)]
async fn who_falls_behind_gets_a_new_snapshot() {
    let shop = Shop::open().await;
    let mut slow = Listening::all(&shop).await;
    slow.next().await;
    let mut quick = Listening::all(&shop).await;
    let mut said = vec![quick.next().await];
    // More changes than the till holds for a listener.
    let mut payments = 0;
    while said.len() <= 300 {
        payments += 1;
        let reference = format!("sale-{payments}-1");
        shop.start(&reference).await;
        said.extend(quick.until("waiting").await);
        shop.simulator.approve(&reference).expect("it can be approved");
        said.extend(quick.until("paid").await);
    }
    assert_growing(&ids(&said));

    let first = slow.event().await;
    assert_eq!((first.event.as_str(), first.id), ("snapshot", None));
    let mut heard = Vec::new();
    for payment in 1..=payments {
        let missed = slow.event().await;
        assert_eq!(missed.payment(), (format!("sale-{payment}-1").as_str(), "paid"));
        heard.extend(missed.id);
    }
    shop.start("sale-next-1").await;
    heard.extend(ids(&slow.until("waiting").await));
    assert_growing(&heard);
}

#[tokio::test(start_paused = true)]
async fn silence_is_filled() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let mut listening = Listening::all(&shop).await;
    listening.next().await;
    let began = tokio::time::Instant::now();
    for seconds in [15, 30] {
        let alive = listening.next().await;
        assert_eq!(alive.comment.as_deref(), Some("nothing new"));
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn only_so_many_listen_at_once() {
    let shop = Shop::open().await;
    let mut listening = Vec::new();
    for _ in 0..16 {
        listening.push(Listening::all(&shop).await);
    }
    let refused = shop.get("/v1/events").await;
    assert_eq!(refused.problem(), (503, "busy"));
    assert_eq!(refused.headers["retry-after"], "5");
    listening.pop();
    Listening::all(&shop).await;
}
