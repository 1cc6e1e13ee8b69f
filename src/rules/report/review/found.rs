//! What was found, the rules that were lifted, and the pages that somebody asked for, as Markdown.

use std::fmt::Write as _;

use crate::model::{Area, Code, Finding, Lift, Review};

use super::super::findings::{counted, path, range};
use super::super::inert::inert_line;
use super::super::markdown::{Room, block, code, fitting, folded};
use super::super::pages::page;
use super::super::words::line;
use super::verdict::in_repository;

/// What is shown of the findings, the lifted rules and the pages.
const FINDINGS: Room = Room { chars: 14_000, items: 50, indent: "" };
const LIFTS: Room = Room { chars: 1_000, items: 20, indent: "" };
const PAGES: Room = Room { chars: 6_000, items: 10, indent: "" };
/// The most lines of an explanation, and the most characters of one of them.
const MOST_LINES: usize = 20;
const LONGEST_LINE: usize = 200;

/// The findings, errors first.
pub(super) fn findings(review: &Review) -> String {
    if review.findings.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&Finding> = review.findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    let errors = sorted.iter().filter(|finding| finding.is_error()).count();
    let counts = [(errors, "error"), (sorted.len() - errors, "warning")];
    let counts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| counted(*n, noun)).collect();
    let shown = fitting(&sorted, FINDINGS, "finding", |finding| found(finding, review));
    format!("### Found: {}\n\n{shown}\n", counts.join(", "))
}

fn found(finding: &Finding, review: &Review) -> String {
    let level = if finding.is_error() { "error" } else { "warning" };
    let at = range(finding, &review.texts).map(|(start, _)| format!(", line {}", start.line)).unwrap_or_default();
    let (first, rest) = finding.message.split_once('\n').unwrap_or((&finding.message, ""));
    let mut text = format!("- **{level} {}** {}{at}: {}\n", finding.code, code(&place(finding, review)), code(first));
    if !rest.is_empty() {
        // Behind a mark, so that no line of it is a command to the curator, wherever it is repeated.
        let mut lines: Vec<String> =
            rest.lines().take(MOST_LINES).map(|it| format!("| {}", line(it, LONGEST_LINE))).collect();
        let left_out = rest.lines().count() - lines.len();
        lines.extend((left_out > 0).then(|| format!("| and {}", counted(left_out, "more line"))));
        let _ = write!(text, "\n{}\n", block(&lines.join("\n"), "text", "  "));
    }
    if let Some(hint) = &finding.hint {
        let _ = writeln!(text, "  - help: {}", code(hint));
    }
    if finding.is_error() && finding.code.is_liftable() {
        let _ = writeln!(text, "  - or a trustee lifts this rule for this pull request: label `lift-{}`", finding.code);
    }
    text
}

/// Where a finding is. A file of the registry is told as the pull request shows it.
fn place(finding: &Finding, review: &Review) -> String {
    match finding.place.area {
        Area::Registry => inert_line(&in_repository(review, &finding.place.file)).into_owned(),
        Area::Index | Area::Source | Area::Store => path(finding),
    }
}

/// The rules that trustees lifted.
pub(super) fn lifts(review: &Review) -> String {
    if review.lifts.is_empty() {
        return String::new();
    }
    let shown = fitting(&review.lifts, LIFTS, "rule", |Lift { code: rule, by }: &Lift| {
        format!("- **{rule}** {}, by the trustee {}\n", code(rule.title()), code(&by.login))
    });
    format!("Lifted for this pull request:\n\n{shown}\n")
}

/// The pages that somebody asked for, folded up.
pub(super) fn explained(review: &Review) -> String {
    fitting(&review.explained, PAGES, "page", |rule| {
        format!("{}\n", folded(&format!("{rule}: {}", rule.title()), &block(page_body(*rule), "text", "")))
    })
}

/// A page without its title, which stands in the summary. It is meant to be read as it is, its `<name>` too.
fn page_body(rule: Code) -> &'static str {
    page(rule).split_once("\n\n").map(|(_, body)| body).unwrap_or_default()
}
