//! The grammar of every atom, case by case: what is read, what is refused and with which words, and the laws that hold
//! for all inputs.
//!
//! The cases are those of the PureScript registry's own tests (registry-dev, July 2026) and of our threat list.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test fails by panicking"
)]

mod advisories;
mod generic;
mod laws;
mod licenses;
mod places;
mod portability;
mod ranges;
mod texts;
mod versions;

use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Asserts that each text is read and printed back as it was.
fn keeps<T>(texts: &[&str])
where
    T: FromStr<Err: Display> + Display,
{
    for text in texts {
        match text.parse::<T>() {
            Ok(noun) => assert_eq!(noun.to_string(), *text),
            Err(error) => panic!("{text:?} was refused: {error}"),
        }
    }
}

/// Asserts that `read` reads each text, and that it is printed back as it was.
fn keeps_by<T: Display, E: Display>(read: impl Fn(&str) -> Result<T, E>, texts: &[&str]) {
    for text in texts {
        match read(text) {
            Ok(noun) => assert_eq!(noun.to_string(), *text),
            Err(error) => panic!("{text:?} was refused: {error}"),
        }
    }
}

/// Asserts that `read` refuses each text.
fn refuses_by<T: Debug, E>(read: impl Fn(&str) -> Result<T, E>, texts: &[&str]) {
    for text in texts {
        if let Ok(noun) = read(text) {
            panic!("{text:?} was read as {noun:?}");
        }
    }
}

/// Asserts that `read` refuses each text with the error beside it.
fn refuses_with_by<T: Debug, E: Debug + PartialEq>(read: impl Fn(&str) -> Result<T, E>, cases: &[(&str, E)]) {
    for (text, error) in cases {
        match read(text) {
            Ok(noun) => panic!("{text:?} was read as {noun:?}"),
            Err(found) => assert_eq!(&found, error, "{text:?}"),
        }
    }
}

/// Asserts that each text is refused.
fn refuses<T: FromStr + Debug>(texts: &[&str]) {
    for text in texts {
        if let Ok(noun) = text.parse::<T>() {
            panic!("{text:?} was read as {noun:?}");
        }
    }
}

/// Asserts that each text is refused with the error beside it.
fn refuses_with<T>(cases: &[(&str, T::Err)])
where
    T: FromStr<Err: Debug + PartialEq> + Debug,
{
    for (text, error) in cases {
        match text.parse::<T>() {
            Ok(noun) => panic!("{text:?} was read as {noun:?}"),
            Err(found) => assert_eq!(&found, error, "{text:?}"),
        }
    }
}
