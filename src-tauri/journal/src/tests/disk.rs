//! A real disk of half a megabyte, which is filled, emptied and made read-only. Mounting one takes root.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::everything;
use crate::contract::samples::{numbered, reference, requested};
use crate::{Entry, Journal, JournalError, SqliteJournal, Trouble, backup, inspect};

/// A small disk, which goes when it is dropped.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = run("mount", &["-t", "tmpfs", "-o", "size=512k,mode=700", "none"], folder.path());
        if !mounted {
            println!("skipped: this user can't mount a disk");
        }
        mounted.then(|| Disk(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn make_read_only(&self, read_only: bool) {
        let options = if read_only { "remount,ro" } else { "remount,rw" };
        assert!(run("mount", &["-o", options], self.path()));
    }

    /// Leaves no room at all.
    fn fill(&self) {
        let rest = self.path().join("rest");
        let filled = fs::write(&rest, vec![7; 512 * 1024]);
        assert!(filled.is_err(), "there was room for more than there is");
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("rest")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], self.path());
    }
}

fn run(program: &str, arguments: &[&str], last: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).arg(last).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn large(number: u32) -> Entry {
    let url = Some("x".repeat(20_000));
    Entry { fact: payment::Fact::Created { url }, ..numbered(number) }
}

fn trouble<T: std::fmt::Debug>(answer: &Result<T, JournalError>) -> Trouble {
    match answer {
        Err(JournalError::Storage { trouble, .. }) => *trouble,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_journal_goes_on_when_there_is_room() {
    let Some(disk) = Disk::mount() else { return };
    let path = disk.path().join("data/journal.sqlite");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    let mut seen = 1;
    disk.fill();
    // The log has room in pages that it has used before.
    let refused = loop {
        match journal.append(&reference, seen, &[large(seen)], false).await {
            Ok(_) => seen += 1,
            refused => break refused,
        }
    };
    let passes = trouble(&refused);
    assert!(matches!(passes, Trouble::Full | Trouble::Failing), "{refused:?}");
    assert!(refused.is_err_and(|error| error.may_pass()));
    let before = everything(&journal).await;
    assert_eq!(journal.story(&reference).await.unwrap().unwrap().entries.len(), seen as usize);
    // It is looked at all the same, but a copy needs room.
    assert!(inspect(&path).await.unwrap().faults.is_empty());
    let copied = backup(&path, &disk.path().join("copy")).await;
    assert!(matches!(trouble(&copied), Trouble::Full | Trouble::Failing), "{copied:?}");
    assert!(!disk.path().join("copy").exists());

    disk.make_room();
    assert_eq!(everything(&journal).await, before);
    journal.append(&reference, seen, &[large(seen)], false).await.unwrap();
    journal.close().await;
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.story(&reference).await.unwrap().unwrap().entries.len(), seen as usize + 1);
    journal.close().await;

    // Opening takes room too.
    disk.fill();
    let opened = SqliteJournal::open(&path).await.map(|_| ());
    assert!(
        matches!(trouble(&opened), Trouble::Full | Trouble::Failing | Trouble::Unreachable),
        "{opened:?}"
    );
    assert!(inspect(&path).await.unwrap().faults.is_empty());
    disk.make_room();
    SqliteJournal::open(&path).await.unwrap().close().await;
}

#[tokio::test]
async fn a_read_only_disk_is_said_to_be_read_only_and_can_be_read() {
    let Some(disk) = Disk::mount() else { return };
    let path = disk.path().join("journal.sqlite");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    journal.close().await;
    // Its lock file is open for writing as long as it is there.
    drop(journal);
    disk.make_read_only(true);
    let opened = SqliteJournal::open(&path).await.map(|_| ());
    assert_eq!(trouble(&opened), Trouble::ReadOnly, "{opened:?}");
    let found = inspect(&path).await.unwrap();
    assert_eq!((found.payments, found.unsettled.len(), found.faults.len()), (1, 1, 0));
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(backup(&path, &elsewhere.path().join("copy")).await.unwrap().payments, 1);
    disk.make_read_only(false);
    let journal = SqliteJournal::open(&path).await.unwrap();
    journal.append(&reference, 1, &[numbered(1)], false).await.unwrap();
    journal.close().await;
}
