//! What a payment is asked for with. Settled once and for all.

use serde::{Deserialize, Serialize};

use crate::{Amount, Link, Reference};

/// Everything that is known about a payment before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Our id of it.
    pub reference: Reference,
    /// What is due.
    pub amount: Amount,
    /// The sales unit that takes it: its Merchant Serial Number.
    pub msn: String,
    /// The API that it runs on.
    pub rail: Rail,
    /// How the customer is to be reached. Whom it reaches is not kept: no number, no personal code.
    pub flow: Flow,
    /// Shown in the customer's app, at most 100 characters.
    pub description: String,
    /// What the idempotency keys of this payment begin with: random, at most [`Order::KEY_SEED_CHARS_MAX`]
    /// of `[A-Za-z0-9-]`, never used for another payment.
    pub key_seed: String,
    /// It is created with its [tag](Order::tag). Those of the first version were not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tagged: bool,
    /// Its money is only reserved when the customer has approved, and collected when the shop asks for that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub capture_later: bool,
    /// The customer is not in the shop: it was sold by telephone or by mail. No code is shown for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distance: bool,
    /// What is being bought, if the till was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// Where the customer's app leads to from the payment, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

impl Order {
    /// The most characters of a key seed: the longest keys, `seed-c99` and `seed-r99`, fit the 40 of eCom's `X-Request-Id`
    /// (contract 1.9).
    pub const KEY_SEED_CHARS_MAX: usize = 36;

    /// What tells this payment from another one of the same reference. Nobody else can know it: it is random, and
    /// nobody but Vipps MobilePay is told.
    pub fn tag(&self) -> &str {
        &self.key_seed
    }

    /// The key of the creation number `count`.
    pub(crate) fn create_key(&self, count: u32) -> String {
        format!("{}-n{count}", self.key_seed)
    }

    /// The key of the capture number `count`.
    pub(crate) fn capture_key(&self, count: u32) -> String {
        format!("{}-c{count}", self.key_seed)
    }

    /// The key of the cancel number `count`.
    pub(crate) fn cancel_key(&self, count: u32) -> String {
        format!("{}-x{count}", self.key_seed)
    }

    /// The key of the release `number` of what was reserved for later. eCom has none for it (contract 1.9).
    pub(crate) fn release_key(&self, number: u32) -> String {
        format!("{}-v{number}", self.key_seed)
    }

    /// The key of the refund `number`: one for each refund, for ever (law 8).
    pub(crate) fn refund_key(&self, number: u32) -> String {
        format!("{}-r{number}", self.key_seed)
    }
}

/// An API that a payment can run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rail {
    /// eCom v2 and the QR API: Norway alone, NOK alone (contract 0.2).
    Ecom,
    /// ePayment: every market (contract 1.4).
    Epayment,
}

impl Rail {
    /// Whether a customer can be reached that way on this rail: eCom knows neither personal codes nor the tokens of
    /// customers who have scanned one on a counter.
    pub fn has(self, flow: Flow) -> bool {
        self == Rail::Epayment || !matches!(flow, Flow::PersonalQr | Flow::CallbackQr)
    }
}

/// How a customer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// By a code on the customer screen.
    Qr,
    /// By a request to the phone with a number.
    Push,
    /// By the code that the customer shows and the shop scans.
    PersonalQr,
    /// By the code on the counter that the customer scans: the request goes to the phone that did (contract 3.3).
    /// Nothing is created before somebody has.
    CallbackQr,
}

impl Flow {
    /// Whether the payment is on the customer's phone as soon as it exists, without a code to scan.
    pub fn reaches_phone(self) -> bool {
        self != Flow::Qr
    }
}

/// One line of what is being bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// Price of one, in minor units of the payment's currency, tax included; negative for a discount and for what comes
    /// back.
    pub unit_price: i64,
    /// The tax in the price, in hundredths of a percent: 2500 is 25 %. At most [`Line::TAX_RATE_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rate: Option<u16>,
    /// The shop's own number of the article, the same in every sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// It was bought before and comes back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
}

impl Line {
    /// The highest rate of tax, in hundredths of a percent (contract 1.5).
    pub const TAX_RATE_MAX: u16 = 10_000;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn each_wish_has_a_key_of_its_own_that_begins_with_the_seed() {
        let order = Order {
            reference: Reference::parse("kvitt-r7m3k").expect("is one"),
            amount: Amount::new(4_900, Currency::Nok).expect("is one"),
            msn: "123456".to_owned(),
            rail: Rail::Epayment,
            flow: Flow::Qr,
            description: String::new(),
            key_seed: "5eed".to_owned(),
            tagged: true,
            capture_later: false,
            distance: false,
            lines: Vec::new(),
            link: None,
        };
        let keys = [
            order.create_key(1),
            order.capture_key(2),
            order.cancel_key(3),
            order.refund_key(4),
            order.release_key(5),
        ];
        assert_eq!(keys, ["5eed-n1", "5eed-c2", "5eed-x3", "5eed-r4", "5eed-v5"]);
        assert_eq!(order.tag(), "5eed");
    }

    #[test]
    fn ecom_knows_neither_personal_codes_nor_those_on_counters() {
        let flows = [Flow::Qr, Flow::Push, Flow::PersonalQr, Flow::CallbackQr];
        let has = |rail: Rail| flows.map(|flow| rail.has(flow));
        assert_eq!(has(Rail::Ecom), [true, true, false, false]);
        assert_eq!(has(Rail::Epayment), [true; 4]);
    }
}
