//! Points in time and days, as the registry's files write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil;
use jiff::tz::TimeZone;

use super::serde_text::serde_through_text;

/// A point in time to the millisecond, in UTC and a year from 0 to 9999.
///
/// Written `YYYY-MM-DDTHH:MM:SS.mmmZ`. Read with one to three digits of a second's fraction or without a fraction:
/// early metadata of the PureScript registry has fewer than three.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A day, written `YYYY-MM-DD`.
///
/// A day that no calendar has, like 2022-02-29, is refused. (The PureScript registry's reader takes it for the first of
/// March: a quirk of the JavaScript beneath it, on which no published file relies.)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// Why a text or a number is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// The text does not have the form of a time in UTC.
    #[error("a time is written YYYY-MM-DDTHH:MM:SS.mmmZ, in UTC and with at most three digits after the point")]
    TimeShape,
    /// The text does not have the form of a day.
    #[error("a day is written YYYY-MM-DD")]
    DateShape,
    /// There is no such day, or no such time of day.
    #[error("there is no such day or time of day")]
    Impossible,
    /// The number is before the year 0 or after the year 9999.
    #[error("the time is not in a year from 0 to 9999")]
    Range,
}

impl Timestamp {
    /// The time so many milliseconds after the start of 1970 (before it, if negative).
    ///
    /// # Errors
    /// [`TimeError::Range`] outside the years 0 to 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, TimeError> {
        let timestamp = jiff::Timestamp::from_millisecond(millis).map_err(|_| TimeError::Range)?;
        if TimeZone::UTC.to_datetime(timestamp).year() < 0 { Err(TimeError::Range) } else { Ok(Self(timestamp)) }
    }

    /// The milliseconds since the start of 1970.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The time so much later; the last time there is, where that is past it.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        Self(self.0.saturating_add(wait).unwrap_or(jiff::Timestamp::MAX))
    }

    /// The day, in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        Date(TimeZone::UTC.to_datetime(self.0).date())
    }
}

/// The number that `text` spells in exactly `digits` decimal digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    let sound = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

/// A number of two digits, where there are two.
fn two(text: &str) -> Option<i8> {
    number(text, 2)?.try_into().ok()
}

/// Year, month and day of `YYYY-MM-DD`.
fn day_numbers(text: &str) -> Option<(i16, i8, i8)> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    Some((number(year, 4)?, two(month)?, two(day)?))
}

/// Hour, minute, second and nanosecond of `HH:MM:SS` with zero to three digits after a point.
fn clock_numbers(text: &str) -> Option<(i8, i8, i8, i32)> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let (second, millis) = match rest.split_once('.') {
        None => (rest, 0),
        Some((second, fraction)) => {
            let scale = match fraction.len() {
                1 => 100,
                2 => 10,
                3 => 1,
                _ => return None,
            };
            (second, i32::from(number(fraction, fraction.len())?) * scale)
        }
    };
    Some((two(hour)?, two(minute)?, two(second)?, millis * 1_000_000))
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parts = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
        let (day, clock) = parts.ok_or(TimeError::TimeShape)?;
        let (year, month, day) = day_numbers(day).ok_or(TimeError::TimeShape)?;
        let (hour, minute, second, nanos) = clock_numbers(clock).ok_or(TimeError::TimeShape)?;
        let date = civil::Date::new(year, month, day).map_err(|_| TimeError::Impossible)?;
        let time = civil::Time::new(hour, minute, second, nanos).map_err(|_| TimeError::Impossible)?;
        TimeZone::UTC.to_timestamp(date.to_datetime(time)).map(Self).map_err(|_| TimeError::Range)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (year, month, day) = day_numbers(text).ok_or(TimeError::DateShape)?;
        civil::Date::new(year, month, day).map(Self).map_err(|_| TimeError::Impossible)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Timestamp);
serde_through_text!(Date);
