//! The PIN that stands before a refund in the cashier window.
//!
//! Only a salted, slow hash of it is kept, in a file that its owner alone can read, beside the keys. A PIN has few
//! digits, so the hash is for accidents; what keeps guesses away is the wait after wrong ones, which grows and outlives
//! a restart. A try is written down before it is looked at, so that pulling the plug gives no further one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use contract::Private;
use tokio::sync::Mutex;
use tokio::time::Instant;
use typed_secret::{HashError, hash_of, is_hash, is_hash_of, wait_after};

/// The name of the file with the hash, in the settings folder.
pub const FILE: &str = "pin";
/// The name of the file that counts wrong tries, in the data folder.
pub const TRIES_FILE: &str = "pin-tries";
/// How many digits a PIN has.
pub const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1024;

/// The PIN of a till, and how often it was got wrong.
#[derive(Debug)]
pub struct Pin {
    kept: Kept,
    // Held while a PIN is looked at: two hands try one after the other.
    tries: Mutex<Tries>,
}

/// Where the hash is kept.
#[derive(Debug)]
enum Kept {
    /// In a file; wrong tries are counted in another one.
    File { hash: PathBuf, tries: PathBuf },
    /// In memory alone, for the demo.
    Memory(String),
}

#[derive(Debug, Default)]
struct Tries {
    wrong: u32,
    not_before: Option<Instant>,
    /// The hash that they were about: another PIN is tried anew.
    of: Option<String>,
}

impl Pin {
    /// The PIN kept in the settings folder `config`; wrong tries are counted in the data folder `data`. What was
    /// counted before the start is waited for anew.
    pub fn kept_in(config: &Path, data: &Path) -> Pin {
        let (hash, tries) = (config.join(FILE), data.join(TRIES_FILE));
        let wrong = private_file::read(&tries, FILE_BYTES_MAX)
            .ok()
            .flatten()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        let kept = Kept::File { hash, tries };
        let of = kept.hash().ok().flatten();
        let mut tries = Tries { wrong, not_before: None, of };
        tries.wait();
        Pin { kept, tries: Mutex::new(tries) }
    }

    /// The PIN of a demo, which everybody may know.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn of_demo(digits: &str) -> Result<Pin, PinError> {
        Ok(Pin { kept: Kept::Memory(hash_of(digits)?), tries: Mutex::default() })
    }

    /// Whether there is a PIN, and how long it is until another may be tried.
    pub async fn state(&self) -> (bool, Duration) {
        let hash = self.kept.hash().ok().flatten();
        let mut tries = self.tries.lock().await;
        tries.begin_anew_for(hash.as_ref());
        (hash.is_some(), tries.left())
    }

    /// Looks at a PIN that was typed.
    ///
    /// # Errors
    /// When it is not the one, when there is none, or when no other may be tried yet.
    pub async fn check(&self, typed: &Private) -> Result<(), PinRefused> {
        let hash = self.kept.hash().ok().flatten().ok_or(PinRefused::Unset)?;
        let mut tries = self.tries.lock().await;
        tries.begin_anew_for(Some(&hash));
        if !tries.left().is_zero() {
            return Err(PinRefused::Wait(tries.left()));
        }
        tries.wrong = tries.wrong.saturating_add(1);
        self.kept.count(tries.wrong);
        let typed = typed.clone();
        let looked = tokio::task::spawn_blocking(move || is_hash_of(&hash, typed.reveal())).await;
        if looked.unwrap_or(false) {
            tries.wrong = 0;
            self.kept.count(0);
            return Ok(());
        }
        tries.wait();
        tracing::warn!(wrong = tries.wrong, "a wrong PIN was typed");
        Err(PinRefused::Wrong(tries.left()))
    }
}

impl Tries {
    /// Another PIN than the one that was got wrong is tried anew.
    fn begin_anew_for(&mut self, hash: Option<&String>) {
        if self.of.as_ref() != hash {
            *self = Tries { of: hash.cloned(), ..Tries::default() };
        }
    }

    fn wait(&mut self) {
        self.not_before = wait_after(self.wrong).map(|wait| Instant::now() + wait);
    }

    fn left(&self) -> Duration {
        self.not_before.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()))
    }
}

impl Kept {
    fn hash(&self) -> std::io::Result<Option<String>> {
        match self {
            Kept::Memory(hash) => Ok(Some(hash.clone())),
            Kept::File { hash, .. } => {
                let text = private_file::read(hash, FILE_BYTES_MAX)
                    .inspect_err(|error| tracing::error!(%error, "the PIN can't be read"))?;
                Ok(text.map(|text| text.trim().to_owned()).filter(|text| is_hash(text)))
            }
        }
    }

    /// Writes down how many wrong PINs there were. Where that can't be, they are counted until the next start.
    fn count(&self, wrong: u32) {
        let Kept::File { tries, .. } = self else { return };
        let written = write_line(tries, &wrong.to_string());
        if let Err(error) = written {
            tracing::warn!(%error, "tries of the PIN can't be written down");
        }
    }
}

/// Keeps `digits` as the PIN in the settings folder `config`, and forgets the wrong tries counted in `data`.
///
/// # Errors
/// When it is no PIN, or the file can't be written.
pub fn set(config: &Path, data: &Path, digits: &str) -> Result<PathBuf, PinError> {
    if !DIGITS.contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinError::Digits);
    }
    let file = config.join(FILE);
    write_line(&file, &hash_of(digits)?).map_err(|source| PinError::File { path: file.clone(), source })?;
    let _ = std::fs::remove_file(data.join(TRIES_FILE));
    Ok(file)
}

