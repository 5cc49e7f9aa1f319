//! Files that their owner alone can read: tokens, secrets, keys, and what is about people.
//!
//! Each is written whole and is on disk before the call returns; at no moment is there half of one under its name. What
//! is in them, this crate does not know. On Windows a file has the permissions of its folder.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Makes the file `path` with `bytes` in it. Its folder must be there, and nothing of its name.
///
/// # Errors
/// When there is something already ([`ErrorKind::AlreadyExists`]), or the file can't be made or written; then there is
/// none.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = options().create_new(true).open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| {
        // Half of it would stand in the way of the next try.
        let _ = std::fs::remove_file(path);
    })
}

/// Puts `bytes` into the file `path`, in place of what is there, if anything is. They are written beside it first and
/// moved over, so that a power cut leaves the old file or the new one.
///
/// # Errors
/// When it can't be written; the old file is still there then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    // Left behind by a power cut.
    let _ = std::fs::remove_file(&beside);
    create(&beside, bytes)?;
    std::fs::rename(&beside, path)
}

/// The text in the file `path`, no more of it than `most` bytes; `None` when there is no such file.
///
/// # Errors
/// When it can't be read, or is no text ([`ErrorKind::InvalidData`]).
pub fn read(path: &Path, most: u64) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(most).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Whether others than its owner can do anything with the file `path`. Of one that is not there, nobody can.
pub fn is_open_to_others(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| others_bits(&found) != 0)
}

/// Closes the file `path` to all but its owner. Gives whether it was open to others.
///
/// # Errors
/// When it is not there, or is not ours to close.
pub fn close_to_others(path: &Path) -> io::Result<bool> {
    if others_bits(&std::fs::metadata(path)?) == 0 {
        return Ok(false);
    }
    close(path)?;
    Ok(true)
}

/// Options to write a file that its owner alone can read, should it be made.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".new");
    PathBuf::from(name)
}

#[cfg(unix)]
fn others_bits(found: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077
}

#[cfg(not(unix))]
fn others_bits(_: &std::fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 100;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("there is room")
    }

    #[test]
    fn a_file_is_made_once() {
        let folder = folder();
        let path = folder.path().join("token");
        assert_eq!(read(&path, MOST).expect("there is none"), None);
        create(&path, b"first").expect("there is room");
        let error = create(&path, b"second").expect_err("it is there");
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(read(&path, MOST).expect("it is there").as_deref(), Some("first"));
    }

    #[test]
    fn one_in_its_place_leaves_nothing_else_behind() {
        let folder = folder();
        let path = folder.path().join("keys.json");
        std::fs::write(folder.path().join("keys.json.new"), "half, by a power cut").expect("there is room");
        replace(&path, b"first").expect("there is room");
        replace(&path, b"second").expect("there is room");
        assert_eq!(read(&path, MOST).expect("it is there").as_deref(), Some("second"));
        assert_eq!(std::fs::read_dir(folder.path()).expect("ours").count(), 1);
    }

    #[test]
    fn where_there_is_no_folder_nothing_is_made() {
        let folder = folder();
        let path = folder.path().join("nowhere").join("token");
        assert!(create(&path, b"").is_err() && replace(&path, b"").is_err());
    }

    #[test]
    fn no_more_is_read_than_asked_for_and_only_text() {
        let folder = folder();
        let path = folder.path().join("token");
        create(&path, b"0123456789").expect("there is room");
        assert_eq!(read(&path, 4).expect("it is there").as_deref(), Some("0123"));
        replace(&path, &[0xff, 0xfe]).expect("there is room");
        assert_eq!(read(&path, MOST).expect_err("no text").kind(), ErrorKind::InvalidData);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone_and_can_be_made_so_again() {
        use std::os::unix::fs::PermissionsExt;

        let folder = folder();
        let path = folder.path().join("token");
        let mode = || std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777;
        assert!(!is_open_to_others(&path), "there is none");
        assert!(close_to_others(&path).is_err());
        for write in [create, replace] {
            write(&path, b"secret").expect("there is room");
            assert_eq!(mode(), 0o600);
        }
        assert!(!close_to_others(&path).expect("ours"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
        assert!(is_open_to_others(&path));
        assert!(close_to_others(&path).expect("ours"));
        assert_eq!(mode(), 0o600);
    }
}
