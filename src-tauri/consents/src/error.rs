//! What can go wrong with the file.

use std::path::PathBuf;

/// Why something can't be kept, found or erased. Never says whose number it was about.
#[derive(Debug, thiserror::Error)]
pub enum ConsentsError {
    /// The file can't be read or written, or another program has it for longer than is waited.
    #[error("the file of kept phone numbers can't be used")]
    Storage(#[from] sqlx::Error),
    /// The file can't be made, or not be closed to others.
    #[error("the file of kept phone numbers can't be made for its owner alone")]
    Access(#[from] std::io::Error),
    /// It is something else.
    #[error("{} holds something else than kept phone numbers", .0.display())]
    Foreign(PathBuf),
    /// A newer Kvitt made it.
    #[error("a newer Kvitt made the file of kept phone numbers (version {found}); install that one")]
    Newer {
        /// The version of the file.
        found: i32,
    },
    /// It is full.
    #[error("no more than {} phone numbers are kept", crate::CONSENTS_MAX)]
    Full,
}
