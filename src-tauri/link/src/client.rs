//! What is asked of a hub, over HTTP.

use std::time::Duration;

use contract::{
    ApiProblem, ChainFound, ChainRefund, ChainRefundView, ChainSearch, Code, Heard, Join, Joined, Private,
    Store, Telling,
};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use till::Refused;
use url::Url;

/// How long a hub may take to answer what it need not wait for.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How long it may take to connect.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// Where a hub is: `https://…`, or `http://` on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HubAddress(Url);

impl HubAddress {
    /// The address `text`.
    ///
    /// # Errors
    /// When it is none, or what is sent there could be read on the way.
    pub fn parse(text: &str) -> Result<HubAddress, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::NoAddress)?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        match url.scheme() {
            "https" => Ok(HubAddress(url)),
            "http" if here => Ok(HubAddress(url)),
            "http" => Err(AddressError::InTheClear),
            _ => Err(AddressError::NoAddress),
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.0.as_str().trim_end_matches('/'))
    }
}

impl TryFrom<String> for HubAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<HubAddress, AddressError> {
        HubAddress::parse(&text)
    }
}

impl From<HubAddress> for String {
    fn from(address: HubAddress) -> String {
        address.0.into()
    }
}

/// Why something is no address of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address.
    #[error("the hub's address must be like https://hub.example.com")]
    NoAddress,
    /// It would be spoken to in the clear.
    #[error("a hub on another machine must be spoken to over https://")]
    InTheClear,
}

/// Asks one hub. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Client {
    hub: HubAddress,
    key: Option<Private>,
    http: reqwest::Client,
}

impl Client {
    pub(crate) fn new(hub: &HubAddress, key: Option<&Private>) -> Result<Client, reqwest::Error> {
        // A redirect could lead to where nobody has said that a key may be sent.
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .redirect(Policy::none())
            .user_agent(concat!("kvitt/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Client { hub: hub.clone(), key: key.cloned(), http })
    }

    pub(crate) async fn join(&self, join: &Join) -> Result<Joined, Refused> {
        answer(self.call(Method::POST, "v1/join").json(join)).await
    }

    pub(crate) async fn tell(&self, telling: &Telling) -> Result<Heard, Refused> {
        answer(self.call(Method::POST, "v1/entries").json(telling)).await
    }

    pub(crate) async fn stores(&self) -> Result<Vec<Store>, Refused> {
        answer(self.call(Method::GET, "v1/stores")).await
    }

    pub(crate) async fn search(&self, search: &ChainSearch) -> Result<ChainFound, Refused> {
        answer(self.call(Method::GET, "v1/payments").query(search)).await
    }

    pub(crate) async fn refund(&self, asked: &ChainRefund, key: &str) -> Result<ChainRefundView, Refused> {
        answer(self.call(Method::POST, "v1/refunds").header("idempotency-key", key).json(asked)).await
    }

    pub(crate) async fn refund_of(&self, id: &str, wait: Duration) -> Result<ChainRefundView, Refused> {
        // Whatever is asked for must stay one part of the path.
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Refused::new(Code::NotThere, "there is no such refund"));
        }
        let call = self.call(Method::GET, &format!("v1/refunds/{id}")).query(&[("wait", wait.as_secs())]);
        answer(call.timeout(wait + ANSWER_WITHIN)).await
    }

    /// The stream of news. It goes on until one of the two ends is gone.
    pub(crate) async fn listen(&self) -> Result<Response, Refused> {
        let call = self.http.get(self.hub.at("v1/news"));
        let call = match &self.key {
            Some(key) => call.bearer_auth(key.reveal()),
            None => call,
        };
        let answer = call.send().await.map_err(unreachable)?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(refused(answer).await)
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let call = self.http.request(method, self.hub.at(path)).timeout(ANSWER_WITHIN);
        match &self.key {
            Some(key) => call.bearer_auth(key.reveal()),
            None => call,
        }
    }
}

/// What the hub answered, or why it did not.
async fn answer<T: DeserializeOwned>(call: RequestBuilder) -> Result<T, Refused> {
    let answer = call.send().await.map_err(unreachable)?;
    if answer.status().is_success() {
        return answer.json().await.map_err(unreachable);
    }
    Err(refused(answer).await)
}

/// Why the hub did not do it, in its own words.
async fn refused(answer: Response) -> Refused {
    let status = answer.status();
    match answer.json::<ApiProblem>().await {
        Ok(problem) => Refused { code: problem.code, detail: problem.detail, reference: problem.reference },
        Err(_) => {
            Refused::new(Code::HubUnreachable, format!("the hub answered with {status}, and said nothing"))
        }
    }
}

fn unreachable(error: reqwest::Error) -> Refused {
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Refused::new(Code::HubUnreachable, format!("the hub does not answer: {error}{cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_to_nobody_who_could_be_overheard() {
        for good in
            ["https://hub.example.com", "https://hub.example.com:7660/kvitt/", "http://127.0.0.1:7660"]
        {
            assert!(HubAddress::parse(good).is_ok(), "{good}");
        }
        assert_eq!(HubAddress::parse("http://hub.example.com"), Err(AddressError::InTheClear));
        for bad in ["", "hub.example.com", "ftp://hub.example.com", "http//x"] {
            assert_eq!(HubAddress::parse(bad), Err(AddressError::NoAddress), "{bad}");
        }
    }

    #[test]
    fn calls_go_below_the_address() {
        let at = |text: &str| HubAddress::parse(text).expect("it is one").at("v1/join");
        assert_eq!(at("https://a.example"), "https://a.example/v1/join");
        assert_eq!(at("https://a.example/kvitt/"), "https://a.example/kvitt/v1/join");
    }
}
