//! What a command of sheets ends with when it does not end well.

/// Exit codes as every program of ours has them.
pub mod exit {
    pub const FAILED: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const NOT_FOUND: u8 = 3;
    pub const CONFIG: u8 = 4;
}

/// Says what is wrong and what to do; whoever runs the command prints it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SheetError {
    /// One of [`exit`].
    pub exit: u8,
    /// Stable name for scripts; the words may change.
    pub code: &'static str,
    pub message: String,
    pub fix: Option<String>,
}

impl SheetError {
    fn new(exit: u8, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), fix: None }
    }

    pub(super) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(exit::FAILED, code, message)
    }

    pub(super) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(exit::USAGE, code, message)
    }

    pub(super) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(exit::NOT_FOUND, code, message)
    }

    pub(super) fn config(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(exit::CONFIG, code, message)
    }

    #[must_use]
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}
