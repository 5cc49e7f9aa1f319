//! Where the register reaches the till, and the till the register.

use std::path::Path;

use contract::{Origin, WebhookUrl};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FILE;

/// The local API for the POS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pos {
    /// The port on 127.0.0.1; 0 takes any free one.
    #[serde(default = "Pos::port")]
    pub port: u16,
    /// Where tills that run in a browser come from, such as `https://till.example`: at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    #[schemars(with = "Vec<String>")]
    pub origins: Vec<Origin>,
    /// Where the POS wants to be called when a payment changes: at most 5 of `https://host/path`, or `http` on this
    /// machine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    #[schemars(with = "Vec<String>")]
    pub webhooks: Vec<WebhookUrl>,
}

impl Pos {
    /// The port unless the settings say otherwise.
    pub const PORT: u16 = 7650;
    /// The most origins of web pages.
    pub const ORIGINS_MAX: usize = 20;
    /// The most addresses that are called.
    pub const WEBHOOKS_MAX: usize = 5;

    /// The port that the settings in `folder` name, even when something else in them is wrong: a POS that asks
    /// there is to hear that the till is not set up.
    pub fn port_in(folder: &Path) -> u16 {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        let settings: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let named = settings["pos"]["port"].as_u64().and_then(|port| u16::try_from(port).ok());
        named.unwrap_or(Self::PORT)
    }

    fn port() -> u16 {
        Self::PORT
    }

    /// What the types cannot say.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.origins.len() > Self::ORIGINS_MAX {
            return Err(("pos.origins", format!("must be {} at most", Self::ORIGINS_MAX)));
        }
        if self.webhooks.len() > Self::WEBHOOKS_MAX {
            return Err(("pos.webhooks", format!("must be {} at most", Self::WEBHOOKS_MAX)));
        }
        Ok(())
    }
}

impl Default for Pos {
    fn default() -> Pos {
        Pos { port: Self::PORT, origins: Vec::new(), webhooks: Vec::new() }
    }
}
