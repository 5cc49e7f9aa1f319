//! Databases of one's own on PostgreSQL, for tests.

use std::io::Write;

use own_postgres::{Failure, Server};
use sqlx::{Connection, Executor, PgConnection};

/// Where `cargo xtask test` says that its server is.
const ADDRESS: &str = "KVITT_TEST_POSTGRES";

/// A new database. Dropped, it is gone, so that many take little room.
pub(crate) struct Fresh {
    pub(crate) address: String,
    name: String,
    first: String,
    /// The server, if it has one to itself.
    server: Option<Server>,
}

/// A new, empty database: on the server that tests share, or else on one that is made for it. `None` when PostgreSQL is not
/// installed; then it is said what is skipped.
pub(crate) async fn fresh() -> Option<Fresh> {
    let server = if std::env::var_os(ADDRESS).is_some() { None } else { Some(own_server()?) };
    let first = std::env::var(ADDRESS).ok().or_else(|| server.as_ref().map(Server::first_address))?;
    let mut fresh = fresh_on(&first).await;
    fresh.server = server;
    Some(fresh)
}

/// A new, empty database on the server whose first one is at `first`.
pub(crate) async fn fresh_on(first: &str) -> Fresh {
    let name = format!("test_{:016x}", fastrand::u64(..));
    say(first, format!("CREATE DATABASE {name} TEMPLATE template0")).await.expect("it can be made");
    let address = first.replacen("/postgres?", &format!("/{name}?"), 1);
    assert_ne!(address, first, "it is the address of the database `postgres`");
    Fresh { address, name, first: first.to_owned(), server: None }
}

async fn say(address: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(address).await?;
    connection.execute(sqlx::AssertSqlSafe(statement)).await?;
    connection.close().await
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if self.server.is_some() {
            return;
        }
        let (first, statement) = (self.first.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(say(&first, statement))
        });
        // One that can't be dropped goes with the server.
        let _ = dropping.join();
    }
}

/// A server of one's own. `None` when PostgreSQL is not installed; then it is said what is skipped.
pub(crate) fn own_server() -> Option<Server> {
    let near = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, Into::into);
    match Server::start(&near) {
        Ok(server) => Some(server),
        Err(Failure::NotInstalled) => {
            let why = format!("skipped, since no server was given in {ADDRESS}: {}", Failure::NotInstalled);
            let _ = writeln!(std::io::stderr(), "{why}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
