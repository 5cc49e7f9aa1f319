//! To which chain a till belongs, in a file that its owner alone can read.

use std::io;
use std::path::{Path, PathBuf};

use contract::{Callbacks, Join, Private, Store};
use serde::{Deserialize, Serialize};
use till::Refused;

use crate::client::{Client, HubAddress};

/// The name of the file, in the settings folder.
pub const FILE: &str = "chain.json";
/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// To which chain a till belongs, and what it is let in with there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Membership {
    /// Where the hub is.
    pub hub: HubAddress,
    /// The till's name there.
    pub till: String,
    /// What it is let in with.
    pub key: Private,
    /// The store that it stands in.
    pub store: Store,
    /// Where Vipps MobilePay may tell of its payments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Callbacks>,
}

impl Membership {
    /// Joins the chain whose hub is at `hub` with a code that it gave out, and keeps that in the settings folder `config`.
    ///
    /// # Errors
    /// When the hub can't be reached or does not let the till in, or when the file can't be written.
    pub async fn join(config: &Path, hub: HubAddress, code: Private) -> Result<Membership, MembershipError> {
        // What can't be kept must not use up the code.
        let path = config.join(FILE);
        std::fs::create_dir_all(config)
            .and_then(|()| private_file::replace(&config.join(TRIAL), b""))
            .map_err(|source| MembershipError::File { path: path.clone(), source })?;
        let _ = std::fs::remove_file(config.join(TRIAL));
        let client = Client::new(&hub, None).map_err(MembershipError::Client)?;
        let join = Join { code, version: env!("CARGO_PKG_VERSION").to_owned() };
        let joined = client.join(&join).await.map_err(MembershipError::Refused)?;
        let contract::Joined { till, key, store, callbacks } = joined;
        let membership = Membership { hub, till, key, store, callbacks };
        let text = serde_json::to_vec_pretty(&membership)
            .map_err(|source| MembershipError::Garbled { path: path.clone(), source })?;
        private_file::replace(&path, &text).map_err(|source| MembershipError::File { path, source })?;
        Ok(membership)
    }

    /// What is in the settings folder `config`; `None` when the till belongs to no chain.
    ///
    /// # Errors
    /// When the file can't be read, or is none of ours.
    pub fn read(config: &Path) -> Result<Option<Membership>, MembershipError> {
        let path = config.join(FILE);
        let text = private_file::read(&path, FILE_BYTES_MAX)
            .map_err(|source| MembershipError::File { path: path.clone(), source })?;
        let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
        parsed.map_err(|source| MembershipError::Garbled { path, source })
    }

    /// Forgets it: the till belongs to no chain from its next start on. Gives whether it belonged to one. The hub is not
    /// asked; there, the till is revoked.
    ///
    /// # Errors
    /// When the file can't be removed.
    pub fn leave(config: &Path) -> Result<bool, MembershipError> {
        let path = config.join(FILE);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(MembershipError::File { path, source }),
        }
    }
}

/// A file that is made to see whether one can be.
const TRIAL: &str = "chain.trial";

/// Why a till can't join, or does not know to which chain it belongs.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// The file can't be used.
    #[error("{} can't be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is none of ours.
    #[error("{} is no membership of a chain; let the till join again: {source}", path.display())]
    Garbled {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// There is nothing to ask with.
    #[error("no HTTP client can be made: {0}")]
    Client(#[source] reqwest::Error),
    /// The hub does not let the till in, or does not answer.
    #[error("{}", .0.detail)]
    Refused(Refused),
}
