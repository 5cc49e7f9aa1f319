//! Finds stories by what they were asked for with: newest request first, and never by reading all of them.

use journal::{JournalError, Query, Story, limits};
use payment::Reference;

use super::reading;
use crate::database::{Database, Kind};
use crate::statement::Statement;

/// See [`journal::Journal::search`].
pub(super) async fn search(
    database: &Database,
    msn: &str,
    query: &Query,
) -> Result<Vec<Story>, JournalError> {
    let before = match &query.before {
        Some(before) => Some(place_of(database, msn, before).await?),
        None => None,
    };
    reading::told(statement(database.kind(), msn, query, before).fetch_all(database.reader()).await?)
}

/// What finds it; `before` is the place of [`Query::before`].
pub(super) fn statement(kind: Kind, msn: &str, query: &Query, before: Option<i64>) -> Statement {
    let mut statement = Statement::new(
        "SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact FROM (",
    );
    let finds: [fn(&mut Statement, Kind, &Query); 2] = [push_amount, push_part];
    let asked: Vec<_> = match (query.amount.is_some(), query.part.is_some()) {
        (true, true) => finds.to_vec(),
        (true, false) => vec![finds[0]],
        (false, true) => vec![finds[1]],
        (false, false) => vec![|_, _, _| {}],
    };
    // One after the other, each by its own index: an OR would find neither.
    let places = query.places(before);
    for (number, push) in asked.into_iter().enumerate() {
        statement.push(if number == 0 { "" } else { " UNION " });
        statement.push("SELECT * FROM (SELECT msn, reference, place FROM journal_stories r WHERE r.msn = ");
        statement.push_bind(msn.to_owned());
        statement.push(" AND r.place >= ").push_bind(places.start);
        statement.push(" AND r.place < ").push_bind(places.end);
        push(&mut statement, kind, query);
        statement.push(" ORDER BY r.place DESC LIMIT ").push_bind(limit(query));
        statement.push(") AS found");
    }
    statement.push(" ORDER BY place DESC LIMIT ").push_bind(limit(query));
    statement.push(
        ") f JOIN journal_stories s ON s.msn = f.msn AND s.reference = f.reference
             LEFT JOIN journal_entries e ON e.msn = s.msn AND e.reference = s.reference
         ORDER BY f.place DESC, e.number",
    );
    statement
}

fn push_amount(statement: &mut Statement, _: Kind, query: &Query) {
    let amount = query.amount.map(reading::count);
    statement.push(" AND r.amount = ").push_bind(amount);
}

/// A part is letters, digits and hyphens, so nothing in it means anything to either database.
fn push_part(statement: &mut Statement, kind: Kind, query: &Query) {
    let part = query.part.as_ref().map(journal::Part::as_str).unwrap_or_default();
    match kind {
        Kind::Sqlite => {
            statement.push(" AND r.rowid IN (SELECT rowid FROM journal_by_part WHERE sought MATCH ");
            statement.push_bind(format!("\"{part}\"")).push(")");
        }
        Kind::Postgres => {
            statement.push(" AND r.sought LIKE ").push_bind(format!("%{part}%"));
        }
    }
}

fn limit(query: &Query) -> i64 {
    i64::from(query.limit.min(limits::STORIES_MAX))
}

async fn place_of(database: &Database, msn: &str, reference: &Reference) -> Result<i64, JournalError> {
    let place: Option<i64> =
        sqlx::query_scalar("SELECT place FROM journal_stories WHERE msn = $1 AND reference = $2")
            .bind(msn.to_owned())
            .bind(reference.as_str().to_owned())
            .fetch_optional(database.reader())
            .await?;
    place.ok_or_else(|| JournalError::Unknown { reference: reference.clone() })
}
