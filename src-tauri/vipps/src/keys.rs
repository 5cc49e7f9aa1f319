//! The keys of a sales unit.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The keys of a sales unit, as the Vipps MobilePay portal shows them (contract 1.0, 1.1).
///
/// They all belong to the same sales unit; the primary and the secondary subscription key are
/// interchangeable. None of them is ever printed, the client id included.
#[derive(Clone)]
pub struct Keys {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: SecretString,
    /// `Ocp-Apim-Subscription-Key`.
    pub subscription_key: SecretString,
}

impl Keys {
    /// The keys without the white space around them.
    ///
    /// Keys that were pasted may carry characters that nobody sees and that break the headers they travel in
    /// (contract 8, trap 13), so anything but visible ASCII is refused here, where it can still be named.
    pub fn new(
        client_id: impl AsRef<str>,
        client_secret: impl Into<SecretString>,
        subscription_key: impl Into<SecretString>,
    ) -> Result<Self, KeysError> {
        Ok(Self {
            client_id: checked(Key::ClientId, client_id.as_ref())?.to_owned(),
            client_secret: checked(Key::ClientSecret, client_secret.into().expose_secret())?.into(),
            subscription_key: checked(Key::SubscriptionKey, subscription_key.into().expose_secret())?.into(),
        })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// Why keys were refused. Names the key, never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is nothing in it.
    #[error("{0} is empty")]
    Empty(Key),
    /// It holds something else than visible ASCII characters.
    #[error(
        "{0} holds a character that does not belong in a key, perhaps an invisible one; type or copy it again"
    )]
    Character(Key),
}

/// One of the keys, by the name that the portal gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `client_id`.
    ClientId,
    /// `client_secret`.
    ClientSecret,
    /// `Ocp-Apim-Subscription-Key`.
    SubscriptionKey,
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Key::ClientId => "client_id",
            Key::ClientSecret => "client_secret",
            Key::SubscriptionKey => "Ocp-Apim-Subscription-Key",
        })
    }
}

fn checked(key: Key, value: &str) -> Result<&str, KeysError> {
    let value = value.trim();
    if value.is_empty() {
        Err(KeysError::Empty(key))
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(KeysError::Character(key))
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrounding_white_space_is_dropped() {
        let keys = Keys::new(" id\n", "\tsecret== ", "key\r\n").unwrap();
        assert_eq!(keys.client_id, "id");
        assert_eq!(keys.client_secret.expose_secret(), "secret==");
        assert_eq!(keys.subscription_key.expose_secret(), "key");
    }

    #[test]
    fn the_refused_key_is_named_and_not_shown() {
        let cases = [
            (Keys::new("", "s", "k"), KeysError::Empty(Key::ClientId)),
            (Keys::new("i", " \u{a0}", "k"), KeysError::Empty(Key::ClientSecret)),
            (Keys::new("i", "hid\u{2028}den", "k"), KeysError::Character(Key::ClientSecret)),
            (Keys::new("i", "s", "hid den"), KeysError::Character(Key::SubscriptionKey)),
            (Keys::new("i", "s", "hid\u{200b}den"), KeysError::Character(Key::SubscriptionKey)),
            (Keys::new("hid\nden", "s", "k"), KeysError::Character(Key::ClientId)),
        ];
        for (result, expected) in cases {
            let error = result.unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("hid"), "{error}");
        }
    }
}
