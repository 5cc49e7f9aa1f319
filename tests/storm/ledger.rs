//! What the till has promised: every order that was sent, every payment that was acknowledged, and how each was told.
//! Whatever contradicts an earlier promise is written down as wrong.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

use super::refund::{Wish, is_doubled};
use crate::support::pos::Answer;

/// What nobody expects to see, and what it is about.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) reference: String,
    pub(crate) what: String,
}

/// When something was asked or heard, in an order that all registers share.
pub(crate) type Tick = u64;

/// One order of a register: what it sends under one key, as often as it likes.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) key: String,
    pub(crate) body: Value,
    /// The payment that it began, and since when that is known.
    pub(crate) begun: Option<(String, Tick)>,
    /// An answer was lost: it may have begun a payment that nobody told us of.
    pub(crate) unsure: bool,
    sent: u32,
    created: u32,
}

/// What is known of one payment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Minor units; 0 before anything is known.
    pub(crate) due: i64,
    pub(crate) status: String,
    /// How it ended, and since when that is known.
    pub(crate) ended: Option<(String, Tick)>,
    pub(crate) may_pay_again: bool,
    /// A customer has, or may have, had it before them.
    pub(crate) offered: bool,
    /// A customer approved it after its end, against the rules of Vipps MobilePay.
    pub(crate) late: bool,
    /// Minor units that were told to be given back.
    pub(crate) refunded: i64,
}

/// The ledger of all registers together.
#[derive(Default)]
pub(crate) struct Ledger {
    ticks: AtomicU64,
    pages: Mutex<Pages>,
}

/// What is written in it.
#[derive(Default)]
pub(crate) struct Pages {
    pub(crate) orders: Vec<Order>,
    pub(crate) payments: BTreeMap<String, Known>,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) wrong: Vec<Wrong>,
    /// How often what was answered: a status and its code.
    pub(crate) answers: BTreeMap<String, u64>,
}

impl Ledger {
    pub(crate) fn tick(&self) -> Tick {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().expect("nobody panics with it")
    }

    pub(crate) fn is_wrong(&self, reference: &str, what: String) {
        self.pages().wrong.push(Wrong { reference: reference.to_owned(), what });
    }

    /// The references of all payments that have not ended, as far as is known.
    pub(crate) fn open(&self) -> Vec<String> {
        let pages = self.pages();
        let open = pages.payments.iter().filter(|(_, known)| known.ended.is_none());
        open.map(|(reference, _)| reference.clone()).collect()
    }

    /// The orders that may have begun a payment that nobody has told us of.
    pub(crate) fn unsure(&self) -> Vec<usize> {
        let pages = self.pages();
        let unsure =
            pages.orders.iter().enumerate().filter(|(_, order)| order.unsure && order.begun.is_none());
        unsure.map(|(number, _)| number).collect()
    }

    /// Notes a new order and gives its number. `body` gets that number.
    pub(crate) fn draws_up(&self, body: impl FnOnce(usize) -> Value) -> usize {
        let mut pages = self.pages();
        let number = pages.orders.len();
        let (key, body) = (format!("key-of-order-{number}"), body(number));
        pages.orders.push(Order { key, body, begun: None, unsure: false, sent: 0, created: 0 });
        number
    }

    /// An order that is about to be sent, once more.
    pub(crate) fn sends(&self, number: usize) -> (Order, Tick) {
        let order = {
            let mut pages = self.pages();
            pages.orders[number].sent += 1;
            pages.orders[number].clone()
        };
        (order, self.tick())
    }

    /// What came back when order `number` was sent at `asked`.
    pub(crate) fn answered(&self, number: usize, asked: Tick, answer: Option<&Answer>) {
        let now = self.tick();
        let mut pages = self.pages();
        pages.count("start", answer);
        let order = &mut pages.orders[number];
        let begun_before = order.begun.clone().filter(|(_, since)| *since < asked);
        match answer {
            Some(answer) if matches!(answer.status, 200 | 201) => pages.began(number, now, answer),
            // Nothing is known, and the till says so itself.
            None => order.unsure = true,
            Some(answer) if answer.status >= 500 => {
                order.unsure = true;
                pages.only_503(answer);
            }
            Some(answer) => {
                order.unsure = false;
                if let Some((reference, _)) = begun_before {
                    let what = format!("order {number} began it, and is refused when repeated: {answer:?}");
                    pages.wrong.push(Wrong { reference, what });
                } else if answer.status != 409 || answer.code() != "payment_open" {
                    let what = format!("order {number} is refused: {answer:?}");
                    pages.wrong.push(Wrong { reference: String::new(), what });
                }
            }
        }
    }

    /// A payment was told in answer to a question of `asked`. Gives its reference if it has just been told for the
    /// first time that it is over.
    pub(crate) fn told(&self, asked: Tick, view: &Value) -> Option<String> {
        let now = self.tick();
        self.pages().told(asked, now, view)
    }

