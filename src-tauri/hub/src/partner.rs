//! The keys of the partner, for stores that have none of their own here (contract 5.3 A, 5.4).

use std::io;
use std::path::{Path, PathBuf};

use contract::Code;
use vipps::{Keys, KeysError};

use crate::refusal::Failure;
use crate::sealing::Seal;

/// Where the partner's keys are.
#[derive(Clone, Debug)]
pub enum Partner {
    /// There are none.
    None,
    /// Here.
    Known(Keys),
    /// In a file, sealed. It may come, or change, while the hub runs.
    InFile {
        /// What unseals it.
        seal: Seal,
        /// The file.
        path: PathBuf,
    },
}

impl Partner {
    /// Keeps keys in the file `path`, sealed.
    ///
    /// # Errors
    /// When they are none, or the file can't be written.
    pub fn keep(seal: &Seal, path: &Path, keys: &[String; 3]) -> io::Result<()> {
        parsed(keys).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        seal.keep(path, &serde_json::to_string(keys)?)
    }

    /// The keys, as they are now.
    pub(crate) fn keys(&self) -> Result<Option<Keys>, Failure> {
        match self {
            Partner::None => Ok(None),
            Partner::Known(keys) => Ok(Some(keys.clone())),
            Partner::InFile { seal, path } => {
                let not_set_up =
                    |error: &dyn std::error::Error| Failure::refused(Code::HubNotSetUp, error.to_string());
                let Some(text) = seal.kept(path).map_err(|error| not_set_up(&error))? else {
                    return Ok(None);
                };
                let keys: [String; 3] = serde_json::from_str(&text).map_err(|error| not_set_up(&error))?;
                parsed(&keys).map(Some).map_err(|error| not_set_up(&error))
            }
        }
    }
}

fn parsed([client_id, client_secret, subscription_key]: &[String; 3]) -> Result<Keys, KeysError> {
    Keys::new(client_id.as_str(), client_secret.as_str(), subscription_key.as_str())
}
