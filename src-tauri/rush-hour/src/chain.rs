//! The chain that is put on a hub: its stores, tills and payments, filled into the hub's own tables.
//!
//! Ten thousand tills can't join one by one in the time of a measurement, because codes are looked at thirty times a minute;
//! so they are written where a join would have written them.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// How many tills a store has.
const TILLS_OF_STORE: usize = 10;
/// Two years after this moment payments end: milliseconds since 1970-01-01 UTC.
pub(crate) const NOW: i64 = 1_764_144_000_000;
/// A day in milliseconds.
pub(crate) const DAY_MS: i64 = 86_400_000;
/// What the table of payments is made with again once it is full. Building an index is quicker than feeding it.
const MEMORY: &str = "SET maintenance_work_mem = '512MB'; SET synchronous_commit = off";

/// What a till is called at the hub.
pub(crate) fn till(number: usize) -> String {
    format!("t-{:010}", number + 1)
}

/// What a till is let in with.
pub(crate) fn key(number: usize) -> String {
    format!("key-{}", number + 1)
}

/// What callbacks about its payments prove themselves with.
pub(crate) fn token(number: usize) -> String {
    format!("token-{}", number + 1)
}

/// What the programs of the auditor are let in with, who may see all sales.
pub(crate) const AUDITOR: &str = "auditor-1";

/// How many stores have `tills` tills.
pub(crate) fn stores(tills: usize) -> usize {
    tills.div_ceil(TILLS_OF_STORE)
}

/// The sales unit of the store that a till of `tills` stands in.
pub(crate) fn msn(till: usize, tills: usize) -> String {
    format!("{}", 600_001 + till % stores(tills))
}

/// Makes the empty database `name`, where the server's first database is at `first`.
pub(crate) async fn make_database(first: &str, name: &str) -> Result<()> {
    let mut connection = PgConnection::connect(first).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    Ok(connection.close().await?)
}

/// Writes stores, tills and an auditor into the database at `address`, which a hub has brought up to date.
pub(crate) async fn settle(address: &str, tills: usize) -> Result<()> {
    let stores = stores(tills);
    let digest = |what: &str| {
        format!("rtrim(translate(encode(sha256(('{what}-' || n)::bytea), 'base64'), '+/', '-_'), '=')")
    };
    let mut connection = PgConnection::connect(address).await?;
    let statements = format!(
        "INSERT INTO stores (id, name, msn, currency)
         SELECT 's' || lpad(n::text, 4, '0'), 'Butikk ' || n, (600000 + n)::text, 'NOK'
         FROM generate_series(1, {stores}) n;
         INSERT INTO tills (id, store, name, key_digest, joined_at, version, heard_at, seq, callback_digest)
         SELECT 't-' || lpad(n::text, 10, '0'), 's' || lpad((1 + (n - 1) % {stores})::text, 4, '0'),
             'Kasse ' || (1 + (n - 1) / {stores}), {}, 0, '0.1.0', 0, 0, {}
         FROM generate_series(1, {tills}) n;
         INSERT INTO auditors (id, password, token_digest, added_at, wrong, not_before)
         SELECT 'revisor', '', {}, 0, 0, 0 FROM generate_series(1, 1) n;
         ANALYZE",
        digest("key"),
        digest("token"),
        digest("auditor"),
    );
    connection.execute(AssertSqlSafe(statements)).await.context("stores and tills can't be written")?;
    Ok(connection.close().await?)
}

/// Writes `payments` payments. The table's indexes are taken off and built anew, as the hub has made them.
pub(crate) async fn fill(address: &str, tills: usize, payments: u64) -> Result<()> {
    let mut connection = PgConnection::connect(address).await?;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(indexname AS TEXT), CAST(indexdef AS TEXT) FROM pg_indexes
         WHERE tablename = 'payments' AND indexname <> 'payments_pkey'",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.execute(AssertSqlSafe(MEMORY)).await?;
    for (name, _) in &indexes {
        connection.execute(AssertSqlSafe(format!("DROP INDEX {name}"))).await?;
    }
    let statement = include_str!("payments.sql")
        .replace("{stores}", &stores(tills).to_string())
        .replace("{tills}", &tills.to_string())
        .replace("{now}", &NOW.to_string())
        .replace("{payments}", &payments.to_string());
    connection
        .execute("ALTER TABLE payments DROP CONSTRAINT payments_pkey; SET session_replication_role = replica")
        .await?;
    connection.execute(AssertSqlSafe(statement)).await.context("payments can't be written")?;
    connection
        .execute(
            "SET session_replication_role = origin; ALTER TABLE payments ADD PRIMARY KEY (till, reference)",
        )
        .await?;
    for (_, definition) in indexes {
        connection.execute(AssertSqlSafe(definition)).await?;
    }
    connection.execute("VACUUM (ANALYZE) payments").await?;
    Ok(connection.close().await?)
}

/// How large the database is, in MiB: all of it, the table of payments alone, and its indexes.
pub(crate) async fn size(address: &str) -> Result<[i64; 3]> {
    let mut connection = PgConnection::connect(address).await?;
    let (whole, table, indexes): (i64, i64, i64) = sqlx::query_as(
        "SELECT pg_database_size(current_database()), pg_table_size('payments'), pg_indexes_size('payments')",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok([whole, table, indexes].map(|bytes| bytes / (1024 * 1024)))
}

/// How many entries of `till` are in the database, the number of the newest, and how many of its payments are paid.
pub(crate) async fn told(address: &str, till: &str) -> Result<[u64; 3]> {
    let mut connection = PgConnection::connect(address).await?;
    let found: (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(max(seq), 0), (SELECT count(*) FROM payments WHERE till = $1 AND status = 'paid'
             AND reference LIKE 'story-%')
         FROM told WHERE till = $1",
    )
    .bind(till)
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok([found.0, found.1, found.2].map(|count| u64::try_from(count).unwrap_or(0)))
}
