//! A sales unit and what it may do.

use serde::Deserialize;

use super::{BusinessId, BusinessWire};
use crate::plain::cut;
use crate::{Msn, lenient};

/// A sales unit and what it may do. What was not said is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesUnit {
    /// Its number.
    pub msn: Msn,
    /// What customers see.
    pub name: Option<String>,
    /// Whose it is.
    pub business: Option<BusinessId>,
    /// Whether it may take payments.
    pub payment_allowed: Option<bool>,
    /// When money is collected.
    pub capture_type: Option<CaptureType>,
    /// Whether it may send a payment straight to a phone.
    pub skip_landing_page_allowed: Option<bool>,
    /// Whether it may take recurring payments.
    pub recurring_allowed: Option<bool>,
    /// Whether it may collect a part of what is reserved.
    pub partial_capture_allowed: Option<bool>,
    /// Whether it may collect late.
    pub late_capture_allowed: Option<bool>,
    /// Whether customers can't change the number on the landing page.
    pub landing_page_phone_number_locked: Option<bool>,
    /// Whether it may give customers days to pay.
    pub long_living_payment_allowed: Option<bool>,
    /// Whether credit cards are taken.
    pub credit_card_payment_allowed: Option<bool>,
}

/// When money is collected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CaptureType {
    /// When the shop says so.
    Reserve,
    /// When the customer approves.
    Direct,
    /// Something that is not documented; 64 characters at most.
    Other(String),
}

impl CaptureType {
    fn read(text: &str) -> Self {
        let spelled = text.to_ascii_uppercase();
        if spelled.starts_with("RESERVE") {
            CaptureType::Reserve
        } else if spelled.starts_with("DIRECT") {
            CaptureType::Direct
        } else {
            CaptureType::Other(cut(text, 64))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    #[serde(default, deserialize_with = "lenient::text")]
    msn: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    merchant_serial_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default)]
    business_identifier: Option<BusinessWire>,
    #[serde(default)]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Configuration {
    #[serde(deserialize_with = "lenient::maybe_truth")]
    payment_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::text")]
    capture_type: Option<String>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    skip_landing_page_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    recurring_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    partial_capture_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    late_capture_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    landing_page_phone_number_locked: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    long_living_payment_allowed: Option<bool>,
    #[serde(deserialize_with = "lenient::maybe_truth")]
    credit_card_payment_allowed: Option<bool>,
}

impl Wire {
    pub(super) fn read(self) -> Option<SalesUnit> {
        let configuration = self.configuration;
        Some(SalesUnit {
            msn: Msn::parse(&self.msn.or(self.merchant_serial_number)?).ok()?,
            name: self.name,
            business: self.business_identifier.and_then(BusinessWire::read),
            payment_allowed: configuration.payment_allowed,
            capture_type: configuration.capture_type.as_deref().map(CaptureType::read),
            skip_landing_page_allowed: configuration.skip_landing_page_allowed,
            recurring_allowed: configuration.recurring_allowed,
            partial_capture_allowed: configuration.partial_capture_allowed,
            late_capture_allowed: configuration.late_capture_allowed,
            landing_page_phone_number_locked: configuration.landing_page_phone_number_locked,
            long_living_payment_allowed: configuration.long_living_payment_allowed,
            credit_card_payment_allowed: configuration.credit_card_payment_allowed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sales_unit_may_do_is_read_and_never_guessed() {
        let body = r#"{"msn":123456,"name":"Acme","businessIdentifier":{"scheme":"business:NO:ORG","id":"987654321"},
            "configuration":{"paymentAllowed":"true","captureType":"ReserveCapture","partialCaptureAllowed":null,
            "skipLandingPageAllowed":false,"recurringAllowed":"perhaps","new":1}}"#;
        let unit = serde_json::from_str::<Wire>(body).unwrap().read().unwrap();
        assert_eq!((unit.msn.as_str(), unit.payment_allowed), ("123456", Some(true)));
        assert_eq!((unit.skip_landing_page_allowed, unit.recurring_allowed), (Some(false), None));
        assert_eq!((unit.capture_type, unit.partial_capture_allowed), (Some(CaptureType::Reserve), None));
        assert_eq!(CaptureType::read("Later"), CaptureType::Other("Later".into()));
        assert!(serde_json::from_str::<Wire>("{}").unwrap().read().is_none());
    }
}
