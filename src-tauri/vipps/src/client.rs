//! One sales unit seen through one transport.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use url::Url;

use crate::epayment::Epayment;
use crate::line::Line;
use crate::management::Management;
use crate::orders::Orders;
use crate::personal::Personal;
use crate::question::Question;
use crate::userinfo::{self, Userinfo};
use crate::webhooks::Webhooks;
use crate::{Call, Ecom, Error, Keys, Msn, Qr, ServerDate, System, Transport};

/// Where money is real (contract 1).
pub const PRODUCTION_URL: &str = "https://api.vipps.no";

/// The test environment (contract 1, 7).
pub const TEST_URL: &str = "https://apitest.vipps.no";

/// Everything that has to be known to speak for a sales unit.
#[derive(Clone, Debug)]
pub struct Config {
    /// [`PRODUCTION_URL`], [`TEST_URL`], or where a simulator listens.
    pub base_url: Url,
    /// The sales unit.
    pub msn: Msn,
    /// Its keys.
    pub keys: Keys,
    /// What the calling program is called.
    pub system: System,
}

/// One sales unit of Vipps MobilePay. Clones share its access token.
#[derive(Clone)]
pub struct Vipps {
    line: Line,
    msn: Msn,
}

impl Vipps {
    /// Sends nothing yet.
    pub fn new(transport: Arc<dyn Transport>, config: Config) -> Self {
        let Config { base_url, msn, keys, system } = config;
        Self { line: Line::new(transport, base_url, Some(msn.clone()), keys, system), msn }
    }

    /// The sales unit that this speaks for.
    pub fn msn(&self) -> &Msn {
        &self.msn
    }

    /// Fetches the access token unless there is one, so that the first call of the day need not wait for it.
    ///
    /// # Errors
    /// As every call: the keys may be refused, or nobody may answer.
    pub async fn sign_in(&self) -> Result<(), Error> {
        self.line.token().await.map(|_| ())
    }

    /// Payments through eCom v2.
    pub fn ecom(&self) -> Ecom<'_> {
        Ecom::new(self)
    }

    /// Payments through ePayment.
    pub fn epayment(&self) -> Epayment<'_> {
        Epayment::new(self)
    }

    /// QR codes.
    pub fn qr(&self) -> Qr<'_> {
        Qr::new(self)
    }

    /// Receipts and links of payments.
    pub fn orders(&self) -> Orders<'_> {
        Orders::new(self)
    }

    /// Being told about events.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks::new(&self.line)
    }

    /// Sales units, merchants and orders of products.
    pub fn management(&self) -> Management<'_> {
        Management::new(self)
    }

    /// Reads what a customer has agreed to share, by the [`sub`](crate::epayment::Payment::sub) of the payment:
    /// for seven days, and perhaps not at once (contract 1.7).
    pub async fn userinfo(&self, sub: &Personal) -> Result<Userinfo, Error> {
        userinfo::read(self, sub).await
    }

    /// Whether money is real where this asks.
    pub(crate) fn is_production(&self) -> bool {
        let production = Url::parse(PRODUCTION_URL).ok();
        production.is_some_and(|production| production.host() == self.line.base_url().host())
    }

    /// What time it was in the newest answer of the API, and when that was heard; none before the first
    /// answer. The hosts of images are not asked.
    pub fn server_date(&self) -> Option<ServerDate> {
        self.line.server_date()
    }

    /// Asks with an access token. A call refused for its token is sent once more with a new one: it was not
    /// processed (contract 1.1, 1.9).
    pub(crate) async fn ask(&self, question: &Question) -> Result<Response<Bytes>, Error> {
        self.line.ask(question).await
    }

    /// Fetches from another host, which gets to know nothing about us.
    pub(crate) async fn fetch(&self, call: Call, url: &Url) -> Result<Response<Bytes>, Error> {
        self.line.fetch(call, url).await
    }
}

impl fmt::Debug for Vipps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Vipps")
            .field("host", &self.line.base_url().host_str())
            .field("msn", &self.msn)
            .finish_non_exhaustive()
    }
}
