//! What a till runs on that can't be used: nothing is ever sent.

use async_trait::async_trait;
use payment::{Ask, Cause, Event, Knowledge, Moment, Order, Trouble};
use tokio::time::Instant;

use crate::errand::Tried;
use crate::link_picture::LinkPicture;
use crate::payer::Payer;
use crate::rail::{Answer, Rail};

/// What a stopped till runs on.
pub(crate) struct NoRail;

#[async_trait]
impl Rail for NoRail {
    fn kind(&self) -> payment::Rail {
        payment::Rail::Epayment
    }

    async fn ask(&self, _: &Order, _: &Ask, _: Option<&Payer>) -> Answer {
        let cause = Cause::named("not_set_up");
        Event::Troubled(Trouble { cause, knowledge: Knowledge::NotSent, pause: None, support_id: None })
            .into()
    }

    async fn receipt(&self, _: &Order, _: u32) -> Tried {
        Tried::NotYet(Cause::named("not_set_up"), None)
    }

    async fn link(&self, _: &Order, _: u32, _: Option<&LinkPicture>) -> Tried {
        Tried::NotYet(Cause::named("not_set_up"), None)
    }

    fn server_time(&self) -> Option<(Moment, Instant)> {
        None
    }

    async fn warm_up(&self) {}
}
