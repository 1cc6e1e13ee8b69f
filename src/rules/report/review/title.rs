//! A pull request in one line: as the title of its merge, and in the log.

use crate::model::{Category, Manifest, Review};

use super::super::findings::counted;
use super::super::words::line;
use super::decision::headline;
use super::publication::kind;

/// The most versions that a title names.
const MOST_NAMED: usize = 3;
/// The most characters of a pull request's own title in the log.
const LONGEST_TITLE: usize = 100;

/// The title of the commit that merges the pull request: one line, in which nothing is from outside but names that are
/// well-formed.
#[must_use]
pub fn merge_title(review: &Review) -> String {
    format!("{} (#{})", deed(review), review.pull.number.0)
}

fn deed(review: &Review) -> String {
    let manifests = review.prepared.iter().map(|prepared| &prepared.publication.definition.manifest);
    let mut versions: Vec<String> =
        manifests.map(|Manifest { name, version, .. }| format!("{name}@{version}")).collect();
    if !versions.is_empty() {
        let more = versions.len().saturating_sub(MOST_NAMED);
        versions.truncate(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        return format!("Publish {}{more}", versions.join(", "));
    }
    let about = review.changes.first().map(|change| match (&change.package, &change.version) {
        (Some(name), Some(version)) => format!(" for {name}@{version}"),
        (Some(name), None) => format!(" for {name}"),
        _ => String::new(),
    });
    let more = match review.changes.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" and {}", counted(more, "more change")),
    };
    match (review.category, review.changes.first()) {
        (Category::One(one), _) => format!("Merge {}{}{more}", kind(one), about.unwrap_or_default()),
        (_, Some(first)) => format!("Merge {}{}{more}", kind(first.kind), about.unwrap_or_default()),
        (_, None) => "Merge nothing".to_owned(),
    }
}

/// The review in one line of a terminal or a log.
#[must_use]
pub fn review_line(review: &Review) -> String {
    let errors = review.findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = review.findings.len() - errors;
    format!(
        "pull request {} ({}): {}; {}, {}",
        review.pull.number.0,
        line(&review.pull.title, LONGEST_TITLE),
        headline(review),
        counted(errors, "error"),
        counted(warnings, "warning"),
    )
}
