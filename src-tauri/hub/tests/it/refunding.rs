//! Money is given back for other stores, in all three ways: once for each request, and never more than was taken.

use contract::{Code, ModificationStatus};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};

use crate::chain::{BERGEN, Chain, Counter, DUE, OSLO, code, nok, refund_of, who};

/// Two stores; a customer has paid in Oslo and stands in Bergen.
async fn two_stores(chain: &Chain, rail: Rail) -> (Counter, Counter) {
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    let (oslo, bergen) = (chain.till("oslo", rail).await, chain.till("bergen", rail).await);
    oslo.is_paid("sale-1001").await;
    oslo.tells(&chain.hub).await;
    chain.person("kari", false).await;
    chain.person("ola", true).await;
    (oslo, bergen)
}

/// Way A: the partner's keys, with the sales unit that took it in head and body (contract 5.3).
#[tokio::test]
async fn with_the_partners_keys_one_store_gives_back_what_another_took() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let chain = Chain::with_partner_keys().await;
        let (_, bergen) = two_stores(&chain, rail).await;
        let seen = chain.find("1001").await;
        let made = chain.refund(&bergen, "key-1", &refund_of(&seen, Some(4_900), "kari")).await.unwrap();
        assert_eq!((made.status, made.problem), (ModificationStatus::Made, None));
        assert_eq!(chain.refunded(OSLO, "sale-1001"), 4_900);
        let sent = chain.simulator.requests();
        let refund =
            sent.iter().find(|record| record.method == "POST" && record.path.ends_with("/refund")).unwrap();
        assert_eq!(refund.headers.get("merchant-serial-number").map(String::as_str), Some(OSLO), "{rail:?}");
        // The rest, without an amount.
        let seen = chain.find("1001").await;
        assert_eq!(seen.refunded, nok(4_900));
        chain.refund(&bergen, "key-2", &refund_of(&seen, None, "kari")).await.unwrap();
        assert_eq!(chain.refunded(OSLO, "sale-1001"), DUE);
        let seen = chain.find("1001").await;
        assert_eq!(
            code(chain.hub.refund(&bergen.id, "key-3", &refund_of(&seen, None, "kari")).await),
            Code::NothingToRefund
        );
    }
}

/// Way B: each store's own keys.
#[tokio::test]
async fn with_the_stores_own_keys_it_is_the_same() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let chain = Chain::without_partner_keys().await;
        let (_, bergen) = two_stores(&chain, rail).await;
        chain.gives_keys("oslo", OSLO).await;
        let seen = chain.find("1001").await;
        let made = chain.refund(&bergen, "key-1", &refund_of(&seen, None, "kari")).await.unwrap();
        assert_eq!(made.status, ModificationStatus::Made);
        assert_eq!(chain.refunded(OSLO, "sale-1001"), DUE);
    }
}

