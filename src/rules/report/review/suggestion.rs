//! Edits that an author can take over with one click: for each fix the whole lines that it changes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Area, Finding, Fix, Review, Suggestion};

use super::super::inert::inert;
use super::super::markdown::{block, code};
use super::verdict::in_repository;

/// The most edits that are offered at a time: each is a comment in the conversation.
const MOST_SUGGESTIONS: usize = 20;
/// The most lines and bytes of one.
const MOST_LINES: usize = 60;
const MOST_BYTES: usize = 10_000;

/// A fix, the finding that it mends, and the bytes of the lines that it is on.
struct Mending<'r> {
    finding: &'r Finding,
    fix: &'r Fix,
    lines: Range<usize>,
}

/// The edits that mend what was found in files of the registry. Fixes on the same lines are one edit; where two touch
/// the same bytes, the first one counts.
#[must_use]
pub fn suggestions(review: &Review) -> Vec<Suggestion> {
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in review.findings.iter().filter(|finding| finding.place.area == Area::Registry) {
        by_file.entry(&finding.place.file).or_default().push(finding);
    }
    let of_file = |(file, findings): (&str, Vec<&Finding>)| {
        let path = in_repository(review, file);
        let text = review.texts.get(file).map(String::as_str).unwrap_or_default().to_owned();
        let edits: Vec<Suggestion> =
            together(&text, &findings).iter().filter_map(|it| edit(&path, &text, it)).collect();
        edits
    };
    by_file.into_iter().flat_map(of_file).take(MOST_SUGGESTIONS).collect()
}

/// The fixes of one file, in groups that share a line.
fn together<'r>(text: &str, findings: &[&'r Finding]) -> Vec<Vec<Mending<'r>>> {
    let mending = |finding: &'r Finding| {
        let fix = finding.fix.as_ref()?;
        let lines = lines_of(text, fix.span.start..fix.span.end)?;
        Some(Mending { finding, fix, lines })
    };
    let mut mendings: Vec<Mending<'r>> = findings.iter().filter_map(|finding| mending(finding)).collect();
    mendings.sort_by_key(|mending| mending.fix.span);
    let mut groups: Vec<Vec<Mending<'r>>> = Vec::new();
    for mending in mendings {
        match groups.last_mut() {
            Some(group) if group.iter().any(|it| it.lines.end >= mending.lines.start) => {
                if group.iter().all(|it| it.fix.span.end <= mending.fix.span.start && it.fix.span != mending.fix.span) {
                    group.push(mending);
                }
            }
            _ => groups.push(vec![mending]),
        }
    }
    groups
}

/// The bytes of the whole lines that a span is on, without the last line end; `None` where the text has no such span.
fn lines_of(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
    text.get(span.clone())?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = after.find('\n').map_or(text.len(), |end| span.end + end);
    // The line end counts as a part of the line: two fixes that meet there are on one line.
    Some(start..end.max(start))
}

/// The edit of some fixes on neighbouring lines; `None` where it is too long, or holds what must not be shown.
fn edit(path: &str, text: &str, group: &[Mending<'_>]) -> Option<Suggestion> {
    let (start, end) = (group.first()?.lines.start, group.iter().map(|mending| mending.lines.end).max()?);
    let (mut lines, mut at) = (String::new(), start);
    for Mending { fix, .. } in group {
        lines.push_str(text.get(at..fix.span.start)?);
        lines.push_str(&fix.replacement);
        at = fix.span.end;
    }
    lines.push_str(text.get(at..end)?);
    // GitHub puts the line ends of the file in by itself.
    let lines = lines.replace("\r\n", "\n");
    let lines = lines.strip_suffix('\r').unwrap_or(&lines);
    let is_short = lines.len() <= MOST_BYTES && lines.split('\n').nth(MOST_LINES).is_none();
    // An edit is the very bytes of a file: what cannot be shown as it is cannot be offered.
    let shown = block(lines, "suggestion", "");
    if !is_short || inert(lines) != lines || lines.contains("<!--") {
        return None;
    }
    let first_line = text.get(..start)?.matches('\n').count() + 1;
    let last_line = first_line + text.get(start..end)?.matches('\n').count();
    let message = |Mending { finding, .. }: &Mending<'_>| {
        format!("**{}** {}\n", finding.code, code(finding.message.lines().next().unwrap_or_default()))
    };
    let said: String = group.iter().map(message).collect::<Vec<_>>().join("\n");
    Some(Suggestion { file: path.to_owned(), first_line, last_line, text: format!("{said}\n{shown}") })
}
