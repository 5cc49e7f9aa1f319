//! The database: SQLite in a file, so that a hub starts with nothing, or PostgreSQL, where several hubs share one.
//!
//! One set of statements does for both: numbers are `BIGINT`, everything else is text, and what is there in one of them
//! alone is asked for by [`Kind`].

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use contract::Private;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, SqlSafeStr, Transaction};
use tokio::time::timeout;

/// How long a statement waits for another program that holds the file.
const BUSY_MS: u32 = 5_000;
/// How long a hub may say nothing in the middle of a change, so that others don't wait for one that is paused or cut off.
const IDLE_MS: u32 = 5_000;
/// How long whoever asks waits for a connection that others keep busy.
const QUEUE_TIME: Duration = Duration::from_secs(10);
/// How long whoever must go on waits for an answer: longer than for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
/// How long a server may take to say that it is there.
const PING_TIME: Duration = Duration::from_secs(2);
/// A line that was used so lately is not asked whether it holds: it has been asked when it was given back.
const REST_TIME: Duration = Duration::from_secs(1);
/// Connections that read a file, and connections to a server in all.
const CONNECTIONS_MAX: u32 = 8;

/// What kind of database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// Where a hub remembers. Clones are the same database.
#[derive(Clone, Debug)]
pub struct Database {
    /// Of a file, the one connection that writes, so that writers queue up here and not in SQLite.
    writer: AnyPool,
    readers: AnyPool,
    kind: Kind,
    /// Where the server is.
    server: Option<Private>,
}

/// Something is changed, all of it or nothing: dropped, nothing has been.
pub(crate) type Change = Transaction<'static, Any>;

impl Database {
    /// The file at `path`, made if it is not there.
    ///
    /// # Errors
    /// When it can't be used, or is of a newer hub.
    pub async fn of_file(path: &Path) -> Result<Database, sqlx::Error> {
        match private_file::create(path, &[]) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(sqlx::Error::Io(error)),
            _ => {}
        }
        let address = format!("sqlite://{}", path.display());
        let writer = pool(1, Kind::Sqlite).connect(&address).await?;
        let readers = pool(CONNECTIONS_MAX, Kind::Sqlite).connect_lazy(&address)?;
        let database = Database { writer, readers, kind: Kind::Sqlite, server: None };
        database.bring_up_to_date().await?;
        Ok(database)
    }

    /// The database that `address` names: `postgres://…`.
    ///
    /// # Errors
    /// When it can't be reached, or is of a newer hub.
    pub async fn of_server(address: &str) -> Result<Database, sqlx::Error> {
        let writer = pool(CONNECTIONS_MAX, Kind::Postgres).connect(address).await?;
        let server = Some(Private::new(address));
        let database = Database { readers: writer.clone(), writer, kind: Kind::Postgres, server };
        database.bring_up_to_date().await?;
        Ok(database)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The address of the server, if it is one: whoever has it has the password as well.
    pub(crate) fn server(&self) -> Option<&str> {
        self.server.as_ref().map(Private::reveal)
    }

    /// Where it is read. Whoever reads more than once in a row may see two moments.
    pub(crate) fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// Begins a change. In SQLite nobody else changes anything meanwhile; in PostgreSQL whoever must not be overtaken
    /// updates the row first that it is about.
    pub(crate) async fn change(&self) -> Result<Change, sqlx::Error> {
        match self.kind {
            Kind::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
            Kind::Postgres => self.writer.begin().await,
        }
    }

    /// Lets what is under way finish.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn bring_up_to_date(&self) -> Result<(), sqlx::Error> {
        let (search, journal) = match self.kind {
            Kind::Sqlite => (
                include_str!("../migrations/0002_search_sqlite.sql"),
                include_str!("../migrations/0004_journal_sqlite.sql"),
            ),
            Kind::Postgres => (
                include_str!("../migrations/0002_search_postgres.sql"),
                include_str!("../migrations/0004_journal_postgres.sql"),
            ),
        };
        let versions = [
            (1, "hub", include_str!("../migrations/0001_hub.sql")),
            (2, "search", search),
            (3, "journal", include_str!("../migrations/0003_journal.sql")),
            (4, "journal of its kind", journal),
            (5, "callbacks", include_str!("../migrations/0005_callbacks.sql")),
            (6, "tills shut out", include_str!("../migrations/0006_shut_out.sql")),
            (7, "codes", include_str!("../migrations/0007_codes.sql")),
            (8, "sale log", include_str!("../migrations/0008_sale_log.sql")),
            (9, "sales units", include_str!("../migrations/0009_sales_units.sql")),
        ];
        let migrations = versions.map(|(number, name, text)| {
            Migration::new(number, Cow::Borrowed(name), MigrationType::Simple, text.into_sql_str(), false)
        });
        let migrator = Migrator::with_migrations(migrations.to_vec());
        Ok(migrator.run(&self.writer).await?)
    }
}

fn pool(connections: u32, kind: Kind) -> AnyPoolOptions {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
    let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(QUEUE_TIME);
    match kind {
        Kind::Postgres => options
            .after_connect(|connection, _| Box::pin(prepare_server(connection)))
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move { Ok(used.idle_for < REST_TIME || is_alive(connection).await) })
            }),
        Kind::Sqlite => options.after_connect(|connection, _| Box::pin(prepare(connection))),
    }
}

/// A hub that stops in the middle of a change must not hold what others wait for: the server ends it then.
async fn prepare_server(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let statement = format!("SET idle_in_transaction_session_timeout = {IDLE_MS}");
    connection.execute(sqlx::AssertSqlSafe(statement)).await?;
    Ok(())
}

/// Whether the line still holds. One that has gone dead without a word would keep whoever uses it for many minutes.
async fn is_alive(connection: &mut AnyConnection) -> bool {
    timeout(PING_TIME, connection.ping()).await.is_ok_and(|answered| answered.is_ok())
}

async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let pragmas = format!(
        "PRAGMA busy_timeout = {BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;"
    );
    connection.execute(sqlx::AssertSqlSafe(pragmas)).await?;
    Ok(())
}
