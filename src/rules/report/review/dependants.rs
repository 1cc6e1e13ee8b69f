//! Who depends on the packages of a pull request, and whether they take what is new.

use crate::model::{Dependant, PackageBefore, PackageName, Review, Version};

use super::super::findings::counted;
use super::super::markdown::{Room, code, fitting};

/// What is shown of the packages, and of the dependants of one.
const PACKAGES: Room = Room { chars: 4_000, items: 20, indent: "" };
const DEPENDANTS: Room = Room { chars: 1_200, items: 10, indent: "  " };

/// The newest version of a package that the pull request is about.
pub(super) fn newest<'r>(review: &'r Review, name: &PackageName) -> Option<&'r Version> {
    let asked = review.changes.iter().filter(|change| change.package.as_ref() == Some(name));
    let asked = asked.filter_map(|change| change.version.as_ref());
    let manifests = review.prepared.iter().map(|prepared| &prepared.publication.definition.manifest);
    let prepared = manifests.filter(|manifest| manifest.name == *name).map(|manifest| &manifest.version);
    prepared.max().or_else(|| asked.max())
}

/// Who depends on each package, and whether their range takes the version; nothing where nobody does.
pub(super) fn dependants(review: &Review) -> String {
    let depended: Vec<(&PackageName, &PackageBefore)> =
        review.subjects.iter().filter(|(_, before)| !before.dependants.is_empty()).collect();
    if depended.is_empty() {
        return String::new();
    }
    let shown = fitting(&depended, PACKAGES, "package", |(name, before)| of_package(review, name, before));
    format!("### Who depends on it\n\n{shown}\n")
}

fn of_package(review: &Review, name: &PackageName, before: &PackageBefore) -> String {
    let version = newest(review, name);
    let takes = |dependant: &Dependant| version.is_some_and(|version| dependant.range.includes(version));
    let taking = before.dependants.iter().filter(|dependant| takes(dependant)).count();
    let packages = counted(before.dependants.len(), "package");
    let ask = if before.dependants.len() == 1 { "asks" } else { "ask" };
    let accept = match version {
        Some(version) => format!(", {taking} of them in a range that takes {version}"),
        None => String::new(),
    };
    let line = |dependant: &Dependant| {
        let Dependant { name, version: at, range } = dependant;
        let takes = match version {
            Some(version) if takes(dependant) => format!(": takes {version}"),
            Some(version) => format!(": does not take {version}"),
            None => String::new(),
        };
        format!("  - {} with {}{takes}\n", code(&format!("{name}@{at}")), code(&range.to_string()))
    };
    let list = fitting(&before.dependants, DEPENDANTS, "package", line);
    format!("- {packages} {ask} for {}{accept}\n{list}", code(name.as_str()))
}
