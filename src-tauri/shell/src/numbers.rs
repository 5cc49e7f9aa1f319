//! The kept phone numbers in the cashier window: behind the PIN for a few minutes, and written out for the customer who
//! asks what is kept.
//!
//! Before the PIN only the last digits are seen, and nobody can ask whether a number is there. What is written goes into
//! a folder of its own, readable by its owner alone, one file for each customer; it goes with the entries when these are
//! erased here.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::{ExportedNumbers, KeptBy, KeptNumber};
use serde_json::{Value, json};
use tokio::time::Instant;

/// The folder of what was written out, in the data folder.
pub const FOLDER: &str = "numbers";
/// For how long numbers can be seen after the PIN has been given.
pub const OPEN_FOR: Duration = Duration::from_mins(3);

/// Whether the kept numbers can be seen in full, and for how long still. The time is that of the steady clock.
#[derive(Debug, Default)]
pub struct Drawer {
    open_until: Mutex<Option<Instant>>,
}

impl Drawer {
    /// Somebody has given the PIN.
    pub fn open(&self) {
        self.set(Some(Instant::now() + OPEN_FOR));
    }

    /// Whoever looked has gone.
    pub fn close(&self) {
        self.set(None);
    }

    /// For how long it is still open; zero when it is closed.
    pub fn open_for(&self) -> Duration {
        let until = *self.open_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    fn set(&self, until: Option<Instant>) {
        *self.open_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// Writes the entries of one customer under `data`, and says where. The file is named after the last payment, because
/// a name can be seen by many.
///
/// # Errors
/// When the file can't be written, or there is nothing to write.
pub(crate) fn export(data: &Path, entries: &[KeptNumber]) -> std::io::Result<ExportedNumbers> {
    let Some(newest) = entries.last() else { return Err(std::io::ErrorKind::NotFound.into()) };
    let path = file_of(data, &newest.payment);
    let folder = path.parent().unwrap_or(data);
    std::fs::create_dir_all(folder)?;
    private_file::replace(&path, as_json(entries).as_bytes())?;
    Ok(ExportedNumbers {
        folder: folder.display().to_string(),
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        entries: u32::try_from(entries.len()).unwrap_or(u32::MAX),
    })
}

/// Removes what was written here of a customer with these entries.
///
/// # Errors
/// When a file is there and can't be removed.
pub(crate) fn forget(data: &Path, entries: &[KeptNumber]) -> std::io::Result<()> {
    for entry in entries {
        match std::fs::remove_file(file_of(data, &entry.payment)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// References are letters, digits and `-` alone, so each is a good name.
fn file_of(data: &Path, payment: &str) -> PathBuf {
    data.join(FOLDER).join(format!("{payment}.json"))
}

/// What is kept, for the customer or for a program that the customer gives it to.
pub fn as_json(entries: &[KeptNumber]) -> String {
    let rows: Vec<Value> = entries.iter().map(row).collect();
    format!("{:#}\n", Value::from(rows))
}

/// The same as a table, with commas.
pub fn as_csv(entries: &[KeptNumber]) -> String {
    let rows = entries.iter().map(|entry| {
        let KeptNumber { number, given_at, payment, erased_at, .. } = entry;
        let (purpose, to) = (entry.purpose.replace('"', "\"\""), name_of(entry.given_to));
        format!("{number},\"{purpose}\",{given_at},{to},{payment},{erased_at}\r\n")
    });
    std::iter::once("number,purpose,givenAt,givenTo,payment,erasedAt\r\n".to_owned()).chain(rows).collect()
}

/// One entry, as it stands in JSON.
pub fn row(entry: &KeptNumber) -> Value {
    json!({
        "number": entry.number,
        "purpose": entry.purpose,
        "givenAt": entry.given_at,
        "givenTo": name_of(entry.given_to),
        "payment": entry.payment,
        "erasedAt": entry.erased_at,
    })
}

fn name_of(given_to: KeptBy) -> &'static str {
    match given_to {
        KeptBy::Cashier => "cashier",
        KeptBy::Pos => "pos",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(payment: &str) -> KeptNumber {
        KeptNumber {
            payment: payment.to_owned(),
            number: "+4791234567".to_owned(),
            purpose: "\"kvitteringer\"".to_owned(),
            given_at: "2026-11-26T12:00:00Z".to_owned(),
            given_to: KeptBy::Cashier,
            erased_at: "2027-11-26T12:00:00Z".to_owned(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_closes_by_itself_and_when_whoever_looked_goes() {
        let drawer = Drawer::default();
        assert_eq!(drawer.open_for(), Duration::ZERO);
        drawer.open();
        tokio::time::advance(OPEN_FOR.saturating_sub(Duration::from_millis(1))).await;
        assert_eq!(drawer.open_for(), Duration::from_millis(1));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(drawer.open_for(), Duration::ZERO);
        drawer.open();
        drawer.close();
        assert_eq!(drawer.open_for(), Duration::ZERO);
    }

    #[test]
    fn what_is_written_is_for_its_owner_alone_and_goes_with_the_entries() {
        let data = tempfile::tempdir().expect("there is room");
        let entries = [entry("sale-1041-1"), entry("sale-1042-1")];
        let told = export(data.path(), &entries).expect("it can be written");
        assert_eq!((told.file.as_str(), told.entries), ("sale-1042-1.json", 2));
        let path = Path::new(&told.folder).join(&told.file);
        let text = std::fs::read_to_string(&path).expect("it is there");
        let rows: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(rows[1]["payment"], "sale-1042-1");
        assert_eq!(rows[0]["purpose"], "\"kvitteringer\"");
        assert!(!private_file::is_open_to_others(&path));
        export(data.path(), &entries).expect("it may be asked for again");
        forget(data.path(), &entries).expect("it can be removed");
        assert!(!path.exists());
        forget(data.path(), &entries).expect("there is nothing left to remove");
        assert!(export(data.path(), &[]).is_err(), "there is nothing to write");
    }

    #[test]
    fn a_table_keeps_its_columns() {
        let text = as_csv(&[entry("sale-1042-1")]);
        let row = "+4791234567,\"\"\"kvitteringer\"\"\",2026-11-26T12:00:00Z,cashier,sale-1042-1,2027-11-26T12:00:00Z";
        assert_eq!(text.lines().nth(1), Some(row));
    }
}
