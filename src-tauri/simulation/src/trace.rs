//! What happened in a world, line by line. The same seed gives the same lines, byte for byte.

use std::fmt::Write;
use std::time::Duration;

/// The lines of one world, or only their digest.
#[derive(Debug)]
pub(crate) struct Trace {
    lines: Option<String>,
    digest: u64,
    scratch: String,
}

/// FNV-1a's beginning and its prime: a digest that tells two traces apart. Nobody attacks it.
const BEGINNING: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Trace {
    pub(crate) fn new(keep: bool) -> Trace {
        Trace { lines: keep.then(String::new), digest: BEGINNING, scratch: String::new() }
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, at: Duration, line: std::fmt::Arguments<'_>) {
        self.scratch.clear();
        // Writing to a String does not fail.
        let _ = writeln!(self.scratch, "{:>12.3}  {line}", at.as_secs_f64());
        for byte in self.scratch.bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        if let Some(lines) = &mut self.lines {
            lines.push_str(&self.scratch);
        }
    }

    /// Tells traces apart.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// The lines, if they were kept.
    pub(crate) fn lines(&mut self) -> String {
        self.lines.take().unwrap_or_default()
    }
}
