//! What a command of sheets ends with when it does not end well.

/// What kind of thing is wrong; a command line ends with a number for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Failed,
    /// Flags or arguments.
    Usage,
    NotFound,
    /// Input that does not pass its checks.
    Config,
}

/// Says what is wrong and what to do; whoever runs the command prints it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SheetError {
    pub wrong: Wrong,
    /// Stable name for scripts; the words may change.
    pub code: &'static str,
    pub message: String,
    pub fix: Option<String>,
}

impl SheetError {
    fn new(wrong: Wrong, code: &'static str, message: impl Into<String>) -> Self {
        Self { wrong, code, message: message.into(), fix: None }
    }

    pub(super) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Wrong::Failed, code, message)
    }

    pub(super) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Wrong::Usage, code, message)
    }

    pub(super) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Wrong::NotFound, code, message)
    }

    pub(super) fn config(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Wrong::Config, code, message)
    }

    #[must_use]
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}
