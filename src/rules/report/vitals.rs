//! How a curator that stays is doing, as health checks and Prometheus read it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Half, Latencies, Receipt, ReviewEnd, Stage, Timestamp, Vitals};

use super::inert::inert_line;

/// How it is doing, for a health check: whether each half of the work went well lately, and why not.
#[must_use]
pub fn health_json(vitals: &Vitals, now: Timestamp) -> Value {
    let half = |half: Half| {
        let vital = vitals.halves.get(&half)?;
        let age = vital.good.map(|good| now.unix_millis().saturating_sub(good.unix_millis()) / 1000);
        Some(json!({
            "status": status(vitals.is_well(vital, now)),
            "lastGood": vital.good,
            "secondsAgo": age,
            "trouble": vital.trouble.as_deref().map(inert_line),
        }))
    };
    json!({
        "status": status(is_well(vitals, now)),
        "started": vitals.started,
        "withinSeconds": vitals.patience.as_secs(),
        "publishing": half(Half::Publishing),
        "reviewing": half(Half::Reviewing),
    })
}

/// Whether every half of the work went well lately.
#[must_use]
pub fn is_well(vitals: &Vitals, now: Timestamp) -> bool {
    vitals.halves.values().all(|half| vitals.is_well(half, now))
}

fn status(is_well: bool) -> &'static str {
    if is_well { "ok" } else { "stale" }
}

/// What comes back to the sender of a delivery.
#[must_use]
pub fn receipt(receipt: Receipt) -> &'static str {
    match receipt {
        Receipt::Accepted => "accepted: the curator looks at once",
        Receipt::Repeated => "this delivery came before",
        Receipt::Ignored => "nothing follows from this event",
        Receipt::Unsigned => "the delivery is not signed: give the webhook the secret of CURATOR_WEBHOOK_SECRET",
        Receipt::Forged => "the signature is wrong: the webhook's secret is not that of CURATOR_WEBHOOK_SECRET",
        Receipt::Oversized => "the delivery is longer than 25 MiB",
        Receipt::Malformed => {
            "this is not written as GitHub writes: set the webhook's content type to application/json"
        }
    }
}

/// How it is doing, in the text format of Prometheus.
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
#[must_use]
pub fn metrics(vitals: &Vitals, version: &str) -> String {
    let mut page = Page(String::new());
    page.head("curator_build_info", "gauge", "The version of the program.");
    page.line("curator_build_info", &[("version", version)], 1);
    page.one("curator_start_time_seconds", "gauge", "When the process began.", seconds(vitals.started));
    rounds(&mut page, vitals);
    publications(&mut page, vitals);
    reviews(&mut page, vitals);
    stages(&mut page, vitals);
    page.head("curator_webhook_deliveries_total", "counter", "Deliveries that came in, by what came of them.");
    for receipt in Receipt::ALL {
        let count = vitals.deliveries.get(&receipt).copied().unwrap_or_default();
        page.line("curator_webhook_deliveries_total", &[("outcome", receipt_name(receipt))], count);
    }
    api(&mut page, vitals);
    page.0
}

fn rounds(page: &mut Page, vitals: &Vitals) {
    let name = "curator_last_good_round_timestamp_seconds";
    page.head(name, "gauge", "When a half of the work last went well.");
    for (half, vital) in &vitals.halves {
        if let Some(good) = vital.good {
            page.line(name, &[("half", half_name(*half))], seconds(good));
        }
    }
    page.head("curator_rounds_total", "counter", "Rounds, by half of the work and by how they went.");
    for (half, vital) in &vitals.halves {
        for (outcome, count) in [("good", vital.good_rounds), ("bad", vital.bad_rounds)] {
            page.line("curator_rounds_total", &[("half", half_name(*half)), ("outcome", outcome)], count);
        }
    }
}

fn publications(page: &mut Page, vitals: &Vitals) {
    if let Some(synced) = vitals.synced {
        let what = "When the last sync ended that could do its work.";
        page.one("curator_last_successful_sync_timestamp_seconds", "gauge", what, seconds(synced));
    }
    page.one("curator_plan_steps", "gauge", "Steps that the last sync tried.", vitals.plan);
    page.one("curator_pending_versions", "gauge", "Versions that were owed after the last sync.", vitals.pending);
    page.one("curator_published_total", "counter", "Versions that were published.", vitals.published);
    page.one("curator_failed_total", "counter", "Tries to publish a version that failed.", vitals.failed);
}

