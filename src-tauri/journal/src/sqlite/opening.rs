//! Opens the file: whose it is, what it is, and which version it has.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlSafeStr, SqliteConnection, SqlitePool};

use crate::{JournalError, Trouble};

use super::looking::beside;

/// How long a statement waits for another program that holds the file, before it fails.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for a connection that others keep busy, before it fails.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that read.
const READERS: u32 = 4;
/// "Kvit", as the first migration writes it.
pub(super) const APPLICATION_ID: i32 = 0x4B76_6974;

/// Every version of the journal, oldest first: its number, its name and what leads there.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "entries", include_str!("../../migrations/sqlite/0001_entries.sql")),
    (2, "search", include_str!("../../migrations/sqlite/0002_search.sql")),
    (3, "captures", include_str!("../../migrations/sqlite/0003_captures.sql")),
    (4, "receipts", include_str!("../../migrations/sqlite/0004_receipts.sql")),
    (5, "links", include_str!("../../migrations/sqlite/0005_links.sql")),
];

/// Takes the journal at `path` for this program; creates what is not there yet.
pub(super) async fn hold(path: &Path) -> Result<File, JournalError> {
    let path = path.to_owned();
    let held = tokio::task::spawn_blocking(move || hold_now(&path)).await;
    held.map_err(|source| JournalError::Storage { trouble: Trouble::Other, source: source.into() })?
}

fn hold_now(path: &Path) -> Result<File, JournalError> {
    let folder = folder_of(path);
    for_owner_alone(DirBuilder::new().recursive(true)).create(folder)?;

    let lock = owned_file().truncate(false).create(true).open(beside(path, ".lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(JournalError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }

    // SQLite would create it with whatever the umask leaves; its other files take over the mode of this one.
    match owned_file().create_new(true).open(path) {
        Ok(_) => sync_folder(folder)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    Ok(lock)
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn for_owner_alone(builder: &mut DirBuilder) -> &mut DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    builder.mode(0o700)
}

#[cfg(not(unix))]
fn for_owner_alone(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder
}

/// For a file that only its owner can read.
pub(super) fn owned_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes sure that a new file is still in its folder after the loss of power.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The one connection that writes.
pub(super) async fn writer(path: &Path) -> Result<SqlitePool, JournalError> {
    // The journal mode is not set here: it would change a file before we know what it is.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        // On macOS nothing less reaches the disk; elsewhere it means nothing.
        .pragma("fullfsync", "ON");
    let pool = pool(1).before_acquire(|connection, _| Box::pin(is_at_rest(connection)));
    Ok(pool.connect_with(options).await?)
}

/// Whether a connection can begin a transaction. After a full disk or a failed write SQLite has rolled back by
/// itself; sqlx then fails to do it again and believes for ever that the transaction is still open. Such a
/// connection is put away, and the pool opens another.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // The roll-back of a dropped transaction may still be on its way; the answer to a ping comes after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// The connections that read; each opened when it is needed first.
pub(super) fn readers(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT).read_only(true);
    pool(READERS).connect_lazy_with(options)
}

/// Connections that stay: there is no server that they could be a burden to.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(QUEUE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Changes nothing before it is clear that the file is ours to change.
pub(super) async fn bring_up_to_date(writer: &SqlitePool) -> Result<(), JournalError> {
    let known = known_version();
    match version(writer).await? {
        Some(found) if found > known => return Err(JournalError::Newer { found, known }),
        _ => {}
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(writer).await?;
    if mode != "wal" {
        let source = format!("SQLite stays with the journal mode {mode}").into();
        return Err(JournalError::Storage { trouble: Trouble::Other, source });
    }
    Ok(migrator().run(writer).await.map_err(sqlx::Error::from)?)
}

/// The newest version that this program knows.
pub(super) fn known_version() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// The version of the file; `None` when it is new.
async fn version(writer: &SqlitePool) -> Result<Option<i64>, JournalError> {
    let application: i32 = sqlx::query_scalar("PRAGMA application_id").fetch_one(writer).await?;
    // The migrator's own table may be all there is, if the power went at the very first start.
    let foreign: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> '_sqlx_migrations'",
    )
    .fetch_one(writer)
    .await?;
    match (application, foreign) {
        (APPLICATION_ID, _) => {
            Ok(sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(writer).await?)
        }
        (0, 0) => Ok(None),
        _ => {
            let source = format!("an SQLite file of the application {application:#x}").into();
            Err(JournalError::Storage { trouble: Trouble::NotAJournal, source })
        }
    }
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of a migration is kept in every journal, so it must not depend on where the program was built.
    #[test]
    fn migrations_have_unix_line_ends() {
        for (version, name, sql) in MIGRATIONS {
            assert!(!sql.contains('\r'), "migration {version} {name}");
        }
    }
}
