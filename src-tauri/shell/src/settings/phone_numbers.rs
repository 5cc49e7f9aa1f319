//! Whether customers' phone numbers may be kept.

use consents::Rule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of the phone numbers that customers give at the till. They are kept nowhere unless this says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneNumbers {
    /// What a customer may be asked to agree to. If absent, nobody is asked and no number is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
}

/// What a customer may be asked to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Keep {
    /// What the number is kept for, as the customer is told: 3 to 80 characters.
    #[schemars(length(min = 3, max = 80))]
    pub purpose: String,
    /// For how many days: 1 to 1095. Then it is erased by itself. A shorter time counts for what is there already.
    #[schemars(range(min = 1, max = 1095))]
    pub days: u16,
}

impl PhoneNumbers {
    /// What may be kept and for how long, if anything.
    pub fn rule(&self) -> Option<Rule> {
        self.keep.as_ref().and_then(|keep| Rule::new(&keep.purpose, keep.days).ok())
    }

    /// What the types cannot say.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let Some(keep) = &self.keep else { return Ok(()) };
        let wrong = |error: consents::RuleError| {
            let place = match error {
                consents::RuleError::Purpose => "phoneNumbers.keep.purpose",
                consents::RuleError::Days => "phoneNumbers.keep.days",
            };
            (place, error.to_string())
        };
        Rule::new(&keep.purpose, keep.days).map(|_| ()).map_err(wrong)
    }
}
