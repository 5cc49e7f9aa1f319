//! What a hub must be told: `hub.json`. Without one it listens on this machine alone and talks to the test environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use contract::{Environment, Language, Private};
use serde::Deserialize;
use vipps::Url;

use crate::refunds::Limits;

/// The name of the file, in the settings folder.
pub const FILE: &str = "hub.json";
/// Where it listens unless the settings say otherwise.
const LISTEN: &str = "127.0.0.1:7660";

/// What a hub must be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Where it listens. Beyond this machine it takes a certificate, or a proxy before it that has one.
    pub listen: SocketAddr,
    /// Its certificate and key, in PEM files.
    pub tls: Option<TlsFiles>,
    /// Whether it stands behind a proxy that speaks TLS for it.
    pub behind_proxy: bool,
    /// Which Vipps MobilePay it talks to.
    pub environment: Environment,
    /// Where that is, if it is neither of the two: a simulator.
    pub base_url: Option<String>,
    /// Where its database is, `postgres://…`, if several hubs share one: else a file in the data folder.
    pub database: Option<Private>,
    /// The file of the password for it, unless the address has it or none is needed.
    pub database_password_file: Option<PathBuf>,
    /// Where the world reaches it: `https://…`, or `http://` on this machine. Callbacks and webhooks come there.
    pub public_url: Option<String>,
    /// The language of problems.
    pub language: Language,
    /// How much may be given back for other stores.
    pub refunds: RefundSettings,
}

/// A certificate and its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate and those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// How much may be given back for other stores, in minor units of whatever currency.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RefundSettings {
    /// What one person may give back within 24 hours.
    pub person_and_day: i64,
    /// Above this a second person must agree.
    pub second_person_above: i64,
}

impl Default for RefundSettings {
    fn default() -> RefundSettings {
        let Limits { person_and_day, alone } = Limits::default();
        RefundSettings { person_and_day, second_person_above: alone }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: LISTEN.parse().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 7660))),
            tls: None,
            behind_proxy: false,
            environment: Environment::Test,
            base_url: None,
            database: None,
            database_password_file: None,
            public_url: None,
            language: Language::default(),
            refunds: RefundSettings::default(),
        }
    }
}

