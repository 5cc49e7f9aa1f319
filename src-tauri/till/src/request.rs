//! From what a POS or a cashier asks for to an order: checked once, here.

use contract::{Amount, Code, StartPayment};
use journal::RequestKey;
use payment::{Currency, Flow, Line, Link, Order, Rail, Reference};

use crate::digest::digest;
use crate::link::link_for;
use crate::problem::Refused;
use crate::randomness::Randomness;
use crate::receipt::receipt_of;
use crate::settings::TillSettings;

/// The longest idempotency key of a caller, in bytes.
const KEY_BYTES_MAX: usize = 128;
/// The most lines that a payment may have.
const LINES_MAX: usize = 200;
/// The most characters in the name of a line and in a description (contract 1.2, E 1244).
const TEXT_CHARS_MAX: usize = 100;
/// The least characters in a description (contract 1.4, P 440: so that it fits either rail).
const TEXT_CHARS_MIN: usize = 3;
/// The most of one thing on a line.
const QUANTITY_MAX: u32 = 9_999;

/// The order that `request` asks for on `rail`, or why it can't be. Whom it is for is not part of it.
pub(crate) fn order_of(
    request: &StartPayment,
    settings: &TillSettings,
    rail: Rail,
    randomness: &Randomness,
) -> Result<Order, Refused> {
    let amount = amount_of(request.amount, settings)?;
    let lines = lines_of(request)?;
    let reference = match &request.reference {
        Some(text) => Reference::parse(text.as_str())
            .map_err(|error| Refused::new(Code::ReferenceInvalid, error.to_string()).because_of(text))?,
        None => new_reference(randomness)?,
    };
    let link = link_of(request, settings, &reference)?;
    let order = Order {
        reference,
        amount,
        msn: settings.msn.clone(),
        rail,
        flow: flow_of(request.flow),
        description: description_of(request, settings)?,
        key_seed: random_text(randomness, 16)?,
        tagged: true,
        capture_later: request.capture == contract::CaptureMode::Manual,
        distance: !request.customer_present,
        lines,
        link,
    };
    check_distance(&order)?;
    Ok(order)
}

/// The link of its own goes before that of every payment. One of the settings that can't be used costs no payment.
fn link_of(
    request: &StartPayment,
    settings: &TillSettings,
    reference: &Reference,
) -> Result<Option<Link>, Refused> {
    if let Some(asked) = &request.link {
        let wrong = |why| Refused::new(Code::RequestInvalid, format!("the url of the link {why}"));
        return link_for(asked, reference).map(Some).map_err(wrong);
    }
    let every = settings.links.every.as_ref();
    Ok(every.and_then(|every| link_for(every, reference).ok()))
}

/// What is sold at a distance goes to a phone, and its customer must be given a receipt (contract 1.5).
fn check_distance(order: &Order) -> Result<(), Refused> {
    let needed = if !order.distance || (order.flow == Flow::Push && receipt_of(order).is_some()) {
        return Ok(());
    } else if order.flow != Flow::Push {
        "the flow push and a phoneNumber: nobody is there to scan a code"
    } else if order.amount.currency() == Currency::Sek {
        "a receipt, and Vipps MobilePay has none in SEK: charge with customerPresent in the shop"
    } else {
        "lines, each with a taxRate: the customer must be given a receipt"
    };
    let detail = format!("a sale with customerPresent false needs {needed}");
    Err(Refused::new(Code::DistanceIncomplete, detail).because_of(order.reference.as_str()))
}

/// A digest of what was asked, to tell a repeated request from another one under the same key. Whom it is for does
/// not go into it: there are too few phone numbers for a digest to hide one.
pub(crate) fn digest_of(request: &StartPayment) -> String {
    let kept = StartPayment { phone_number: None, personal_qr: None, ..request.clone() };
    digest(serde_json::to_string(&kept).unwrap_or_default().as_bytes(), 32)
}

/// The caller's idempotency key, with the digest of what is asked under it.
pub(crate) fn request_key(key: &str, digest: String) -> Result<RequestKey, Refused> {
    let good =
        !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.bytes().all(|byte| byte.is_ascii_graphic());
    if good {
        Ok(RequestKey { key: key.to_owned(), digest })
    } else {
        let detail = format!("the idempotency key must be 1 to {KEY_BYTES_MAX} visible ASCII characters");
        Err(Refused::new(Code::RequestInvalid, detail))
    }
}

