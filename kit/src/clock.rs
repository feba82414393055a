//! The one place that reads the system clock; programs hand it on as an argument.

use chrono::{DateTime, Utc};

#[expect(clippy::disallowed_methods, reason = "this is the replacement that the lint names")]
pub fn now() -> DateTime<Utc> {
    domain::time::to_millis(Utc::now())
}
