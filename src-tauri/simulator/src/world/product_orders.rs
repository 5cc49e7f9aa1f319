//! Orders of products that a partner has filled in for a merchant (contract 1.8).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ActRefused, Bearer, World};

/// The link in which the merchant finishes it lives 14 days (contract 2.4).
const PREFILLED_FOR_MS: i64 = 14 * 86_400_000;
/// Orders kept at most; more are refused.
const ORDERS_MAX: usize = 10_000;
/// The first sales unit that an order can bring about.
const FIRST_NEW_MSN: usize = 700_001;

/// All of them, by id.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ProductOrders(BTreeMap<String, ProductOrder>);

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProductOrder {
    owner: Bearer,
    pub(crate) body: Value,
    pub(crate) received_at: i64,
    pub(crate) updated_at: i64,
    step: Step,
    /// Of the sales unit that it has brought about.
    pub(crate) msn: Option<String>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    Received,
    Viewed,
    Submitted,
    Completed,
    Rejected,
}

/// Why it could not be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRemoved {
    Unknown,
    /// The merchant has submitted it.
    TooLate,
}

impl ProductOrder {
    /// Its status in the words of the API.
    pub(crate) fn status(&self, now: i64) -> &'static str {
        match self.step {
            Step::Received | Step::Viewed if now - self.received_at >= PREFILLED_FOR_MS => "EXPIRED",
            Step::Received => "RECEIVED",
            Step::Viewed => "MERCHANT_VIEWED",
            Step::Submitted => "ORDER_SUBMITTED",
            Step::Completed => "COMPLETED",
            Step::Rejected => "REJECTED",
        }
    }
}

impl World {
    /// Keeps an order and gives its id; `None` if there are too many.
    pub(crate) fn add_product_order(&mut self, owner: Bearer, body: Value, now: i64) -> Option<String> {
        if self.product_orders.0.len() >= ORDERS_MAX {
            return None;
        }
        let id = self.dice.uuid();
        let (step, msn) = (Step::Received, None);
        let order = ProductOrder { owner, body, received_at: now, updated_at: now, step, msn };
        self.product_orders.0.insert(id.clone(), order);
        Some(id)
    }

    /// The orders that this caller has made.
    pub(crate) fn product_orders_of<'a>(
        &'a self,
        owner: &'a Bearer,
    ) -> impl Iterator<Item = (&'a String, &'a ProductOrder)> {
        self.product_orders.0.iter().filter(move |(_, order)| order.owner == *owner)
    }

    pub(crate) fn product_order(&self, owner: &Bearer, id: &str) -> Option<&ProductOrder> {
        self.product_orders.0.get(id).filter(|order| order.owner == *owner)
    }

    /// Takes an order back, until the merchant has submitted it.
    pub(crate) fn remove_product_order(&mut self, owner: &Bearer, id: &str) -> Result<(), NotRemoved> {
        match self.product_order(owner, id).map(|order| order.step) {
            Some(Step::Received | Step::Viewed) => {
                self.product_orders.0.remove(id);
                Ok(())
            }
            Some(_) => Err(NotRemoved::TooLate),
            None => Err(NotRemoved::Unknown),
        }
    }

    /// Lets it come as far as `step`, and gives its status.
    pub(crate) fn advance_order(
        &mut self,
        id: &str,
        step: Step,
        now: i64,
    ) -> Result<&'static str, ActRefused> {
        let completed = self.product_orders.0.values().filter(|order| order.msn.is_some()).count();
        let order = self.product_orders.0.get_mut(id).ok_or(ActRefused::Unknown)?;
        let possible = matches!(
            (order.status(now), step),
            ("RECEIVED" | "MERCHANT_VIEWED", Step::Viewed | Step::Submitted)
                | ("ORDER_SUBMITTED", Step::Completed | Step::Rejected)
        );
        if !possible {
            return Err(ActRefused::NotNow("the order is not at that point"));
        }
        order.step = step;
        order.updated_at = now;
        if step == Step::Completed {
            order.msn = Some((FIRST_NEW_MSN + completed).to_string());
        }
        Ok(order.status(now))
    }
}
