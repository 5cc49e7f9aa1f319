//! What happened in a world, line by line, if somebody wants to read it. The same seed gives the same lines, byte for
//! byte.

use std::fmt::Write;
use std::time::Duration;

/// The lines of one world, if they are kept: to write them takes longer than to play them.
#[derive(Debug)]
pub(crate) struct Trace {
    lines: Option<String>,
}

impl Trace {
    pub(crate) fn new(keep: bool) -> Trace {
        Trace { lines: keep.then(String::new) }
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, at: Duration, line: std::fmt::Arguments<'_>) {
        if let Some(lines) = &mut self.lines {
            // Writing to a String does not fail.
            let _ = writeln!(lines, "{:>12.3}  {line}", at.as_secs_f64());
        }
    }

    /// The lines, if they were kept.
    pub(crate) fn lines(&mut self) -> String {
        self.lines.take().unwrap_or_default()
    }
}
