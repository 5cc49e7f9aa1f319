//! Keeps the access token (contract 1.1): in memory only, one fetch at a time, renewed before it runs out.
//!
//! Knows no HTTP: it is handed the fetch as a future, which it runs only when it has to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{Call, Error, lenient};

/// The token of one sales unit, shared by all calls to it.
#[derive(Default)]
pub(crate) struct TokenCache {
    kept: Mutex<Kept>,
    /// How many fetches have ended, so that a caller who waited for one knows that it shares its end.
    fetches: AtomicU64,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    failure: Option<Error>,
}

/// A token that can be sent.
#[derive(Clone)]
pub(crate) struct Token {
    /// The value of the `Authorization` header; marked so that it does not print.
    pub authorization: HeaderValue,
    number: u64,
    renew_at: Instant,
    dead_at: Instant,
}

/// What a fetch brings.
pub(crate) struct Grant {
    authorization: HeaderValue,
    life: Duration,
}

/// A token is renewed when this much of its life is left, or a tenth of it, whichever is longer (contract
/// 1.1).
const MARGIN: Duration = Duration::from_mins(1);

/// The longest life that is believed (contract 1.1: 24 hours in production).
const LIFE_MAX: Duration = Duration::from_hours(24);

/// How long a token is used whose answer does not say.
const LIFE_UNSTATED: Duration = Duration::from_mins(10);

/// How long a token that could not be renewed is used before the next try.
const RENEW_AGAIN: Duration = Duration::from_secs(10);

impl TokenCache {
    /// The kept token, or the one that `fetch` brings. Callers who come during a fetch share what it ends
    /// with.
    pub(crate) async fn current(
        &self,
        fetch: impl Future<Output = Result<Grant, Error>>,
    ) -> Result<Token, Error> {
        let fetches_before = self.fetches.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        let asked_at = Instant::now();
        if let Some(token) = kept.token.as_ref().filter(|token| asked_at < token.renew_at) {
            return Ok(token.clone());
        }
        let number = self.fetches.load(Ordering::Acquire);
        if let Some(failure) = kept.failure.as_ref().filter(|_| number != fetches_before) {
            return Err(failure.clone());
        }
        let fetched = fetch.await;
        self.fetches.fetch_add(1, Ordering::Release);
        match fetched {
            Ok(grant) => {
                let token = Token::new(grant, number, asked_at);
                *kept = Kept { token: Some(token.clone()), failure: None };
                Ok(token)
            }
            Err(failure) => {
                // Renewal comes early, so that a failure of it need not stop a sale.
                let now = Instant::now();
                if let Some(token) = kept.token.as_mut().filter(|token| now < token.dead_at) {
                    token.renew_at = now + RENEW_AGAIN;
                    return Ok(token.clone());
                }
                *kept = Kept { token: None, failure: Some(failure.clone()) };
                Err(failure)
            }
        }
    }

    /// Drops a token that was refused, unless another caller has replaced it already.
    pub(crate) async fn forget(&self, refused: &Token) {
        let mut kept = self.kept.lock().await;
        if kept.token.as_ref().is_some_and(|token| token.number == refused.number) {
            kept.token = None;
        }
    }
}

impl Token {
    fn new(grant: Grant, number: u64, asked_at: Instant) -> Self {
        // A token with a very short life is used for half of it rather than fetched for every call.
        let margin = MARGIN.max(grant.life / 10).min(grant.life / 2);
        let dead_at = asked_at + grant.life;
        Self { authorization: grant.authorization, number, renew_at: dead_at - margin, dead_at }
    }
}

impl Grant {
    /// Reads the answer to the request for a token.
    pub(crate) fn read(answer: &Response<Bytes>) -> Result<Self, Error> {
        let nonsense = |detail| Error::nonsense(Call::Token, answer.status().as_u16(), detail);
        let wire: Wire =
            serde_json::from_slice(answer.body()).map_err(|_| nonsense("the answer holds no token"))?;
        if wire.access_token.is_empty() {
            return Err(nonsense("the token is empty"));
        }
        // The word is mandatory and case-sensitive (contract 1.0).
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", wire.access_token))
            .map_err(|_| nonsense("the token holds characters that no header can carry"))?;
        authorization.set_sensitive(true);
        let life = wire.expires_in.map_or(LIFE_UNSTATED, Duration::from_secs).min(LIFE_MAX);
        Ok(Self { authorization, life })
    }
}

#[derive(Deserialize)]
struct Wire {
    access_token: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    lenient::whole(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &'static str) -> Result<Grant, Error> {
        Grant::read(&Response::new(Bytes::from_static(body.as_bytes())))
    }

    #[test]
    fn numbers_arrive_as_strings_or_as_numbers() {
        let grant = read(
            r#"{"token_type":"Bearer","expires_in":"86398","ext_expires_in":"0","expires_on":"1495271273","not_before":"1495184574","resource":"00000002-0000-0000-c000-000000000000","access_token":"eyJ0eXAi"}"#,
        )
        .unwrap();
        assert_eq!(grant.life, Duration::from_secs(86_398));
        assert_eq!(grant.authorization, "Bearer eyJ0eXAi");
        assert!(grant.authorization.is_sensitive());
        assert_eq!(read(r#"{"expires_in":3600,"access_token":"t"}"#).unwrap().life, Duration::from_hours(1));
        assert_eq!(read(r#"{"access_token":"t"}"#).unwrap().life, LIFE_UNSTATED);
        assert_eq!(read(r#"{"expires_in":"99999999999","access_token":"t"}"#).unwrap().life, LIFE_MAX);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for body in [
            "",
            "[]",
            "<html>",
            r#"{"access_token":""}"#,
            r#"{"access_token":"a\nb"}"#,
            r#"{"access_token":7}"#,
            r#"{"access_token":"t","expires_in":"soon"}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn renewed_when_a_tenth_or_a_minute_is_left() {
        for (life_s, used_s) in [(86_400, 77_760), (3_600, 3_240), (300, 240), (80, 40), (1, 0)] {
            let asked_at = Instant::now();
            let grant = Grant {
                authorization: HeaderValue::from_static("Bearer t"),
                life: Duration::from_secs(life_s),
            };
            let token = Token::new(grant, 0, asked_at);
            assert_eq!((token.renew_at - asked_at).as_secs(), used_s, "a life of {life_s} s");
        }
    }
}
