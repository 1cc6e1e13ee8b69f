//! What could come into the next set: what people wish, and what is newer than the set.

use crate::model::{PackageName, PackageSet, Published, Version};

use super::edits::{Edit, Edits};
use super::offer::Offer;
use super::propose::{Held, Hold, Origin, SetRequest, Wanted};

/// The wishes that change something, and those that cannot be had whatever else is in the set.
pub(super) fn wished(request: &SetRequest<'_>, base: &PackageSet, compiler: &Version) -> (Edits, Vec<Held>) {
    let (mut edits, mut held) = (Edits::new(), Vec::new());
    for (name, wish) in &request.wishes.packages {
        let member = base.packages.get(name);
        match wish {
            // What is there already is no change.
            Some(version) if member == Some(version) => {}
            Some(version) => match obstacle(&request.offer, name, version, compiler) {
                None => drop(edits.insert(name.clone(), Edit::Put(version.clone()))),
                Some(why) => {
                    let wanted = Wanted::Version(name.clone(), version.clone());
                    held.push(Held { wanted, by: Origin::Wish, why });
                }
            },
            None if member.is_some() => drop(edits.insert(name.clone(), Edit::Remove)),
            None => {}
        }
    }
    (edits, held)
}

/// Why the version is in no set with this compiler.
fn obstacle(offer: &Offer<'_>, name: &PackageName, version: &Version, compiler: &Version) -> Option<Hold> {
    if offer.index.unpublished(name, version) {
        Some(Hold::Unpublished)
    } else if offer.dependencies(name, version).is_none() {
        let is_known = offer.versions(name).next().is_some();
        Some(if is_known { Hold::UnknownVersion } else { Hold::UnknownPackage })
    } else {
        unfit(offer, name, version, compiler)
    }
}

/// Why a version that is there is in no set with this compiler.
fn unfit(offer: &Offer<'_>, name: &PackageName, version: &Version, compiler: &Version) -> Option<Hold> {
    if !(offer.is_usable)(name, version) {
        return Some(Hold::Unusable);
    }
    let works = offer.works_with(name, version, compiler);
    (!works).then(|| Hold::NotCompiled { compiler: compiler.clone() })
}

/// What is newer than the set, and what is not taken of it.
///
/// Of a member that is its newest version. Of another package it is the newest as well, if that was published since the set
/// was, on its own day included: what was left out of a set long ago comes by a wish alone, and a fix of an old line brings
/// no package in that would be raised by the next set. Where there is no set yet, the first has everything.
pub(super) fn candidates(request: &SetRequest<'_>, base: &PackageSet, compiler: &Version) -> (Edits, Vec<Held>) {
    let (mut edits, mut held) = (Edits::new(), Vec::new());
    for name in request.offer.index.packages.keys() {
        let member = base.packages.get(name);
        let wish = request.wishes.packages.get(name);
        let is_recent = |facts: &Published| {
            member.is_some() || request.newest.is_none_or(|newest| facts.published_time.date() >= newest.published)
        };
        let mut pass_over = |version: &Version, why| {
            let wanted = Wanted::Version(name.clone(), version.clone());
            held.push(Held { wanted, by: Origin::News, why });
        };
        let newer = request.offer.versions(name).take_while(|(version, _)| member.is_none_or(|old| *version > old));
        for (version, facts) in newer {
            match (unfit(&request.offer, name, version, compiler), wish) {
                // A version that is wished for is no news.
                (_, Some(Some(wished))) if wished == version => {}
                (Some(why), _) => {
                    if is_recent(facts) {
                        pass_over(version, why);
                    }
                    continue;
                }
                (None, _) if !is_recent(facts) => {}
                (None, Some(kept)) => pass_over(version, Hold::Decided { kept: kept.clone() }),
                (None, None) => drop(edits.insert(name.clone(), Edit::Put(version.clone()))),
            }
            break;
        }
    }
    (edits, held)
}
