//! `kvitt completions` and `kvitt man`: what a shell and a reader of manuals are given, made from the commands that
//! there are.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::command::{Exit, Kvitt, Stop};

/// Prints what `shell` completes the commands with.
pub(crate) fn completions(shell: Shell) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Kvitt::command(), "kvitt", &mut script);
    print(&script)
}

/// Prints the page of `command`, or of the program if there is none, as roff.
pub(crate) fn page(command: Option<&str>) -> Result<(), Stop> {
    let mut kvitt = Kvitt::command();
    kvitt.build();
    let about = match command {
        None => kvitt,
        // Built, it knows its whole name: kvitt-pay.
        Some(name) => kvitt.find_subcommand(name).cloned().ok_or_else(|| {
            Stop::new(Exit::Usage, format!("there is no command {name}; `kvitt help` lists them"))
        })?,
    };
    let mut roff = Vec::new();
    Man::new(about).render(&mut roff).map_err(Stop::failed)?;
    print(&roff)
}

/// Whoever reads may have read enough.
fn print(text: &[u8]) -> Result<(), Stop> {
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Stop::failed(error)),
        _ => Ok(()),
    }
}
