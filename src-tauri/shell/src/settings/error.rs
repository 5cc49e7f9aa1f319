//! Why there are no settings to work with.

use std::path::PathBuf;

/// Why there are no settings to work with. Nothing has been written to the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no file.
    #[error("there is no settings file; write {}, see docs/settings.md", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file can't be read.
    #[error("{} can't be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file is not JSON.
    #[error("{} is not JSON: {why}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where and why.
        why: String,
    },
    /// A setting is wrong or unknown.
    #[error("{}, at {place}: {why}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Which setting.
        place: String,
        /// Why, and what would be right.
        why: String,
    },
}
