use payment::{Amount, Flow, Rail, Reference};
use proptest::prelude::*;

use super::*;

fn order(lines: Vec<Line>, minor: i64, currency: payment::Currency) -> Order {
    Order {
        reference: Reference::parse("sale-42-1").expect("it is one"),
        amount: Amount::new(minor, currency).expect("it is one"),
        msn: "123456".into(),
        rail: Rail::Ecom,
        flow: Flow::Qr,
        description: "Kaffe".into(),
        key_seed: "5eed".into(),
        tagged: true,
        capture_later: false,
        distance: false,
        lines,
        link: None,
    }
}

fn line(name: &str, quantity: u32, unit_price: i64, rate: u16) -> Line {
    Line { name: name.into(), quantity, unit_price, tax_rate: Some(rate), ..Line::default() }
}

fn sum(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.unit_price * i64::from(line.quantity)).sum()
}

fn receipt(lines: Vec<Line>) -> Option<Receipt> {
    let minor = sum(&lines);
    receipt_of(&order(lines, minor, payment::Currency::Nok))
}

/// Name, total, tax, discount and role of every line.
fn told(receipt: &Receipt) -> Vec<(&str, u64, u64, u64, Role)> {
    receipt
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.total, line.tax, line.discount, line.role))
        .collect()
}

#[test]
fn what_is_sold_stands_on_it_with_its_tax() {
    let coffee = Line { article: Some("4711".into()), ..line("Kaffe", 2, 4_500, 1_500) };
    let sold = receipt(vec![coffee, line("Krus", 1, 15_900, 2_500)]).expect("it has one");
    let (goods, none) = (Role::Goods, 0);
    assert_eq!(told(&sold), [("Kaffe", 9_000, 1_174, none, goods), ("Krus", 15_900, 3_180, none, goods)]);
    assert_eq!([sold.lines[0].id.as_str(), sold.lines[1].id.as_str()], ["4711", "2"]);
    let unit = sold.lines[0].unit.as_ref().expect("it says how many");
    assert_eq!((unit.price, unit.quantity.as_str()), (4_500, "2"));
}

#[test]
fn there_is_none_unless_the_tax_of_every_line_is_known() {
    let untaxed = Line { tax_rate: None, ..line("Kaffe", 1, 5_000, 0) };
    assert_eq!(receipt(vec![line("Krus", 1, 15_900, 2_500), untaxed]), None);
    assert_eq!(receipt_of(&order(Vec::new(), 24_900, payment::Currency::Nok)), None);
    let free_of_tax = vec![line("Bok", 1, 24_900, 0)];
    assert!(receipt(free_of_tax.clone()).is_some());
    assert_eq!(
        receipt_of(&order(free_of_tax, 24_900, payment::Currency::Sek)),
        None,
        "not in kronor of Sweden"
    );
}

#[test]
fn a_discount_is_taken_off_the_nearest_line_of_its_rate() {
    let sold = receipt(vec![
        line("Bok", 1, 20_000, 0),
        line("Krus", 1, 5_000, 2_500),
        line("Rabatt", 1, -6_000, 2_500),
        line("Kopp", 1, 3_000, 2_500),
    ]);
    let goods = Role::Goods;
    assert_eq!(
        told(&sold.expect("it has one")),
        [("Bok", 20_000, 0, 0, goods), ("Krus", 0, 0, 5_000, goods), ("Kopp", 2_000, 400, 1_000, goods)]
    );
}

#[test]
fn what_no_line_can_bear_counts_against_the_sum() {
    let sold =
        receipt(vec![line("Bok", 1, 20_000, 0), line("Rabatt", 2, -1_000, 2_500)]).expect("it has one");
    assert_eq!(told(&sold), [("Bok", 20_000, 0, 0, Role::Goods), ("Rabatt", 2_000, 400, 0, Role::Return)]);
}

#[test]
fn what_comes_back_keeps_its_line() {
    let back = Line { returned: true, ..line("Krus", 1, -5_000, 2_500) };
    let sold = receipt(vec![line("Krus", 2, 15_000, 2_500), back]).expect("it has one");
    assert_eq!(
        told(&sold),
        [("Krus", 30_000, 6_000, 0, Role::Goods), ("Krus", 5_000, 1_000, 0, Role::Return)]
    );
}

