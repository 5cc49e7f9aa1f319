//! Makes an order for each merchant, and none twice.
//!
//! The API knows no key under which an order could be asked for again, but it lists what there is. So an order whose
//! answer was lost is looked for there first. When it is found and the merchant has not seen it, it is taken back and
//! another one made, because its address was lost with the answer and nobody can ask for it. When it is not found it may
//! still be on its way, and is not asked for again before [`ON_ITS_WAY_MS`] have gone by.

use vipps::management::{OrderStatus, ProductOrderState};
use vipps::{Certainty, Error, Management, Meaning, Repeat};

use crate::list::List;
use crate::merchant::Merchant;
use crate::merchants::Merchants;
use crate::orders::{Orders, OrdersError, Standing, made};

/// So long after it was sent, a request that nobody answered may still be carried out, in milliseconds.
pub const ON_ITS_WAY_MS: i64 = 120_000;
/// Steps that are taken for one merchant at most, before the next one's turn.
const STEPS_MAX: u32 = 6;

/// Why no more orders are made or followed.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Vipps MobilePay can't be asked now.
    #[error("Vipps MobilePay can't be asked: {0}")]
    Unreachable(#[source] Error),
    /// The keys are not good for this.
    #[error("Vipps MobilePay refuses these keys: {0}")]
    Keys(#[source] Error),
    /// What is known can't be written down.
    #[error(transparent)]
    Memory(#[from] OrdersError),
}

/// What goes on with a merchant.
enum Next {
    /// Something more can be done now.
    More,
    /// Nothing more, now.
    Enough,
}

struct Work<'a, Now> {
    orders: &'a mut Orders,
    management: Management<'a>,
    now: Now,
    list: List,
}

/// Makes an order for each of `merchants` that has none; `now` is the time in Unix milliseconds. How each stands
/// afterwards is in `orders`.
///
/// # Errors
/// When it has to stop before the last one.
pub async fn sign_up(
    merchants: &Merchants,
    orders: &mut Orders,
    management: Management<'_>,
    now: impl Fn() -> i64,
) -> Result<(), Stopped> {
    if merchants.iter().all(|one| matches!(orders.standing(&one.key()), Some(Standing::Made { .. }))) {
        return Ok(());
    }
    let list = List::read(management, orders, now()).await.map_err(stopped)?;
    if !orders.any_unclear() {
        orders.note_silent(list.silent())?;
    }
    let mut work = Work { orders, management, now, list };
    for merchant in merchants.iter() {
        for _ in 0..STEPS_MAX {
            match work.step(merchant).await? {
                Next::More => {}
                Next::Enough => break,
            }
        }
    }
    Ok(())
}

impl<Now: Fn() -> i64> Work<'_, Now> {
    async fn step(&mut self, merchant: &Merchant) -> Result<Next, Stopped> {
        let key = merchant.key();
        match self.orders.standing(&key) {
            Some(Standing::Made { .. }) => Ok(Next::Enough),
            Some(Standing::Asked { at }) => {
                let at = *at;
                self.look_for(&key, at).await
            }
            Some(Standing::Refused { .. }) | None => match self.list.stranger(&key, self.orders) {
                // Made by a run whose file is gone, or by somebody else.
                Some(found) => {
                    let standing = of(found);
                    self.orders.note(&key, Some(standing))?;
                    Ok(Next::Enough)
                }
                None => self.send(merchant, &key).await,
            },
        }
    }

    /// Looks for an order that was asked for at that time.
    async fn look_for(&mut self, key: &str, at: i64) -> Result<Next, Stopped> {
        if let Some(found) = self.list.stranger(key, self.orders).cloned() {
            return self.found(key, &found).await;
        }
        let may_be_on_its_way = self.list.at - at < ON_ITS_WAY_MS;
        if may_be_on_its_way || self.list.nobodys(self.orders).is_some() {
            return Ok(Next::Enough);
        }
        self.orders.note(key, None)?;
        Ok(Next::More)
    }

    /// It was made. Only the answer to its making said where the merchant signs it.
    async fn found(&mut self, key: &str, found: &ProductOrderState) -> Result<Next, Stopped> {
        if found.status != OrderStatus::Received {
            self.orders.note(key, Some(of(found)))?;
            return Ok(Next::Enough);
        }
        match self.management.delete_product_order(&found.id).await {
            Ok(()) => {}
            Err(error) if error.meaning() == Meaning::NotThere => {}
            Err(error) if must_stop(&error) => return Err(stopped(error)),
            // It stays unclear; the next run looks again.
            Err(error) if error.certainty() == Certainty::Unknown => return Ok(Next::Enough),
            // The merchant has it after all.
            Err(_) => {
                self.orders.note(key, Some(of(found)))?;
                return Ok(Next::Enough);
            }
        }
        self.list.forget(&found.id);
        self.orders.note(key, None)?;
        Ok(Next::More)
    }

    async fn send(&mut self, merchant: &Merchant, key: &str) -> Result<Next, Stopped> {
        let before = self.orders.standing(key).cloned();
        self.orders.note(key, Some(Standing::Asked { at: (self.now)() }))?;
        let error = match self.management.create_product_order(&merchant.order).await {
            Ok(order) => {
                let standing = made(&order.id, Some(&order.url), &OrderStatus::Received, None);
                self.orders.note(key, Some(standing))?;
                return Ok(Next::Enough);
            }
            Err(error) => error,
        };
        if error.certainty() == Certainty::Unknown {
            self.list = List::read(self.management, self.orders, (self.now)()).await.map_err(stopped)?;
            return Ok(Next::More);
        }
        if must_stop(&error) {
            self.orders.note(key, before)?;
            return Err(stopped(error));
        }
        if let Repeat::Later(wait) = error.repeat() {
            self.orders.note(key, before)?;
            tokio::time::sleep(wait).await;
            return Ok(Next::More);
        }
        self.orders.note(key, Some(Standing::Refused { problem: error.to_string() }))?;
        Ok(Next::Enough)
    }
}

fn of(found: &ProductOrderState) -> Standing {
    made(&found.id, None, &found.status, found.msn.as_ref())
}

/// Whether the next merchant would fare no better.
fn must_stop(error: &Error) -> bool {
    matches!(error.meaning(), Meaning::Unreachable | Meaning::KeysRefused)
        || error.call() == vipps::Call::Token
}

pub(crate) fn stopped(error: Error) -> Stopped {
    if error.meaning() == Meaning::KeysRefused { Stopped::Keys(error) } else { Stopped::Unreachable(error) }
}
