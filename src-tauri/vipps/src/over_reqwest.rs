//! The transport over the real network.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use url::{Host, Url};

use crate::redacted::Redacted;
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

/// How the network is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// How long a connection may take, the look-up of the name included (contract 1.2: at least one second).
    pub connect_timeout: Duration,
    /// How long an answer may take, from the call to the last byte (contract 1.2: at least five seconds).
    pub whole_answer_timeout: Duration,
    /// What stands between this machine and the world.
    pub proxy: Proxy,
}

impl Default for Network {
    /// [`CONNECT_TIMEOUT`], [`WHOLE_ANSWER_TIMEOUT`] and the proxy of the system.
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            whole_answer_timeout: WHOLE_ANSWER_TIMEOUT,
            proxy: Proxy::System,
        }
    }
}

/// What stands between this machine and the world. Loopback hosts are always reached directly.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// Whatever the system says, which may be nothing.
    #[default]
    System,
    /// Nothing, whatever the system says.
    Direct,
    /// The proxy at this URL: `http` or `https`, a user name and a password in it if it wants them.
    At(Url),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proxy::System => formatter.write_str("System"),
            Proxy::Direct => formatter.write_str("Direct"),
            Proxy::At(url) => formatter.debug_tuple("At").field(&Redacted(url.as_str())).finish(),
        }
    }
}

impl Reqwest {
    /// A transport over the network as it is by default.
    pub fn new() -> Result<Self, SetUpError> {
        Self::over(&Network::default())
    }

    /// A transport over the network as `network` says.
    pub fn over(network: &Network) -> Result<Self, SetUpError> {
        let client = || {
            reqwest::Client::builder()
                .connect_timeout(network.connect_timeout)
                .timeout(network.whole_answer_timeout)
                .pool_idle_timeout(IDLE_TIMEOUT)
                .tls_version_min(reqwest::tls::Version::TLS_1_2)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
        };
        let remote = match &network.proxy {
            Proxy::System => client(),
            Proxy::Direct => client().no_proxy(),
            Proxy::At(url) => client().proxy(proxy(url)?),
        };
        Ok(Self {
            remote: remote.build().map_err(SetUpError::Client)?,
            local: client().no_proxy().build().map_err(SetUpError::Client)?,
        })
    }
}

fn proxy(url: &Url) -> Result<reqwest::Proxy, SetUpError> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(SetUpError::Proxy);
    }
    reqwest::Proxy::all(url.clone()).map_err(|_| SetUpError::Proxy)
}

/// The network could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// For example for lack of trusted certificates.
    #[error("the HTTP client could not be set up")]
    Client(#[source] reqwest::Error),
    /// The URL of the proxy, which is not printed: it may hold a password.
    #[error("the URL of the proxy is not http or https with a host")]
    Proxy,
}

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
