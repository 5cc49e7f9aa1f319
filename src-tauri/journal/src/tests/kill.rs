//! A process that is killed while it writes loses nothing that it has acknowledged, and leaves no half call.
//!
//! The test starts its own program again, as a writer that says each number on standard output as soon as the
//! journal has returned it; kills it with SIGKILL; and looks at what is there. The same file goes through every
//! round. What a kill cannot show is the loss of power: for that there is `synchronous = FULL`.

use std::hash::{BuildHasher, RandomState};
use std::hint;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use payment::Fact;

use crate::contract::samples::{numbered, reference, requested};
use crate::{Entry, Journal, Seq, SqliteJournal, Story};

const ROUNDS: u32 = 40;
/// Acknowledged calls in one round, at the most.
const CALLS_MAX: u64 = 12;
/// How long the killer dawdles at the most, in turns of an empty loop: about as long as a call takes, so that it
/// strikes anywhere in one.
const DAWDLE_MAX: u64 = 60_000;
const JOURNAL: &str = "KVITT_TEST_KILL_JOURNAL";
const ACKNOWLEDGED: &str = "acknowledged ";

#[tokio::test]
async fn a_killed_writer_loses_nothing_that_it_has_acknowledged() {
    if let Some(path) = std::env::var_os(JOURNAL) {
        return write(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    let mut unacknowledged = 0;
    for round in 0..ROUNDS {
        let calls = 1 + random() % CALLS_MAX;
        let acknowledged = write_and_be_killed(&path, calls);
        let journal = SqliteJournal::open(&path).await.unwrap();
        let story = journal.story(&reference(1)).await.unwrap().expect("it was acknowledged");
        assert!(story.seq >= acknowledged, "round {round}: {acknowledged} of {}", story.seq);
        assert_unbroken(&story);
        assert_eq!(journal.last_seq().await.unwrap(), story.seq);
        unacknowledged += story.seq.0 - acknowledged.0;
        // Every other time the next writer finds the file as the kill left it, log and all.
        if round % 2 == 0 {
            journal.close().await;
        }
    }
    println!("{unacknowledged} entries were written and not acknowledged, in {ROUNDS} rounds");
}

fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// Lets a writer go on from where the last one was stopped, and kills it after so many acknowledged calls.
fn write_and_be_killed(path: &Path, calls: u64) -> Seq {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args([
            "tests::kill::a_killed_writer_loses_nothing_that_it_has_acknowledged",
            "--exact",
            "--nocapture",
        ])
        .env(JOURNAL, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Seq::NONE;
    let mut count = 0;
    // What it said before it died counts, even if it is read afterwards.
    for line in BufReader::new(writer.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((_, seq)) = line.split_once(ACKNOWLEDGED) else { continue };
        acknowledged = Seq(seq.parse().unwrap());
        count += 1;
        if count == calls {
            for _ in 0..random() % DAWDLE_MAX {
                hint::spin_loop();
            }
            writer.kill().unwrap();
        }
    }
    let status = writer.wait().unwrap();
    assert!(count >= calls, "the writer stopped by itself after {count} of {calls} calls: {status}");
    acknowledged
}

/// Call 1 is the request alone; call n writes n mod 40 + 1 entries, each with the number of its call.
fn call(number: u32) -> Vec<Entry> {
    vec![numbered(number); number as usize % 40 + 1]
}

/// The story is the whole of calls 1, 2, 3 … and nothing else.
fn assert_unbroken(story: &Story) {
    let mut expected = vec![requested(&story.reference)];
    let mut number = 1;
    while expected.len() < story.entries.len() {
        number += 1;
        expected.extend(call(number));
    }
    assert!(expected == story.entries, "call {number} is there in part, or the order is broken");
}

/// What the process does that is killed: it writes for ever.
async fn write(path: &Path) {
    let journal = SqliteJournal::open(path).await.unwrap();
    let reference = reference(1);
    let (mut seen, mut number) = match journal.story(&reference).await.unwrap() {
        Some(story) => (story.entries.len(), newest_call(&story)),
        None => (0, 0),
    };
    loop {
        number += 1;
        let seq = if seen == 0 {
            seen = 1;
            journal.begin(&reference, None, &[requested(&reference)]).await.unwrap()
        } else {
            let entries = call(number);
            let seq = journal.append(&reference, u32::try_from(seen).unwrap(), &entries, false).await;
            seen += entries.len();
            seq.unwrap()
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{ACKNOWLEDGED}{seq}").unwrap();
        out.flush().unwrap();
    }
}

fn newest_call(story: &Story) -> u32 {
    match story.entries.last().map(|entry| &entry.fact) {
        Some(Fact::CaptureIntended { amount, .. }) => u32::try_from(*amount).unwrap(),
        _ => 1,
    }
}
