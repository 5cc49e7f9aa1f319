//! Something that happens once, and that others wait for with a limit.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// A bell that stays rung.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

/// Rings the bell when it goes, also when a test panics: nobody is left waiting.
pub(crate) struct AtTheEnd<'a>(pub(crate) &'a Bell);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.ring();
    }
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.rung.lock().expect("nobody panics with it") = true;
        self.heard.notify_all();
    }

    /// Waits for it, for at most `limit`. Gives whether it has rung.
    pub(crate) fn within(&self, limit: Duration) -> bool {
        let rung = self.rung.lock().expect("nobody panics with it");
        let waited = self.heard.wait_timeout_while(rung, limit, |rung| !*rung);
        *waited.expect("nobody panics with it").0
    }
}
