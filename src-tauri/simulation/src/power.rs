//! The power of the shop: it goes at a moment, or at an effect: before something is written or sent, or after it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The mains.
#[derive(Debug, Default)]
pub(crate) struct Power {
    state: Mutex<State>,
    gone: Notify,
}

#[derive(Debug, Default)]
struct State {
    off: bool,
    effects_left: Option<u64>,
}

impl Power {
    /// A life begins. With `effects`, the power goes when so many have begun or ended.
    pub(crate) fn on(&self, effects: Option<u64>) {
        *self.state() = State { off: false, effects_left: effects };
    }

    /// It goes now.
    pub(crate) fn cut(&self) {
        self.state().off = true;
        self.gone.notify_one();
    }

    /// Whether it is gone. What still runs then must not touch the world any more.
    pub(crate) fn is_off(&self) -> bool {
        self.state().off
    }

    /// Waits until it goes.
    pub(crate) async fn goes(&self) {
        while !self.is_off() {
            self.gone.notified().await;
        }
    }

    /// An effect is about to begin, or has just ended. Does not come back if the power goes here.
    pub(crate) async fn effect(&self) {
        if self.counts_down() {
            self.cut();
        }
        if self.is_off() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether this effect is the one at which the power goes.
    pub(crate) fn counts_down(&self) -> bool {
        let mut state = self.state();
        let Some(left) = state.effects_left.as_mut() else { return false };
        *left = left.saturating_sub(1);
        *left == 0
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
