//! What hubs on one database tell one another: that there is something to make, that something has ended, and news for tills,
//! whichever of them listens to the till. Over `NOTIFY` of PostgreSQL; a hub on a file has nobody to tell but itself.
//!
//! It is a hint, told at most once: whoever misses one finds out a little later, by looking. Nothing of it is in a table. News
//! may name a customer, so it is sealed on its way with the key that all hubs of a chain share.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use contract::News;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;
use tokio::sync::{Notify, broadcast};
use tokio::time::timeout;

use crate::database::{Change, Database};
use crate::lines::Lines;
use crate::refusal::Failure;
use crate::sealing::Seal;
use crate::statement::Statement;

/// The name that hubs call one another by, in their database.
const CHANNEL: &str = "kvitt_hub";
/// The most bytes of what is told; PostgreSQL takes fewer than 8 000.
const BYTES_MAX: usize = 7_900;
/// How much news a slow listener may be behind.
const NEWS_MAX: usize = 4_096;
/// After so long without a word it is asked whether the line still holds.
const SILENCE: Duration = Duration::from_secs(20);
/// How long the answer to that may take.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// The pause before the line is laid anew.
const PAUSE: Duration = Duration::from_secs(1);

/// What is told, and by whom.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    from: String,
    #[serde(flatten)]
    word: Word,
}

/// What is told. A word of a newer hub is passed over.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "camelCase")]
enum Word {
    /// A refund was asked for.
    Asked,
    /// A refund has ended.
    Ended,
    /// News for one till, sealed.
    News { till: String, sealed: String },
}

/// The ties to the other hubs. Clones are the same.
#[derive(Clone)]
pub(crate) struct Between(Arc<Inner>);

struct Inner {
    database: Database,
    seal: Seal,
    /// What this hub is called.
    name: String,
    asked: Notify,
    ended: Notify,
    /// The tills that listen here.
    lines: Lines,
    /// For whoever wants to hear everything.
    news: broadcast::Sender<(String, News)>,
}

impl Between {
    /// The ties of the hub `name` to all others on `database`.
    pub(crate) fn new(database: Database, seal: Seal, name: String) -> Between {
        let news = broadcast::channel(NEWS_MAX).0;
        let (asked, ended, lines) = (Notify::new(), Notify::new(), Lines::default());
        Between(Arc::new(Inner { database, seal, name, asked, ended, lines, news }))
    }

    /// What this hub is called among the others.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Comes back when there may be a refund to make.
    pub(crate) fn asked(&self) -> &Notify {
        &self.0.asked
    }

    /// Wakes whoever waits when some refund has ended.
    pub(crate) fn ended(&self) -> &Notify {
        &self.0.ended
    }

    /// The lines of the tills that listen to this hub.
    pub(crate) fn lines(&self) -> &Lines {
        &self.0.lines
    }

    /// What is told to tills, by whatever hub.
    pub(crate) fn news(&self) -> broadcast::Receiver<(String, News)> {
        self.0.news.subscribe()
    }

    /// Says that a refund was asked for.
    pub(crate) fn say_asked(&self) {
        self.0.asked.notify_one();
        self.say_later(Word::Asked);
    }

    /// Says that a refund has ended.
    pub(crate) fn say_ended(&self) {
        self.0.ended.notify_waiters();
        self.say_later(Word::Ended);
    }

    /// Tells `till`, whichever hub it listens to.
    ///
    /// # Errors
    /// When the other hubs can't be told, or it is too long. Those who listen here have heard it all the same.
    pub(crate) async fn publish(&self, till: &str, news: News) -> Result<(), Failure> {
        let words = self.words(&[till.to_owned()], &news);
        self.tell_here(till, news);
        self.say(words?).await
    }