/// Way C: one sales unit, told apart by what references begin with.
#[tokio::test]
async fn stores_that_share_a_sales_unit_give_back_for_one_another() {
    let chain = Chain::without_partner_keys().await;
    chain.store("oslo", OSLO, Some("OSL-")).await;
    chain.store("moss", OSLO, Some("MOS-")).await;
    let clash = hub::NewStore {
        store: contract::Store { id: "oslo-2".to_owned(), name: "To".to_owned(), msn: OSLO.to_owned() },
        currency: payment::Currency::Nok,
        prefix: Some("OSL-2".to_owned()),
    };
    assert_eq!(code(chain.hub.add_store(&clash).await), Code::AlreadyThere);
    chain.gives_keys("oslo", OSLO).await;
    chain.gives_keys("moss", OSLO).await;
    chain.person("kari", false).await;
    let (oslo, moss) = (chain.till("oslo", Rail::Epayment).await, chain.till("moss", Rail::Epayment).await);
    oslo.is_paid("OSL-1001").await;
    moss.is_paid("MOS-1001").await;
    oslo.tells(&chain.hub).await;
    moss.tells(&chain.hub).await;
    let seen = chain.find("OSL-1001").await;
    assert_eq!(seen.store.id, "oslo");
    let made = chain.refund(&moss, "key-1", &refund_of(&seen, None, "kari")).await.unwrap();
    assert_eq!(made.status, ModificationStatus::Made);
    assert_eq!((chain.refunded(OSLO, "OSL-1001"), chain.refunded(OSLO, "MOS-1001")), (DUE, 0));
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_the_same_refund() {
    let chain = Chain::with_partner_keys().await;
    let (_, bergen) = two_stores(&chain, Rail::Epayment).await;
    let asked = refund_of(&chain.find("1001").await, Some(4_900), "kari");
    let all = futures(5, || chain.hub.refund(&bergen.id, "key-1", &asked)).await;
    let views: Vec<_> = all.into_iter().map(|answer| answer.unwrap()).collect();
    assert_eq!(views.iter().filter(|(_, again)| !again).count(), 1, "{views:?}");
    assert!(views.iter().all(|(view, _)| view.id == views[0].0.id));
    chain.until_ended(&bergen, &views[0].0.id).await.unwrap();
    let (again, known) = chain.hub.refund(&bergen.id, "key-1", &asked).await.unwrap();
    assert_eq!((again.status, known), (ModificationStatus::Made, true));
    assert_eq!(chain.refunded(OSLO, "sale-1001"), 4_900);
    let other = refund_of(&chain.find("1001").await, Some(5_000), "kari");
    assert_eq!(code(chain.hub.refund(&bergen.id, "key-1", &other).await), Code::IdempotencyMismatch);
}

/// Two cashiers in two stores see the same payment and press at the same moment: one of them was faster.
#[tokio::test]
async fn when_two_stores_press_at_the_same_moment_one_refund_is_made() {
    let chain = Chain::with_partner_keys().await;
    let (oslo, bergen) = two_stores(&chain, Rail::Epayment).await;
    let seen = chain.find("1001").await;
    let (kari, ola) = (refund_of(&seen, Some(10_000), "kari"), refund_of(&seen, Some(10_000), "ola"));
    let both =
        tokio::join!(chain.hub.refund(&oslo.id, "key-o", &kari), chain.hub.refund(&bergen.id, "key-b", &ola));
    let (good, bad) = match both {
        (Ok((view, _)), Err(other)) => ((&oslo, view), other),
        (Err(other), Ok((view, _))) => ((&bergen, view), other),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(Err::<(), _>(bad)), Code::ChangedMeanwhile);
    chain.until_ended(good.0, &good.1.id).await.unwrap();
    assert_eq!(chain.refunded(OSLO, "sale-1001"), 10_000);
}

/// The answer to the refund is lost, twice, and once the request never arrives: it is made once.
#[tokio::test]
async fn a_lost_answer_makes_no_second_refund() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let chain = Chain::with_partner_keys().await;
        let (_, bergen) = two_stores(&chain, rail).await;
        chain
            .simulator
            .set_faults(vec![Fault { times: Some(1), ..Fault::new(Call::Refund, FaultKind::Lost) }]);
        let asked = refund_of(&chain.find("1001").await, Some(4_900), "kari");
        let made = chain.refund(&bergen, "key-1", &asked).await.unwrap();
        assert_eq!(made.status, ModificationStatus::Made, "{rail:?}");
        assert_eq!(chain.refunded(OSLO, "sale-1001"), 4_900);
    }
}

/// The store refunded some of it itself, and its till has told nobody yet: the truth is at Vipps MobilePay.
#[tokio::test]
async fn what_the_store_gave_back_itself_counts() {
    let chain = Chain::with_partner_keys().await;
    let (oslo, bergen) = two_stores(&chain, Rail::Epayment).await;
    let seen = chain.find("1001").await;
    let own = contract::StartRefund { amount: Some(nok(20_000)), reason: None };
    oslo.till.refund("sale-1001", &own, None).await.unwrap();
    let began = tokio::time::Instant::now();
    while chain.refunded(OSLO, "sale-1001") != 20_000 {
        assert!(began.elapsed().as_secs() < 30);
        tokio::task::yield_now().await;
    }
    let refused = chain.refund(&bergen, "key-1", &refund_of(&seen, Some(10_000), "kari")).await.unwrap();
    assert_eq!(refused.status, ModificationStatus::Refused);
    assert_eq!(refused.problem.map(|problem| problem.code), Some(Code::RefundAboveCaptured));
    assert_eq!(chain.refunded(OSLO, "sale-1001"), 20_000);
    // The hub's first refund and the till's first refund are two: their keys differ.
    let seen = chain.find("1001").await;
    assert_eq!(seen.refunded, nok(20_000), "the hub has read it");
    let made = chain.refund(&bergen, "key-2", &refund_of(&seen, Some(4_900), "kari")).await.unwrap();
    assert_eq!(made.status, ModificationStatus::Made);
    assert_eq!(chain.refunded(OSLO, "sale-1001"), DUE);
}

#[tokio::test]
async fn without_keys_nothing_is_given_back_and_the_reason_is_told() {
    let chain = Chain::without_partner_keys().await;
    let (_, bergen) = two_stores(&chain, Rail::Epayment).await;
    let refused =
        chain.refund(&bergen, "key-1", &refund_of(&chain.find("1001").await, None, "kari")).await.unwrap();
    assert_eq!(refused.status, ModificationStatus::Refused);
    assert_eq!(refused.problem.map(|problem| problem.code), Some(Code::HubNotSetUp));
    assert_eq!(chain.find("1001").await.refunded, nok(0), "it may be asked for again");
}

#[tokio::test]
async fn wrong_keys_give_nothing_back() {
    let chain = Chain::without_partner_keys().await;
    let (_, bergen) = two_stores(&chain, Rail::Epayment).await;
    chain.hub.set_keys("oslo", "5a1e5a1e-0000-4000-8000-000000654321", "wrong", "51b5c21b").await.unwrap();
    let asked = refund_of(&chain.find("1001").await, None, "kari");
    let (view, _) = chain.hub.refund(&bergen.id, "key-1", &asked).await.unwrap();
    assert_eq!(view.status, ModificationStatus::Asked);
    assert_eq!(chain.refunded(OSLO, "sale-1001"), 0);
}

