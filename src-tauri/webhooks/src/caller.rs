//! Calls one address.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use contract::{Change, PaymentView, WebhookEvent, WebhookUrl};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use till::{Refused, Till};
use tokio::sync::broadcast::error::RecvError;

use crate::Pace;
use crate::cursors::{Cursors, LastMiss};
use crate::secret::Secret;

/// How long a POS may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to connect.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// The most payments whose last telling is remembered, so as not to be repeated without news.
const REMEMBERED_MAX: usize = 100;

pub(crate) struct Caller {
    till: Till,
    url: WebhookUrl,
    secret_file: PathBuf,
    cursors: Arc<Cursors>,
    pace: Pace,
    client: reqwest::Client,
    /// How the newest payments were told last. Not every entry of a journal is news to a POS.
    last: BTreeMap<String, PaymentView>,
}

/// Why a call does not count.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error("{0}")]
    Secret(#[from] crate::SecretError),
    #[error("it was not answered: {0}")]
    NoAnswer(#[from] reqwest::Error),
    #[error("it was answered with {0}, not with 200 to 299")]
    Answer(reqwest::StatusCode),
}

impl Caller {
    pub(crate) fn new(
        till: Till,
        url: WebhookUrl,
        secret_file: PathBuf,
        cursors: Arc<Cursors>,
        pace: Pace,
    ) -> Result<Caller, reqwest::Error> {
        // A redirect could lead to where the shop has not said that it may be called.
        let client = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(Policy::none())
            .user_agent(concat!("kvitt/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Caller { till, url, secret_file, cursors, pace, client, last: BTreeMap::new() })
    }

    /// Tells the address of every change, for as long as there is a till.
    pub(crate) async fn run(mut self) {
        loop {
            if let Err(refused) = self.follow().await {
                tracing::error!(url = %self.url, %refused, "no webhook is called: the journal can't be read");
                tokio::time::sleep(self.pace.longest).await;
            } else {
                return;
            }
        }
    }

    async fn follow(&mut self) -> Result<(), Refused> {
        let (snapshot, mut changes) = self.till.listen().await?;
        // One that is ahead of the journal was told of another: it begins anew.
        let told = self.cursors.told(&self.url).filter(|told| *told <= snapshot.number);
        let mut told = match told {
            Some(told) => told,
            None => self.has_heard(snapshot.number),
        };
        loop {
            told = self.catch_up(told).await?;
            match changes.recv().await {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }

    /// Tells everything that has changed since the change `told`.
    async fn catch_up(&mut self, mut told: u64) -> Result<u64, Refused> {
        let mut failures = 0_u32;
        loop {
            let changes = self.till.changed_since(told).await?;
            if changes.is_empty() {
                return Ok(told);
            }
            for change in changes {
                let Some(number) = change.number else { continue };
                if self.is_news(&change.payment)
                    && let Err(missed) = self.call(number, &change).await
                {
                    failures = failures.saturating_add(1);
                    tracing::warn!(url = %self.url, number, failures, %missed, "a webhook was not heard");
                    self.keep_miss(&missed, failures);
                    tokio::time::sleep(self.pace.after(failures)).await;
                    // The payment may have gone on meanwhile: what is told next is how it is then.
                    break;
                }
                failures = 0;
                self.remember(change.payment);
                told = self.has_heard(number);
            }
        }
    }

    fn is_news(&self, payment: &PaymentView) -> bool {
        let last = self.last.get(&payment.reference);
        // That another entry was written is no news by itself.
        last.is_none_or(|last| {
            PaymentView { changed_at: payment.changed_at.clone(), ..last.clone() } != *payment
        })
    }

    fn remember(&mut self, payment: PaymentView) {
        if self.last.len() >= REMEMBERED_MAX {
            self.last.clear();
        }
        self.last.insert(payment.reference.clone(), payment);
    }

    fn has_heard(&self, number: u64) -> u64 {
        if let Err(error) = self.cursors.tell(&self.url, number) {
            tracing::warn!(url = %self.url, %error, "what a webhook has heard was not kept: after a restart it hears it again");
        }
        number
    }

    /// What the log has too; a disk that is full is no reason not to call.
    fn keep_miss(&self, missed: &Missed, times: u32) {
        let miss = LastMiss { at: written(self.till.time_ms()), why: missed.to_string(), times };
        if let Err(error) = self.cursors.miss(&self.url, miss) {
            tracing::debug!(url = %self.url, %error, "why a webhook was not heard was not kept");
        }
    }

    /// One call. The secret is read anew, so that another one is good at once.
    async fn call(&self, number: u64, change: &Change) -> Result<(), Missed> {
        let secret = Secret::from_file(&self.secret_file)?;
        let now = self.till.time_ms();
        let (id, seconds) = (format!("{}-{number}", self.cursors.till()), now.div_euclid(1_000));
        let told = WebhookEvent {
            kind: "payment.changed".to_owned(),
            timestamp: written(now),
            data: change.clone(),
        };
        // Plain data always becomes JSON.
        let body = serde_json::to_vec(&told).unwrap_or_default();
        let call = self
            .client
            .post(self.url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-signature", secret.sign(&id, seconds, &body))
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-id", id)
            .body(body);
        let status = call.send().await.map_err(reqwest::Error::without_url)?.status();
        if status.is_success() { Ok(()) } else { Err(Missed::Answer(status)) }
    }
}

/// RFC 3339 in UTC.
fn written(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}
