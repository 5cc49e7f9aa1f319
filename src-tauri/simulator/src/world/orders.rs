//! What merchants have told about their orders (contract 1.5). Nobody checks that there is such an order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;

/// Orders, categories and pictures kept at most, of each; more are refused.
const KEPT_MAX: usize = 100_000;

/// All of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Orders {
    #[serde(with = "super::state::pairs")]
    told: BTreeMap<OrderKey, Told>,
    categories: BTreeMap<String, Category>,
    /// Sales unit and id.
    images: BTreeSet<(String, String)>,
}

/// Names an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OrderKey {
    pub(crate) msn: String,
    /// `ECOM` or `RECURRING`.
    pub(crate) kind: String,
    pub(crate) order_id: String,
}

/// What is known about an order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) receipt: Option<Value>,
    /// As version 2 has it: one per order.
    pub(crate) category: Option<Value>,
}

/// One category of version 3.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Category {
    msn: String,
    pub(crate) body: Value,
}

/// Why it was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// There is one already, and it stays as it is (trap 53).
    AlreadyThere,
    TooMany,
    /// No picture has that id.
    UnknownImage,
}

impl World {
    /// Keeps a receipt, once and for all.
    pub(crate) fn add_receipt(&mut self, key: OrderKey, receipt: Value) -> Result<(), NotKept> {
        let told = self.orders.of(key)?;
        if told.receipt.is_some() {
            return Err(NotKept::AlreadyThere);
        }
        told.receipt = Some(receipt);
        Ok(())
    }

    /// Keeps a category in place of the one before.
    pub(crate) fn put_category(&mut self, key: OrderKey, category: Value) -> Result<(), NotKept> {
        self.check_image(&key.msn, &category)?;
        self.orders.of(key)?.category = Some(category);
        Ok(())
    }

    pub(crate) fn told(&self, key: &OrderKey) -> Option<&Told> {
        self.orders.told.get(key)
    }

    /// Keeps one more category and gives its id.
    pub(crate) fn add_category(&mut self, msn: &str, body: Value) -> Result<String, NotKept> {
        self.check_image(msn, &body)?;
        if self.orders.categories.len() >= KEPT_MAX {
            return Err(NotKept::TooMany);
        }
        let id = self.dice.uuid();
        let mut body = body;
        body["categoryId"] = id.clone().into();
        self.orders.categories.insert(id.clone(), Category { msn: msn.into(), body });
        Ok(id)
    }

    /// The categories of that sales unit, of one order if it is named.
    pub(crate) fn categories(&self, msn: &str, order_id: Option<&str>) -> Vec<Value> {
        let theirs = self.orders.categories.values().filter(|category| category.msn == msn);
        let bodies = theirs.map(|category| category.body.clone());
        bodies.filter(|body| order_id.is_none_or(|id| body["orderId"] == id)).collect()
    }

    pub(crate) fn category(&self, msn: &str, id: &str) -> Option<&Value> {
        self.orders.categories.get(id).filter(|category| category.msn == msn).map(|category| &category.body)
    }

    /// Says whether it was there.
    pub(crate) fn remove_category(&mut self, msn: &str, id: &str) -> bool {
        self.category(msn, id).is_some() && self.orders.categories.remove(id).is_some()
    }

    /// Keeps the id of a picture; one that is there is never overwritten.
    pub(crate) fn add_image(&mut self, msn: &str, id: &str) -> Result<(), NotKept> {
        if self.orders.images.len() >= KEPT_MAX {
            return Err(NotKept::TooMany);
        }
        let new = self.orders.images.insert((msn.into(), id.into()));
        if new { Ok(()) } else { Err(NotKept::AlreadyThere) }
    }

    fn check_image(&self, msn: &str, body: &Value) -> Result<(), NotKept> {
        let Some(id) = body["imageId"].as_str() else { return Ok(()) };
        let known = self.orders.images.contains(&(msn.to_owned(), id.to_owned()));
        if known { Ok(()) } else { Err(NotKept::UnknownImage) }
    }
}

impl Orders {
    fn of(&mut self, key: OrderKey) -> Result<&mut Told, NotKept> {
        if self.told.len() >= KEPT_MAX && !self.told.contains_key(&key) {
            return Err(NotKept::TooMany);
        }
        Ok(self.told.entry(key).or_default())
    }
}
