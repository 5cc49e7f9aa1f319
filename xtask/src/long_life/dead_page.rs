//! How long the customer sees nothing when the process of the page dies.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::live::Shop;
use super::process_tree::{Process, tree};
use super::times::Times;
use crate::run::instant;
use crate::wait::{self, Look};

/// A page that has been well for so long is brought back at once; before that, the till lets some time pass.
const WELL_AFTER: Duration = Duration::from_secs(11);
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Kills the process of the customer's page so many times, and measures from the kill until the page has painted the
/// same screen.
pub(crate) fn kill_pages(shop: &Shop, kills: u32) -> Result<Times> {
    let mut times = Times::default();
    let mut pages = pages(shop)?;
    // The customer's window is opened first.
    let mut victim = pages.iter().min().copied();
    for _ in 0..kills {
        let well_since = instant();
        wait::until("the page to be well", LIMIT, || {
            let well = well_since.elapsed() >= WELL_AFTER;
            Ok(if well { Look::Found(()) } else { Look::NotYet("not long enough".to_owned()) })
        })?;
        let before = shop.till.painted()?;
        let killed = instant();
        kill(victim.context("there is no page to kill")?)?;
        shop.till.display_goes()?;
        let after = shop.till.painted()?;
        times.add(killed.elapsed());
        if before["number"] != after["number"] {
            bail!("it is not the same screen: {before} and {after}");
        }
        let now = self::pages(shop)?;
        victim = now.iter().copied().find(|page| !pages.contains(page));
        pages = now;
    }
    Ok(times)
}

fn pages(shop: &Shop) -> Result<Vec<u32>> {
    let tree = tree(shop.kvitt.id())?;
    Ok(tree.into_iter().filter(Process::is_page).map(|process| process.id).collect())
}

fn kill(id: u32) -> Result<()> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw).context("no process id")?;
    kill_process(id, Signal::KILL).context("killing the page")
}
