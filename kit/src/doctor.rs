//! What the `doctor` commands say: one row a check, and for whatever is wrong what to do about it.

use serde::Serialize;

use crate::cli::{Exit, Failure, Shape, print_rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// Worth a look; the program does its work.
    Warn,
    Fail,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub state: State,
    /// What was looked at.
    pub check: String,
    /// Stable name of what is wrong, for scripts; none where nothing is.
    pub code: Option<&'static str>,
    pub finding: String,
    /// What to do next: best a command to copy.
    pub fix: String,
}

impl Check {
    pub fn ok(check: impl Into<String>, finding: impl Into<String>) -> Self {
        Self {
            state: State::Ok,
            check: check.into(),
            code: None,
            finding: finding.into(),
            fix: String::new(),
        }
    }

    pub fn warn(
        check: impl Into<String>,
        code: &'static str,
        finding: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { state: State::Warn, ..Self::fail(check, code, finding, fix) }
    }

    pub fn fail(
        check: impl Into<String>,
        code: &'static str,
        finding: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Fail,
            check: check.into(),
            code: Some(code),
            finding: finding.into(),
            fix: fix.into(),
        }
    }

    /// What would end another command, as a finding.
    pub fn failure(check: impl Into<String>, failure: Failure) -> Self {
        Self::fail(check, failure.code, failure.message, failure.fix.unwrap_or_default())
    }
}

/// Prints the checks; exit 1 if one failed.
pub fn report(checks: &[Check], json: bool) -> Result<Exit, Failure> {
    print_rows(checks, Shape::json(json))?;
    let has_failed = checks.iter().any(|check| check.state == State::Fail);
    Ok(if has_failed { Exit::Failed } else { Exit::Ok })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_ends_with_another_code() {
        let ok = || Check::ok("disk", "half is free");
        let warn = || Check::warn("redis", "redis_away", "does not answer", "redis-cli ping");
        let fail = || {
            Check::failure("file", Failure::new(Exit::NotFound, "no_file", "it is not there").fix("make it"))
        };
        for (checks, wanted) in
            [(vec![], Exit::Ok), (vec![ok(), warn()], Exit::Ok), (vec![fail(), ok()], Exit::Failed)]
        {
            assert_eq!(report(&checks, true), Ok(wanted), "{checks:?}");
        }
        let row = serde_json::to_value(fail()).unwrap();
        let wanted = serde_json::json!({"state": "fail", "check": "file", "code": "no_file",
            "finding": "it is not there", "fix": "make it"});
        assert_eq!(row, wanted);
    }
}
