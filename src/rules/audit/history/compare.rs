//! What differs between two states of a file, by what the file is for.

use crate::model::{Area, Fact, PackageName, Subject, TreePath, Version};
use crate::rules::index::{IndexPath, holds_facts, package_set_version};
use crate::rules::registry::RegistryPath;

use super::change::{Change, Manner, Part, Side};
use super::entries::changed_entries;
use super::lines::{Unreadable, changed_lines};

/// What a file holds that was published.
enum Holding {
    Lines,
    Entries(PackageName),
    Set(Version),
    Definition(PackageName, Version),
}

/// The files of one repository that hold what was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The repository.
    pub area: Area,
    /// Where metadata and package sets are: the curator keeps them in the index, the PureScript registry in the registry.
    pub facts: Area,
}

/// What differs between two states of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub(super) path: TreePath,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Changes(Vec<Change>),
    /// The state before cannot be read; the state after is kept to be compared with the last one that could.
    BeforeUnreadable(Option<Vec<u8>>),
    /// The state after cannot be read; the state before is kept to be compared with the next one that can.
    AfterUnreadable(Option<Vec<u8>>),
}

impl Layout {
    /// Whether a change of this file is of interest.
    #[must_use]
    pub fn wants(self, path: &TreePath) -> bool {
        self.holding(path).is_some()
    }

    /// What stands in the wrong place is where no client looks: it holds nothing.
    fn holding(self, path: &TreePath) -> Option<Holding> {
        let of_facts = self.facts == self.area;
        match (self.area, IndexPath::of(path)) {
            (Area::Index, IndexPath::Manifests(_)) => Some(Holding::Lines),
            (_, IndexPath::Metadata(name)) if of_facts => Some(Holding::Entries(name)),
            (_, IndexPath::PackageSet) if of_facts => package_set_version(path).map(Holding::Set),
            (Area::Registry, _) if !holds_facts(path) => match RegistryPath::of(path) {
                RegistryPath::Definition(name, version) => Some(Holding::Definition(name, version)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Compares two states of the file at `path`; `None` where there is no file.
#[must_use]
pub fn compare(files: Layout, path: &TreePath, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Compared {
    let (old, new) = (before.as_deref(), after.as_deref());
    let changes = match files.holding(path) {
        None => Ok(Vec::new()),
        Some(Holding::Lines) => changed_lines(path, old.unwrap_or_default(), new.unwrap_or_default()),
        Some(Holding::Entries(name)) => changed_entries(path, &name, old, new),
        Some(Holding::Set(version)) => Ok(whole_file(path, Subject::Set(version), Part::Set, old, new)),
        Some(Holding::Definition(name, version)) => {
            Ok(whole_file(path, Subject::Version(name, version), Part::Definition, old, new))
        }
    };
    let outcome = match changes {
        Ok(changes) => Outcome::Changes(changes),
        Err(Unreadable::Before) => Outcome::BeforeUnreadable(after),
        Err(Unreadable::After) => Outcome::AfterUnreadable(before),
    };
    Compared { path: path.clone(), outcome }
}

/// A file that is one fact to its last byte.
fn whole_file(
    path: &TreePath,
    subject: Subject,
    part: Part,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) -> Vec<Change> {
    let fact: Fact = part.whole();
    let side = |bytes: &[u8]| Side::of(fact, bytes);
    let (before, after) = (before.map(side), after.map(side));
    if before == after {
        return Vec::new();
    }
    vec![Change { subject, part, file: path.clone(), before, after, manner: Manner::default() }]
}
