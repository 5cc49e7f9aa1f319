//! A payment waits for its customer, and what becomes of it (contract 2.1, 2.3, 4.1).

use vipps::Meaning;

use super::money::WHOLE;
use crate::bench::Bench;
use crate::customer::Deed;
use crate::item::Rail;
use crate::outcome::{Saw, Stopped, holds};

/// The payment that nobody acts upon is made first as well: its ten minutes go by while the others are made.
pub(super) async fn initiate(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.begin(rail, "full", WHOLE).await?;
    let bytes = bench.picture(rail, "full").await?;
    bench.begin(rail, "idle", WHOLE).await?;
    Ok(Saw(format!("{reference}, with a code of {bytes} bytes")))
}

pub(super) async fn details(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    let begun = rail.either("INITIATE", "CREATED");
    let right = read.state == begun && read.amount == WHOLE;
    holds(right, || format!("a payment of {WHOLE} that was just made is read as {read:?}"))?;
    Ok(Saw(format!("{reference}: {begun}, {}", bench.money(WHOLE))))
}

pub(super) async fn events(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let history = bench.history(rail, &reference).await?;
    holds(history == ["CREATED"], || format!("what was just made has the events {}", history.join(", ")))?;
    Ok(Saw(format!("{reference}: {}", history.join(", "))))
}

pub(super) async fn refused(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.begin(rail, "refused", WHOLE).await?;
    let ended = rail.either("CANCEL", "ABORTED");
    bench.played(rail, "refused", Deed::Refuse, |standing| standing.state == ended).await?;
    Ok(Saw(format!("{reference}: {ended}")))
}

/// The log of eCom has no word for it; that the code can't be had any more tells (contract 3.1).
pub(super) async fn expired(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "idle")?;
    let read = bench.time_runs_out(rail, "idle").await?;
    if rail == Rail::Epayment {
        return Ok(Saw(format!("{reference}: {}", read.state)));
    }
    let asked = bench.ask_code("idle").await;
    let over = asked.is_err_and(|error| error.meaning() == Meaning::PaymentTimedOut);
    holds(over, || "ten minutes have gone by, and there still is a code to scan".to_owned())?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    Ok(Saw(format!("{reference}: after ten minutes there is no code any more; cancelled")))
}

pub(super) async fn states(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let of_rail = bench.made.iter().filter(|((made_on, _), _)| *made_on == rail);
    let references: Vec<String> = of_rail.map(|(_, made)| made.reference.clone()).collect();
    for reference in references {
        bench.history(rail, &reference).await?;
    }
    let wanted: &[&str] = rail.either(
        &["INITIATE", "RESERVE", "CAPTURE", "REFUND", "CANCEL", "VOID"],
        &["CREATED", "AUTHORIZED", "ABORTED", "EXPIRED", "TERMINATED", "CANCELLED", "CAPTURED", "REFUNDED"],
    );
    let unseen: Vec<&str> =
        wanted.iter().copied().filter(|word| !bench.seen.contains(&(rail, (*word).to_owned()))).collect();
    if unseen.is_empty() {
        return Ok(Saw(wanted.join(", ")));
    }
    let why = format!("{} did not come about", unseen.join(", "));
    if bench.is_blocked(rail) {
        return Err(Stopped::ForAPerson(format!("{why}: payments above wait for a person.")));
    }
    Err(Stopped::failed(why, "look at the items above that did not pass; this one may pass when they do"))
}

pub(super) fn polling(bench: &Bench, rail: Rail) -> Result<Saw, Stopped> {
    let polls = bench.polls.get(&rail).copied().unwrap_or_default();
    holds(polls > 0, || "no payment was waited for".to_owned())?;
    Ok(Saw(format!(
        "every approval, refusal and time-out above was found by reading: {polls} reads, one a second"
    )))
}
