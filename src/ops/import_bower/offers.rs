//! What can be written, of everything that was ever read.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Code, Location, NonEmpty, Owner, PackageName, Ref, Version};
use crate::ports::Ports;
use crate::rules::import::{Offers, Refusal, RefusalKind, Refused, Selection, Surroundings, select};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{PackageState, World};
use crate::rules::report::words;
use crate::rules::similar::{Likeness, similar};

use super::super::reader::Reader;
use super::super::{Curator, Stop};
use super::ImportRequest;
use super::journal::{Answer, Answers, Offer};

/// What was read, sorted into what can be written and what cannot.
pub(super) struct Offered {
    /// What registry and index hold.
    pub(super) world: World,
    /// The versions to write.
    pub(super) kept: BTreeMap<PackageName, Kept>,
    /// What is not taken over.
    pub(super) refused: BTreeSet<Refused>,
    /// The packages that were not asked for all their versions yet, and why.
    pub(super) pending: BTreeMap<PackageName, String>,
    /// What was respelled in versions that were read, whether they are written now or were before.
    pub(super) notes: BTreeMap<(PackageName, Version), (Ref, Vec<String>)>,
}

/// The versions of one package to write.
pub(super) struct Kept {
    pub(super) location: Location,
    pub(super) versions: BTreeMap<Version, Offer>,
}

impl Offered {
    /// Sorts what was read.
    pub(super) async fn gather<P: Ports>(
        curator: &Curator<P>,
        request: &ImportRequest,
        answers: BTreeMap<PackageName, Answers>,
    ) -> Result<Self, Stop> {
        let listed: BTreeSet<&PackageName> =
            request.lists.entries().filter_map(|entry| Some(&entry.package.as_ref().ok()?.0)).collect();
        let named = answers.values().flat_map(Answers::offers);
        let named: BTreeSet<&PackageName> = named.flat_map(|(_, offer)| offer.manifest.dependencies.keys()).collect();
        let reader = Reader::open(curator).await?;
        let world = reader.world(listed.union(&named).map(|name| (*name).clone()), &mut BTreeMap::new())?;
        let existing = reader.names()?;
        let mut sorted = Self {
            world,
            kept: BTreeMap::new(),
            refused: BTreeSet::new(),
            pending: BTreeMap::new(),
            notes: BTreeMap::new(),
        };
        sorted.refuse_listed(request);
        for name in listed.iter().filter(|name| !answers.contains_key(**name)) {
            sorted.pending.insert((*name).clone(), words::refusal::NOT_ASKED.to_owned());
        }
        let mut surroundings = Surroundings { present: present(&sorted.world), ..Surroundings::default() };
        for (name, answers) in answers {
            sorted.sort(name, answers, &mut surroundings);
        }
        surroundings.pending = sorted.pending.keys().cloned().collect();
        sorted.select(&mut surroundings, &existing);
        Ok(sorted)
    }

    /// What is wrong with the lists.
    fn refuse_listed(&mut self, request: &ImportRequest) {
        for entry in request.lists.entries() {
            if let Err(refusal) = &entry.package {
                let (package, refusal) = (entry.written.clone(), refusal.clone());
                self.refused.insert(Refused { package, reference: None, refusal });
            }
        }
    }

    /// Sorts the answers of one package.
    fn sort(&mut self, name: PackageName, answers: Answers, surroundings: &mut Surroundings) {
        let unread = surroundings.unread.entry(name.clone()).or_default();
        if let Some(refusal) = answers.refusal {
            self.refused.insert(Refused { package: name.to_string(), reference: None, refusal });
        }
        if let Some(why) = answers.pending {
            self.pending.insert(name.clone(), why);
        }
        let state = self.world.packages.get(&name);
        // A file in the registry that cannot be read yet.
        let wanted = state.into_iter().flat_map(|state| &state.wanted);
        unread.extend(wanted.filter(|(_, it)| it.effective_manifest().is_none()).map(|(version, _)| version.clone()));
        let mut versions = BTreeMap::new();
        for (reference, answer) in answers.tags {
            match answer {
                Answer::Refused(refusal) => {
                    // Of two tags for one commit the other one stands for both.
                    let is_lost = refusal.kind != RefusalKind::TagTwice;
                    unread.extend(Version::parse_lenient(reference.as_str()).ok().filter(|_| is_lost));
                    self.refused.insert(Refused { package: name.to_string(), reference: Some(reference), refusal });
                }
                Answer::Offer(offer) => {
                    let version = offer.manifest.version.clone();
                    self.notes.insert((name.clone(), version.clone()), (reference, offer.notes.clone()));
                    if !state.is_some_and(|state| is_present(state, &version)) {
                        versions.insert(version, *offer);
                    }
                }
            }
        }
        if !versions.is_empty() {
            self.kept.insert(name, Kept { location: answers.location, versions });
        }
    }

