//! One sales unit seen through one transport: headers, access token, and what every answer has in common.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use secrecy::ExposeSecret;
use tokio::time::Instant;
use tracing::debug;
use url::Url;

use crate::epayment::Epayment;
use crate::error;
use crate::management::Management;
use crate::orders::Orders;
use crate::personal::Personal;
use crate::question::Question;
use crate::token::{Grant, Token, TokenCache};
use crate::userinfo::{self, Userinfo};
use crate::webhooks::Webhooks;
use crate::{ANSWER_BYTES_MAX, Call, Ecom, Error, Keys, Meaning, Msn, Qr, System, Transport, TransportError};

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
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    config: Config,
    token: TokenCache,
    server_date: Mutex<Option<ServerDate>>,
}

/// What time the servers said it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerDate {
    /// The `Date` of the answer: milliseconds since 1970-01-01 UTC, exact to the second.
    pub unix_ms: i64,
    /// When the answer arrived.
    pub heard: Instant,
}

impl ServerDate {
    /// What time it is there now, in milliseconds since 1970-01-01 UTC.
    pub(crate) fn now_ms(self) -> i64 {
        let since = i64::try_from(self.heard.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.unix_ms.saturating_add(since)
    }
}

impl Vipps {
    /// Sends nothing yet.
    pub fn new(transport: Arc<dyn Transport>, mut config: Config) -> Self {
        // Paths are appended to it.
        config.base_url.set_query(None);
        config.base_url.set_fragment(None);
        let inner = Inner { transport, config, token: TokenCache::default(), server_date: Mutex::new(None) };
        Self { inner: Arc::new(inner) }
    }

    /// The sales unit that this speaks for.
    pub fn msn(&self) -> &Msn {
        &self.inner.config.msn
    }

    /// Fetches the access token unless there is one, so that the first call of the day need not wait for it.
    ///
    /// # Errors
    /// As every call: the keys may be refused, or nobody may answer.
    pub async fn sign_in(&self) -> Result<(), Error> {
        self.token().await.map(|_| ())
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
        Webhooks::new(self)
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
        production.is_some_and(|production| production.host() == self.inner.config.base_url.host())
    }

    /// What time it was in the newest answer of the API, and when that was heard; none before the first
    /// answer. The hosts of images are not asked.
    pub fn server_date(&self) -> Option<ServerDate> {
        *self.inner.server_date.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks with an access token. A call refused for its token is sent once more with a new one: it was not
    /// processed (contract 1.1, 1.9).
    pub(crate) async fn ask(&self, question: &Question) -> Result<Response<Bytes>, Error> {
        let token = self.token().await?;
        let mut answer = self.exchange(question.call, self.request(question, &token)?).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            self.inner.token.forget(&token).await;
            let token = self.token().await?;
            answer = self.exchange(question.call, self.request(question, &token)?).await?;
        }
        accept(question.call, answer)
    }

    /// Fetches from another host, which gets to know nothing about us.
    pub(crate) async fn fetch(&self, call: Call, url: &Url) -> Result<Response<Bytes>, Error> {
        let request =
            Request::get(url.as_str()).header(header::ACCEPT, "image/png").body(Bytes::new()).map_err(
                |_| Error::refused_here(call, Meaning::BadRequest, "no request can be made of the URL"),
            )?;
        accept(call, self.exchange(call, request).await?)
    }

    async fn token(&self) -> Result<Token, Error> {
        self.inner.token.current(self.fetch_token()).await
    }

    async fn fetch_token(&self) -> Result<Grant, Error> {
        let keys = &self.inner.config.keys;
        let mut headers = self.common_headers(Call::Token)?;
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        // A gateway may ask for the length of every POST (HTTP 411), and an empty body does not get it by itself.
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        headers.insert("client_id", secret(&keys.client_id)?);
        headers.insert("client_secret", secret(keys.client_secret.expose_secret())?);
        let request = self.build(Call::Token, Method::POST, "/accesstoken/get", headers, Bytes::new())?;
        let answer = accept(Call::Token, self.exchange(Call::Token, request).await?)?;
        Grant::read(&answer)
    }

