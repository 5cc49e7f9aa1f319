//! Finds sales, newest first, page after page, and adds them up. However many there are, a page costs what it shows: each
//! store is looked at by its own index, and only as far as the page reaches.

use std::collections::HashMap;

use payment::{Fact, Moment};

use super::sale::{Kept, MadeHere, Sale};
use super::selection::{Place, Selection, State};
use crate::auditors::sessions::Auditor;
use crate::database::{Database, Kind};
use crate::payments::rarest;
use crate::refusal::Failure;
use crate::statement::Statement;

/// Sums are made of no more sales than this, unless somebody asks for all.
pub(crate) const SUMMED_MAX: i64 = 100_000;

const COLUMNS: &str = "p.till, p.reference, p.store, p.msn, p.status, p.currency, p.amount, p.captured, p.refunded, \
     p.requested_at";
const NEWEST_FIRST: &str = " ORDER BY p.requested_at DESC, p.till DESC, p.reference DESC LIMIT ";

/// [`COLUMNS`], and one entry of the story: when, and the fact.
type Row = (String, String, String, String, String, String, i64, i64, i64, i64, Option<i64>, Option<String>);

/// Till, reference, amount, reason, when it was asked for and when it was made, and the store of whoever asked.
type MadeRow = (String, String, i64, String, i64, Option<i64>, String);

/// Some sales in the order of the log.
pub(crate) struct Page {
    pub(crate) sales: Vec<Sale>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Place>,
}

/// One sale with everything that is known of it.
pub(crate) struct Found {
    pub(crate) sale: Sale,
    /// What its till told.
    pub(crate) facts: Vec<(Moment, Fact)>,
    /// What the hub gave back of it.
    pub(crate) made_here: Vec<MadeHere>,
}

/// What sales of one currency add up to, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) currency: String,
    pub(crate) sales: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// At most `limit` sales of `selection`.
pub(crate) async fn page(
    database: &Database,
    auditor: &Auditor,
    selection: &Selection,
    limit: usize,
) -> Result<Page, Failure> {
    // One more than is shown tells whether there is another page.
    let rows: Vec<Row> = page_statement(database.kind(), selection, limit.saturating_add(1))
        .fetch_all(database.reader())
        .await?;
    let mut found: Vec<(Kept, Vec<(Moment, Fact)>)> = Vec::new();
    for row in rows {
        let (till, reference, store, msn, status, currency, amount, captured, refunded, at, told_at, fact) =
            row;
        let is_new = found.last().is_none_or(|(kept, _)| kept.till != till || kept.reference != reference);
        if is_new {
            let kept = Kept { till, reference, store, msn, status, currency, amount, captured, refunded, at };
            found.push((kept, Vec::new()));
        }
        // What this version can't read is left out: how the sale stands is known all the same.
        let fact = fact.and_then(|fact| serde_json::from_str(&fact).ok());
        if let (Some((_, facts)), Some(at), Some(fact)) = (found.last_mut(), told_at, fact) {
            facts.push((Moment(at), fact));
        }
    }
    let is_more = found.len() > limit;
    found.truncate(limit);
    let given_back = found.iter().filter(|(kept, _)| kept.refunded > 0);
    let made = made_here(database, given_back.map(|(kept, _)| (kept.till.as_str(), kept.reference.as_str())))
        .await?;
    let sales = found.into_iter().map(|(kept, facts)| {
        let made = made.get(&(kept.till.clone(), kept.reference.clone())).map_or(&[][..], Vec::as_slice);
        Sale::new(&kept_name(auditor, &kept.store), kept, &facts, made)
    });
    let sales: Vec<Sale> = sales.collect::<Result<_, _>>()?;
    let next = sales.last().filter(|_| is_more).map(|sale| Place {
        at: sale.at,
        till: sale.till.clone(),
        reference: sale.reference.clone(),
    });
    Ok(Page { sales, next })
}

