//! The partner's orders as Vipps MobilePay lists them.

use std::collections::BTreeSet;

use vipps::management::{OrderStatus, ProductOrderState};
use vipps::{Error, Management};

use crate::merchant::key;
use crate::orders::Orders;

/// The orders that there were at one moment.
#[derive(Debug)]
pub(crate) struct List {
    /// When it was asked for, in Unix milliseconds.
    pub(crate) at: i64,
    orders: Vec<ProductOrderState>,
}

impl List {
    /// Reads it. While an order is looked for, those of which the list does not say for whom they are, are read one by one.
    pub(crate) async fn read(management: Management<'_>, orders: &Orders, at: i64) -> Result<List, Error> {
        let mut list = List { at, orders: management.product_orders().await? };
        if orders.any_unclear() {
            for order in list.orders.iter_mut().filter(|order| key_of(order).is_none()) {
                if !orders.has(&order.id) && !orders.was_silent(&order.id) {
                    *order = management.product_order(&order.id).await?;
                }
            }
        }
        Ok(list)
    }

    /// The order for the merchant of this key that lives and is not known to be one of `orders`. One that the merchant
    /// has seen already comes first.
    pub(crate) fn stranger(&self, key: &str, orders: &Orders) -> Option<&ProductOrderState> {
        let strangers = self.orders.iter().filter(|order| {
            key_of(order).is_some_and(|found| found == key) && lives(order) && !orders.has(&order.id)
        });
        strangers.min_by_key(|order| order.status == OrderStatus::Received)
    }

    /// An order that is new, lives, and can be anybody's.
    pub(crate) fn nobodys(&self, orders: &Orders) -> Option<&ProductOrderState> {
        self.orders.iter().find(|order| {
            key_of(order).is_none() && lives(order) && !orders.has(&order.id) && !orders.was_silent(&order.id)
        })
    }

    /// The ids of those of which nothing else is known.
    pub(crate) fn silent(&self) -> BTreeSet<String> {
        self.orders.iter().filter(|order| key_of(order).is_none()).map(|order| order.id.clone()).collect()
    }

    /// The order of this id.
    pub(crate) fn of_id(&self, id: &str) -> Option<&ProductOrderState> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// Takes an order off it that was taken back.
    pub(crate) fn forget(&mut self, id: &str) {
        self.orders.retain(|order| order.id != id);
    }
}

fn key_of(order: &ProductOrderState) -> Option<String> {
    Some(key(order.business.as_ref()?, order.sales_unit_name.as_deref()?))
}

/// Whether something can still come of it, or has.
fn lives(order: &ProductOrderState) -> bool {
    !matches!(order.status, OrderStatus::Expired | OrderStatus::Rejected)
}
