use std::sync::Arc;

use merchants::{Standing, Stopped};
use simulator::{Call, Fault, FaultKind};
use vipps::Transport;

use crate::desk::{Desk, ORIGIN, THREE};

impl Desk {
    /// The merchant, or Vipps MobilePay, does something with an order.
    pub(crate) async fn plays(&self, id: &str, act: &str) {
        let uri = format!("{ORIGIN}/simulator/product-orders/{id}/{act}");
        let request = http::Request::post(uri).header("host", "127.0.0.1:9700").body(bytes::Bytes::new());
        let answer = self.simulator.transport().send(request.expect("it is one")).await.expect("it answers");
        assert!(answer.status().is_success(), "{answer:?}");
    }

    async fn follows(&self) -> Vec<Option<Standing>> {
        let vipps = self.partner(Arc::new(self.simulator.transport()));
        let mut orders = self.orders();
        merchants::follow(&self.merchants, &mut orders, vipps.management()).await.expect("it answers");
        drop(orders);
        self.standings()
    }
}

/// Status, sales unit, and whether it has ended.
fn states(standings: &[Option<Standing>]) -> Vec<(String, Option<String>, bool)> {
    let state = |standing: &Option<Standing>| match standing {
        Some(Standing::Made { status, msn, .. }) => (status.clone(), msn.clone()),
        other => panic!("{other:?}"),
    };
    let whole = |one: &Option<Standing>| {
        let (status, msn) = state(one);
        (status, msn, one.as_ref().is_some_and(Standing::has_ended))
    };
    standings.iter().map(whole).collect()
}

fn state(status: &str, msn: Option<&str>, ended: bool) -> (String, Option<String>, bool) {
    (status.to_owned(), msn.map(ToOwned::to_owned), ended)
}

#[tokio::test(start_paused = true)]
async fn orders_are_followed_until_they_have_ended() {
    let desk = Desk::with(THREE);
    desk.runs(None, 0).await;
    let ids: Vec<String> = desk.made().into_iter().map(|(id, _)| id).collect();
    desk.plays(&ids[0], "submit").await;
    desk.plays(&ids[0], "complete").await;
    desk.plays(&ids[1], "submit").await;
    desk.plays(&ids[1], "reject").await;
    let standings = desk.follows().await;
    let completed = state("COMPLETED", Some("700001"), true);
    let expected = [completed, state("REJECTED", None, true), state("RECEIVED", None, false)];
    assert_eq!(states(&standings), expected);
    desk.simulator.advance(std::time::Duration::from_hours(14 * 24));
    assert_eq!(states(&desk.follows().await)[2], state("EXPIRED", None, true));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_was_taken_back_may_be_made_again() {
    let desk = Desk::with(THREE);
    desk.runs(None, 0).await;
    let (id, _) = desk.made().remove(0);
    let vipps = desk.partner(Arc::new(desk.simulator.transport()));
    vipps.management().delete_product_order(&id).await.expect("nobody has seen it");
    let standings = desk.follows().await;
    assert!(
        matches!(&standings[0], Some(Standing::Refused { problem }) if problem.contains(&id)),
        "{standings:?}"
    );
    desk.runs(None, 0).await;
    assert_ne!(desk.made()[0].0, id);
    assert_eq!(desk.truth().await.len(), 3);
}

/// A fault that strikes the call after so many others of the Management API.
fn after(others: u32, fault: Fault) -> Vec<Fault> {
    let harmless = (0..others).map(|_| Fault::new(Call::Management, FaultKind::Slow).times(1));
    harmless.chain([fault.times(1)]).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_noted_and_asked_for_again_by_the_next_run() {
    let desk = Desk::with(THREE);
    // The list comes first.
    desk.simulator.set_faults(after(1, Fault::new(Call::Management, FaultKind::Status).status(404)));
    desk.runs(None, 0).await;
    let standings = desk.standings();
    assert!(
        matches!(&standings[0], Some(Standing::Refused { problem }) if problem.contains("404")),
        "{standings:?}"
    );
    assert_eq!(desk.truth().await.len(), 2, "the others are made");
    desk.runs(None, 0).await;
    assert_eq!((desk.made().len(), desk.truth().await.len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_later() {
    let desk = Desk::with(THREE);
    desk.simulator.set_faults(after(1, Fault::new(Call::Management, FaultKind::TooMany).delay_ms(5_000)));
    let began = tokio::time::Instant::now();
    desk.runs(None, 0).await;
    assert!(began.elapsed() >= std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!((desk.made().len(), desk.truth().await.len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_refused_stop_the_run_and_leave_nothing_unclear() {
    let desk = Desk::with(THREE);
    desk.simulator.set_faults(after(2, Fault::new(Call::Management, FaultKind::Status).status(403)));
    let (_, ended) = desk.runs(None, 0).await;
    assert!(matches!(ended, Some(Err(Stopped::Keys(_)))), "{ended:?}");
    assert!(matches!(desk.standings()[..], [Some(Standing::Made { .. }), None, None]));
}