#[test]
fn another_receipt_is_told_from_ours() {
    let ours = receipt(vec![line("Krus", 2, 15_000, 2_500)]).expect("it has one");
    let unread = OrderLine { unit: None, ..ours.lines[0].clone() };
    assert!(is_same(&ours, &Receipt { lines: vec![unread], ..ours.clone() }), "what is only shown");
    for other in [
        Receipt { lines: Vec::new(), ..ours.clone() },
        Receipt { currency: Currency::Dkk, ..ours.clone() },
        Receipt { tip: Some(1), ..ours.clone() },
        Receipt { lines: vec![OrderLine { total: 29_999, ..ours.lines[0].clone() }], ..ours.clone() },
        Receipt { lines: vec![OrderLine { name: "Kopp".into(), ..ours.lines[0].clone() }], ..ours.clone() },
        Receipt { lines: vec![OrderLine { role: Role::Return, ..ours.lines[0].clone() }], ..ours.clone() },
    ] {
        assert!(!is_same(&ours, &other), "{other:?}");
    }
}

fn any_line() -> impl Strategy<Value = Line> {
    let rate = prop_oneof![Just(0), Just(1_500), Just(2_500), 0..=Line::TAX_RATE_MAX];
    (1..=20_u32, -5_000..=20_000_i64, rate, any::<bool>()).prop_map(
        |(quantity, unit_price, rate, returned)| Line {
            returned: returned && unit_price < 0,
            ..line("Vare", quantity, unit_price, rate)
        },
    )
}

proptest! {
    /// Whatever is sold, discounted and taken back: the receipt comes to what is paid, the tax of each line is that of
    /// its rate to the nearest minor unit, and no discount is more or less than what was given.
    #[test]
    fn it_comes_to_what_is_paid(lines in prop::collection::vec(any_line(), 1..30)) {
        let minor = sum(&lines);
        prop_assume!((100..=65_000_000).contains(&minor));
        let sold = receipt(lines.clone()).expect("every line is taxed");
        prop_assert_eq!(sold.total(), Some(minor.unsigned_abs()));
        for line in &sold.lines {
            prop_assert_eq!(line.tax, line.tax_rate.of(line.total));
            let exact = u128::from(line.total) * u128::from(line.tax_rate.hundredths());
            let whole = 10_000 + u128::from(line.tax_rate.hundredths());
            prop_assert!((u128::from(line.tax) * whole).abs_diff(exact) * 2 <= whole, "{line:?}");
        }
        let given: i64 = lines.iter().filter(|line| is_discount(line)).map(|line| sum(std::slice::from_ref(line))).sum();
        let returned: i64 = lines.iter().filter(|line| line.returned).map(|line| sum(std::slice::from_ref(line))).sum();
        let taken_off: u64 = sold.lines.iter().map(|line| line.discount).sum();
        let against: u64 = sold.lines.iter().filter(|line| line.role == Role::Return).map(|line| line.total).sum();
        prop_assert_eq!(taken_off + against, (given + returned).unsigned_abs());
        for line in sold.lines.iter().filter(|line| line.role == Role::Goods) {
            let unit = line.unit.as_ref().expect("goods say how many");
            let pieces: u64 = unit.quantity.as_str().parse().expect("a number");
            prop_assert_eq!(line.total + line.discount, unit.price * pieces);
        }
    }

    /// Rate by rate it adds up to the same.
    #[test]
    fn the_taxes_add_up_to_the_lines(lines in prop::collection::vec(any_line(), 1..30)) {
        let minor = sum(&lines);
        prop_assume!((100..=65_000_000).contains(&minor));
        let (payment, _) = Payment::request(order(lines, minor, payment::Currency::Nok), payment::Moment(0));
        let view = receipt_view(&payment);
        prop_assert_eq!(view.total.value, minor);
        prop_assert_eq!(view.taxes.iter().map(|tax| tax.total).sum::<i64>(), minor);
        prop_assert_eq!(
            view.taxes.iter().map(|tax| tax.tax).sum::<i64>(),
            view.lines.iter().map(|line| line.tax).sum::<i64>()
        );
        prop_assert!(view.taxes.iter().all(|tax| tax.net + tax.tax == tax.total));
        prop_assert!(view.taxes.is_sorted_by(|one, other| one.tax_rate > other.tax_rate));
    }
}
