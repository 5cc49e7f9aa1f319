//! One sale as an auditor sees it: what was sold, what was paid and what was given back.
//!
//! Nothing of it names a customer, and nobody at a till: no fact has a number of a telephone, and who gave money back is for
//! the audit trail.

use std::collections::BTreeMap;

use contract::{Currency, Status, Store};
use payment::{Fact, Line, Moment};

use crate::payments::read;
use crate::refusal::Failure;

/// A sale: one payment that a till asked for.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) till: String,
    pub(crate) reference: String,
    pub(crate) store: Store,
    pub(crate) status: Status,
    pub(crate) currency: Currency,
    /// Minor units: what was due, what was collected, and what of it was given back.
    pub(crate) amount: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// When the till asked for it: milliseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
    /// What it is called in the customer's app.
    pub(crate) description: String,
    /// What was sold, if the till was told.
    pub(crate) lines: Vec<Line>,
    /// What was given back, oldest first. Together it is `refunded`.
    pub(crate) returns: Vec<Return>,
}

/// Money that was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Return {
    /// When, if that is known.
    pub(crate) at: Option<i64>,
    /// Minor units.
    pub(crate) amount: i64,
    /// Why, in the shop's words.
    pub(crate) reason: Option<String>,
    pub(crate) place: ReturnPlace,
}

/// Where money was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReturnPlace {
    /// At the till that took it.
    Here,
    /// Through the hub, in the same store.
    SameStore,
    /// Through the hub, in another store of the chain.
    OtherStore,
    /// By another hand: in the portal, for example.
    Elsewhere,
}

/// How a sale stands, in the terms of whoever looks at sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Paid,
    PartlyReturned,
    Returned,
    Reserved,
    UnderWay,
    NotSure,
    Cancelled,
    Declined,
    Expired,
    Failed,
}

/// A sale as the database has it, without its story.
pub(crate) struct Kept {
    pub(crate) till: String,
    pub(crate) reference: String,
    pub(crate) store: String,
    pub(crate) msn: String,
    pub(crate) status: String,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) at: i64,
}

/// A return that the hub has made.
#[derive(Clone, Debug)]
pub(crate) struct MadeHere {
    pub(crate) amount: i64,
    pub(crate) reason: String,
    pub(crate) asked_at: i64,
    pub(crate) made_at: Option<i64>,
    /// The store in which the customer stood.
    pub(crate) store: String,
}

impl Sale {
    /// The sale with its story, as far as it is at hand: the first fact says what was sold, all of them say what the till gave
    /// back.
    pub(crate) fn new(
        store_name: &str,
        kept: Kept,
        facts: &[(Moment, Fact)],
        made_here: &[MadeHere],
    ) -> Result<Sale, Failure> {
        let order = facts.iter().find_map(|(_, fact)| match fact {
            Fact::Requested { order } => Some(order),
            _ => None,
        });
        let returns = returns(&kept, facts, made_here);
        Ok(Sale {
            status: read(&kept.status)?,
            currency: read(&kept.currency)?,
            till: kept.till,
            reference: kept.reference,
            store: Store { id: kept.store, name: store_name.to_owned(), msn: kept.msn },
            amount: kept.amount,
            captured: kept.captured,
            refunded: kept.refunded,
            at: kept.at,
            description: order.map(|order| order.description.clone()).unwrap_or_default(),
            lines: order.map(|order| order.lines.clone()).unwrap_or_default(),
            returns,
        })
    }

    pub(crate) fn standing(&self) -> Standing {
        match self.status {
            _ if self.refunded > 0 && self.refunded >= self.captured => Standing::Returned,
            _ if self.refunded > 0 => Standing::PartlyReturned,
            _ if self.captured > 0 => Standing::Paid,
            Status::Approved => Standing::Reserved,
            Status::Paid => Standing::Paid,
            Status::Starting | Status::Waiting | Status::Opened => Standing::UnderWay,
            Status::Checking => Standing::NotSure,
            Status::Cancelled => Standing::Cancelled,
            Status::Declined => Standing::Declined,
            Status::Expired => Standing::Expired,
            Status::Failed => Standing::Failed,
        }
    }
}

impl Standing {
    /// Its name for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Standing::Paid => "paid",
            Standing::PartlyReturned => "partly_returned",
            Standing::Returned => "returned",
            Standing::Reserved => "reserved",
            Standing::UnderWay => "under_way",
            Standing::NotSure => "checking",
            Standing::Cancelled => "cancelled",
            Standing::Declined => "declined",
            Standing::Expired => "expired",
            Standing::Failed => "failed",
        }
    }
}

impl ReturnPlace {
    /// Its name for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ReturnPlace::Here => "till",
            ReturnPlace::SameStore => "store",
            ReturnPlace::OtherStore => "other_store",
            ReturnPlace::Elsewhere => "elsewhere",
        }
    }
}

