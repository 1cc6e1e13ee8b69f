//! What a difference of the index touches in a view.

use std::collections::BTreeSet;

use crate::model::{PackageName, TreePath};
use crate::rules::index::IndexPath;

/// The part of an index that is rendered anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// The packages.
    pub packages: BTreeSet<PackageName>,
    /// The files of package sets.
    pub sets: BTreeSet<TreePath>,
    /// Whether the advisories are among it.
    pub advisories: bool,
}

/// What is touched where these files of an index changed; `None` where that is all of it: the index's own description
/// names the places that every version is downloaded from.
#[must_use]
pub fn touched<'p>(changed: impl IntoIterator<Item = &'p TreePath>) -> Option<Touched> {
    let mut touched = Touched::default();
    for path in changed {
        match IndexPath::of(path) {
            IndexPath::Manifests(name) | IndexPath::Metadata(name) => drop(touched.packages.insert(name)),
            IndexPath::PackageSet => drop(touched.sets.insert(path.clone())),
            IndexPath::Other if path.as_str() == "config.json" => return None,
            IndexPath::Other if path.as_str().starts_with("advisories/") => touched.advisories = true,
            IndexPath::Pending(..) | IndexPath::Other | IndexPath::Misplaced => {}
        }
    }
    Some(touched)
}

impl Touched {
    /// The same and what another difference touches.
    pub fn add(&mut self, other: Self) {
        self.packages.extend(other.packages);
        self.sets.extend(other.sets);
        self.advisories |= other.advisories;
    }
}
