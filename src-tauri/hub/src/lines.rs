//! The lines of tills that listen here, and what is told over each.
//!
//! News is for one till, so it wakes the lines of that till alone: to wake all ten thousand for each would take the processor
//! that the work needs. A line is a hint, too: whoever is too far behind is told to look for itself.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contract::News;
use tokio::sync::Notify;

use crate::database::Database;
use crate::refusal::Failure;

/// How much news a line may be behind.
const NEWS_MAX: usize = 64;
/// How often it is looked who has been shut out.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// What is told over a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Something may have happened to this.
    News(News),
    /// Something was missed: whatever it was, the till is to look.
    Missed,
    /// The till is shut out.
    Goodbye,
}

/// All lines of a hub. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<HashMap<String, Vec<Arc<Wire>>>>>);

/// What both ends of a line have of it.
#[derive(Debug, Default)]
struct Wire {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    news: VecDeque<News>,
    has_missed: bool,
    is_shut_out: bool,
}

/// The till's end of a line. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Line {
    till: String,
    wire: Arc<Wire>,
    lines: Lines,
}

impl Lines {
    /// A new line of `till`.
    pub(crate) fn lay(&self, till: &str) -> Line {
        let wire = Arc::new(Wire::default());
        self.all().entry(till.to_owned()).or_default().push(wire.clone());
        Line { till: till.to_owned(), wire, lines: self.clone() }
    }

    /// Whether `till` listens here.
    pub(crate) fn has(&self, till: &str) -> bool {
        self.all().contains_key(till)
    }

    /// Tells `till`, if it listens here.
    pub(crate) fn tell(&self, till: &str, news: &News) {
        for wire in self.all().get(till).into_iter().flatten() {
            wire.change(|waiting| {
                if waiting.news.len() < NEWS_MAX {
                    waiting.news.push_back(news.clone());
                } else {
                    waiting.has_missed = true;
                }
            });
        }
    }

    /// Tells all tills that they may have missed something.
    pub(crate) fn tell_to_look(&self) {
        for wire in self.all().values().flatten() {
            wire.change(|waiting| waiting.has_missed = true);
        }
    }

    /// Ends the lines of tills that have been shut out, for ever. When the database can't say who has, lines hold: nothing is
    /// told to a till that the database has not let in a moment before.
    pub(crate) async fn watch(&self, database: &Database) {
        loop {
            tokio::time::sleep(LOOK_TIME).await;
            if let Err(error) = self.shut_out(database).await {
                tracing::warn!(%error, "it is not known which tills have been shut out");
            }
        }
    }

    async fn shut_out(&self, database: &Database) -> Result<(), Failure> {
        let out: Vec<String> = sqlx::query_scalar("SELECT id FROM tills WHERE revoked_at IS NOT NULL")
            .fetch_all(database.reader())
            .await?;
        let all = self.all();
        for wire in out.iter().filter_map(|till| all.get(till)).flatten() {
            wire.change(|waiting| waiting.is_shut_out = true);
        }
        Ok(())
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<Arc<Wire>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_one();
    }

    fn take(&self) -> Option<Told> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_shut_out {
            return Some(Told::Goodbye);
        }
        if let Some(news) = waiting.news.pop_front() {
            return Some(Told::News(news));
        }
        std::mem::take(&mut waiting.has_missed).then_some(Told::Missed)
    }
}

impl Line {
    /// What is told next, once something is.
    pub(crate) async fn next(&self) -> Told {
        loop {
            if let Some(told) = self.wire.take() {
                return told;
            }
            self.wire.wake.notified().await;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut all = self.lines.all();
        if let Some(wires) = all.get_mut(&self.till) {
            wires.retain(|wire| !Arc::ptr_eq(wire, &self.wire));
            if wires.is_empty() {
                all.remove(&self.till);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(number: usize) -> News {
        News::Payment { reference: format!("sale-{number}") }
    }

    #[tokio::test]
    async fn each_till_hears_what_is_for_it_on_all_its_lines() {
        let lines = Lines::default();
        let (one, again, other) = (lines.lay("t-1"), lines.lay("t-1"), lines.lay("t-2"));
        lines.tell("t-1", &news(1));
        lines.tell("t-2", &news(2));
        lines.tell("t-3", &news(3));
        assert_eq!(one.next().await, Told::News(news(1)));
        assert_eq!(again.next().await, Told::News(news(1)));
        assert_eq!(other.next().await, Told::News(news(2)));
        lines.tell_to_look();
        for line in [&one, &again, &other] {
            assert_eq!(line.next().await, Told::Missed);
            assert_eq!(line.wire.take(), None);
        }
    }

    #[tokio::test]
    async fn whoever_is_too_far_behind_is_told_to_look() {
        let lines = Lines::default();
        let line = lines.lay("t-1");
        for number in 0..NEWS_MAX + 3 {
            lines.tell("t-1", &news(number));
        }
        for number in 0..NEWS_MAX {
            assert_eq!(line.next().await, Told::News(news(number)));
        }
        assert_eq!(line.next().await, Told::Missed);
        assert_eq!(line.wire.take(), None, "once is enough");
    }

    #[test]
    fn a_line_that_is_gone_is_forgotten() {
        let lines = Lines::default();
        let (one, two) = (lines.lay("t-1"), lines.lay("t-1"));
        drop(one);
        assert_eq!(lines.all()["t-1"].len(), 1);
        drop(two);
        assert!(lines.all().is_empty());
    }
}
