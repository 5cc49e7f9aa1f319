//! How long the customer sees nothing when the process of the page dies.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::process_tree::{Process, tree};
use crate::run::instant;
use crate::till::Till;
use crate::times::Times;
use crate::wait::{self, Look};

/// A page that has been well for so long is brought back at once; before that, the till lets some time pass.
const WELL_AFTER: Duration = Duration::from_secs(11);
/// How soon the till notices that the process of a page has ended.
const NOTICED: Duration = Duration::from_secs(3);
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Kills the process of the customer's page of `program` so many times, and measures from the kill until the page has painted the
/// same screen.
pub(crate) fn kill_pages(program: u32, till: &Till, kills: u32) -> Result<Times> {
    let mut times = Times::default();
    let mut victim = customers(program, till)?;
    let mut pages = pages(program)?;
    for _ in 0..kills {
        let before = well(till)?;
        let killed = instant();
        kill(victim.context("there is no page to kill")?)?;
        till.display_goes(LIMIT)?;
        let after = till.painted()?;
        times.add(killed.elapsed());
        if before["number"] != after["number"] {
            bail!("it is not the same screen: {before} and {after}");
        }
        let now = self::pages(program)?;
        victim = now.iter().copied().find(|page| !pages.contains(page));
        pages = now;
    }
    Ok(times)
}

/// The process of the customer's page: the one without which the customer sees nothing. Which one that is, only its end
/// tells; it is a new process by then.
fn customers(program: u32, till: &Till) -> Result<Option<u32>> {
    for candidate in pages(program)? {
        well(till)?;
        let before = pages(program)?;
        kill(candidate)?;
        if till.display_goes(NOTICED).is_ok() {
            till.painted()?;
            return Ok(pages(program)?.into_iter().find(|page| !before.contains(page)));
        }
    }
    Ok(None)
}

/// Waits until a page that has troubles behind it counts as well again, and gives what it shows.
fn well(till: &Till) -> Result<Value> {
    let since = instant();
    wait::until("the page to be well", LIMIT, || {
        let well = since.elapsed() >= WELL_AFTER;
        Ok(if well { Look::Found(()) } else { Look::NotYet("not long enough".to_owned()) })
    })?;
    till.painted()
}

fn pages(program: u32) -> Result<Vec<u32>> {
    let tree = tree(program)?;
    Ok(tree.into_iter().filter(Process::is_page).map(|process| process.id).collect())
}

/// Ends the process of a page, as if it had crashed.
pub(crate) fn kill(id: u32) -> Result<()> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw).context("no process id")?;
    kill_process(id, Signal::KILL).context("killing the page")
}
