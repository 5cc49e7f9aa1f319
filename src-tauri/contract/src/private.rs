//! What is the customer's own and never printed.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

/// A phone number or the text of a customer's own code. It is passed on and never kept; neither its `Debug` nor
/// an error about it says what it is.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Private(String);

impl Private {
    /// Keeps `text` from being printed.
    pub fn new(text: impl Into<String>) -> Private {
        Private(text.into())
    }

    /// The text, for whoever passes it on.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

impl<'de> Deserialize<'de> for Private {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Private, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Takes a text, and says of anything else only what kind it is.
struct Text;

impl Visitor<'_> for Text {
    type Value = Private;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Private, E> {
        Ok(Private::new(text))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Private, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Private, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Private, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_passed_on_and_never_printed() {
        let number: Private = serde_json::from_str("\"+47 912 34 567\"").expect("it is a text");
        assert_eq!(number.reveal(), "+47 912 34 567");
        assert_eq!(format!("{number:?} {number:#?}"), "… …");
        assert_eq!(serde_json::to_string(&number).expect("it is a text"), "\"+47 912 34 567\"");
    }

    #[test]
    fn an_error_does_not_say_what_it_was() {
        for wrong in ["91234567", "-91234567", "91234567.5", "[91234567]", "{\"91234567\":1}"] {
            let why = serde_json::from_str::<Private>(wrong).expect_err(wrong).to_string();
            assert!(why.contains("expected a text in quotes") && !why.contains("9123"), "{why}");
        }
    }
}
