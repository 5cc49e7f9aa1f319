//! The world on disk: a file that is always whole, written before a change is answered.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::simulator::Shared;
use crate::world::World;

/// Of the file; another one is refused.
const VERSION: u32 = 1;

/// Where the world is kept.
pub(crate) struct StateFile {
    path: PathBuf,
    /// What was written last. Held while writing, so that files follow each other as changes do.
    last: Mutex<Vec<u8>>,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    world: &'a World,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    world: World,
}

impl StateFile {
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.into(), last: Mutex::new(Vec::new()) }
    }

    /// The world as it was; `None` if there is no file yet.
    pub(crate) fn read(&self) -> io::Result<Option<World>> {
        let file = match std::fs::read(&self.path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let read: Read = serde_json::from_slice(&file)?;
        if read.version != VERSION {
            return Err(io::Error::other(format!("is of version {}, not {VERSION}", read.version)));
        }
        Ok(Some(read.world))
    }

    /// Writes the world as it is now, unless nothing has changed.
    pub(crate) async fn keep(&self, shared: &Shared) {
        let mut last = self.last.lock().await;
        let now = shared.quietly(|world, _| serde_json::to_vec(&Written { version: VERSION, world }));
        let outcome = match now {
            Ok(now) if now == *last => return,
            Ok(now) => self.replace(now.clone()).await.map(|()| *last = now),
            Err(why) => Err(why.into()),
        };
        if let Err(why) = outcome {
            tracing::error!(file = %self.path.display(), %why, "the state could not be kept");
        }
    }

    /// Beside it first, then in its place: whoever reads finds the old file or the new one.
    async fn replace(&self, content: Vec<u8>) -> io::Result<()> {
        let (path, beside) = (self.path.clone(), self.path.with_extension("new"));
        let write = move || {
            let mut file = File::create(&beside)?;
            file.write_all(&content)?;
            file.sync_all()?;
            std::fs::rename(&beside, &path)
        };
        tokio::task::spawn_blocking(write).await.map_err(io::Error::other)?
    }
}
