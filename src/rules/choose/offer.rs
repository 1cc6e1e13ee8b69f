//! The versions on offer, and why the others are not.

use std::collections::BTreeMap;

use crate::model::{
    Advisory, ChoiceTerms, Manifest, PackageName, Published, SeverityLevel, Version, VersionOrder, Withheld,
};
use crate::rules::index::{Index, Package};
use crate::rules::resolve::{Preference, Release, Universe};

/// The versions of an index that may be chosen on some terms.
#[derive(Debug)]
pub struct Offer<'i> {
    index: &'i Index,
    terms: &'i ChoiceTerms,
    advisories: &'i [Advisory],
}

impl<'i> Offer<'i> {
    /// What `index` offers on these terms, as far as its packages were read.
    #[must_use]
    pub fn new(index: &'i Index, advisories: &'i [Advisory], terms: &'i ChoiceTerms) -> Self {
        Self { index, terms, advisories }
    }

    /// Every published version of a package that is not offered, and why.
    #[must_use]
    pub fn withheld(&self, name: &PackageName) -> BTreeMap<Version, Withheld> {
        let published = self.index.packages.get(name).into_iter().flat_map(published);
        let withheld = |(facts, manifest): (&Published, &Manifest)| {
            Some((manifest.version.clone(), self.against(name, &manifest.version, facts)?))
        };
        published.filter_map(withheld).collect()
    }

    /// What stands against a version.
    #[must_use]
    pub fn against(&self, name: &PackageName, version: &Version, facts: &Published) -> Option<Withheld> {
        if let Some(mark) = &facts.quarantined {
            return Some(Withheld::Quarantined(mark.clone()));
        }
        if let Some(mark) = facts.yanked.as_ref().filter(|_| self.terms.locked.get(name) != Some(version)) {
            return Some(Withheld::Yanked(mark.clone()));
        }
        let critical = facts.advisories.iter().find(|id| {
            let advisory = self.advisories.iter().find(|advisory| advisory.id == **id);
            advisory.is_some_and(|it| it.level(name) == SeverityLevel::Critical) && !self.terms.allowed.contains(*id)
        });
        if let Some(id) = critical {
            return Some(Withheld::Advisory(id.clone()));
        }
        self.terms.compiler.as_ref().and_then(|compiler| against_compiler(facts, compiler))
    }
}

/// Whether a version does not work with a compiler. Between the lowest and the highest that somebody tried it works; of a
/// version that nobody compiled only the compiler is known that it was written for, which stands for those that are
/// compatible with it.
fn against_compiler(facts: &Published, compiler: &Version) -> Option<Withheld> {
    let lowest = facts.compilers.iter().min()?.clone();
    let highest = facts.compilers.iter().max()?.clone();
    let fits = if facts.compiled == Some(false) {
        lowest <= *compiler && *compiler < lowest.bump_highest()
    } else {
        (&lowest..=&highest).contains(&compiler)
    };
    (!fits).then_some(Withheld::Compiler { lowest, highest })
}

/// The versions that have both halves: facts and a line.
fn published(package: &Package) -> impl Iterator<Item = (&Published, &Manifest)> {
    let manifests = package.manifests.as_ref();
    let facts = package.metadata.iter().flat_map(|file| &file.metadata().published);
    facts.filter_map(move |(version, facts)| Some((facts, manifests?.get(version)?)))
}

impl<'i> Universe for Offer<'i> {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        let index: &'i Index = self.index;
        let package = index.packages.get(name)?;
        package.metadata.as_ref()?;
        let offered =
            published(package).filter(|(facts, manifest)| self.against(name, &manifest.version, facts).is_none());
        let release = |(_, manifest): (&'_ Published, &'i Manifest)| {
            let Manifest { version, dependencies, .. } = manifest;
            Release { version, dependencies }
        };
        Some(offered.map(release).collect())
    }

    fn preference(&self, name: &PackageName) -> Preference<'_> {
        match (self.terms.locked.get(name), self.terms.order) {
            (Some(version), _) => Preference::This(version),
            (None, VersionOrder::Highest) => Preference::Highest,
            (None, VersionOrder::Lowest) => Preference::Lowest,
        }
    }
}
