//! One payment after the other, as a shop has them: most are paid, some are not.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::till::Till;
use crate::wait::{self, Look};

/// How long a payment may take to get on by one step.
const STEP: Duration = Duration::from_secs(30);
/// How long the till may hold the question after a payment, in seconds: less than one call may take.
const HELD_SECONDS: u32 = 5;

/// After so many payments nobody comes for a moment, as in every shop: the customer's page may be renewed then.
const BETWEEN_QUIET_MOMENTS: u32 = 100;
/// How many looks at the till a quiet moment lasts: more than a second.
const QUIET_LOOKS: u32 = 30;

/// How a payment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Paid,
    PaidAndGivenBack,
    CancelledByTheShop,
    CancelledByTheCustomer,
    DeclinedAndCancelled,
}

impl Course {
    /// Every tenth does not end with the money in the till.
    fn of(number: u32) -> Course {
        match (number % 10, number / 10 % 4) {
            (9, 0) => Course::CancelledByTheShop,
            (9, 1) => Course::CancelledByTheCustomer,
            (9, 2) => Course::DeclinedAndCancelled,
            (9, _) => Course::PaidAndGivenBack,
            _ => Course::Paid,
        }
    }
}

/// The reference of the payment `number`.
pub(crate) fn reference(number: u32) -> String {
    format!("long-life-{number:06}")
}

/// What the till can do that not every version can.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Abilities {
    /// It reads a payment at once when it is asked to.
    pub(crate) refreshes: bool,
    /// It gives money back.
    pub(crate) refunds: bool,
    /// It searches.
    pub(crate) searches: bool,
}

impl Abilities {
    /// Reads them from the till's description of itself.
    pub(crate) fn of(till: &Till) -> Result<Self> {
        let document = till.read("/v1/openapi.json")?;
        let has = |path: &str, method: &str| document["paths"][path][method].is_object();
        Ok(Self {
            refreshes: has("/v1/payments/{reference}/refresh", "post"),
            refunds: has("/v1/payments/{reference}/refunds", "post"),
            searches: has("/v1/payments", "get"),
        })
    }
}

/// Sells one thing: from the charge to the painted end.
pub(crate) fn sell(till: &Till, able: Abilities, number: u32) -> Result<()> {
    let reference = reference(number);
    let amount = json!({ "value": 10_000 + i64::from(number), "currency": "NOK" });
    till.charge(&reference, &amount)?;
    till.screen("scan")?;
    let course = Course::of(number);
    match course {
        Course::Paid | Course::PaidAndGivenBack => till.customer(&reference, "approve")?,
        Course::CancelledByTheShop => till.shop(&reference, "cancel")?,
        Course::CancelledByTheCustomer => till.customer(&reference, "cancel")?,
        Course::DeclinedAndCancelled => {
            till.customer(&reference, "decline")?;
            till.customer(&reference, "cancel")?;
        }
    }
    if able.refreshes && course != Course::CancelledByTheShop {
        till.shop(&reference, "refresh")?;
    }
    let payment = ended(till, &reference)?;
    let paid = matches!(course, Course::Paid | Course::PaidAndGivenBack);
    if (payment["status"] == "paid") != paid {
        bail!("{reference} should be {course:?}: {payment}");
    }
    if course == Course::PaidAndGivenBack && able.refunds {
        till.give_back(&reference)?;
    }
    till.painted()?;
    if number.is_multiple_of(BETWEEN_QUIET_MOMENTS) { quiet_moment(till, &reference) } else { Ok(()) }
}

/// Nobody comes: the screen is cleared and stays so for a moment.
fn quiet_moment(till: &Till, reference: &str) -> Result<()> {
    till.shop(reference, "dismiss")?;
    let mut looks = 0;
    wait::until("a quiet moment", STEP, || {
        let screen = till.read("/v1/screen")?;
        looks += u32::from(screen["view"] == "idle");
        Ok(if looks > QUIET_LOOKS { Look::Found(()) } else { Look::NotYet(screen.to_string()) })
    })?;
    till.painted().map(drop)
}

/// Waits for the end of a payment.
fn ended(till: &Till, reference: &str) -> Result<Value> {
    wait::closely(&format!("the end of {reference}"), STEP, || {
        let payment = till.read(&format!("/v1/payments/{reference}?wait={HELD_SECONDS}"))?;
        let is_final = payment["final"] == true;
        Ok(if is_final { Look::Found(payment) } else { Look::NotYet(payment.to_string()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_are_paid_and_the_tenth_differs() {
        let courses: Vec<Course> = (0..400).map(Course::of).collect();
        let count = |course| courses.iter().filter(|seen| **seen == course).count();
        assert_eq!(count(Course::Paid), 360);
        for course in [
            Course::PaidAndGivenBack,
            Course::CancelledByTheShop,
            Course::CancelledByTheCustomer,
            Course::DeclinedAndCancelled,
        ] {
            assert_eq!(count(course), 10, "{course:?}");
        }
    }
}
