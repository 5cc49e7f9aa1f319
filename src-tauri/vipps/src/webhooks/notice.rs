//! What a delivery says (contract 3.3, 4.4).

use jiff::Timestamp;
use serde::Deserialize;

use crate::epayment::EventName;
use crate::money::{Money, MoneyAnswer};
use crate::personal::Personal;
use crate::{Msn, lenient};

/// What a delivery says. A hint: it may come late, twice or never, so read before anything is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something happened to a payment.
    Payment(PaymentNotice),
    /// A customer scanned a static code.
    CheckedIn(CheckIn),
}

/// Something happened to a payment, or failed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentNotice {
    /// At which sales unit.
    pub msn: Msn,
    /// To which payment.
    pub reference: String,
    /// What it was.
    pub name: EventName,
    /// Of how much.
    pub amount: Money,
    /// Whether it succeeded. What did not changed nothing.
    pub success: bool,
    /// When, if that was said in a way that can be read.
    pub at: Option<Timestamp>,
    /// The event's own number at Vipps MobilePay.
    pub psp_reference: Option<String>,
    /// The key that it was asked with.
    pub idempotency_key: Option<String>,
}

/// A customer scanned a static code and waits for a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// At which sales unit.
    pub msn: Msn,
    /// Which code.
    pub merchant_qr_id: String,
    /// Stands for the customer for 15 minutes (contract 2.4): [`Customer::Token`](crate::epayment::Customer).
    pub customer_token: Personal,
    /// When, if that was said in a way that can be read.
    pub at: Option<Timestamp>,
}

/// It says nothing that can be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the delivery is neither about a payment nor about a scanned code")]
pub struct NoticeError;

impl Notice {
    /// Reads the body of a delivery. [Verify](super::verify) it first.
    pub fn read(body: &[u8]) -> Result<Self, NoticeError> {
        let answer: NoticeAnswer = serde_json::from_slice(body).map_err(|_| NoticeError)?;
        answer.understood().ok_or(NoticeError)
    }
}

/// Either kind. The sales unit is named in two ways (contract 3.3).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoticeAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    msn: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    merchant_serial_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    customer_token: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    merchant_qr_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::moment")]
    initiated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    psp_reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default)]
    amount: Option<MoneyAnswer>,
    #[serde(default, deserialize_with = "lenient::moment")]
    timestamp: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::text")]
    idempotency_key: Option<String>,
    #[serde(default, deserialize_with = "lenient::maybe_truth")]
    success: Option<bool>,
}

impl NoticeAnswer {
    fn understood(self) -> Option<Notice> {
        let msn = Msn::parse(&self.msn.or(self.merchant_serial_number)?).ok()?;
        if let Some(token) = self.customer_token {
            return Some(Notice::CheckedIn(CheckIn {
                msn,
                merchant_qr_id: self.merchant_qr_id?,
                customer_token: Personal::new(token),
                at: self.initiated_at,
            }));
        }
        Some(Notice::Payment(PaymentNotice {
            msn,
            reference: self.reference?,
            name: EventName::read(&self.name?),
            amount: self.amount?.read()?,
            success: self.success?,
            at: self.timestamp,
            psp_reference: self.psp_reference,
            idempotency_key: self.idempotency_key,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_that_was_captured() {
        let body = br#"{"msn":"123456","reference":"order-0001","pspReference":"p","name":"CAPTURED","amount":{"currency":"NOK","value":24900},"timestamp":"2023-10-06T10:45:40.3061965Z","idempotencyKey":null,"success":true}"#;
        let Ok(Notice::Payment(notice)) = Notice::read(body) else { panic!("not about a payment") };
        assert_eq!((notice.msn.as_str(), notice.reference.as_str()), ("123456", "order-0001"));
        assert_eq!((notice.name, notice.amount.value, notice.success), (EventName::Captured, 24_900, true));
        assert_eq!(notice.idempotency_key, None);
        assert!(notice.at.is_some());
    }

    #[test]
    fn a_scanned_code_names_its_sales_unit_in_either_way() {
        for msn in [r#""merchantSerialNumber":"123456""#, r#""msn":"123456""#, r#""msn":123456"#] {
            let body = format!(
                r#"{{"customerToken":"ey%382jf8","merchantQrId":"till-2",{msn},"initiatedAt":"2023-10-06T10:45:40.3061965Z"}}"#
            );
            let Ok(Notice::CheckedIn(check_in)) = Notice::read(body.as_bytes()) else { panic!("{msn}") };
            assert_eq!((check_in.msn.as_str(), check_in.merchant_qr_id.as_str()), ("123456", "till-2"));
            assert_eq!(check_in.customer_token.expose(), "ey%382jf8");
            assert!(!format!("{check_in:?}").contains("2jf8"));
        }
    }

    #[test]
    fn what_says_too_little_is_not_understood() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"msn":"123456"}"#,
            r#"{"msn":"123456","customerToken":"t"}"#,
            r#"{"customerToken":"t","merchantQrId":"q"}"#,
            r#"{"msn":"123456","reference":"r","name":"CAPTURED","amount":{"currency":"NOK","value":1}}"#,
            r#"{"msn":"123456","reference":"r","name":"CAPTURED","amount":{"currency":"NOK","value":-1},"success":true}"#,
        ] {
            assert_eq!(Notice::read(body.as_bytes()), Err(NoticeError), "{body}");
        }
    }
}
