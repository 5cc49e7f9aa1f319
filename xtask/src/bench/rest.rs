//! What a program costs while nothing happens: memory and time on processors, of all its processes.

use std::time::Duration;

use anyhow::Result;

use super::measured::Rest;
use super::sale::pause;
use crate::long_life::process_tree::{holding, processor_times};
use crate::run::instant;

/// How long nothing must have happened before it is measured, and for how long then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calm {
    pub(crate) before: Duration,
    pub(crate) during: Duration,
}

/// Measures the program `id` and all that it has started.
pub(crate) fn measure(id: u32, calm: Calm) -> Result<Rest> {
    pause(calm.before)?;
    let (begun, before) = (instant(), processor_times(id)?);
    pause(calm.during)?;
    let (passed, after) = (begun.elapsed(), processor_times(id)?);
    // A process that has ended meanwhile is lost with the little that it did.
    let busy =
        after.iter().map(|(id, time)| time.saturating_sub(before.get(id).copied().unwrap_or_default()));
    let held = holding(id)?;
    let (kib, pages_kib, processes) = (held.kib(), held.pages_kib, held.processes);
    Ok(Rest { kib, pages_kib, processes, busy: busy.sum(), passed })
}
