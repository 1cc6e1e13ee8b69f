//! A finding: one thing that somebody can mend, with its place and the way to mend it.

use std::cmp::Ordering;
use std::fmt::Display;

use serde::Serialize;

use super::code::Code;
use super::json::Span;
use super::name::PackageName;
use super::version::Version;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is published while it stands; in an audit, something is damaged.
    Error,
    /// Worth a look; it holds up nothing by itself.
    Warning,
}

/// Which of the places a file is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// The registry: what people want.
    Registry,
    /// The index: what is published.
    Index,
    /// A store: the bytes.
    Store,
    /// The source repository of a package.
    Source,
}

/// Where a finding points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Which place the file is in.
    pub area: Area,
    /// The path of the file there.
    pub file: String,
    /// The part of the file, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanOrd>,
}

/// A [`Span`] that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SpanOrd {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl From<Span> for SpanOrd {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file<F: Display + ?Sized>(area: Area, file: &F) -> Self {
        Self { area, file: file.to_string(), span: None }
    }

    /// A part of the same file.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span.into());
        self
    }
}

/// An edit that a machine may make: the text of `span` becomes `replacement`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What to replace; empty for an insertion.
    pub span: SpanOrd,
    /// The new text.
    pub replacement: String,
}

/// One thing that somebody can mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The broken rule.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// The package it concerns, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageName>,
    /// The version it concerns, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The edit that mends it, where a machine can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl Finding {
    /// Whether the finding holds something up.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The order in which findings are told: by place, and at one place by code.
    #[must_use]
    pub fn by_place(&self, other: &Self) -> Ordering {
        (&self.place, self.code).cmp(&(&other.place, other.code))
    }
}
