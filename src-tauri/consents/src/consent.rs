//! One customer's consent.

use crate::Number;

/// What one customer allowed, once.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Whose number.
    pub number: Number,
    /// What for, as the customer was told.
    pub purpose: String,
    /// When, in milliseconds since 1970.
    pub given_at: i64,
    /// At which payment: its reference.
    pub payment: String,
    /// Who asked the customer.
    pub given_to: GivenTo,
    /// When it is erased, in milliseconds since 1970.
    pub erase_at: i64,
}

/// Who asked the customer, and said that the answer was yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenTo {
    /// A person at the cashier window.
    Cashier,
    /// The POS.
    Pos,
}

impl GivenTo {
    /// As it stands in the file, and in what is exported.
    pub fn name(self) -> &'static str {
        match self {
            GivenTo::Cashier => "cashier",
            GivenTo::Pos => "pos",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<GivenTo> {
        [GivenTo::Cashier, GivenTo::Pos].into_iter().find(|known| known.name() == name)
    }
}
