//! Looks at a part of the display without a break, and remembers when it changed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::framebuffer::{Framebuffer, Region};
use crate::run::instant;
use crate::times::Times;
use crate::wait::{self, Look};

/// Between two looks. A change is told late by at most that, and by what the eye is kept waiting for a processor.
const PAUSE: Duration = Duration::from_micros(200);
/// A picture that has not changed for so long is the last one, for now.
const QUIET: Duration = Duration::from_millis(250);
/// How long the first look may take.
const FIRST_LOOK: Duration = Duration::from_secs(5);

/// The display has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// When it was first seen.
    pub(crate) at: Instant,
    /// What the regions show since then, summed up.
    pub(crate) picture: u64,
}

/// What has been seen.
#[derive(Default)]
struct Seen {
    changes: Vec<Change>,
    between_looks: Times,
    failed: Option<anyhow::Error>,
}

/// Looks at some regions until it is dropped.
pub(crate) struct Eye {
    seen: Arc<Mutex<Seen>>,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Eye {
    /// Begins to look at `regions` of `display`. It has looked once when this returns, so that what was there before is no
    /// change of what is done then.
    pub(crate) fn open(display: Arc<Framebuffer>, regions: &[Region]) -> Result<Self> {
        let (seen, closed) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let (to, end, regions) = (seen.clone(), closed.clone(), regions.to_vec());
        let thread = std::thread::spawn(move || {
            if let Err(error) = look(&display, &regions, &to, &end) {
                lock(&to).failed = Some(error);
            }
        });
        let eye = Self { seen, closed, thread: Some(thread) };
        wait::closely("the first look at the display", FIRST_LOOK, || {
            let looked = lock(&eye.seen).between_looks.count() > 0;
            eye.changes_since(instant())?;
            Ok(if looked { Look::Found(()) } else { Look::NotYet("it has not looked".to_owned()) })
        })?;
        Ok(eye)
    }

    /// What has changed since `begun` and stayed so for a moment, once `done` says that it is what was waited for.
    ///
    /// # Errors
    ///
    /// When nothing has changed within `limit`, or it never was what was waited for.
    pub(crate) fn settled(
        &self,
        what: &str,
        begun: Instant,
        limit: Duration,
        mut done: impl FnMut() -> Result<Look<()>>,
    ) -> Result<Vec<Change>> {
        let mut found: Option<Instant> = None;
        wait::until(what, limit, || {
            let changes = self.changes_since(begun)?;
            match (changes.last(), found) {
                (None, _) => Ok(Look::NotYet("no pixel has changed".to_owned())),
                (Some(last), _) if last.at.elapsed() < QUIET => {
                    Ok(Look::NotYet("pixels still change".to_owned()))
                }
                // A page says that it has painted before its frame is on the display.
                (Some(_), Some(since)) if since.elapsed() >= QUIET => Ok(Look::Found(changes)),
                (Some(_), Some(_)) => Ok(Look::NotYet("pixels may still change".to_owned())),
                (Some(_), None) => Ok(match done()? {
                    Look::Found(()) => {
                        found = Some(instant());
                        Look::NotYet("pixels may still change".to_owned())
                    }
                    Look::NotYet(seen) => Look::NotYet(seen),
                }),
            }
        })
    }

    /// What the regions show now, summed up.
    pub(crate) fn now(&self) -> Result<u64> {
        let last = lock(&self.seen).changes.last().copied();
        last.map(|change| change.picture).context("nothing has been looked at yet")
    }

    /// How long it was from one look to the next, since this was asked for the last time.
    pub(crate) fn take_pauses(&self) -> Times {
        std::mem::take(&mut lock(&self.seen).between_looks)
    }

    fn changes_since(&self, begun: Instant) -> Result<Vec<Change>> {
        let mut seen = lock(&self.seen);
        match seen.failed.take() {
            Some(error) => Err(anyhow!("the display can't be looked at: {error:#}")),
            None => Ok(seen.changes.iter().filter(|change| change.at >= begun).copied().collect()),
        }
    }
}

impl Drop for Eye {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a display says nothing when it changes; it has to be looked at"
)]
fn look(display: &Framebuffer, regions: &[Region], seen: &Mutex<Seen>, closed: &AtomicBool) -> Result<()> {
    let (mut row, mut before, mut looked) = (Vec::new(), None, instant());
    while !closed.load(Ordering::Relaxed) {
        let picture = display.look(regions, &mut row)?;
        let now = instant();
        let mut seen = lock(seen);
        if before != Some(picture) {
            seen.changes.push(Change { at: now, picture });
        }
        seen.between_looks.add(now - looked);
        drop(seen);
        (before, looked) = (Some(picture), now);
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    // It is whole between any two changes.
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
