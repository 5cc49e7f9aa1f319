//! `kvitt phone-numbers`: what customers allowed to be kept: looked at, handed out, and erased. A till may run beside it.

use std::io::{IsTerminal, Read};
use std::path::Path;

use consents::{Consent, Consents, ConsentsError, FILE, Number, Rule};
use contract::KeptNumber;
use serde_json::{Value, json};
use shell::Settings;
use shell::numbers::{as_csv, as_json, row};
use shell::settings::FILE as SETTINGS;
use till::kept_number;

use crate::command::{Exit, ExportAs, Kvitt, PhoneNumbers, Stop};
use crate::token::say;

/// The longest input that is read, in bytes.
const INPUT_BYTES_MAX: u64 = 1024;

/// Does what was asked for with the numbers.
pub(crate) fn run(kvitt: &Kvitt, what: &PhoneNumbers) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Stop::failed)?;
    runtime.block_on(act(kvitt, what))
}

async fn act(kvitt: &Kvitt, what: &PhoneNumbers) -> Result<(), Stop> {
    let settings = Settings::read(&kvitt.config_folder().join(SETTINGS)).ok();
    let whose = match what {
        PhoneNumbers::Export { all: false, .. } | PhoneNumbers::Erase { all: false } => {
            Some(read(settings.as_ref())?)
        }
        _ => None,
    };
    let rule = settings.as_ref().and_then(|settings| settings.phone_numbers.rule());
    let consents = open(&kvitt.data_folder().join(FILE), rule).await?;
    match what {
        PhoneNumbers::List => {
            let kept = found(consents.as_ref(), None).await?;
            let rows: Vec<Value> = kept.iter().map(|consent| row(&kept_number(consent, false))).collect();
            say(kvitt.json, &listed(&kept), &json!({ "kept": rows }));
        }
        PhoneNumbers::Export { form, file, .. } => {
            let kept = found(consents.as_ref(), whose.as_ref()).await?;
            let rows: Vec<KeptNumber> = kept.iter().map(|consent| kept_number(consent, true)).collect();
            let text = match form {
                ExportAs::Json => as_json(&rows),
                ExportAs::Csv => as_csv(&rows),
            };
            private_file::create(file, text.as_bytes()).map_err(|error| not_written(file, &error))?;
            let (many, shown) = (kept.len(), file.display());
            let words = format!(
                "Entries written: {many}. They are in {shown}, for its owner alone; delete it when it is used."
            );
            say(kvitt.json, &words, &json!({ "exported": many, "file": file }));
        }
        PhoneNumbers::Erase { .. } => {
            let erased = match (&consents, &whose) {
                (None, _) => 0,
                (Some(consents), Some(number)) => consents.erase(number).await.map_err(told)?,
                (Some(consents), None) => consents.erase_all().await.map_err(told)?,
            };
            let words = format!("Entries erased: {erased}. Copies that were exported are still there.");
            say(kvitt.json, &words, &json!({ "erased": erased }));
        }
    }
    if let Some(consents) = consents {
        consents.close().await.map_err(told)?;
    }
    Ok(())
}

/// The file; none is made where there is none. What is past its day the till erases, which knows what time it is: the
/// clock of a machine may be years ahead.
async fn open(path: &Path, rule: Option<Rule>) -> Result<Option<Consents>, Stop> {
    if !path.exists() {
        return Ok(None);
    }
    Consents::open(path, rule).await.map(Some).map_err(told)
}

async fn found(consents: Option<&Consents>, number: Option<&Number>) -> Result<Vec<Consent>, Stop> {
    match consents {
        Some(consents) => consents.kept(number).await.map_err(told),
        None => Ok(Vec::new()),
    }
}

/// A number that a person types: not an argument, which others on this machine and the shell's history would see.
#[expect(clippy::print_stderr, reason = "a person is asked")]
fn read(settings: Option<&Settings>) -> Result<Number, Stop> {
    if std::io::stdin().is_terminal() {
        eprintln!("The customer's phone number, please, then Enter and Ctrl-D.");
    }
    let mut text = String::new();
    std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text).map_err(Stop::failed)?;
    let currency = settings.map_or(payment::Currency::Nok, |settings| settings.market.currency());
    let number = till::Number::parse(&text, currency).map_err(|error| Stop::new(Exit::Usage, error))?;
    Number::of_digits(&number.msisdn()).map_err(|error| Stop::new(Exit::Usage, error))
}

fn listed(kept: &[Consent]) -> String {
    if kept.is_empty() {
        return "No phone number is kept.".to_owned();
    }
    let rows = kept.iter().map(|consent| {
        let (given, erased) = (written(consent.given_at), written(consent.erase_at));
        format!("{}  {given} to {erased}  {}  {}", consent.number.masked(), consent.payment, consent.purpose)
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// RFC 3339 in UTC.
pub(crate) fn written(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

fn not_written(file: &Path, error: &std::io::Error) -> Stop {
    let exit = if error.kind() == std::io::ErrorKind::AlreadyExists { Exit::Refused } else { Exit::Failed };
    Stop::new(exit, format!("{} can't be written: {error}", file.display()))
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn told(error: ConsentsError) -> Stop {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Stop::failed(format!("{error}{cause}"))
}
