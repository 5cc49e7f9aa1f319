//! Every promise of a journal, on both databases, and what is this journal's own.

use std::any::Any;
use std::sync::Arc;

use journal::contract::samples::{ended, numbered, reference, requested};
use journal::{Journal, JournalError, Part, Query, Trouble};
use tempfile::TempDir;

use super::{DatabaseJournal, reading, searching};
use crate::database::{Database, Kind};
use crate::leases::{self, Lease};
use crate::server::{Fresh, fresh};

const MSN: &str = "654321";

mod on_a_file {
    journal::journal_contract!(super::of_file().await);
}

mod on_a_server {
    journal::journal_contract!(match super::of_server().await {
        Some(fresh) => fresh,
        None => return,
    });
}

async fn of_file() -> (DatabaseJournal, TempDir) {
    let folder = tempfile::tempdir().expect("there is room");
    let database = Database::of_file(&folder.path().join("hub.db")).await.expect("it can be made");
    (journal(&database, MSN, "one").await, folder)
}

async fn of_server() -> Option<(DatabaseJournal, Fresh)> {
    let fresh = fresh().await?;
    let database = Database::of_server(&fresh.address).await.expect("it can be reached");
    Some((journal(&database, MSN, "one").await, fresh))
}

/// Both kinds of database, as far as they are there, each with what must outlive it.
async fn both() -> Vec<(DatabaseJournal, Box<dyn Any>)> {
    let (file, folder) = of_file().await;
    let mut both: Vec<(_, Box<dyn Any>)> = vec![(file, Box::new(folder))];
    if let Some((server, fresh)) = of_server().await {
        both.push((server, Box::new(fresh)));
    }
    both
}

async fn lease(database: &Database, msn: &str, holder: &str) -> Option<Arc<Lease>> {
    leases::take(database, holder, msn).await.expect("the database answers")
}

async fn journal(database: &Database, msn: &str, holder: &str) -> DatabaseJournal {
    let lease = lease(database, msn, holder).await.expect("it is free");
    DatabaseJournal::new(database.clone(), msn, lease)
}

