//! Where references and keys come from that nobody can guess.

use std::fmt;
use std::sync::Arc;

/// A source of random bytes. Clones draw from the same source.
#[derive(Clone)]
pub struct Randomness(Arc<Source>);

/// Fills the bytes that it is given, or says why it can't.
type Source = dyn Fn(&mut [u8]) -> Result<(), String> + Send + Sync;

/// Letters and digits that nobody mistakes for one another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Randomness {
    /// The operating system's: what every till that takes money must have.
    pub fn of_the_system() -> Randomness {
        Randomness::from(|bytes: &mut [u8]| getrandom::fill(bytes).map_err(|error| error.to_string()))
    }

    /// Another one, so that a run can be repeated exactly.
    pub fn from(source: impl Fn(&mut [u8]) -> Result<(), String> + Send + Sync + 'static) -> Randomness {
        Randomness(Arc::new(source))
    }

    /// `chars` letters and digits.
    ///
    /// # Errors
    /// What the source said.
    pub(crate) fn text(&self, chars: usize) -> Result<String, String> {
        let mut bytes = vec![0_u8; chars];
        (self.0)(&mut bytes)?;
        Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_letter_is_as_likely_as_the_others() {
        let each_byte_once = |bytes: &mut [u8]| {
            bytes.iter_mut().zip(0..=u8::MAX).for_each(|(byte, next)| *byte = next);
            Ok(())
        };
        let text = Randomness::from(each_byte_once).text(256).expect("it says something");
        let mut counts = BTreeMap::new();
        for letter in text.chars() {
            *counts.entry(letter).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), LETTERS.len());
        assert!(counts.values().all(|count| *count == 8), "{counts:?}");
    }
}
