//! Why a hub does not do what it is asked.

use std::error::Error;

use contract::Code;
use till::Refused;

/// Why a hub does not do what it is asked.
#[derive(Debug)]
pub enum Failure {
    /// It will not: the code and the words are for whoever asked.
    Refused(Refused),
    /// It can't at the moment: the words are for whoever runs the hub.
    Internal {
        /// What could not be done.
        what: &'static str,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl Failure {
    pub(crate) fn refused(code: Code, detail: impl Into<String>) -> Failure {
        Failure::Refused(Refused::new(code, detail))
    }

    pub(crate) fn internal(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Failure {
        Failure::Internal { what, source: source.into() }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::internal("the database could not do it", error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::Refused(refused)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused(refused) => f.write_str(&refused.detail),
            Failure::Internal { what, source } => write!(f, "{what}: {source}"),
        }
    }
}

impl Error for Failure {}
