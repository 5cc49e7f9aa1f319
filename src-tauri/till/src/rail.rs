//! The seam between a till and the API that a payment runs on.

use async_trait::async_trait;
use payment::{Ask, Event, Order};

use crate::errand::Tried;
use crate::link_picture::LinkPicture;
use crate::payer::Payer;

/// One of the APIs of Vipps MobilePay that a payment can run on.
#[async_trait]
pub trait Rail: Send + Sync {
    /// Which one it is.
    fn kind(&self) -> payment::Rail;

    /// Asks `ask` about `order` and says what came of it. Never fails: a failed call is an event too. `payer` is
    /// known where a creation needs it.
    async fn ask(&self, order: &Order, ask: &Ask, payer: Option<&Payer>) -> Answer;

    /// Sees to the receipt of `order`, for the `tries`th time; `tries` counts from 1. It may be asked while something
    /// else is.
    async fn receipt(&self, order: &Order, tries: u32) -> Tried;

    /// Sees to the link of `order`, for the `tries`th time, with the shop's `picture` on it if it has one. It may be
    /// asked while something else is.
    async fn link(&self, order: &Order, tries: u32, picture: Option<&LinkPicture>) -> Tried;

    /// What a server last said the time was, and when it was heard.
    fn server_time(&self) -> Option<(payment::Moment, tokio::time::Instant)>;

    /// Makes ready for the first payment, so that no customer waits for it.
    async fn warm_up(&self);
}

/// What came of an ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What happened.
    pub event: Event,
    /// The picture of the code, when that was asked for and is good.
    pub picture: Option<Picture>,
}

impl From<Event> for Answer {
    fn from(event: Event) -> Answer {
        Answer { event, picture: None }
    }
}

/// The picture of a code, as it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Names it: the same name is the same picture for ever.
    pub name: String,
    /// A PNG.
    pub png: Vec<u8>,
}