/// Ends the lease of `msn` as if its time were over.
async fn expire(database: &Database, msn: &str) {
    let mut change = database.change().await.unwrap();
    sqlx::query("UPDATE leases SET until = 0 WHERE msn = $1")
        .bind(msn.to_owned())
        .execute(&mut *change)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn each_sales_unit_has_a_journal_of_its_own() {
    for (one, _kept) in both().await {
        let other = journal(&one.database, "654322", "one").await;
        let name = reference(1);
        one.begin(&name, None, &[requested(&name)]).await.unwrap();
        assert!(other.story(&name).await.unwrap().is_none());
        assert_eq!(other.begin(&name, None, &[requested(&name), numbered(1)]).await.unwrap().0, 2);
        assert_eq!(one.append(&name, 1, &[numbered(1)], false).await.unwrap().0, 2);
        assert_eq!(other.unsettled().await.unwrap().len(), 1);
    }
}

/// A hub that was away for too long writes nothing any more, and the one that took over goes on where it was.
#[tokio::test]
async fn who_has_lost_the_lease_writes_nothing() {
    for (old, _kept) in both().await {
        let name = reference(1);
        old.begin(&name, None, &[requested(&name)]).await.unwrap();
        expire(&old.database, MSN).await;
        // Nobody else has it: it was late, and nothing has happened.
        old.append(&name, 1, &[numbered(1)], false).await.unwrap();
        let new = journal(&old.database, MSN, "two").await;
        for refused in [
            old.append(&name, 2, &[numbered(2)], false).await.map(|_| ()),
            old.begin(&reference(2), None, &[requested(&reference(2))]).await.map(|_| ()),
            old.keep_picture(&name, "code", &[1]).await,
        ] {
            let refused = refused.expect_err("it is another's");
            assert!(!refused.may_pass(), "it would be tried for ever");
            assert!(
                matches!(refused, JournalError::Storage { trouble: Trouble::TakenOver, .. }),
                "{refused:?}"
            );
        }
        assert!(old.lease.is_lost());
        assert_eq!(old.story(&name).await.unwrap().unwrap().entries.len(), 2, "it may still look");
        new.append(&name, 2, &[ended()], false).await.unwrap();
        // Back again, it is another term: what is left of the first still writes nothing.
        expire(&old.database, MSN).await;
        let again = journal(&old.database, MSN, "one").await;
        assert!(old.append(&name, 3, &[numbered(3)], false).await.is_err());
        again.append(&name, 3, &[numbered(3)], false).await.unwrap();
    }
}

#[tokio::test]
async fn a_lease_is_held_by_one_until_its_time_is_over() {
    let Some((one, _server)) = of_server().await else { return };
    let database = &one.database;
    assert!(lease(database, MSN, "two").await.is_none());
    leases::renew(database, "one", std::slice::from_ref(&one.lease)).await.unwrap();
    assert!(lease(database, MSN, "two").await.is_none() && !one.lease.is_lost());
    expire(database, MSN).await;
    // Of many who reach for it, one gets it.
    let names: Vec<String> = (0..6).map(|number| format!("hub {number}")).collect();
    let taken = futures_util::future::join_all(names.iter().map(|name| lease(database, MSN, name))).await;
    assert_eq!(taken.iter().flatten().count(), 1);
    leases::renew(database, "one", std::slice::from_ref(&one.lease)).await.unwrap();
    assert!(one.lease.is_lost(), "it learns that it is another's");
    let holder = names.iter().zip(&taken).find(|(_, lease)| lease.is_some()).unwrap().0;
    leases::let_go(database, holder).await.unwrap();
    assert!(lease(database, MSN, "two").await.is_some(), "one that ends lets go at once");
}

/// A hub that stops in the middle of a change holds the row of its lease. Others wait for it no longer than the server does.
#[tokio::test]
async fn one_that_stops_in_the_middle_holds_nobody_up() {
    let Some((one, _server)) = of_server().await else { return };
    let mut stopped = one.database.change().await.unwrap();
    assert!(one.lease.hold(&mut stopped).await.unwrap());
    let other = one.database.clone();
    let expired = tokio::time::timeout(std::time::Duration::from_secs(30), expire(&other, MSN)).await;
    expired.expect("it was held up for ever");
    assert!(lease(&other, MSN, "two").await.is_some());
    assert!(stopped.commit().await.is_err());
}

#[tokio::test]
async fn nobody_changes_what_is_written() {
    for (journal, _kept) in both().await {
        let name = reference(1);
        journal.begin(&name, None, &[requested(&name), numbered(1)]).await.unwrap();
        for statement in [
            "UPDATE journal_entries SET fact = '{}'",
            "DELETE FROM journal_entries",
            "INSERT INTO journal_entries (msn, seq, reference, number, at, fact) VALUES ('654321', 9, 'sample-1', 3, 0, '{}')",
            "INSERT INTO journal_entries (msn, seq, reference, number, at, fact) VALUES ('654321', 3, 'sample-1', 9, 0, '{}')",
            "UPDATE journal_stories SET reference = 'sample-2'",
            "UPDATE journal_stories SET amount = 1",
            "DELETE FROM journal_stories",
        ] {
            let mut change = journal.database.change().await.unwrap();
            assert!(sqlx::query(statement).execute(&mut *change).await.is_err(), "{statement}");
        }
        assert_eq!(journal.story(&name).await.unwrap().unwrap().entries.len(), 2);
    }
}

/// Every statement that reads, as text.
fn statements(kind: Kind) -> Vec<String> {
    let fixed = [
        reading::STORY,
        reading::UNSETTLED,
        reading::NEWEST,
        reading::CHANGED_SINCE,
        reading::ENTRIES_AFTER,
        reading::LAST_SEQ,
        reading::REQUESTED_AS,
        reading::PICTURE,
    ];
    let part = Part::parse("1042");
    let searches = [(None, None), (Some(24_900), None), (None, part.clone()), (Some(24_900), part)];
    let found = searches.map(|(amount, part)| {
        let query = Query { part, amount, limit: 20, ..Query::default() };
        searching::statement(kind, MSN, &query, None).text().to_owned()
    });
    fixed.into_iter().map(ToOwned::to_owned).chain(found).collect()
}

/// SQLite's plan names a table that it reads from end to end with SCAN. Only what a sub-select has found, `s`, `f` and
/// `found`, may be gone through.
#[tokio::test]
async fn nothing_is_read_from_end_to_end_in_a_file() {
    let (journal, _folder) = of_file().await;
    for statement in statements(Kind::Sqlite) {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(journal.database.reader()).await.unwrap();
        assert!(!plan.is_empty());
        for (.., step) in &plan {
            let of_found = ["SCAN s", "SCAN f", "SCAN found", "SCAN (subquery"];
            let is_of_found =
                of_found.iter().any(|found| step == found || step.starts_with("SCAN (subquery"));
            let by_letters = step.starts_with("SCAN journal_by_part VIRTUAL TABLE") && step.contains(":M");
            assert!(
                !step.starts_with("SCAN") || is_of_found || by_letters,
                "{step} in {statement}: {plan:#?}"
            );
        }
    }
}

/// PostgreSQL reads a small table from end to end because that is quicker. Forbidden to, it does so only where no index will
/// do.
#[tokio::test]
async fn nothing_is_read_from_end_to_end_on_a_server() {
    let Some((journal, _server)) = of_server().await else { return };
    let mut change = journal.database.change().await.unwrap();
    sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *change).await.unwrap();
    for (number, statement) in statements(Kind::Postgres).into_iter().enumerate() {
        sqlx::query("SET LOCAL plan_cache_mode = force_generic_plan").execute(&mut *change).await.unwrap();
        let prepare = sqlx::AssertSqlSafe(format!("PREPARE read_{number} AS {statement}"));
        sqlx::raw_sql(prepare).execute(&mut *change).await.unwrap();
        let places = (1..20).rev().find(|place| statement.contains(&format!("${place}"))).unwrap();
        let nothing = vec!["NULL"; places].join(", ");
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN EXECUTE read_{number}({nothing})"));
        let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut *change).await.unwrap();
        assert!(plan.iter().any(|step| step.contains("Index")), "{statement}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("Seq Scan")), "{statement}: {plan:#?}");
    }
}

/// A line to a server that can go dead: nobody is told, and nothing comes through any more.
struct Line {
    address: String,
    dead: tokio::sync::watch::Sender<bool>,
}

impl Line {
    async fn to(server: &Fresh) -> Line {
        let there = server.address.split(['@', '/']).nth(3).expect("it has a host").to_owned();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let here = listener.local_addr().expect("it has one").to_string();
        let address = server.address.replacen(&there, &here, 1);
        let (dead, state) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let Ok(mut far) = tokio::net::TcpStream::connect(&there).await else { return };
                let mut state = state.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        () = async { drop(state.wait_for(|dead| *dead).await) } => {
                            // Both ends stay open, and this one hears nothing.
                            std::future::pending::<()>().await;
                        }
                    }
                });
            }
        });
        Line { address, dead }
    }
}

/// What is written while the line is dead fails in time, so that it is tried again, and comes through when another line is
/// laid.
#[tokio::test]
async fn a_line_that_goes_dead_without_a_word_is_given_up() {
    let Some(server) = fresh().await else { return };
    let line = Line::to(&server).await;
    let database = Database::of_server(&line.address).await.expect("it can be reached");
    let journal = journal(&database, MSN, "one").await;
    let name = reference(1);
    journal.begin(&name, None, &[requested(&name)]).await.unwrap();
    line.dead.send_replace(true);
    let limit = std::time::Duration::from_mins(1);
    let lost = tokio::time::timeout(limit, journal.append(&name, 1, &[numbered(1)], false)).await;
    let lost = lost.expect("it waits for ever").expect_err("nothing comes through");
    assert!(lost.may_pass(), "{lost:?}");
    line.dead.send_replace(false);
    journal.append(&name, 1, &[numbered(1)], false).await.unwrap();
}
