//! `curator watch`.

use std::time::Duration;

use crate::ops::{Stop, Synced};
use crate::rules::report;

use super::output::Output;
use super::sync::tell;

/// What `watch` takes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct WatchArgs {
    /// The time between two looks, like 30s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub interval: Duration,
}

/// Reads a time like `90s`, `5m` or `1h`: at least a second, at most a day.
fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "write it like 30s, 5m or 1h, from one second to one day".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(expected)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    let seconds = number.checked_mul(seconds).filter(|seconds| (1..=86_400).contains(seconds)).ok_or_else(expected)?;
    Ok(Duration::from_secs(seconds))
}

/// Prints what a sync did, where it did something or something stands against it.
pub fn watched(synced: &Synced, output: &Output) {
    let report = &synced.report;
    if !(report.published.is_empty()
        && report.restocked.is_empty()
        && report.failed.is_empty()
        && report.findings.is_empty())
    {
        let _ = tell(synced, output);
    }
}

/// Prints why a sync could not do its work.
pub fn troubled(stop: &Stop, output: &Output) {
    output.error(&report::stop(&stop.to_string(), stop.way_out()));
}

/// Prints how long nothing will be tried.
pub fn waiting(pause: Duration, output: &Output) {
    output.error(&report::waiting(pause.as_secs()));
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(duration("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(duration("24h"), Ok(Duration::from_hours(24)));
        for bad in ["", "s", "60", "0s", "25h", "-1s", "1.5m", "1 m", "é", "99999999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
