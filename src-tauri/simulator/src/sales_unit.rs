//! The shops that the simulator knows.

use serde::{Deserialize, Serialize};

/// A shop's account at the pretended Vipps MobilePay, with its keys. Nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
pub struct SalesUnit {
    /// Lower-case country code: `no`, `dk`, `fi` or `se`.
    pub market: String,
    /// Merchant Serial Number, six digits.
    pub msn: String,
    /// `client_id` of the access token call.
    pub client_id: String,
    /// `client_secret` of the access token call.
    pub client_secret: String,
    /// `Ocp-Apim-Subscription-Key` of every call.
    pub subscription_key: String,
    /// Its one currency. eCom v2 answers only where this is `NOK` (contract 0.2).
    pub currency: String,
    /// What the customer reads in the app.
    pub name: String,
    /// May take payments; without it, error 97 or 5070 (contract 1.2 and 1.4).
    #[serde(skip)]
    pub may_take_payments: bool,
    /// May send a payment straight to a phone; without it, error 38 or 5080 (contract 1.2 and 1.4).
    #[serde(skip)]
    pub may_skip_landing_page: bool,
    /// Takes the money at approval: `SALE` in place of `RESERVE` (contract 5.6).
    #[serde(skip)]
    pub direct_capture: bool,
    /// May make payments that live longer than ten minutes; without it, error 5050 (contract 1.4).
    #[serde(skip)]
    pub may_live_long: bool,
    /// May capture less than was reserved; without it, error 6140 (contract 5.6).
    #[serde(skip)]
    pub may_capture_partly: bool,
    /// May capture later than 14 days after the reservation, where that takes a permission (contract 0.12).
    #[serde(skip)]
    pub may_capture_late: bool,
}

/// What of a sales unit is to be another from now on, in the words of the Management API (contract 1.8). What is left out
/// stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnitChange {
    /// See [`SalesUnit::may_take_payments`].
    pub payment_allowed: Option<bool>,
    /// See [`SalesUnit::direct_capture`].
    pub capture_type: Option<CaptureType>,
    /// See [`SalesUnit::may_skip_landing_page`].
    pub skip_landing_page_allowed: Option<bool>,
    /// See [`SalesUnit::may_capture_partly`].
    pub partial_capture_allowed: Option<bool>,
    /// See [`SalesUnit::may_capture_late`].
    pub late_capture_allowed: Option<bool>,
}

/// When eCom takes the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum CaptureType {
    /// When the merchant says so.
    ReserveCapture,
    /// At approval.
    DirectCapture,
}

/// Keys that serve several sales units, each of which is named by `Merchant-Serial-Number` (contract 5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerKeys {
    /// `client_id` of the access token call.
    pub client_id: String,
    /// `client_secret` of the access token call.
    pub client_secret: String,
    /// `Ocp-Apim-Subscription-Key` of every call.
    pub subscription_key: String,
    /// The sales units that are linked to the partner.
    pub msns: Vec<String>,
}

impl PartnerKeys {
    /// The partner that is always there: linked to all ready sales units but the one that captures at once.
    pub fn ready() -> Self {
        Self {
            client_id: "5a1e5a1e-0000-4000-8000-000000990000".into(),
            client_secret: "simulated-partner-secret".into(),
            subscription_key: "51b5c21b000000000000000099000000".into(),
            msns: SalesUnit::ready()
                .into_iter()
                .filter(|unit| !unit.direct_capture)
                .map(|unit| unit.msn)
                .collect(),
        }
    }
}

impl SalesUnit {
    /// The shops that are always there. Their keys never change, so that documents and tests can name them.
    ///
    /// The first is the usual Norwegian one; the second may skip the landing page and
    /// make payments that live long; the third captures at once; the fourth captures all or nothing. Those of
    /// other markets may skip the landing page too.
    pub fn ready() -> Vec<Self> {
        let push = Self {
            may_skip_landing_page: true,
            may_live_long: true,
            ..Self::of("no", "654322", "NOK", "Kaffebaren Bergen")
        };
        let whole = Self { may_capture_partly: false, ..Self::of("no", "654324", "NOK", "Billettluka Oslo") };
        let direct = Self { direct_capture: true, ..Self::of("no", "654323", "NOK", "Kinoen Tromsø") };
        vec![
            Self::of("no", "654321", "NOK", "Kaffebaren Oslo"),
            push,
            direct,
            whole,
            Self::abroad("dk", "754321", "DKK", "Kaffebaren København"),
            Self::abroad("fi", "854321", "EUR", "Kahvila Helsinki"),
            Self::abroad("se", "954321", "SEK", "Kaffebaren Stockholm"),
        ]
    }

    /// From now on it may do what `change` says.
    pub(crate) fn change(&mut self, change: &UnitChange) {
        let set = |may: &mut bool, said: Option<bool>| *may = said.unwrap_or(*may);
        set(&mut self.may_take_payments, change.payment_allowed);
        set(&mut self.direct_capture, change.capture_type.map(|kind| kind == CaptureType::DirectCapture));
        set(&mut self.may_skip_landing_page, change.skip_landing_page_allowed);
        set(&mut self.may_capture_partly, change.partial_capture_allowed);
        set(&mut self.may_capture_late, change.late_capture_allowed);
    }

    /// The company that it belongs to, by the scheme and number of its country's register. All of a market are one's.
    pub(crate) fn business(&self) -> (&'static str, &'static str) {
        match self.market.as_str() {
            "dk" => ("business:DK:CVR", "12345678"),
            "fi" => ("business:FI:Y-tunnus", "1234567-8"),
            "se" => ("business:SE:ORG", "5561234567"),
            _ => ("business:NO:ORG", "987654321"),
        }
    }

    fn abroad(market: &str, msn: &str, currency: &str, name: &str) -> Self {
        Self { may_skip_landing_page: true, ..Self::of(market, msn, currency, name) }
    }

    fn of(market: &str, msn: &str, currency: &str, name: &str) -> Self {
        Self {
            market: market.into(),
            msn: msn.into(),
            client_id: format!("5a1e5a1e-0000-4000-8000-000000{msn}"),
            client_secret: format!("simulated-secret-{msn}"),
            subscription_key: format!("51b5c21b0000000000000000{msn}00"),
            currency: currency.into(),
            name: name.into(),
            may_take_payments: true,
            may_skip_landing_page: false,
            direct_capture: false,
            may_live_long: false,
            may_capture_partly: true,
            may_capture_late: false,
        }
    }
}
