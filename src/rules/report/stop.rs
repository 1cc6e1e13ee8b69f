//! Why a run stopped, in words: what went wrong, and the way out.

use super::inert::{inert, inert_line};

/// An error and its way out, as the last lines that a person sees.
#[must_use]
pub fn stop(message: &str, way_out: Option<&str>) -> String {
    let message = inert(message);
    match way_out {
        Some(way_out) => format!("error: {message}\n  help: {}", inert(way_out)),
        None => format!("error: {message}"),
    }
}

/// That there is no index yet, or that it is elsewhere.
#[must_use]
pub fn without_index(place: &str) -> String {
    let place = inert_line(place);
    format!("note: there is no index at {place}: nothing counts as published; --index names one that is elsewhere")
}