/// Forgets the PIN in the settings folder `config`. Gives whether there was one.
///
/// # Errors
/// When the file can't be removed.
pub fn forget(config: &Path) -> Result<bool, PinError> {
    let path = config.join(FILE);
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(PinError::File { path, source }),
    }
}

/// Writes `text` as a line into the file, in a folder that is made where there is none.
fn write_line(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    private_file::replace(path, format!("{text}\n").as_bytes())
}

/// Why a PIN was not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRefused {
    /// There is none.
    Unset,
    /// It is another one; the next may be tried after so long.
    Wrong(Duration),
    /// It was not looked at; the next may be tried after so long.
    Wait(Duration),
}

/// Why a PIN can't be kept or forgotten. Never says what it is.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// It is no PIN.
    #[error("a PIN is {} to {} digits", DIGITS.start(), DIGITS.end())]
    Digits,
    /// The system gives no randomness.
    #[error("the system gives no randomness; try again")]
    NoRandomness,
    /// The file can't be used.
    #[error("the PIN file {} can't be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl From<HashError> for PinError {
    fn from(error: HashError) -> PinError {
        match error {
            HashError::NoRandomness => PinError::NoRandomness,
            HashError::TooLong => PinError::Digits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> Private {
        Private::new(digits)
    }

    struct Folders {
        config: tempfile::TempDir,
        data: tempfile::TempDir,
    }

    impl Folders {
        fn with(digits: &str) -> Folders {
            let folder = || tempfile::tempdir().expect("there is room");
            let folders = Folders { config: folder(), data: folder() };
            set(folders.config.path(), folders.data.path(), digits).expect("it is a PIN");
            folders
        }

        /// The till is started, perhaps again.
        fn start(&self) -> Pin {
            Pin::kept_in(self.config.path(), self.data.path())
        }
    }

    #[tokio::test]
    async fn the_file_is_for_its_owner_alone_and_does_not_say_the_pin() {
        let folders = Folders::with("738251");
        let path = folders.config.path().join(FILE);
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert!(text.starts_with("$argon2id$") && !text.contains("738251"), "{text}");
        let other = Folders::with("738251");
        assert_ne!(std::fs::read_to_string(other.config.path().join(FILE)).expect("it is there"), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let pin = folders.start();
        assert_eq!(pin.check(&typed("738251")).await, Ok(()));
        assert_eq!(pin.check(&typed("738252")).await, Err(PinRefused::Wrong(Duration::ZERO)));
        assert!(!format!("{pin:?}").contains("738251"));
    }

    #[test]
    fn a_pin_is_four_to_twelve_digits() {
        let folder = tempfile::tempdir().expect("there is room");
        for wrong in ["", "123", "1234567890123", "12a4", "12 34", "١٢٣٤"] {
            assert!(matches!(set(folder.path(), folder.path(), wrong), Err(PinError::Digits)), "{wrong}");
        }
        assert!(!folder.path().join(FILE).exists());
    }

    #[tokio::test]
    async fn without_a_pin_nothing_is_good() {
        let folders = Folders::with("7382");
        let pin = folders.start();
        assert!(forget(folders.config.path()).expect("it can be removed"));
        assert!(!forget(folders.config.path()).expect("there is none"));
        assert_eq!(pin.check(&typed("7382")).await, Err(PinRefused::Unset));
        assert_eq!(pin.state().await, (false, Duration::ZERO));
        std::fs::write(folders.config.path().join(FILE), "7382").expect("it can be written");
        assert_eq!(pin.check(&typed("7382")).await, Err(PinRefused::Unset), "a file that is no hash");
    }

    #[tokio::test]
    async fn wrong_ones_are_waited_for_also_after_a_restart_and_even_the_right_one_is_not_looked_at() {
        let folders = Folders::with("7382");
        let pin = folders.start();
        for _ in 0..2 {
            assert_eq!(pin.check(&typed("1111")).await, Err(PinRefused::Wrong(Duration::ZERO)));
        }
        assert!(matches!(pin.check(&typed("1111")).await, Err(PinRefused::Wrong(wait)) if !wait.is_zero()));
        assert!(matches!(pin.check(&typed("7382")).await, Err(PinRefused::Wait(_))));
        let again = folders.start();
        assert!(matches!(again.check(&typed("7382")).await, Err(PinRefused::Wait(_))));
        let (is_set, wait) = again.state().await;
        assert!(is_set && wait > Duration::from_secs(20) && wait <= typed_secret::FIRST_WAIT, "{wait:?}");
        // Whoever has the machine may set another one, and it is good at once.
        set(folders.config.path(), folders.data.path(), "9281").expect("it is a PIN");
        assert_eq!(again.check(&typed("9281")).await, Ok(()));
    }

    #[tokio::test]
    async fn a_good_one_makes_up_for_slips() {
        let folders = Folders::with("7382");
        let pin = folders.start();
        for _ in 0..3 {
            assert_eq!(pin.check(&typed("1111")).await, Err(PinRefused::Wrong(Duration::ZERO)));
            assert_eq!(pin.check(&typed("1111")).await, Err(PinRefused::Wrong(Duration::ZERO)));
            assert_eq!(pin.check(&typed("7382")).await, Ok(()));
        }
    }
}
