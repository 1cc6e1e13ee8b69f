//! The base score of a CVSS v3 vector, computed exactly: in whole numbers, as decimal fractions are.

use std::fmt;
use std::str::FromStr;

/// The base score of a vector of CVSS v3.0 or v3.1, from 0.0 to 10.0, by the equations of v3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseScore(u8);

/// Why a text is not a vector of CVSS v3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// The text does not begin as a vector does.
    #[error("a vector of CVSS v3 begins with CVSS:3.0/ or CVSS:3.1/")]
    Version,
    /// A part is no metric and its value.
    #[error("a vector is made of metrics and their values, like AV:N, joined by slashes")]
    Shape,
    /// CVSS v3 has no such metric.
    #[error("CVSS v3 has no metric of that name")]
    Metric,
    /// A metric stands twice.
    #[error("a metric stands twice")]
    Twice,
    /// A base metric is missing, or has a value that it cannot have.
    #[error("the metric {0} is missing, or has no such value")]
    Base(&'static str),
}

/// The metrics that a base score depends on; all of them must be there.
const BASE: [&str; 8] = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
/// The metrics that change other scores alone.
const OTHERS: [&str; 14] = ["E", "RL", "RC", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA"];

/// What numbers of the equations are counted in: 10^-18.
const ONE: i128 = 1_000_000_000_000_000_000;

/// The metrics of a vector and their values.
struct Metrics<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Metrics<'t> {
    fn read(text: &'t str) -> Result<Self, VectorError> {
        let rest = text.strip_prefix("CVSS:3.0/").or_else(|| text.strip_prefix("CVSS:3.1/"));
        let mut metrics: Vec<(&str, &str)> = Vec::new();
        for part in rest.ok_or(VectorError::Version)?.split('/') {
            let (metric, value) = part.split_once(':').ok_or(VectorError::Shape)?;
            if !BASE.contains(&metric) && !OTHERS.contains(&metric) {
                return Err(VectorError::Metric);
            }
            if metrics.iter().any(|(known, _)| *known == metric) {
                return Err(VectorError::Twice);
            }
            metrics.push((metric, value));
        }
        Ok(Self(metrics))
    }

    /// The weight, in hundredths, that the metric has with its value.
    fn weight(&self, metric: &'static str, weights: &[(&str, i128)]) -> Result<i128, VectorError> {
        let value = self.0.iter().find(|(known, _)| *known == metric).map(|(_, value)| *value);
        let found = weights.iter().find(|(letter, _)| Some(*letter) == value);
        found.map(|(_, weight)| *weight).ok_or(VectorError::Base(metric))
    }
}

impl BaseScore {
    /// The score in tenths.
    #[must_use]
    pub fn tenths(self) -> u8 {
        self.0
    }
}

impl FromStr for BaseScore {
    type Err = VectorError;

    /// Computes the score by CVSS v3.1 §7.1 and §7.4.
    fn from_str(text: &str) -> Result<Self, VectorError> {
        let metrics = Metrics::read(text)?;
        let is_changed = metrics.weight("S", &[("U", 0), ("C", 1)])? == 1;
        let vector = metrics.weight("AV", &[("N", 85), ("A", 62), ("L", 55), ("P", 20)])?;
        let complexity = metrics.weight("AC", &[("L", 77), ("H", 44)])?;
        let rights = if is_changed { [("N", 85), ("L", 68), ("H", 50)] } else { [("N", 85), ("L", 62), ("H", 27)] };
        let rights = metrics.weight("PR", &rights)?;
        let interaction = metrics.weight("UI", &[("N", 85), ("R", 62)])?;
        let mut left = 1;
        for metric in ["C", "I", "A"] {
            left *= 100 - metrics.weight(metric, &[("H", 56), ("L", 22), ("N", 0)])?;
        }
        // Five factors in hundredths: 10^-10. Three: 10^-6.
        let exploitability = 822 * vector * complexity * rights * interaction * (ONE / 10_000_000_000);
        let sub_score = (1_000_000 - left) * (ONE / 1_000_000);
        let impact = impact(sub_score, is_changed);
        let sum = if is_changed { (impact + exploitability) * 108 / 100 } else { impact + exploitability };
        Ok(Self(if impact > 0 { round_up(sum.min(10 * ONE)) } else { 0 }))
    }
}

fn impact(sub_score: i128, is_changed: bool) -> i128 {
    if !is_changed {
        return 642 * sub_score / 100;
    }
    let base = sub_score - 2 * ONE / 100;
    let power = (1..15).fold(base, |power, _| power * base / ONE);
    752 * (sub_score - 29 * ONE / 1_000) / 100 - 325 * power / 100
}

/// The smallest number of tenths that is not below the number, where a hundred-thousandth does not count (v3.1,
/// appendix A).
fn round_up(number: i128) -> u8 {
    let hundred_thousandths = (number + ONE / 200_000) / (ONE / 100_000);
    u8::try_from((hundred_thousandths + 9_999) / 10_000).unwrap_or(100)
}

impl fmt::Display for BaseScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}
