//! What resolutions have looked up so far: packages as numbers, ranges as sets of places.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

use pubgrub::VersionSet as _;

use super::places::{Place, Places};
use super::{Preference, Release, Resolution, Universe};
use crate::model::{PackageName, Range, Version};

/// A package by its number in the memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PackageId(u32);

impl PackageId {
    /// What the caller asks for, as if it were a package with these dependencies.
    pub(super) const REQUEST: Self = Self(u32::MAX);
}

/// Only the solver's own log would show this.
impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Debug for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A package that is needed, and those of its versions that will do.
pub(super) type Need = (PackageId, Places);

/// A package that some resolution came across.
pub(super) struct Package<'u> {
    /// Its name.
    pub(super) name: PackageName,
    /// Its releases, ascending; `None` where the universe does not know the name.
    pub(super) releases: Option<Vec<Release<'u>>>,
    /// What each release needs, by place, once a resolution has looked.
    needs: Vec<Option<Rc<[Need]>>>,
    choice: Choice,
}

/// Which of several places to choose.
#[derive(Clone, Copy)]
enum Choice {
    Highest,
    Lowest,
    /// This one where it will do, and else the highest.
    This(Place),
}

impl<'u> Package<'u> {
    /// The number of releases, and so the place after the last.
    pub(super) fn end(&self) -> Place {
        Place::try_from(self.releases().len()).unwrap_or(Place::MAX)
    }

    /// The release at `place`.
    pub(super) fn release(&self, place: Place) -> Option<Release<'u>> {
        self.releases().get(usize::try_from(place).ok()?).copied()
    }

    fn releases(&self) -> &[Release<'u>] {
        self.releases.as_deref().unwrap_or_default()
    }

    fn places(&self, range: &Range) -> Places {
        let below = |bound: &Version| self.releases().partition_point(|release| release.version < bound);
        let place = |index: usize| Place::try_from(index).unwrap_or(Place::MAX);
        let (start, end) = (below(range.lower()), range.upper().map_or(self.releases().len(), below));
        let inside = self.releases().get(start..end).unwrap_or_default();
        if !inside.iter().any(|release| release.version.is_prerelease()) {
            return Places::span(place(start), place(end));
        }
        // Pre-releases stand between the bounds that the range does not let in.
        let is_inside = |release: &Release<'_>| range.includes(release.version);
        let admitted = inside.iter().enumerate().filter(|(_, release)| is_inside(release));
        admitted.fold(Places::NONE, |places, (at, _)| places.union(&Places::singleton(place(start + at))))
    }

    /// The place to choose among these.
    fn choose(&self, places: &Places) -> Option<Place> {
        match self.choice {
            Choice::This(place) if places.contains(&place) => Some(place),
            Choice::Lowest => places.lowest(),
            Choice::Highest | Choice::This(_) => places.highest(),
        }
    }

    /// The place of `version`, if it is on offer.
    pub(super) fn place(&self, version: &Version) -> Option<Place> {
        let index = self.releases().binary_search_by(|release| release.version.cmp(version)).ok()?;
        Place::try_from(index).ok()
    }
}

/// Every package that some resolution came across, numbered in the order of first sight.
pub(super) struct Memory<'u, U> {
    universe: &'u U,
    ids: HashMap<PackageName, PackageId>,
    packages: Vec<Package<'u>>,
}

impl<'u, U: Universe> Memory<'u, U> {
    /// A memory that has nothing in it yet.
    pub(super) fn new(universe: &'u U) -> Self {
        Self { universe, ids: HashMap::new(), packages: Vec::new() }
    }

    /// The package of that number; `None` for [`PackageId::REQUEST`] alone.
    pub(super) fn package(&self, id: PackageId) -> Option<&Package<'u>> {
        self.packages.get(usize::try_from(id.0).ok()?)
    }

    /// The place to choose for a package among these.
    pub(super) fn choose(&self, id: PackageId, places: &Places) -> Option<Place> {
        self.package(id).map_or_else(|| places.highest(), |package| package.choose(places))
    }

    /// The number of `name`, if any resolution came across it.
    pub(super) fn known(&self, name: &PackageName) -> Option<PackageId> {
        self.ids.get(name).copied()
    }

    /// The number of `name`, looked up in the universe on first sight.
    pub(super) fn id(&mut self, name: &PackageName) -> PackageId {
        if let Some(id) = self.known(name) {
            return id;
        }
        let releases = self.universe.releases(name).map(|mut releases| {
            releases.sort_by(|a, b| a.version.cmp(b.version));
            releases.dedup_by(|a, b| a.version == b.version);
            releases
        });
        let id = PackageId(u32::try_from(self.packages.len()).unwrap_or(u32::MAX - 1));
        let needs = vec![None; releases.as_ref().map_or(0, Vec::len)];
        let mut package = Package { name: name.clone(), releases, needs, choice: Choice::Highest };
        package.choice = match self.universe.preference(name) {
            Preference::Highest => Choice::Highest,
            Preference::Lowest => Choice::Lowest,
            Preference::This(version) => package.place(version).map_or(Choice::Highest, Choice::This),
        };
        self.packages.push(package);
        self.ids.insert(name.clone(), id);
        id
    }

    /// `dependencies` in numbers, in the order of their names.
    pub(super) fn needs(&mut self, dependencies: &BTreeMap<PackageName, Range>) -> Vec<Need> {
        let need = |(name, range): (&PackageName, &Range)| {
            let id = self.id(name);
            (id, self.package(id).map_or(Places::NONE, |package| package.places(range)))
        };
        dependencies.iter().map(need).collect()
    }

    /// What the release at `place` needs. A need of itself is dropped where it holds, and cannot be met where it does not.
    pub(super) fn needs_of(&mut self, id: PackageId, place: Place) -> Rc<[Need]> {
        let slot = (usize::try_from(id.0).unwrap_or(usize::MAX), usize::try_from(place).unwrap_or(usize::MAX));
        let Some(package) = self.packages.get(slot.0) else { return Rc::default() };
        if let Some(Some(known)) = package.needs.get(slot.1) {
            return Rc::clone(known);
        }
        let Some(release) = package.release(place) else { return Rc::default() };
        let mut needs = self.needs(release.dependencies);
        needs.retain(|(needed, places)| *needed != id || !places.contains(&place));
        for (_, places) in needs.iter_mut().filter(|(needed, _)| *needed == id) {
            *places = Places::NONE;
        }
        let needs: Rc<[Need]> = needs.into();
        if let Some(unknown) = self.packages.get_mut(slot.0).and_then(|package| package.needs.get_mut(slot.1)) {
            *unknown = Some(Rc::clone(&needs));
        }
        needs
    }

    /// The names and versions of `picks`.
    pub(super) fn named(&self, picks: impl IntoIterator<Item = (PackageId, Place)>) -> Resolution {
        let named = picks.into_iter().filter_map(|(id, place)| {
            let package = self.package(id)?;
            Some((package.name.clone(), package.release(place)?.version.clone()))
        });
        Resolution(named.collect())
    }
}
