//! Hears from the hub that something may have happened, and makes the till look.
//!
//! What is heard of a payment is a hint and no more: the till reads the truth itself, and would find it out a little later
//! anyway. That somebody has scanned the code on the counter is known from nowhere else: what is missed, the customer has to
//! do again.

use std::time::Duration;

use contract::News;
use till::{Refused, Scan, Till};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::telling::{Pace, State};

/// So long without a word means that the line is dead; the hub says something every ten seconds.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// The most bytes of one event.
const EVENT_BYTES_MAX: usize = 64 * 1024;

/// A till that listens to its hub.
pub(crate) struct Listening {
    pub(crate) till: Till,
    pub(crate) client: Client,
    pub(crate) pace: Pace,
    pub(crate) state: watch::Sender<State>,
    /// Whether the hub hears when something happens to the till's payments.
    pub(crate) is_told: bool,
}

impl Listening {
    /// Listens for as long as there is a till.
    pub(crate) async fn run(self) {
        let mut failures = 0_u32;
        loop {
            let heard = self.follow().await;
            failures = if self.state.borrow().listening { 1 } else { failures.saturating_add(1) };
            self.hears(false);
            if let Err(refused) = heard {
                let code = till::name_of(refused.code);
                tracing::debug!(code, "nothing is heard from the hub: {}", refused.detail);
            }
            sleep(self.pace.after(failures)).await;
        }
    }

    /// Listens until the line breaks.
    async fn follow(&self) -> Result<(), Refused> {
        let mut answer = self.client.listen().await?;
        let mut heard = Vec::new();
        while let Ok(Ok(Some(bytes))) = timeout(SILENCE_MAX, answer.chunk()).await {
            heard.extend_from_slice(&bytes);
            while let Some(event) = next_event(&mut heard) {
                match event {
                    Heard::Hello => {
                        self.hears(true);
                        look_at_open(&self.till).await;
                    }
                    Heard::Missed => look_at_open(&self.till).await,
                    Heard::News(News::Payment { reference }) => look_at(&self.till, &reference).await,
                    Heard::News(News::CheckedIn { customer_token, initiated_at, .. }) => {
                        self.till.scanned(&Scan { token: customer_token, at: initiated_at }).await;
                    }
                    Heard::Nothing => {}
                }
            }
            if heard.len() > EVENT_BYTES_MAX {
                break;
            }
        }
        Ok(())
    }

    fn hears(&self, hears: bool) {
        self.till.is_told_of_payments(hears && self.is_told);
        self.state.send_modify(|state| state.listening = hears);
    }
}

/// Something may have been missed.
async fn look_at_open(till: &Till) {
    if let Some(open) = till.health().open {
        look_at(till, &open).await;
    }
}

async fn look_at(till: &Till, reference: &str) {
    // News of a payment of another till of the sales unit is none of ours.
    let _ = till.refresh(reference).await;
}

/// What the hub said.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Hello,
    Missed,
    News(News),
    /// A comment, or an event of a newer hub.
    Nothing,
}

/// Takes the first whole event from the front of what was heard.
fn next_event(heard: &mut Vec<u8>) -> Option<Heard> {
    let end = heard.windows(2).position(|pair| pair == b"\n\n")?;
    let event: Vec<u8> = heard.drain(..end + 2).collect();
    let text = String::from_utf8_lossy(&event);
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Some(match field("event:") {
        Some("hello") => Heard::Hello,
        Some("missed") => Heard::Missed,
        Some("news") => field("data:")
            .and_then(|data| serde_json::from_str(data).ok())
            .map_or(Heard::Nothing, Heard::News),
        _ => Heard::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_however_they_are_cut() {
        let text = b": nothing new\n\nevent: hello\ndata: {}\n\nevent: news\ndata: {\"news\":\"payment\",\"reference\":\"sale-1001\"}\n\nevent: missed\ndata: {}\n\nevent: tomorrow\ndata: 1\n\n";
        for size in 1..text.len() {
            let (mut heard, mut events) = (Vec::new(), Vec::new());
            for bytes in text.chunks(size) {
                heard.extend_from_slice(bytes);
                events.extend(std::iter::from_fn(|| next_event(&mut heard)));
            }
            let news = Heard::News(News::Payment { reference: "sale-1001".to_owned() });
            assert_eq!(events, [Heard::Nothing, Heard::Hello, news, Heard::Missed, Heard::Nothing], "{size}");
        }
    }
}
