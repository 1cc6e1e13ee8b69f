//! What there is to choose from: a borrowed view of an index, so that nothing of it is copied.

use std::collections::BTreeMap;

use crate::model::{PackageName, Range, Version};

/// One version on offer and what it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release<'u> {
    /// The version.
    pub version: &'u Version,
    /// The packages that it needs, each with the versions that it accepts.
    pub dependencies: &'u BTreeMap<PackageName, Range>,
}

/// The packages on offer. Asked once for each package that a resolution touches.
pub trait Universe {
    /// Every version of `name`, in any order (ascending is fastest); `None` where no package has that name.
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>>;

    /// Which version of `name` to choose where several will do.
    fn preference(&self, _name: &PackageName) -> Preference<'_> {
        Preference::Highest
    }
}

/// Which of several versions to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference<'u> {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
    /// This one where it will do, and else the highest.
    This(&'u Version),
}

impl Universe for BTreeMap<PackageName, BTreeMap<Version, BTreeMap<PackageName, Range>>> {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        let versions = self.get(name)?;
        Some(versions.iter().map(|(version, dependencies)| Release { version, dependencies }).collect())
    }
}

/// A universe with one more release: a definition under review, or the bounds that an override would give to a published version.
#[derive(Debug, Clone, Copy)]
pub struct With<'u, U> {
    /// What is on offer already.
    pub base: &'u U,
    /// The package of the release.
    pub name: &'u PackageName,
    /// The release; it stands in for the published one of the same version.
    pub release: Release<'u>,
}

impl<U: Universe> Universe for With<'_, U> {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        let published = self.base.releases(name);
        if name != self.name {
            return published;
        }
        let mut releases = published.unwrap_or_default();
        releases.retain(|release| release.version != self.release.version);
        releases.push(self.release);
        Some(releases)
    }

    fn preference(&self, name: &PackageName) -> Preference<'_> {
        self.base.preference(name)
    }
}
