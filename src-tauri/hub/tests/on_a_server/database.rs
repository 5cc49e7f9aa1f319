//! Where the hubs of these tests remember: on PostgreSQL.

use std::path::Path;

use hub::Database;
use sqlx::{Connection, Executor, PgConnection};

use crate::server::{Fresh, fresh};

/// What must outlive the hub: the database, and the server if it is its own.
pub(crate) struct Kept(pub(crate) Fresh);

/// A new database.
pub(crate) async fn database(_folder: &Path) -> (Database, Kept) {
    let Some(fresh) = fresh().await else {
        // Each test has a process to itself, so this skips no other.
        assert!(std::env::var_os("NEXTEST").is_some(), "PostgreSQL is not installed");
        std::process::exit(0)
    };
    (Database::of_server(&fresh.address).await.expect("it can be reached"), Kept(fresh))
}

impl Kept {
    /// The same database for another hub.
    pub(crate) async fn again(&self, _folder: &Path) -> Database {
        Database::of_server(&self.0.address).await.expect("it can be reached")
    }

    /// Changes something behind the hub's back.
    pub(crate) async fn change(&self, _folder: &Path, statement: &'static str) {
        let mut connection = PgConnection::connect(&self.0.address).await.expect("it can be reached");
        connection.execute(statement).await.expect("it can be changed");
    }

    /// Every row of every table, as whoever steals it has it.
    pub(crate) async fn everything(&self, _folder: &Path) -> Vec<u8> {
        let mut connection = PgConnection::connect(&self.0.address).await.expect("it can be reached");
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&mut connection)
                .await
                .expect("it can be read");
        let mut text = String::new();
        for table in tables {
            let all = sqlx::AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM {table} t"));
            let rows: Vec<String> =
                sqlx::query_scalar(all).fetch_all(&mut connection).await.expect("it can be read");
            text.push_str(&rows.join("\n"));
        }
        text.into_bytes()
    }
}
