//! The sale as it is rung up: shown while nobody pays, and gone when it has been paid or forgotten.

use std::time::Duration;

use contract::{Amount, Cart, Code, Currency, Line, ScreenView, Status};
use payment::Rail;

use crate::street::{Shop, Street};

const R: &str = "sale-42-1";

fn line(name: &str, quantity: u32, unit_price: i64) -> Line {
    Line { name: name.to_owned(), quantity, unit_price, ..Line::default() }
}

fn coffee() -> Cart {
    Cart { lines: vec![line("Coffee", 2, 4_500), line("Rebate", 1, -1_000)], total: None }
}

fn shown(shop: &Shop) -> Option<(i64, usize, u32)> {
    match shop.till.screen().view {
        ScreenView::Cart { amount, lines, earlier } => Some((amount.value, lines.len(), earlier)),
        _ => None,
    }
}

#[test]
fn a_sale_is_shown_as_it_grows_and_cleared_when_it_is_broken_off() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.till.show_cart(&coffee()).expect("it is good");
        assert_eq!(shown(&shop), Some((8_000, 2, 0)));
        let many = Cart { lines: (0..30).map(|nth| line("Bun", 1, nth)).collect(), total: None };
        shop.till.show_cart(&many).expect("it is good");
        let ScreenView::Cart { lines, earlier, .. } = shop.till.screen().view else {
            panic!("it is not shown")
        };
        assert_eq!((lines.len(), earlier), (7, 23));
        assert_eq!(lines.last().map(|line| line.unit_price), Some(29), "the newest is the last");
        shop.till.clear_cart();
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
    });
}

#[test]
fn a_payment_is_shown_first_and_takes_the_sale_with_it_when_it_is_paid() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.till.show_cart(&coffee()).expect("it is good");
        shop.shows_code(R).await;
        shop.till.show_cart(&coffee()).expect("it is kept for afterwards");
        assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }));
        shop.till.cancel(R).await.expect("it can be");
        shop.until_end(R).await;
        shop.till.dismiss(R);
        assert_eq!(shown(&shop), Some((8_000, 2, 0)), "it is not sold yet");

        shop.shows_code("sale-42-2").await;
        shop.approves("sale-42-2");
        assert_eq!(shop.until_end("sale-42-2").await.status, Status::Paid);
        shop.till.dismiss("sale-42-2");
        assert_eq!(shop.till.screen().view, ScreenView::Idle, "it is sold");
    });
}

#[test]
fn what_is_rung_up_while_somebody_pays_is_the_next_sale() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.till.show_cart(&coffee()).expect("it is good");
        shop.approves(R);
        shop.until_end(R).await;
        shop.till.dismiss(R);
        assert_eq!(shown(&shop), Some((8_000, 2, 0)));
    });
}

#[test]
fn a_sale_that_nobody_goes_on_with_goes_after_half_an_hour() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.till.show_cart(&coffee()).expect("it is good");
        shop.passes(Duration::from_mins(20)).await;
        shop.till.show_cart(&coffee()).expect("it is good");
        shop.passes(Duration::from_mins(29)).await;
        assert!(shown(&shop).is_some());
        shop.passes(Duration::from_mins(2)).await;
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
    });
}

#[test]
fn what_does_not_add_up_is_not_shown() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let total = |value, currency| Some(Amount { value, currency });
        let refused = |cart: Cart| shop.till.show_cart(&cart).expect_err("it is refused").code;
        assert_eq!(refused(Cart { total: total(8_001, Currency::Nok), ..coffee() }), Code::AmountInvalid);
        assert_eq!(refused(Cart { total: total(8_000, Currency::Dkk), ..coffee() }), Code::AmountInvalid);
        assert_eq!(refused(Cart { lines: Vec::new(), total: None }), Code::RequestInvalid);
        assert_eq!(refused(Cart { lines: vec![line(" ", 1, 1)], total: None }), Code::RequestInvalid);
        assert_eq!(refused(Cart { lines: vec![line("x", 0, 1)], total: None }), Code::RequestInvalid);
        assert_eq!(
            refused(Cart { lines: vec![line("x", 9_999, i64::MAX)], total: None }),
            Code::AmountInvalid
        );
        assert_eq!(
            refused(Cart { lines: Vec::new(), total: total(i64::MIN, Currency::Nok) }),
            Code::AmountInvalid
        );
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
        let returned = Cart { lines: Vec::new(), total: total(-4_900, Currency::Nok) };
        shop.till.show_cart(&returned).expect("goods may come back");
        let long = |lines: usize| Cart { lines: vec![line("Bun", 1, 100); lines], total: None };
        shop.till.show_cart(&long(200)).expect("so many fit");
        assert_eq!(refused(long(201)), Code::RequestInvalid);
        let most = Cart { lines: Vec::new(), total: total(650_000_000, Currency::Nok) };
        shop.till.show_cart(&most).expect("so much fits");
        let more = Cart { lines: Vec::new(), total: total(650_000_001, Currency::Nok) };
        assert_eq!(refused(more), Code::AmountInvalid);
        shop.till.show_cart(&returned).expect("goods may come back");
        assert_eq!(shown(&shop), Some((-4_900, 0, 0)));
    });
}

fn rows(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn the_registers_own_text_comes_and_goes_as_a_sale_does() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let kaffe = rows(&["Kaffe      2 x 45,00", "SUM            90,00"]);
        shop.till.show_text(&kaffe).expect("it fits");
        assert_eq!(shop.till.screen().view, ScreenView::Text { rows: kaffe.clone() });
        shop.shows_code(R).await;
        shop.till.show_text(&kaffe[..1]).expect("it is kept for afterwards");
        assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }), "never above a payment");
        shop.till.show_text(&kaffe).expect("it fits");
        shop.till.cancel(R).await.expect("it can be");
        shop.until_end(R).await;
        shop.till.dismiss(R);
        assert_eq!(shop.till.screen().view, ScreenView::Text { rows: kaffe }, "it is not sold yet");

        shop.shows_code("sale-42-2").await;
        shop.till.show_text(&rows(&["VIPPS          90,00"])).expect("it fits");
        shop.approves("sale-42-2");
        shop.until_end("sale-42-2").await;
        shop.till.dismiss("sale-42-2");
        assert_eq!(shop.till.screen().view, ScreenView::Idle, "it is sold");
    });
}

#[test]
fn a_text_without_a_letter_takes_the_text_off_and_leaves_a_sale_alone() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let blank = rows(&["                    ", ""]);
        shop.till.show_text(&rows(&["VELKOMMEN"])).expect("it fits");
        shop.till.show_text(&blank).expect("it fits");
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
        shop.till.show_cart(&coffee()).expect("it is good");
        shop.till.show_text(&blank).expect("it fits");
        assert_eq!(shown(&shop), Some((8_000, 2, 0)));
        let refused = |texts: &[&str]| shop.till.show_text(&rows(texts)).expect_err("it is refused").code;
        assert_eq!(refused(&["123456789012345678901"]), Code::RequestInvalid);
        assert_eq!(refused(&[""; 7]), Code::RequestInvalid);
        assert_eq!(refused(&["a\tb"]), Code::RequestInvalid);
        shop.till.show_text(&rows(&["12345678901234567890"; 6])).expect("so much fits");
    });
}
