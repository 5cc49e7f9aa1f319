//! What people look for among the payments of all stores, over HTTP, as a till asks for it.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::time::Instant;

use crate::chain;
use crate::figures::{Table, Times};
use crate::street::Street;
use crate::wire::{Pool, request};

/// One kind of search: what a person knows, and how it is asked.
struct Kind {
    caption: &'static str,
    query: fn(&Dice) -> String,
    /// How many pages are leafed through before the one that counts.
    pages: u32,
}

/// What is random in a search. The same payment numbers are in the table; see `payments.sql`.
struct Dice {
    payments: u64,
    stores: usize,
}

impl Dice {
    fn payment(&self) -> u64 {
        fastrand::u64(1..=self.payments)
    }

    fn store(&self) -> String {
        format!("s{:04}", fastrand::usize(1..=self.stores))
    }

    fn amount(&self) -> u64 {
        let _ = self.stores;
        (10 + fastrand::u64(0..490)) * 100
    }

    /// A day of the last two years: from and until.
    fn days(&self, count: i64) -> String {
        let _ = self.stores;
        let from = chain::NOW - fastrand::i64(count..730) * chain::DAY_MS;
        format!("since={}&until={}", rfc3339(from), rfc3339(from + count * chain::DAY_MS))
    }
}

const KINDS: [Kind; 13] = [
    Kind { caption: "newest of all stores", query: |_| String::new(), pages: 0 },
    Kind { caption: "newest of all stores, 6th page", query: |_| String::new(), pages: 5 },
    Kind { caption: "whole reference", query: |dice| format!("query=sale-{}-1", dice.payment()), pages: 0 },
    Kind {
        caption: "its last digits",
        query: |dice| format!("query={:06}", dice.payment() % 1_000_000),
        pages: 0,
    },
    Kind { caption: "four digits", query: |dice| format!("query={:04}", dice.payment() % 10_000), pages: 0 },
    Kind { caption: "three digits", query: |dice| format!("query={:03}", dice.payment() % 1_000), pages: 0 },
    Kind { caption: "a part that most have", query: |_| "query=sale".to_owned(), pages: 1 },
    Kind {
        caption: "a part that none has",
        query: |dice| format!("query=zq{:05}x", dice.payment() % 100_000),
        pages: 0,
    },
    Kind { caption: "amount", query: |dice| format!("query={}.00", dice.amount() / 100), pages: 0 },
    Kind { caption: "amount, 6th page", query: |dice| format!("query={}.00", dice.amount() / 100), pages: 5 },
    Kind {
        caption: "store and day",
        query: |dice| format!("store={}&{}", dice.store(), dice.days(1)),
        pages: 0,
    },
    Kind {
        caption: "amount, store and week",
        query: |dice| format!("query={}.00&store={}&{}", dice.amount() / 100, dice.store(), dice.days(7)),
        pages: 0,
    },
    Kind {
        caption: "part, store and month",
        query: |dice| format!("query={:03}&store={}&{}", dice.payment() % 1_000, dice.store(), dice.days(30)),
        pages: 0,
    },
];

/// Searches `rounds` times for each kind, and gives the table. There are
/// `payments` payments of `tills` tills.
pub(crate) async fn measure(street: &Street, tills: usize, payments: u64, rounds: u32) -> Result<Table> {
    let dice = Dice { payments, stores: chain::stores(tills) };
    let pool = Pool::default();
    let mut table = Table::new(&["search", "n", "p50 ms", "p95", "p99", "max"]);
    let mut all = Times::default();
    for kind in &KINDS {
        let mut times = Times::default();
        for _ in 0..rounds {
            let asked = (kind.query)(&dice);
            let mut before = None;
            for page in 0..=kind.pages {
                let begun = Instant::now();
                before = search(street, &pool, &asked, before.as_deref()).await?;
                if page == kind.pages {
                    times.add(begun.elapsed());
                } else if before.is_none() {
                    break;
                }
            }
        }
        table.row([kind.caption.to_owned(), times.count().to_string()].into_iter().chain(times.cells()));
        all.append(times);
    }
    table.row(["all".to_owned(), all.count().to_string()].into_iter().chain(all.cells()));
    Ok(table)
}

/// `people` who search again and again until `during` is over, each for whatever comes to mind: what they find first, never
/// a later page. Gives how long each search took.
pub(crate) async fn together(
    street: &Street,
    tills: usize,
    payments: u64,
    people: usize,
    during: Duration,
) -> Result<Times> {
    let end = Instant::now() + during;
    let searching: Vec<_> = (0..people)
        .map(|_| {
            let (street, dice) = (street.clone(), Dice { payments, stores: chain::stores(tills) });
            tokio::spawn(async move {
                let (pool, mut times) = (Pool::default(), Times::default());
                while Instant::now() < end {
                    let asked = (KINDS[fastrand::usize(..KINDS.len())].query)(&dice);
                    let begun = Instant::now();
                    search(&street, &pool, &asked, None).await?;
                    times.add(begun.elapsed());
                }
                anyhow::Ok(times)
            })
        })
        .collect();
    let mut all = Times::default();
    for person in searching {
        all.append(person.await??);
    }
    Ok(all)
}

/// Gives where the next page begins.
async fn search(street: &Street, pool: &Pool, asked: &str, before: Option<&str>) -> Result<Option<String>> {
    let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
    let path = format!("/v1/payments?limit=20&{asked}{before}");
    let ask = request("GET", path.trim_end_matches('&'), &format!("Bearer {}", chain::key(0)), "");
    let (status, answer) = pool.ask(street.hub(0), 0, &ask).await?;
    let found: Value = serde_json::from_slice(&answer)?;
    anyhow::ensure!(status == 200, "{path}: {found}");
    let payments = found["payments"].as_array().context("a search without payments")?;
    anyhow::ensure!(payments.len() <= 20, "{path}: too many");
    Ok(found["before"].as_str().map(ToOwned::to_owned))
}

/// A moment as it is asked for.
fn rfc3339(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map(|at| at.to_string()).unwrap_or_default()
}
