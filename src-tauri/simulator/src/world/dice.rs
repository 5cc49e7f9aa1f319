//! Where the simulator's random names come from: a seed, so that a run can be repeated exactly.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// SplitMix64. Good enough to make names that do not collide; worthless as a source of secrets.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A version 4 UUID, as in `contextId`.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.roll(), self.roll());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 50),
            low & 0xffff_ffff_ffff,
        )
    }

    /// `length` letters and digits, as in a short link.
    pub(crate) fn code(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(ALPHABET[usize::from(self.byte()) % ALPHABET.len()])).collect()
    }

    /// Something that looks like a JSON Web Token with these claims. Nobody can check its signature.
    pub(crate) fn jwt(&mut self, claims: &serde_json::Value) -> String {
        let signature: Vec<u8> = (0..32).map(|_| self.byte()).collect();
        format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"RS256","kid":"kvitt-simulator"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string()),
            URL_SAFE_NO_PAD.encode(signature),
        )
    }

    /// A webhook's secret: base64 text of 64 bytes, to be used as it is written (contract 4.4).
    pub(crate) fn webhook_secret(&mut self) -> String {
        let bytes: Vec<u8> = (0..64).map(|_| self.byte()).collect();
        STANDARD.encode(bytes)
    }

    /// A seed for the next generator.
    pub(crate) fn next_seed(&mut self) -> u64 {
        self.roll()
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_be_bytes()[0]
    }
}
