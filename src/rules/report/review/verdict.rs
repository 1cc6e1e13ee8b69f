//! The verdict beside a commit: what it comes to, the same words as in the comment, and remarks beside the lines.

use std::fmt::Write as _;

use crate::model::{
    Annotation, AnnotationLevel, CompileRecord, Conclusion, Decision, Finding, Review, Sha256, Suggestion, Verdict,
};

use super::super::findings::{annotated_file, path, range};
use super::super::inert::inert;
use super::comment::job_summary;
use super::decision::headline;
use super::suggestion::suggestions;

/// The most remarks: GitHub takes 50 in a call, and the summary counts what is left out.
const MOST_ANNOTATIONS: usize = 200;

/// The most characters of what was found, before escapes make them more: GitHub takes 64 KiB.
const LONGEST_MESSAGE: usize = 4_000;

/// The verdict about the head of a pull request.
#[must_use]
pub fn verdict(review: &Review) -> Verdict {
    let conclusion = match &review.decision {
        Decision::Merge | Decision::ByHand => Conclusion::Passed,
        Decision::Needs(_) => Conclusion::Waiting,
        Decision::Reject(_) => Conclusion::Failed,
    };
    let mut sorted: Vec<&Finding> = review.findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    let annotations: Vec<Annotation> =
        sorted.into_iter().filter_map(|finding| annotation(finding, review)).take(MOST_ANNOTATIONS).collect();
    let (title, summary) = (headline(review), job_summary(review));
    let fingerprint = fingerprint(conclusion, &title, &summary, &annotations, &suggestions(review));
    let fingerprint = with_record(&fingerprint, review.compiled.record);
    Verdict { conclusion, title, summary, annotations, fingerprint }
}

fn annotation(finding: &Finding, review: &Review) -> Option<Annotation> {
    let file = in_repository(review, &annotated_file(finding)?);
    let range = range(finding, &review.texts);
    let (first_line, last_line) = range.map_or((1, 1), |(start, end)| (start.line, end.line));
    // GitHub takes columns only within one line. The end of a span is the place behind it.
    let columns = range.filter(|(start, end)| start.line == end.line);
    let columns = columns.map(|(start, end)| (start.column, end.column.saturating_sub(1).max(start.column)));
    let beside = annotated_file(finding).filter(|file| *file != finding.place.file);
    let mut message = beside.map(|_| format!("{}: ", path(finding))).unwrap_or_default();
    message.push_str(&inert(cut(&finding.message)));
    if cut(&finding.message) != finding.message {
        message.push('…');
    }
    if let Some(hint) = &finding.hint {
        let _ = write!(message, "\n{}", inert(cut(hint)));
    }
    let level = if finding.is_error() { AnnotationLevel::Failure } else { AnnotationLevel::Warning };
    let title = format!("{}: {}", finding.code, finding.code.title());
    Some(Annotation { file, first_line, last_line, columns, level, title, message })
}

/// The first characters of a message.
fn cut(message: &str) -> &str {
    let end = message.char_indices().nth(LONGEST_MESSAGE).map_or(message.len(), |(end, _)| end);
    message.get(..end).unwrap_or(message)
}

/// A path of the registry as one of the repository. What the pull request touches beside the registry's folder has such
/// a path already, and what is wrong with the pull request as a whole stands at its ref.
pub(super) fn in_repository(review: &Review, file: &str) -> String {
    let inside = if review.folder.is_empty() { file.to_owned() } else { format!("{}/{file}", review.folder) };
    let is_touched = |path: &str| review.changes.iter().any(|change| change.files.iter().any(|it| it == path));
    let is_elsewhere = is_touched(file) || file.starts_with("refs/pull/");
    if !is_touched(&inside) && is_elsewhere { file.to_owned() } else { inside }
}

/// The digest of all that is shown, the edits too, part by part with its length, so that no two reviews have one text.
fn fingerprint(
    conclusion: Conclusion,
    title: &str,
    summary: &str,
    annotations: &[Annotation],
    suggestions: &[Suggestion],
) -> String {
    let mut text = String::new();
    let mut push = |part: &str| {
        let _ = write!(text, "{}:{part}", part.len());
    };
    push(match conclusion {
        Conclusion::Passed => "passed",
        Conclusion::Waiting => "waiting",
        Conclusion::Failed => "failed",
    });
    push(title);
    push(summary);
    for annotation in annotations {
        let Annotation { file, first_line, last_line, columns, level, title, message } = annotation;
        let (from, to) = columns.unwrap_or_default();
        let level = match level {
            AnnotationLevel::Failure => "failure",
            AnnotationLevel::Warning => "warning",
        };
        push(&format!("{level} {first_line} {last_line} {from} {to}"));
        for part in [file, title, message] {
            push(part);
        }
    }
    for Suggestion { file, first_line, last_line, text } in suggestions {
        push(&format!("suggestion {first_line} {last_line}"));
        for part in [file, text] {
            push(part);
        }
    }
    Sha256::of(text.as_bytes()).to_hex()
}

/// How the records of what was compiled end a fingerprint.
const FAILED: &str = "failed";
const UNTOLD: &str = "untold";
const AWAITED: &str = "awaited";
const COMPILED: &str = "compiled-";

/// The fingerprint with what is kept of compiling.
fn with_record(fingerprint: &str, record: Option<CompileRecord>) -> String {
    match record {
        None => fingerprint.to_owned(),
        Some(CompileRecord::Compiled(of)) => format!("{fingerprint}.{COMPILED}{of}"),
        Some(CompileRecord::Failed) => format!("{fingerprint}.{FAILED}"),
        Some(CompileRecord::Untold) => format!("{fingerprint}.{UNTOLD}"),
        Some(CompileRecord::Awaited) => format!("{fingerprint}.{AWAITED}"),
    }
}

/// What the fingerprint of a verdict keeps of compiling.
#[must_use]
pub fn compile_record(fingerprint: &str) -> Option<CompileRecord> {
    match fingerprint.split_once('.')?.1 {
        FAILED => Some(CompileRecord::Failed),
        UNTOLD => Some(CompileRecord::Untold),
        AWAITED => Some(CompileRecord::Awaited),
        compiled => compiled.strip_prefix(COMPILED)?.parse().ok().map(CompileRecord::Compiled),
    }
}

#[cfg(test)]
mod tests {
    use super::{compile_record, with_record};
    use crate::model::{CompileRecord, Sha256};

    #[test]
    fn what_is_kept_of_compiling_is_read_back() {
        let compiled = CompileRecord::Compiled(Sha256::of(b"x"));
        let records = [compiled, CompileRecord::Failed, CompileRecord::Untold, CompileRecord::Awaited];
        for record in records.map(Some).into_iter().chain([None]) {
            assert_eq!(compile_record(&with_record("0af3", record)), record);
        }
        for bad in ["0af3.compiled-", "0af3.compiled-xyz", "0af3.Failed", "0af3.failed.untold", "failed", ""] {
            assert_eq!(compile_record(bad), None, "{bad}");
        }
    }
}
