//! Asks how far the orders have come.

use vipps::management::{OrderStatus, ProductOrderState};
use vipps::{Error, Management, Meaning};

use crate::list::List;
use crate::merchants::Merchants;
use crate::orders::{Orders, Standing, made};
use crate::sign_up::{Stopped, stopped};

/// Asks once how far the orders of `merchants` have come. How each stands afterwards is in `orders`.
///
/// # Errors
/// When it has to stop before the last one.
pub async fn follow(
    merchants: &Merchants,
    orders: &mut Orders,
    management: Management<'_>,
) -> Result<(), Stopped> {
    let mut list = None;
    for merchant in merchants.iter() {
        let key = merchant.key();
        let Some(standing) = orders.standing(&key).filter(|standing| !standing.has_ended()) else { continue };
        let Standing::Made { id, url, .. } = standing.clone() else { continue };
        let list = match &list {
            Some(list) => list,
            None => list.insert(List::read(management, orders, 0).await.map_err(stopped)?),
        };
        let now = match order(management, list, &id).await {
            Ok(now) => made(&id, url.as_deref(), &now.status, now.msn.as_ref()),
            Err(error) if error.meaning() == Meaning::NotThere => {
                Standing::Refused { problem: format!("the order {id} is not there any more") }
            }
            Err(error) => return Err(stopped(error)),
        };
        orders.note(&key, Some(now))?;
    }
    Ok(())
}

/// The order as the list says, where that is enough, and else as it says itself.
async fn order(management: Management<'_>, list: &List, id: &str) -> Result<ProductOrderState, Error> {
    match list.of_id(id) {
        Some(listed) if listed.status != OrderStatus::Completed || listed.msn.is_some() => Ok(listed.clone()),
        _ => management.product_order(id).await,
    }
}
