//! What a registry allows: the part of `curator.toml` that decides about definitions and pull requests.

use std::collections::BTreeSet;
use std::time::Duration;

use super::name::PackageName;
use super::package_rules::PackageRules;
use super::profile::Profile;
use super::pull::MergeMethod;
use super::tree::TreePath;

/// What a registry allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The language whose rules hold.
    pub profile: Profile,
    /// The files of a package, where the registry says which; `None` where the language does.
    pub package: Option<PackageRules>,
    /// Names that nobody may register.
    pub reserved_names: BTreeSet<PackageName>,
    /// The hosts that a source may lie on.
    pub allow_hosts: BTreeSet<String>,
    /// Whether every range must end before a major version that nobody has seen (`upper_bounds`).
    pub upper_bounds: Demand,
    /// Whether a version must be the next patch, minor or major one of its package (`sequential_versions`).
    pub sequential_versions: Demand,
    /// How pull requests are decided.
    pub review: ReviewPolicy,
}

/// Whether a registry asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Demand {
    /// It does not.
    #[default]
    Free,
    /// It does.
    Required,
}

/// How pull requests are decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// Those who look after the registry, by number.
    pub trustees: BTreeSet<u64>,
    /// The team whose members are trustees, as `organisation/team`.
    pub trustee_team: Option<String>,
    /// Who lets a new package in.
    pub new_package: NewPackagePolicy,
    /// How long a new package can be looked at before it is merged.
    pub new_package_wait: Duration,
    /// How long a new version can be looked at before it is merged.
    pub new_version_wait: Duration,
    /// How pull requests are merged; `None` where people merge by hand.
    pub merge: Option<MergeMethod>,
    /// The lock files of the registry that a review of other bounds looks at.
    pub lock_files: BTreeSet<TreePath>,
}

/// Who lets a new package in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NewPackagePolicy {
    /// Nobody: the waiting period is enough, unless the name is close to another.
    Wait,
    /// A trustee.
    #[default]
    Trustee,
}

impl ReviewPolicy {
    /// Whether anything waits only for time to pass.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.new_version_wait > Duration::ZERO || self.new_package == NewPackagePolicy::Wait
    }
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        Self {
            trustees: BTreeSet::new(),
            trustee_team: None,
            new_package: NewPackagePolicy::default(),
            new_package_wait: Duration::from_hours(72),
            new_version_wait: Duration::ZERO,
            merge: Some(MergeMethod::default()),
            lock_files: BTreeSet::new(),
        }
    }
}
