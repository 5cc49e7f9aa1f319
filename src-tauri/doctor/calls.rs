//! The addresses that want to be called: how far each has been told, how much waits for it, and why it did not hear the
//! newest call.

use std::path::Path;

use contract::WebhookUrl;
use journal::Seq;
use serde_json::{Value, json};
use shell::settings::{FILE, Settings};
use webhooks::{CURSORS_FILE, Cursors};

use super::finding::Finding;
use crate::backup::JOURNAL;

const ABOUT: &str = "webhooks";

/// How the addresses are that want to be called.
#[derive(Default)]
pub(crate) struct Calls {
    pub(crate) findings: Vec<Finding>,
    /// For each address its figures.
    pub(crate) addresses: Vec<Value>,
}

/// Looks at how far each address of the settings in `config` has been told. Where there are no good settings there is
/// nothing to look at: they have a finding of their own.
pub(crate) fn look(config: &Path, data: &Path) -> Calls {
    let urls = Settings::read(&config.join(FILE)).map(|settings| settings.pos.webhooks).unwrap_or_default();
    if urls.is_empty() {
        return Calls::default();
    }
    let nothing = |finding| Calls { findings: vec![finding], addresses: Vec::new() };
    let cursors = match Cursors::open(&data.join(CURSORS_FILE)) {
        Ok(cursors) => cursors,
        Err(error) => return nothing(Finding::wrong(ABOUT, error.to_string())),
    };
    let told: Vec<Option<u64>> = urls.iter().map(|url| cursors.told(url)).collect();
    match waiting(&data.join(JOURNAL), &told) {
        Ok(waiting) => {
            let mut calls = Calls::default();
            for ((url, told), waiting) in urls.iter().zip(told).zip(waiting) {
                calls.add(&cursors, url, told, waiting);
            }
            calls
        }
        // So has the journal.
        Err(_) => nothing(Finding::note(ABOUT, "not counted: the journal can't be read")),
    }
}

impl Calls {
    fn add(&mut self, cursors: &Cursors, url: &WebhookUrl, told: Option<u64>, waiting: u64) {
        let Some(number) = told else {
            let says =
                format!("{url} has never been told anything: it hears of what happens after the next start");
            self.findings.push(Finding::note(ABOUT, says));
            self.addresses.push(json!({ "url": url, "acknowledged": null, "waiting": 0, "lastMiss": null }));
            return;
        };
        let missed = cursors.missed(url);
        let heard = format!("{url} has acknowledged change {number}");
        self.findings.push(match &missed {
            Some(missed) if waiting > 0 => {
                let why = format!(
                    "it did not hear the last call, {} in a row, at {}: {}",
                    times(missed.times),
                    missed.at,
                    missed.why
                );
                Finding::wrong(ABOUT, format!("{heard}; {} for it; {why}", wait(waiting)))
            }
            _ if waiting > 0 => Finding::note(ABOUT, format!("{heard}; {} for it", wait(waiting))),
            _ => Finding::good(ABOUT, format!("{heard}; nothing waits for it")),
        });
        let missed =
            missed.map(|missed| json!({ "at": missed.at, "why": missed.why, "times": missed.times }));
        self.addresses.push(json!({
            "url": url, "acknowledged": number, "waiting": waiting, "lastMiss": missed,
        }));
    }
}

/// How many payments have changed since each address was told; none for one that was never told anything.
fn waiting(journal: &Path, told: &[Option<u64>]) -> Result<Vec<u64>, String> {
    if !journal.exists() {
        return Ok(vec![0; told.len()]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let places: Vec<Seq> = told.iter().map(|told| Seq(told.unwrap_or(u64::MAX))).collect();
    runtime.block_on(journal::changed_after(journal, &places)).map_err(|error| error.to_string())
}

fn wait(waiting: u64) -> String {
    if waiting == 1 { "1 payment waits".to_owned() } else { format!("{waiting} payments wait") }
}

fn times(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}
