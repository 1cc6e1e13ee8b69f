//! Why a run stopped, in words: what went wrong, and the way out.

use super::inert::inert;

/// An error and its way out, as the last lines that a person sees.
#[must_use]
pub fn stop(message: &str, way_out: Option<&str>) -> String {
    let message = inert(message);
    match way_out {
        Some(way_out) => format!("error: {message}\n  help: {}", inert(way_out)),
        None => format!("error: {message}"),
    }
}

/// That nothing is tried for a while.
#[must_use]
pub fn waiting(seconds: u64) -> String {
    format!("trying again in {seconds} s")
}
