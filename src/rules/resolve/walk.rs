//! The resolution of packages that do not conflict, which nearly all are: the solver's own choices without its bookkeeping.
//!
//! The solver decides the package with the fewest versions left, the first seen of several, for the version that the universe prefers, and narrows what
//! that version needs. As long as nothing becomes empty and nothing decided is excluded it learns nothing either, so that doing just
//! this makes the same picks. At the first conflict the walk gives way to the search.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use pubgrub::VersionSet as _;

use super::Universe;
use super::memory::{Memory, Need, PackageId};
use super::places::{Place, Places};
use super::resolver::Root;

/// A package that something needs.
struct Wanted {
    id: PackageId,
    /// The versions that satisfy everything decided so far.
    places: Places,
    pick: Option<Place>,
}

/// The solver's picks for `root`, root included; `None` when packages conflict.
pub(super) fn without_conflict<U: Universe>(
    memory: &mut Memory<'_, U>,
    root: &Root<'_>,
) -> Option<Vec<(PackageId, Place)>> {
    let mut wanted = vec![Wanted { id: root.id, places: Places::singleton(root.place), pick: Some(root.place) }];
    let mut seen = pubgrub::Map::from_iter([(root.id, 0)]);
    let mut queue = BinaryHeap::new();
    let mut needs: Rc<[Need]> = root.needs.as_slice().into();
    loop {
        for (id, places) in needs.iter() {
            let at = *seen.entry(*id).or_insert(wanted.len());
            if at == wanted.len() {
                wanted.push(Wanted { id: *id, places: Places::full(), pick: None });
            }
            let package = wanted.get_mut(at)?;
            if package.places.subset_of(places) {
                continue;
            }
            package.places = package.places.intersection(places);
            if package.pick.is_some() || package.places == Places::NONE {
                return None;
            }
            queue.push(Reverse((package.places.count(), at)));
        }
        // A package that was narrowed since is in the queue again, under its new count.
        let next = loop {
            let Some(Reverse((count, at))) = queue.pop() else {
                return Some(wanted.into_iter().filter_map(|package| Some((package.id, package.pick?))).collect());
            };
            let package = wanted.get_mut(at)?;
            if package.pick.is_none() && package.places.count() == count {
                break package;
            }
        };
        let pick = memory.choose(next.id, &next.places)?;
        next.places = Places::singleton(pick);
        next.pick = Some(pick);
        needs = memory.needs_of(next.id, pick);
    }
}
