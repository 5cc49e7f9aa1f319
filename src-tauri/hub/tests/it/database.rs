//! Where the hubs of these tests remember: in a file.

use std::path::Path;

use hub::Database;

/// What must outlive the hub: nothing but the folder.
pub(crate) struct Kept;

/// A new database, or the one that is in `folder` already.
pub(crate) async fn database(folder: &Path) -> (Database, Kept) {
    (Database::of_file(&folder.join("hub.db")).await.expect("it can be made"), Kept)
}

impl Kept {
    /// Every byte of it, as whoever steals it has it.
    pub(crate) async fn everything(&self, folder: &Path) -> Vec<u8> {
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(folder).expect("it can be read") {
            let path = file.expect("it can be read").path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("hub.db")) {
                bytes.extend(tokio::fs::read(path).await.expect("it can be read"));
            }
        }
        bytes
    }
}
