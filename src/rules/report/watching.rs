//! What a curator that stays says of itself.

use super::inert::inert;

/// That nothing is tried for a while.
#[must_use]
pub fn waiting(seconds: u64) -> String {
    format!("trying again in {seconds} s")
}

/// That nothing is reviewed for a while.
#[must_use]
pub fn resting(seconds: u64) -> String {
    format!("reviewing again in {seconds} s")
}

/// That pull requests could not be reviewed.
#[must_use]
pub fn unreviewing(why: &str) -> String {
    format!("error: pull requests are not reviewed: {}", inert(why))
}

/// That one pull request could not be reviewed.
#[must_use]
pub fn unreviewed(number: u64, why: &str) -> String {
    format!("error: pull request #{number} could not be reviewed: {}", inert(why))
}

/// That a merged pull request could not be told what became of it.
#[must_use]
pub fn untold(number: u64, why: &str) -> String {
    format!("error: pull request #{number} was merged and could not be told what became of it: {}", inert(why))
}

/// Where the door is.
#[must_use]
pub fn listening(address: &str) -> String {
    format!("listening at {address}")
}

/// Why no door is opened, and the way out.
#[must_use]
pub fn no_secret() -> (&'static str, &'static str) {
    (
        "--listen takes webhooks, and CURATOR_WEBHOOK_SECRET is empty or missing: anybody could send them",
        "set it to the secret of the webhook, or say --no-webhooks to offer health and metrics alone",
    )
}

/// Why no door is opened at `address`, and the way out.
#[must_use]
pub fn not_loopback(address: &str) -> (String, &'static str) {
    (
        format!("--listen {address} can be reached from other machines"),
        "listen at 127.0.0.1 and let a web server with TLS pass /webhook on, or say --listen-anywhere",
    )
}
