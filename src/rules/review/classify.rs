//! What a pull request asks for: each file that it touches belongs to one kind of change.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Category, ChangeKind, PackageName, ProposedChange, StatusKind, Touch, TouchedFile, TreePath, Version,
};
use crate::rules::registry::RegistryPath;

/// What was there before a pull request, and what its status files say: what a path alone does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Before {
    /// The packages that have a registration in the base.
    pub registered: BTreeSet<PackageName>,
    /// The versions that are published.
    pub published: BTreeSet<(PackageName, Version)>,
    /// What the proposed status files say, by path; those that cannot be read are left out.
    pub statuses: BTreeMap<TreePath, StatusKind>,
    /// What the touched status files of the base say, by path; those that cannot be read are left out.
    pub stood: BTreeMap<TreePath, StatusKind>,
}

/// The changes that a pull request asks for, by kind, package and version.
///
/// The registration of a new package and its versions are one change; it names a version where it has just one. `beside`
/// are files outside of the registry's folder: they follow in a change of their own. Files are spelled as they come: whoever
/// shows paths of the repository calls this for `touched` and for `beside` apart, and puts the folder before the former.
#[must_use]
pub fn classify(touched: &[TouchedFile], beside: &[String], before: &Before) -> Vec<ProposedChange> {
    let published: BTreeSet<&PackageName> = before.published.iter().map(|(name, _)| name).collect();
    let registers = |file: &TouchedFile| match RegistryPath::of(&file.path) {
        RegistryPath::Registration(name) if file.touch == Touch::Added => {
            (!before.registered.contains(&name) && !published.contains(&name)).then_some(name)
        }
        _ => None,
    };
    let fresh: BTreeSet<PackageName> = touched.iter().filter_map(registers).collect();
    let mut groups: BTreeMap<Group, (ChangeKind, Vec<String>)> = BTreeMap::new();
    let mut versions: BTreeMap<PackageName, Vec<Version>> = BTreeMap::new();
    for file in touched {
        let (kind, package, version) = sort(file, before, &fresh);
        let file = file.path.to_string();
        let is_new = kind == ChangeKind::NewPackage;
        if let Some((name, version)) = package.as_ref().zip(version.as_ref()).filter(|_| is_new) {
            versions.entry(name.clone()).or_default().push(version.clone());
        }
        let group = Group(rank(kind), package, version.filter(|_| !is_new));
        groups.entry(group).or_insert((kind, Vec::new())).1.push(file);
    }
    let only = |name: &PackageName| match versions.get(name).map(Vec::as_slice) {
        Some([version]) => Some(version.clone()),
        _ => None,
    };
    let change = |(Group(_, package, version), (kind, files))| {
        let version = if kind == ChangeKind::NewPackage { package.as_ref().and_then(only) } else { version };
        ProposedChange { kind, package, version, files }
    };
    let mut changes: Vec<ProposedChange> = groups.into_iter().map(change).collect();
    if !beside.is_empty() {
        let (kind, files) = (ChangeKind::Configuration, beside.to_vec());
        changes.push(ProposedChange { kind, package: None, version: None, files });
    }
    changes
}

/// What is one change: files of one kind, package and version.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group(u8, Option<PackageName>, Option<Version>);

/// The place of a kind among the changes of a pull request.
fn rank(kind: ChangeKind) -> u8 {
    match kind {
        ChangeKind::Forbidden => 0,
        ChangeKind::NewPackage => 1,
        ChangeKind::NewVersion => 2,
        ChangeKind::Override => 3,
        ChangeKind::Status(_) | ChangeKind::StatusTakenBack(_) => 4,
        ChangeKind::Registration => 5,
        ChangeKind::Advisory => 6,
        ChangeKind::PackageSet => 7,
        ChangeKind::Configuration => 8,
    }
}

/// The kind of change that a file belongs to, and the package and version that it is about.
fn sort(
    file: &TouchedFile,
    before: &Before,
    fresh: &BTreeSet<PackageName>,
) -> (ChangeKind, Option<PackageName>, Option<Version>) {
    let came = file.touch != Touch::Removed;
    match RegistryPath::of(&file.path) {
        RegistryPath::Definition(name, version) => {
            let of = (name, version);
            // A published definition that is missing can be put back, which its digest proves; by hand.
            let kind = match (before.published.contains(&of), file.touch) {
                (true, Touch::Changed | Touch::Removed) => ChangeKind::Forbidden,
                (true, Touch::Added) | (false, Touch::Removed) => ChangeKind::Configuration,
                (false, _) if fresh.contains(&of.0) => ChangeKind::NewPackage,
                (false, _) => ChangeKind::NewVersion,
            };
            if kind == ChangeKind::Configuration { (kind, None, None) } else { (kind, Some(of.0), Some(of.1)) }
        }
        // Who loses it loses the name: that is more than a transfer.
        RegistryPath::Registration(_) if !came => (ChangeKind::Configuration, None, None),
        RegistryPath::Registration(name) if fresh.contains(&name) => (ChangeKind::NewPackage, Some(name), None),
        RegistryPath::Registration(name) => (ChangeKind::Registration, Some(name), None),
        RegistryPath::Override(name, version) => (ChangeKind::Override, Some(name), Some(version)),
        RegistryPath::Status(name, version) => (status(file, before), Some(name), version),
        RegistryPath::Advisory(_) => (ChangeKind::Advisory, None, None),
        // What stands in a wrong place is a finding; taking it away is for trustees, as is every other file.
        RegistryPath::Config | RegistryPath::Stray(_) => (ChangeKind::Configuration, None, None),
        RegistryPath::PackageSet => (ChangeKind::PackageSet, None, None),
        RegistryPath::Other => (other(&file.path), None, None),
    }
}

/// What happens to a status. What stood there may be a quarantine, which no maintainer lifts by writing something milder
/// over it, and what was unpublished stays so.
fn status(file: &TouchedFile, before: &Before) -> ChangeKind {
    let is_mild = |kind: StatusKind| matches!(kind, StatusKind::Yanked | StatusKind::Deprecated);
    let (stood, said) = (before.stood.get(&file.path).copied(), before.statuses.get(&file.path).copied());
    match file.touch {
        Touch::Added => ChangeKind::Status(said),
        Touch::Changed => ChangeKind::Status(said.filter(|_| stood.is_some_and(is_mild))),
        Touch::Removed => match stood.filter(|stood| is_mild(*stood)) {
            Some(stood) => ChangeKind::StatusTakenBack(stood),
            None => ChangeKind::Status(None),
        },
    }
}

fn other(path: &TreePath) -> ChangeKind {
    if path.as_str() == "package-set.json" { ChangeKind::PackageSet } else { ChangeKind::Configuration }
}

/// What a pull request is, in one word. Changes of one kind are one only where they are about one package.
#[must_use]
pub fn category(changes: &[ProposedChange]) -> Category {
    let Some((first, rest)) = changes.split_first() else { return Category::Nothing };
    if changes.iter().any(|change| change.kind == ChangeKind::Forbidden) {
        return Category::Forbidden;
    }
    let same = |change: &ProposedChange| change.kind == first.kind && change.package == first.package;
    if rest.iter().all(same) { Category::One(first.kind) } else { Category::Mixed }
}
