//! After the storm: all is well again, customers make up their minds, time goes on, and everything comes to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use journal::{Journal, Seq, SqliteJournal, Story};
use payment::Fact;
use serde_json::{Value, json};

use super::Storm;
use super::bell::Bell;
use super::law::{self, is_alive, is_held};
use super::refund::{self, is_due};
use super::register::{PERSONAL_QR, PHONE, look, send};

/// How long a payment may take to end once its customer has made up their mind, or its time is over.
const ENDS_WITHIN: Duration = Duration::from_secs(15);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// How often time is moved past the end of an unpaid payment.
const WINDOWS: u32 = 4;
/// So much later a payment is over for whoever is asked, in seconds.
const WINDOW_S: u64 = 12 * 60;
/// So much later nobody watches an ended payment any more, in seconds.
const WATCH_S: u64 = 25 * 3_600;
/// How many stories are read at once.
const STORIES: u32 = 100;

impl Storm {
    /// Everything ends, is as it was told, and the till is free.
    pub(super) fn comes_to_rest(&mut self) {
        self.weather.clears_up(&self.vipps);
        // One that has just started has no failures behind it that it would wait for.
        self.restarts();
        for order in self.ledger.unsure() {
            self.clears(order);
        }
        self.clears_refunds();
        for _ in 0..WINDOWS {
            if self.all_have_ended() {
                break;
            }
            self.vipps.time_passes(WINDOW_S);
            // A till that waits for a moment learns what time it is when it asks for something, or starts.
            self.restarts();
        }
        for reference in self.ledger.open() {
            self.ledger.is_wrong(&reference, "it never ends".to_owned());
        }
        self.stops_if_wrong();
        self.vipps.time_passes(WATCH_S);
        self.restarts();
        self.nothing_is_held();
        self.no_refund_is_due();
        self.sells_as_ever();
        self.all_is_as_it_was_told();
        self.the_listener_knows_everything();
        self.till.is_killed();
        self.the_journal_agrees();
        self.no_secret_is_written();
        self.stops_if_wrong();
    }

    fn restarts(&mut self) {
        self.till.is_killed();
        self.till.starts();
        self.till.is_ready();
    }

    /// An order whose answer was lost is sent until there is one. What it begins, a customer ends.
    fn clears(&mut self, order: usize) {
        for _ in 0..WINDOWS {
            send(&self.wire, order, &self.ledger, &self.vipps);
            if !self.ledger.unsure().contains(&order) {
                return;
            }
        }
        self.ledger.is_wrong("", format!("order {order} gets no answer from a till that is ready"));
    }

    /// The same for money that was to be given back.
    fn clears_refunds(&self) {
        let unsure = || self.ledger.pages().wishes.iter().position(|wish| wish.unsure);
        let wishes = self.ledger.pages().wishes.len();
        for wish in (0..wishes).map_while(|_| unsure()) {
            refund::send(&self.wire, wish, &self.ledger, &self.vipps);
        }
        let left = unsure();
        if let Some(wish) = left {
            self.ledger.is_wrong("", format!("refund {wish} gets no answer from a till that is ready"));
        }
    }

    fn all_have_ended(&mut self) -> bool {
        let decided = ["approve", "cancel", "decline"];
        for reference in self.ledger.open() {
            let act = *self.chance.pick(&decided);
            self.vipps.customer(&reference, act);
        }
        within(ENDS_WITHIN, || {
            for reference in self.ledger.open() {
                look(&self.wire, &reference, "", &self.ledger, &self.vipps);
            }
            self.ledger.open().is_empty()
        })
    }

