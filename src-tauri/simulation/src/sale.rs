//! Sales, as the POS and the cashier remember them. A cash register has a memory of its own, which outlives the till's
//! power cuts.

use contract::{Amount, Currency, Flow, Line, LinkKind, OrderLink, Private, StartPayment, Status};

use payment::Rail;

use crate::dice::Dice;
use crate::shop::Shop;

/// The number that customers give, which must not be written down anywhere.
pub(crate) const NUMBER: &str = "91234567";

/// One sale.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) till: usize,
    pub(crate) amount: i64,
    pub(crate) flow: Flow,
    /// Who names the payments: the register, or the till.
    pub(crate) names: Names,
    pub(crate) attempts: Vec<Attempt>,
    /// How often the register tries before it lets the sale be.
    pub(crate) attempts_max: usize,
    /// How long the register waits before it cancels, in seconds, if it does.
    pub(crate) patience_s: Option<u64>,
    /// How often the same request is made.
    pub(crate) repeats: u64,
    pub(crate) done: bool,
    /// Of what was paid, this is to be given back, in parts.
    pub(crate) refunds: Vec<RefundPlan>,
    /// The amount will read differently at Vipps MobilePay.
    pub(crate) skewed: bool,
    /// What tax the register tells of, in hundredths of a percent, if it tells what is bought: then there is a receipt.
    pub(crate) tax_rate: Option<u16>,
    /// Where the customer's app is to lead to, if the register says so.
    pub(crate) link: Option<OrderLink>,
    /// Another maker's till has used the reference before.
    pub(crate) taken: bool,
}

/// Who names a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Register,
    Till,
}

/// One attempt to be paid.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Empty until the till has named it.
    pub(crate) reference: String,
    pub(crate) key: String,
    pub(crate) acknowledged: bool,
    pub(crate) ended: Option<Status>,
}

/// One refund that will be asked for.
#[derive(Clone, Debug)]
pub(crate) struct RefundPlan {
    /// Minor units; all that is left if absent.
    pub(crate) amount: Option<i64>,
    pub(crate) key: String,
    pub(crate) repeats: u64,
    pub(crate) done: bool,
}

impl Sale {
    /// A sale of the till `shop`, the `nth` of the world.
    pub(crate) fn drawn(shop: &Shop, nth: usize, dice: &mut Dice) -> Sale {
        let plan = &shop.world.plan;
        // Approved, and unknown for an hour (contract 7). eCom lets nobody know that something is under way.
        let unknown = plan.tills[shop.nth].rail == Rail::Epayment && dice.chance(30);
        let amount = if unknown { 201 } else { i64::try_from(dice.number(10..=999)).unwrap_or(1) * 100 };
        let push = dice.chance(250);
        Sale {
            till: shop.nth,
            amount,
            flow: if push { Flow::Push } else { Flow::Qr },
            names: if dice.chance(200) { Names::Till } else { Names::Register },
            attempts: Vec::new(),
            attempts_max: usize::try_from(dice.number(1..=3)).unwrap_or(1),
            patience_s: dice.chance(300).then(|| dice.number(5..=500)),
            repeats: dice.weighed(&[(6, 1), (3, 2), (1, 4)]).unwrap_or(1),
            done: false,
            refunds: refunds(nth, amount, dice),
            skewed: dice.chance(40),
            tax_rate: (nth % 2 == 1).then_some(2_500),
            link: (nth % 3 == 1).then(ticket),
            taken: plan.stranger && dice.chance(300),
        }
    }

    /// The register begins another attempt.
    pub(crate) fn begins_attempt(&mut self, nth: usize) {
        let number = self.attempts.len() + 1;
        let reference = match self.names {
            Names::Register => format!("sale-{nth}-{}-{number}", self.till),
            Names::Till => String::new(),
        };
        let key = format!("pos-{}-{nth}-{number}", self.till);
        self.attempts.push(Attempt { reference, key, acknowledged: false, ended: None });
    }

    /// What the register asks the till for.
    pub(crate) fn request(&self, currency: Currency) -> StartPayment {
        let named = self.attempts.last().map(|attempt| attempt.reference.clone());
        let push = self.flow == Flow::Push;
        StartPayment {
            capture: contract::CaptureMode::Automatic,
            amount: Amount { value: self.amount, currency },
            reference: named.filter(|_| self.names == Names::Register),
            description: None,
            lines: self.lines(),
            flow: self.flow,
            phone_number: push.then(|| Private::new(number(currency))),
            personal_qr: None,
            keep_phone_number: false,
            customer_present: true,
            link: self.link.clone(),
        }
    }
}

impl Sale {
    /// What is bought, with a tax that does not come out even.
    fn lines(&self) -> Vec<Line> {
        if self.tax_rate.is_none() {
            return Vec::new();
        }
        let line = |unit_price| {
            let (name, tax_rate) = ("Kaffe".to_owned(), self.tax_rate);
            Line { name, quantity: 1, unit_price, tax_rate, ..Line::default() }
        };
        vec![line(self.amount + 33), line(-33)]
    }
}

fn ticket() -> OrderLink {
    OrderLink { kind: LinkKind::Ticket, url: "https://billett.example/{reference}".to_owned() }
}

/// A number of the market.
fn number(currency: Currency) -> String {
    let country = match currency {
        Currency::Nok => "+47",
        Currency::Dkk => "+45",
        Currency::Eur => "+358",
        Currency::Sek => "+46",
    };
    format!("{country} {NUMBER}")
}

fn refunds(nth: usize, amount: i64, dice: &mut Dice) -> Vec<RefundPlan> {
    let count = dice.weighed(&[(6, 0), (2, 1), (1, 2), (1, 3)]).unwrap_or(0_u64);
    let part = |number: u64, dice: &mut Dice| RefundPlan {
        amount: match dice.number(0..=3) {
            0 => None,
            1 => Some(amount),
            _ => Some(amount * i64::try_from(dice.number(1..=9)).unwrap_or(1) / 10),
        },
        key: format!("refund-{nth}-{number}"),
        repeats: dice.number(1..=3),
        done: false,
    };
    (0..count).map(|number| part(number, dice)).collect()
}
