//! Printing: results to standard output, what went wrong to standard error.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::Value;

use crate::model::{Area, Finding};
use crate::rules::report::{self, Style, Texts};

use super::args::{Format, LogFormat};

/// Where results go, and how they look.
#[derive(Debug, Clone)]
pub struct Output {
    /// How results are printed.
    pub format: Format,
    style: Style,
    /// The registry's folder as annotations name it.
    root: String,
    log_format: LogFormat,
}

impl Output {
    /// Output in `format`; in colour on a terminal, unless `no_color` forbids it.
    #[must_use]
    pub fn new(format: Format, no_color: bool) -> Self {
        let coloured = !no_color && io::stdout().is_terminal();
        Self {
            format,
            style: if coloured { Style::Coloured } else { Style::Plain },
            root: String::new(),
            log_format: LogFormat::Text,
        }
    }

    /// The same, naming the registry's files from `root`.
    #[must_use]
    pub fn within(self, root: String) -> Self {
        Self { root, ..self }
    }

    /// The same, with what goes wrong in this form.
    #[must_use]
    pub fn logging(self, log_format: LogFormat) -> Self {
        Self { log_format, ..self }
    }

    /// Whether the text may be coloured.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Whether a person is looking on.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.format == Format::Human && self.log_format == LogFormat::Text && io::stderr().is_terminal()
    }

    /// Prints text. A reader that went away is no error.
    pub fn text(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Prints a line.
    pub fn line(&self, text: &str) {
        self.text(&format!("{text}\n"));
    }

    /// Prints a JSON value.
    pub fn json(&self, value: &Value) {
        self.text(&report::inert_json(value));
    }

    /// Prints findings for people or for GitHub.
    pub fn findings(&self, findings: &[Finding], texts: &Texts) {
        for finding in findings {
            if self.format == Format::Github {
                self.line(&report::github(finding, texts, &self.root));
            } else {
                let (finding, texts) = self.seen_from_here(finding, texts);
                self.text(&format!("{}\n\n", report::human(&finding, &texts, self.style)));
            }
        }
    }

    /// The finding with its file as a person in the current folder names it, so that a terminal can open it.
    fn seen_from_here(&self, finding: &Finding, texts: &Texts) -> (Finding, Texts) {
        let mut finding = finding.clone();
        let text = texts.get(&finding.place.file).cloned();
        if finding.place.area == Area::Registry && !self.root.is_empty() {
            finding.place.file = format!("{}/{}", self.root, finding.place.file);
        }
        let texts = text.map(|text| (finding.place.file.clone(), text)).into_iter().collect();
        (finding, texts)
    }

    /// A file of the registry as a person in the current folder names it.
    #[must_use]
    pub fn registry_file(&self, file: &str) -> String {
        if self.root.is_empty() { file.to_owned() } else { format!("{}/{file}", self.root) }
    }

    /// Findings for a program.
    #[must_use]
    pub fn finding_values(findings: &[Finding], texts: &Texts) -> Vec<Value> {
        let view = |finding| serde_json::to_value(report::view(finding, texts)).unwrap_or_default();
        findings.iter().map(view).collect()
    }

    /// Tells what went wrong.
    pub fn error(&self, text: &str) {
        match self.log_format {
            LogFormat::Text => Self::complain(text),
            LogFormat::Json => tracing::error!("{text}"),
        }
    }

    /// Tells what is no trouble, beside the results.
    pub fn note(&self, text: &str) {
        match self.log_format {
            LogFormat::Text => Self::complain(text),
            LogFormat::Json => tracing::info!("{text}"),
        }
    }

    fn complain(text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{text}");
    }
}
