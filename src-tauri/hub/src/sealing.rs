//! Keys of stores at rest: sealed with a key that is not in the database.
//!
//! XChaCha20-Poly1305 with a random nonce. What the text belongs to is sealed with it, so that whoever can write to the
//! database can't give one store's keys to another.

use std::fmt;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

/// How many random bytes the key has.
const KEY_BYTES: usize = 32;
/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;
/// How many random bytes are before each sealed text.
const NONCE_BYTES: usize = 24;

/// What seals and unseals. It never prints itself.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// With the key in the file `path`; a new one is made if there is no such file.
    ///
    /// # Errors
    /// When it can't be read or made, or is no key.
    pub fn from_file_or_new(path: &Path) -> io::Result<Seal> {
        let text = if let Some(text) = private_file::read(path, FILE_BYTES_MAX)? {
            text
        } else {
            let mut bytes = [0_u8; KEY_BYTES];
            getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
            let text = format!("{}\n", STANDARD_NO_PAD.encode(bytes));
            private_file::create(path, text.as_bytes())?;
            text
        };
        let bytes = STANDARD_NO_PAD.decode(text.trim()).unwrap_or_default();
        let key: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| {
            let why = format!("{} does not hold the key of a hub", path.display());
            io::Error::new(io::ErrorKind::InvalidData, why)
        })?;
        Ok(Seal(XChaCha20Poly1305::new(&Key::from(key))))
    }

    /// Keeps `text` in the file `path`, sealed.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn keep(&self, path: &Path, text: &str) -> io::Result<()> {
        let sealed = self.seal(&name_of(path), text);
        let sealed = sealed.ok_or_else(|| io::Error::other("the system gives no randomness"))?;
        private_file::replace(path, sealed.as_bytes())
    }

    /// What was kept in the file `path`; `None` if there is no such file.
    ///
    /// # Errors
    /// When it can't be read, or was sealed with another key.
    pub fn kept(&self, path: &Path) -> io::Result<Option<String>> {
        let Some(sealed) = private_file::read(path, FILE_BYTES_MAX)? else { return Ok(None) };
        let text = self.unseal(&name_of(path), sealed.trim());
        let why = || format!("{} was sealed with another hub key", path.display());
        text.map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, why()))
    }

    /// Seals `text`, which belongs to `owner`. `None` when the system gives no randomness.
    pub(crate) fn seal(&self, owner: &str, text: &str) -> Option<String> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: text.as_bytes(), aad: owner.as_bytes() };
        let rest = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(STANDARD_NO_PAD.encode([&nonce[..], &rest].concat()))
    }

    /// What was sealed for `owner`; `None` when it was not, or with another key.
    pub(crate) fn unseal(&self, owner: &str, sealed: &str) -> Option<String> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: rest, aad: owner.as_bytes() };
        let text = self.0.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(folder: &Path) -> Seal {
        Seal::from_file_or_new(&folder.join("hub-key")).expect("a key")
    }

    #[test]
    fn only_its_owner_gets_it_back_and_only_with_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let sealed = seal(folder.path()).seal("oslo", "secret").expect("it seals");
        assert!(!sealed.contains("secret"));
        let again = seal(folder.path());
        assert_eq!(again.unseal("oslo", &sealed).as_deref(), Some("secret"));
        assert_eq!(again.unseal("bergen", &sealed), None);
        let other = tempfile::tempdir().expect("a folder");
        assert_eq!(seal(other.path()).unseal("oslo", &sealed), None);
        assert_ne!(again.seal("oslo", "secret"), again.seal("oslo", "secret"), "no nonce comes twice");
    }

    #[test]
    fn what_has_been_tampered_with_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let seal = seal(folder.path());
        let sealed = seal.seal("oslo", "secret").expect("it seals");
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).expect("it is ASCII");
            if text != sealed {
                assert_eq!(seal.unseal("oslo", &text), None, "{at}");
            }
        }
        assert_eq!(seal.unseal("oslo", ""), None);
    }
}
