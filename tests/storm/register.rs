//! A cash register whose staff is in a hurry: it does everything that the POS API offers, in any order, and repeats
//! what it got no answer to.

use std::time::Duration;

use serde_json::{Value, json};

use super::bell::Bell;
use super::chance::Chance;
use super::law;
use super::ledger::Ledger;
use super::vipps::Vipps;
use super::wire::Wire;

/// What a register sends by mistake: where to, and what.
const NONSENSE: [(&str, &str); 6] = [
    ("/v1/payments", "{"),
    ("/v1/payments", r#"{"amount":{"value":2.5,"currency":"NOK"}}"#),
    ("/v1/payments", r#"{"amount":{"value":-1,"currency":"NOK"}}"#),
    ("/v1/payments", r#"{"amount":{"value":24900,"currency":"NOK"},"colour":"red"}"#),
    ("/v1/payments", r#"{"amount":{"value":24900,"currency":"XXX"}}"#),
    ("/v1/payments/never-begun-1/cancel", ""),
];
/// Personal numbers, which must be found nowhere.
pub(crate) const PHONE: &str = "+47 98 76 54 32";
pub(crate) const PERSONAL_QR: &str = "https://qr.vipps.no/28/2/01/031/4798765432?v=1";

/// One register.
pub(crate) struct Register {
    pub(crate) chance: Chance,
    pub(crate) wire: Wire,
    /// Whether personal codes can be scanned here.
    pub(crate) epayment: bool,
    /// The numbers of its own orders.
    orders: Vec<usize>,
}

impl Register {
    pub(crate) fn new(chance: Chance, wire: Wire, epayment: bool) -> Register {
        Register { chance, wire, epayment, orders: Vec::new() }
    }

    /// Works until the bell rings.
    pub(crate) fn works(&mut self, ledger: &Ledger, vipps: &Vipps, over: &Bell) {
        while !over.within(self.chance.up_to_ms(80)) {
            self.acts(ledger, vipps);
        }
    }

    fn acts(&mut self, ledger: &Ledger, vipps: &Vipps) {
        let unsure = ledger.unsure();
        let unsure = self.orders.iter().copied().find(|own| unsure.contains(own));
        match (unsure, self.chance.below(100)) {
            (Some(order), 0..70) => self.sends(order, ledger, vipps),
            (_, 0..35) => {
                let order = self.next_order(ledger);
                self.sends(order, ledger, vipps);
            }
            (_, 35..45) => self.repeats(ledger, vipps),
            (_, 45..80) => self.looks(ledger, vipps),
            (_, 80..83) => self.cancels(ledger, vipps),
            (_, 83..86) => self.dismisses(ledger),
            (_, 86..92) => self.refunds(ledger, vipps),
            (_, 92..96) => self.makes_a_mistake(ledger),
            _ => {
                let path = self.chance.pick(&["/v1/screen", "/v1/health"]);
                ledger.heard(path, self.wire.get(path).as_ref(), &[200]);
            }
        }
    }

    /// The newest one if it was refused, because somebody else's payment was open; mostly.
    fn next_order(&mut self, ledger: &Ledger) -> usize {
        let newest = self.orders.last().copied();
        let refused = newest.filter(|newest| ledger.pages().orders[*newest].begun.is_none());
        match refused {
            Some(refused) if !self.chance.one_in(5) => refused,
            _ => self.draws_up(ledger),
        }
    }

    /// An order like no other: its amount is its own.
    fn draws_up(&mut self, ledger: &Ledger) -> usize {
        let (chance, epayment) = (&mut self.chance, self.epayment);
        let order = ledger.draws_up(|number| {
            let value = 1_000 + i64::try_from(number).expect("there are not that many");
            let mut body = json!({ "amount": { "value": value, "currency": "NOK" } });
            if chance.one_in(2) {
                body["reference"] = format!("sale-{number}-1").into();
            }
            match chance.below(8) {
                0 => body["description"] = "Two coffees and a bun".into(),
                1 => body["lines"] = json!([{ "name": "Coffee", "unitPrice": value }]),
                2 => {
                    body["flow"] = "push".into();
                    body["phoneNumber"] = PHONE.into();
                }
                3 | 4 if epayment => {
                    body["flow"] = "personal_qr".into();
                    body["personalQr"] = PERSONAL_QR.into();
                }
                _ => {}
            }
            body
        });
        self.orders.push(order);
        order
    }

    /// Sends an order; in a hurry, twice at once.
    fn sends(&mut self, order: usize, ledger: &Ledger, vipps: &Vipps) {
        let wire = &self.wire;
        std::thread::scope(|scope| {
            if self.chance.one_in(4) {
                scope.spawn(|| send(wire, order, ledger, vipps));
            }
            send(wire, order, ledger, vipps);
        });
    }

    /// Repeats an order that began a payment, or asks for something else under its key.
    fn repeats(&mut self, ledger: &Ledger, vipps: &Vipps) {
        let begun: Vec<usize> = {
            let pages = ledger.pages();
            self.orders.iter().copied().filter(|own| pages.orders[*own].begun.is_some()).collect()
        };
        if begun.is_empty() {
            return;
        }
        let number = *self.chance.pick(&begun);
        if self.chance.one_in(3) {
            let order = ledger.pages().orders[number].clone();
            let mut body = order.body;
            body["amount"]["value"] = 99_900.into();
            let lines = body.as_object_mut().map(|members| members.remove("lines"));
            drop(lines);
            let answer = self.wire.post("/v1/payments", Some(&order.key), &body.to_string());
            ledger.heard("another order under a used key", answer.as_ref(), &[422]);
        } else {
            self.sends(number, ledger, vipps);
        }
    }

    /// Looks at one of its payments, perhaps waiting for a change.
    fn looks(&mut self, ledger: &Ledger, vipps: &Vipps) {
        let Some(reference) = self.one_of_its_own(ledger) else { return };
        let query = *self.chance.pick(&["", "", "?wait=1", "?wait=2"]);
        look(&self.wire, &reference, query, ledger, vipps);
    }

    fn cancels(&mut self, ledger: &Ledger, vipps: &Vipps) {
        let Some(reference) = self.one_of_its_own(ledger) else { return };
        let asked = ledger.tick();
        let answer = self.wire.post(&format!("/v1/payments/{reference}/cancel"), None, "");
        ledger.heard("cancel", answer.as_ref(), &[200, 409]);
        if let Some(answer) = answer.filter(|answer| answer.status == 200) {
            tell(asked, &answer.body, ledger, vipps);
        }
    }

    fn dismisses(&mut self, ledger: &Ledger) {
        let Some(reference) = self.one_of_its_own(ledger) else { return };
        let answer = self.wire.post(&format!("/v1/payments/{reference}/dismiss"), None, "");
        ledger.heard("dismiss", answer.as_ref(), &[204, 409]);
    }

    fn makes_a_mistake(&mut self, ledger: &Ledger) {
        if self.chance.one_in(5) {
            let stranger = self.wire.with_token(&"0".repeat(64));
            ledger.heard("a wrong token", stranger.get("/v1/health").as_ref(), &[401]);
            return;
        }
        let (path, body) = *self.chance.pick(&NONSENSE);
        ledger.heard("nonsense", self.wire.post(path, None, body).as_ref(), &[400, 404, 422]);
    }

    /// The references of all payments that it began.
    pub(crate) fn own_payments(&self, ledger: &Ledger) -> Vec<String> {
        let pages = ledger.pages();
        let begun = self.orders.iter().filter_map(|own| pages.orders[*own].begun.as_ref());
        begun.map(|(reference, _)| reference.clone()).collect()
    }

    /// The newest one mostly; now and then an old one.
    fn one_of_its_own(&mut self, ledger: &Ledger) -> Option<String> {
        let begun = self.own_payments(ledger);
        let newest = begun.last()?;
        Some(if self.chance.one_in(4) { self.chance.pick(&begun) } else { newest }.clone())
    }
}

/// Sends an order and writes down what came of it.
pub(crate) fn send(wire: &Wire, order: usize, ledger: &Ledger, vipps: &Vipps) {
    let (what, asked) = ledger.sends(order);
    let answer = wire.post("/v1/payments", Some(&what.key), &what.body.to_string());
    ledger.answered(order, asked, answer.as_ref());
    if let Some(answer) = answer.filter(|answer| answer.status < 300) {
        tell(asked, &answer.body, ledger, vipps);
    }
}

/// Looks at a payment that must be known. Gives it if there was an answer.
pub(crate) fn look(
    wire: &Wire,
    reference: &str,
    query: &str,
    ledger: &Ledger,
    vipps: &Vipps,
) -> Option<Value> {
    let asked = ledger.tick();
    let answer = wire.get(&format!("/v1/payments/{reference}{query}"));
    ledger.heard("look", answer.as_ref(), &[200]);
    let view = answer.filter(|answer| answer.status == 200)?.body;
    tell(asked, &view, ledger, vipps);
    Some(view)
}

/// Writes down how a payment is. When it is over, the truth had better agree.
pub(crate) fn tell(asked: u64, view: &Value, ledger: &Ledger, vipps: &Vipps) {
    if let Some(ended) = ledger.told(asked, view) {
        law::compare(ledger, vipps, &ended);
    }
}

/// How long a customer or a register takes to wonder.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(150);
