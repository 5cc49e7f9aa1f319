//! How fast it is. Started by hand, for it takes a while:
//! `cargo test --release -p journal pace -- --ignored --nocapture`

use std::time::Duration;

use tokio::time::Instant;

use crate::contract::samples::{ended, numbered, reference, request_key, requested};
use crate::{Journal, Seq};

const PAYMENTS: u32 = 100_000;
const APPENDS: u32 = 500;

#[tokio::test]
#[ignore = "measures; it has nothing to fail on"]
async fn with_a_hundred_thousand_payments() {
    let (journal, _folder) = super::sqlite().await;
    // Only the filling does without the disk.
    sqlx::query("PRAGMA synchronous = OFF").execute(&journal.writer).await.unwrap();
    let began = Instant::now();
    for number in 0..PAYMENTS {
        let (reference, key) = (reference(number), request_key(&number.to_string()));
        let entries = [requested(&reference), numbered(1), numbered(2)];
        journal.begin(&reference, Some(&key), &entries).await.unwrap();
        journal
            .append(&reference, 3, &[numbered(3), numbered(4), ended()], number % 1000 != 0)
            .await
            .unwrap();
    }
    println!("{PAYMENTS} payments of 6 entries in {:?}", began.elapsed());
    sqlx::query("PRAGMA synchronous = FULL").execute(&journal.writer).await.unwrap();

    let last = reference(PAYMENTS - 1);
    let mut times: Vec<Duration> = Vec::new();
    for nth in 0..APPENDS {
        let began = Instant::now();
        journal.append(&last, 6 + nth, &[numbered(nth)], false).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("append, on disk: median {:?}, p95 {:?}, most {:?}", at(50), at(95), at(100));

    let began = Instant::now();
    let count = journal.unsettled().await.unwrap().len();
    println!("unsettled, {count} of them: {:?}", began.elapsed());
    let began = Instant::now();
    let count = journal.newest(100).await.unwrap().len();
    println!("newest {count}: {:?}", began.elapsed());
    let began = Instant::now();
    let count = journal.changed_since(Seq(300_000), 100).await.unwrap().len();
    println!("changed since the middle, {count}: {:?}", began.elapsed());
    let began = Instant::now();
    journal.story(&reference(50_000)).await.unwrap().unwrap();
    println!("one story: {:?}", began.elapsed());
    let began = Instant::now();
    journal.requested_as("50000").await.unwrap().unwrap();
    println!("by its key: {:?}", began.elapsed());
}