    /// What the other hubs are told so that `tills` hear `news`; see [`say_in`]. Nothing where there are no others.
    ///
    /// # Errors
    /// When it is too long.
    pub(crate) fn words(&self, tills: &[String], news: &News) -> Result<Vec<String>, Failure> {
        if self.0.database.server().is_none() {
            return Ok(Vec::new());
        }
        let text =
            serde_json::to_string(news).map_err(|error| Failure::internal("news can't be written", error))?;
        let word = |till: &String| {
            let sealed = self.0.seal.seal(&owner(till), &text);
            let sealed = sealed
                .ok_or_else(|| Failure::internal("news can't be sealed", "the system gives no randomness"))?;
            self.written(Word::News { till: till.clone(), sealed })
        };
        tills.iter().map(word).collect()
    }

    /// Tells `till`, if it listens to this hub.
    pub(crate) fn tell_here(&self, till: &str, news: News) {
        self.0.lines.tell(till, &news);
        // Nobody may want to hear everything.
        let _ = self.0.news.send((till.to_owned(), news));
    }

    fn say_later(&self, word: Word) {
        if self.0.database.server().is_none() {
            return;
        }
        let between = self.clone();
        tokio::spawn(async move {
            let told = async { between.say(vec![between.written(word)?]).await };
            if let Err(error) = told.await {
                tracing::warn!(%error, "the other hubs were not told; they will find out by themselves");
            }
        });
    }

    /// Says it outside of any change.
    async fn say(&self, words: Vec<String>) -> Result<(), Failure> {
        if words.is_empty() {
            return Ok(());
        }
        let mut change = self.0.database.change().await?;
        say_in(&mut change, words).await?;
        Ok(change.commit().await?)
    }

    /// A word as it is told.
    fn written(&self, word: Word) -> Result<String, Failure> {
        let said = Said { from: self.0.name.clone(), word };
        let text = serde_json::to_string(&said)
            .map_err(|error| Failure::internal("news can't be written", error))?;
        if text.len() > BYTES_MAX {
            let why = format!("{} bytes are more than {BYTES_MAX}", text.len());
            return Err(Failure::internal("the other hubs can't be told", why));
        }
        Ok(text)
    }

