//! Where a POS wants to be called, and what it is told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Change, Origin, OriginError};

/// Where a POS wants to be called: `https://host/path`, or `http` on this machine alone. At most
/// [`WebhookUrl::BYTES_MAX`] bytes of visible ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// The most bytes of one.
    pub const BYTES_MAX: usize = 500;

    /// As it was set.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookUrl {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<WebhookUrl, OriginError> {
        let after_scheme = text.find("://").map_or(0, |at| at + 3);
        let path_at = text[after_scheme..].find('/').map_or(text.len(), |at| after_scheme + at);
        let (origin, path) = text.split_at(path_at);
        origin.parse::<Origin>()?;
        let good = text.len() <= Self::BYTES_MAX && path.bytes().all(|byte| byte.is_ascii_graphic());
        if good && !path.contains('#') {
            Ok(WebhookUrl(text.to_owned()))
        } else {
            Err(OriginError::NotAnOrigin)
        }
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = String;

    fn try_from(text: String) -> Result<WebhookUrl, String> {
        let why = "a webhook is called at https://host/path in small letters, or at http on this machine";
        text.parse().map_err(|_| format!("{why}; it was {text:?}"))
    }
}

impl From<WebhookUrl> for String {
    fn from(url: WebhookUrl) -> String {
        url.0
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a webhook is told, as the Standard Webhooks specification wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookEvent {
    /// `payment.changed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it is told, RFC 3339 in UTC.
    pub timestamp: String,
    /// The payment, whole, as it is now.
    pub data: Change,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_called_safely_or_on_this_machine() {
        let parse = |text: &str| text.parse::<WebhookUrl>().map(|url| url.to_string());
        for good in [
            "https://pos.example/kvitt?till=3",
            "https://pos.example:8443/",
            "https://pos.example",
            "http://127.0.0.1:9000/hook",
            "http://[::1]:9000/hook",
        ] {
            assert_eq!(parse(good), Ok(good.to_owned()));
        }
        assert_eq!(parse("http://pos.example/kvitt"), Err(OriginError::NotSafe));
        let long = format!("https://pos.example/{}", "a".repeat(500));
        for wrong in [
            "",
            "pos.example",
            "ftp://pos.example/",
            "https:///x",
            "https://me:you@pos.example/",
            "https://pos.example/a b",
            "https://pos.example/#x",
            "https://Pos.example/",
            &long,
        ] {
            assert_eq!(parse(wrong), Err(OriginError::NotAnOrigin), "{wrong}");
        }
    }
}
