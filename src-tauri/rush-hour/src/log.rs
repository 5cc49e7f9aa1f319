//! The sale log of a chain, as an auditor leafs through it and takes it along.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::chain;
use crate::figures::{Table, Times, seconds};
use crate::process::Hub;
use crate::wire::{self, Pool, request};

/// How many days of sales there are.
const DAYS: i64 = 730;
/// What takes seconds is asked for so many times.
const SLOW_ROUNDS: u32 = 5;
/// How often the hub's memory is read while it writes a file.
const LOOK_TIME: Duration = Duration::from_millis(100);

/// The sale log of the hub at `at`.
pub(crate) struct Log<'h> {
    pub(crate) hub: &'h Hub,
    pub(crate) at: SocketAddr,
    /// How many payments there are, sold or not.
    pub(crate) payments: u64,
    pub(crate) stores: usize,
}

/// One kind of page: how it is asked for, and how many times at the most.
struct Kind {
    caption: &'static str,
    query: fn(&Log<'_>) -> String,
    rounds_max: u32,
}

const fn kind(caption: &'static str, query: fn(&Log<'_>) -> String) -> Kind {
    Kind { caption, query, rounds_max: u32::MAX }
}

const KINDS: [Kind; 14] = [
    kind("newest", |_| String::new()),
    kind("in the middle", |_| {
        format!("before={}.t-1.x", chain::NOW - fastrand::i64(0..DAYS) * chain::DAY_MS)
    }),
    kind("a store", a_store),
    kind("a store's month", |log| format!("{}&{}", a_store(log), days(30))),
    kind("a day", |_| days(1)),
    kind("given back", |_| "state=returned".to_owned()),
    kind("given back, a store", |log| format!("state=returned&{}", a_store(log))),
    kind("not paid, a store", |log| format!("state=unpaid&{}", a_store(log))),
    kind("an amount, a store", |log| format!("amount={}&{}", 10 + fastrand::u64(0..490), a_store(log))),
    kind("a reference", |log| format!("reference=sale-{}-1", fastrand::u64(1..=log.payments))),
    kind("four digits", |_| format!("reference={:04}", fastrand::u32(..10_000))),
    kind("three digits, a store", |log| format!("reference={:03}&{}", fastrand::u32(..1_000), a_store(log))),
    kind("a part that none has", |_| format!("reference=zq{:05}x", fastrand::u32(..100_000))),
    Kind { caption: "all, added up", query: |_| "sum=all".to_owned(), rounds_max: SLOW_ROUNDS },
];

impl Log<'_> {
    /// Each kind of page `rounds` times.
    pub(crate) async fn pages(&self, rounds: u32) -> Result<Table> {
        let pool = Pool::default();
        let mut table = Table::new(&["page", "n", "p50 ms", "p95", "p99", "max"]);
        for kind in &KINDS {
            let mut times = Times::default();
            for _ in 0..rounds.min(kind.rounds_max) {
                let ask = asking("/log", &(kind.query)(self));
                let begun = Instant::now();
                let (status, page) = pool.ask(self.at, 0, &ask).await.context(kind.caption)?;
                times.add(begun.elapsed());
                let is_whole = page.ends_with(b"</html>") || page.ends_with(b"</html>\n");
                anyhow::ensure!(status == 200 && is_whole, "{}: {status}", kind.caption);
            }
            table.row([kind.caption.to_owned(), times.count().to_string()].into_iter().chain(times.cells()));
        }
        Ok(table)
    }

    /// What is sold on a day, in a month, and by one store in all the time, each as a file.
    pub(crate) async fn files(&self) -> Result<Table> {
        let headings = ["file", "sales", "MiB", "s", "the hub's memory, MiB: before", "the most"];
        let mut table = Table::new(&headings);
        for (caption, query) in
            [("a day, CSV", days(1)), ("a month, CSV", days(30)), ("a store, CSV", a_store(self))]
        {
            let before = self.hub.memory()?;
            let begun = Instant::now();
            let ask = asking("/log.csv", &query);
            let mut file = std::pin::pin!(wire::file(self.at, &ask));
            let (mut most, mut looks) = (before, interval(LOOK_TIME));
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let file = loop {
                tokio::select! {
                    file = &mut file => break file.context(caption)?,
                    _ = looks.tick() => most = most.max(self.hub.memory()?),
                }
            };
            table.row([
                caption.to_owned(),
                // The first line says what stands in the others.
                file.lines.saturating_sub(1).to_string(),
                (file.bytes / (1024 * 1024)).to_string(),
                seconds(begun.elapsed()),
                (before / 1024).to_string(),
                (most / 1024).to_string(),
            ]);
        }
        Ok(table)
    }
}

/// One of the stores.
fn a_store(log: &Log<'_>) -> String {
    format!("store=s{:04}", fastrand::usize(1..=log.stores))
}

/// So many days somewhere in the time of the sales.
fn days(count: i64) -> String {
    let first = chain::NOW - fastrand::i64(count..DAYS) * chain::DAY_MS;
    // A log names the last day that is in it.
    format!("from={}&until={}", day(first), day(first + (count - 1) * chain::DAY_MS))
}

fn day(at: i64) -> Date {
    let at = Timestamp::from_millisecond(at).unwrap_or_default();
    TimeZone::UTC.to_datetime(at).date()
}

fn asking(path: &str, query: &str) -> String {
    let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    request("GET", &path, &format!("Bearer {}", chain::AUDITOR), "")
}