fn flow_of(flow: contract::Flow) -> Flow {
    match flow {
        contract::Flow::Qr => Flow::Qr,
        contract::Flow::Push => Flow::Push,
        contract::Flow::PersonalQr => Flow::PersonalQr,
        contract::Flow::CallbackQr => Flow::CallbackQr,
    }
}

fn amount_of(asked: Amount, settings: &TillSettings) -> Result<payment::Amount, Refused> {
    let currency = domain(asked.currency);
    if currency != settings.currency {
        let detail = format!("the sales unit takes {:?}, not {currency:?}", settings.currency).to_uppercase();
        return Err(Refused::new(Code::AmountInvalid, detail));
    }
    payment::Amount::new(asked.value, currency)
        .map_err(|error| Refused::new(Code::AmountInvalid, format!("{error}; it was {}", asked.value)))
}

fn description_of(request: &StartPayment, settings: &TillSettings) -> Result<String, Refused> {
    let Some(text) = request.description.as_deref().map(str::trim) else {
        return Ok(settings.shop.chars().take(TEXT_CHARS_MAX).collect());
    };
    let chars = text.chars().count();
    if !(TEXT_CHARS_MIN..=TEXT_CHARS_MAX).contains(&chars) || text.chars().any(char::is_control) {
        let detail = format!("description must be {TEXT_CHARS_MIN} to {TEXT_CHARS_MAX} printable characters");
        return Err(Refused::new(Code::RequestInvalid, detail));
    }
    Ok(text.to_owned())
}

