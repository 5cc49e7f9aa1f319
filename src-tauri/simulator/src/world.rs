//! The pretended Vipps MobilePay itself: shops, payments, customers, limits and time.
//!
//! Pure: it does no I/O and reads no clock. Every act takes the instant `now`, in Unix milliseconds, and the faces
//! (HTTP, in memory, the control API) hold it behind one lock. It knows nothing of paths, headers or JSON names.
//!
//! An API that is to be added (ePayment, Order Management …) becomes one more file beside [`merchant`], with its wire
//! in one more file under `routes`.

mod acts;
pub(crate) mod dice;
pub(crate) mod fault;
pub(crate) mod merchant;
pub(crate) mod payment;
pub(crate) mod qr;
pub(crate) mod rate;
pub(crate) mod record;
pub(crate) mod refusal;
#[cfg(test)]
mod tests;
pub(crate) mod truth;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

pub use acts::ActRefused;
use dice::Dice;
use fault::Faults;
use payment::{Key, Payment, Phase};
use qr::Images;
use rate::RateLimits;
use record::Records;

use crate::sales_unit::SalesUnit;

/// Payments kept at most; a further one is refused with code 98 of `VippsError`.
pub(crate) const PAYMENTS_MAX: usize = 100_000;
/// A token lives one hour, as in the test environment (contract 1.1), in milliseconds.
pub(crate) const TOKEN_LIFE_MS: i64 = 3_600_000;
/// Tokens alive at the same time at most; the oldest gives way.
const TOKENS_MAX: usize = 10_000;
/// News for merchants that nobody has fetched, at most; the oldest gives way.
const NEWS_MAX: usize = 1_000;
/// An approval of amount 201 stays unknown for one hour (contract 7), in milliseconds.
pub(crate) const UNKNOWN_MS: i64 = 3_600_000;

/// What stays the same for the life of a world.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Where the simulator is reached, without a trailing slash.
    pub(crate) origin: String,
    pub(crate) sales_units: Vec<SalesUnit>,
    pub(crate) qr_life: QrLife,
    pub(crate) allow_loopback_callbacks: bool,
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
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) rules: Rules,
    payments: BTreeMap<Key, Payment>,
    /// All of them, in the order in which they were made.
    order: Vec<Key>,
    /// Those whom time can still change.
    open: BTreeSet<Key>,
    tokens: HashMap<String, Token>,
    images: Images,
    news: VecDeque<News>,
    transactions: u64,
    pub(crate) limits: RateLimits,
    pub(crate) faults: Faults,
    pub(crate) records: Records,
    pub(crate) dice: Dice,
    /// How far its clock is ahead of the real one, in milliseconds.
    pub(crate) ahead_ms: i64,
}

#[derive(Debug)]
struct Token {
    msn: String,
    expires_at: i64,
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
            tokens: HashMap::new(),
            images: Images::default(),
            news: VecDeque::new(),
            transactions: 5_001_420_000,
            limits: RateLimits::default(),
            faults: Faults::default(),
            records: Records::default(),
            ahead_ms: 0,
        }
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
                    self.tell(&key, "REJECTED", at);
                }
                None => {}
            }
            self.open.remove(&key);
        }
    }

    /// When time itself will change the payment; `None` if it will not.
    fn due_at(&self, key: &Key) -> Option<i64> {
        let payment = self.payments.get(key)?;
        match payment.phase {
            Phase::Waiting | Phase::Opened => Some(self.deadline(payment)),
            Phase::Unknown { until } => Some(until),
            _ => None,
        }
    }

    /// The first instant at which the customer can't go on any more (contract 2.4).
    pub(crate) fn deadline(&self, payment: &Payment) -> i64 {
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

    /// The sales unit whose keys these are, if they belong together.
    pub(crate) fn keys_of(&self, client_id: &str, client_secret: &str) -> Option<&SalesUnit> {
        self.rules
            .sales_units
            .iter()
            .find(|unit| unit.client_id == client_id && unit.client_secret == client_secret)
    }

    /// The sales unit of a subscription key.
    pub(crate) fn subscriber(&self, subscription_key: &str) -> Option<&SalesUnit> {
        self.rules.sales_units.iter().find(|unit| unit.subscription_key == subscription_key)
    }

    /// A new access token for the sales unit; older ones stay valid (contract 1.1).
    pub(crate) fn issue_token(&mut self, msn: &str, now: i64) -> String {
        self.tokens.retain(|_, token| token.expires_at > now);
        if self.tokens.len() >= TOKENS_MAX {
            let oldest =
                self.tokens.iter().min_by_key(|(_, token)| token.expires_at).map(|(key, _)| key.clone());
            oldest.map(|key| self.tokens.remove(&key));
        }
        let expires_at = now + TOKEN_LIFE_MS;
        let token = self.dice.jwt(&serde_json::json!({
            "iss": "https://sts.windows.net/simulator/", "aud": "00000002-0000-0000-c000-000000000000",
            "nbf": now / 1000, "iat": now / 1000, "exp": expires_at / 1000, "msn": msn,
        }));
        self.tokens.insert(token.clone(), Token { msn: msn.into(), expires_at });
        token
    }

    /// The sales unit of a token that is still alive.
    pub(crate) fn bearer(&self, token: &str, now: i64) -> Option<&str> {
        self.tokens.get(token).filter(|token| token.expires_at > now).map(|token| token.msn.as_str())
    }

    /// Takes the news that have not been delivered yet, oldest first.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        self.news.drain(..).collect()
    }

    fn tell(&mut self, key: &Key, status: &'static str, at: i64) {
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