/// Everything that was given back. What neither the till nor the hub has done was another hand's.
fn returns(kept: &Kept, facts: &[(Moment, Fact)], made_here: &[MadeHere]) -> Vec<Return> {
    let mut returns = at_the_till(facts);
    returns.extend(made_here.iter().map(|made| Return {
        at: Some(made.made_at.unwrap_or(made.asked_at)),
        amount: made.amount,
        reason: Some(made.reason.clone()),
        place: if made.store == kept.store { ReturnPlace::SameStore } else { ReturnPlace::OtherStore },
    }));
    let known: i64 = returns.iter().map(|made| made.amount).fold(0, i64::saturating_add);
    let rest = kept.refunded.saturating_sub(known);
    if rest > 0 {
        let learnt =
            facts.iter().rev().find(|(_, fact)| matches!(fact, Fact::Moved { money } if money.refunded > 0));
        let at = learnt.map(|(at, _)| at.0);
        returns.push(Return { at, amount: rest, reason: None, place: ReturnPlace::Elsewhere });
    }
    returns.sort_by_key(|made| made.at.unwrap_or(i64::MAX));
    returns
}

fn at_the_till(facts: &[(Moment, Fact)]) -> Vec<Return> {
    let mut asked: BTreeMap<u32, (u64, Option<&String>)> = BTreeMap::new();
    let mut returns = Vec::new();
    for (at, fact) in facts {
        match fact {
            Fact::RefundAsked { number, amount, reason, .. } => {
                asked.insert(*number, (*amount, reason.as_ref()));
            }
            Fact::RefundMade { number, .. } => {
                let Some((amount, reason)) = asked.remove(number) else { continue };
                returns.push(Return {
                    at: Some(at.0),
                    amount: i64::try_from(amount).unwrap_or(i64::MAX),
                    reason: reason.cloned(),
                    place: ReturnPlace::Here,
                });
            }
            _ => {}
        }
    }
    returns
}

#[cfg(test)]
mod tests {
    use payment::Money;

    use super::*;

    fn kept(captured: i64, refunded: i64) -> Kept {
        Kept {
            till: "t-1".to_owned(),
            reference: "sale-1001".to_owned(),
            store: "oslo".to_owned(),
            msn: "654321".to_owned(),
            status: "paid".to_owned(),
            currency: "NOK".to_owned(),
            amount: 24_900,
            captured,
            refunded,
            at: 1,
        }
    }

    fn asked(number: u32, amount: u64, reason: &str) -> Fact {
        Fact::RefundAsked { number, amount, reason: Some(reason.to_owned()), request: None }
    }

    #[test]
    fn returns_are_all_that_was_given_back_whoever_did_it() {
        let money = Money { reserved: 24_900, captured: 24_900, refunded: 5_000 };
        let facts = [
            (Moment(10), asked(1, 1_000, "cold")),
            (Moment(11), asked(2, 2_000, "broken")),
            (Moment(20), Fact::RefundMade { number: 1, refunded: 1_000 }),
            (Moment(40), Fact::Moved { money }),
        ];
        let here = MadeHere {
            amount: 500,
            reason: "late".to_owned(),
            asked_at: 29,
            made_at: Some(30),
            store: "bergen".to_owned(),
        };
        let sale = Sale::new("Oslo", kept(24_900, 5_000), &facts, &[here]).expect("it can be read");
        let told: Vec<_> = sale
            .returns
            .iter()
            .map(|made| (made.at, made.amount, made.reason.as_deref(), made.place))
            .collect();
        assert_eq!(
            told,
            [
                (Some(20), 1_000, Some("cold"), ReturnPlace::Here),
                (Some(30), 500, Some("late"), ReturnPlace::OtherStore),
                (Some(40), 3_500, None, ReturnPlace::Elsewhere),
            ],
            "what was asked for and not made is no return"
        );
        assert_eq!(sale.standing(), Standing::PartlyReturned);
    }

    #[test]
    fn a_sale_stands_as_its_money_does() {
        let of = |captured, refunded, status: &str| {
            let kept = Kept { status: status.to_owned(), ..kept(captured, refunded) };
            Sale::new("Oslo", kept, &[], &[]).expect("it can be read").standing()
        };
        assert_eq!(of(24_900, 0, "paid"), Standing::Paid);
        assert_eq!(of(24_900, 24_900, "paid"), Standing::Returned);
        assert_eq!(of(10_000, 0, "approved"), Standing::Paid, "a part of it is collected");
        assert_eq!(of(0, 0, "approved"), Standing::Reserved);
        assert_eq!(of(0, 0, "expired"), Standing::Expired);
        assert_eq!(of(24_900, 0, "failed"), Standing::Paid, "money that is kept is a sale, however it went");
    }
}
