//! The token that is good now: the file may get another one while the till runs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::token::{Token, TokenError};

/// The token file, and what was last read there.
pub(crate) struct Admission {
    path: PathBuf,
    known: Mutex<Option<Token>>,
}

impl Admission {
    /// Lets in whoever knows the token in the file `path`.
    pub(crate) fn new(path: &Path, token: Token) -> Admission {
        Admission { path: path.to_owned(), known: Mutex::new(Some(token)) }
    }

    /// Whether `text` is the token that is in the file now. The file is a line long and read for every request, so
    /// that a token which has been replaced or removed is worth nothing from that moment on.
    pub(crate) fn admits(&self, text: &[u8]) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match Token::from_file(&self.path) {
            Ok(token) => *known = Some(token),
            Err(TokenError::Missing) if self.path.parent().is_some_and(Path::is_dir) => *known = None,
            // A disk that can't be read, or has gone, takes nobody's token away.
            Err(_) => {}
        }
        known.as_ref().is_some_and(|token| token.is(text))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_in_the_file_now_lets_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        let path = data.join("pos-token");
        let first = Token::from_file_or_new(&path).expect("a token");
        let admission = Admission::new(&path, first.clone());
        let admits = |token: &Token| admission.admits(token.reveal().as_bytes());
        assert!(admits(&first));
        let second = Token::renewed(&path).expect("a token");
        assert_eq!((admits(&first), admits(&second)), (false, true));
        fs::write(&path, "half").expect("a file");
        assert!(admits(&second), "what is no token changes nothing");
        fs::rename(&data, folder.path().join("away")).expect("ours");
        assert!(admits(&second), "nor does a disk that has gone");
        fs::create_dir(&data).expect("a folder");
        assert!(!admits(&second), "it has been revoked");
        let third = Token::renewed(&path).expect("a token");
        assert_eq!((admits(&second), admits(&third)), (false, true));
    }
}
