//! The secret that a POS must know, kept in a file that its owner alone can read.

use std::fmt::{self, Write as _};
use std::io::{self, ErrorKind};
use std::path::Path;

use subtle::ConstantTimeEq;

use crate::limits::TOKEN_FILE_BYTES_MAX;

/// How many random bytes a token has.
const RANDOM_BYTES: usize = 32;

/// The secret that a POS must know: 32 random bytes, written as 64 hexadecimal digits. It never prints itself.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The token in the file `path`. If there is no such file, a new token is made and written there, readable
    /// by the file's owner alone.
    ///
    /// A file that others can read too is closed to them, and the log says so. On Windows a file has the
    /// permissions of its folder.
    ///
    /// # Errors
    /// When the file can't be read, made or closed to others, or holds anything but a token.
    pub fn from_file_or_new(path: &Path) -> Result<Token, TokenError> {
        match Token::from_file(path) {
            Err(TokenError::Missing) => {
                let token = Token::random()?;
                private_file::create(path, token.line().as_bytes()).map_err(TokenError::Unwritable)?;
                Ok(token)
            }
            found => found,
        }
    }

    /// The token in the file `path`, which must be there.
    ///
    /// # Errors
    /// As [`Token::from_file_or_new`], and when there is no such file.
    pub fn from_file(path: &Path) -> Result<Token, TokenError> {
        let missing_or = |error: io::Error| match error.kind() {
            ErrorKind::NotFound => TokenError::Missing,
            ErrorKind::InvalidData => TokenError::Garbled,
            _ => TokenError::Unreadable(error),
        };
        if private_file::close_to_others(path).map_err(missing_or)? {
            tracing::warn!(path = %path.display(), "others could read the token file; it is closed to them now");
        }
        let text = private_file::read(path, TOKEN_FILE_BYTES_MAX).map_err(missing_or)?;
        Token::parse(text.ok_or(TokenError::Missing)?.trim())
    }

    /// A new token in the file `path`, in place of what is there. At no moment is there half of one.
    ///
    /// # Errors
    /// When the file can't be written; the old token is still there then.
    pub fn renewed(path: &Path) -> Result<Token, TokenError> {
        let token = Token::random()?;
        private_file::replace(path, token.line().as_bytes()).map_err(TokenError::Unwritable)?;
        Ok(token)
    }

    /// Removes the token in the file `path`, so that nobody knows it any more. Gives whether there was one.
    ///
    /// # Errors
    /// When the file can't be removed.
    pub fn revoke(path: &Path) -> Result<bool, TokenError> {
        match std::fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(TokenError::Unwritable(error)),
        }
    }

    /// The text, for whoever it is given to.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this token. Takes as long for a near miss as for a wild guess.
    pub(crate) fn is(&self, text: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(text).into()
    }

    fn parse(text: &str) -> Result<Token, TokenError> {
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        let good = text.len() == RANDOM_BYTES * 2
            && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if good { Ok(Token(text.to_owned())) } else { Err(TokenError::Garbled) }
    }

    fn random() -> Result<Token, TokenError> {
        let mut bytes = [0_u8; RANDOM_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| TokenError::NoRandomness)?;
        let text = bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(Token(text))
    }

    /// As it stands in its file.
    fn line(&self) -> String {
        format!("{}\n", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no such file.
    #[error("there is no token file")]
    Missing,
    /// The file can't be read, or can't be closed to others.
    #[error("the token file can't be read")]
    Unreadable(#[source] io::Error),
    /// The file can't be made.
    #[error("the token file can't be written")]
    Unwritable(#[source] io::Error),
    /// There is nothing in the file.
    #[error("the token file is empty; delete it, and the next start makes a new token")]
    Empty,
    /// What is in the file is not a token.
    #[error("the token file does not hold a token; delete it, and the next start makes a new one")]
    Garbled,
    /// The system gives no randomness to make a token of.
    #[error("the system gives no randomness to make a token of")]
    NoRandomness,
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_new_token_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let made = Token::from_file_or_new(&path).expect("a token");
        let text = fs::read_to_string(&path).expect("a file");
        assert_eq!(text.trim().len(), 64);
        assert!(made.is(text.trim().as_bytes()));
        let read = Token::from_file_or_new(&path).expect("the same token");
        assert!(read.is(text.trim().as_bytes()));
        let other = Token::from_file_or_new(&folder.path().join("other")).expect("another token");
        assert!(!other.is(text.trim().as_bytes()), "no two are the same");
    }

    #[test]
    fn a_renewed_token_is_another_and_a_revoked_one_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        assert!(matches!(Token::from_file(&path), Err(TokenError::Missing)));
        let first = Token::renewed(&path).expect("a token");
        fs::write(path.with_extension("new"), "half").expect("a file");
        let second = Token::renewed(&path).expect("another token");
        assert_ne!(first.reveal(), second.reveal());
        assert_eq!(Token::from_file(&path).expect("it is there").reveal(), second.reveal());
        assert_eq!(fs::read_dir(folder.path()).expect("ours").count(), 1, "nothing else is left");
        assert!(Token::revoke(&path).expect("it is ours"));
        assert!(!Token::revoke(&path).expect("it is ours"), "it is gone already");
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let token = Token::from_file_or_new(&path).expect("a token");
        let text = fs::read_to_string(&path).expect("a file");
        let text = text.trim();
        for wrong in ["", &text[..63], &format!("{text}0"), &text.to_uppercase().replace('0', "1")] {
            assert!(!token.is(wrong.as_bytes()), "{wrong:?}");
        }
    }

    #[test]
    fn it_never_prints_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let token = Token::from_file_or_new(&path).expect("a token");
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn what_is_not_a_token_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let long = "a".repeat(5_000);
        for (text, empty) in [("", true), (" \n", true), ("secret", false), (long.as_str(), false)] {
            fs::write(&path, text).expect("a file");
            let error = Token::from_file_or_new(&path).expect_err("not a token");
            assert_eq!(matches!(error, TokenError::Empty), empty, "{text:?}: {error}");
            assert!(error.to_string().contains("delete it"), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("a file"), text);
        }
        fs::write(&path, [0xff, 0xfe]).expect("a file");
        assert!(matches!(Token::from_file_or_new(&path), Err(TokenError::Garbled)));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nowhere").join("token");
        assert!(matches!(Token::from_file_or_new(&path), Err(TokenError::Unwritable(_))));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        Token::from_file_or_new(&path).expect("a token");
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
        Token::from_file_or_new(&path).expect("the same token");
        assert_eq!(mode(), 0o600, "it has been closed to others");
    }
}
