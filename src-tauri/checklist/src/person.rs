//! A person with the test app, or the test user in whose place the test environment approves (contract 7).

use async_trait::async_trait;
use vipps::epayment::Approval;
use vipps::{Personal, Vipps};

use crate::customer::{Customer, Deed, Shown};
use crate::item::Rail;
use crate::outcome::Stopped;

/// A person with the test app, who is asked.
pub struct Person {
    vipps: Vipps,
    test_user: Option<Personal>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
}

impl Person {
    /// A person who is told by `tell` what to do. With the number of a `test_user`, country code first, approvals are
    /// made in that user's place.
    pub fn new(
        vipps: Vipps,
        test_user: Option<Personal>,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Person {
        Person { vipps, test_user, tell: Box::new(tell) }
    }

    /// Approves in the place of the test user, who has to have approved one payment by hand before (contract 7).
    async fn approve_for(&self, user: &Personal, payment: Shown<'_>) -> Result<(), Stopped> {
        let approved = if let (Rail::Ecom, Some(url)) = (payment.rail, payment.url) {
            let local = user.expose().strip_prefix("47").unwrap_or(user.expose());
            self.vipps.ecom().force_approve(payment.reference, &Personal::new(local), url).await
        } else {
            let approval = Approval::PhoneNumber(user.clone());
            self.vipps.epayment().force_approve(payment.reference, &approval).await
        };
        approved.map_err(|error| {
            Stopped::failed(
                format!("the test user could not approve: {error}"),
                "let the test user approve one payment by hand, with a card in the test app; then try again",
            )
        })
    }
}

#[async_trait]
impl Customer for Person {
    async fn does(&self, deed: Deed, payment: Shown<'_>) -> Result<(), Stopped> {
        let Shown { reference, code, .. } = payment;
        match (deed, &self.test_user) {
            (Deed::Approve, Some(user)) => return self.approve_for(user, payment).await,
            (Deed::Approve, None) => {
                (self.tell)(&format!("Scan this with the test app, and APPROVE {reference}:\n  {code}"));
            }
            (Deed::Refuse, _) => {
                (self.tell)(&format!("Scan this with the test app, and CANCEL {reference} there:\n  {code}"));
            }
            (Deed::WalkAway, _) => {
                (self.tell)(&format!("Waiting until the time of {reference} is over; do nothing with it."));
            }
        }
        Ok(())
    }
}
