//! `kvitt keys`: stores the keys of the sales unit, in the keyring or, where there is none, in a file.

use std::io::{IsTerminal, Read};

use shell::settings::{FILE, Settings};
use shell::{KeyStore, StoredKeys};

use crate::command::{Exit, Keys, Kvitt, Stop};

/// The longest input that is read, in bytes.
const INPUT_BYTES_MAX: u64 = 16 * 1024;

/// Does what was asked for with the keys.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn run(kvitt: &Kvitt, what: &Keys) -> Result<(), Stop> {
    let folder = kvitt.config_folder();
    let settings = Settings::read(&folder.join(FILE)).map_err(|error| Stop::new(Exit::Usage, error))?;
    let name = settings.key_name();
    let store = KeyStore::new(&folder);
    match what {
        Keys::Set { file } => {
            let store = if *file { store.without_keyring() } else { store };
            let place = store.keep(&name, &read()?).map_err(told)?;
            println!("The keys for {name} are in {place}.");
        }
        Keys::Forget => {
            store.forget(&name).map_err(told)?;
            println!("The keys for {name} are forgotten.");
        }
        Keys::Where => {
            let (_, place) = store.find(&name).map_err(told)?;
            println!("The keys for {name} are in {place}.");
        }
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a person is asked")]
fn read() -> Result<StoredKeys, Stop> {
    if std::io::stdin().is_terminal() {
        eprintln!("Three lines, please, and then Ctrl-D: client id, client secret, subscription key.");
    }
    let mut text = String::new();
    std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text).map_err(Stop::failed)?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next(), lines.next(), lines.next()) {
        (Some(id), Some(secret), Some(key), None) => {
            StoredKeys::new(id, secret, key).map_err(|error| Stop::new(Exit::Usage, error))
        }
        _ => Err(Stop::new(
            Exit::Usage,
            "there must be three lines: client id, client secret, subscription key",
        )),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn told(error: shell::keys::KeyStoreError) -> Stop {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Stop::failed(format!("{error}{cause}"))
}
