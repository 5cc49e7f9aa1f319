//! A back office that listens to all events, is cut off with every kill, and resumes where it was.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::Value;

use super::bell::Bell;
use super::ledger::Ledger;
use super::register::{A_MOMENT, tell};
use super::vipps::Vipps;
use super::wire::Wire;

/// What it has heard, over all cuts.
#[derive(Default)]
pub(crate) struct Listener {
    last_id: Option<u64>,
    /// The newest change that there was when it last began to listen.
    newest: u64,
    /// Every payment that it heard of, as it was told last.
    heard: BTreeMap<String, Value>,
    /// How many events it heard.
    pub(crate) events: u64,
    /// How often it resumed.
    pub(crate) resumed: u64,
}

/// One event as it comes over the wire.
#[derive(Default)]
struct Event {
    name: String,
    id: Option<u64>,
    data: String,
}

impl Listener {
    /// Listens until the bell rings and the stream has broken off.
    pub(crate) fn listens(&mut self, wire: &Wire, ledger: &Ledger, vipps: &Vipps, over: &Bell) {
        loop {
            self.resumes(wire, ledger, vipps, |_| false);
            if over.within(A_MOMENT) {
                return;
            }
        }
    }

    /// Resumes, and listens until it has heard everything that has happened.
    pub(crate) fn catches_up(&mut self, wire: &Wire, ledger: &Ledger, vipps: &Vipps) {
        self.resumes(wire, ledger, vipps, |listener| listener.last_id >= Some(listener.newest));
    }

    fn resumes(&mut self, wire: &Wire, ledger: &Ledger, vipps: &Vipps, enough: impl Fn(&Listener) -> bool) {
        let Some(mut stream) = wire.events(self.last_id) else { return };
        self.resumed += u64::from(self.last_id.is_some());
        let mut event = Event::default();
        let mut line = String::new();
        // What was cut in the middle of a line is no event.
        while stream.read_line(&mut line).is_ok() && line.ends_with('\n') {
            match line.trim_end().split_once(':') {
                Some(("event", name)) => name.trim().clone_into(&mut event.name),
                Some(("id", id)) => event.id = id.trim().parse().ok(),
                Some(("data", data)) => event.data.push_str(data.trim_start()),
                None if line.trim_end().is_empty() && !event.data.is_empty() => {
                    self.hears(&std::mem::take(&mut event), ledger, vipps);
                    if enough(self) {
                        return;
                    }
                }
                _ => {}
            }
            line.clear();
        }
    }

    /// What it heard of a payment last.
    pub(crate) fn of(&self, reference: &str) -> Option<&Value> {
        self.heard.get(reference)
    }

    fn hears(&mut self, event: &Event, ledger: &Ledger, vipps: &Vipps) {
        self.events += 1;
        if let Some(id) = event.id {
            if self.last_id.is_some_and(|last| id <= last) && event.name == "payment" {
                let what = format!("event {id} comes after event {:?}: {}", self.last_id, event.data);
                ledger.is_wrong("", what);
            }
            self.last_id = self.last_id.max(Some(id));
        }
        let Ok(data) = serde_json::from_str::<Value>(&event.data) else {
            ledger.is_wrong("", format!("an event is no JSON: {}", event.data));
            return;
        };
        if event.name == "snapshot" {
            self.newest = data["number"].as_u64().unwrap_or(u64::MAX);
        }
        let view = &data["payment"];
        let Some(reference) = view["reference"].as_str() else { return };
        let before = self.heard.insert(reference.to_owned(), view.clone());
        if let Some(before) = before.filter(|before| before["final"] == true)
            && before["status"] != view["status"]
            && view["problem"]["code"] != "paid_late"
        {
            ledger.is_wrong(reference, format!("it was told as {before} and then as {view}"));
        }
        // Others may have heard more meanwhile: what was asked at the beginning of time contradicts nobody.
        tell(0, view, ledger, vipps);
    }
}
