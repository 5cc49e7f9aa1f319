//! What calls are signed with, and how: Standard Webhooks, version 1.

use std::fmt;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How many random bytes a secret has.
const RANDOM_BYTES: usize = 32;
/// What a secret begins with when it is written.
const PREFIX: &str = "whsec_";
/// The most bytes that are read of its file.
const FILE_BYTES_MAX: u64 = 200;

/// What calls are signed with: 32 random bytes, written as `whsec_` and base64. It never prints itself.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The secret in the file `path`. If there is no such file, a new one is made and written there, readable by the
    /// file's owner alone.
    ///
    /// # Errors
    /// When the file can't be read or made, or holds anything but a secret.
    pub fn from_file_or_new(path: &Path) -> Result<Secret, SecretError> {
        match Secret::from_file(path) {
            Err(SecretError::Missing) => {
                let secret = Secret::random()?;
                private_file::create(path, secret.line().as_bytes()).map_err(SecretError::Unwritable)?;
                Ok(secret)
            }
            found => found,
        }
    }

    /// The secret in the file `path`, which must be there.
    ///
    /// # Errors
    /// When it is not, can't be read, or holds anything but a secret.
    pub fn from_file(path: &Path) -> Result<Secret, SecretError> {
        let text = private_file::read(path, FILE_BYTES_MAX).map_err(SecretError::Unreadable)?;
        Secret::parse(text.ok_or(SecretError::Missing)?.trim()).ok_or(SecretError::Garbled)
    }

    /// A new secret in the file `path`, in place of what is there. At no moment is there half of one.
    ///
    /// # Errors
    /// When the file can't be written; the old secret is still there then.
    pub fn renewed(path: &Path) -> Result<Secret, SecretError> {
        let secret = Secret::random()?;
        private_file::replace(path, secret.line().as_bytes()).map_err(SecretError::Unwritable)?;
        Ok(secret)
    }

    /// As a POS is given it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The signature of a call: `v1,` and the base64 of an HMAC-SHA256 over `id.unix_seconds.body`.
    #[expect(clippy::missing_panics_doc, reason = "an HMAC takes a key of any length")]
    pub fn sign(&self, id: &str, unix_seconds: i64, body: &[u8]) -> String {
        #[expect(clippy::expect_used, reason = "an HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length will do");
        mac.update(format!("{id}.{unix_seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    fn parse(text: &str) -> Option<Secret> {
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (bytes.len() == RANDOM_BYTES).then_some(Secret(bytes))
    }

    fn random() -> Result<Secret, SecretError> {
        let mut bytes = vec![0_u8; RANDOM_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SecretError::NoRandomness)?;
        Ok(Secret(bytes))
    }

    /// As it stands in its file.
    fn line(&self) -> String {
        format!("{}\n", self.reveal())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is no such file.
    #[error("there is no webhook secret")]
    Missing,
    /// It can't be read.
    #[error("the webhook secret can't be read")]
    Unreadable(#[source] io::Error),
    /// It can't be written.
    #[error("the webhook secret can't be written")]
    Unwritable(#[source] io::Error),
    /// It is something else.
    #[error("the file holds no webhook secret (whsec_ and 44 characters)")]
    Garbled,
    /// The system gives none.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's `hmac`.
    #[test]
    fn a_call_is_signed_as_the_specification_says() {
        let secret = Secret((0..32).collect());
        assert_eq!(secret.reveal(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let signature = secret.sign("msg_1", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,GWvjEzx3AphU7wha3hNZPXJnymF9Fg+ZdvPQqWPOjZ0=");
    }

    #[test]
    fn a_secret_is_made_once_kept_from_others_and_renewed_whole() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("webhook-secret");
        assert!(matches!(Secret::from_file(&path), Err(SecretError::Missing)));
        let made = Secret::from_file_or_new(&path).expect("it is made").reveal();
        assert_eq!(Secret::from_file_or_new(&path).expect("it is there").reveal(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let bits = std::fs::metadata(&path).expect("it is there").permissions().mode();
            assert_eq!(bits & 0o777, 0o600);
        }
        let renewed = Secret::renewed(&path).expect("it is renewed").reveal();
        assert_ne!(renewed, made);
        assert_eq!(Secret::from_file(&path).expect("it is there").reveal(), renewed);
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("webhook-secret");
        for wrong in ["", "whsec_", "whsec_AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "\u{e6}"] {
            std::fs::write(&path, wrong).expect("there is room");
            assert!(matches!(Secret::from_file_or_new(&path), Err(SecretError::Garbled)), "{wrong}");
        }
    }
}
