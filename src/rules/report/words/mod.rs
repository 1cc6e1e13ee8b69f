//! What every finding says: one function a case, so that all sentences stand side by side.

pub mod advisory;
pub mod audit;
pub mod authorization;
pub mod compile;
pub mod definition;
pub mod dependencies;
pub mod docs;
pub mod file;
pub mod history;
pub mod impact;
pub mod import;
pub mod life;
pub mod package_set;
pub mod publish;
pub mod refusal;
pub mod source;

use crate::model::{Code, Finding, Fix, PackageName, Place, Severity, Span, Version};

use super::inert::inert_line;

/// The words of a finding, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    code: Code,
    severity: Severity,
    message: String,
    hint: Option<String>,
}

impl Wording {
    fn error(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: line(&message.into(), LONGEST_MESSAGE), hint: None }
    }

    fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same, where it holds nothing up.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(line(&hint.into(), LONGEST_MESSAGE));
        self
    }

    /// Adds lines to the message, in which nothing is from outside but names, versions and ranges.
    fn explained(mut self, explanation: &str) -> Self {
        self.message.push('\n');
        self.message.push_str(explanation.trim_end());
        self
    }

    /// The finding that says this of `place`.
    #[must_use]
    pub fn at(self, place: Place) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            place,
            package: None,
            version: None,
            message: self.message,
            hint: self.hint,
            fix: None,
        }
    }

    /// The finding that says this of `place`, which concerns a package as a whole.
    #[must_use]
    pub fn about(self, name: &PackageName, place: Place) -> Finding {
        Finding { package: Some(name.clone()), ..self.at(place) }
    }

    /// The finding that says this of `place`, which concerns a version of a package.
    #[must_use]
    pub fn of(self, name: &PackageName, version: &Version, place: Place) -> Finding {
        Finding { package: Some(name.clone()), version: Some(version.clone()), ..self.at(place) }
    }

    /// The finding that says this of the part `span` of `place`, and that putting `replacement` there mends it.
    #[must_use]
    pub fn mended_by(self, place: Place, span: Span, replacement: String) -> Finding {
        let fix = Fix { span: span.clone().into(), replacement };
        Finding { fix: Some(fix), ..self.at(place.at(span)) }
    }
}

/// The most characters of a message: a stranger's file of a megabyte must not become a message of a megabyte.
const LONGEST_MESSAGE: usize = 1_000;
/// The most characters that are repeated of one word of a file.
const LONGEST_WORD: usize = 80;

/// What stands in a file, as it can be repeated in a message.
pub(in crate::rules) fn word(text: &str) -> String {
    line(text, LONGEST_WORD)
}

/// The first characters of `text`, on one line and harmless to show.
pub(super) fn line(text: &str, longest: usize) -> String {
    let cut = |text: &str| text.char_indices().nth(longest).map(|(end, _)| end);
    let start = cut(text).and_then(|end| text.get(..end)).unwrap_or(text);
    let mut shown = inert_line(start).into_owned();
    // Escapes are longer than what they stand for.
    let is_cut = start.len() < text.len() || cut(&shown).is_some();
    if let Some(end) = cut(&shown) {
        shown.truncate(end);
    }
    if is_cut {
        shown.push('…');
    }
    shown
}

/// The first characters of a stranger's text, on one line and harmless to show.
#[must_use]
pub fn cut(text: &str, longest: usize) -> String {
    line(text, longest)
}

/// Reasons one behind the other, where a sentence takes only one.
#[must_use]
pub fn joined<T: ToString>(reasons: &[T]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// A list as people say it: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let Some(last) = texts.pop() else { return String::new() };
    if texts.is_empty() { last } else { format!("{} and {last}", texts.join(", ")) }
}

/// The first of many items, and how many more there are: a finding is to be read.
fn first_few(items: &[String]) -> String {
    const FEW: usize = 5;
    let (few, more) = items.split_at(items.len().min(FEW));
    match more.len() {
        0 => listed(few),
        more => format!("{} and {more} others", few.join(", ")),
    }
}

/// The most characters of a reason that is written down for good.
const LONGEST_REASON: usize = 400;

/// A reason, short and on one line, as it is written into a file.
#[must_use]
pub fn brief(reason: &str) -> String {
    line(reason, LONGEST_REASON)
}
