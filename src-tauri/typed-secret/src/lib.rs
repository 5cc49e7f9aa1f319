//! What people type to prove who they are: a PIN or a password.
//!
//! Only a salted, slow hash of it is kept. What is short enough to be typed is found by whoever may try often, so what keeps
//! guesses away is the wait after wrong ones, which grows. Where hashes and tries are kept, and who waits, is for others to
//! know.

use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// So many wrong ones in a row are slips of a finger.
pub const FREE_TRIES: u32 = 3;
/// The wait after as many; it doubles with each more.
pub const FIRST_WAIT: Duration = Duration::from_secs(30);
/// And grows no longer than this.
pub const WAIT_MAX: Duration = Duration::from_hours(1);

/// How many random bytes the salt has.
const SALT_BYTES: usize = 16;

/// What is kept of `typed` in its place: an Argon2id hash with a salt of its own. It takes some 20 MiB and a few dozen
/// milliseconds on purpose, so it is no work for a thread that others wait for.
///
/// # Errors
/// When the system gives no randomness.
pub fn hash_of(typed: &str) -> Result<String, HashError> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| HashError::NoRandomness)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| HashError::NoRandomness)?;
    let hash = Argon2::default().hash_password(typed.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| HashError::TooLong)
}

/// Whether `hash` is one of [`hash_of`], and of `typed`; blanks around that don't count. As slow as making one.
pub fn is_hash_of(hash: &str, typed: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| Argon2::default().verify_password(typed.trim().as_bytes(), &hash).is_ok())
}

/// Whether `text` is a hash at all, of whatever.
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok()
}

/// How long nobody may try after so many wrong ones in a row; not at all after the first few.
pub fn wait_after(wrong: u32) -> Option<Duration> {
    let more = wrong.checked_sub(FREE_TRIES)?;
    Some(FIRST_WAIT.saturating_mul(2_u32.saturating_pow(more)).min(WAIT_MAX))
}

/// Why something can't be hashed. Never says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The system gives no randomness.
    #[error("the system gives no randomness; try again")]
    NoRandomness,
    /// It is longer than 4 GiB.
    #[error("it is too long")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_slow_salted_and_of_one_secret_alone() {
        let (one, two) = (hash_of("738251").expect("it can be"), hash_of("738251").expect("it can be"));
        assert!(one.starts_with("$argon2id$") && !one.contains("738251"), "{one}");
        assert_ne!(one, two, "each has a salt of its own");
        assert!(is_hash_of(&one, "738251") && is_hash_of(&two, " 738251\n"));
        for wrong in ["738252", "73825", "7382511", "", &one] {
            assert!(!is_hash_of(&one, wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_hash_is_a_hash_of_nothing() {
        for text in ["", "7382", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$"] {
            assert!(!is_hash_of(text, "7382"), "{text}");
        }
        assert!(!is_hash("7382"));
        assert!(is_hash(&hash_of("7382").expect("it can be")));
    }

    #[test]
    fn the_wait_grows_up_to_an_hour() {
        let waits: Vec<Option<u64>> =
            [0, 2, 3, 4, 5, 10, 1_000].map(|wrong| wait_after(wrong).map(|wait| wait.as_secs())).into();
        assert_eq!(waits, [None, None, Some(30), Some(60), Some(120), Some(3_600), Some(3_600)]);
    }
}
