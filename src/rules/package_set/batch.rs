//! Putting edits into a set: all that fit, together with what they cannot do without.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageName, Range, Version};

use super::edits::{Edit, Edits, Members};
use super::offer::Offer;

/// What would not fit in a set: a member needs what would not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Who needs it.
    pub member: PackageName,
    /// In which version.
    pub version: Version,
    /// What it needs.
    pub dependency: PackageName,
    /// The versions that would do.
    pub range: Range,
    /// What there would be; `None`: nothing.
    pub found: Option<Version>,
}

/// Why an edit is not made.
pub(super) enum Obstacle {
    /// Something would not fit.
    Clash(Box<Clash>),
    /// The set with it was tried, and this was said of it.
    Unverified(String),
}

/// The edits that are made, and what stands against each of the others.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) edits: Edits,
    pub(super) held: Vec<(PackageName, Obstacle)>,
}

/// What a set is tried by, given as the edits that lead to it.
pub(super) type Verify<'v> = &'v mut dyn FnMut(&Edits) -> Result<(), String>;

/// A set while it changes.
#[derive(Clone)]
pub(super) struct Table<'o> {
    offer: Offer<'o>,
    members: Members,
    /// The members that need a package, whether it is a member or not.
    dependants: BTreeMap<PackageName, BTreeSet<PackageName>>,
}

/// Makes every edit that fits, in this order.
///
/// What fits is found first, without trying it; all of that is tried at once. Only where that fails it is tried one by one,
/// each with what it cannot do without.
pub(super) fn settle(table: &Table<'_>, pending: &Edits, order: &[PackageName], verify: Verify<'_>) -> Settled {
    let fitting = one_by_one(table.clone(), pending, order, &mut |_| Ok(()));
    if fitting.edits.is_empty() || verify(&fitting.edits).is_ok() {
        return fitting;
    }
    let Settled { edits, held } = one_by_one(table.clone(), &fitting.edits, order, verify);
    Settled { edits, held: fitting.held.into_iter().chain(held).collect() }
}

/// Makes the edits one by one. The result does not depend on what was held back before: an edit for which there is no fitting
/// set now has none after others were made either.
fn one_by_one(mut table: Table<'_>, pending: &Edits, order: &[PackageName], verify: Verify<'_>) -> Settled {
    let (mut pending, mut settled) = (pending.clone(), Settled::default());
    for name in order {
        if !pending.contains_key(name) {
            continue;
        }
        let obstacle = match table.together(name, &pending) {
            Err(clash) => Obstacle::Clash(clash),
            Ok(group) => {
                let mut trial = settled.edits.clone();
                trial.extend(group.clone());
                match verify(&trial) {
                    Ok(()) => {
                        pending.retain(|name, _| !group.contains_key(name));
                        table.make(&group);
                        settled.edits = trial;
                        continue;
                    }
                    Err(reason) => Obstacle::Unverified(reason),
                }
            }
        };
        pending.remove(name);
        settled.held.push((name.clone(), obstacle));
    }
    settled
}

impl<'o> Table<'o> {
    /// A set with these members.
    pub(super) fn new(offer: Offer<'o>, members: &Members) -> Self {
        let mut table = Self { offer, members: Members::new(), dependants: BTreeMap::new() };
        let edits = members.iter().map(|(name, version)| (name.clone(), Edit::Put(version.clone()))).collect();
        table.make(&edits);
        table
    }

    fn make(&mut self, edits: &Edits) {
        for (name, edit) in edits {
            if let Some(old) = self.members.remove(name) {
                for dependency in self.offer.dependencies(name, &old).into_iter().flat_map(|it| it.keys()) {
                    self.dependants.entry(dependency.clone()).or_default().remove(name);
                }
            }
            let Edit::Put(version) = edit else { continue };
            for dependency in self.offer.dependencies(name, version).into_iter().flat_map(|it| it.keys()) {
                self.dependants.entry(dependency.clone()).or_default().insert(name.clone());
            }
            self.members.insert(name.clone(), version.clone());
        }
    }

    /// The edit of `name` with those others of `pending` that it cannot do without: each is forced by something that would
    /// not fit otherwise, so that where this fails no choice of them fits.
    fn together(&self, name: &PackageName, pending: &Edits) -> Result<Edits, Box<Clash>> {
        let mut edits = Edits::new();
        let mut next = Some(name.clone());
        while let Some((name, edit)) = next.as_ref().and_then(|name| pending.get_key_value(name)) {
            edits.insert(name.clone(), edit.clone());
            let Some(clash) = self.clash(&edits) else { return Ok(edits) };
            let can_help = |name: &&PackageName| pending.contains_key(*name) && !edits.contains_key(*name);
            next = [&clash.dependency, &clash.member].into_iter().find(can_help).cloned();
            if next.is_none() {
                return Err(Box::new(clash));
            }
        }
        Ok(edits)
    }

    /// The first thing that would not fit any more, or that would come and not fit.
    fn clash(&self, edits: &Edits) -> Option<Clash> {
        edits.iter().find_map(|(name, edit)| {
            let needs = match edit {
                Edit::Put(version) => self.unmet(name, version, edits),
                Edit::Remove => None,
            };
            needs.or_else(|| self.left_behind(name, edits))
        })
    }

    /// What a package that comes or changes would not find.
    fn unmet(&self, name: &PackageName, version: &Version, edits: &Edits) -> Option<Clash> {
        let mut needs = self.offer.dependencies(name, version)?.iter().filter(|(dependency, _)| *dependency != name);
        needs.find_map(|(dependency, range)| {
            let found = self.after(dependency, edits);
            let fits = found.is_some_and(|found| range.includes(found));
            (!fits).then(|| Clash::of((name, version), (dependency, range), found))
        })
    }

    /// A member that stays as it is and would not find a package any more, or not in its range. A range that was left
    /// before holds up nothing.
    fn left_behind(&self, dependency: &PackageName, edits: &Edits) -> Option<Clash> {
        let (before, after) = (self.members.get(dependency), self.after(dependency, edits));
        let others = self.dependants.get(dependency)?.iter().filter(|name| *name != dependency);
        others.filter(|name| !edits.contains_key(*name)).find_map(|name| {
            let version = self.members.get(name)?;
            let range = self.offer.dependencies(name, version)?.get(dependency)?;
            let fits = match (before, after) {
                (_, None) => false,
                (Some(before), Some(after)) => range.includes(after) || !range.includes(before),
                (None, Some(_)) => true,
            };
            (!fits).then(|| Clash::of((name, version), (dependency, range), after))
        })
    }

    /// The version of a package after the edits.
    fn after<'a>(&'a self, name: &PackageName, edits: &'a Edits) -> Option<&'a Version> {
        match edits.get(name) {
            Some(Edit::Put(version)) => Some(version),
            Some(Edit::Remove) => None,
            None => self.members.get(name),
        }
    }
}

impl Clash {
    fn of(
        (member, version): (&PackageName, &Version),
        (dependency, range): (&PackageName, &Range),
        found: Option<&Version>,
    ) -> Self {
        Self {
            member: member.clone(),
            version: version.clone(),
            dependency: dependency.clone(),
            range: range.clone(),
            found: found.cloned(),
        }
    }
}
