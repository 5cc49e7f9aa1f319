//! Everything that a customer can see.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{Amount, Code, Currency, Environment, Language, Line};

/// How many characters a row of text has at most: as many as a line display, so that its columns stand as they were
/// meant, and large enough to be read from three metres.
pub const TEXT_COLUMNS: usize = 20;
/// How many rows of text are shown at most.
pub const TEXT_ROWS: usize = 6;

/// The customer screen: always whole, never a change to an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Screen {
    /// Grows with every change while the till runs. A window drops what is older than what it shows.
    #[ts(type = "number")]
    pub number: u64,
    /// The language of its texts.
    pub language: Language,
    /// The shop's name.
    pub shop: String,
    /// The sales unit's own currency; it decides what the customer's app is called.
    pub currency: Currency,
    /// Whether real money moves.
    pub environment: Environment,
    /// What it shows.
    #[serde(flatten)]
    pub view: ScreenView,
}

/// What the customer screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "view", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ScreenView {
    /// Nobody is paying.
    Idle,
    /// The sale is being rung up; nothing is to be paid yet.
    Cart {
        /// What it adds up to so far.
        amount: Amount,
        /// The newest lines, oldest of them first: as many as can be read from a distance.
        lines: Vec<Line>,
        /// How many lines came before those.
        earlier: u32,
    },
    /// The register's own text, row by row; nothing is to be paid yet.
    Text {
        /// At most 6 rows of at most 20 characters; a character stands in the column where the register has put it.
        rows: Vec<String>,
    },
    /// The code is being fetched.
    Preparing {
        /// What is due.
        amount: Amount,
    },
    /// Scan the code on the counter: the request goes to the phone that does.
    CounterCode {
        /// What is due.
        amount: Amount,
        /// Milliseconds left to scan, counted at the moment of sending.
        #[ts(type = "number")]
        left_ms: u64,
        /// Milliseconds that there were to scan in all.
        #[ts(type = "number")]
        of_ms: u64,
    },
    /// The code to scan. Its picture is asked for by `qr`.
    Scan {
        /// What is due.
        amount: Amount,
        /// Names the picture: the same name is the same picture for ever.
        qr: String,
        /// Milliseconds left to scan, counted at the moment of sending.
        #[ts(type = "number")]
        left_ms: u64,
        /// Milliseconds that the code had when it was new.
        #[ts(type = "number")]
        of_ms: u64,
    },
    /// The request has been sent to the customer's phone: look there.
    Sent {
        /// What is due.
        amount: Amount,
        /// Milliseconds left to approve, counted at the moment of sending.
        #[ts(type = "number")]
        left_ms: u64,
        /// Milliseconds that the payment had when it was new.
        #[ts(type = "number")]
        of_ms: u64,
    },
    /// The customer has it on the phone: look there.
    Opened {
        /// What is due.
        amount: Amount,
        /// Milliseconds left to approve, counted at the moment of sending.
        #[ts(type = "number")]
        left_ms: u64,
        /// Milliseconds that the payment had when it was new.
        #[ts(type = "number")]
        of_ms: u64,
    },
    /// Approved on the phone; the money is being collected.
    OneMoment {
        /// What is due.
        amount: Amount,
    },
    /// Paid in full.
    Paid {
        /// What was paid.
        amount: Amount,
        /// Our id of the payment.
        reference: String,
        /// When, RFC 3339 in UTC.
        at: String,
    },
    /// The bank said no.
    Declined {
        /// What is due.
        amount: Amount,
        /// True while the customer may try another card on the phone.
        may_retry: bool,
        /// Milliseconds left to try again (0 when that is over), counted at the moment of sending.
        #[ts(type = "number")]
        left_ms: u64,
    },
    /// Cancelled; nothing has been taken.
    Cancelled {
        /// Who did it.
        by: CancelledBy,
    },
    /// Nobody paid in time; nothing has been taken.
    TimedOut,
    /// The truth is not known: wait, and do not pay again.
    Checking {
        /// What is due.
        amount: Amount,
    },
    /// It failed: ask the staff.
    Fault {
        /// The failure by name; its `customer` text is what may be said.
        code: Code,
    },
}

/// Who cancelled a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The customer, in the app.
    Customer,
    /// The cashier or the POS.
    Shop,
}
