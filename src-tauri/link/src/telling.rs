//! Tells the hub what the till writes down.

use std::time::Duration;

use contract::{Code, Newest, Telling, ToldEntry, UnitSettings};
use journal::{Seq, Told};
use till::{Refused, Till};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::client::Client;

/// So many bytes of facts are told at a time; one entry may be larger by itself.
const BYTES_MAX: usize = 1024 * 1024;

/// How often the hub is told.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest silence: then the hub is told that the till lives.
    pub alive: Duration,
    /// The pause after the hub did not answer: doubled with every time, up to `longest`, and up to half of it less, so that
    /// ten thousand tills don't come back at the same moment.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Default for Pace {
    /// Every half minute at least; after a failure 1 s, 2 s, 4 s … a minute.
    fn default() -> Pace {
        Pace {
            alive: Duration::from_secs(30),
            first: Duration::from_secs(1),
            longest: Duration::from_mins(1),
        }
    }
}

impl Pace {
    /// The pause after the hub did not answer `failures` times in a row.
    pub(crate) fn after(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1);
        let doubled = self.first.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX));
        let whole = u64::try_from(doubled.min(self.longest).as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(fastrand::u64(whole / 2..=whole))
    }
}

/// How the telling goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Whether the hub answered last.
    pub connected: bool,
    /// The number of the newest entry that it has.
    pub told: u64,
    /// Whether the till hears from the hub when something may have happened.
    pub listening: bool,
    /// Whether the hub has a code on the counter for this till, as it said last.
    pub counter_code: bool,
    /// What the sales unit may do, as far as the hub has ever said. One that says nothing of it any more takes nothing back.
    pub unit: Option<UnitSettings>,
    /// Why it is not told.
    pub problem: Option<Code>,
    /// Since when it is not told. None while it is, and before it was first asked.
    pub lost_at: Option<Instant>,
}

/// Tells the hub everything, for as long as there is a till.
pub(crate) async fn run(till: Till, client: Client, pace: Pace, state: watch::Sender<State>) {
    let mut failures = 0_u32;
    loop {
        match follow(&till, &client, pace, &state).await {
            Ok(()) => return,
            Err(refused) => {
                failures = if state.borrow().connected { 1 } else { failures.saturating_add(1) };
                state.send_modify(|state| {
                    state.connected = false;
                    state.problem = Some(refused.code);
                    state.lost_at.get_or_insert_with(Instant::now);
                });
                tracing::warn!(
                    code = till::name_of(refused.code),
                    failures,
                    "the hub is not told: {}",
                    refused.detail
                );
                sleep(pace.after(failures)).await;
            }
        }
    }
}

/// Asks how much the hub has, tells the rest, and then whatever happens. Ends well only with the till.
async fn follow(
    till: &Till,
    client: &Client,
    pace: Pace,
    state: &watch::Sender<State>,
) -> Result<(), Refused> {
    let mut changes = till.listen().await?.1;
    let mut told = tell(till, client, state, &[]).await?;
    loop {
        loop {
            let entries = till.entries_after(told, Telling::ENTRIES_MAX).await?;
            if entries.is_empty() {
                break;
            }
            told = tell(till, client, state, &entries).await?;
        }
        match timeout(pace.alive, changes.recv()).await {
            Ok(Ok(_) | Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) => return Ok(()),
            Err(_) => told = tell(till, client, state, &[]).await?,
        }
    }
}

/// Tells these entries, and as many of them at once as are not too much. Gives what the hub has then.
async fn tell(
    till: &Till,
    client: &Client,
    state: &watch::Sender<State>,
    entries: &[Told],
) -> Result<Seq, Refused> {
    let mut bytes = 0;
    let entries = entries.iter().map(told).take_while(|entry| {
        let is_first = bytes == 0;
        bytes += entry.fact.to_string().len();
        is_first || bytes <= BYTES_MAX
    });
    let telling = Telling {
        entries: entries.collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        open: till.health().open,
    };
    let heard = client.tell(&telling).await?;
    if heard.newest != newest(till, heard.seq).await? {
        let detail = format!(
            "the hub has another entry {} of this till than its journal: that is an older copy. What is new is not \
             told; let the till join again",
            heard.seq
        );
        return Err(Refused::new(Code::Mismatch, detail));
    }
    state.send_modify(|state| {
        state.connected = true;
        state.told = heard.seq;
        state.counter_code = heard.counter_code;
        state.unit = heard.unit.clone().or(state.unit.take());
        state.problem = None;
        state.lost_at = None;
    });
    Ok(Seq(heard.seq))
}

/// What tells the till's own entry `seq` from another; `None` when there is no such entry.
async fn newest(till: &Till, seq: u64) -> Result<Option<Newest>, Refused> {
    let Some(before) = seq.checked_sub(1) else { return Ok(None) };
    let told = till.entries_after(Seq(before), 1).await?.pop();
    Ok(told.map(|told| Newest {
        reference: told.reference.to_string(),
        number: told.number,
        at: told.entry.at.0,
    }))
}

fn told(told: &Told) -> ToldEntry {
    ToldEntry {
        seq: told.seq.0,
        reference: told.reference.to_string(),
        number: told.number,
        at: told.entry.at.0,
        // Plain data always becomes JSON.
        fact: serde_json::to_value(&told.entry.fact).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_no_two_tills_come_back_together() {
        let pace = Pace::default();
        for (failures, least, most) in
            [(1, 500, 1_000), (2, 1_000, 2_000), (4, 4_000, 8_000), (99, 30_000, 60_000)]
        {
            let pauses: Vec<Duration> = (0..100).map(|_| pace.after(failures)).collect();
            let range = Duration::from_millis(least)..=Duration::from_millis(most);
            assert!(pauses.iter().all(|pause| range.contains(pause)), "{failures}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{failures}: all alike");
        }
    }
}
