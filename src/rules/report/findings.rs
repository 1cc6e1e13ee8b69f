//! Findings as people and programs read them: on a terminal, as JSON, as annotations of a GitHub run.

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use serde::Serialize;

use crate::model::{Area, Finding, Severity, SpanOrd};

use super::inert::{inert, inert_line};

/// The texts that findings point into, by path in the registry.
pub type Texts = BTreeMap<String, String>;

/// How findings look on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// With colours.
    Coloured,
    /// Plain text, for pipes and `NO_COLOR`.
    Plain,
}

/// A finding on a terminal, with its text underlined and the fix as a difference.
#[must_use]
pub fn human(finding: &Finding, texts: &Texts, style: Style) -> String {
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (message, path) = (inert(&finding.message), path(finding));
    let title = level.primary_title(message.as_ref()).id(finding.code.as_str());
    let text = text(finding, texts);
    let excerpt = text.zip(finding.place.span).map(|(text, span)| Excerpt::of(text, span));
    let mut main = match &excerpt {
        Some(Excerpt { text, span, first_line }) => {
            let annotation = AnnotationKind::Primary.span(span.clone());
            let snippet = Snippet::source(text.as_str()).line_start(*first_line).path(path.as_str());
            title.element(snippet.annotation(annotation))
        }
        None => title.element(Origin::path(path.as_str())),
    };
    let hint = finding.hint.as_deref().map(inert);
    if let Some(hint) = &hint {
        main = main.element(Level::HELP.message(hint.as_ref()));
    }
    let fix = finding.fix.as_ref().zip(text);
    let fix = fix.map(|(fix, text)| (Excerpt::of(text, fix.span), inert(&fix.replacement)));
    let mut groups: Vec<Group<'_>> = vec![main];
    if let Some((Excerpt { text, span, first_line }, replacement)) = &fix {
        let change = Patch::new(span.clone(), replacement.as_ref());
        let title = Level::HELP.secondary_title("`curator check --fix` writes");
        let snippet = Snippet::source(text.as_str()).line_start(*first_line).path(path.as_str());
        groups.push(title.element(snippet.patch(change)));
    }
    renderer.decor_style(DecorStyle::Ascii).render(&groups)
}

/// The text of the file that the finding points into, where it is one of the registry.
pub(super) fn text<'t>(finding: &Finding, texts: &'t Texts) -> Option<&'t str> {
    let place = Some(&finding.place).filter(|place| place.area == Area::Registry)?;
    texts.get(&place.file).map(String::as_str)
}

/// Where the finding is, on one line.
pub(super) fn path(finding: &Finding) -> String {
    let path = inert_line(&finding.place.file);
    match (finding.place.area, &finding.package, &finding.version) {
        (Area::Registry, ..) => path.into_owned(),
        (Area::Index, ..) => format!("index: {path}"),
        (Area::Store, ..) => format!("store: {path}"),
        (Area::Source, Some(name), Some(version)) => format!("source of {name}@{version}: {path}"),
        (Area::Source, ..) => format!("source: {path}"),
    }
}

/// The lines of a text that a span is on, as they may be shown.
struct Excerpt {
    text: String,
    /// The span in those lines.
    span: std::ops::Range<usize>,
    /// The number of the first of them.
    first_line: usize,
}

/// The most lines that are shown of a span. A value of a thousand lines says no more than its start.
const MOST_LINES: usize = 12;

impl Excerpt {
    fn of(text: &str, span: SpanOrd) -> Self {
        let start = boundary(text, span.start);
        let (before, rest) = text.split_at(start);
        let (inside, after) = rest.split_at(boundary(rest, span.end.saturating_sub(start)));
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let head = before.get(line_start..).unwrap_or_default();
        let is_long = inside.split('\n').nth(MOST_LINES).is_some();
        let inside = if is_long { inside.lines().next().unwrap_or_default() } else { inside };
        let tail = if is_long { "" } else { after.lines().next().unwrap_or_default() };
        let [head, inside, tail] = [head, inside, tail].map(|part| inert(&part.replace("\r\n", "\n")).into_owned());
        let span = head.len()..head.len() + inside.len();
        Self { text: [head, inside, tail].concat(), span, first_line: before.matches('\n').count() + 1 }
    }
}

