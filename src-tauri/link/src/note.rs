//! What was last heard from the hub, in a file for whoever looks at the till from outside: `kvitt doctor` asks nobody.
//!
//! Nothing about the telling is decided by it. How far the hub was told, the hub says; a file that is old, torn or gone
//! changes nothing. What the sales unit may do is known from it after a start, until the hub says it anew.

use std::path::{Path, PathBuf};

use contract::{Code, UnitSettings};
use serde::{Deserialize, Serialize};
use till::Clock;
use tokio::sync::watch;

use crate::State;

/// The name of the file, in the data folder.
pub const NOTE_FILE: &str = "chain-heard.json";
/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024;
/// While nothing changes, the file is written anew after so many milliseconds: disks of tills wear out.
const EVERY_MS: i64 = 5 * 60 * 1_000;

/// What was last heard. Times are those of the machine's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// When the hub answered last, in milliseconds since 1970; up to five minutes ago it may have answered again. None
    /// if it never has.
    pub heard_at: Option<i64>,
    /// The number of the newest entry that the hub has.
    pub told: u64,
    /// Why it is not told, if it is not.
    pub problem: Option<Code>,
    /// What the sales unit may do, as the hub said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitSettings>,
}

impl Note {
    /// The note in the data folder `data`; `None` where there is none that can be read.
    pub fn read(data: &Path) -> Option<Note> {
        let text = private_file::read(&data.join(NOTE_FILE), FILE_BYTES_MAX).ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    fn after(&self, state: &State, now: i64) -> Note {
        let told = if state.connected { state.told } else { self.told };
        let heard_at = if state.connected { Some(now) } else { self.heard_at };
        let unit = state.unit.clone().or_else(|| self.unit.clone());
        Note { heard_at, told, problem: state.problem, unit }
    }

    fn is_worth_writing_after(&self, written: &Note) -> bool {
        let same = (self.told, self.problem, &self.unit) == (written.told, written.problem, &written.unit);
        let passed = self.heard_at.unwrap_or(0).saturating_sub(written.heard_at.unwrap_or(0));
        // A clock that was set back is news too.
        !same || !(0..EVERY_MS).contains(&passed)
    }
}

/// Notes in the folder `data` what is heard, for as long as the hub is told.
pub(crate) async fn keep(mut state: watch::Receiver<State>, data: PathBuf) {
    let clock = Clock::of_the_system();
    let mut written = Note::read(&data).unwrap_or_default();
    while state.changed().await.is_ok() {
        let note = written.after(&state.borrow_and_update(), clock.now().0);
        if !note.is_worth_writing_after(&written) {
            continue;
        }
        written = note.clone();
        let path = data.join(NOTE_FILE);
        let writing = move || {
            let text = serde_json::to_vec(&note).map_err(std::io::Error::other)?;
            private_file::replace(&path, &text)
        };
        if let Ok(Err(error)) = tokio::task::spawn_blocking(writing).await {
            tracing::debug!(%error, "what was heard from the hub can't be noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_when_something_is_new_and_seldom_else() {
        let connected = State { connected: true, told: 7, ..State::default() };
        let first = Note::default().after(&connected, 1_000_000);
        assert_eq!(first, Note { heard_at: Some(1_000_000), told: 7, ..Note::default() });
        assert!(first.is_worth_writing_after(&Note::default()));
        assert!(!first.after(&connected, 1_000_000 + EVERY_MS - 1).is_worth_writing_after(&first));
        assert!(first.after(&connected, 1_000_000 + EVERY_MS).is_worth_writing_after(&first));
        assert!(first.after(&connected, 999_999).is_worth_writing_after(&first), "the clock was set back");
        let more = State { told: 8, ..connected.clone() };
        assert!(first.after(&more, 1_000_001).is_worth_writing_after(&first));
        let unit = UnitSettings { msn: "654321".to_owned(), ..UnitSettings::default() };
        let read = State { unit: Some(unit.clone()), ..connected.clone() };
        let with_unit = first.after(&read, 1_000_001);
        assert!(with_unit.is_worth_writing_after(&first));
        assert_eq!(with_unit.after(&connected, 1_000_002).unit, Some(unit), "an old hub says nothing of it");
        let lost = State { connected: false, problem: Some(Code::HubUnreachable), ..connected };
        let alone = first.after(&lost, 2_000_000);
        assert_eq!(alone, Note { problem: Some(Code::HubUnreachable), ..first.clone() });
        assert!(alone.is_worth_writing_after(&first));
    }

    #[tokio::test]
    async fn what_was_heard_is_read_again_and_a_torn_file_is_none() {
        let data = tempfile::tempdir().expect("there is room");
        assert_eq!(Note::read(data.path()), None);
        let (said, state) = watch::channel(State::default());
        let keeping = tokio::spawn(keep(state, data.path().to_owned()));
        said.send_modify(|state| (state.connected, state.told) = (true, 7));
        drop(said);
        keeping.await.expect("it ends with the telling");
        let note = Note::read(data.path()).expect("it was written");
        assert_eq!((note.told, note.heard_at.is_some()), (7, true));
        std::fs::write(data.path().join(NOTE_FILE), "{\"told\":").expect("there is room");
        assert_eq!(Note::read(data.path()), None);
    }
}
