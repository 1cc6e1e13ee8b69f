//! How grave a weakness is, in one word.

use std::fmt;
use std::str::FromStr;

use super::cvss::BaseScore;

/// How grave a weakness is; the gravest is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SeverityLevel {
    /// Nobody said.
    #[default]
    Unknown,
    /// Hardly ever.
    Low,
    /// Sometimes.
    Medium,
    /// Mostly.
    High,
    /// At once.
    Critical,
}

/// A word that names no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a severity is one of critical, high, medium, low, unknown")]
pub struct SeverityLevelError;

impl SeverityLevel {
    /// The level as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl From<BaseScore> for SeverityLevel {
    /// By the qualitative scale of CVSS v3.1 §5; a score of 0.0, which it calls none, is low.
    fn from(score: BaseScore) -> Self {
        match score.tenths() {
            0..40 => Self::Low,
            40..70 => Self::Medium,
            70..90 => Self::High,
            _ => Self::Critical,
        }
    }
}

impl FromStr for SeverityLevel {
    type Err = SeverityLevelError;

    /// Reads the words of this registry and those of the databases that export OSV: GitHub's is `MODERATE`.
    fn from_str(text: &str) -> Result<Self, SeverityLevelError> {
        match text.to_ascii_lowercase().as_str() {
            "critical" => Ok(Self::Critical),
            "high" => Ok(Self::High),
            "medium" | "moderate" => Ok(Self::Medium),
            "low" | "none" => Ok(Self::Low),
            "unknown" => Ok(Self::Unknown),
            _ => Err(SeverityLevelError),
        }
    }
}

impl fmt::Display for SeverityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