    fn request(&self, question: &Question, token: &Token) -> Result<Request<Bytes>, Error> {
        let mut headers = self.common_headers(question.call)?;
        headers.insert(header::AUTHORIZATION, token.authorization.clone());
        if !question.body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.insert(header::ACCEPT, HeaderValue::from_static(question.accept));
        headers.extend(question.header.clone());
        self.build(question.call, question.method.clone(), &question.path, headers, question.body.clone())
    }

    /// The headers of contract 1.0 that do not depend on the call.
    fn common_headers(&self, call: Call) -> Result<HeaderMap, Error> {
        let Config { msn, keys, system, .. } = &self.inner.config;
        let unsendable = |_| {
            Error::refused_here(call, Meaning::BadRequest, "the name of the system does not fit in a header")
        };
        let mut headers = HeaderMap::new();
        headers.insert("ocp-apim-subscription-key", secret(keys.subscription_key.expose_secret())?);
        headers.insert("merchant-serial-number", HeaderValue::from_str(msn.as_str()).map_err(unsendable)?);
        for (name, value) in system.headers() {
            headers.insert(name, HeaderValue::from_str(value).map_err(unsendable)?);
        }
        Ok(headers)
    }

    fn build(
        &self,
        call: Call,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Request<Bytes>, Error> {
        let base = self.inner.config.base_url.as_str().trim_end_matches('/');
        let mut request =
            Request::builder().method(method).uri(format!("{base}{path}")).body(body).map_err(|_| {
                Error::refused_here(call, Meaning::BadRequest, "no request can be made of the base URL")
            })?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// One request and its answer, whatever it says.
    async fn exchange(&self, call: Call, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let sent_at = Instant::now();
        let outcome = self.inner.transport.send(request).await;
        let ms = u64::try_from(sent_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        let outcome = match outcome {
            Ok(answer) if answer.body().len() > ANSWER_BYTES_MAX => Err(TransportError::TooLarge),
            outcome => outcome,
        };
        match outcome {
            Ok(answer) => {
                debug!(call = call.name(), status = answer.status().as_u16(), ms, "Vipps MobilePay answered");
                // An image comes from another host, whose clock is none of our business.
                if call != Call::QrImage {
                    self.hear_date(&answer);
                }
                Ok(answer)
            }
            Err(cause) => {
                let error = Error::no_answer(call, cause);
                debug!(
                    call = call.name(),
                    status = error.meaning().name(),
                    ms,
                    "Vipps MobilePay did not answer"
                );
                Err(error)
            }
        }
    }

    fn hear_date(&self, answer: &Response<Bytes>) {
        if let Some(date) = error::date(answer) {
            let heard = ServerDate { unix_ms: date.as_millisecond(), heard: Instant::now() };
            *self.inner.server_date.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
        }
    }
}

impl fmt::Debug for Vipps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { base_url, msn, .. } = &self.inner.config;
        formatter
            .debug_struct("Vipps")
            .field("host", &base_url.host_str())
            .field("msn", msn)
            .finish_non_exhaustive()
    }
}

/// Lets a success through and makes an error of anything else.
fn accept(call: Call, answer: Response<Bytes>) -> Result<Response<Bytes>, Error> {
    let status = answer.status();
    let success = match call {
        // Only this one counts where money moves (contract 1.2, 1.4).
        Call::Capture
        | Call::Refund
        | Call::EpaymentCapture
        | Call::EpaymentRefund
        | Call::EpaymentCancel => status == StatusCode::OK,
        _ => status.is_success(),
    };
    if success { Ok(answer) } else { Err(Error::refused(call, &answer)) }
}

/// A key as a header that does not print. [`Keys::new`] leaves nothing that can fail here, but its fields are
/// open.
fn secret(key: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(key).map_err(|_| {
        Error::refused_here(
            Call::Token,
            Meaning::KeysRefused,
            "a key holds characters that no header can carry",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
