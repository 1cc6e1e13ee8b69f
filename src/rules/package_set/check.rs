//! Whether a set is one that clients can read and use.

use crate::model::{Date, Finding, Manifest, PackageName, PackageSet, Place, Version};
use crate::rules::report::words::{self, Wording};

use super::offer::Offer;

/// What a set is held against.
#[derive(Clone, Copy)]
pub struct SetCase<'a> {
    /// What there is. A version of it that may not come into a set any more may be in one that is older.
    pub offer: Offer<'a>,
    /// The set before it.
    pub previous: Option<&'a PackageSet>,
    /// Today.
    pub today: Date,
}

/// What is wrong with the file of a set, which is called after the version `named` where it stands in an index.
#[must_use]
pub fn check_set_file(case: &SetCase<'_>, named: Option<&Version>, place: &Place, bytes: &[u8]) -> Vec<Finding> {
    let set: PackageSet = match serde_json::from_slice(bytes) {
        Ok(set) => set,
        Err(error) => return vec![words::audit::package_set_unreadable(&error.to_string()).at(place.clone())],
    };
    let misnamed = named.filter(|named| **named != set.version);
    let misnamed = misnamed.map(|_| words::audit::package_set_misnamed(&set.version));
    let is_respelled = set.to_file().map_or(true, |text| text.as_bytes() != bytes);
    let respelled = is_respelled.then(words::package_set::respelled);
    let told = misnamed.into_iter().chain(respelled).map(|wording| wording.at(place.clone()));
    told.chain(check_set(case, place, &set)).collect()
}

/// What is wrong with a set. That some range does not hold is a warning: where the set was compiled, that counts for more.
#[must_use]
pub fn check_set(case: &SetCase<'_>, place: &Place, set: &PackageSet) -> Vec<Finding> {
    let mut wordings = out_of_line(case, set);
    wordings.extend(absent(&case.offer, set));
    wordings.extend(incomplete(set, |name, version| case.offer.index.manifest(name, version)));
    wordings.extend(beyond_ranges(&case.offer, set));
    wordings.into_iter().map(|wording| wording.at(place.clone())).collect()
}

/// What does not follow from the set before, or from the calendar.
fn out_of_line(case: &SetCase<'_>, set: &PackageSet) -> Vec<Wording> {
    let mut wordings = Vec::new();
    if set.published > case.today {
        wordings.push(words::package_set::from_the_future(set.published, case.today));
    }
    let Some(previous) = case.previous else { return wordings };
    if set.published < previous.published {
        wordings.push(words::package_set::older(set.published, &previous.version, previous.published));
    }
    if set.compiler < previous.compiler {
        wordings.push(words::package_set::compiler_lower(&set.compiler, &previous.version, &previous.compiler));
    }
    wordings
}

/// The members that the index does not have, or that nobody may install any more.
fn absent(offer: &Offer<'_>, set: &PackageSet) -> Vec<Wording> {
    let (mut missing, mut gone, mut withheld) = (Vec::new(), Vec::new(), Vec::new());
    for (name, version) in &set.packages {
        let member = format!("{name}@{version}");
        if offer.index.unpublished(name, version) {
            gone.push(member);
        } else if offer.dependencies(name, version).is_none() {
            missing.push(member);
        } else if (offer.is_withheld)(name, version) {
            withheld.push(member);
        }
    }
    let told = [
        (missing, words::audit::package_set_members as fn(&[String]) -> Wording),
        (gone, words::package_set::gone),
        (withheld, words::package_set::withheld),
    ];
    told.into_iter().filter(|(members, _)| !members.is_empty()).map(|(members, word)| word(&members)).collect()
}

/// The dependencies of members that are no members.
pub(in crate::rules) fn incomplete<'m>(
    set: &PackageSet,
    manifest: impl Fn(&PackageName, &Version) -> Option<&'m Manifest>,
) -> Option<Wording> {
    let mut lacking = Vec::new();
    for (name, version) in &set.packages {
        let Some(manifest) = manifest(name, version) else { continue };
        let missing = manifest.dependencies.keys().filter(|dependency| !set.packages.contains_key(*dependency));
        lacking.extend(missing.map(|dependency| format!("{dependency} (for {name}@{version})")));
    }
    (!lacking.is_empty()).then(|| words::audit::package_set_incomplete(&lacking))
}

/// The ranges of members that other members are outside of.
fn beyond_ranges(offer: &Offer<'_>, set: &PackageSet) -> Option<Wording> {
    let mut beyond = Vec::new();
    for (name, version) in &set.packages {
        let needs = offer.dependencies(name, version).into_iter().flatten();
        for (dependency, range) in needs {
            let found = set.packages.get(dependency).filter(|found| !range.includes(found));
            beyond.extend(found.map(|found| format!("{dependency} {range} of {name}@{version} (it is {found})")));
        }
    }
    (!beyond.is_empty()).then(|| words::package_set::beyond_ranges(&beyond))
}
