//! What the program is to the system: alone with its files, and told to stop.

use std::fs::File;
use std::path::Path;

use crate::command::Stop;

/// Of one database in a file there is one hub that makes refunds.
pub(crate) fn alone(path: &Path) -> Result<File, Stop> {
    let lock = File::create(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(error) => Err(format!("another hub uses {}: {error}", path.display()).into()),
    }
}

/// Takes as many open files as the system gives to whoever asks: each till that listens needs one, and what a process
/// begins with is often a thousand. Gives how many there are, where that is known.
pub(crate) fn allow_connections() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        // Where it can't be had, it stays as it was.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
        getrlimit(Resource::Nofile).current
    }
    #[cfg(not(unix))]
    None
}

pub(crate) async fn told_to_stop() {
    #[cfg(unix)]
    let told = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let told = std::future::pending::<()>();
    tokio::select! {
        () = told => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