    /// Counts an answer that is no payment, and holds it against what may be answered.
    pub(crate) fn heard(&self, what: &str, answer: Option<&Answer>, expected: &[u16]) {
        let mut pages = self.pages();
        pages.count(what, answer);
        let Some(answer) = answer else { return };
        if answer.status >= 500 {
            pages.only_503(answer);
        } else if !expected.contains(&answer.status) {
            let what = format!("{what} is answered with {answer:?}");
            pages.wrong.push(Wrong { reference: String::new(), what });
        }
    }
}

impl Pages {
    fn began(&mut self, number: usize, now: Tick, answer: &Answer) {
        let reference = answer.body["reference"].as_str().unwrap_or_default().to_owned();
        let mut wrong = Vec::new();
        let others = self.orders.iter().enumerate().filter(|(other, _)| *other != number);
        if let Some((other, _)) = others
            .into_iter()
            .find(|(_, order)| order.begun.as_ref().is_some_and(|(begun, _)| *begun == reference))
        {
            wrong.push(format!("orders {other} and {number} have the same payment"));
        }
        let order = &mut self.orders[number];
        order.unsure = false;
        if answer.status == 201 {
            order.created += 1;
            if order.created > 1 {
                wrong.push(format!("order {number} has begun a payment {} times", order.created));
            }
        } else if order.sent == 1 {
            wrong.push(format!("order {number} was begun before it was sent"));
        }
        if answer.body["amount"] != order.body["amount"] {
            wrong.push(format!("order {number} was for {}", order.body["amount"]));
        }
        if order.body["reference"].as_str().is_some_and(|chosen| chosen != reference) {
            wrong.push(format!("order {number} chose the reference {}", order.body["reference"]));
        }
        match &order.begun {
            Some((begun, _)) if *begun != reference => {
                wrong.push(format!("order {number} had begun {begun} before"));
            }
            Some(_) => {}
            None => order.begun = Some((reference.clone(), now)),
        }
        let due = order.body["amount"]["value"].as_i64().unwrap_or(0);
        let known = self.payments.entry(reference.clone()).or_default();
        known.due = due;
        let wrong = wrong.into_iter().map(|what| Wrong { reference: reference.clone(), what });
        self.wrong.extend(wrong);
    }

    fn told(&mut self, asked: Tick, now: Tick, view: &Value) -> Option<String> {
        let text = |member: &str| view[member].as_str().unwrap_or_default().to_owned();
        let minor = |member: &str| view[member]["value"].as_i64().unwrap_or(-1);
        let (reference, status) = (text("reference"), text("status"));
        let (due, captured, refunded) = (minor("amount"), minor("captured"), minor("refunded"));
        let (is_final, may_pay_again) = (view["final"] == true, view["mayPayAgain"] == true);
        let known = self.payments.entry(reference.clone()).or_default();
        let mut wrong = Vec::new();
        if known.due != 0 && known.due != due {
            wrong.push(format!("{} was due before", known.due));
        }
        known.due = due;
        if captured != 0 && captured != due {
            wrong.push("a part was captured".to_owned());
        }
        if status == "paid" && (captured != due || !is_final) {
            wrong.push("it is shown as paid and is not".to_owned());
        }
        if refunded > captured || is_doubled(view) {
            wrong.push("money was given back that was not owed".to_owned());
        }
        if may_pay_again && (!is_final || captured != refunded || status == "paid") {
            wrong.push("it may be paid again while money moves".to_owned());
        }
        let ended_before = known.ended.as_ref().filter(|(_, since)| *since < asked);
        let paid_late = status == "paid" && view["problem"]["code"] == "paid_late";
        if let Some((end, _)) = ended_before
            && (*end != status || !is_final)
            && !paid_late
        {
            wrong.push(format!("it had ended as {end}"));
        }
        let news = is_final && known.ended.is_none();
        if is_final && known.ended.as_ref().is_none_or(|(end, _)| *end != status) {
            known.ended = Some((status.clone(), now));
        }
        known.may_pay_again |= may_pay_again;
        known.refunded = known.refunded.max(refunded);
        known.offered |= matches!(status.as_str(), "waiting" | "opened" | "approved") || captured > 0;
        known.status = status;
        let wrong = wrong.into_iter().map(|what| format!("{what}: {view}"));
        self.wrong.extend(wrong.map(|what| Wrong { reference: reference.clone(), what }));
        news.then_some(reference)
    }

    fn only_503(&mut self, answer: &Answer) {
        if answer.status != 503 || answer.code() != "busy" {
            let what = format!("the till is in trouble: {answer:?}");
            self.wrong.push(Wrong { reference: String::new(), what });
        }
    }

    fn count(&mut self, what: &str, answer: Option<&Answer>) {
        let name = match answer {
            None => format!("{what}: no answer"),
            Some(answer) if answer.status < 300 => format!("{what}: {}", answer.status),
            Some(answer) => format!("{what}: {} {}", answer.status, answer.code()),
        };
        *self.answers.entry(name).or_default() += 1;
    }
}
