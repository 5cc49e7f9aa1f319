//! One thing that was looked at.

/// One thing that was looked at, and how it is.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// What was looked at, in a word or two.
    pub(crate) about: &'static str,
    /// How it is.
    pub(crate) verdict: Verdict,
    /// In plain words: what it is, and where something is wrong, what to do.
    pub(crate) says: String,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing; nothing has to be done.
    Note,
    /// Somebody has to do something.
    Wrong,
}

impl Verdict {
    /// In one word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Note => "note",
            Verdict::Wrong => "WRONG",
        }
    }
}

/// What findings about the settings are about.
pub(crate) const SETTINGS: &str = "settings";
/// What findings about the keys are about.
pub(crate) const KEYS: &str = "keys";

impl Finding {
    pub(crate) fn good(about: &'static str, says: impl Into<String>) -> Finding {
        Finding { about, verdict: Verdict::Good, says: says.into() }
    }

    pub(crate) fn note(about: &'static str, says: impl Into<String>) -> Finding {
        Finding { about, verdict: Verdict::Note, says: says.into() }
    }

    pub(crate) fn wrong(about: &'static str, says: impl Into<String>) -> Finding {
        Finding { about, verdict: Verdict::Wrong, says: says.into() }
    }

    /// Whether it is about what a person has to set.
    pub(crate) fn is_of_setting_up(&self) -> bool {
        [SETTINGS, KEYS].contains(&self.about)
    }
}

/// So many bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
