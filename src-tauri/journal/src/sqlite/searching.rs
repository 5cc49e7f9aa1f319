//! Finds stories by what they were asked for with: newest request first, and never by reading all of them.

use payment::Reference;
use sqlx::{AssertSqlSafe, SqlitePool};

use crate::{JournalError, Query, Story, limits, rows};

// Each gives the places that it has found, newest first, between ?1 and below ?2, at most ?3 of them.
const ANY: &str = "SELECT place FROM requests WHERE place >= ?1 AND place < ?2 ORDER BY place DESC LIMIT ?3";
const OF_AMOUNT: &str = "
    SELECT place FROM requests WHERE amount = ?4 AND place >= ?1 AND place < ?2
    ORDER BY place DESC LIMIT ?3";
const WITH_PART: &str = "
    SELECT rowid AS place FROM requests_by_part
    WHERE requests_by_part MATCH ?5 AND rowid >= ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3";

/// See [`crate::Journal::search`].
pub(super) async fn search(readers: &SqlitePool, query: &Query) -> Result<Vec<Story>, JournalError> {
    let before = match &query.before {
        Some(before) => Some(place_of(readers, before).await?),
        None => None,
    };
    let places = query.places(before);
    let phrase = query.part.as_ref().map(|part| format!("\"{}\"", part.as_str()));
    let rows: Vec<rows::Row> = sqlx::query_as(AssertSqlSafe(statement(query)))
        .bind(places.start)
        .bind(places.end)
        .bind(query.limit.min(limits::STORIES_MAX))
        .bind(query.amount.map(|amount| i64::try_from(amount).unwrap_or(i64::MAX)))
        .bind(phrase)
        .fetch_all(readers)
        .await?;
    rows::stories(&rows)
}

/// The stories of what is found. It is made of constants alone.
fn statement(query: &Query) -> String {
    let found = match (&query.amount, &query.part) {
        (None, None) => ANY.to_owned(),
        (Some(_), None) => OF_AMOUNT.to_owned(),
        (None, Some(_)) => WITH_PART.to_owned(),
        (Some(_), Some(_)) => format!(
            "SELECT place FROM ({OF_AMOUNT}) UNION SELECT place FROM ({WITH_PART})
             ORDER BY place DESC LIMIT ?3"
        ),
    };
    format!(
        "SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
         FROM ({found}) f
              JOIN requests r ON r.place = f.place
              JOIN stories s ON s.reference = r.reference
              LEFT JOIN entries e ON e.reference = s.reference
         ORDER BY f.place DESC, e.number"
    )
}

async fn place_of(readers: &SqlitePool, reference: &Reference) -> Result<i64, JournalError> {
    let place: Option<i64> = sqlx::query_scalar("SELECT place FROM requests WHERE reference = ?1")
        .bind(reference.as_str())
        .fetch_optional(readers)
        .await?;
    place.ok_or_else(|| JournalError::Unknown { reference: reference.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;

    /// Only what a sub-select has found may be gone through, and a part is found by its letters.
    #[tokio::test]
    async fn nothing_is_read_from_end_to_end() {
        let (journal, _folder) = crate::tests::sqlite().await;
        let part = Part::parse("1042");
        for (amount, part) in
            [(None, None), (Some(24_900), None), (None, part.clone()), (Some(24_900), part.clone())]
        {
            let statement = statement(&Query { part, amount, ..Query::default() });
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).fetch_all(&journal.readers).await.unwrap();
            println!("{statement}\n{plan:#?}");
            for (.., step) in &plan {
                let of_found = step == "SCAN f" || step.starts_with("SCAN (subquery");
                let by_letters =
                    step.starts_with("SCAN requests_by_part VIRTUAL TABLE") && step.contains(":M");
                assert!(!step.starts_with("SCAN") || of_found || by_letters, "{step} in {plan:#?}");
            }
        }
    }
}
