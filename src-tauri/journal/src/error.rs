//! Why the journal could not do it. Every text says what happened and what to do next, for whoever looks
//! after the till; the cause beneath is in the source.

use std::error::Error;
use std::path::PathBuf;

use payment::Reference;

/// What lies beneath an error.
pub type Source = Box<dyn Error + Send + Sync>;

/// Why the journal could not do it. Nothing that was acknowledged is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// There is a story of this reference already.
    #[error("the reference {reference} has been used; choose another")]
    ReferenceUsed {
        /// The reference.
        reference: Reference,
    },
    /// A story has been begun under this key already.
    #[error("this idempotency key was used for the payment {by}; answer with that one, or use a new key")]
    RequestKeyUsed {
        /// The payment that was begun under the key.
        by: Reference,
    },
    /// The entries do not begin with the request of the payment that they are to be the story of.
    #[error("the story of {reference} would not begin with its request; this is a mistake in the program")]
    NoBeginning {
        /// Whose story it was to be.
        reference: Reference,
    },
    /// The story has another length than the caller has seen: somebody else has written.
    #[error("the story of {reference} has {found} entries, not {seen}; read it again before writing")]
    Conflict {
        /// Whose story.
        reference: Reference,
        /// How many entries the caller had seen.
        seen: u32,
        /// How many there are.
        found: u32,
    },
    /// There is no such story.
    #[error("the journal knows no payment {reference}; check the reference and the data folder")]
    Unknown {
        /// The reference.
        reference: Reference,
    },
    /// The name of a picture belongs to another payment.
    #[error("the picture name {name} belongs to another payment; this is a mistake in the program")]
    PictureNameUsed {
        /// The name.
        name: String,
    },
    /// More than a limit of [`crate::limits`] allows. Nothing was written.
    #[error("{found} {what} are too many: the journal takes {limit}; nothing was written")]
    TooLarge {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much there may be.
        limit: usize,
    },
    /// What is written cannot be read.
    #[error(
        "entry {entry} of the payment {reference} cannot be read; keep the journal as it is, make a copy, \
         and ask for help: the payment itself is safe with Vipps MobilePay"
    )]
    Corrupt {
        /// Whose story, as it is written.
        reference: String,
        /// The number of the entry in its story, from 1; 0 when it is the story as a whole.
        entry: u32,
        /// What is wrong with it.
        source: Source,
    },
    /// A newer Kvitt has written it. Nothing was changed.
    #[error("the journal is of version {found}, and this Kvitt knows up to {known}; install the newer Kvitt")]
    Newer {
        /// The version of the journal.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another Kvitt has it open.
    #[error("another Kvitt has the journal {} open; close it, or use another data folder", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// There is a file already where a copy was to be written. It was not touched.
    #[error("there is something at {} already, and a copy replaces nothing; choose another name", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// The disk or the database has failed. Whether the entries were written is not known: read the story
    /// again.
    #[error("the journal cannot be used: {trouble}")]
    Storage {
        /// What kind of failure, and what to do about it.
        trouble: Trouble,
        /// What the system said.
        source: Source,
    },
}

impl JournalError {
    /// Whether the same call may go well later, without anybody changing what was asked: the storage is in trouble
    /// of a kind that passes, because somebody makes room, plugs the disk in or closes another program.
    pub fn may_pass(&self) -> bool {
        let JournalError::Storage { trouble, .. } = self else { return false };
        match trouble {
            Trouble::Full
            | Trouble::ReadOnly
            | Trouble::Unreachable
            | Trouble::Failing
            | Trouble::Busy
            | Trouble::Other => true,
            Trouble::NotAJournal | Trouble::Damaged | Trouble::TakenOver | Trouble::Closed => false,
        }
    }
}

/// What kind of failure of the storage it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No room.
    #[error("the disk is full; free some space, and start Kvitt again if it does not go on by itself")]
    Full,
    /// No permission, or a file system without writing.
    #[error("it cannot be written; check who owns the data folder and that the disk is not read-only")]
    ReadOnly,
    /// No such folder, or a file where the folder should be.
    #[error("it cannot be reached; check that the data folder is a folder, or that the database server runs")]
    Unreachable,
    /// The file is something else.
    #[error("the file is not a journal of Kvitt; move it away, or use another data folder")]
    NotAJournal,
    /// The file is damaged.
    #[error("the file is damaged; keep it, restore a copy, and check the disk")]
    Damaged,
    /// The disk does not do what it is told.
    #[error("the disk fails; check that it is plugged in, is sound and has room")]
    Failing,
    /// Another program holds it.
    #[error("another program keeps it busy; close what has the file open (a backup, a virus scanner)")]
    Busy,
    /// Another process writes it now, because this one was not heard of for too long.
    #[error("another process has taken it over; this one must open it again before it writes")]
    TakenOver,
    /// It has been closed: the program is ending.
    #[error("it has been closed; start Kvitt again")]
    Closed,
    /// Anything else; the source says more.
    #[error("something unexpected happened; the log has the cause")]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever waits for what can't pass waits for ever, before a screen that says so.
    #[test]
    fn only_what_somebody_can_see_to_passes() {
        let passes = |trouble| JournalError::Storage { trouble, source: "of a test".into() }.may_pass();
        for trouble in
            [Trouble::Full, Trouble::ReadOnly, Trouble::Unreachable, Trouble::Failing, Trouble::Busy]
        {
            assert!(passes(trouble), "{trouble}");
        }
        for trouble in [Trouble::NotAJournal, Trouble::Damaged, Trouble::Closed] {
            assert!(!passes(trouble), "{trouble}");
        }
        assert!(!JournalError::RequestKeyUsed { by: Reference::parse("sale-1042").unwrap() }.may_pass());
    }
}
