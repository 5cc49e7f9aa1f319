//! Something that is not as it was published.

use std::fmt;

/// Something that is not as it was published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// Which operation, as `POST /ecomm/v2/payments`.
    pub operation: String,
    /// Where: `request body /amount`, `request header size`, `answer 402`, `answer 200 body /url`.
    pub place: String,
    /// What is wrong.
    pub complaint: String,
}

impl Finding {
    pub(crate) fn new(operation: &str, place: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self { operation: operation.to_owned(), place: place.into(), complaint: complaint.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.operation, self.place, self.complaint)
    }
}