#[tokio::test]
async fn who_may_give_back_how_much_is_held() {
    let chain = Chain::with_partner_keys().await;
    let (oslo, bergen) = two_stores(&chain, Rail::Epayment).await;
    let seen = chain.find("1001").await;
    let ask = async |key: &str, asked: &contract::ChainRefund| chain.hub.refund(&bergen.id, key, asked).await;
    let wrong_pin = contract::ChainRefund {
        person: contract::Person { id: "kari".to_owned(), pin: contract::Private::new("9999") },
        ..refund_of(&seen, None, "kari")
    };
    assert_eq!(code(ask("k1", &wrong_pin).await), Code::PersonRefused);
    assert_eq!(code(ask("k2", &refund_of(&seen, None, "nobody")).await), Code::PersonRefused);
    assert_eq!(code(ask("k3", &refund_of(&seen, Some(DUE + 1), "kari")).await), Code::RefundAboveCaptured);
    assert_eq!(code(ask("k4", &refund_of(&seen, Some(0), "kari")).await), Code::AmountInvalid);
    let no_reason = contract::ChainRefund { reason: "  ".to_owned(), ..refund_of(&seen, None, "kari") };
    assert_eq!(code(ask("k5", &no_reason).await), Code::RequestInvalid);
    let other_store = contract::ChainRefund { store: "bergen".to_owned(), ..refund_of(&seen, None, "kari") };
    assert_eq!(code(ask("k6", &other_store).await), Code::PaymentUnknown, "the store is part of the payment");
    // 500.00 alone, 1 000.00 a day: four payments of 249.00 are within it, and the fifth is not.
    for number in 2..=6 {
        oslo.is_paid(&format!("sale-100{number}")).await;
    }
    oslo.tells(&chain.hub).await;
    for number in 1..=4 {
        let seen = chain.find(&format!("sale-100{number}")).await;
        chain.refund(&bergen, &format!("key-{number}"), &refund_of(&seen, None, "kari")).await.unwrap();
    }
    let seen = chain.find("sale-1005").await;
    assert_eq!(code(ask("key-5", &refund_of(&seen, None, "kari")).await), Code::PersonLimit);
    chain.refund(&bergen, "key-6", &refund_of(&seen, None, "ola")).await.unwrap();
    let trail = chain.hub.audit(100).await.unwrap();
    let refunds = trail.iter().filter(|note| note.did == "asked for a refund").count();
    let made = trail.iter().filter(|note| note.did == "gave back").count();
    assert_eq!((refunds, made), (5, 5), "{trail:#?}");
    assert!(trail.iter().rev().zip(1..).all(|(note, number)| note.number == number), "it has no gaps");
}

#[tokio::test]
async fn after_wrong_pins_even_the_right_one_has_to_wait() {
    let chain = Chain::with_partner_keys().await;
    let (_, bergen) = two_stores(&chain, Rail::Epayment).await;
    let asked = refund_of(&chain.find("1001").await, None, "kari");
    let guess = contract::ChainRefund {
        person: contract::Person { id: "kari".to_owned(), pin: contract::Private::new("0000") },
        ..asked.clone()
    };
    for number in 0..3 {
        assert_eq!(
            code(chain.hub.refund(&bergen.id, &format!("g{number}"), &guess).await),
            Code::PersonRefused
        );
    }
    assert_eq!(code(chain.hub.refund(&bergen.id, "key-1", &asked).await), Code::PersonRefused);
    chain.person("kari", false).await;
    assert!(chain.hub.refund(&bergen.id, "key-1", &asked).await.is_ok(), "a new PIN is good at once");
}

#[tokio::test]
async fn a_large_sum_takes_a_second_person_who_may() {
    let chain = Chain::with_partner_keys().await;
    let (_, bergen) = two_stores(&chain, Rail::Epayment).await;
    let seen = chain.find("1001").await;
    let hub = chain.hub.clone();
    let asked = |second: Option<&str>| contract::ChainRefund {
        second: second.map(who),
        ..refund_of(&seen, None, "kari")
    };
    // The chain of this test lets one person give back 500.00 alone: two payments' worth are needed to see it.
    chain.person("per", false).await;
    let limits = asked(Some("kari"));
    assert_eq!(
        code(hub.refund(&bergen.id, "k1", &limits).await),
        Code::SecondPersonNeeded,
        "the same person twice"
    );
    let _ = hub.refund(&bergen.id, "k2", &asked(Some("ola"))).await.unwrap();
}

/// So many of the same at the same time.
async fn futures<T, F: Future<Output = T>>(count: usize, of: impl Fn() -> F) -> Vec<T> {
    let mut set = Vec::new();
    let all: Vec<_> = (0..count).map(|_| Box::pin(of())).collect();
    for future in futures_util::future::join_all(all).await {
        set.push(future);
    }
    set
}
