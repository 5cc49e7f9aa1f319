//! The calls of both rails, in one shape.

use vipps::epayment::{Create, Extent, Flow, Interaction, QrFormat};
use vipps::{Cancellation, Error, IdempotencyKey, Initiate, Modification, Money, RequestId, SecretString};

use super::Bench;
use crate::item::Rail;
use crate::outcome::Stopped;
use crate::standing::{self, Standing};

/// The side of a code, in pixels.
pub(super) const CODE_PX: u16 = 800;
/// What the customer reads.
pub(crate) const TEXT: &str = "Kvitt go-live check";

impl Bench {
    /// An order of eCom whose callbacks go nowhere that answers.
    pub(crate) fn order(&self, reference: &str, amount: u64) -> Initiate {
        Initiate {
            order_id: reference.to_owned(),
            amount,
            text: TEXT.to_owned(),
            fall_back: self.parts.page.clone(),
            callback_prefix: self.parts.page.clone(),
            auth_token: None,
            mobile_number: None,
            skip_landing_page: false,
        }
    }

    /// The same, with callbacks that go to `prefix` and carry `token`.
    pub(crate) fn order_with_callback(&self, reference: &str, amount: u64, to: (&str, &str)) -> Initiate {
        Initiate {
            callback_prefix: to.0.to_owned(),
            auth_token: Some(SecretString::from(to.1)),
            ..self.order(reference, amount)
        }
    }

    /// A payment of ePayment as a till makes it, and its key.
    pub(crate) fn creation(&self, reference: &str, amount: u64) -> Result<(Create, IdempotencyKey), Stopped> {
        let create = Create {
            reference: reference.to_owned(),
            amount: self.money(amount),
            flow: Flow::Qr {
                format: QrFormat::Png { size_px: CODE_PX },
                return_url: Some(self.parts.page.clone()),
            },
            // Mandatory at physical points of sale (contract 1.4).
            interaction: Interaction::Present,
            description: Some(TEXT.to_owned()),
            receipt: None,
            receipt_url: None,
            metadata: std::collections::BTreeMap::new(),
            expires_at: None,
            minimum_user_age: None,
            scope: Vec::new(),
            legal_links: None,
        };
        Ok((create, idempotency_key(&format!("{reference}-n"))?))
    }

    /// So many minor units of the sales unit's currency.
    pub(crate) fn money(&self, value: u64) -> Money {
        Money { value, currency: self.parts.currency }
    }

    /// Reads a payment.
    pub(crate) async fn read(&mut self, rail: Rail, reference: &str) -> Result<Standing, Error> {
        let vipps = &self.parts.vipps;
        let standing = match rail {
            Rail::Ecom => Standing::of_details(&vipps.ecom().details(reference).await?),
            Rail::Epayment => Standing::of_payment(&vipps.epayment().get(reference).await?),
        };
        self.seen.insert((rail, standing.state.clone()));
        Ok(standing)
    }

    /// Reads what has happened to a payment, oldest first.
    pub(crate) async fn history(&mut self, rail: Rail, reference: &str) -> Result<Vec<String>, Stopped> {
        let vipps = &self.parts.vipps;
        let read = match rail {
            Rail::Ecom => vipps.ecom().details(reference).await.map(|read| standing::successes(&read)),
            Rail::Epayment => vipps.epayment().events(reference).await.map(|read| standing::events(&read)),
        };
        let history = read.map_err(|error| self.stop(&error))?;
        self.seen.extend(history.iter().map(|name| (rail, name.clone())));
        Ok(history)
    }

    /// Collects `amount` under the key that `what` makes of the reference, and gives what has been collected by then.
    pub(crate) async fn capture(
        &self,
        rail: Rail,
        reference: &str,
        (amount, what): (u64, &str),
    ) -> Result<u64, Error> {
        let vipps = &self.parts.vipps;
        match rail {
            Rail::Ecom => {
                let capture = modification(amount, reference, what);
                Ok(vipps.ecom().capture(reference, &capture).await?.captured)
            }
            Rail::Epayment => {
                let (money, key) = (self.money(amount), key(reference, what));
                Ok(vipps.epayment().capture(reference, money, &key).await?.aggregate.captured)
            }
        }
    }

    /// Gives `amount` back, and gives what has been given back by then.
    pub(crate) async fn refund(
        &self,
        rail: Rail,
        reference: &str,
        (amount, what): (u64, &str),
    ) -> Result<u64, Error> {
        let vipps = &self.parts.vipps;
        match rail {
            Rail::Ecom => {
                let refund = modification(amount, reference, what);
                Ok(vipps.ecom().refund(reference, &refund).await?.refunded)
            }
            Rail::Epayment => {
                let (money, key) = (self.money(amount), key(reference, what));
                Ok(vipps.epayment().refund(reference, money, &key).await?.aggregate.refunded)
            }
        }
    }

    /// Gives a payment up, or what is left of its reservation.
    pub(crate) async fn cancel(&self, rail: Rail, reference: &str, rest_only: bool) -> Result<(), Error> {
        let vipps = &self.parts.vipps;
        match rail {
            Rail::Ecom => {
                let cancellation = Cancellation { text: TEXT.to_owned(), release_remaining: rest_only };
                vipps.ecom().cancel(reference, &cancellation).await.map(drop)
            }
            Rail::Epayment => {
                let key = key(reference, "x");
                vipps.epayment().cancel(reference, Extent::Everything, &key).await.map(drop)
            }
        }
    }

    /// Leaves no reservation behind: whatever a check that stopped has left open is given up.
    pub(crate) async fn tidy_up(&mut self) -> Vec<String> {
        let made: Vec<_> =
            self.made.iter().map(|((rail, _), made)| (*rail, made.reference.clone())).collect();
        let mut left = Vec::new();
        for (rail, reference) in made {
            let read = self.read(rail, &reference).await;
            let open = |standing: &Standing| {
                standing.left > 0 || ["INITIATE", "CREATED"].contains(&standing.state.as_str())
            };
            let given_up = match read {
                Ok(standing) if !open(&standing) => Ok(()),
                Ok(standing) => self.cancel(rail, &reference, standing.captured > 0).await,
                // What nobody knows is better given up.
                Err(_) => self.cancel(rail, &reference, false).await,
            };
            if given_up.is_err() {
                left.push(reference);
            }
        }
        left
    }
}

/// The key under which something is asked of a payment: the same whenever it is asked again (contract 1.9).
fn name_of_key(reference: &str, what: &str) -> String {
    format!("{reference}-{what}")
}

pub(crate) fn idempotency_key(text: &str) -> Result<IdempotencyKey, Stopped> {
    IdempotencyKey::parse(text)
        .map_err(|error| Stopped::failed(error.to_string(), "report this fault of Kvitt"))
}

#[expect(clippy::expect_used, reason = "Bench::new keeps references short and plain")]
fn key(reference: &str, what: &str) -> IdempotencyKey {
    IdempotencyKey::parse(&name_of_key(reference, what)).expect("it is short and plain")
}

#[expect(clippy::expect_used, reason = "Bench::new keeps references short and plain")]
fn modification(amount: u64, reference: &str, what: &str) -> Modification {
    let request_id = RequestId::parse(&name_of_key(reference, what)).expect("it is short and plain");
    Modification { amount, text: TEXT.to_owned(), request_id }
}
