//! Everything that can happen to a payment, and everything that a payment can want. Nothing else can.

use std::time::Duration;

use crate::{Cause, Fact, Flow, LinkEnd, ModificationRequest, Moment, Reading, ReceiptEnd};

/// Everything that can happen to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed, or the program has started again.
    Woken,
    /// Somebody says that there is news: a callback, a webhook, the POS. It only wakes the reader (law 3).
    Hinted,
    /// A customer has scanned the code on the counter. Who it was is not told to the payment.
    CheckedIn,
    /// The cashier or the POS wants it cancelled; of one that is reserved for later, what is left let go.
    CancelAsked,
    /// The POS wants money collected that was reserved for later.
    CaptureAsked {
        /// Minor units; `None`: all that is left.
        amount: Option<u64>,
        /// Under what name it is asked for, so that asking again does not collect twice.
        request: Option<ModificationRequest>,
    },
    /// The cashier or the POS wants money given back.
    RefundAsked {
        /// Minor units; `None`: all that is left.
        amount: Option<u64>,
        /// Why, in the shop's words.
        reason: Option<String>,
        /// Under what name it is asked for, so that asking again does not give back twice.
        request: Option<ModificationRequest>,
    },
    /// It has been created.
    Created {
        /// Where its code is to be had from, if there is one to scan.
        url: Option<String>,
    },
    /// Its code has been fetched, read and found good.
    CodeMade {
        /// What the picture says.
        content: String,
        /// Names the kept picture.
        picture: String,
        /// How long the code works; `None`: as long as the payment can be paid.
        lives: Option<Duration>,
    },
    /// The QR API says that the payment has timed out (contract 3.1).
    TimedOutAtVipps,
    /// A fresh read.
    Read(Reading),
    /// The cancel was acknowledged.
    CancelAcknowledged,
    /// The capture was acknowledged; so much has been captured in all.
    Captured {
        /// Minor units captured in all.
        captured: u64,
    },
    /// The refund was acknowledged; so much has been given back in all.
    Refunded {
        /// Minor units given back in all.
        refunded: u64,
    },
    /// It is known what became of its receipt. Nothing was asked for it here: whoever sees to receipts says it.
    ReceiptEnded(ReceiptEnd),
    /// It is known what became of its link. It is said as with the receipt.
    LinkEnded(LinkEnd),
    /// What we asked for last did not get a good answer.
    Troubled(Trouble),
}

/// An ask that did not get a good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it means, by name.
    pub cause: Cause,
    /// What we know about what was asked.
    pub knowledge: Knowledge,
    /// How long Vipps MobilePay wants to be left alone.
    pub pause: Option<Duration>,
    /// Under what id Vipps MobilePay's support finds the call.
    pub support_id: Option<String>,
}

/// What we know about something that was asked and not answered well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// It never left: asking again is safe.
    NotSent,
    /// It was not done, and the same request will be refused again.
    Refused,
    /// It was not done now, but the same request may be repeated later under the same key.
    Later,
    /// Nobody knows: read back first.
    Unknown,
}

/// Everything that a payment can want of the world, to be performed in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write this down, on disk, before anything else is done.
    Record(Fact),
    /// Ask this of Vipps MobilePay and report what comes back. At most one ask is out at a time.
    Ask(Ask),
    /// Say [`Event::Woken`] at this moment.
    WakeAt(Moment),
}

/// Everything that can be asked of Vipps MobilePay about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Create it.
    Create {
        /// The idempotency key, recorded beforehand.
        key: String,
        /// How the customer is to be reached: not what was ordered, if that was refused.
        flow: Flow,
    },
    /// Fetch the code from this URL.
    Code {
        /// What came with the creation.
        url: String,
    },
    /// Read it.
    Read {
        /// Also when it was created, which tells ours from somebody else's of the same reference.
        dated: bool,
    },
    /// Capture `amount` under `key`.
    Capture {
        /// The idempotency key, recorded beforehand.
        key: String,
        /// Minor units.
        amount: u64,
    },
    /// Cancel it, or release what is reserved.
    Cancel {
        /// The idempotency key, recorded beforehand.
        key: String,
        /// Only if the customer has not approved yet: a customer who was faster has paid.
        unapproved_only: bool,
        /// A part of it has been collected by another hand: eCom must be told (`shouldReleaseRemainingFunds`, contract
        /// 1.2).
        after_capture: bool,
    },
    /// Let go what is reserved for later and has not been collected.
    Release {
        /// The idempotency key, recorded beforehand.
        key: String,
        /// A part of it has been collected: eCom must be told (`shouldReleaseRemainingFunds`, contract 1.2).
        after_capture: bool,
    },
    /// Give `amount` back under `key`.
    Refund {
        /// The idempotency key, recorded beforehand: one for each refund, for ever.
        key: String,
        /// Minor units.
        amount: u64,
    },
}

/// An [`Ask`] without its particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the Ask of that name")]
pub enum AskKind {
    Create,
    Code,
    Read,
    Capture,
    Cancel,
    Release,
    Refund,
}

impl Ask {
    /// Which one it is.
    pub fn kind(&self) -> AskKind {
        match self {
            Ask::Create { .. } => AskKind::Create,
            Ask::Code { .. } => AskKind::Code,
            Ask::Read { .. } => AskKind::Read,
            Ask::Capture { .. } => AskKind::Capture,
            Ask::Cancel { .. } => AskKind::Cancel,
            Ask::Release { .. } => AskKind::Release,
            Ask::Refund { .. } => AskKind::Refund,
        }
    }
}

/// Why an event makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The customer has approved already: refund instead.
    #[error("the customer has approved already")]
    ApprovedAlready,
    /// It has ended.
    #[error("the payment has ended")]
    EndedAlready,
    /// It waits for nobody to scan the code on the counter, or for nobody any more.
    #[error("nobody is waited for at the counter")]
    NobodyAwaited,
    /// It answers something that was not asked.
    #[error("an answer to something that was not asked")]
    NotAsked,
    /// Nothing of it is reserved for later (any more).
    #[error("there is nothing to collect")]
    NothingToCapture,
    /// Nothing, or more than is left beside what has been collected and what is about to be.
    #[error("the amount is not between 1 and what is left to collect")]
    AboveCapturable,
    /// Nothing of it is kept, or it has not ended yet: there is nothing to give back.
    #[error("there is nothing to give back")]
    NothingToRefund,
    /// Nothing, or more than is left beside what has been given back and what is about to be.
    #[error("the amount is not between 1 and what is left to give back")]
    AboveRefundable,
    /// It has had [`crate::modification::MODIFICATIONS_MAX`] of that kind.
    #[error("the payment has had all the captures or refunds that one may have")]
    TooManyModifications,
    /// Another capture or refund was asked for under the same name.
    #[error("another capture or refund was asked for under the same key")]
    RequestDiffers,
}
