//! `kvitt backup`: a copy of the journal, also while a till has it open and writes.

use std::path::Path;

use journal::JournalError;

use crate::command::{Exit, Kvitt, Stop};

/// The name of the journal in the data folder.
pub(crate) const JOURNAL: &str = "journal.sqlite";

/// Copies the journal to the new file `to`.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn run(kvitt: &Kvitt, to: &Path) -> Result<(), Stop> {
    let path = kvitt.data_folder().join(JOURNAL);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Stop::failed)?;
    let copy = runtime.block_on(journal::backup(&path, to)).map_err(|error| told(&path, &error))?;
    let (payments, last) = (copy.payments, copy.last);
    if kvitt.json {
        let said = serde_json::json!({
            "file": to, "payments": payments, "entries": last.0, "bytes": copy.bytes,
        });
        println!("{said}");
    } else {
        println!("{} has the journal with {payments} payments and {last} entries.", to.display());
    }
    Ok(())
}

fn told(path: &Path, error: &JournalError) -> Stop {
    match error {
        JournalError::Exists { .. } => Stop::new(Exit::Refused, error),
        error => {
            let cause =
                std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Stop::failed(format!("{} was not copied: {error}{cause}", path.display()))
        }
    }
}
