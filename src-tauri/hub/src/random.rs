//! Names and keys that nobody can guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::refusal::Failure;

/// Letters and digits that nobody mistakes for one another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many random bytes a key has.
const KEY_BYTES: usize = 32;

/// `chars` letters and digits.
pub(crate) fn text(chars: usize) -> Result<String, Failure> {
    let mut bytes = vec![0_u8; chars];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::internal("the system gives no randomness", error))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// A key of 256 bits, as text.
pub(crate) fn key() -> Result<String, Failure> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::internal("the system gives no randomness", error))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Any number.
pub(crate) fn number() -> Result<u32, Failure> {
    getrandom::u32().map_err(|error| Failure::internal("the system gives no randomness", error))
}

/// What is kept of a key or a code in its place: whoever has it has neither. They have enough bits of their own to need
/// no salt.
pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}
