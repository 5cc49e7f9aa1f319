//! The pretended Vipps MobilePay itself: shops, payments, customers, limits and time.
//!
//! Pure: it does no I/O and reads no clock. Every act takes the instant `now`, in Unix milliseconds, and the faces
//! (HTTP, in memory, the control API) hold it behind one lock. It knows nothing of paths, headers or JSON names.
//!
//! An API that is to be added (ePayment, Order Management …) becomes one more file beside [`merchant`], with its wire
//! in one more file under `routes`.

mod acts;
pub(crate) mod codes;
pub(crate) mod dice;
pub(crate) mod epayment;
pub(crate) mod events;
pub(crate) mod fault;
pub(crate) mod merchant;
pub(crate) mod once;
pub(crate) mod orders;
pub(crate) mod payment;
pub(crate) mod people;
pub(crate) mod problem;
pub(crate) mod product_orders;
pub(crate) mod qr;
pub(crate) mod rate;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod tokens;
pub(crate) mod truth;
pub(crate) mod webhooks;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use acts::{Act, ActRefused};
use codes::Codes;
use dice::Dice;
use fault::Faults;
use once::Answers;
use orders::Orders;
use payment::{Key, Operation, Payment, Phase};
use people::Names;
use product_orders::ProductOrders;
use qr::Images;
use rate::RateLimits;
use record::Records;
use serde::{Deserialize, Serialize};
pub(crate) use tokens::Bearer;
use tokens::Tokens;
use webhooks::Webhooks;

use crate::sales_unit::{PartnerKeys, SalesUnit};

/// Payments kept at most; a further one is refused with code 98 of `VippsError`.
pub(crate) const PAYMENTS_MAX: usize = 100_000;
/// A token lives one hour, as in the test environment (contract 1.1), in milliseconds.
pub(crate) const TOKEN_LIFE_MS: i64 = 3_600_000;
/// News for merchants that nobody has fetched, at most; the oldest gives way.
const NEWS_MAX: usize = 1_000;
/// An approval of amount 201 stays unknown for one hour (contract 7), in milliseconds.
pub(crate) const UNKNOWN_MS: i64 = 3_600_000;

/// What stays the same for the life of a world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Where the simulator is reached, without a trailing slash.
    pub(crate) origin: String,
    pub(crate) sales_units: Vec<SalesUnit>,
    pub(crate) partner: PartnerKeys,
    pub(crate) qr_life: QrLife,
    pub(crate) allow_loopback_callbacks: bool,
    /// Counts no calls.
    pub(crate) no_rate_limits: bool,
    /// Draws no picture larger than this.
    pub(crate) picture_px_max: Option<u32>,
    pub(crate) seed: u64,
}

/// How long a customer may take; the sources disagree (contract 0.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QrLife {
    /// Ten minutes in all, however they are spent.
    #[default]
    TenMinutes,
    /// Five minutes to scan and, from the scan, five minutes to approve.
    FiveAndFive,
}

/// Everything there is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct World {
    #[serde(skip)]
    pub(crate) rules: Rules,
    #[serde(with = "state::pairs")]
    payments: BTreeMap<Key, Payment>,
    /// All of them, in the order in which they were made.
    order: Vec<Key>,
    /// Those whom time can still change.
    open: BTreeSet<Key>,
    tokens: Tokens,
    images: Images,
    names: Names,
    /// By the `sub` that names the customer.
    shared: BTreeMap<String, people::Consent>,
    answers: Answers,
    codes: Codes,
    orders: Orders,
    product_orders: ProductOrders,
    webhooks: Webhooks,
    #[serde(skip)]
    news: VecDeque<News>,
    transactions: u64,
    #[serde(skip)]
    limits: RateLimits,
    #[serde(skip)]
    pub(crate) faults: Faults,
    #[serde(skip)]
    pub(crate) records: Records,
    pub(crate) dice: Dice,
    /// How far its clock is ahead of the real one, in milliseconds.
    pub(crate) ahead_ms: i64,
}

/// Something that the merchant is told through a callback (contract 4.2).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct News {
    pub(crate) key: Key,
    pub(crate) to: payment::CallbackAddress,
    pub(crate) status: &'static str,
    pub(crate) amount: i64,
    pub(crate) at: i64,
    pub(crate) transaction_id: Option<String>,
}

