//! Where a till's journal lies while the power is off.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use journal::{Journal, JournalError, MemoryJournal};
use tempfile::TempDir;

use crate::dice::Dice;
use crate::elsewhere::{self, Elsewhere};
use crate::plan::Store;

/// The name of the journal in its folder, and of SQLite's write-ahead log beside it.
const FILE: &str = "journal.sqlite";
const LOG: &str = "journal.sqlite-wal";

/// Where one till's journal lies.
pub(crate) enum Cabinet {
    /// The demo's and the tests' journal; the power does it no harm.
    Memory(Arc<MemoryJournal>),
    /// A file.
    File(Mutex<Files>),
}

/// The folder of this life, and what the cut will leave of the log.
pub(crate) struct Files {
    folder: TempDir,
    torn_to: Option<u64>,
}

impl Cabinet {
    /// An empty one.
    ///
    /// # Errors
    /// When there is no room for a folder.
    pub(crate) fn new(store: Store) -> std::io::Result<Cabinet> {
        Ok(match store {
            Store::Memory => Cabinet::Memory(Arc::new(MemoryJournal::new())),
            Store::Sqlite => Cabinet::File(Mutex::new(Files { folder: folder()?, torn_to: None })),
        })
    }

    /// The journal, opened as after a power cut.
    ///
    /// # Errors
    /// When it can't be opened, which is a breach.
    pub(crate) fn open(&self) -> Result<Arc<dyn Journal>, JournalError> {
        match self {
            Cabinet::Memory(journal) => Ok(journal.clone()),
            Cabinet::File(files) => {
                let path = locked(files).folder.path().join(FILE);
                Ok(Arc::new(Elsewhere::open(path)?))
            }
        }
    }

    /// The power has gone: what lies on the disk goes on in a folder of its own, as it was in that moment. What the
    /// dead program still holds open must not change it any more.
    ///
    /// # Errors
    /// When the files can't be copied.
    pub(crate) fn power_gone(&self) -> std::io::Result<()> {
        let Cabinet::File(files) = self else { return Ok(()) };
        let mut files = locked(files);
        let next = folder()?;
        for name in [FILE, LOG] {
            let from = files.folder.path().join(name);
            if from.exists() {
                std::fs::copy(from, next.path().join(name))?;
            }
        }
        if let Some(length) = files.torn_to.take() {
            let log = std::fs::OpenOptions::new().write(true).open(next.path().join(LOG))?;
            log.set_len(length)?;
        }
        elsewhere::put_away(std::mem::replace(&mut files.folder, next));
        Ok(())
    }

    /// How long the write-ahead log is, where there is one.
    pub(crate) fn log_length(&self) -> Option<u64> {
        let Cabinet::File(files) = self else { return None };
        Some(length(&locked(files).folder.path().join(LOG)))
    }

    /// The last write is torn: of what came after `before` only a part has reached the disk.
    pub(crate) fn tears(&self, before: u64, dice: &mut Dice) {
        let Cabinet::File(files) = self else { return };
        let mut files = locked(files);
        let now = length(&files.folder.path().join(LOG));
        if now > before {
            files.torn_to = Some(dice.number(before..=now - 1));
        }
    }
}

fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

/// In memory where the system has such a place: a million worlds must not wear out a disk.
fn folder() -> std::io::Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}

fn locked(files: &Mutex<Files>) -> std::sync::MutexGuard<'_, Files> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}
