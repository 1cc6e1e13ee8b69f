//! The tables `[policy]` and `[trustees]`: what decides about definitions and pull requests.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use crate::model::{Demand, GitHubName, MergeMethod, NewPackagePolicy, PackageName, ReviewPolicy};

/// The table `[policy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySection {
    /// Names that nobody may register, besides those that never work.
    pub reserved_names: BTreeSet<PackageName>,
    /// Whether every range must end before a major version that nobody has seen.
    #[serde(deserialize_with = "demand")]
    pub upper_bounds: Demand,
    /// Whether a version must be the next patch, minor or major one of its package.
    #[serde(deserialize_with = "demand")]
    pub sequential_versions: Demand,
    /// Who lets a new package in.
    #[serde(deserialize_with = "new_package")]
    pub new_package: NewPackagePolicy,
    /// How long a new package can be looked at before it is merged without a trustee.
    #[serde(deserialize_with = "wait")]
    pub new_package_wait: Duration,
    /// How long a new version can be looked at before it is merged without a trustee.
    #[serde(deserialize_with = "wait")]
    pub new_version_wait: Duration,
    /// How pull requests are merged; `None` where people merge by hand.
    #[serde(deserialize_with = "merge")]
    pub merge: Option<MergeMethod>,
}

impl Default for PolicySection {
    fn default() -> Self {
        let ReviewPolicy { new_package, new_package_wait, new_version_wait, merge, .. } = ReviewPolicy::default();
        Self {
            reserved_names: BTreeSet::new(),
            upper_bounds: Demand::default(),
            sequential_versions: Demand::default(),
            new_package,
            new_package_wait,
            new_version_wait,
            merge,
        }
    }
}

/// The table `[trustees]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct TrusteesSection {
    /// Their numbers at the forge. Logins can be given up and taken over by others.
    #[serde(default)]
    pub people: BTreeSet<NonZeroU64>,
    /// The team whose members are trustees too, where the curator can read it.
    #[serde(default)]
    pub team: Option<TeamName>,
}

/// A team of a forge: `organisation/team`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamName(String);

impl FromStr for TeamName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_sound = |part: &str| part.parse::<GitHubName>().is_ok();
        let parts = text.split_once('/').filter(|(organisation, team)| is_sound(organisation) && is_sound(team));
        parts
            .map(|_| Self(text.to_owned()))
            .ok_or_else(|| format!("'{text}' is no team: write it as organisation/team"))
    }
}

impl<'de> Deserialize<'de> for TeamName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl TrusteesSection {
    /// How pull requests are decided, with the rest of the policy.
    pub(super) fn review(&self, policy: &PolicySection) -> ReviewPolicy {
        ReviewPolicy {
            trustees: self.people.iter().map(|id| id.get()).collect(),
            trustee_team: self.team.as_ref().map(|TeamName(name)| name.clone()),
            new_package: policy.new_package,
            new_package_wait: policy.new_package_wait,
            new_version_wait: policy.new_version_wait,
            merge: policy.merge,
        }
    }
}

fn demand<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Demand, D::Error> {
    Ok(if bool::deserialize(deserializer)? { Demand::Required } else { Demand::Free })
}

/// The text of a key that takes one of these words.
fn one_of<'de, D: Deserializer<'de>, T: Copy>(deserializer: D, words: &[(&str, T)]) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    known.ok_or_else(|| {
        let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        de::Error::custom(format!("'{text}' is none of {}", words.join(", ")))
    })
}

fn new_package<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NewPackagePolicy, D::Error> {
    one_of(deserializer, &[("trustee", NewPackagePolicy::Trustee), ("wait", NewPackagePolicy::Wait)])
}

fn merge<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MergeMethod>, D::Error> {
    let words = [
        ("merge", Some(MergeMethod::Merge)),
        ("squash", Some(MergeMethod::Squash)),
        ("rebase", Some(MergeMethod::Rebase)),
        ("never", None),
    ];
    one_of(deserializer, &words)
}

/// The most digits of a duration: nobody waits for centuries, and every number of them can be counted in seconds.
const MOST_DIGITS: usize = 5;

/// A duration like `30s`, `5m`, `72h` or `3d`.
pub(super) fn wait<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = || {
        let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return None,
        };
        let is_number = (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = digits.parse().ok().filter(|_| is_number)?;
        Some(Duration::from_secs(number * seconds))
    };
    read().ok_or_else(|| {
        let message =
            format!("'{text}' is no duration: write up to {MOST_DIGITS} digits and a unit, as 30s, 5m, 72h or 3d");
        de::Error::custom(message)
    })
}