impl World {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            dice: Dice::new(rules.seed),
            rules,
            payments: BTreeMap::new(),
            order: Vec::new(),
            open: BTreeSet::new(),
            tokens: Tokens::default(),
            images: Images::default(),
            names: Names::default(),
            shared: BTreeMap::new(),
            answers: Answers::default(),
            codes: Codes::default(),
            orders: Orders::default(),
            product_orders: ProductOrders::default(),
            webhooks: Webhooks::default(),
            news: VecDeque::new(),
            transactions: 5_001_420_000,
            limits: RateLimits::default(),
            faults: Faults::default(),
            records: Records::default(),
            ahead_ms: 0,
        }
    }

    /// The same world under these rules, which are not written down with it.
    pub(crate) fn under(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// Forgets everything but the rules. Random names go on from where they were, so that an old code can't come back.
    pub(crate) fn reset(&mut self) {
        let seed = self.dice.next_seed();
        *self = Self { dice: Dice::new(seed), ..Self::new(self.rules.clone()) };
    }

    /// Lets happen what time brings: time-outs, and approvals whose outcome becomes known.
    pub(crate) fn settle(&mut self, now: i64) {
        let due: Vec<Key> =
            self.open.iter().filter(|key| self.due_at(key).is_none_or(|at| at <= now)).cloned().collect();
        for key in due {
            let at = self.due_at(&key).unwrap_or(now);
            match self.payments.get_mut(&key) {
                Some(payment) if matches!(payment.phase, Phase::Unknown { .. }) => self.approved(&key, at),
                Some(payment) => {
                    payment.phase = Phase::TimedOut;
                    // eCom leaves nothing but INITIATE (contract 2.1).
                    if payment.particulars().is_some() {
                        payment.note(Operation::Expire, true, payment.amount, at);
                    }
                    self.tell(&key, "REJECTED", at);
                }
                None => {}
            }
            self.open.remove(&key);
        }
        self.webhooks.settle(now);
    }

    /// When time itself will change the payment; `None` if it will not.
    fn due_at(&self, key: &Key) -> Option<i64> {
        let payment = self.payments.get(key)?;
        match payment.phase {
            Phase::Waiting | Phase::Opened | Phase::Authorizing => Some(self.deadline(payment)),
            Phase::Unknown { until } => Some(until),
            _ => None,
        }
    }

    /// The first instant at which the customer can't go on any more (contract 2.4).
    pub(crate) fn deadline(&self, payment: &Payment) -> i64 {
        if let Some(chosen) = payment.particulars().and_then(|particulars| particulars.expires_at) {
            return chosen;
        }
        match (self.rules.qr_life, payment.scanned_at) {
            (QrLife::TenMinutes, _) => payment.created_at + 600_000,
            (QrLife::FiveAndFive, None) => payment.created_at + 300_000,
            (QrLife::FiveAndFive, Some(scanned_at)) => scanned_at + 300_000,
        }
    }

    pub(crate) fn sales_unit(&self, msn: &str) -> Option<&SalesUnit> {
        self.rules.sales_units.iter().find(|unit| unit.msn == msn)
    }

    pub(crate) fn payment(&self, key: &Key) -> Option<&Payment> {
        self.payments.get(key)
    }

    /// Newest last.
    pub(crate) fn payments(&self) -> impl DoubleEndedIterator<Item = &Payment> {
        self.order.iter().filter_map(|key| self.payments.get(key))
    }

    /// The payment of that reference: at the given sales unit, or else the newest of that name at any.
    pub(crate) fn find(&self, reference: &str, msn: Option<&str>) -> Option<Key> {
        let fits = |key: &&Key| key.reference == reference && msn.is_none_or(|msn| key.msn == msn);
        self.order.iter().rev().find(fits).cloned()
    }

    /// The payment behind the last part of a QR code's link.
    pub(crate) fn by_short_code(&self, code: &str) -> Option<&Payment> {
        self.payments().rev().find(|payment| payment.short_code == code)
    }

    /// The payment behind the `token` of the URL that initiate gave.
    pub(crate) fn by_landing_token(&self, token: &str) -> Option<&Payment> {
        self.payments().rev().find(|payment| payment.landing_token == token)
    }

    /// What the QR code of the payment says.
    pub(crate) fn qr_content(&self, payment: &Payment) -> String {
        format!("{}/r/{}", self.rules.origin, payment.short_code)
    }

    /// Counts one call, or says in how many seconds the next one will be let through.
    pub(crate) fn count(&mut self, bucket: String, per_minute: usize, now: i64) -> Result<(), i64> {
        if self.rules.no_rate_limits { Ok(()) } else { self.limits.take(bucket, per_minute, now) }
    }

    /// Takes the news that have not been delivered yet, oldest first.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        self.news.drain(..).collect()
    }

    /// Tells the merchant through whatever way the payment has for it.
    fn tell(&mut self, key: &Key, status: &'static str, at: i64) {
        self.announce(key, at);
        let Some(payment) = self.payments.get(key) else { return };
        let Some(to) = payment.callback.clone() else { return };
        if self.news.len() >= NEWS_MAX {
            self.news.pop_front();
        }
        self.news.push_back(News {
            key: key.clone(),
            to,
            status,
            amount: payment.amount,
            at,
            transaction_id: payment.opened().then(|| payment.transaction_id.clone()),
        });
    }

    fn next_transaction(&mut self) -> String {
        self.transactions += 1;
        self.transactions.to_string()
    }
}
