//! What a check has found, and how it is told.

use serde::Serialize;
use std::fmt::{self, Display};

/// How a check has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// It works, and deserves a look.
    Warn,
    /// It does not work.
    Fail,
    /// It was not checked.
    Unchecked,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unchecked => "-",
        }
    }
}

/// What a check has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was checked.
    pub(super) check: &'static str,
    pub(super) status: Status,
    /// What was found.
    pub(super) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, found: found.into(), remedy: None }
    }

    pub(super) fn warn(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, status: Status::Warn, found: found.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn fail(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, status: Status::Fail, found: found.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn unchecked(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, status: Status::Unchecked, found: reason.into(), remedy: None }
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<5} {:<12} {}", self.status.word(), self.check, self.found)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n{:18} → {remedy}", ""),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_what_is_wrong_and_the_next_what_mends_it() {
        let finding = Finding::fail("port", "30333 is in use", "choose another with --port");
        assert_eq!(
            finding.to_string(),
            "fail  port         30333 is in use\n                   → choose another with --port"
        );
        assert_eq!(Finding::unchecked("peers", "no node").to_string(), "-     peers        no node");
        let json = serde_json::to_string(&Finding::ok("disk", "9 MB")).unwrap();
        assert_eq!(json, r#"{"check":"disk","status":"ok","found":"9 MB"}"#);
    }
}
