//! The customers: who can be asked to pay, and by what names (contract 1.4 and 3.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::payment::{Key, Rail};

/// Last digits of the numbers that can't be asked, whatever the reason behind it would be.
const NUMBERS_REFUSED: [&str; 3] = ["40000001", "40000002", "40000003"];
/// Last digits of the number of somebody who is fifteen years old; all others are forty.
const NUMBER_OF_A_CHILD: &str = "40000004";
/// A token from a callback QR lives 15 minutes (contract 2.4).
const CUSTOMER_TOKEN_LIFE_MS: i64 = 900_000;
/// How long a tokenised personal code can be used. The sources name no time.
const PERSONAL_CODE_LIFE_MS: i64 = 300_000;
/// What was shared can be read for 168 hours (contract 1.7).
const SHARED_FOR_MS: i64 = 168 * 3_600_000;
/// The customer where nobody is named.
pub(crate) const ANYBODY: &str = "4791234567";
/// Names that are alive at the same time, at most; the oldest gives way.
const NAMES_MAX: usize = 10_000;

/// The other names under which customers can be asked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Names(BTreeMap<String, Name>);

#[derive(Debug, Serialize, Deserialize)]
struct Name {
    /// Whose it is: country code and number, digits only.
    msisdn: String,
    given_at: i64,
    expires_at: i64,
}

/// What a merchant knows of the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Customer {
    /// Country code and number, digits only.
    Number(String),
    /// What the customer's own QR code says.
    PersonalCode(String),
    /// From the scan of a callback QR.
    Token(String),
}

/// A customer as found by another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) msisdn: String,
    /// When a tokenised name was given, in Unix milliseconds.
    pub(crate) given_at: Option<i64>,
}

impl World {
    /// A new tokenised personal QR code, as the app shows it.
    pub(crate) fn personal_code(&mut self, msisdn: &str, now: i64) -> String {
        let code = format!("https://qr.vipps.no/p/{}", self.dice.code(24));
        self.names.give(code.clone(), msisdn, now, PERSONAL_CODE_LIFE_MS);
        code
    }

    /// A new token for the customer who has scanned a callback QR.
    pub(crate) fn customer_token(&mut self, msisdn: &str, now: i64) -> String {
        let token = self.dice.code(48);
        self.names.give(token.clone(), msisdn, now, CUSTOMER_TOKEN_LIFE_MS);
        token
    }

    /// Whose it is, as far as it is known and alive.
    pub(crate) fn who(&self, customer: &Customer, now: i64) -> Option<Found> {
        match customer {
            Customer::Number(msisdn) => Some(Found { msisdn: msisdn.clone(), given_at: None }),
            Customer::PersonalCode(code) => self.names.find(code, now).or_else(|| readable(code)),
            Customer::Token(token) => self.names.find(token, now),
        }
    }
}

/// What a customer has agreed to share with one merchant.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    msn: String,
    msisdn: String,
    scope: String,
    since: i64,
}

impl World {
    /// Notes what the customer of a payment shares by approving it, and how the merchant is to call that customer.
    pub(super) fn share(&mut self, key: &Key, now: i64) {
        let Some(payment) = self.payments.get(key) else { return };
        let Some(scope) = payment.particulars().and_then(|particulars| particulars.scope.clone()) else {
            return;
        };
        let msisdn = payment.particulars().and_then(|particulars| particulars.msisdn.clone());
        let msisdn = msisdn.unwrap_or_else(|| ANYBODY.into());
        let sub = sub_of(&key.msn, &msisdn);
        self.shared.insert(sub.clone(), Consent { msn: key.msn.clone(), msisdn, scope, since: now });
        if let Some(Rail::Epayment(particulars)) = self.payments.get_mut(key).map(|payment| &mut payment.rail)
        {
            particulars.sub = Some(sub);
        }
    }

    /// What is known of a customer who has agreed to share it, in the words of Userinfo (contract 1.7).
    pub(crate) fn userinfo(&self, sub: &str, now: i64) -> Option<Value> {
        let shared = self.shared.get(sub)?;
        let expired = now - shared.since > SHARED_FOR_MS;
        let mut info = json!({ "sub": sub, "sid": sub });
        for word in shared.scope.split_whitespace() {
            for (name, value) in claims(word, &shared.msisdn) {
                info[name] = if expired { "[Expired]".into() } else { value };
            }
        }
        Some(info)
    }

