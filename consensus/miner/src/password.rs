//! What proves to a server who mines. It never comes from the command line, which every user of the system can read.

use core::fmt;
use std::{env, fs, io, path::Path};

/// The environment variable that may hold the password.
pub const PASSWORD_VARIABLE: &str = "POSW_MINER_PASSWORD";
/// Sent where there is no password: what miners by convention send to servers that ask for none.
const NONE: &str = "x";

/// A secret that shows up in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// From the first line of the file, or else the environment variable [`PASSWORD_VARIABLE`], or else none.
    ///
    /// # Errors
    /// Where the file cannot be read or begins with no password, or the variable is no text.
    pub fn load(file: Option<&Path>) -> io::Result<Self> {
        match file {
            Some(path) => Self::from_text(&fs::read_to_string(path)?),
            None => match env::var(PASSWORD_VARIABLE) {
                Ok(text) => Ok(Self(text)),
                Err(env::VarError::NotPresent) => Ok(Self(NONE.into())),
                Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            },
        }
    }

    fn from_text(text: &str) -> io::Result<Self> {
        let first = text.lines().next().map(str::trim).filter(|line| !line.is_empty());
        let first = first.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its first line is empty"))?;
        Ok(Self(first.into()))
    }

    /// The secret itself, to be sent and not to be shown.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl Default for Password {
    fn default() -> Self {
        Self(NONE.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_the_file_is_the_password() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "  secret word \nsomething else\n").unwrap();
        let password = Password::load(Some(file.path())).unwrap();
        assert_eq!(password.reveal(), "secret word");
        assert!(!format!("{password:?}").contains("secret"));
        for text in ["", "\n", " \nsecret"] {
            fs::write(file.path(), text).unwrap();
            assert_eq!(Password::load(Some(file.path())).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
        assert_eq!(Password::load(Some(Path::new("/nowhere"))).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
