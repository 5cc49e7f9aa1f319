//! One line of a checklist, as data.

use std::fmt;
use std::pin::Pin;

use crate::bench::Bench;
use crate::outcome::{Saw, Stopped};

/// An API that has a checklist of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rail {
    /// eCom v2.
    Ecom,
    /// ePayment.
    Epayment,
}

impl Rail {
    /// Its name in ids of items and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Rail::Ecom => "ecom",
            Rail::Epayment => "epayment",
        }
    }

    /// One of two things, by rail.
    pub(crate) fn either<T>(self, ecom: T, epayment: T) -> T {
        match self {
            Rail::Ecom => ecom,
            Rail::Epayment => epayment,
        }
    }
}

impl fmt::Display for Rail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.either("eCom v2", "ePayment"))
    }
}

/// One line of a checklist.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Its name, which never changes: `ecom.capture-full`.
    pub id: &'static str,
    /// On whose checklist it is.
    pub rail: Rail,
    /// What is to be shown.
    pub title: &'static str,
    /// Where that is asked for: sections and sources of the contract.
    pub source: &'static str,
    pub(crate) check: Check,
}

/// How an item is checked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// By making payments.
    Run(for<'a> fn(&'a mut Bench, Rail) -> Checking<'a>),
    /// By looking at what the checks before it have done.
    Look(fn(&Bench, Rail) -> Result<Saw, Stopped>),
    /// By a person, who is told this.
    ByHand(&'static str),
}

/// A check that is going on.
pub(crate) type Checking<'a> = Pin<Box<dyn Future<Output = Result<Saw, Stopped>> + Send + 'a>>;
