//! How far each address has been told, on disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use contract::WebhookUrl;
use serde::{Deserialize, Serialize};

/// How many random bytes tell the calls of this till from those of another.
const TILL_BYTES: usize = 8;

/// How far each address has been told.
#[derive(Debug)]
pub struct Cursors {
    path: PathBuf,
    kept: Mutex<Kept>,
}

/// What the file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Tells the calls of this till from those of another: random, made once.
    till: String,
    /// The number of the newest change that each address has acknowledged.
    told: BTreeMap<WebhookUrl, u64>,
    /// Why the newest call was not heard, for each address that has heard nothing since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missed: BTreeMap<WebhookUrl, LastMiss>,
}

/// A call that an address has not heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastMiss {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Why, in words.
    pub why: String,
    /// How many times in a row.
    pub times: u32,
}

impl Cursors {
    /// What is in the file `path`; nobody has been told anything if it is not there.
    ///
    /// # Errors
    /// When it can't be read, or is none of ours.
    pub fn open(path: &Path) -> Result<Cursors, CursorsError> {
        let error = |source| CursorsError::Unreadable { path: path.to_owned(), source };
        let kept = match std::fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|found| error(found.into()))?,
            Err(missing) if missing.kind() == ErrorKind::NotFound => Kept::new().map_err(error)?,
            Err(found) => return Err(error(found)),
        };
        Ok(Cursors { path: path.to_owned(), kept: Mutex::new(kept) })
    }

    /// What tells the calls of this till from those of another.
    pub fn till(&self) -> String {
        self.kept().till.clone()
    }

    /// The number of the newest change that `url` has acknowledged, if it has ever been told anything.
    pub fn told(&self, url: &WebhookUrl) -> Option<u64> {
        self.kept().told.get(url).copied()
    }

    /// `url` has acknowledged the change `number` and all before it. At no moment is there half a file.
    ///
    /// # Errors
    /// When it can't be written. It is remembered until the program ends all the same; after that the address is told
    /// again what it has heard.
    pub fn tell(&self, url: &WebhookUrl, number: u64) -> io::Result<()> {
        let mut kept = self.kept();
        kept.told.insert(url.clone(), number);
        kept.missed.remove(url);
        self.write(&kept)
    }

    /// Why `url` has not heard the newest call, if it has not.
    pub fn missed(&self, url: &WebhookUrl) -> Option<LastMiss> {
        self.kept().missed.get(url).cloned()
    }

    /// `url` has not heard a call. It is for whoever looks for what is wrong; nothing is decided by it.
    ///
    /// # Errors
    /// When it can't be written; then only the log has it.
    pub fn miss(&self, url: &WebhookUrl, miss: LastMiss) -> io::Result<()> {
        let mut kept = self.kept();
        kept.missed.insert(url.clone(), miss);
        self.write(&kept)
    }

    /// Writes all of it beside the file and moves it over.
    fn write(&self, kept: &Kept) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        beside.write_all(&serde_json::to_vec(kept)?)?;
        beside.as_file().sync_all()?;
        beside.persist(&self.path)?;
        // What a folder holds is on disk when the folder is. Windows has no such thing.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // It is whole between any two calls, so one that was held in a panic is whole too.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new() -> io::Result<Kept> {
        let mut bytes = [0_u8; TILL_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random bytes"))?;
        let till = format!("{:016x}", u64::from_be_bytes(bytes));
        Ok(Kept { till, told: BTreeMap::new(), missed: BTreeMap::new() })
    }
}

/// Why it is not known how far anybody has been told.
#[derive(Debug, thiserror::Error)]
pub enum CursorsError {
    /// The file can't be read.
    #[error(
        "{path} can't be read: {source}. Without it no webhook is called; remove it to be told of what happens from then on"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_known_after_a_restart_and_the_till_keeps_its_name() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("webhooks.json");
        let url: WebhookUrl = "https://pos.example/a".parse().expect("is one");
        let cursors = Cursors::open(&path).expect("nobody has been told");
        assert_eq!(cursors.told(&url), None);
        cursors.tell(&url, 7).expect("there is room");
        cursors.tell(&url, 9).expect("there is room");
        let again = Cursors::open(&path).expect("it is there");
        assert_eq!((again.told(&url), again.till()), (Some(9), cursors.till()));
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("it is ours").count(),
            1,
            "nothing is left beside it"
        );
    }

    #[test]
    fn a_miss_is_known_until_something_is_heard() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("webhooks.json");
        let url: WebhookUrl = "https://pos.example/a".parse().expect("is one");
        let cursors = Cursors::open(&path).expect("nobody has been told");
        let miss =
            LastMiss { at: "2026-11-26T09:00:00Z".into(), why: "it was answered with 500".into(), times: 3 };
        cursors.miss(&url, miss.clone()).expect("there is room");
        let again = Cursors::open(&path).expect("it is there");
        assert_eq!((again.missed(&url), again.told(&url)), (Some(miss), None));
        again.tell(&url, 7).expect("there is room");
        assert_eq!(Cursors::open(&path).expect("it is there").missed(&url), None);
    }

    #[test]
    fn a_file_that_is_none_of_ours_is_not_written_over() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("webhooks.json");
        std::fs::write(&path, "{\"told\":").expect("there is room");
        let error = Cursors::open(&path).expect_err("it is torn").to_string();
        assert!(error.contains("remove it to be told"), "{error}");
        assert_eq!(std::fs::read(&path).expect("it is there"), b"{\"told\":");
    }
}