    /// Listens to the other hubs, for ever.
    pub(crate) async fn listen(&self) {
        let Some(address) = self.0.database.server() else { return std::future::pending().await };
        let mut is_told = false;
        loop {
            let Err(error) = self.hear(address, &mut is_told).await;
            if !is_told {
                tracing::warn!(%error, "the other hubs can't be heard; until they can, it is looked now and then");
                is_told = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Listens until the line breaks.
    async fn hear(&self, address: &str, is_told: &mut bool) -> Result<Infallible, sqlx::Error> {
        let mut listener = PgListener::connect(address).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        *is_told = false;
        // What was said until now has been missed.
        self.0.lines.tell_to_look();
        self.0.asked.notify_one();
        self.0.ended.notify_waiters();
        let gone = || sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into());
        loop {
            if let Ok(said) = timeout(SILENCE, listener.try_recv()).await {
                self.heard(said?.ok_or_else(gone)?.payload());
            } else {
                let asked = sqlx::query("SELECT 1").execute(&mut listener);
                timeout(ANSWER_TIME, asked).await.map_err(|_| gone())??;
            }
        }
    }

    fn is_wanted_here(&self, till: &str) -> bool {
        self.0.lines.has(till) || self.0.news.receiver_count() > 0
    }

    fn heard(&self, text: &str) {
        match serde_json::from_str(text) {
            Ok(Said { from, .. }) if from == self.0.name => {}
            Ok(Said { word: Word::Asked, .. }) => self.0.asked.notify_one(),
            Ok(Said { word: Word::Ended, .. }) => self.0.ended.notify_waiters(),
            // Most of what the others tell is for tills that listen elsewhere.
            Ok(Said { word: Word::News { till, .. }, .. }) if !self.is_wanted_here(&till) => {}
            Ok(Said { word: Word::News { till, sealed }, from }) => {
                let text = self.0.seal.unseal(&owner(&till), &sealed);
                if let Some(news) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                    self.tell_here(&till, news);
                } else {
                    tracing::warn!(from, "another hub tells news that can't be read: is its hub-key ours?");
                }
            }
            Err(_) => tracing::debug!("another hub says something that this one does not know"),
        }
    }
}

/// Tells the other hubs `words` when `change` is committed, and never if it is not.
pub(crate) async fn say_in(change: &mut Change, words: Vec<String>) -> Result<(), sqlx::Error> {
    if words.is_empty() {
        return Ok(());
    }
    let mut say = Statement::new("SELECT CAST(pg_notify(");
    say.push_bind(CHANNEL.to_owned()).push(", word) AS TEXT) FROM (VALUES ");
    for (place, word) in words.into_iter().enumerate() {
        say.push(if place == 0 { "(" } else { ", (" }).push_bind(word).push(")");
    }
    say.push(") AS told (word)");
    let _: Vec<(Option<String>,)> = say.fetch_all(&mut **change).await?;
    Ok(())
}

/// What news is sealed for: it is good for one till alone.
fn owner(till: &str) -> String {
    format!("news of {till}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::fresh;

    const LIMIT: Duration = Duration::from_secs(30);

    async fn hub(address: &str, folder: &std::path::Path, name: &str) -> Between {
        let database = Database::of_server(address).await.expect("it can be reached");
        let seal = Seal::from_file_or_new(&folder.join("hub-key")).expect("a key");
        let between = Between::new(database, seal, name.to_owned());
        let listening = between.clone();
        tokio::spawn(async move { listening.listen().await });
        // When the line is laid, it says that something may have been missed.
        timeout(LIMIT, between.asked().notified()).await.expect("the line is never laid");
        between
    }

    #[tokio::test]
    async fn one_hub_wakes_the_other() {
        let Some(fresh) = fresh().await else { return };
        let folder = tempfile::tempdir().expect("there is room");
        let one = hub(&fresh.address, folder.path(), "one").await;
        let two = hub(&fresh.address, folder.path(), "two").await;
        one.say_asked();
        timeout(LIMIT, two.asked().notified()).await.expect("it was not told");
        let ended = two.ended().notified();
        one.say_ended();
        timeout(LIMIT, ended).await.expect("it was not told");
    }

    #[tokio::test]
    async fn news_is_sealed_and_words_of_tomorrow_are_passed_over() {
        let Some(fresh) = fresh().await else { return };
        let (folder, strange) = (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
        let one = hub(&fresh.address, folder.path(), "one").await;
        let two = hub(&fresh.address, folder.path(), "two").await;
        let stranger = hub(&fresh.address, strange.path(), "stranger").await;
        let (mut heard, mut not_ours) = (two.news(), stranger.news());
        let mut raw = PgListener::connect(&fresh.address).await.expect("it can be reached");
        raw.listen(CHANNEL).await.expect("it can listen");
        sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)")
            .bind(CHANNEL.to_owned())
            .bind(r#"{"from":"three","word":"ofTomorrow"}"#.to_owned())
            .execute(one.0.database.reader())
            .await
            .expect("it can be told");
        let news = News::Payment { reference: "sale-1042".to_owned() };
        one.publish("t-1", news.clone()).await.expect("it can be told");
        let (till, told) = timeout(LIMIT, heard.recv()).await.expect("it was not told").expect("it is there");
        assert_eq!((till.as_str(), told), ("t-1", news));
        for _ in 0..2 {
            let said = timeout(LIMIT, raw.recv()).await.expect("it was not told").expect("it is there");
            assert!(!said.payload().contains("sale-1042"), "it passes in the clear");
        }
        // With another key it is nothing.
        stranger
            .publish("t-2", News::Payment { reference: "sale-1".to_owned() })
            .await
            .expect("it can be told");
        assert_eq!(not_ours.recv().await.expect("its own").0, "t-2");
    }
}
