//! One registration for all that the partner's keys serve, beside those of sales units that have keys of their own.

use contract::{Code, News};
use hub::{Hints, Hub, NewCode};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use url::Url;
use vipps::webhooks::{Registration, Topic};

use crate::chain::{BERGEN, OSLO, code};
use crate::overheard::{House, PUBLIC, adds, event, gives_keys, joins, keys_of, scan};
use crate::wait::until;

/// Linked to no partner.
const STRANGER: &str = "654323";
/// Where somebody else is told.
const ELSEWHERE: &str = "https://pos.example.com/hooks";

/// The partner's keys for Oslo, and Bergen with its own.
async fn house_of_both() -> (House, Hub) {
    let house = House::new().await;
    house.gives_partner_keys(&house.partner_keys());
    let hub = house.hub().await;
    adds(&hub, "oslo", OSLO).await;
    adds(&hub, "bergen", BERGEN).await;
    gives_keys(&hub, "bergen", BERGEN).await;
    assert!(hub.register_all().await);
    (house, hub)
}

fn elsewhere() -> Url {
    Url::parse(ELSEWHERE).expect("it is a URL")
}

fn told(news: &mut Receiver<(String, News)>) -> Vec<String> {
    let mut tills = Vec::new();
    loop {
        match news.try_recv() {
            Ok((till, _)) => tills.push(till),
            Err(TryRecvError::Empty) => return tills,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn one_registration_serves_all_stores_without_keys_of_their_own() {
    let (house, hub) = house_of_both().await;
    adds(&hub, "trondheim", "654324").await;
    assert!(hub.register_all().await);
    let of_partner = house.of_partner().await;
    assert_eq!(of_partner.len(), 1);
    assert_eq!(of_partner[0].url, format!("{PUBLIC}/partner/webhooks"));
    let of_bergen = house.of_sales_unit(BERGEN).await;
    assert_eq!(of_bergen.len(), 1);
    assert_eq!(of_bergen[0].url, format!("{PUBLIC}/webhooks/{BERGEN}"));
    assert!(house.of_sales_unit(OSLO).await.is_empty());
    assert_eq!(house.ear.registered().len(), 2, "and each was made once");
    // Neither secret is in the database as it is.
    let everything = house.everything().await;
    for registered in house.ear.registered() {
        let secret = registered.secret.as_bytes();
        assert!(!everything.windows(secret.len()).any(|part| part == secret));
    }
}

#[tokio::test]
async fn a_delivery_with_the_secret_of_the_other_kind_is_refused() {
    let (house, hub) = house_of_both().await;
    let tills = [joins(&hub, "oslo").await, joins(&hub, "bergen").await];
    let mut news = hub.news();
    let (of_partner, of_bergen) = (house.ear.newest(None), house.ear.newest(Some(BERGEN)));
    let (in_oslo, in_bergen) = (event(OSLO, "sale-1001"), event(BERGEN, "sale-1001"));
    // Signed for the right address too, as a thief would who has one of the secrets.
    let mut with_its_secret = of_partner.clone();
    with_its_secret.secret.clone_from(&of_bergen.secret);
    let mut with_partners_secret = of_bergen.clone();
    with_partners_secret.secret.clone_from(&of_partner.secret);
    for forged in [&of_bergen, &with_its_secret] {
        for body in [&in_oslo, &in_bergen] {
            assert_eq!(code(hub.partner_webhook(&forged.signs(body), body).await), Code::TokenInvalid);
        }
    }
    for forged in [&of_partner, &with_partners_secret] {
        let refused = hub.webhook(BERGEN, &forged.signs(&in_bergen), &in_bergen).await;
        assert_eq!(code(refused), Code::TokenInvalid);
    }
    // Nothing stands behind these.
    for msn in [OSLO, "partner", ""] {
        let refused = hub.webhook(msn, &of_partner.signs(&in_oslo), &in_oslo).await;
        assert_eq!(code(refused), Code::TokenInvalid, "{msn}");
    }
    // Whoever has the secret of one sales unit does not speak for another.
    let refused = hub.webhook(BERGEN, &of_bergen.signs(&in_oslo), &in_oslo).await;
    assert_eq!(code(refused), Code::TokenInvalid);
    assert_eq!(hub.hints(), Hints { refused: 10, ..Hints::default() });
    assert!(told(&mut news).is_empty());
    hub.partner_webhook(&of_partner.signs(&in_oslo), &in_oslo).await.expect("it is genuine");
    hub.webhook(BERGEN, &of_bergen.signs(&in_bergen), &in_bergen).await.expect("it is genuine");
    assert_eq!(told(&mut news), tills);
}

#[tokio::test]
async fn what_both_registrations_tell_of_is_told_to_the_till_once() {
    let (house, hub) = house_of_both().await;
    let till = joins(&hub, "bergen").await;
    let mut news = hub.news();
    let (of_partner, of_bergen) = (house.ear.newest(None), house.ear.newest(Some(BERGEN)));
    let body = event(BERGEN, "sale-1001");
    hub.webhook(BERGEN, &of_bergen.signs(&body), &body).await.expect("it is genuine");
    hub.partner_webhook(&of_partner.signs(&body), &body).await.expect("it is genuine");
    assert_eq!(told(&mut news), [till]);
    assert_eq!(hub.hints(), Hints { taken: 2, twice: 1, ..Hints::default() });
}

/// Both at the same moment, and at two hubs.
#[tokio::test]
async fn told_at_two_hubs_at_once_it_is_new_to_one_of_them() {
    let (house, hub) = house_of_both().await;
    let other = house.hub().await;
    joins(&hub, "bergen").await;
    let (of_partner, of_bergen) = (house.ear.newest(None), house.ear.newest(Some(BERGEN)));
    for number in 0..20 {
        let body = event(BERGEN, &format!("sale-{number}"));
        let (one, two) = (of_bergen.signs(&body), of_partner.signs(&body));
        let both = tokio::join!(hub.webhook(BERGEN, &one, &body), other.partner_webhook(&two, &body));
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    }
    let (one, two) = (hub.hints(), other.hints());
    assert_eq!((one.taken, two.taken), (20, 20));
    assert_eq!(one.twice + two.twice, 20);
}

/// Refused, it would come again for a week; and a registration of which nothing is taken for two weeks is deleted.
#[tokio::test]
async fn what_happens_at_a_sales_unit_that_is_no_store_here_is_acknowledged_and_not_kept() {
    let (house, hub) = house_of_both().await;
    joins(&hub, "oslo").await;
    let mut news = hub.news();
    let of_partner = house.ear.newest(None);
    for body in [event("754321", "sale-of-copenhagen"), scan("754321", "counter-of-copenhagen")] {
        hub.partner_webhook(&of_partner.signs(&body), &body).await.expect("it is genuine");
    }
    assert_eq!(hub.hints(), Hints { unknown: 2, ..Hints::default() });
    assert!(told(&mut news).is_empty());
    let everything = house.everything().await;
    assert!(!everything.windows(13).any(|part| part == b"of-copenhagen"));
    // A code of a store that no till stands behind is refused, so that the customer is told at once.
    let body = scan(OSLO, "counter-1");
    let refused = hub.partner_webhook(&of_partner.signs(&body), &body).await;
    assert_eq!(code(refused), Code::NoCounterCode);
}

#[tokio::test]
async fn one_that_is_gone_is_made_anew_and_its_old_secret_is_worth_nothing() {
    let (house, hub) = house_of_both().await;
    let (old, keys) = (house.ear.newest(None), house.partner_keys());
    house.as_partner(&keys).webhooks().delete(&old.id).await.expect("it was there");
    assert!(hub.register_all().await);
    let new = house.ear.newest(None);
    let ids: Vec<String> = house.of_partner().await.into_iter().map(|registration| registration.id).collect();
    assert_eq!(ids, std::slice::from_ref(&new.id));
    let body = event(OSLO, "sale-1001");
    assert_eq!(code(hub.partner_webhook(&old.signs(&body), &body).await), Code::TokenInvalid);
    hub.partner_webhook(&new.signs(&body), &body).await.expect("it is genuine");
}

#[tokio::test]
async fn a_hub_that_is_started_again_makes_none_anew() {
    let (house, first) = house_of_both().await;
    let of_partner = house.ear.newest(None);
    drop(first);
    let second = house.hub().await;
    assert!(second.register_all().await);
    assert_eq!(house.ear.registered().len(), 2);
    let body = event(OSLO, "sale-1001");
    second.partner_webhook(&of_partner.signs(&body), &body).await.expect("it is genuine");
}

/// Each sees an empty list, and that of the other would look like one whose secret is lost.
#[tokio::test]
async fn two_hubs_make_one() {
    let house = House::where_two_meet().await;
    house.gives_partner_keys(&house.partner_keys());
    let (one, two) = (house.hub().await, house.hub().await);
    adds(&one, "oslo", OSLO).await;
    let both = tokio::join!(one.register_all(), two.register_all());
    assert_eq!(both, (true, true));
    let registered = house.ear.registered();
    assert_eq!(registered.len(), 1, "{registered:?}");
    assert_eq!(house.of_partner().await.len(), 1);
    let body = event(OSLO, "sale-1001");
    for hub in [one, two] {
        hub.partner_webhook(&registered[0].signs(&body), &body).await.expect("it is genuine");
    }
}

/// What others of the same partner and of the same sales unit have registered stays.
#[tokio::test]
async fn only_what_the_hub_has_made_is_ever_deleted() {
    let (house, hub) = house_of_both().await;
    let keys = house.partner_keys();
    let payments: Vec<Topic> = Topic::all().into_iter().filter(|topic| *topic != Topic::CheckedIn).collect();
    let (partner, bergen) = (house.as_partner(&keys), house.as_sales_unit(BERGEN));
    let others = [
        partner.webhooks().register(&elsewhere(), &payments).await.expect("it can be").id,
        bergen.webhooks().register(&elsewhere(), &payments).await.expect("it can be").id,
    ];
    // A hub wrote its registration down nowhere, because it died: nobody knows the secret.
    let lost = Url::parse(&format!("{PUBLIC}/partner/webhooks")).expect("it is a URL");
    let lost = partner.webhooks().register(&lost, &payments).await.expect("it can be").id;
    // Where the world reaches the hub has changed.
    let moved = house.hub_at("https://new.example.com").await;
    assert!(hub.register_all().await && moved.register_all().await);
    let of_partner = house.of_partner().await;
    assert!(of_partner.iter().all(|registration| registration.id != lost));
    let urls = |list: Vec<Registration>| {
        let mut urls: Vec<String> = list.into_iter().map(|registration| registration.url).collect();
        urls.sort();
        urls
    };
    assert_eq!(urls(of_partner), ["https://new.example.com/partner/webhooks", ELSEWHERE]);
    let of_bergen = urls(house.of_sales_unit(BERGEN).await);
    assert_eq!(of_bergen, [format!("https://new.example.com/webhooks/{BERGEN}"), ELSEWHERE.to_owned()]);
    // The partner is no partner any more.
    house.takes_partner_keys();
    assert!(moved.register_all().await);
    let left = house.of_partner().await;
    assert_eq!(left.iter().map(|registration| &registration.id).collect::<Vec<_>>(), [&others[0]]);
    assert!(house.of_sales_unit(BERGEN).await.iter().any(|registration| registration.id == others[1]));
}

/// Before a hub could do this it registered each sales unit with the partner's keys.
#[tokio::test]
async fn what_was_registered_for_a_sales_unit_gives_way_to_the_partners() {
    let (house, hub) = house_of_both().await;
    let of_bergen = house.ear.newest(Some(BERGEN));
    house.change("UPDATE stores SET keys = NULL").await;
    assert!(hub.register_all().await);
    assert!(house.of_sales_unit(BERGEN).await.is_empty());
    assert_eq!(house.of_partner().await.len(), 1);
    let body = event(BERGEN, "sale-1001");
    let refused = hub.webhook(BERGEN, &of_bergen.signs(&body), &body).await;
    assert_eq!(code(refused), Code::TokenInvalid);
    // And the other way round: when all stores have keys of their own nobody needs the partner's.
    gives_keys(&hub, "oslo", OSLO).await;
    gives_keys(&hub, "bergen", BERGEN).await;
    assert!(hub.register_all().await);
    assert!(house.of_partner().await.is_empty());
    assert_eq!(house.of_sales_unit(OSLO).await.len() + house.of_sales_unit(BERGEN).await.len(), 2);
}

#[tokio::test]
async fn partner_keys_come_change_and_go_while_the_hub_runs() {
    let house = House::new().await;
    let hub = house.hub().await;
    adds(&hub, "oslo", OSLO).await;
    assert!(hub.register_all().await, "there is nothing that could be done");
    assert!(house.ear.registered().is_empty());
    house.gives_partner_keys(&house.partner_keys());
    assert!(hub.register_all().await);
    let first = house.ear.newest(None);
    // Keys of somebody else: what they stand for has a list of its own.
    let others = keys_of(STRANGER);
    house.gives_partner_keys(&others);
    assert!(hub.register_all().await);
    let second = house.ear.newest(None);
    assert!(house.of_partner().await.is_empty(), "the partner before is left");
    let there = house.as_partner(&others).webhooks().list().await.expect("it can be read");
    assert_eq!(there.iter().map(|registration| &registration.id).collect::<Vec<_>>(), [&second.id]);
    let body = event(OSLO, "sale-1001");
    assert_eq!(code(hub.partner_webhook(&first.signs(&body), &body).await), Code::TokenInvalid);
    hub.partner_webhook(&second.signs(&body), &body).await.expect("it is genuine");
    // Keys that nobody has are tried again, and what is there still counts.
    house.gives_partner_keys(&["nobody".to_owned(), "knows".to_owned(), "them".to_owned()]);
    assert!(!hub.register_all().await);
    hub.partner_webhook(&second.signs(&body), &body).await.expect("it is genuine");
    house.takes_partner_keys();
    assert!(hub.register_all().await);
    let there = house.as_partner(&others).webhooks().list().await.expect("it can be read");
    assert!(there.is_empty());
    assert_eq!(code(hub.partner_webhook(&second.signs(&body), &body).await), Code::TokenInvalid);
}

/// Nobody has to start it again.
#[tokio::test]
async fn a_running_hub_notices_new_stores_and_keys() {
    let house = House::new().await;
    let hub = house.hub().await;
    adds(&hub, "bergen", BERGEN).await;
    gives_keys(&hub, "bergen", BERGEN).await;
    let running = hub.clone();
    let keeping = tokio::spawn(async move { running.keep_registered().await });
    let registered = async |count| {
        until("registrations", async || {
            let there = house.ear.registered().len();
            if there < count { Err(format!("{there} of {count}")) } else { Ok(()) }
        })
        .await;
    };
    registered(1).await;
    house.gives_partner_keys(&house.partner_keys());
    adds(&hub, "oslo", OSLO).await;
    registered(2).await;
    assert_eq!(house.of_partner().await.len(), 1);
    keeping.abort();
}

/// Only one may be told of scans (contract 0.8). Payments are told of all the same.
#[tokio::test]
async fn where_another_program_is_told_of_scans_no_code_is_put_up() {
    let house = House::new().await;
    let keys = house.partner_keys();
    let partner = house.as_partner(&keys);
    let other = partner.webhooks().register(&elsewhere(), &[Topic::CheckedIn]).await.expect("it can be");
    house.gives_partner_keys(&keys);
    let hub = house.hub().await;
    adds(&hub, "oslo", OSLO).await;
    assert!(hub.register_all().await && hub.register_all().await);
    assert_eq!(house.ear.registered().len(), 1);
    let body = event(OSLO, "sale-1001");
    hub.partner_webhook(&house.ear.newest(None).signs(&body), &body).await.expect("it is genuine");
    let new = NewCode { id: None, till: joins(&hub, "oslo").await, location: "Kasse 1".to_owned() };
    assert_eq!(code(hub.make_code(&new).await), Code::NotSetUp);
    assert!(hub.codes().await.expect("they can be read").is_empty());
    // Once the other has gone, the hub is told of scans too.
    partner.webhooks().delete(&other.id).await.expect("it was there");
    let made = hub.make_code(&new).await.expect("it can be put up");
    let body = scan(OSLO, &made.id);
    hub.partner_webhook(&house.ear.newest(None).signs(&body), &body).await.expect("it is genuine");
}
