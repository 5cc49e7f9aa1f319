//! What belongs to a customer and is never printed.

use std::fmt;

/// A text about a customer: a number, a name, the content of a code. Prints as `…`, however it is printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Personal(String);

impl Personal {
    /// Wraps `text`, of any length.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_prints() {
        let number = Personal::from("4791234567");
        assert_eq!(format!("{number:?} {:#?}", Some(&number)), "… Some(\n    …,\n)");
        assert_eq!(number.expose(), "4791234567");
    }
}
