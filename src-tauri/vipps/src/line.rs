//! What every call has in common, whoever asks: headers, access token, and what time the answer says it is.
//!
//! It speaks for one sales unit, or for whoever the keys belong to; what is asked is none of its business.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use secrecy::ExposeSecret;
use tokio::time::Instant;
use tracing::debug;
use url::Url;

use crate::error;
use crate::question::Question;
use crate::token::{Grant, Token, TokenCache};
use crate::{ANSWER_BYTES_MAX, Call, Error, Keys, Meaning, Msn, System, Transport, TransportError};

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

/// A way to Vipps MobilePay. Clones share its access token.
#[derive(Clone)]
pub(crate) struct Line {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    base_url: Url,
    /// The sales unit that every call names, if it names one.
    msn: Option<Msn>,
    keys: Keys,
    system: System,
    token: TokenCache,
    server_date: Mutex<Option<ServerDate>>,
}

impl Line {
    /// Sends nothing yet. Calls name the sales unit `msn`; without it, they are about all that the keys stand for.
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        mut base_url: Url,
        msn: Option<Msn>,
        keys: Keys,
        system: System,
    ) -> Self {
        // Paths are appended to it.
        base_url.set_query(None);
        base_url.set_fragment(None);
        let (token, server_date) = (TokenCache::default(), Mutex::new(None));
        Self { inner: Arc::new(Inner { transport, base_url, msn, keys, system, token, server_date }) }
    }

    /// Where it leads to.
    pub(crate) fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// What time it was in the newest answer of the API, and when that was heard.
    pub(crate) fn server_date(&self) -> Option<ServerDate> {
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

    /// The access token: the one that is there, or a new one.
    pub(crate) async fn token(&self) -> Result<Token, Error> {
        self.inner.token.current(self.fetch_token()).await
    }

    async fn fetch_token(&self) -> Result<Grant, Error> {
        let keys = &self.inner.keys;
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
        let Inner { msn, keys, system, .. } = &*self.inner;
        let unsendable = |_| {
            Error::refused_here(call, Meaning::BadRequest, "the name of the system does not fit in a header")
        };
        let mut headers = HeaderMap::new();
        headers.insert("ocp-apim-subscription-key", secret(keys.subscription_key.expose_secret())?);
        if let Some(msn) = msn {
            headers
                .insert("merchant-serial-number", HeaderValue::from_str(msn.as_str()).map_err(unsendable)?);
        }
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
        let base = self.inner.base_url.as_str().trim_end_matches('/');
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

impl fmt::Debug for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { base_url, msn, .. } = &*self.inner;
        formatter
            .debug_struct("Line")
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
