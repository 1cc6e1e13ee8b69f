//! A project that uses packages: what it asks for, whichever of its files says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::advisory_id::AdvisoryId;
use super::name::PackageName;
use super::range::Range;
use super::version::Version;

/// The file in which a project says what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProjectFile {
    /// `curator.project.toml`, the curator's own: the only one that knows aliases and where the registry is.
    Curator,
    /// `purs.json`, the PureScript registry's manifest.
    PursJson,
    /// `spago.yaml`, the `package` part of it.
    SpagoYaml,
}

impl ProjectFile {
    /// Every kind, the one that counts most first.
    pub const ALL: [Self; 3] = [Self::Curator, Self::PursJson, Self::SpagoYaml];

    /// The name of the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Curator => "curator.project.toml",
            Self::PursJson => "purs.json",
            Self::SpagoYaml => "spago.yaml",
        }
    }
}

impl fmt::Display for ProjectFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a project asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// Where the registry's index is: a place as `--index` takes it.
    pub index: Option<String>,
    /// Where archives are had from before the places that the index names: as `--store` takes them.
    pub stores: Vec<String>,
    /// The compiler that the project is built with.
    pub compiler: Option<Version>,
    /// The critical advisories that the project puts up with.
    pub allowed_advisories: BTreeSet<AdvisoryId>,
    /// The packages that it uses, by the names that it calls them by.
    pub requirements: BTreeMap<PackageName, Requirement>,
}

/// A package that a project uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The package.
    pub package: PackageName,
    /// The versions that will do; `None` for any.
    pub range: Option<Range>,
}

/// Two names in a project for one package, which can have only one version in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{package} stands twice, as {first} and as {second}: a project has one version of a package, under one name")]
pub struct TwiceRequired {
    /// The package.
    pub package: PackageName,
    /// The first name.
    pub first: PackageName,
    /// The second.
    pub second: PackageName,
}

impl Project {
    /// The ranges of the packages that the project itself asks for.
    #[must_use]
    pub fn ranges(&self) -> BTreeMap<PackageName, Range> {
        let range = |requirement: &Requirement| requirement.range.clone().unwrap_or_else(Range::any);
        self.requirements.values().map(|it| (it.package.clone(), range(it))).collect()
    }

    /// The name that the project calls `package` by: its own, unless it has an alias.
    #[must_use]
    pub fn called<'p>(&'p self, package: &'p PackageName) -> &'p PackageName {
        let alias = self.requirements.iter().find(|(_, requirement)| requirement.package == *package);
        alias.map_or(package, |(alias, _)| alias)
    }

    /// Checks that no package stands under two names, and no alias hides another package that is used.
    ///
    /// # Errors
    /// [`TwiceRequired`] names the two.
    pub fn each_once(&self) -> Result<(), TwiceRequired> {
        let mut seen: BTreeMap<&PackageName, &PackageName> = BTreeMap::new();
        for (alias, Requirement { package, .. }) in &self.requirements {
            if let Some(first) = seen.insert(package, alias) {
                let (first, second) = (first.clone(), alias.clone());
                return Err(TwiceRequired { package: package.clone(), first, second });
            }
        }
        Ok(())
    }
}
