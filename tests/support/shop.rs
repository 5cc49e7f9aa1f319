//! A shop that is open: premises, a running till, and the cash register that drives it.

use serde_json::Value;

use super::kvitt::Kvitt;
use super::pos::{Pos, request};
use super::premises::Premises;
use super::wait::{wait_for, wait_within};

/// An open shop.
pub(crate) struct TestShop {
    // The till goes before what it stands on.
    pub(crate) kvitt: Kvitt,
    pub(crate) pos: Pos,
    pub(crate) premises: Premises,
}

impl TestShop {
    /// A shop with good settings and keys, whose till is ready.
    pub(crate) fn open() -> TestShop {
        TestShop::open_on("ecom")
    }

    /// The same, for payments on this rail.
    pub(crate) fn open_on(rail: &str) -> TestShop {
        let shop = TestShop::on(Premises::ready_on(rail));
        assert_eq!(shop.kvitt.ready["ready"], true, "{}", shop.kvitt.ready);
        shop
    }

    /// A till on these premises, ready or not.
    pub(crate) fn on(premises: Premises) -> TestShop {
        let kvitt = Kvitt::start(&premises);
        TestShop { pos: Pos::of(&kvitt.ready), kvitt, premises }
    }

    /// The power goes and comes back: the till is killed and started again.
    pub(crate) fn loses_power(&mut self) {
        self.goes_dark();
        self.comes_back();
    }

    /// The till is killed.
    pub(crate) fn goes_dark(&mut self) {
        self.kvitt.program.kill();
    }

    /// The till is started again.
    pub(crate) fn comes_back(&mut self) {
        self.kvitt = Kvitt::start(&self.premises);
        self.pos = Pos::of(&self.kvitt.ready);
    }
}

impl Pos {
    /// Starts a payment that must be taken.
    pub(crate) fn charge(&self, reference: &str, minor: i64) -> Value {
        let answer = self.start(&request(reference, minor));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    }

    /// The payment as it is now.
    pub(crate) fn payment(&self, reference: &str) -> Value {
        self.get(&format!("/v1/payments/{reference}")).good()
    }

    /// Asks for the payment to be cancelled.
    pub(crate) fn cancel(&self, reference: &str) -> Value {
        self.post(&format!("/v1/payments/{reference}/cancel")).good()
    }

    /// Waits until the payment has this status.
    pub(crate) fn sees(&self, reference: &str, status: &str) -> Value {
        wait_for(&format!("{reference} to be {status}"), || {
            let payment = self.payment(reference);
            if payment["status"] == status { Ok(payment) } else { Err(payment.to_string()) }
        })
    }

    /// Waits until the customer sees `view`: it is the newest screen, and a window has painted it.
    pub(crate) fn screen_shows(&self, view: &str) -> Value {
        // The longest way is to *checking*: six seconds of silence, and the calls that are given up before.
        let limit = std::time::Duration::from_secs(30);
        wait_within(limit, &format!("the screen `{view}` to be painted"), || {
            let screen = self.get("/v1/screen").good();
            let painted = screen["number"].is_u64() && screen["number"] == screen["shown"];
            if painted && screen["view"] == view { Ok(screen) } else { Err(screen.to_string()) }
        })
    }
}
