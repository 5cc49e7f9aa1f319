//! Where the hubs of these tests remember: in a file.

use std::path::Path;

use hub::Database;
use sqlx::{Connection, Executor, SqliteConnection};

/// What must outlive the hub: nothing but the folder.
pub(crate) struct Kept;

/// A new database, or the one that is in `folder` already.
pub(crate) async fn database(folder: &Path) -> (Database, Kept) {
    (Database::of_file(&folder.join("hub.db")).await.expect("it can be made"), Kept)
}

impl Kept {
    /// The same database for another hub.
    pub(crate) async fn again(&self, folder: &Path) -> Database {
        database(folder).await.0
    }

    /// Changes something behind the hub's back.
    pub(crate) async fn change(&self, folder: &Path, statement: &'static str) {
        let address = format!("sqlite://{}", folder.join("hub.db").display());
        let mut connection = SqliteConnection::connect(&address).await.expect("it can be reached");
        connection.execute(statement).await.expect("it can be changed");
    }

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
