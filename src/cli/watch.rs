//! `curator watch`.

use std::net::SocketAddr;
use std::time::Duration;

use crate::model::{PullNumber, Receipt, Secret, Timestamp, Vitals};
use crate::ops::{Stop, Synced};
use crate::rules::report;

use super::end::refuse;
use super::exit::Exit;
use super::output::Output;
use super::sync::tell;

/// What `watch` takes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct WatchArgs {
    /// The time between two looks, like 30s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub interval: Duration,
    /// Take webhooks (POST /webhook) and offer /healthz and /metrics here, like 127.0.0.1:8787; the webhook's secret is
    /// `CURATOR_WEBHOOK_SECRET`
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Let --listen name an address that other machines can reach
    #[arg(long, requires = "listen")]
    pub listen_anywhere: bool,
    /// Offer /healthz and /metrics alone
    #[arg(long, requires = "listen")]
    pub no_webhooks: bool,
    /// Run what the curator.toml of a registry on this machine names to make documentation
    #[arg(long)]
    pub trust: bool,
    /// How long ago the last good round may be before /healthz says 503 [default: ten intervals, at least 10m]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub healthy_within: Option<Duration>,
}

impl WatchArgs {
    /// How long ago the last good round may be.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.healthy_within.unwrap_or_else(|| (10 * self.interval).max(Duration::from_mins(10)))
    }
}

/// Where visitors come in, and what their webhooks are signed with.
pub struct Entrance {
    /// The address.
    pub address: SocketAddr,
    /// The secret; `None` where no webhooks are taken.
    pub secret: Option<Secret>,
}

/// The entrance that is asked for, with the secret that there is; `None` where none is asked for.
///
/// # Errors
/// The code to exit with, where it would let anybody in; that is told.
pub fn entrance(args: &WatchArgs, secret: Option<Secret>, output: &Output) -> Result<Option<Entrance>, Exit> {
    let Some(address) = args.listen else { return Ok(None) };
    if !(address.ip().is_loopback() || args.listen_anywhere) {
        let (message, way_out) = report::not_loopback(&address.to_string());
        return Err(refuse(&message, Some(way_out), Exit::Operator, output));
    }
    let secret = if args.no_webhooks { None } else { secret };
    if secret.is_none() && !args.no_webhooks {
        let (message, way_out) = report::no_secret();
        return Err(refuse(message, Some(way_out), Exit::Operator, output));
    }
    Ok(Some(Entrance { address, secret }))
}

/// What `/healthz` says.
#[must_use]
pub fn health(vitals: &Vitals, now: Timestamp) -> String {
    report::inert_json(&report::health_json(vitals, now))
}

/// Whether every half of the work went well lately.
#[must_use]
pub fn is_well(vitals: &Vitals, now: Timestamp) -> bool {
    report::is_well(vitals, now)
}

/// What `/metrics` says.
#[must_use]
pub fn metrics(vitals: &Vitals) -> String {
    report::metrics(vitals, env!("CARGO_PKG_VERSION"))
}

/// What the answer to a delivery says.
#[must_use]
pub fn receipt(receipt: Receipt) -> &'static str {
    report::receipt(receipt)
}

/// Prints where visitors come in.
pub fn listening(address: SocketAddr, output: &Output) {
    output.note(&report::listening(&address.to_string()));
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
    output.note(&report::waiting(pause.as_secs()));
}

/// Prints why nothing could be reviewed.
pub fn unreviewing(stop: &Stop, output: &Output) {
    output.error(&report::unreviewing(&stop.to_string()));
}

/// Prints why one pull request could not be reviewed.
pub fn unreviewed(number: PullNumber, stop: &Stop, output: &Output) {
    output.error(&report::unreviewed(number.0, &stop.to_string()));
}

/// Prints why one merged pull request could not be told what became of it.
pub fn untold(number: PullNumber, stop: &Stop, output: &Output) {
    output.error(&report::untold(number.0, &stop.to_string()));
}

/// Prints how long nothing will be reviewed.
pub fn resting(pause: Duration, output: &Output) {
    output.note(&report::resting(pause.as_secs()));
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
