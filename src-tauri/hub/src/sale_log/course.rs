//! The whole course of one sale: what happened to it and to its money, in the order of time.

use std::collections::BTreeMap;

use payment::{CancelledBy, End, Fact, Moment};

use super::sale::MadeHere;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
    pub(crate) what: What,
    /// Minor units that it is about.
    pub(crate) amount: Option<i64>,
    /// Why, in the shop's words.
    pub(crate) reason: Option<String>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Asked,
    Created,
    CodeShown,
    Opened,
    Approved,
    Captured,
    GivenBackInAll,
    Paid,
    Reserved,
    CancelledByCustomer,
    CancelledByShop,
    Declined,
    Expired,
    Failed,
    ApprovedLate,
    ReleasedLate,
    PaidLate,
    CaptureAsked,
    CaptureDenied,
    ReleaseAsked,
    Released,
    ReleaseDenied,
    RefundAsked,
    Refunded,
    RefundRefused,
    RefundAskedAtHub,
    RefundedByHub,
}

/// The course of a sale: what its till told, and what the hub gave back of it.
///
/// What was merely intended is left out, and so is that a card was declined while another could be tried: it is the customer's
/// business.
pub(crate) fn course(facts: &[(Moment, Fact)], made_here: &[MadeHere]) -> Vec<Step> {
    let mut asked = BTreeMap::new();
    let mut money = (0, 0);
    let mut steps = Vec::new();
    for (at, fact) in facts {
        if let Fact::RefundAsked { number, amount, .. } = fact {
            asked.insert(*number, *amount);
        }
        let mut add = |what, amount: Option<u64>, reason: Option<&String>| {
            let amount = amount.map(|amount| i64::try_from(amount).unwrap_or(i64::MAX));
            steps.push(Step { at: at.0, what, amount, reason: reason.cloned() });
        };
        match fact {
            Fact::Moved { money: moved } => {
                if moved.captured > money.0 {
                    add(What::Captured, Some(moved.captured), None);
                }
                if moved.refunded > money.1 {
                    add(What::GivenBackInAll, Some(moved.refunded), None);
                }
                money = (moved.captured, moved.refunded);
            }
            Fact::RefundMade { number, refunded } => {
                money.1 = *refunded;
                add(What::Refunded, asked.get(number).copied(), None);
            }
            Fact::RefundAsked { amount, reason, .. } => {
                add(What::RefundAsked, Some(*amount), reason.as_ref());
            }
            fact => {
                if let Some((what, amount)) = plain(fact) {
                    add(what, amount, None);
                }
            }
        }
    }
    for made in made_here {
        let step = |at, what, reason| Step { at, what, amount: Some(made.amount), reason };
        steps.push(step(made.asked_at, What::RefundAskedAtHub, Some(made.reason.clone())));
        steps.extend(made.made_at.map(|at| step(at, What::RefundedByHub, None)));
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// A fact that needs no other to be understood, and the amount that it is about.
fn plain(fact: &Fact) -> Option<(What, Option<u64>)> {
    Some(match fact {
        Fact::Requested { order } => (What::Asked, Some(order.amount.minor())),
        Fact::Created { .. } | Fact::Found => (What::Created, None),
        Fact::CodeShown { .. } => (What::CodeShown, None),
        Fact::Opened => (What::Opened, None),
        Fact::Approved { reserved } => (What::Approved, Some(*reserved)),
        Fact::Ended { end, .. } => ended(end),
        Fact::ApprovedLate { reserved } => (What::ApprovedLate, Some(*reserved)),
        Fact::ReleasedLate => (What::ReleasedLate, None),
        Fact::PaidLate { captured } => (What::PaidLate, Some(*captured)),
        Fact::CaptureAsked { amount, .. } => (What::CaptureAsked, Some(*amount)),
        Fact::CaptureMade { captured, .. } => (What::Captured, Some(*captured)),
        Fact::CaptureDenied { .. } => (What::CaptureDenied, None),
        Fact::ReleaseAsked { amount, .. } => (What::ReleaseAsked, Some(*amount)),
        Fact::ReleaseMade { .. } => (What::Released, None),
        Fact::ReleaseDenied { .. } => (What::ReleaseDenied, None),
        Fact::RefundRefused { .. } => (What::RefundRefused, None),
        _ => return None,
    })
}

fn ended(end: &End) -> (What, Option<u64>) {
    match end {
        End::Paid { captured } => (What::Paid, Some(*captured)),
        End::Reserved { reserved } => (What::Reserved, Some(*reserved)),
        End::Cancelled { by: CancelledBy::Customer } => (What::CancelledByCustomer, None),
        End::Cancelled { by: CancelledBy::Shop } => (What::CancelledByShop, None),
        End::Declined => (What::Declined, None),
        End::Expired => (What::Expired, None),
        End::Failed { .. } => (What::Failed, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_is_told_with_its_own_amount_and_the_hubs_stands_where_it_was_made() {
        let asked = |number, amount| Fact::RefundAsked { number, amount, reason: None, request: None };
        let facts = [
            (Moment(1), Fact::Opened),
            (Moment(2), Fact::CardDeclined),
            (Moment(3), Fact::Approved { reserved: 900 }),
            (Moment(4), asked(1, 100)),
            (Moment(6), asked(2, 200)),
            (Moment(8), Fact::RefundMade { number: 2, refunded: 300 }),
        ];
        let here = MadeHere {
            amount: 100,
            reason: "cold".to_owned(),
            asked_at: 5,
            made_at: Some(7),
            store: "oslo".to_owned(),
        };
        let told: Vec<_> =
            course(&facts, &[here]).into_iter().map(|step| (step.at, step.what, step.amount)).collect();
        assert_eq!(
            told,
            [
                (1, What::Opened, None),
                (3, What::Approved, Some(900)),
                (4, What::RefundAsked, Some(100)),
                (5, What::RefundAskedAtHub, Some(100)),
                (6, What::RefundAsked, Some(200)),
                (7, What::RefundedByHub, Some(100)),
                (8, What::Refunded, Some(200)),
            ]
        );
    }
}