impl Settings {
    /// What the file `path` says; the defaults if there is no such file.
    ///
    /// # Errors
    /// When it can't be read, says something unknown, or would let keys and PINs travel in the clear.
    pub fn read(path: &Path) -> Result<Settings, SettingsError> {
        let settings = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| SettingsError::Garbled { path: path.to_owned(), source })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Settings::default(),
            Err(source) => return Err(SettingsError::Unreadable { path: path.to_owned(), source }),
        };
        settings.checked()
    }

    fn checked(self) -> Result<Settings, SettingsError> {
        if !self.listen.ip().is_loopback() && self.tls.is_none() && !self.behind_proxy {
            return Err(SettingsError::InTheClear(self.listen));
        }
        Ok(self)
    }

    /// Where Vipps MobilePay is.
    ///
    /// # Errors
    /// When `baseUrl` is no address.
    pub fn base_url(&self) -> Result<Url, SettingsError> {
        let official = match self.environment {
            Environment::Production => vipps::PRODUCTION_URL,
            Environment::Test | Environment::Demo => vipps::TEST_URL,
        };
        let address = self.base_url.as_deref().unwrap_or(official);
        Url::parse(address).map_err(|_| SettingsError::NoAddress(address.to_owned()))
    }

    /// Where tills reach it, as far as the settings say: by the public address, or where it listens.
    pub fn address(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let here = || format!("{scheme}://{}", self.listen);
        self.public_url.as_deref().map_or_else(here, |public| public.trim_end_matches('/').to_owned())
    }

    /// Where the world reaches it, if it does.
    ///
    /// # Errors
    /// When `publicUrl` is no address that Vipps MobilePay would call.
    pub fn public(&self) -> Result<Option<Url>, SettingsError> {
        let Some(text) = &self.public_url else { return Ok(None) };
        let url = Url::parse(text).ok();
        let here = |url: &Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let good = url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && here(url)));
        good.map(Some).ok_or_else(|| SettingsError::NotPublic(text.clone()))
    }

    /// The address of the database server with its password; `None` when the database is a file in the data folder.
    ///
    /// # Errors
    /// When it is no address of PostgreSQL, or the file of the password can't be read. Neither says what the address is:
    /// the password may be in it.
    pub fn database(&self) -> Result<Option<Private>, SettingsError> {
        let Some(address) = &self.database else { return Ok(None) };
        let is_server = |url: &Url| matches!(url.scheme(), "postgres" | "postgresql");
        let parsed = Url::parse(address.reveal()).ok().filter(is_server);
        let mut url = parsed.ok_or(SettingsError::NoServer)?;
        if let Some(path) = &self.database_password_file {
            let password = std::fs::read_to_string(path)
                .map_err(|source| SettingsError::Unreadable { path: path.clone(), source })?;
            url.query_pairs_mut().append_pair("password", password.trim_end_matches(['\r', '\n']));
        }
        Ok(Some(Private::new(url)))
    }

    /// How much may be given back for other stores.
    pub fn limits(&self) -> Limits {
        Limits { person_and_day: self.refunds.person_and_day, alone: self.refunds.second_person_above }
    }
}

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file can't be read.
    #[error("{} can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not what a hub understands.
    #[error("{}: {source}", path.display())]
    Garbled {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Where Vipps MobilePay is can't be read.
    #[error("baseUrl is no address: {0}")]
    NoAddress(String),
    /// Nobody could call it there.
    #[error("publicUrl must be an address like https://hub.example.com, not {0}")]
    NotPublic(String),
    /// Where the database is can't be read.
    #[error("database is no address such as postgres://kvitt@db.example/kvitt")]
    NoServer,
    /// Keys and PINs would travel in the clear.
    #[error("listening on {0} beyond this machine takes `tls`, or a proxy that speaks TLS and `behindProxy`")]
    InTheClear(SocketAddr),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).expect("a file");
        Settings::read(&path)
    }

    #[test]
    fn nothing_travels_in_the_clear() {
        assert!(matches!(read(r#"{"listen":"0.0.0.0:7660"}"#), Err(SettingsError::InTheClear(_))));
        assert!(read(r#"{"listen":"0.0.0.0:7660","behindProxy":true}"#).is_ok());
        assert!(read(r#"{"listen":"127.0.0.1:7660"}"#).is_ok());
        let tls = r#"{"listen":"0.0.0.0:7660","tls":{"certificate":"a.pem","key":"b.pem"}}"#;
        assert!(read(tls).is_ok());
    }

    #[test]
    fn what_is_not_known_is_refused_and_nothing_is_needed() {
        assert!(matches!(read(r#"{"refund":{}}"#), Err(SettingsError::Garbled { .. })));
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::read(&folder.path().join(FILE)).expect("the defaults");
        assert_eq!(settings.listen.to_string(), LISTEN);
        assert_eq!(settings.limits(), Limits::default());
    }

    #[test]
    fn a_password_comes_from_its_file_and_is_never_printed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        std::fs::write(&file, "s3cret & more\n").expect("a file");
        let text = serde_json::json!({
            "database": "postgres://kvitt@db.example/kvitt?sslmode=verify-full",
            "databasePasswordFile": file,
        });
        let settings = read(&text.to_string()).expect("they are good");
        let address = settings.database().expect("it is one").expect("it is a server");
        assert_eq!(
            address.reveal(),
            "postgres://kvitt@db.example/kvitt?sslmode=verify-full&password=s3cret+%26+more"
        );
        let in_it =
            read(r#"{"database":"postgres://kvitt:s3cret@db.example/kvitt"}"#).expect("they are good");
        assert!(!format!("{in_it:?}").contains("s3cret"));
        assert!(in_it.database().expect("it is one").is_some());
        let wrong = read(r#"{"database":"mysql://kvitt:s3cret@db.example/kvitt"}"#).expect("it is text");
        let refused = wrong.database().expect_err("it is no PostgreSQL");
        assert!(!format!("{refused:?} {refused}").contains("s3cret"));
        assert!(read("{}").expect("the defaults").database().expect("a file").is_none());
    }
}
