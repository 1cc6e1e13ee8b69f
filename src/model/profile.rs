//! The profile of a registry: the language whose rules hold in it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::location::Location;
use super::manifest::Manifest;
use super::metadata::Metadata;
use super::name::{NameError, PackageName};
use super::range::{Range, RangeError};
use super::version::{Version, VersionError};

/// The languages whose rules the curator knows: how names, versions and ranges are written in a registry's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The formats of the PureScript registry: versions of three numbers, ranges `>=A <B`, names without scopes.
    #[default]
    Purescript,
    /// Any language: versions of `SemVer` 2.0 with pre-releases, ranges as Cargo writes them, names with scopes.
    Generic,
}

/// A text that a registry of another profile might hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is outside of the grammar of this registry's profile")]
pub struct Foreign(String);

/// A text that names no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the profiles are purescript and generic")]
pub struct ProfileError;

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        match text {
            "purescript" => Ok(Self::Purescript),
            "generic" => Ok(Self::Generic),
            _ => Err(ProfileError),
        }
    }
}

impl Profile {
    /// Whether it is that of the PureScript registry, which files that say nothing mean.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Reads a version.
    ///
    /// # Errors
    /// As the grammar of the profile says.
    pub fn version(self, text: &str) -> Result<Version, VersionError> {
        match self {
            Self::Purescript => Version::parse_plain(text),
            Self::Generic => text.parse(),
        }
    }

    /// The version that a tag is called after, with or without a `v`.
    #[must_use]
    pub fn tagged(self, tag: &str) -> Option<Version> {
        match self {
            Self::Purescript => Version::parse_lenient(tag).ok(),
            Self::Generic => self.version(tag.strip_prefix('v').unwrap_or(tag)).ok(),
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// As the grammar of the profile says.
    pub fn name(self, text: &str) -> Result<PackageName, NameError> {
        match self {
            Self::Purescript => PackageName::parse_plain(text),
            Self::Generic => text.parse(),
        }
    }

    /// Reads a range.
    ///
    /// # Errors
    /// As the grammar of the profile says.
    pub fn range(self, text: &str) -> Result<Range, RangeError> {
        match self {
            Self::Purescript => Range::parse_plain(text),
            Self::Generic => Range::parse_cargo(text),
        }
    }

    /// Whether a registry of this profile can have this version.
    #[must_use]
    pub fn admits_version(self, version: &Version) -> bool {
        self == Self::Generic || !version.is_prerelease()
    }

    /// Whether a registry of this profile can have a package of this name.
    #[must_use]
    pub fn admits_name(self, name: &PackageName) -> bool {
        self == Self::Generic || name.is_plain()
    }

    /// Whether the clients of a registry of this profile can read where a source is.
    #[must_use]
    pub fn admits_location(self, location: &Location) -> bool {
        self == Self::Generic || !location.is_archive()
    }

    /// Whether this is how a registry of this profile writes ranges.
    #[must_use]
    pub fn admits_range(self, range: &Range) -> bool {
        range.is_plain() == (self == Self::Purescript)
    }

    /// Whether a registry of this profile can have this manifest.
    ///
    /// # Errors
    /// The first text in it that is outside of the profile's grammar.
    pub fn holds(self, manifest: &Manifest) -> Result<(), Foreign> {
        let names = [&manifest.name].into_iter().chain(manifest.dependencies.keys());
        let name = names.into_iter().find(|name| !self.admits_name(name)).map(ToString::to_string);
        let version = Some(&manifest.version).filter(|version| !self.admits_version(version)).map(ToString::to_string);
        let location = Some(&manifest.location).filter(|it| !self.admits_location(it)).map(ToString::to_string);
        let mut ranges = manifest.dependencies.values();
        let range = || ranges.find(|range| !self.admits_range(range)).map(ToString::to_string);
        name.or(version).or(location).or_else(range).map_or(Ok(()), |text| Err(Foreign(text)))
    }

    /// Whether a registry of this profile can have versions of that name and these facts.
    ///
    /// # Errors
    /// The first text among them that is outside of the profile's grammar.
    pub fn holds_facts(self, name: &PackageName, metadata: &Metadata) -> Result<(), Foreign> {
        let mut versions = metadata.published.keys().chain(metadata.unpublished.keys());
        if !self.admits_name(name) {
            return Err(Foreign(name.to_string()));
        }
        if !self.admits_location(&metadata.location) {
            return Err(Foreign(metadata.location.to_string()));
        }
        let foreign = versions.find(|version| !self.admits_version(version)).map(ToString::to_string);
        // A language with a compiler names it.
        let mut published = metadata.published.iter().filter(|_| self == Self::Purescript);
        let bare = || {
            let found = published.find(|(_, facts)| facts.compilers.is_empty());
            found.map(|(version, _)| format!("{version} without compilers"))
        };
        foreign.or_else(bare).map_or(Ok(()), |text| Err(Foreign(text)))
    }

    /// Reads a range in some other spelling than the profile's own, where that has a meaning: what was probably meant.
    #[must_use]
    pub fn range_meant(self, text: &str) -> Option<Range> {
        match self {
            Self::Purescript => Range::parse_lenient(text).ok(),
            // `>=1.0.0 <2.0.0` is how other registries join comparators.
            Self::Generic => Range::parse_cargo(&text.split_whitespace().collect::<Vec<_>>().join(", ")).ok(),
        }
    }

    /// All versions that are compatible with `version` by the caret rule, as a registry of this profile writes them.
    #[must_use]
    pub fn caret(self, version: &Version) -> Range {
        let plain = Range::caret(version);
        match self {
            Self::Purescript => plain,
            Self::Generic => Range::parse_cargo(&format!("^{version}")).unwrap_or(plain),
        }
    }

    /// The versions of `range` that are below `bound`, as a registry of this profile writes them.
    ///
    /// # Errors
    /// [`RangeError`] where there are none.
    pub fn cut(self, range: &Range, bound: &Version) -> Result<Range, RangeError> {
        match self {
            Self::Purescript => Range::new(range.lower().clone(), bound.clone()),
            Self::Generic if range.to_string() == "*" => Range::parse_cargo(&format!("<{bound}")),
            Self::Generic => Range::parse_cargo(&format!("{range}, <{bound}")),
        }
    }
}
