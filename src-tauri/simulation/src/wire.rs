//! What is under way between the shop and Vipps MobilePay, and arrives whether or not the sender still waits or lives.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use payment::Moment;
use tokio::sync::Notify;
use vipps::Transport;

use crate::call::Call;
use crate::world::World;

/// Requests that will arrive late.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    under_way: Mutex<Vec<UnderWay>>,
    more: Notify,
}

#[derive(Debug)]
struct UnderWay {
    due: Moment,
    till: usize,
    request: Request<Bytes>,
}

impl Wire {
    /// `request` of the till `till` will arrive at `due`.
    pub(crate) fn put(&self, due: Moment, till: usize, request: Request<Bytes>) {
        self.list().push(UnderWay { due, till, request });
        self.more.notify_one();
    }

    /// Time has jumped: what is under way may be due.
    pub(crate) fn look(&self) {
        self.more.notify_one();
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_due(&self) -> Option<Moment> {
        self.list().iter().map(|one| one.due).min()
    }

    fn take_due(&self, now: Moment) -> Option<UnderWay> {
        let mut list = self.list();
        let nth = list.iter().position(|one| one.due <= now)?;
        Some(list.remove(nth))
    }
}

/// The smallest time that tokio's clock knows.
const TICK: Duration = Duration::from_millis(1);

/// Delivers what is due, for ever.
pub(crate) async fn deliver(world: Arc<World>) {
    loop {
        while let Some(UnderWay { till, request, .. }) = world.wire.take_due(world.time.now()) {
            let call = Call::of(&request);
            // Nobody hears the answer.
            let answered = world.vipps.send(request).await.is_ok();
            world.say(format_args!("till {till} -> {call} arrives late, answered: {answered}"));
            if let Some(reference) = &call.reference {
                crate::laws::money::moved(&world, till, reference);
            }
        }
        match world.wire.next_due() {
            Some(due) => tokio::select! {
                biased;
                () = tokio::time::sleep(world.time.now().until(due).max(TICK)) => {}
                () = world.wire.more.notified() => {}
            },
            None => world.wire.more.notified().await,
        }
    }
}
