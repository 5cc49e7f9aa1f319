//! A copy of the journal, made while a till has it open and writes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::{JournalError, Seq, Trouble};

use super::looking::{beside, look};
use super::opening::{folder_of, owned_file, sync_folder};

/// A copy that has been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The newest entry in it.
    pub last: Seq,
    /// How many payments it has.
    pub payments: u64,
    /// How many bytes long it is.
    pub bytes: u64,
}

/// Copies the journal at `path` to the new file `to`: one moment of it, whole, with every entry that had been
/// acknowledged before the call. Whoever has the journal open goes on writing meanwhile.
///
/// The copy is written beside `to` under another name, read through, brought onto the disk and then given its name, so
/// a file of that name is always a whole copy. Only its owner can read it. A copy is a journal: put it where the
/// journal was, and it is opened.
///
/// # Errors
/// [Exists](JournalError::Exists) when there is something at `to`, which is left as it is; [`JournalError::Storage`]
/// when either file is in trouble. Then there is no copy.
pub async fn backup(path: &Path, to: &Path) -> Result<Backup, JournalError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(JournalError::Exists { path: to.to_owned() });
    }
    let (mut journal, _) = look(path).await?;
    let unfinished = Unfinished::beside(to)?;
    let copied = copy(&mut journal, &unfinished.path).await;
    let _ = journal.close().await;
    copied?;
    let backup = read_through(&unfinished.path).await?;
    unfinished.finish(to)?;
    Ok(backup)
}

/// A file that is not a copy yet; dropped, it is gone.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    fn beside(to: &Path) -> io::Result<Unfinished> {
        let path = beside(to, &format!(".unfinished-{}", std::process::id()));
        // What a killed one has left, under a number that is ours now.
        let _ = fs::remove_file(&path);
        owned_file().create_new(true).open(&path)?;
        Ok(Unfinished { path })
    }

    /// Gives it its name, unless that has been taken meanwhile.
    fn finish(self, to: &Path) -> Result<(), JournalError> {
        File::open(&self.path)?.sync_all()?;
        match fs::hard_link(&self.path, to) {
            Ok(()) => {}
            // The name is taken; or sticks and shares know no links, and there it is looked at once more.
            Err(_) if fs::symlink_metadata(to).is_ok() => {
                return Err(JournalError::Exists { path: to.to_owned() });
            }
            Err(_) => fs::rename(&self.path, to)?,
        }
        sync_folder(folder_of(to))?;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has its own name by now, or is not wanted.
        let _ = fs::remove_file(&self.path);
    }
}

async fn copy(journal: &mut SqliteConnection, to: &Path) -> Result<(), JournalError> {
    let Some(to) = to.to_str() else {
        let source = "the name of the copy is not UTF-8".into();
        return Err(JournalError::Storage { trouble: Trouble::Unreachable, source });
    };
    // One statement, one moment.
    sqlx::query("VACUUM INTO ?1").bind(to).execute(journal).await?;
    Ok(())
}

/// A copy that can't be read is none.
async fn read_through(copy: &Path) -> Result<Backup, JournalError> {
    let options = SqliteConnectOptions::new().filename(copy).read_only(true).immutable(true);
    let mut copy_of_it: SqliteConnection = options.connect().await?;
    let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut copy_of_it).await?;
    let counted = "SELECT (SELECT coalesce(max(seq), 0) FROM entries), (SELECT count(*) FROM stories)";
    let (last, payments): (u64, u64) = sqlx::query_as(counted).fetch_one(&mut copy_of_it).await?;
    copy_of_it.close().await?;
    if said != "ok" {
        return Err(JournalError::Storage { trouble: Trouble::Damaged, source: said.into() });
    }
    Ok(Backup { last: Seq(last), payments, bytes: fs::metadata(copy)?.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_taken_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("copy");
        let unfinished = Unfinished::beside(&to).unwrap();
        fs::write(&to, "something").unwrap();
        let finished = unfinished.finish(&to);
        assert!(matches!(&finished, Err(JournalError::Exists { path }) if *path == to), "{finished:?}");
        assert_eq!(fs::read_to_string(&to).unwrap(), "something");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
