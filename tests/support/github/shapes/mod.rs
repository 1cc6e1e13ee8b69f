//! The nouns in the shapes that GitHub gives them: complete enough for its own description.

pub(crate) mod checks;
pub(crate) mod people;
pub(crate) mod pulls;
pub(crate) mod releases;
pub(crate) mod repositories;
pub(crate) mod talk;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// The opaque id that stands beside each number.
pub(crate) fn node(id: u64) -> String {
    format!("N_{id}")
}

pub(crate) fn stamp(time: Timestamp) -> String {
    time.to_string()
}

/// Adds to an object the addresses below `base`: name and rest of each.
pub(crate) fn addresses(object: &mut Value, base: &str, all: &[(&str, &str)]) {
    let empty = &mut Map::new();
    let object = object.as_object_mut().unwrap_or(empty);
    for (name, rest) in all {
        object.insert((*name).to_owned(), Value::String(format!("{base}{rest}")));
    }
}
