//! The folder that a server lives in, gone when it is dropped.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::programs::{Programs, User};

/// A folder of one's own.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new one under `near`, where whoever runs `programs` can write; or else where everybody can.
    pub(crate) fn make(near: &Path, programs: &Programs) -> io::Result<Folder> {
        let folder = Folder::under(near, programs.user())?;
        if programs.come_to(&folder.0) {
            return Ok(folder);
        }
        drop(folder);
        Folder::under(&std::env::temp_dir(), programs.user())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Where the server keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn under(near: &Path, user: Option<User>) -> io::Result<Folder> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        std::fs::create_dir_all(near)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = near.join(format!("postgres-{}-{number}", std::process::id()));
        match std::fs::create_dir(&path) {
            // Left behind by one that was killed and had our id.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                std::fs::remove_dir_all(&path)?;
                std::fs::create_dir(&path)?;
            }
            made => made?,
        }
        let folder = Folder(path);
        if let Some(User { id, group }) = user {
            std::os::unix::fs::chown(&folder.0, Some(id), Some(group))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed lies where it is swept away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
