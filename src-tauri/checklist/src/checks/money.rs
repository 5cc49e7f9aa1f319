//! Money is taken, released and given back (contract 1.2, 1.4, 5.6).

use vipps::Meaning;

use crate::bench::Bench;
use crate::item::Rail;
use crate::outcome::{Saw, Stopped, holds};

/// What is sold, in minor units: one of 1.00 is not reliable in tests (trap 64).
pub(super) const WHOLE: u64 = 200;
/// What is sold where a part is taken, and the part, in minor units. Neither is a test amount (contract 7).
const LARGE: u64 = 300;
const PART: u64 = 200;
/// What is given back of the part, in minor units.
const LITTLE: u64 = 100;

pub(super) async fn capture_full(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let approved = crate::standing::Standing::is_approved;
    bench.played(rail, "full", crate::Deed::Approve, approved).await?;
    let captured =
        bench.capture(rail, &reference, (WHOLE, "c1")).await.map_err(|error| bench.stop(&error))?;
    holds(captured == WHOLE, || format!("{captured} of {WHOLE} was collected"))?;
    let again = bench.capture(rail, &reference, (WHOLE, "c1")).await.map_err(|error| bench.stop(&error))?;
    holds(again == WHOLE, || format!("repeated under the same key, {again} was collected"))?;
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    holds(read.captured == WHOLE && read.left == 0, || format!("it is read as {read:?}"))?;
    let whole = bench.money(WHOLE);
    Ok(Saw(format!(
        "{reference}: {whole} collected, also when repeated under the same key; read back as such"
    )))
}

pub(super) async fn capture_partial(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.paid_for(rail, "part", LARGE).await?;
    let captured = match bench.capture(rail, &reference, (PART, "c1")).await {
        Ok(captured) => captured,
        Err(error) if error.meaning() == Meaning::PartialCaptureRefused => {
            bench.block(rail, "part");
            let what =
                "The sales unit collects whole reservations alone. Ask for partial capture, if it is wanted.";
            return Err(Stopped::ForAPerson(what.to_owned()));
        }
        Err(error) => return Err(bench.stop(&error)),
    };
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    let right = captured == PART && read.captured == PART && read.left == LARGE - PART;
    holds(right, || format!("{captured} was collected, and it is read as {read:?}"))?;
    let [part, large, left] = [PART, LARGE, read.left].map(|value| bench.money(value));
    Ok(Saw(format!("{reference}: {part} of {large} collected, {left} still reserved")))
}

pub(super) async fn cancel(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.begin(rail, "cancel", WHOLE).await?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    let ended = rail.either("CANCEL", "TERMINATED");
    holds(read.state == ended, || format!("after the cancel it is {}, and not {ended}", read.state))?;
    Ok(Saw(format!("{reference}: {ended}")))
}

pub(super) async fn release(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "part")?;
    bench.cancel(rail, &reference, true).await.map_err(|error| bench.stop(&error))?;
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    let right = read.left == 0 && read.captured == PART;
    holds(right, || format!("after the release it is read as {read:?}"))?;
    let [released, kept] = [LARGE - PART, PART].map(|value| bench.money(value));
    Ok(Saw(format!("{reference}: {released} released, {kept} kept")))
}

pub(super) async fn refund_partial(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "part")?;
    let refunded =
        bench.refund(rail, &reference, (LITTLE, "r1")).await.map_err(|error| bench.stop(&error))?;
    let read = bench.read(rail, &reference).await.map_err(|error| bench.stop(&error))?;
    let right = refunded == LITTLE && read.refunded == LITTLE;
    holds(right, || format!("{refunded} was given back, and it is read as {read:?}"))?;
    let [little, part] = [LITTLE, PART].map(|value| bench.money(value));
    Ok(Saw(format!("{reference}: {little} of {part} given back")))
}

pub(super) async fn refund_full(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let refunded = bench.refund(rail, &reference, (WHOLE, "r1")).await.map_err(|error| bench.stop(&error))?;
    holds(refunded == WHOLE, || format!("{refunded} of {WHOLE} was given back"))?;
    Ok(Saw(format!("{reference}: all {} given back", bench.money(WHOLE))))
}

pub(super) async fn ends_in_refund(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let ended = rail.either("REFUND", "REFUNDED");
    let history = bench.history(rail, &reference).await?;
    let last = history.last().map(String::as_str);
    holds(last == Some(ended), || format!("{reference} went {}", history.join(", ")))?;
    Ok(Saw(format!("{reference}: {}", history.join(", "))))
}

pub(super) async fn ends_in_void(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.paid_for(rail, "void", WHOLE).await?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    let ended = rail.either("VOID", "CANCELLED");
    let history = bench.history(rail, &reference).await?;
    let last = history.last().map(String::as_str);
    holds(last == Some(ended), || format!("{reference} went {}", history.join(", ")))?;
    Ok(Saw(format!("{reference}: {}", history.join(", "))))
}

/// Kvitt collects as soon as it knows of the approval, so what is shown is that there was time for it.
pub(super) async fn capture_deadline(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.paid_for(rail, "deadline", WHOLE).await?;
    let read = bench.parts.vipps.epayment().get(&reference).await.map_err(|error| bench.stop(&error))?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    let until = read.capture_guaranteed_until;
    let until = until.map_or_else(|| "not told".to_owned(), |until| format!("{until:.0}"));
    Ok(Saw(format!("{reference}: a capture is guaranteed until {until}; a till collects within seconds")))
}