    /// The same, if it was shared with this sales unit: each has its own `sub` for a customer.
    pub(crate) fn userinfo_for(&self, msn: &str, sub: &str, now: i64) -> Option<Value> {
        self.shared.get(sub).filter(|shared| shared.msn == msn)?;
        self.userinfo(sub, now)
    }

    /// The same, as ePayment gives it with the payment.
    pub(crate) fn user_details(&self, sub: &str, now: i64) -> Option<Value> {
        let info = self.userinfo(sub, now)?;
        let mut details = json!({});
        for (theirs, ours) in [
            ("email", "email"),
            ("firstName", "given_name"),
            ("lastName", "family_name"),
            ("mobileNumber", "phone_number"),
            ("dateOfBirth", "birthdate"),
        ] {
            if let Some(value) = info.get(ours) {
                details[theirs] = value.clone();
            }
        }
        if let Some(address) = info.get("address") {
            details["addresses"] = json!([address]);
        }
        Some(details)
    }
}

/// One `sub` for each customer and sales unit.
fn sub_of(msn: &str, msisdn: &str) -> String {
    let mixed = msn.bytes().chain(msisdn.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let (high, low) = (mixed, mixed.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 50),
        low & 0xffff_ffff_ffff
    )
}

/// What a word of a scope gives the merchant.
fn claims(word: &str, msisdn: &str) -> Vec<(&'static str, Value)> {
    match word {
        "name" => vec![
            ("name", "Ada Lovelace".into()),
            ("given_name", "Ada".into()),
            ("family_name", "Lovelace".into()),
        ],
        "email" => vec![("email", "user@example.com".into()), ("email_verified", true.into())],
        "phoneNumber" => vec![("phone_number", msisdn.into())],
        "birthDate" => vec![("birthdate", "1985-12-10".into())],
        "address" => vec![(
            "address",
            json!({
                "address_type": "home", "country": "NO", "formatted": "Robert Levins gate 5\n0154\nOslo\nNO",
                "postal_code": "0154", "region": "Oslo", "street_address": "Robert Levins gate 5",
            }),
        )],
        _ => Vec::new(),
    }
}

impl Names {
    fn give(&mut self, name: String, msisdn: &str, now: i64, life_ms: i64) {
        if self.0.len() >= NAMES_MAX {
            self.0.retain(|_, name| name.expires_at > now);
        }
        if self.0.len() >= NAMES_MAX {
            self.0.clear();
        }
        self.0.insert(name, Name { msisdn: msisdn.into(), given_at: now, expires_at: now + life_ms });
    }

    fn find(&self, name: &str, now: i64) -> Option<Found> {
        let name = self.0.get(name).filter(|name| name.expires_at > now)?;
        Some(Found { msisdn: name.msisdn.clone(), given_at: Some(name.given_at) })
    }
}

/// The first kind of personal code, in which the number can be read: `https://qr.vipps.no/28/2/01/031/47XXXXXXXX?v=1`.
fn readable(code: &str) -> Option<Found> {
    let number = code.strip_prefix("https://qr.vipps.no/28/2/01/031/")?.strip_suffix("?v=1")?;
    is_msisdn(number).then(|| Found { msisdn: number.into(), given_at: None })
}

/// Country code and number: digits only, no prefix.
pub(crate) fn is_msisdn(number: &str) -> bool {
    (9..=15).contains(&number.len())
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && !number.starts_with('0')
}

/// Whether that person can be asked to pay a merchant. The reason is never revealed (trap 43).
pub(crate) fn may_pay(msisdn: &str, minimum_age: Option<u32>) -> bool {
    let age = if msisdn.ends_with(NUMBER_OF_A_CHILD) { 15 } else { 40 };
    let refused = NUMBERS_REFUSED.iter().any(|number| msisdn.ends_with(number));
    !refused && minimum_age.is_none_or(|minimum| age >= minimum)
}

/// The eight digits of a Norwegian number that can be asked.
///
/// Vipps tries to repair a number: spaces and the country code may be there (contract 1.2).
pub(crate) fn norwegian(number: &str) -> Option<String> {
    let compact: String = number.chars().filter(|letter| !letter.is_whitespace()).collect();
    let local = match compact.len() {
        8 => compact.as_str(),
        _ => ["+47", "0047", "47"].iter().find_map(|prefix| compact.strip_prefix(prefix)).unwrap_or(&compact),
    };
    let right = local.len() == 8 && local.bytes().all(|digit| digit.is_ascii_digit());
    (right && may_pay(local, None)).then(|| local.to_owned())
}
