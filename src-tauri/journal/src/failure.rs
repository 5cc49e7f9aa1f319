//! What a failure of a database or of the file system means to whoever looks after the till.

use std::io;

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

use crate::{JournalError, Trouble};

impl From<sqlx::Error> for JournalError {
    fn from(error: sqlx::Error) -> JournalError {
        JournalError::Storage { trouble: trouble(&error), source: error.into() }
    }
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> JournalError {
        JournalError::Storage { trouble: trouble_of_file(error.kind()), source: error.into() }
    }
}

fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Database(error) => match (error.try_downcast_ref::<SqliteError>(), error.code()) {
            (Some(error), _) => trouble_of_sqlite(error),
            (None, Some(state)) => trouble_of_server(&state),
            (None, None) => Trouble::Other,
        },
        sqlx::Error::Io(error) => trouble_of_file(error.kind()),
        sqlx::Error::PoolTimedOut => Trouble::Busy,
        sqlx::Error::PoolClosed => Trouble::Closed,
        _ => Trouble::Other,
    }
}

/// By SQLite's primary result code, which is the lowest byte of the extended one.
fn trouble_of_sqlite(error: &SqliteError) -> Trouble {
    let code: Option<i32> = error.code().and_then(|code| code.parse().ok());
    match code.map(|code| code & 0xFF) {
        // BUSY, LOCKED
        Some(5 | 6) => Trouble::Busy,
        // PERM, READONLY
        Some(3 | 8) => Trouble::ReadOnly,
        // IOERR
        Some(10) => Trouble::Failing,
        // CORRUPT
        Some(11) => Trouble::Damaged,
        // FULL
        Some(13) => Trouble::Full,
        // CANTOPEN
        Some(14) => Trouble::Unreachable,
        // NOTADB
        Some(26) => Trouble::NotAJournal,
        _ => Trouble::Other,
    }
}

/// By the SQLSTATE that a database server answers with: two letters for the class, three for what it is.
fn trouble_of_server(state: &str) -> Trouble {
    match (state.get(..2).unwrap_or_default(), state) {
        // Connections, the server is stopped or starts, somebody has ended the connection.
        ("08", _) | (_, "57P01" | "57P02" | "57P03" | "57P05" | "25P03") => Trouble::Unreachable,
        (_, "53100") => Trouble::Full,
        // Too many connections, no memory, deadlocks, waited for a lock in vain.
        ("53" | "40", _) | (_, "55P03" | "57014") => Trouble::Busy,
        (_, "25006" | "42501") => Trouble::ReadOnly,
        ("58", _) => Trouble::Failing,
        ("XX", "XX001" | "XX002") => Trouble::Damaged,
        _ => Trouble::Other,
    }
}

fn trouble_of_file(kind: io::ErrorKind) -> Trouble {
    use io::ErrorKind as Kind;
    match kind {
        Kind::StorageFull | Kind::QuotaExceeded => Trouble::Full,
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Trouble::ReadOnly,
        Kind::NotFound | Kind::NotADirectory | Kind::IsADirectory | Kind::AlreadyExists => {
            Trouble::Unreachable
        }
        Kind::ConnectionRefused
        | Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::NotConnected
        | Kind::BrokenPipe
        | Kind::UnexpectedEof
        | Kind::HostUnreachable
        | Kind::NetworkUnreachable
        | Kind::TimedOut => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_comes_back() {
        for (state, trouble) in [
            ("57P01", Trouble::Unreachable),
            ("08006", Trouble::Unreachable),
            ("53100", Trouble::Full),
            ("53300", Trouble::Busy),
            ("40P01", Trouble::Busy),
            ("XX001", Trouble::Damaged),
            ("P0001", Trouble::Other),
        ] {
            assert_eq!(trouble_of_server(state), trouble, "{state}");
        }
        assert_eq!(trouble_of_file(io::ErrorKind::ConnectionRefused), Trouble::Unreachable);
    }

    /// SQLite's own failures come from real disks in the tests of this crate; these come from the system.
    #[test]
    fn a_failure_of_the_file_system_is_told_by_its_kind() {
        let kinds = [
            (io::ErrorKind::StorageFull, Trouble::Full),
            (io::ErrorKind::QuotaExceeded, Trouble::Full),
            (io::ErrorKind::PermissionDenied, Trouble::ReadOnly),
            (io::ErrorKind::ReadOnlyFilesystem, Trouble::ReadOnly),
            (io::ErrorKind::NotFound, Trouble::Unreachable),
            (io::ErrorKind::NotADirectory, Trouble::Unreachable),
            (io::ErrorKind::TimedOut, Trouble::Unreachable),
            (io::ErrorKind::InvalidData, Trouble::Other),
        ];
        for (kind, expected) in kinds {
            for error in
                [JournalError::from(io::Error::from(kind)), sqlx::Error::from(io::Error::from(kind)).into()]
            {
                assert!(
                    matches!(&error, JournalError::Storage { trouble, .. } if *trouble == expected),
                    "{error:?}"
                );
            }
        }
    }

    #[test]
    fn a_journal_that_is_busy_or_closed_says_so() {
        let busy = JournalError::from(sqlx::Error::PoolTimedOut);
        assert!(matches!(busy, JournalError::Storage { trouble: Trouble::Busy, .. }), "{busy:?}");
        let closed = JournalError::from(sqlx::Error::PoolClosed);
        assert!(matches!(closed, JournalError::Storage { trouble: Trouble::Closed, .. }), "{closed:?}");
    }
}
