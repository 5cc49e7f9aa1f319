//! Where the log goes: a file a day in the data folder, and warnings to whoever started the program.

use std::io::IsTerminal;
use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// So many days are kept.
const DAYS_MAX: usize = 14;

/// Begins to log: to the terminal, and to files in `folder` if there is one. The line readable alone, the
/// reference as a field, and never a secret, a body or a phone number.
pub(crate) fn begin(folder: Option<&Path>) {
    let coloured = std::io::stderr().is_terminal();
    let terminal =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(coloured);
    let loud = EnvFilter::try_from_env("KVITT_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let file = folder.and_then(|folder| {
        let logs = folder.join("logs");
        // Looked into before it is made, the folder would be missed aloud at the first start.
        std::fs::create_dir_all(&logs).ok()?;
        let appender = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix("kvitt")
            .filename_suffix("log")
            .max_log_files(DAYS_MAX)
            .build(logs);
        appender.ok()
    });
    let file = file.map(|appender| {
        tracing_subscriber::fmt::layer().with_ansi(false).with_writer(appender).with_filter(LevelFilter::INFO)
    });
    // A second beginning, as in tests, changes nothing.
    let _ = tracing_subscriber::registry().with(terminal.with_filter(loud)).with(file).try_init();
}
