//! What people are told about a failure, in their language.
//!
//! The text tables live with the windows that show them, `ui/src/text/*.json`: what the customer may read in `nb.json`, what
//! the cashier is told in `cashier.nb.json`, so that the customer's page does not carry it. The POS API tells the
//! same words, so this module reads the `problems` part of the very same files.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::Code;

/// A language that Kvitt speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Norwegian, bokmål.
    #[default]
    Nb,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::Nb, Language::En];
}

/// What cashier and customer are told about one failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Words {
    /// What happened and what to do next.
    pub cashier: String,
    /// What may be said on a screen that everybody sees.
    pub customer: String,
}

/// What cashier and customer are told about `code` in `language`.
pub fn words(code: Code, language: Language) -> &'static Words {
    // The test below holds that every code has its words in every language.
    TABLES[&language].get(&code).unwrap_or(&SILENCE)
}

static SILENCE: Words = Words { cashier: String::new(), customer: String::new() };

static TABLES: LazyLock<HashMap<Language, HashMap<Code, Words>>> = LazyLock::new(|| {
    let nb =
        [include_str!("../../../ui/src/text/cashier.nb.json"), include_str!("../../../ui/src/text/nb.json")];
    let en =
        [include_str!("../../../ui/src/text/cashier.en.json"), include_str!("../../../ui/src/text/en.json")];
    let read = |language, texts| (language, table(texts).unwrap_or_default());
    HashMap::from([read(Language::Nb, nb), read(Language::En, en)])
});

/// The words in what the cashier and what the customer is told.
fn table([cashier, customer]: [&str; 2]) -> Result<HashMap<Code, Words>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Texts {
        problems: HashMap<Code, String>,
    }
    let mut customers = serde_json::from_str::<Texts>(customer)?.problems;
    let cashiers = serde_json::from_str::<Texts>(cashier)?.problems;
    let both =
        |(code, cashier)| (code, Words { cashier, customer: customers.remove(&code).unwrap_or_default() });
    Ok(cashiers.into_iter().map(both).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words_in_every_language() {
        for language in Language::ALL {
            for code in Code::ALL {
                let words = words(*code, language);
                assert!(!words.cashier.is_empty(), "{language:?} {code:?}: no words for the cashier");
                assert!(!words.customer.is_empty(), "{language:?} {code:?}: no words for the customer");
            }
        }
    }

    #[test]
    fn the_customer_is_never_told_what_belongs_to_the_shop() {
        for language in Language::ALL {
            for code in Code::ALL {
                let said = words(*code, language).customer.to_lowercase();
                for secret in ["msn", "api", "nøkkel", " key", "http", "orderid", "blocked", "sperret"] {
                    assert!(!said.contains(secret), "{language:?} {code:?} says {secret:?}: {said}");
                }
            }
        }
    }
}
