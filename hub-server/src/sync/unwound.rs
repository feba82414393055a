//! A panic in what one push or one event does costs its own answer, and nobody else's.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a panic, which the log shows")]
pub(super) struct Panicked;

/// What was under way is dropped with it: a commit that had not begun never does.
pub(super) async fn unwound<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}
