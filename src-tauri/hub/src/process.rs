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
