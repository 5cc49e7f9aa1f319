//! Keys and access tokens (contract 1.1 and 5.4).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{TOKEN_LIFE_MS, World};

/// Tokens alive at the same time at most; the oldest gives way.
const TOKENS_MAX: usize = 10_000;

/// The tokens that have been given out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tokens(HashMap<String, Token>);

#[derive(Debug, Serialize, Deserialize)]
struct Token {
    bearer: Bearer,
    expires_at: i64,
}

/// Whose keys or token it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Bearer {
    /// Of the sales unit with this MSN.
    SalesUnit(String),
    /// A partner, who names a sales unit with every call.
    Partner,
}

impl World {
    /// Whose keys these are, if they belong together.
    pub(crate) fn keys_of(&self, client_id: &str, client_secret: &str) -> Option<Bearer> {
        let partner = &self.rules.partner;
        if partner.client_id == client_id && partner.client_secret == client_secret {
            return Some(Bearer::Partner);
        }
        let fits = self.rules.sales_units.iter();
        let mut fits = fits.filter(|unit| unit.client_id == client_id && unit.client_secret == client_secret);
        fits.next().map(|unit| Bearer::SalesUnit(unit.msn.clone()))
    }

    /// Whose subscription key it is.
    pub(crate) fn subscriber(&self, subscription_key: &str) -> Option<Bearer> {
        if self.rules.partner.subscription_key == subscription_key {
            return Some(Bearer::Partner);
        }
        let unit = self.rules.sales_units.iter().find(|unit| unit.subscription_key == subscription_key)?;
        Some(Bearer::SalesUnit(unit.msn.clone()))
    }

    /// A new access token; older ones stay valid (contract 1.1).
    pub(crate) fn issue_token(&mut self, bearer: Bearer, now: i64) -> String {
        let tokens = &mut self.tokens.0;
        tokens.retain(|_, token| token.expires_at > now);
        if tokens.len() >= TOKENS_MAX {
            let oldest = tokens.iter().min_by_key(|(_, token)| token.expires_at).map(|(key, _)| key.clone());
            oldest.map(|key| tokens.remove(&key));
        }
        let expires_at = now + TOKEN_LIFE_MS;
        let mut claims = serde_json::json!({
            "iss": "https://sts.windows.net/simulator/", "aud": "00000002-0000-0000-c000-000000000000",
            "nbf": now / 1000, "iat": now / 1000, "exp": expires_at / 1000,
        });
        if let Bearer::SalesUnit(msn) = &bearer {
            claims["msn"] = msn.clone().into();
        }
        let token = self.dice.jwt(&claims);
        self.tokens.0.insert(token.clone(), Token { bearer, expires_at });
        token
    }

    /// Whose token it is, while it is alive.
    pub(crate) fn bearer(&self, token: &str, now: i64) -> Option<&Bearer> {
        self.tokens.0.get(token).filter(|token| token.expires_at > now).map(|token| &token.bearer)
    }
}
