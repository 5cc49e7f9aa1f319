//! QR codes that stay: on a poster, on a counter (contract 3.2 and 3.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::World;
use super::payment::Key;
use super::people::{Customer, may_pay};
use super::webhooks::{CHECKED_IN, Told};
use crate::time::rfc3339;

/// Codes kept at most; more are refused.
const CODES_MAX: usize = 10_000;

/// The codes of all merchants. A key is a sales unit and the merchant's name for the code.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Codes {
    #[serde(with = "super::state::pairs")]
    redirects: BTreeMap<Key, Redirect>,
    #[serde(with = "super::state::pairs")]
    callbacks: BTreeMap<Key, Callback>,
}

/// Leads to a page of the merchant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Redirect {
    pub(crate) url: String,
    /// What the code says; never the same twice, so that a deleted code stays dead.
    pub(crate) content: String,
    /// `None` is for ever.
    pub(crate) expires_at: Option<i64>,
}

/// Tells the merchant who stands before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Callback {
    pub(crate) location: String,
    pub(crate) content: String,
}

/// Why there is no new code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCodeMade {
    /// The name is in use.
    Taken,
    /// More than are kept.
    TooMany,
}

/// What a code that stays does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// Opens a page of the merchant.
    Page(String),
    /// Announces the customer.
    CheckIn { key: Key, location: String },
}

impl World {
    /// A new code that leads to a page.
    pub(crate) fn add_redirect(
        &mut self,
        key: Key,
        url: &str,
        life_s: Option<i64>,
        now: i64,
    ) -> Result<Redirect, NoCodeMade> {
        self.codes.redirects.retain(|_, code| code.expires_at.is_none_or(|at| at > now));
        if self.codes.redirects.contains_key(&key) {
            return Err(NoCodeMade::Taken);
        }
        if self.codes.redirects.len() >= CODES_MAX {
            return Err(NoCodeMade::TooMany);
        }
        let content = self.lasting_content();
        let expires_at = life_s.map(|seconds| now + seconds * 1_000);
        let code = Redirect { url: url.into(), content, expires_at };
        self.codes.redirects.insert(key, code.clone());
        Ok(code)
    }

    /// The codes of that sales unit that are alive.
    pub(crate) fn redirects(&self, msn: &str, now: i64) -> Vec<(Key, Redirect)> {
        let theirs = self.codes.redirects.iter().filter(|(key, _)| key.msn == msn);
        let alive = theirs.filter(|(_, code)| code.expires_at.is_none_or(|at| at > now));
        alive.map(|(key, code)| (key.clone(), code.clone())).collect()
    }

    pub(crate) fn redirect_code(&self, key: &Key, now: i64) -> Option<&Redirect> {
        self.codes.redirects.get(key).filter(|code| code.expires_at.is_none_or(|at| at > now))
    }

    /// Lets a code lead elsewhere; the picture stays as it is.
    pub(crate) fn move_redirect(&mut self, key: &Key, url: &str, now: i64) -> Option<Redirect> {
        let code =
            self.codes.redirects.get_mut(key).filter(|code| code.expires_at.is_none_or(|at| at > now))?;
        url.clone_into(&mut code.url);
        Some(code.clone())
    }

    /// Says whether it was there.
    pub(crate) fn remove_redirect(&mut self, key: &Key) -> bool {
        self.codes.redirects.remove(key).is_some()
    }

    /// Makes a code for a counter, or says anew where it stands.
    pub(crate) fn put_callback(&mut self, key: Key, location: &str) -> Result<(), NoCodeMade> {
        if let Some(code) = self.codes.callbacks.get_mut(&key) {
            location.clone_into(&mut code.location);
            return Ok(());
        }
        if self.codes.callbacks.len() >= CODES_MAX {
            return Err(NoCodeMade::TooMany);
        }
        let code = Callback { location: location.into(), content: self.lasting_content() };
        self.codes.callbacks.insert(key, code);
        Ok(())
    }

    /// Takes over a code that MobilePay has printed; a beacon belongs to one sales unit.
    pub(crate) fn put_beacon(&mut self, key: Key, location: &str) -> Result<(), NoCodeMade> {
        let taken = self.codes.callbacks.keys();
        let mut taken = taken.filter(|other| other.reference == key.reference && other.msn != key.msn);
        if taken.next().is_some() { Err(NoCodeMade::Taken) } else { self.put_callback(key, location) }
    }

    pub(crate) fn callbacks(&self, msn: &str) -> Vec<(Key, Callback)> {
        let theirs = self.codes.callbacks.iter().filter(|(key, _)| key.msn == msn);
        theirs.map(|(key, code)| (key.clone(), code.clone())).collect()
    }

    pub(crate) fn callback_code(&self, key: &Key) -> Option<&Callback> {
        self.codes.callbacks.get(key)
    }

    /// Says whether it was there.
    pub(crate) fn remove_callback(&mut self, key: &Key) -> bool {
        self.codes.callbacks.remove(key).is_some()
    }

    /// What a code that stays does to whoever scans it.
    pub(crate) fn lasting_code(&self, content: &str, now: i64) -> Option<Scanned> {
        let redirect = self.codes.redirects.values().find(|code| code.content == content);
        if let Some(code) = redirect.filter(|code| code.expires_at.is_none_or(|at| at > now)) {
            return Some(Scanned::Page(code.url.clone()));
        }
        let (key, code) = self.codes.callbacks.iter().find(|(_, code)| code.content == content)?;
        Some(Scanned::CheckIn { key: key.clone(), location: code.location.clone() })
    }

    /// A customer scans the code on a counter. The merchant is told by webhook and may then ask for a payment.
    ///
    /// Gives the token that the merchant gets. Where nobody has registered, the customer reads "can't connect to
    /// store" (trap 60).
    pub(crate) fn check_in(
        &mut self,
        qr_id: &str,
        msn: Option<&str>,
        msisdn: &str,
        now: i64,
    ) -> Result<String, super::ActRefused> {
        let mut keys = self.codes.callbacks.keys();
        let fits = |key: &&Key| key.reference == qr_id && msn.is_none_or(|msn| key.msn == msn);
        let key = keys.find(fits).cloned().ok_or(super::ActRefused::Unknown)?;
        let token = self.customer_token(msisdn, now);
        let body = json!({
            "customerToken": token,
            "merchantQrId": key.reference,
            "msn": key.msn,
            "initiatedAt": rfc3339(now),
        });
        let known = self.who(&Customer::Number(msisdn.into()), now).is_some() && may_pay(msisdn, None);
        let told = Told { event: CHECKED_IN, msn: &key.msn, about: &key.reference, body: &body };
        let heard = known && self.webhooks.tell(&told, &self.rules.partner.msns, now);
        if heard { Ok(token) } else { Err(super::ActRefused::NotNow("can't connect to store")) }
    }

    fn lasting_content(&mut self) -> String {
        let code = self.dice.code(8);
        format!("{}/c/{code}", self.rules.origin)
    }
}
