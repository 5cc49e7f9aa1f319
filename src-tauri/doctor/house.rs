//! What lies around the journal: the data folder, the settings and keys, the POS token and the logs.

use std::io::ErrorKind;
use std::path::Path;

use shell::settings::{FILE, Settings};
use shell::{KeyStore, Place};

use super::finding::{Finding, KEYS, SETTINGS, size};

/// With less room than this, in bytes, a till should not be left alone: a payment takes some ten thousand.
const ROOM_MIN: u64 = 20_000_000;
/// The POS token in the data folder.
const TOKEN: &str = "pos-token";

/// The folder of everything that is kept.
pub(crate) fn data_folder(folder: &Path) -> Finding {
    const ABOUT: &str = "data folder";
    let shown = folder.display();
    match std::fs::metadata(folder) {
        Ok(found) if !found.is_dir() => {
            return Finding::wrong(ABOUT, format!("{shown} is no folder; move it away, or use --data"));
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Finding::note(ABOUT, format!("{shown} is not there yet; the first start makes it"));
        }
        Err(error) => return Finding::wrong(ABOUT, format!("{shown} can't be looked at: {error}")),
    }
    if !may_write(folder) {
        let what_to_do = "check who owns it, and that the disk is not read-only";
        return Finding::wrong(ABOUT, format!("{shown} can't be written to; {what_to_do}"));
    }
    match room(folder) {
        Some(room) if room < ROOM_MIN => {
            Finding::wrong(ABOUT, format!("{shown}: only {} are free; make room on the disk", size(room)))
        }
        Some(room) => Finding::good(ABOUT, format!("{shown}, {} are free", size(room))),
        None => Finding::good(ABOUT, shown.to_string()),
    }
}

/// Looks, and does not try: nothing is written.
#[cfg(unix)]
fn may_write(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn may_write(_: &Path) -> bool {
    true
}

/// Bytes that are free for us.
#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}

/// The settings, and whether there are keys for them. Keys are never shown.
pub(crate) fn settings_and_keys(folder: &Path) -> Vec<Finding> {
    let settings = match Settings::read(&folder.join(FILE)) {
        Ok(settings) => settings,
        Err(error) => {
            let keys = "not looked for: the settings say for which sales unit they are";
            return vec![Finding::wrong(SETTINGS, error.to_string()), Finding::note(KEYS, keys)];
        }
    };
    let name = settings.key_name();
    let says = format!("{}: {}, sales unit {name}", folder.join(FILE).display(), settings.shop.name);
    let keys = match KeyStore::new(folder).find(&name) {
        Ok((_, Place::File(file))) if private_file::is_open_to_others(&file) => {
            let what_to_do = "let its owner alone read it, and consider new keys";
            Finding::wrong(KEYS, format!("others can read {}; {what_to_do}", file.display()))
        }
        Ok((_, place)) => Finding::good(KEYS, format!("in {place}")),
        Err(error) => Finding::wrong(KEYS, error.to_string()),
    };
    vec![Finding::good(SETTINGS, says), keys]
}

/// The file that the POS reads its token from.
pub(crate) fn token(data: &Path) -> Finding {
    const ABOUT: &str = "POS token";
    let file = data.join(TOKEN);
    let shown = file.display();
    if !file.exists() {
        return Finding::note(ABOUT, format!("{shown} is not there yet; the next start makes it"));
    }
    if private_file::is_open_to_others(&file) {
        let what_to_do = "the next start closes it to them; delete it first to have a new one";
        return Finding::wrong(ABOUT, format!("others can read {shown}; {what_to_do}"));
    }
    Finding::good(ABOUT, format!("{shown}, for its owner alone"))
}

/// Where to read what has happened.
pub(crate) fn logs(data: &Path) -> Finding {
    const ABOUT: &str = "logs";
    let folder = data.join("logs");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return Finding::note(ABOUT, format!("{} is not there yet", folder.display()));
    };
    let lengths: Vec<u64> = files.flatten().filter_map(|file| Some(file.metadata().ok()?.len())).collect();
    let says = format!("{}, {} files, {}", folder.display(), lengths.len(), size(lengths.iter().sum()));
    Finding::good(ABOUT, says)
}
