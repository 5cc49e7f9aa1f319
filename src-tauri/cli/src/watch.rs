//! `kvitt watch`: says what happens on the till as it happens.

use std::time::Duration;

use contract::{Change, PaymentView, Snapshot};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::arguments::Watch;
use crate::ending::{Ending, Failure};
use crate::events::{Event, Events};
use crate::register::{PAUSE, Register, Trouble};
use crate::voice::Voice;
use crate::words;

/// A stream that is silent for longer is dead: the till says every 15 s that it is alive.
const SILENCE_MAX: Duration = Duration::from_secs(40);

/// Says what happens until it is stopped, or until the payment that was named has ended. A till that goes is waited for,
/// and what was missed is said when it is back.
pub(crate) async fn run(register: &Register, watch: &Watch, voice: Voice) -> Result<Ending, Failure> {
    let mut watcher = Watcher { register, watch, voice, heard: watch.after, last: None };
    let mut silent = watcher.listen().await;
    loop {
        match silent {
            Ok(payment) => return Ok(words::ending(&payment)),
            // One that never answered is not waited for.
            Err(Cut::Before(trouble)) if watcher.last.is_none() || !trouble.passes() => {
                let failure = register.told(trouble);
                return Err(watch.reference.iter().fold(failure, |failure, name| failure.about(name)));
            }
            Err(Cut::Before(_)) => {}
            Err(Cut::Within(why)) => Voice::warn(&format!("the till is gone ({why}); it is waited for")),
        }
        sleep(PAUSE).await;
        silent = watcher.listen().await;
    }
}

/// How far the listening has come.
struct Watcher<'a> {
    register: &'a Register,
    watch: &'a Watch,
    voice: Voice,
    /// The id of the last event that had one.
    heard: Option<u64>,
    /// What was said last; something, once a stream has begun.
    last: Option<Value>,
}

/// Why a stream has ended.
enum Cut {
    /// There was none.
    Before(Trouble),
    /// It broke off, for that reason.
    Within(String),
}

impl Watcher<'_> {
    /// Listens until the payment has ended, or the stream has.
    async fn listen(&mut self) -> Result<PaymentView, Cut> {
        let mut stream = self.register.listen(self.heard).await.map_err(Cut::Before)?;
        let mut events = Events::default();
        loop {
            let piece = match timeout(SILENCE_MAX, stream.chunk()).await {
                Ok(Ok(Some(piece))) => piece,
                Ok(Ok(None)) => return Err(Cut::Within("it has closed".to_owned())),
                Ok(Err(error)) => return Err(Cut::Within(error.to_string())),
                Err(_) => return Err(Cut::Within("it is silent".to_owned())),
            };
            let complete = events.after(&piece).ok_or_else(|| Cut::Within("it makes no sense".to_owned()))?;
            for event in complete {
                let ended = self.hear(&event).await?;
                // What was heard is told before it counts as heard.
                self.heard = event.id.or(self.heard);
                if let Some(payment) = ended {
                    return Ok(payment);
                }
            }
        }
    }

    /// Says what there is to say of the event. Gives the payment that was named, when it has ended.
    async fn hear(&mut self, event: &Event) -> Result<Option<PaymentView>, Cut> {
        let strange = |error: serde_json::Error| Cut::Before(Trouble::Strange(error.to_string()));
        let (view, payment) = match event.name.as_str() {
            "snapshot" => {
                let snapshot: Snapshot = serde_json::from_str(&event.data).map_err(strange)?;
                match &self.watch.reference {
                    // It may not be the one on the screen, and may have ended long ago.
                    Some(named) => {
                        let payment = self.register.payment(named).await.map_err(Cut::Before)?;
                        (None, Some(payment))
                    }
                    None => (Some(snapshot.screen), snapshot.payment),
                }
            }
            "payment" => {
                let change: Change = serde_json::from_str(&event.data).map_err(strange)?;
                (None, Some(change.payment))
            }
            // A newer till may say more.
            _ => return Ok(None),
        };
        let wanted = |payment: &PaymentView| {
            self.watch.reference.as_ref().is_none_or(|named| *named == payment.reference)
        };
        let payment = payment.filter(wanted);
        if view.is_none() && payment.is_none() {
            return Ok(None);
        }
        let name = if view.is_some() { "snapshot" } else { "payment" };
        self.tell(name, event.id, json!(view), payment.as_ref());
        let named = self.watch.reference.is_some();
        Ok(payment.filter(|payment| named && payment.is_final))
    }

    /// Says it, unless it is what was said last.
    fn tell(&mut self, name: &str, id: Option<u64>, screen: Value, payment: Option<&PaymentView>) {
        let mut said = json!({ "event": name });
        if !screen.is_null() {
            said["screen"] = screen;
        }
        if let Some(payment) = payment {
            said["payment"] = json!(payment);
        }
        if self.last.as_ref() == Some(&said) {
            return;
        }
        let text = payment.map_or_else(
            || "The till is there; no payment is on the customer screen.".to_owned(),
            |payment| format!("{}  {}", payment.changed_at, words::line(payment)),
        );
        let mut line = said.clone();
        if let Some(id) = id {
            line["id"] = json!(id);
        }
        self.voice.answer(&line, &text);
        self.last = Some(said);
    }
}
