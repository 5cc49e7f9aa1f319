//! A connection that only looks, for whoever must not disturb the Kvitt that has the journal open, or must not change
//! a file that nobody has open.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::{JournalError, Trouble};

use super::opening::{APPLICATION_ID, BUSY_TIMEOUT};

/// Opens the journal at `path`, whoever has it open, and says whether somebody has. Nothing is created.
pub(super) async fn look(path: &Path) -> Result<(SqliteConnection, bool), JournalError> {
    let size = std::fs::metadata(path)?;
    if size.is_dir() {
        let source = "it is a folder".into();
        return Err(JournalError::Storage { trouble: Trouble::Unreachable, source });
    }
    let in_use = is_in_use(path)?;
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT).read_only(true);
    // What a killed Kvitt has left in the log belongs to the journal. Without a log, SQLite would make an empty one to
    // read by: a file that nobody has open and that has none is read as it is, and nothing is made.
    let has_log = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let mut connection = options.immutable(!in_use && !has_log).connect().await?;
    if let Err(error) = check_kind(&mut connection).await {
        let _ = connection.close().await;
        return Err(error);
    }
    Ok((connection, in_use))
}

/// Whether another Kvitt has the journal open. A missing lock file means that none has ever had it.
fn is_in_use(path: &Path) -> Result<bool, JournalError> {
    let Ok(lock) = File::open(beside(path, ".lock")) else { return Ok(false) };
    // Shared, so that several may look at once. It is let go of before anything is read: a Kvitt that starts meanwhile
    // must not be kept out.
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The file of that name beside the journal.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

async fn check_kind(connection: &mut SqliteConnection) -> Result<(), JournalError> {
    let application: i32 = sqlx::query_scalar("PRAGMA application_id").fetch_one(connection).await?;
    if application == APPLICATION_ID {
        return Ok(());
    }
    let source = format!("an SQLite file of the application {application:#x}").into();
    Err(JournalError::Storage { trouble: Trouble::NotAJournal, source })
}