fn reviews(page: &mut Page, vitals: &Vitals) {
    let Some(pulls) = vitals.pulls else { return };
    page.one("curator_open_pull_requests", "gauge", "Pull requests that are open.", pulls.open);
    page.one("curator_due_pull_requests", "gauge", "Pull requests that wait for a review.", pulls.due);
    page.head("curator_reviews_total", "counter", "Reviews, by what came of them.");
    for end in [ReviewEnd::Made, ReviewEnd::Merged, ReviewEnd::Unsettled, ReviewEnd::Failed] {
        let count = vitals.reviews.get(&end).copied().unwrap_or_default();
        page.line("curator_reviews_total", &[("outcome", review_name(end))], count);
    }
}

fn stages(page: &mut Page, vitals: &Vitals) {
    page.head("curator_stage_seconds", "histogram", "How long each stage of a round took.");
    for (stage, latencies) in &vitals.stages {
        let stage = stage_name(*stage);
        let mut below = 0;
        for (bound, count) in Latencies::BOUNDS.iter().zip(latencies.counts) {
            below += count;
            page.line("curator_stage_seconds_bucket", &[("stage", stage), ("le", &decimal(*bound))], below);
        }
        page.line("curator_stage_seconds_bucket", &[("stage", stage), ("le", "+Inf")], latencies.count);
        let sum = u64::try_from(latencies.sum.as_millis()).unwrap_or(u64::MAX);
        page.line("curator_stage_seconds_sum", &[("stage", stage)], decimal(sum));
        page.line("curator_stage_seconds_count", &[("stage", stage)], latencies.count);
    }
}

fn api(page: &mut Page, vitals: &Vitals) {
    let Some(api) = vitals.api else { return };
    page.one("curator_api_calls_total", "counter", "Requests to the API of the forge.", api.calls);
    if let Some(budget) = api.budget {
        page.one("curator_api_budget_limit", "gauge", "The most requests between two resets.", budget.limit);
        page.one("curator_api_budget_remaining", "gauge", "Requests that are left until then.", budget.remaining);
        let what = "When all of them are there again.";
        page.one("curator_api_budget_reset_timestamp_seconds", "gauge", what, seconds(budget.reset));
    }
}

/// A page of metrics while it is written.
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, what: &str) {
        let _ = writeln!(self.0, "# HELP {name} {what}\n# TYPE {name} {kind}");
    }

    /// A value with labels. None of them is a stranger's word.
    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let _ = writeln!(self.0, "{name}{{{}}} {value}", labels.join(","));
    }

    /// A metric with one value.
    fn one(&mut self, name: &str, kind: &str, what: &str, value: impl std::fmt::Display) {
        self.head(name, kind, what);
        let _ = writeln!(self.0, "{name} {value}");
    }
}

/// A time as seconds since 1970.
fn seconds(time: Timestamp) -> String {
    decimal(u64::try_from(time.unix_millis()).unwrap_or_default())
}

/// Milliseconds as seconds.
fn decimal(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

fn half_name(half: Half) -> &'static str {
    match half {
        Half::Publishing => "publishing",
        Half::Reviewing => "reviewing",
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Sync => "sync",
        Stage::List => "list",
        Stage::Review => "review",
        Stage::Announce => "announce",
    }
}

fn review_name(end: ReviewEnd) -> &'static str {
    match end {
        ReviewEnd::Made => "made",
        ReviewEnd::Merged => "merged",
        ReviewEnd::Unsettled => "unsettled",
        ReviewEnd::Failed => "failed",
    }
}

fn receipt_name(receipt: Receipt) -> &'static str {
    match receipt {
        Receipt::Accepted => "accepted",
        Receipt::Repeated => "repeated",
        Receipt::Ignored => "ignored",
        Receipt::Unsigned => "unsigned",
        Receipt::Forged => "forged",
        Receipt::Oversized => "oversized",
        Receipt::Malformed => "malformed",
    }
}