    /// Keeps what can stand together, and what may stand beside what exists.
    fn select(&mut self, surroundings: &mut Surroundings, existing: &BTreeSet<PackageName>) {
        loop {
            let dependencies = |offer: &Offer| offer.manifest.dependencies.clone();
            let versions = |kept: &Kept| kept.versions.iter().map(|(v, it)| (v.clone(), dependencies(it))).collect();
            let offers: Offers = self.kept.iter().map(|(name, kept)| (name.clone(), versions(kept))).collect();
            let selection = select(surroundings, &offers);
            let vetoes = self.vetoes(&selection, existing);
            let done = vetoes.is_empty();
            let refused = if done { selection.refused } else { vetoes };
            for ((name, version), refusal) in refused {
                if !done {
                    surroundings.unread.entry(name.clone()).or_default().insert(version.clone());
                }
                self.refuse(&name, &version, refusal);
            }
            if done {
                return;
            }
        }
    }

    fn refuse(&mut self, name: &PackageName, version: &Version, refusal: Refusal) {
        let Some(kept) = self.kept.get_mut(name) else { return };
        if let Some(offer) = kept.versions.remove(version) {
            let reference = Some(offer.manifest.reference);
            self.refused.insert(Refused { package: name.to_string(), reference, refusal });
        }
        if kept.versions.is_empty() {
            self.kept.remove(name);
        }
    }

    /// Selected versions that a review would refuse for what stands beside them.
    fn vetoes(
        &self,
        selection: &Selection,
        existing: &BTreeSet<PackageName>,
    ) -> BTreeMap<(PackageName, Version), Refusal> {
        let mut vetoes = BTreeMap::new();
        let mut names = existing.clone();
        let selected: BTreeSet<&PackageName> = selection.kept.iter().map(|(name, _)| name).collect();
        for name in selected {
            let state = self.world.packages.get(name);
            let versions: Vec<&Version> = selection.kept.iter().filter(|(it, _)| it == name).map(|(_, v)| v).collect();
            let is_new = state.is_none_or(|state| state.published.metadata.is_none());
            let likeness = if is_new { similar(name, &names) } else { Vec::new() };
            if let Some(found) = likeness.iter().find(|found| found.likeness == Likeness::SameSkeleton) {
                let reason = words::refusal::confusable(name, found.name);
                let refusal = Refusal::new(RefusalKind::Check(Code::ConfusableName), reason);
                vetoes.extend(versions.into_iter().map(|it| ((name.clone(), it.clone()), refusal.clone())));
                continue;
            }
            names.insert(name.clone());
            let Some(kept) = self.kept.get(name) else { continue };
            let owners = kept.owners(state, versions.last().copied());
            for version in versions {
                let theirs = kept.versions.get(version).and_then(|offer| offer.manifest.owners.as_ref());
                if theirs.is_some_and(|theirs| owners != Some(theirs)) {
                    let refusal = Refusal::new(RefusalKind::Check(Code::Owners), words::refusal::owners_differ(name));
                    vetoes.insert((name.clone(), version.clone()), refusal);
                }
            }
        }
        vetoes
    }
}

impl Kept {
    /// The owners that the registration has, or will have: those of the newest version to write.
    pub(super) fn owners<'a>(
        &'a self,
        state: Option<&'a PackageState>,
        newest: Option<&Version>,
    ) -> Option<&'a NonEmpty<Owner>> {
        match state.and_then(|state| state.registration.as_ref()) {
            Some(registration) => registration.owners.as_ref(),
            None => self.versions.get(newest?)?.manifest.owners.as_ref(),
        }
    }
}

/// Everything that others can depend on already.
fn present(world: &World) -> Offers {
    let of_package = |state: &PackageState| {
        state.manifests().map(|manifest| (manifest.version.clone(), manifest.dependencies.clone())).collect()
    };
    let existing = world.packages.iter().filter(|(_, state)| state.exists());
    existing.map(|(name, state)| (name.clone(), of_package(state))).collect()
}

/// Whether registry or index know the version already, whatever became of it.
pub(super) fn is_present(state: &PackageState, version: &Version) -> bool {
    let facts = state.published.metadata.as_ref().map(MetadataFile::metadata);
    let unpublished = facts.is_some_and(|facts| facts.unpublished.contains_key(version));
    state.wanted.contains_key(version) || state.is_published(version) || unpublished
}
