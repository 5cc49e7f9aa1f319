//! The cashier sees whether a POS is there, and whether Vipps MobilePay answers.

use std::time::Duration;

use contract::{Contact, PosContact};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};

use crate::street::{Shop, Street};

const CONNECTED: PosContact = PosContact { connected: true, heard_at: None };

#[test]
fn a_pos_that_asks_is_there_for_a_while() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        assert_eq!(shop.till.counter().pos, PosContact::default());
        let mut counters = shop.till.counters();
        counters.mark_unchanged();
        shop.till.pos_asked();
        assert_eq!(shop.till.counter().pos, CONNECTED);
        assert!(counters.has_changed().expect("the till lives"));
        shop.passes(Duration::from_secs(20)).await;
        counters.mark_unchanged();
        shop.till.pos_asked();
        assert!(!counters.has_changed().expect("the till lives"), "every request would be news");
        shop.passes(Duration::from_secs(20)).await;
        assert_eq!(shop.till.counter().pos, CONNECTED);
        shop.passes(Duration::from_secs(20)).await;
        let gone = shop.till.counter().pos;
        assert!(!gone.connected && gone.heard_at.is_some(), "{gone:?}");
        assert!(counters.has_changed().expect("the till lives"), "nobody was told that it is gone");
    });
}

#[test]
fn a_pos_that_listens_is_there_for_as_long_as_it_does() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let listening = (shop.till.pos_listens(), shop.till.pos_listens());
        shop.passes(Duration::from_hours(2)).await;
        assert_eq!(shop.till.counter().pos, CONNECTED);
        drop(listening.0);
        shop.passes(Duration::from_hours(2)).await;
        assert_eq!(shop.till.counter().pos, CONNECTED);
        drop(listening.1);
        shop.passes(Duration::from_mins(1)).await;
        assert!(!shop.till.counter().pos.connected);
    });
}

#[test]
fn it_says_since_when_vipps_mobilepay_has_not_answered() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code("sale-1-1").await;
        let good = shop.till.counter();
        assert_eq!((good.contact, good.contact_lost_at), (Contact::Good, None));
        shop.faults([Fault::new(Call::Any, FaultKind::Refused)]);
        shop.passes(Duration::from_secs(20)).await;
        let lost = shop.till.counter();
        assert_eq!(lost.contact, Contact::Lost);
        let since = lost.contact_lost_at.expect("it says since when");
        shop.passes(Duration::from_mins(2)).await;
        assert_eq!(shop.till.counter().contact_lost_at, Some(since), "that does not change while it lasts");
        shop.faults([]);
        shop.passes(Duration::from_mins(1)).await;
        assert_eq!(shop.till.counter().contact_lost_at, None);
    });
}

#[test]
fn whether_anybody_sees_the_customer_screen_is_known() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        assert!(!shop.till.health().display);
        shop.shows_code("sale-1-1").await;
        shop.till.shown(shop.till.screen().number);
        assert!(shop.till.health().display);
        shop.till.unseen();
        assert!(!shop.till.health().display);
    });
}

#[test]
fn one_answer_that_does_not_come_is_no_news() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code("sale-1-1").await;
        let reads = shop.reads("sale-1-1");
        shop.faults([Fault::new(Call::Any, FaultKind::Refused).times(1)]);
        while shop.reads("sale-1-1") < reads + 4 {
            assert_eq!(shop.till.counter().contact, Contact::Good);
            shop.passes(Duration::from_millis(50)).await;
        }
    });
}

#[test]
fn the_first_customer_does_not_wait_for_a_token() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        Street::on(rail).day(async |shop: Shop| {
            shop.passes(Duration::from_secs(1)).await;
            assert_eq!(shop.calls("POST", "/accesstoken/get"), 1, "{rail:?}");
            shop.shows_code("sale-1-1").await;
            assert_eq!(shop.calls("POST", "/accesstoken/get"), 1, "{rail:?}");
        });
    }
}