/// The sale `reference` of `till`; nothing if the auditor may not see it.
pub(crate) async fn one(
    database: &Database,
    auditor: &Auditor,
    till: &str,
    reference: &str,
) -> Result<Option<Found>, Failure> {
    let mut query = Statement::new("SELECT ");
    query.push(COLUMNS).push(", t.at, t.fact FROM payments p LEFT JOIN told t ON t.till = p.till");
    query.push(" AND t.reference = p.reference WHERE p.till = ").push_bind(till.to_owned());
    query.push(" AND p.reference = ").push_bind(reference.to_owned()).push(" ORDER BY t.number");
    let rows: Vec<Row> = query.fetch_all(database.reader()).await?;
    let Some(first) = rows.first().cloned() else { return Ok(None) };
    let (till, reference, store, msn, status, currency, amount, captured, refunded, at, ..) = first;
    if !Selection::allows(auditor, &store, at) {
        return Ok(None);
    }
    let entry = |row: Row| Some((Moment(row.10?), serde_json::from_str(&row.11?).ok()?));
    let facts: Vec<(Moment, Fact)> = rows.into_iter().filter_map(entry).collect();
    let made = made_here(database, std::iter::once((till.as_str(), reference.as_str()))).await?;
    let made: Vec<MadeHere> = made.into_values().flatten().collect();
    let kept = Kept { till, reference, store, msn, status, currency, amount, captured, refunded, at };
    let sale = Sale::new(&kept_name(auditor, &kept.store), kept, &facts, &made)?;
    Ok(Some(Found { sale, facts, made_here: made }))
}

/// What `selection` adds up to, by currency; nothing when it is more than [`SUMMED_MAX`] sales and not `all` are wanted.
pub(crate) async fn sums(
    database: &Database,
    selection: &Selection,
    all: bool,
) -> Result<Option<Vec<Sum>>, Failure> {
    let selection = Selection { before: None, ..selection.clone() };
    let mut query = Statement::new(
        "SELECT currency, count(*), CAST(sum(captured) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM (SELECT * FROM (",
    );
    for (number, store) in branches(&selection).into_iter().enumerate() {
        query.push(if number == 0 { "" } else { " UNION ALL " });
        query.push("SELECT p.currency, p.captured, p.refunded FROM payments p");
        push_selection(&mut query, database.kind(), &selection, store);
    }
    query.push(") AS u");
    if !all {
        query.push(" LIMIT ").push_bind(SUMMED_MAX + 1);
    }
    query.push(") AS s GROUP BY currency ORDER BY currency");
    let rows: Vec<(String, i64, i64, i64)> = query.fetch_all(database.reader()).await?;
    let sums: Vec<Sum> = rows
        .into_iter()
        .map(|(currency, sales, captured, refunded)| Sum { currency, sales, captured, refunded })
        .collect();
    let counted: i64 = sums.iter().map(|sum| sum.sales).sum();
    Ok((all || counted <= SUMMED_MAX).then_some(sums))
}

fn page_statement(kind: Kind, selection: &Selection, limit: usize) -> Statement {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = Statement::new("SELECT ");
    query.push(COLUMNS).push(", t.at, t.fact FROM (SELECT * FROM (");
    for (number, store) in branches(selection).into_iter().enumerate() {
        query.push(if number == 0 { "" } else { " UNION ALL " });
        query.push("SELECT * FROM (SELECT ").push(COLUMNS).push(" FROM payments p");
        push_selection(&mut query, kind, selection, store);
        query.push(NEWEST_FIRST).push_bind(limit).push(") AS b");
    }
    query.push(") AS p").push(NEWEST_FIRST).push_bind(limit);
    // What was sold is in the first entry; what was given back, if anything was, in later ones.
    query.push(
        ") AS p LEFT JOIN told t ON t.till = p.till AND t.reference = p.reference AND (t.number = 1 OR p.refunded > 0)
         ORDER BY p.requested_at DESC, p.till DESC, p.reference DESC, t.number",
    );
    query
}

