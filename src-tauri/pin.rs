//! `kvitt pin`: sets or forgets the PIN that stands before a refund. A till that runs heeds it at once.

use std::io::{IsTerminal, Read};

use serde_json::{Value, json};
use shell::PinError;
use shell::pin;

use crate::command::{Exit, Kvitt, Pin, Stop};

/// The longest input that is read, in bytes.
const INPUT_BYTES_MAX: u64 = 1024;

/// Does what was asked for with the PIN.
pub(crate) fn run(kvitt: &Kvitt, what: &Pin) -> Result<(), Stop> {
    let config = kvitt.config_folder();
    let (words, said) = match what {
        Pin::Set => {
            let file = pin::set(&config, &kvitt.data_folder(), &read()?).map_err(told)?;
            let words = format!(
                "The PIN is kept in {}, as a hash that its owner alone can read. It is good at once.",
                file.display()
            );
            (words, json!({ "set": true, "file": file }))
        }
        Pin::Forget => {
            let was_there = pin::forget(&config).map_err(told)?;
            let words = if was_there { "The PIN is forgotten." } else { "There was no PIN." };
            let next = "The cashier window gives nothing back until `kvitt pin set` sets one.";
            (format!("{words} {next}"), json!({ "forgotten": was_there }))
        }
    };
    say(kvitt.json, &words, &said);
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a person is asked")]
fn read() -> Result<String, Stop> {
    if std::io::stdin().is_terminal() {
        eprintln!("The PIN, please, 4 to 12 digits, then Enter and Ctrl-D.");
    }
    let mut text = String::new();
    std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text).map_err(Stop::failed)?;
    Ok(text.trim().to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn told(error: PinError) -> Stop {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let exit = if matches!(error, PinError::Digits) { Exit::Usage } else { Exit::Failed };
    Stop::new(exit, format!("{error}{cause}"))
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(json: bool, words: &str, said: &Value) {
    if json {
        println!("{said}");
    } else {
        println!("{words}");
    }
}
