//! Whether a POS is there. One that listens is; one that only asks now and then is taken to be for a while.

use std::sync::Arc;
use std::time::Duration;

use contract::PosContact;
use payment::Moment;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

use crate::inner::Inner;
use crate::present::written;
use crate::till::Till;

/// How long after its last request a POS that does not listen is taken to be there.
const QUIET_MAX: Duration = Duration::from_secs(30);

/// What is known of the POS.
#[derive(Default)]
pub(crate) struct Presence {
    listening: u32,
    /// When it was last heard, by the steady clock and by the till's.
    heard: Option<(Instant, Moment)>,
    /// It was heard within [`QUIET_MAX`]; somebody waits for that to pass.
    fresh: bool,
}

impl Presence {
    /// As the counter shows it.
    pub(crate) fn contact(&self) -> PosContact {
        let connected = self.listening > 0 || self.fresh;
        let heard_at = self.heard.filter(|_| !connected).map(|(_, at)| written(at));
        PosContact { connected, heard_at }
    }
}

/// A POS listens, for as long as this is kept.
pub struct Listening(Arc<Inner>);

impl Drop for Listening {
    fn drop(&mut self) {
        let mut book = self.0.book();
        book.presence.listening = book.presence.listening.saturating_sub(1);
        drop(book);
        heard(&self.0);
        self.0.announce();
    }
}

impl Till {
    /// A POS has asked for something. It says nothing about payments; the cashier window shows that it is there.
    pub fn pos_asked(&self) {
        heard(&self.0);
    }

    /// A POS listens from now on.
    #[must_use = "it listens only for as long as this is kept"]
    pub fn pos_listens(&self) -> Listening {
        let mut book = self.0.book();
        book.presence.listening = book.presence.listening.saturating_add(1);
        drop(book);
        self.0.announce();
        Listening(self.0.clone())
    }
}

fn heard(till: &Arc<Inner>) {
    let now = (Instant::now(), till.clock.now());
    let mut book = till.book();
    book.presence.heard = Some(now);
    let Ok(runtime) = Handle::try_current() else { return };
    let known = std::mem::replace(&mut book.presence.fresh, true);
    drop(book);
    if !known {
        till.announce();
        runtime.spawn(until_quiet(till.clone(), now.0));
    }
}

/// Waits until nothing has been heard for [`QUIET_MAX`], and says so.
async fn until_quiet(till: Arc<Inner>, mut last: Instant) {
    loop {
        sleep_until(last + QUIET_MAX).await;
        let mut book = till.book();
        match book.presence.heard {
            Some((heard, _)) if heard > last => last = heard,
            _ => {
                book.presence.fresh = false;
                break;
            }
        }
    }
    till.announce();
}