/// Each store that is looked at by itself, or all at once.
fn branches(selection: &Selection) -> Vec<Option<&str>> {
    match &selection.stores {
        Some(stores) => stores.iter().map(|store| Some(store.as_str())).collect(),
        None => vec![None],
    }
}

fn push_selection(query: &mut Statement, kind: Kind, selection: &Selection, store: Option<&str>) {
    // The words of the indexes that know what is rare.
    query.push(match selection.state {
        State::Sold => " WHERE (p.captured > 0 OR p.status = 'approved')",
        State::Returned => " WHERE p.refunded > 0",
        State::Reserved => " WHERE p.status = 'approved' AND p.captured = 0",
        State::Unpaid => " WHERE p.captured = 0 AND p.status <> 'approved'",
        State::All => " WHERE 1 = 1",
    });
    if let Some(store) = store {
        query.push(" AND p.store = ").push_bind(store.to_owned());
    }
    if let Some(since) = selection.since {
        query.push(" AND p.requested_at >= ").push_bind(since);
    }
    if let Some(until) = selection.until {
        query.push(" AND p.requested_at < ").push_bind(until);
    }
    if let Some(amount) = selection.amount {
        query.push(" AND p.amount = ").push_bind(amount);
    }
    if let Some(Place { at, till, reference }) = &selection.before {
        query.push(" AND (p.requested_at, p.till, p.reference) < (").push_bind(*at);
        query.push(", ").push_bind(till.clone()).push(", ").push_bind(reference.clone()).push(")");
    }
    // A part is letters, digits and hyphens, so nothing in it means anything to either database.
    match (&selection.part, kind) {
        (None, _) => {}
        (Some(part), Kind::Sqlite) => {
            query.push(" AND p.rowid IN (SELECT rowid FROM payments_by_part WHERE sought MATCH ");
            query.push_bind(format!("\"{}\"", part.as_str())).push(")");
        }
        (Some(part), Kind::Postgres) => {
            let (part, rarest) = (part.as_str(), rarest(part.as_str()));
            query.push(" AND p.sought LIKE ").push_bind(format!("%{rarest}%"));
            if rarest != part {
                // No index is asked for what is put together.
                query.push(" AND p.sought || '' LIKE ").push_bind(format!("%{part}%"));
            }
        }
    }
}

/// What the hub itself has given back of these sales, by till and reference.
async fn made_here(
    database: &Database,
    sales: impl Iterator<Item = (&str, &str)>,
) -> Result<HashMap<(String, String), Vec<MadeHere>>, Failure> {
    let mut query = Statement::new(
        "SELECT r.till, r.reference, r.amount, r.reason, r.asked_at, r.ended_at, t.store
         FROM refunds r JOIN tills t ON t.id = r.asked_by
         WHERE r.status = 'made' AND (r.till, r.reference) IN (VALUES ",
    );
    let mut made: HashMap<(String, String), Vec<MadeHere>> = HashMap::new();
    let mut count = 0_usize;
    for (till, reference) in sales {
        query.push(if count == 0 { "(" } else { ", (" }).push_bind(till.to_owned());
        query.push(", ").push_bind(reference.to_owned()).push(")");
        count += 1;
    }
    if count == 0 {
        return Ok(made);
    }
    query.push(") ORDER BY r.asked_at, r.id");
    let rows: Vec<MadeRow> = query.fetch_all(database.reader()).await?;
    for (till, reference, amount, reason, asked_at, made_at, store) in rows {
        let one = MadeHere { amount, reason, asked_at, made_at, store };
        made.entry((till, reference)).or_default().push(one);
    }
    Ok(made)
}

/// What people call a store.
fn kept_name(auditor: &Auditor, store: &str) -> String {
    auditor.store(store).map_or_else(|| store.to_owned(), |kept| kept.store.name.clone())
}
