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

/// Asks whoever sits at a terminal twice, and shows nothing of what is typed; else reads what is piped in.
fn read() -> Result<String, Stop> {
    if std::io::stdin().is_terminal() {
        let first = asked("The PIN, 4 to 12 digits (it is not shown): ")?;
        // With a slip in it nobody could give anything back.
        if first != asked("The same again: ")? {
            return Err(Stop::new(Exit::Usage, "the two are not the same; the PIN is as it was before"));
        }
        return Ok(first);
    }
    let mut text = String::new();
    std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text).map_err(Stop::failed)?;
    Ok(text.trim().to_owned())
}

fn asked(question: &str) -> Result<String, Stop> {
    let typed = rpassword::prompt_password(question);
    typed
        .map(|typed| typed.trim().to_owned())
        .map_err(|error| Stop::failed(format!("no PIN was typed, and it is as it was before: {error}")))
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
