//! Who mines, and who may.

use core::fmt;
use posw_primitives::header::sha256d;
use std::{collections::HashSet, fs, io, path::Path};

/// Longest name of a user, in bytes.
pub const MAX_USER_LEN: usize = 128;

/// `name`, or `address.name`: whose shares they are, and of which of his machines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct User(String);

impl User {
    /// `None` where the text is empty, longer than [`MAX_USER_LEN`], has other characters than visible ASCII ones, or lacks
    /// what should be before or after its first dot.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= MAX_USER_LEN && text.bytes().all(|byte| byte.is_ascii_graphic());
        let whole = text.split_once('.').is_none_or(|(address, name)| !address.is_empty() && !name.is_empty());
        (fits && whole).then(|| Self(text.into()))
    }

    /// The whole text, under which shares are accounted.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a client gave as its password; kept as a hash, so that it shows up nowhere and is compared in constant time.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Password([u8; 32]);

impl Password {
    /// The password of a text.
    pub fn new(text: &str) -> Self {
        Self(sha256d(text.as_bytes()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Who may mine.
#[derive(Clone, Debug, Default)]
pub enum Access {
    /// Whoever reaches the server.
    #[default]
    Open,
    /// Whoever has one of these passwords.
    Passwords(HashSet<Password>),
}

impl Access {
    /// Reads passwords from a file, one on each line; blank lines and lines that begin with `#` are left out.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no password: nobody could mine.
    pub fn from_file(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let passwords: HashSet<_> = lines.map(Password::new).collect();
        if passwords.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file holds no password"));
        }
        Ok(Self::Passwords(passwords))
    }

    /// Whether a password is good enough.
    pub fn permits(&self, password: &Password) -> bool {
        match self {
            Self::Open => true,
            Self::Passwords(passwords) => passwords.contains(password),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_names_with_or_without_address() {
        for text in ["5Grw.rig.7", "rig"] {
            assert_eq!(User::new(text).unwrap().as_str(), text);
        }
        for text in ["", ".", "a.", ".b", "a b", "a\n", "é", &"x".repeat(MAX_USER_LEN + 1)] {
            assert_eq!(User::new(text), None, "{text:?}");
        }
        assert!(User::new(&"x".repeat(MAX_USER_LEN)).is_some());
    }

    #[test]
    fn passwords_come_from_a_file_and_are_never_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "# miners\n\n  one \ntwo\n").unwrap();
        let access = Access::from_file(file.path()).unwrap();
        for (password, permitted) in [("one", true), ("two", true), ("", false), ("# miners", false), ("One", false)] {
            assert_eq!(access.permits(&Password::new(password)), permitted, "{password}");
        }
        assert!(!format!("{access:?}").contains("one"));
        assert!(Access::Open.permits(&Password::new("")));

        fs::write(file.path(), "# nobody\n").unwrap();
        assert_eq!(Access::from_file(file.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(Access::from_file(Path::new("/nowhere/passwords")).is_err());
    }
}
