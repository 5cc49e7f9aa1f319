//! The phone numbers that customers allowed to be kept: how many, and until when. None of them is read.

use std::path::Path;

use consents::Figures;
use shell::settings::{FILE, Settings};

use super::finding::Finding;
use crate::phone_numbers::written;

const ABOUT: &str = "numbers";

/// Looks at them; there is nothing to say where none may be kept and none are.
pub(crate) fn look(config: &Path, data: &Path) -> Option<Finding> {
    let keep = Settings::read(&config.join(FILE)).ok().and_then(|settings| settings.phone_numbers.keep);
    let file = data.join(consents::FILE);
    let shown = file.display();
    if private_file::is_open_to_others(&file) {
        return Some(Finding::wrong(
            ABOUT,
            format!("others can read {shown}; the next start closes it to them"),
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let figures = match runtime.block_on(consents::look(&file)) {
        Ok(figures) => figures.unwrap_or(Figures { kept: 0, oldest: None, next_erasure: None }),
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(" ({cause})")).unwrap_or_default();
            return Some(Finding::wrong(
                ABOUT,
                format!("{shown}: {error}{cause}; nothing is kept or erased"),
            ));
        }
    };
    let kept = match (figures.oldest, figures.next_erasure) {
        (Some(oldest), Some(next)) => format!(
            "kept phone numbers: {}, the oldest since {}; the next is erased at {}",
            figures.kept,
            written(oldest),
            written(next)
        ),
        _ => "no phone number is kept".to_owned(),
    };
    match keep {
        Some(keep) => {
            let rule = format!("new ones for {} days, for: {}", keep.days, keep.purpose);
            Some(Finding::good(ABOUT, format!("{kept}; {rule}")))
        }
        None if figures.kept == 0 => None,
        None => {
            let what_to_do =
                "none may be any more; `kvitt phone-numbers erase --all` erases them before their day";
            Some(Finding::note(ABOUT, format!("{kept}; {what_to_do}")))
        }
    }
}
