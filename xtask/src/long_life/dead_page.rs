//! How long the customer sees nothing when the process of the page dies.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::live::Shop;
use super::process_tree::{Process, tree};
use super::times::Times;
use crate::run::instant;
use crate::wait::{self, Look};

/// A page that has been well for so long is brought back at once; before that, the till lets some time pass.
const WELL_AFTER: Duration = Duration::from_secs(11);
/// How soon the till notices that the process of a page has ended.
const NOTICED: Duration = Duration::from_secs(3);
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Kills the process of the customer's page so many times, and measures from the kill until the page has painted the
/// same screen.
pub(crate) fn kill_pages(shop: &Shop, kills: u32) -> Result<Times> {
    let mut times = Times::default();
    let mut victim = customers(shop)?;
    let mut pages = pages(shop)?;
    for _ in 0..kills {
        let before = well(shop)?;
        let killed = instant();
        kill(victim.context("there is no page to kill")?)?;
        shop.till.display_goes(LIMIT)?;
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

/// The process of the customer's page: the one without which the customer sees nothing. Which one that is, only its end
/// tells; it is a new process by then.
fn customers(shop: &Shop) -> Result<Option<u32>> {
    for candidate in pages(shop)? {
        well(shop)?;
        let before = pages(shop)?;
        kill(candidate)?;
        if shop.till.display_goes(NOTICED).is_ok() {
            shop.till.painted()?;
            return Ok(pages(shop)?.into_iter().find(|page| !before.contains(page)));
        }
    }
    Ok(None)
}

/// Waits until a page that has troubles behind it counts as well again, and gives what it shows.
fn well(shop: &Shop) -> Result<Value> {
    let since = instant();
    wait::until("the page to be well", LIMIT, || {
        let well = since.elapsed() >= WELL_AFTER;
        Ok(if well { Look::Found(()) } else { Look::NotYet("not long enough".to_owned()) })
    })?;
    shop.till.painted()
}

fn pages(shop: &Shop) -> Result<Vec<u32>> {
    let tree = tree(shop.kvitt.id())?;
    Ok(tree.into_iter().filter(Process::is_page).map(|process| process.id).collect())
}

fn kill(id: u32) -> Result<()> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw).context("no process id")?;
    kill_process(id, Signal::KILL).context("killing the page")
}
