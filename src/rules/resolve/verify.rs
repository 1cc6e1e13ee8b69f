//! The proof of a resolution, independent of how it was found: every range is satisfied and nothing is there without a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Resolution, Universe};
use crate::model::{PackageName, Range, Version};

/// What is wrong with a resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A package that is needed was not chosen.
    Missing {
        /// Who needs it; `None`: the roots.
        dependent: Option<PackageName>,
        /// The package that is absent.
        dependency: PackageName,
    },
    /// The version that was chosen is outside a range.
    OutOfRange {
        /// Whose range it is; `None`: the roots.
        dependent: Option<PackageName>,
        /// The package.
        dependency: PackageName,
        /// The version that was chosen.
        version: Version,
        /// The range that it is outside of.
        range: Range,
    },
    /// The version that was chosen does not exist.
    NotOnOffer {
        /// The package.
        name: PackageName,
        /// The version that was chosen.
        version: Version,
    },
    /// A package was chosen that nothing needs.
    Unneeded {
        /// The package.
        name: PackageName,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who =
            |dependent: &Option<PackageName>| dependent.as_ref().map_or("the roots".to_owned(), ToString::to_string);
        match self {
            Self::Missing { dependent, dependency } => {
                write!(f, "{dependency} is needed by {} and absent", who(dependent))
            }
            Self::OutOfRange { dependent, dependency, version, range } => {
                write!(f, "{dependency} {version} is outside {range} of {}", who(dependent))
            }
            Self::NotOnOffer { name, version } => write!(f, "there is no {name} {version}"),
            Self::Unneeded { name } => write!(f, "nothing needs {name}"),
        }
    }
}

/// Everything that is wrong with `resolution` as an answer to `roots`; nothing, if it is right.
pub fn verify<U: Universe>(
    resolution: &Resolution,
    universe: &U,
    roots: &BTreeMap<PackageName, Range>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut needed = BTreeSet::new();
    let mut open: Vec<&PackageName> = Vec::new();
    let mut hold = |dependent: Option<&PackageName>, dependencies: &BTreeMap<PackageName, Range>, open: &mut Vec<_>| {
        for (dependency, range) in dependencies {
            let dependent = dependent.cloned();
            match resolution.0.get_key_value(dependency) {
                None => violations.push(Violation::Missing { dependent, dependency: dependency.clone() }),
                Some((name, version)) => {
                    if !range.includes(version) {
                        let (dependency, version, range) = (dependency.clone(), version.clone(), range.clone());
                        violations.push(Violation::OutOfRange { dependent, dependency, version, range });
                    }
                    open.push(name);
                }
            }
        }
    };
    hold(None, roots, &mut open);
    let mut absent = Vec::new();
    while let Some(name) = open.pop() {
        if !needed.insert(name) {
            continue;
        }
        let Some(version) = resolution.0.get(name) else { continue };
        let releases = universe.releases(name).unwrap_or_default();
        match releases.into_iter().find(|release| release.version == version) {
            Some(release) => hold(Some(name), release.dependencies, &mut open),
            None => absent.push(Violation::NotOnOffer { name: name.clone(), version: version.clone() }),
        }
    }
    violations.extend(absent);
    let unneeded = resolution.0.keys().filter(|name| !needed.contains(name));
    violations.extend(unneeded.map(|name| Violation::Unneeded { name: name.clone() }));
    violations
}
