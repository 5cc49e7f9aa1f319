//! Who says what to whom: the header of every message, and what names it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::condition::Fault;

/// The most characters of a `ServiceID`. The standard has 10; some registers write longer ones.
const SERVICE_CHARS_MAX: usize = 20;
/// The most characters of a `SaleID`.
const SALE_CHARS_MAX: usize = 60;
/// The most bytes of a key that is made from both: what the till takes as an idempotency key, less what is put
/// behind it.
const KEY_BYTES_MAX: usize = 112;

/// The header of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Header {
    /// `3.0`; what else begins with 3 is taken too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// `Service`, `Device` or `Event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_class: Option<String>,
    /// What is asked for: `Payment` and the like.
    pub message_category: String,
    /// `Request`, `Response` or `Notification`.
    pub message_type: String,
    /// Names the message among those of its register.
    #[serde(rename = "ServiceID", default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<String>,
    /// Names a message to a device; echoed.
    #[serde(rename = "DeviceID", default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Names the register.
    #[serde(rename = "SaleID", default, skip_serializing_if = "Option::is_none")]
    pub sale_id: Option<String>,
    /// Names the terminal; echoed, and not compared with anything.
    #[serde(rename = "POIID", default, skip_serializing_if = "Option::is_none")]
    pub poi_id: Option<String>,
}

impl Header {
    /// The header of the answer: the same, but for the direction.
    #[must_use]
    pub fn of_answer(&self) -> Header {
        Header { message_type: "Response".to_owned(), ..self.clone() }
    }

    /// The header of the answer to the earlier message `id` of the category `category`.
    #[must_use]
    pub fn of_earlier(&self, id: &MessageId, category: &str) -> Header {
        Header {
            message_category: category.to_owned(),
            message_class: Some("Service".to_owned()),
            service_id: Some(id.service.clone()),
            sale_id: Some(id.sale.clone()),
            ..self.of_answer()
        }
    }

    /// The header of a word that nobody has asked for.
    #[must_use]
    pub fn of_event(&self) -> Header {
        Header {
            message_class: Some("Event".to_owned()),
            message_category: "Event".to_owned(),
            message_type: "Notification".to_owned(),
            ..self.clone()
        }
    }

    /// What names this message.
    pub(crate) fn id(&self) -> Result<MessageId, Fault> {
        let Some(service) = self.service_id.clone() else {
            return Err(Fault::format("MessageHeader.ServiceID is missing; it names the message"));
        };
        let Some(sale) = self.sale_id.clone() else {
            return Err(Fault::format("MessageHeader.SaleID is missing; it names the register"));
        };
        MessageId::new(sale, service)
    }
}

/// What names a message: the register, and the message among those of the register. The standard wants a pair to be
/// new for 48 hours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// `SaleID`.
    pub sale: String,
    /// `ServiceID`.
    pub service: String,
}

impl MessageId {
    pub(crate) fn new(sale: String, service: String) -> Result<MessageId, Fault> {
        let good = |text: &str, most: usize| {
            (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        if !good(&service, SERVICE_CHARS_MAX) {
            let detail = format!("ServiceID must be 1 to {SERVICE_CHARS_MAX} printable characters");
            return Err(Fault::format(detail));
        }
        let id = MessageId { sale, service };
        if !good(&id.sale, SALE_CHARS_MAX) || id.key().len() > KEY_BYTES_MAX {
            let detail = format!("SaleID must be 1 to {SALE_CHARS_MAX} printable characters");
            return Err(Fault::format(detail));
        }
        Ok(id)
    }

    /// An idempotency key of the till for this message: visible ASCII, and another one for every other message.
    pub fn key(&self) -> String {
        format!("nexo/{}/{}", escaped(&self.sale), escaped(&self.service))
    }

    /// The same, for a message of that day. Registers begin to count anew after a while, so a name is good for days
    /// and not for ever.
    pub fn key_of_day(&self, day: i64) -> String {
        format!("{}/{day}", self.key())
    }
}

/// `text` with everything but letters, digits, `-`, `.` and `_` as `%` and two hexadecimal digits.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_two_messages_have_one_key() {
        let key =
            |sale: &str, service: &str| MessageId::new(sale.into(), service.into()).expect("good").key();
        assert_eq!(key("POS 1", "0001"), "nexo/POS%201/0001");
        assert_ne!(key("POS/1", "1"), key("POS", "1/1"));
        assert_ne!(key("Kasse ø", "1"), key("Kasse o", "1"));
    }

    proptest! {
        #[test]
        fn every_key_is_one_that_the_till_takes(sale in ".{1,60}", service in ".{1,20}", day in 0_i64..100_000) {
            if let Ok(id) = MessageId::new(sale, service) {
                let key = id.key_of_day(day);
                prop_assert!(key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_graphic()), "{}", key);
            }
        }
    }
}
