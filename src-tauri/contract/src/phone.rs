//! The demo's phone window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Amount, Language};

/// What the demo's phone shows: always whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Phone {
    /// The language of its texts.
    pub language: Language,
    /// What it shows.
    #[serde(flatten)]
    pub view: PhoneView,
}

/// What the demo's phone shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "view", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PhoneView {
    /// The camera: `sees_code` is true when there is a code on the customer screen.
    Camera {
        /// Whether there is something to scan.
        sees_code: bool,
    },
    /// The payment, waiting for the person's thumb.
    Request {
        /// Who asks for the money.
        shop: String,
        /// How much.
        amount: Amount,
        /// What for.
        description: String,
        /// True after a card was declined: another card may be tried.
        declined: bool,
    },
    /// Approved.
    Approved {
        /// Who got the money.
        shop: String,
        /// How much.
        amount: Amount,
    },
    /// The payment was cancelled or timed out.
    Ended,
}

/// What a person can do with the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhoneAct {
    /// Point it at the customer screen.
    Scan,
    /// Slide to pay.
    Approve,
    /// Pay with a card that the bank declines.
    Decline,
    /// Cancel in the app.
    Cancel,
    /// Leave without doing anything; ten minutes pass at once.
    WalkAway,
    /// Put it back in the pocket, ready for the next payment.
    PutAway,
}
