//! The transport over the real network.

use std::error::Error as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use url::{Host, Url};

use crate::{ANSWER_BYTES_MAX, Transport, TransportError};

/// Carries requests over HTTPS. Clones share their connections.
///
/// Plain HTTP goes to loopback hosts only, where simulators listen: keys and tokens never leave the machine
/// unencrypted.
#[derive(Clone, Debug)]
pub struct Reqwest {
    remote: reqwest::Client,
    /// Never goes through a proxy, which might be on another machine.
    local: reqwest::Client,
}

/// How long a connection may take, the look-up of the name included (contract 1.2: at least one second).
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer may take, from the call to the last byte (contract 1.2: at least five seconds).
pub const WHOLE_ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long an unused connection is kept. Shorter than what routers in shops forget connections after,
/// because a request on a forgotten connection ends in a time-out, after which nobody knows whether it
/// arrived.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

impl Reqwest {
    /// A transport with [`CONNECT_TIMEOUT`] and [`WHOLE_ANSWER_TIMEOUT`].
    pub fn new() -> Result<Self, SetUpError> {
        Self::with_timeouts(CONNECT_TIMEOUT, WHOLE_ANSWER_TIMEOUT)
    }

    /// A transport with other time-outs.
    pub fn with_timeouts(connect: Duration, whole_answer: Duration) -> Result<Self, SetUpError> {
        let client = || {
            reqwest::Client::builder()
                .connect_timeout(connect)
                .timeout(whole_answer)
                .pool_idle_timeout(IDLE_TIMEOUT)
                .tls_version_min(reqwest::tls::Version::TLS_1_2)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
        };
        Ok(Self {
            remote: client().build().map_err(SetUpError)?,
            local: client().no_proxy().build().map_err(SetUpError)?,
        })
    }
}

/// The network could not be set up, for example for lack of trusted certificates.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct SetUpError(#[source] reqwest::Error);

#[async_trait]
impl Transport for Reqwest {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(|error| not_sent(&error))?;
        if !may_be_sent(request.url()) {
            let reason = "plain HTTP is for this machine only; use https".to_owned();
            return Err(TransportError::NotSent(reason));
        }
        let client = if request.url().scheme() == "https" { &self.remote } else { &self.local };
        let mut answer = client
            .execute(request)
            .await
            .map_err(|error| if error.is_connect() { not_sent(&error) } else { no_answer(&error) })?;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(&error))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.version_mut() = answer.version();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

/// Whether a URL is encrypted or stays on this machine.
pub(crate) fn may_be_sent(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost" || name.ends_with(".localhost"),
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}

fn not_sent(error: &reqwest::Error) -> TransportError {
    TransportError::NotSent(reasons(error))
}

fn no_answer(error: &reqwest::Error) -> TransportError {
    TransportError::NoAnswer(reasons(error))
}

/// The causes of an error, from the outermost in. The error itself is left out: its text holds the URL,
/// tokens included.
fn reasons(error: &reqwest::Error) -> String {
    let mut reasons = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        reasons.push(error.to_string());
        cause = error.source();
    }
    if reasons.is_empty() {
        let kind = if error.is_timeout() { "timed out" } else { "the request could not be made" };
        reasons.push(kind.to_owned());
    }
    reasons.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (url, allowed) in [
            ("https://api.vipps.no/qr/v1", true),
            ("http://127.0.0.1:7651/", true),
            ("http://127.8.8.8/", true),
            ("http://[::1]:7651/", true),
            ("http://localhost:7651/", true),
            ("http://till.localhost/", true),
            ("http://api.vipps.no/", false),
            ("http://192.168.1.5/", false),
            ("http://localhost.example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("ftp://localhost/", false),
            ("file:///etc/passwd", false),
            ("data:text/plain,x", false),
        ] {
            assert_eq!(may_be_sent(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }
}
