//! The keys of a sales unit: in the keyring of the operating system, or, where there is none, in a file that
//! only its owner can read. A till may hold the merchant's own sales-unit keys and nothing more (contract 5.4).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vipps::{Keys, KeysError};

/// The name of the file that stands in for a keyring.
pub const FILE: &str = "keys.json";
/// Under what name the keyring keeps them.
const SERVICE: &str = "no.kvitt.display";

/// Where keys are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The keyring of the operating system.
    Keyring,
    /// A file that only its owner can read, because there is no keyring.
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Keyring => write!(f, "the keyring of the operating system"),
            Place::File(path) => {
                write!(
                    f,
                    "the file {}, readable by its owner alone, because there is no keyring",
                    path.display()
                )
            }
        }
    }
}

/// The keys as they are written down.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoredKeys {
    client_id: String,
    client_secret: String,
    subscription_key: String,
}

impl fmt::Debug for StoredKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredKeys(..)")
    }
}

impl StoredKeys {
    /// Keys as a person gave them.
    pub fn new(
        client_id: &str,
        client_secret: &str,
        subscription_key: &str,
    ) -> Result<StoredKeys, KeysError> {
        let trimmed = |text: &str| text.trim().to_owned();
        Keys::new(client_id, client_secret, subscription_key)?;
        Ok(StoredKeys {
            client_id: trimmed(client_id),
            client_secret: trimmed(client_secret),
            subscription_key: trimmed(subscription_key),
        })
    }

    /// Keys for the client.
    pub fn keys(&self) -> Result<Keys, KeysError> {
        Keys::new(self.client_id.as_str(), self.client_secret.as_str(), self.subscription_key.as_str())
    }
}

/// Where the keys of all sales units of this till are.
#[derive(Clone, Debug)]
pub struct KeyStore {
    file: PathBuf,
    keyring: bool,
}

impl KeyStore {
    /// The keyring, and the file in the settings folder `folder` that stands in for it.
    pub fn new(folder: &Path) -> KeyStore {
        KeyStore { file: folder.join(FILE), keyring: true }
    }

    /// The file alone.
    #[must_use]
    pub fn without_keyring(mut self) -> KeyStore {
        self.keyring = false;
        self
    }

    /// The keys kept under `name`, and where they were found.
    pub fn find(&self, name: &str) -> Result<(StoredKeys, Place), KeyStoreError> {
        if self.keyring
            && let Ok(text) = in_keyring(name, keyring::Entry::get_password)
        {
            let keys = serde_json::from_str(&text).map_err(|_| KeyStoreError::Garbled(Place::Keyring))?;
            return Ok((keys, Place::Keyring));
        }
        let place = Place::File(self.file.clone());
        let keys = self.read_file()?.remove(name);
        keys.map(|keys| (keys, place)).ok_or_else(|| KeyStoreError::None { name: name.to_owned() })
    }

    /// Keeps `keys` under `name`: in the keyring if there is one, else in the file. Says where.
    pub fn keep(&self, name: &str, keys: &StoredKeys) -> Result<Place, KeyStoreError> {
        let text = serde_json::to_string(keys).unwrap_or_default();
        if self.keyring && in_keyring(name, |entry| entry.set_password(&text)).is_ok() {
            return Ok(Place::Keyring);
        }
        let mut all = self.read_file()?;
        all.insert(name.to_owned(), keys.clone());
        self.write_file(&all)?;
        Ok(Place::File(self.file.clone()))
    }

    /// Forgets the keys kept under `name`, wherever they are.
    pub fn forget(&self, name: &str) -> Result<(), KeyStoreError> {
        if self.keyring {
            // There may be no keyring, or nothing in it.
            let _ = in_keyring(name, keyring::Entry::delete_credential);
        }
        let mut all = self.read_file()?;
        if all.remove(name).is_some() { self.write_file(&all) } else { Ok(()) }
    }

    fn read_file(&self) -> Result<BTreeMap<String, StoredKeys>, KeyStoreError> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|_| KeyStoreError::Garbled(Place::File(self.file.clone()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn write_file(&self, all: &BTreeMap<String, StoredKeys>) -> Result<(), KeyStoreError> {
        let write = || {
            if let Some(folder) = self.file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            private_file::replace(&self.file, serde_json::to_string_pretty(all)?.as_bytes())
        };
        write().map_err(|error| self.failed(error))
    }

    fn failed(&self, source: std::io::Error) -> KeyStoreError {
        KeyStoreError::File { path: self.file.clone(), source }
    }
}

/// On a thread of its own: the keyring's client blocks, and may not be called from within an async runtime.
fn in_keyring<T: Send>(
    name: &str,
    act: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send,
) -> keyring::Result<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| keyring::Entry::new(SERVICE, name).and_then(|entry| act(&entry)));
        thread.join().unwrap_or(Err(keyring::Error::NoDefaultStore))
    })
}

/// Why the keys can't be had. Never says what they are.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// There are none.
    #[error("there are no keys for {name}; store them with: kvitt keys set")]
    None {
        /// Under what name they were looked for.
        name: String,
    },
    /// They can't be understood.
    #[error("the keys in {0} can't be understood; store them again with: kvitt keys set")]
    Garbled(Place),
    /// The file can't be read or written.
    #[error("the key file {} can't be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> StoredKeys {
        StoredKeys::new("client-id", " top-secret-1 \n", "top-secret-2").expect("they are good")
    }

    #[test]
    fn the_file_is_for_its_owner_alone_and_gives_back_what_was_kept() {
        let folder = tempfile::tempdir().expect("there is room");
        let store = KeyStore::new(&folder.path().join("settings")).without_keyring();
        assert!(matches!(store.find("123456@apitest.vipps.no"), Err(KeyStoreError::None { .. })));
        let place = store.keep("123456@apitest.vipps.no", &keys()).expect("it can be written");
        assert_eq!(place, Place::File(store.file.clone()));
        store.keep("123456@api.vipps.no", &keys()).expect("it can be written again");
        let (found, _) = store.find("123456@apitest.vipps.no").expect("it is there");
        assert_eq!(found.client_secret, "top-secret-1");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&store.file).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        store.forget("123456@apitest.vipps.no").expect("it can be written");
        assert!(store.find("123456@apitest.vipps.no").is_err());
        assert!(store.find("123456@api.vipps.no").is_ok());
    }

    #[test]
    fn nothing_prints_a_secret() {
        let folder = tempfile::tempdir().expect("there is room");
        std::fs::write(folder.path().join(FILE), "{\"x\": {\"clientSecret\": \"top-secret-1\"}}")
            .expect("written");
        let garbled =
            KeyStore::new(folder.path()).without_keyring().find("x").expect_err("a field is missing");
        for text in [format!("{:?}", keys()), format!("{garbled} {garbled:?}")] {
            assert!(!text.contains("top-secret"), "{text}");
        }
    }

    #[test]
    fn pasted_keys_with_invisible_characters_are_refused_by_name() {
        let error =
            StoredKeys::new("client-id", "hem\u{2028}melig", "key").expect_err("it is not a header value");
        assert!(!error.to_string().contains("melig"));
    }
}