    /// Every reservation is captured or released.
    fn nothing_is_held(&self) {
        let held = || {
            let held = self.vipps.truths().into_iter().filter(is_held);
            held.map(|truth| truth["reference"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        if !within(ENDS_WITHIN, || held().is_empty()) {
            for reference in held() {
                self.ledger.is_wrong(&reference, "money stays reserved for ever".to_owned());
            }
        }
    }

    /// Every refund is made, or refused for good.
    fn no_refund_is_due(&self) {
        let mut left: Vec<String> = self.ledger.pages().payments.keys().cloned().collect();
        let is_left =
            |name: &String| look(&self.wire, name, "", &self.ledger, &self.vipps).as_ref().is_none_or(is_due);
        within(ENDS_WITHIN, || {
            left.retain(is_left);
            left.is_empty()
        });
        for reference in left {
            self.ledger.is_wrong(&reference, "a refund is never made".to_owned());
        }
    }

    /// The till is free and ready, and the next customer pays as ever.
    fn sells_as_ever(&self) {
        let health = self.wire.get("/v1/health").map(|answer| answer.body);
        if health.as_ref().is_none_or(|health| health["ready"] != true) {
            self.ledger.is_wrong("", format!("the till is not ready: {health:?}"));
        }
        let order = self.ledger.draws_up(|_| json!({ "amount": { "value": 24_900, "currency": "NOK" } }));
        send(&self.wire, order, &self.ledger, &self.vipps);
        let Some((reference, _)) = self.ledger.pages().orders[order].begun.clone() else {
            self.ledger.is_wrong("", "the till is not free".to_owned());
            return;
        };
        let is = |status: &str| {
            let look = || look(&self.wire, &reference, "", &self.ledger, &self.vipps);
            within(ENDS_WITHIN, || look().is_some_and(|view| view["status"] == status))
        };
        if !(is("waiting") && self.vipps.customer(&reference, "approve") && is("paid")) {
            self.ledger.is_wrong(&reference, "the next customer can't pay".to_owned());
        }
    }

    /// What each payment was told to be, it still is, here and at Vipps MobilePay; and there is no other.
    fn all_is_as_it_was_told(&self) {
        let known: BTreeSet<String> = self.ledger.pages().payments.keys().cloned().collect();
        for reference in &known {
            let view = look(&self.wire, reference, "", &self.ledger, &self.vipps);
            law::compare(&self.ledger, &self.vipps, reference);
            let wishes = self.ledger.pages().wishes.clone();
            let wishes = wishes.into_iter().filter(|wish| wish.reference == *reference).collect::<Vec<_>>();
            if let (Some(view), Some(truth)) = (view, self.vipps.truth(reference)) {
                for what in refund::wrong_at_rest(&view, &truth, &wishes) {
                    self.ledger.is_wrong(reference, what);
                }
            }
        }
        let begun: BTreeSet<String> = {
            let pages = self.ledger.pages();
            pages.orders.iter().filter_map(|order| order.begun.clone()).map(|(begun, _)| begun).collect()
        };
        for truth in self.vipps.truths() {
            let reference = truth["reference"].as_str().unwrap_or_default();
            let wrong = |what: &str| self.ledger.is_wrong(reference, what.to_owned());
            if !begun.contains(reference) {
                wrong("no order has begun it");
            }
            if is_alive(&truth) {
                wrong("a customer can still pay it");
            }
            let paid =
                self.ledger.pages().payments.get(reference).is_some_and(|known| known.status == "paid");
            let kept = truth["captured"].as_i64() > truth["refunded"].as_i64();
            if kept && !paid {
                wrong("the money is kept, and the till does not say so");
            }
        }
        if known != begun {
            let strangers: Vec<_> = known.symmetric_difference(&begun).collect();
            self.ledger.is_wrong("", format!("payments that no order has begun: {strangers:?}"));
        }
    }

    /// Whoever only listened, and was cut off with every kill, knows how each payment ended.
    fn the_listener_knows_everything(&mut self) {
        let ends: BTreeMap<String, Value> = {
            let pages = self.ledger.pages();
            pages.payments.iter().map(|(name, known)| (name.clone(), known.status.clone().into())).collect()
        };
        self.listener.catches_up(&self.wire, &self.ledger, &self.vipps);
        for (reference, status) in &ends {
            let heard = self.listener.of(reference).map_or(&Value::Null, |view| &view["status"]);
            if heard != status {
                self.ledger.is_wrong(reference, format!("it is {status}, and the listener heard {heard}"));
            }
        }
    }

    /// The journal tells of the same payments. Every capture and refund was written down before it was asked for
    /// and moved money once, and each payment ended once.
    fn the_journal_agrees(&self) {
        let stories = stories(&self.till.journal());
        let known: BTreeSet<String> = self.ledger.pages().payments.keys().cloned().collect();
        let told: BTreeSet<String> = stories.iter().map(|story| story.reference.to_string()).collect();
        if told != known {
            let strangers: Vec<_> = told.symmetric_difference(&known).collect();
            self.ledger.is_wrong("", format!("the journal and the registers differ: {strangers:?}"));
        }
        for story in stories {
            let reference = story.reference.as_str();
            let facts = || story.entries.iter().map(|entry| &entry.fact);
            let ends = facts().filter(|fact| matches!(fact, Fact::Ended { .. })).count();
            if ends != 1 {
                self.ledger.is_wrong(reference, format!("it ended {ends} times"));
            }
            let mut keys: Vec<&str> = facts()
                .filter_map(|fact| match fact {
                    Fact::CaptureIntended { key, .. } | Fact::RefundIntended { key, .. } => {
                        Some(key.as_str())
                    }
                    _ => None,
                })
                .collect();
            let truth = self.vipps.truth(reference).unwrap_or_default();
            let moved =
                ["captures", "refunds"].into_iter().filter_map(|kind| truth[kind].as_array()).flatten();
            for key in moved.filter_map(|moved| moved["requestId"].as_str()) {
                // Each key moves money once.
                if let Some(known) = keys.iter().position(|known| *known == key) {
                    keys.swap_remove(known);
                } else {
                    let what = format!("{key} moved money and was not written down, or moved it twice");
                    self.ledger.is_wrong(reference, what);
                }
            }
        }
    }

    /// No key, no token and no phone number is in any file but its own.
    fn no_secret_is_written(&self) {
        let premises = &self.till.premises;
        let token = std::fs::read_to_string(premises.data().join("pos-token")).expect("it is there");
        let unit = premises.vipps.sales_unit();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let number = digits(PHONE)[2..].to_owned();
        assert!(PERSONAL_QR.contains(&number), "the code is of the same customer");
        let access = premises.vipps.beginning_of_access_tokens();
        let secrets = [
            token.trim().to_owned(),
            unit.client_secret,
            unit.subscription_key,
            access,
            PHONE.to_owned(),
            number,
        ];
        for file in premises.files() {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if ["keys.json", "pos-token"].contains(&name.as_str()) {
                continue;
            }
            let bytes = std::fs::read(&file).unwrap_or_default();
            for secret in &secrets {
                if bytes.windows(secret.len()).any(|part| part == secret.as_bytes()) {
                    self.ledger.is_wrong("", format!("a secret is in {}", file.display()));
                }
            }
        }
    }
}

/// Every story in the journal at `path`, whose till is gone.
pub(super) fn stories(path: &std::path::Path) -> Vec<Story> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system has a thread to spare").block_on(async {
        let journal = SqliteJournal::open(path).await.expect("the journal can be opened");
        let mut references = BTreeSet::new();
        let mut seq = Seq::NONE;
        loop {
            let more = journal.changed_since(seq, STORIES).await.expect("the journal can be read");
            let Some((newest, _)) = more.last() else { break };
            seq = *newest;
            references.extend(more.into_iter().map(|(_, reference)| reference));
        }
        let mut stories = Vec::new();
        for reference in references {
            stories.extend(journal.story(&reference).await.expect("the journal can be read"));
        }
        stories
    })
}

/// Looks until it is so, for about `limit`. Gives whether it came to be.
fn within(limit: Duration, mut look: impl FnMut() -> bool) -> bool {
    let looks = limit.as_millis() / PAUSE.as_millis();
    (0..looks).any(|_| look() || Bell::default().within(PAUSE))
}