fn lines_of(request: &StartPayment) -> Result<Vec<Line>, Refused> {
    let sum = check_lines(&request.lines)?;
    if !request.lines.is_empty() && sum != request.amount.value {
        let detail = format!("the lines add up to {sum}, but the amount is {}", request.amount.value);
        return Err(Refused::new(Code::AmountInvalid, detail));
    }
    let kept = request.lines.iter().map(|line| Line {
        name: line.name.trim().to_owned(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        tax_rate: line.tax_rate,
        article: line.article_id.as_deref().map(|id| id.trim().to_owned()),
        returned: line.is_return,
    });
    Ok(kept.collect())
}

/// What good lines add up to, in minor units.
pub(crate) fn check_lines(lines: &[contract::Line]) -> Result<i64, Refused> {
    if lines.len() > LINES_MAX {
        return Err(Refused::new(Code::RequestInvalid, format!("there may be at most {LINES_MAX} lines")));
    }
    let mut sum: i64 = 0;
    for line in lines {
        check_line(line).map_err(|detail| Refused::new(Code::RequestInvalid, detail))?;
        let total =
            line.unit_price.checked_mul(i64::from(line.quantity)).and_then(|total| sum.checked_add(total));
        sum = total.ok_or_else(|| Refused::new(Code::AmountInvalid, "the lines add up to too much"))?;
    }
    Ok(sum)
}

/// What is wrong with a line by itself.
fn check_line(line: &contract::Line) -> Result<(), String> {
    let readable = |text: &str| {
        (1..=TEXT_CHARS_MAX).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
    };
    if !readable(&line.name) {
        return Err(format!("the name of a line must be 1 to {TEXT_CHARS_MAX} printable characters"));
    }
    if !(1..=QUANTITY_MAX).contains(&line.quantity) {
        return Err(format!("the quantity of a line must be 1 to {QUANTITY_MAX}"));
    }
    if line.tax_rate.is_some_and(|rate| rate > Line::TAX_RATE_MAX) {
        let most = Line::TAX_RATE_MAX;
        return Err(format!("the taxRate of a line is in hundredths of a percent and at most {most}"));
    }
    if line.article_id.as_deref().is_some_and(|id| !readable(id)) {
        return Err(format!("the articleId of a line must be 1 to {TEXT_CHARS_MAX} printable characters"));
    }
    if line.is_return && line.unit_price >= 0 {
        return Err("a line that is a return has a negative unitPrice".to_owned());
    }
    Ok(())
}

/// Readable, because the customer's app shows it (contract 5.7), and the first attempt of its sale.
fn new_reference(randomness: &Randomness) -> Result<Reference, Refused> {
    let text = format!("kvitt-{}-{}-1", random_text(randomness, 5)?, random_text(randomness, 5)?);
    Reference::parse(text).map_err(|error| Refused::new(Code::ReferenceInvalid, error.to_string()))
}

fn random_text(randomness: &Randomness, chars: usize) -> Result<String, Refused> {
    randomness.text(chars).map_err(|error| {
        Refused::new(Code::JournalUnavailable, format!("the system gives no randomness: {error}"))
    })
}

pub(crate) fn domain(currency: contract::Currency) -> Currency {
    match currency {
        contract::Currency::Nok => Currency::Nok,
        contract::Currency::Dkk => Currency::Dkk,
        contract::Currency::Eur => Currency::Eur,
        contract::Currency::Sek => Currency::Sek,
    }
}

#[cfg(test)]
mod tests {
    use contract::{Environment, Language};

    use super::*;
    use crate::link::ShopLinks;

    fn settings() -> TillSettings {
        TillSettings {
            shop: "Kaffebaren".into(),
            language: Language::Nb,
            msn: "123456".into(),
            currency: Currency::Nok,
            environment: Environment::Demo,
            result_stays: TillSettings::RESULT_STAYS,
            tax_rates: Vec::new(),
            links: ShopLinks::default(),
        }
    }

    fn asked(value: i64) -> StartPayment {
        StartPayment {
            amount: Amount { value, currency: contract::Currency::Nok },
            reference: None,
            description: None,
            lines: Vec::new(),
            flow: contract::Flow::Qr,
            capture: contract::CaptureMode::Automatic,
            phone_number: None,
            personal_qr: None,
            keep_phone_number: false,
            customer_present: true,
            link: None,
        }
    }

    fn why(request: &StartPayment) -> Option<Code> {
        order_of(request, &settings(), Rail::Ecom, &Randomness::of_the_system())
            .err()
            .map(|refused| refused.code)
    }

    fn line(name: &str, quantity: u32, unit_price: i64) -> contract::Line {
        contract::Line { name: name.into(), quantity, unit_price, ..contract::Line::default() }
    }

    #[test]
    fn amounts_are_checked() {
        for value in [i64::MIN, -1, 0, 99, 65_000_001, i64::MAX] {
            assert_eq!(why(&asked(value)), Some(Code::AmountInvalid), "{value}");
        }
        assert_eq!(why(&asked(24_900)), None);
        let kroner = asked(24_900);
        let euro =
            StartPayment { amount: Amount { currency: contract::Currency::Eur, ..kroner.amount }, ..kroner };
        assert_eq!(why(&euro), Some(Code::AmountInvalid));
    }

    #[test]
    fn lines_must_add_up() {
        let with = |lines: Vec<contract::Line>| StartPayment { lines, ..asked(24_900) };
        assert_eq!(why(&with(vec![line("Kaffe", 2, 5_000), line("Kake", 1, 14_900)])), None);
        assert_eq!(why(&with(vec![line("Kaffe", 1, 25_000), line("Rabatt", 1, -100)])), None);
        assert_eq!(why(&with(vec![line("Kaffe", 2, 5_000)])), Some(Code::AmountInvalid));
        assert_eq!(why(&with(vec![line("Kaffe", 9_999, i64::MAX)])), Some(Code::AmountInvalid));
        assert_eq!(why(&with(vec![line("", 1, 24_900)])), Some(Code::RequestInvalid));
        assert_eq!(why(&with(vec![line("Kaffe", 0, 24_900)])), Some(Code::RequestInvalid));
        assert_eq!(why(&with(vec![line("Kaffe", 1, 1); 201])), Some(Code::RequestInvalid));
    }

    #[test]
    fn what_a_line_says_of_tax_article_and_return_is_checked_and_kept() {
        let good = contract::Line {
            tax_rate: Some(2_500),
            article_id: Some(" 4711 ".into()),
            ..line("Kaffe", 1, 25_000)
        };
        let back = contract::Line { is_return: true, ..line("Krus", 1, -100) };
        let with = |first: contract::Line| StartPayment { lines: vec![first, back.clone()], ..asked(24_900) };
        let order =
            order_of(&with(good.clone()), &settings(), Rail::Ecom, &Randomness::of_the_system()).unwrap();
        let kept = &order.lines[0];
        assert_eq!(
            (kept.tax_rate, kept.article.as_deref(), kept.returned),
            (Some(2_500), Some("4711"), false)
        );
        assert!(order.lines[1].returned);
        for bad in [
            contract::Line { tax_rate: Some(10_001), ..good.clone() },
            contract::Line { article_id: Some(" ".into()), ..good.clone() },
            contract::Line { article_id: Some("x".repeat(101)), ..good.clone() },
            contract::Line { article_id: Some("4\n7".into()), ..good.clone() },
            contract::Line { is_return: true, ..good.clone() },
        ] {
            assert_eq!(why(&with(bad.clone())), Some(Code::RequestInvalid), "{bad:?}");
        }
    }

    #[test]
    fn a_link_of_its_own_goes_before_that_of_every_payment() {
        let link = |url: &str| contract::OrderLink { kind: contract::LinkKind::Ticket, url: url.into() };
        let every = ShopLinks { every: Some(link("https://kaffe.example/{reference}")), picture: None };
        let settings = TillSettings { links: every, ..settings() };
        let with = |link| StartPayment { reference: Some("sale-42-1".into()), link, ..asked(24_900) };
        let given = |asked: &StartPayment, settings: &TillSettings| {
            order_of(asked, settings, Rail::Ecom, &Randomness::of_the_system())
                .map(|order| order.link.map(|link| link.url))
                .map_err(|refused| refused.code)
        };
        assert_eq!(given(&with(None), &settings), Ok(Some("https://kaffe.example/sale-42-1".into())));
        let own = with(Some(link("https://billett.example/7")));
        assert_eq!(given(&own, &settings), Ok(Some("https://billett.example/7".into())));
        let bad = with(Some(link("http://billett.example/7")));
        assert_eq!(given(&bad, &settings), Err(Code::RequestInvalid));
        let broken = ShopLinks { every: Some(link("http://kaffe.example/")), picture: None };
        let broken = TillSettings { links: broken, ..settings };
        assert_eq!(given(&with(None), &broken), Ok(None), "no payment is lost to the settings");
    }

    #[test]
    fn references_are_checked_or_made() {
        let with = |text: &str| StartPayment { reference: Some(text.into()), ..asked(24_900) };
        assert_eq!(why(&with("12345678")), Some(Code::ReferenceInvalid));
        assert_eq!(why(&with("kort")), Some(Code::ReferenceInvalid));
        assert_eq!(why(&with("sale-42-1")), None);
        let made = || {
            order_of(&asked(24_900), &settings(), Rail::Ecom, &Randomness::of_the_system())
                .expect("it is good")
        };
        assert_ne!(made().reference, made().reference);
        assert_ne!(made().key_seed, made().key_seed);
        assert!(made().key_seed.len() <= Order::KEY_SEED_CHARS_MAX);
    }

    #[test]
    fn descriptions_are_checked_or_the_shops_name() {
        let with = |text: &str| StartPayment { description: Some(text.into()), ..asked(24_900) };
        assert_eq!(why(&with("ab")), Some(Code::RequestInvalid));
        assert_eq!(why(&with(&"x".repeat(101))), Some(Code::RequestInvalid));
        assert_eq!(why(&with("to\nlinjer")), Some(Code::RequestInvalid));
        assert_eq!(why(&with(&"å".repeat(100))), None);
        let order = order_of(&asked(24_900), &settings(), Rail::Ecom, &Randomness::of_the_system())
            .expect("it is good");
        assert_eq!(order.description, "Kaffebaren");
    }

    #[test]
    fn whom_it_is_for_is_not_in_the_digest() {
        let to = |number: &str| StartPayment {
            flow: contract::Flow::Push,
            phone_number: Some(contract::Private::new(number)),
            ..asked(24_900)
        };
        assert_eq!(digest_of(&to("91234567")), digest_of(&to("98765432")));
        assert_ne!(digest_of(&to("91234567")), digest_of(&asked(24_900)));
        let of = |code: &str| StartPayment {
            flow: contract::Flow::PersonalQr,
            personal_qr: Some(contract::Private::new(code)),
            ..asked(24_900)
        };
        assert_eq!(digest_of(&of("vipps-7")), digest_of(&of("vipps-8")));
        assert_ne!(digest_of(&of("vipps-7")), digest_of(&asked(24_900)));
    }
}
