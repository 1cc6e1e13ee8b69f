//! The parts of an advisory that repeat: scores, references, thanks, times.

use std::fmt;
use std::str::FromStr;

use super::cvss::{BaseScore, VectorError};
use super::level::SeverityLevel;
use crate::model::fields::{Fields, Reading};
use crate::model::json::Node;
use crate::model::time::{TimeError, Timestamp};

/// How grave a weakness is by one of the methods that OSV knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The method, as `CVSS_V3`.
    pub method: String,
    /// What it comes to: for CVSS a vector.
    pub score: String,
    /// The base score, where the method is `CVSS_V3`: of the others only the text is kept.
    pub base: Option<BaseScore>,
}

impl Rating {
    /// The level that it comes to, where that can be computed.
    #[must_use]
    pub fn level(&self) -> Option<SeverityLevel> {
        self.base.map(SeverityLevel::from)
    }

    pub(super) fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let method: Option<String> = fields.required("type");
        let score: Option<String> = fields.required("score");
        let scored = method.zip(score).map(|(method, score)| {
            let base = (method == "CVSS_V3").then(|| score.parse()).transpose();
            base.map(|base| Self { method, score: score.clone(), base }).map_err(|error| (score, error))
        });
        let rating = match scored {
            Some(Err((score, error))) => {
                let span = node.member("score").map_or(&node.span, |member| &member.value.span);
                let error: VectorError = error;
                fields.invalid("score", span, &score, &error.to_string());
                None
            }
            Some(Ok(rating)) => Some(rating),
            None => None,
        };
        fields.finish(rating)
    }
}

/// Where more is said of a weakness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What is there, as `FIX`.
    pub kind: String,
    /// Where: an address of the web.
    pub url: String,
}

impl Reference {
    pub(super) fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let kind = fields.required("type");
        let url = fields.required::<WebAddress>("url");
        let reference = kind.zip(url).map(|(kind, url)| Self { kind, url: url.0 });
        fields.finish(reference)
    }
}

/// Whom to thank for an advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The name.
    pub name: String,
    /// How to reach them.
    pub contact: Vec<String>,
    /// What they did, as `FINDER`.
    pub role: Option<String>,
}

impl Credit {
    pub(super) fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let name = fields.required("name");
        let contact = fields.texts("contact");
        let role = fields.optional("type");
        let credit = name.map(|name| Self { name, contact, role });
        fields.finish(credit)
    }
}

/// An address that a reader of the web can be sent to: nothing that a program could be made to run.
struct WebAddress(String);

/// A text that is no such address.
#[derive(Debug, thiserror::Error)]
#[error("a reference is an address that begins with https:// or http://")]
struct WebAddressError;

impl FromStr for WebAddress {
    type Err = WebAddressError;

    fn from_str(text: &str) -> Result<Self, WebAddressError> {
        let url = url::Url::parse(text).map_err(|_| WebAddressError)?;
        let is_web = matches!(url.scheme(), "https" | "http") && url.has_host();
        // A parser of the web's kind drops line ends and tabs; a reader may not.
        let is_plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_web && is_plain { Ok(Self(text.to_owned())) } else { Err(WebAddressError) }
    }
}

/// A time of RFC 3339 in UTC with any number of digits after the point, of which milliseconds are kept.
pub(super) struct OsvTime(pub(super) Timestamp);

/// A text that is no such time.
#[derive(Debug)]
pub(super) struct OsvTimeError(TimeError);

impl fmt::Display for OsvTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            TimeError::TimeShape => f.write_str("a time is written YYYY-MM-DDTHH:MM:SSZ (RFC 3339), in UTC"),
            other => other.fmt(f),
        }
    }
}

impl FromStr for OsvTime {
    type Err = OsvTimeError;

    fn from_str(text: &str) -> Result<Self, OsvTimeError> {
        let fraction = text.strip_suffix('Z').and_then(|text| text.split_once('.'));
        let cut = fraction.filter(|(_, digits)| digits.len() > 3 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let kept = cut.and_then(|(whole, digits)| Some(format!("{whole}.{}Z", digits.get(..3)?)));
        kept.as_deref().unwrap_or(text).parse().map(Self).map_err(OsvTimeError)
    }
}