/// The nearest place at or before `at` where the text can be cut.
fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// A line and a column, both from 1, as editors count them: columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A finding as a program reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingView<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    /// Where the span starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Position>,
    /// Where the span ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

/// A finding for a program.
#[must_use]
pub fn view<'a>(finding: &'a Finding, texts: &Texts) -> FindingView<'a> {
    let range = range(finding, texts);
    FindingView { finding, start: range.map(|(start, _)| start), end: range.map(|(_, end)| end) }
}

pub(super) fn range(finding: &Finding, texts: &Texts) -> Option<(Position, Position)> {
    let (text, span) = text(finding, texts).zip(finding.place.span)?;
    Some((position(text, span.start), position(text, span.end)))
}

fn position(text: &str, at: usize) -> Position {
    let (before, _) = text.split_at(boundary(text, at));
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(line_start..).map_or(0, |line| line.chars().count());
    Position { line: before.matches('\n').count() + 1, column: column + 1 }
}

/// A finding as a workflow command, which GitHub shows beside the line of the change.
///
/// `root` is the path of the registry in its repository, since annotations name files from there.
#[must_use]
pub fn github(finding: &Finding, texts: &Texts, root: &str) -> String {
    let level = if finding.is_error() { "error" } else { "warning" };
    let mut properties = vec![format!("title={}", property(&format!("{}: {}", finding.code, finding.code.title())))];
    if let Some(file) = annotated_file(finding) {
        let file = if root.is_empty() { file } else { format!("{root}/{file}") };
        properties.insert(0, format!("file={}", property(&inert_line(&file))));
        if let Some((start, end)) = range(finding, texts) {
            properties.insert(1, format!("line={},endLine={}", start.line, end.line));
            // GitHub takes columns only within one line.
            if start.line == end.line {
                properties.insert(2, format!("col={},endColumn={}", start.column, end.column));
            }
        }
    }
    // An annotation beside another file, or beside none, says where it belongs.
    let is_beside = finding.place.area == Area::Registry;
    let mut text = if is_beside { String::new() } else { format!("{}: ", path(finding)) };
    text.push_str(&finding.message);
    if let Some(hint) = &finding.hint {
        text.push('\n');
        text.push_str(hint);
    }
    format!("::{level} {}::{}", properties.join(","), message(&text))
}

/// The file of the registry that an annotation stands beside: what is wrong with a source is told at its definition.
pub(super) fn annotated_file(finding: &Finding) -> Option<String> {
    match (finding.place.area, &finding.package, &finding.version) {
        (Area::Registry, ..) => Some(finding.place.file.clone()),
        (Area::Source, Some(name), Some(version)) => Some(format!("packages/{}/{version}.json", name.home())),
        _ => None,
    }
}

/// Text in the message of a workflow command (actions/toolkit, `command.ts`).
fn message(text: &str) -> String {
    inert(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text in a property of a workflow command (actions/toolkit, `command.ts`).
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// How many of what was found, in a sentence.
#[must_use]
pub fn summary(findings: &[Finding], checked: usize) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    let files = counted(checked, "file");
    if findings.is_empty() {
        return format!("{files} checked: nothing to mend");
    }
    let fixable = match findings.iter().filter(|finding| finding.fix.is_some()).count() {
        0 => String::new(),
        fixable => format!("; `curator check --fix` mends {fixable}"),
    };
    format!("{files} checked: {}, {}{fixable}", counted(errors, "error"), counted(warnings, "warning"))
}

/// `1 file`, `2 files`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
