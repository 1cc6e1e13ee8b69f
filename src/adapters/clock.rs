//! The clock: read once, where the program is wired; everywhere else time is an argument.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::model::{TimeError, Timestamp};

/// The present moment.
///
/// # Errors
/// [`TimeError`] where the machine's clock is set to a year that no timestamp can hold.
pub fn now() -> Result<Timestamp, TimeError> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The time since this was first asked. Unlike the time of day it never goes back and never jumps.
#[must_use]
pub fn elapsed() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
