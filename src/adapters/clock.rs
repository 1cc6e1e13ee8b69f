//! The clock: read once, where the program is wired; everywhere else time is an argument.

use crate::model::{TimeError, Timestamp};

/// The present moment.
///
/// # Errors
/// [`TimeError`] where the machine's clock is set to a year that no timestamp can hold.
pub fn now() -> Result<Timestamp, TimeError> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
