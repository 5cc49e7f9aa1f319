//! The shops that the simulator knows.

use serde::Serialize;

/// A shop's account at the pretended Vipps MobilePay, with its keys. Nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// May send a payment straight to a phone; without it, error 38 (contract 1.2).
    #[serde(skip)]
    pub may_skip_landing_page: bool,
    /// Takes the money at approval: `SALE` in place of `RESERVE` (contract 5.6).
    #[serde(skip)]
    pub direct_capture: bool,
}

impl SalesUnit {
    /// The shops that are always there. Their keys never change, so that documents and tests can name them.
    ///
    /// The first is the usual Norwegian one; the second may skip the landing page; the third captures at once.
    pub fn ready() -> Vec<Self> {
        let push =
            Self { may_skip_landing_page: true, ..Self::of("no", "654322", "NOK", "Kaffebaren Bergen") };
        let direct = Self { direct_capture: true, ..Self::of("no", "654323", "NOK", "Kinoen Tromsø") };
        vec![
            Self::of("no", "654321", "NOK", "Kaffebaren Oslo"),
            push,
            direct,
            Self::of("dk", "754321", "DKK", "Kaffebaren København"),
            Self::of("fi", "854321", "EUR", "Kahvila Helsinki"),
            Self::of("se", "954321", "SEK", "Kaffebaren Stockholm"),
        ]
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
            may_skip_landing_page: false,
            direct_capture: false,
        }
    }
}
