//! Whether every published version still has the definition that it was published from, and its line says the same.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, ParallelExtend as _, ParallelIterator as _};

use crate::model::{
    Area, BoundOverride, Definition, Finding, Manifest, PackageName, Place, Published, Terms, TreePath, Version,
};
use crate::rules::check::{check_override, check_registration, check_status, check_wishes, is_as_published};
use crate::rules::index::{differs_in_ranges_alone, holds_facts, metadata_path, shard_path};
use crate::rules::registry::{Candidate, RegistryPath, Word};
use crate::rules::report::words::{self, Wording};

use super::ledger::{Found, Ledger, Unreadable};
use super::life::{Sayings, check_statuses};

/// A version of a package.
type Key = (PackageName, Version);

/// The files of the registry that belong to versions, and what cannot be read of it.
#[derive(Default)]
struct Wanted<'f> {
    definitions: BTreeMap<Key, (&'f TreePath, &'f [u8])>,
    overrides: BTreeMap<Key, BoundOverride>,
    sayings: Sayings,
    unreadable: Unreadable,
}

/// Definitions that are gone or are not what was published, lines that say something else, and files of the registry
/// that cannot be read, where `terms` is the most bytes that one may have.
///
/// The PureScript registry has no definitions, so none are missed there.
#[must_use]
pub fn check_definitions(ledger: &Ledger, registry: &[Found], terms: Terms) -> Vec<Finding> {
    let (wanted, mut findings) = Wanted::read(registry, terms);
    let none_expected = ledger.facts == Area::Registry && wanted.definitions.is_empty();
    if none_expected {
        return findings;
    }
    let manifests = ledger.manifests();
    let published: Vec<_> = ledger.published().collect();
    let checked = published.into_par_iter().filter_map(|(name, version, facts)| {
        let line = manifests.get(name).and_then(|versions| versions.get(version)).copied();
        wanted.check(&Record { name, version, facts, line }, terms)
    });
    findings.par_extend(checked);
    findings.extend(check_statuses(ledger, &wanted.sayings));
    findings
}

/// What is published of a version.
struct Record<'l> {
    name: &'l PackageName,
    version: &'l Version,
    facts: &'l Published,
    /// Its manifest in the index, where that can be read.
    line: Option<&'l Manifest>,
}

impl Record<'_> {
    fn finding(&self, wording: Wording, area: Area, path: &TreePath) -> Finding {
        wording.of(self.name, self.version, Place::file(area, path))
    }
}

impl<'f> Wanted<'f> {
    fn read(registry: &'f [Found], terms: Terms) -> (Self, Vec<Finding>) {
        let (mut wanted, mut findings) = (Self::default(), Vec::new());
        for Found { path, bytes } in registry.iter().filter(|found| !holds_facts(&found.path)) {
            let entered = match bytes {
                Ok(bytes) => wanted.enter(path, bytes, terms),
                Err(reason) => Err(reason.clone()),
            };
            if let Err(reason) = entered {
                wanted.unreadable.insert(path);
                findings.push(unreadable(path, &reason));
            }
        }
        (wanted, findings)
    }

    /// Takes in a file, or says why it cannot be read. Definitions are looked into later, and only the published ones.
    fn enter(&mut self, path: &'f TreePath, bytes: &'f [u8], terms: Terms) -> Result<(), String> {
        let findings = match RegistryPath::within(terms.profile, path) {
            RegistryPath::Definition(name, version) => {
                self.definitions.insert((name, version), (path, bytes));
                return Ok(());
            }
            RegistryPath::Override(name, version) => {
                let (bound_override, findings) = check_override(path, bytes, terms);
                self.overrides.extend(bound_override.map(|it| ((name, version), it)));
                findings
            }
            RegistryPath::Registration(_) => check_registration(path, bytes, terms).1,
            RegistryPath::Status(name, version) => {
                let (status, findings) = check_status(path, bytes, terms);
                if status.is_some() {
                    self.sayings.entry(name).or_default().hear(&Word::Status(version, status));
                }
                findings
            }
            RegistryPath::PackageSet => check_wishes(path, bytes, terms).1,
            // Advisories are read where they are compared with what is published.
            RegistryPath::Config | RegistryPath::Advisory(_) | RegistryPath::Stray(_) | RegistryPath::Other => {
                return Ok(());
            }
        };
        match findings.into_iter().find(Finding::is_error) {
            Some(finding) => Err(finding.message),
            None => Ok(()),
        }
    }

    fn check(&self, record: &Record<'_>, terms: Terms) -> Option<Finding> {
        let Record { name, version, facts, line } = record;
        let key = ((*name).clone(), (*version).clone());
        let Some((path, bytes)) = self.definitions.get(&key) else {
            let path = format!("packages/{}/{version}.json", name.home()).parse().ok()?;
            // Of an adopted version without a line there never was a definition.
            let was_defined = line.is_some() || facts.definition.is_some();
            let is_missing = was_defined && !self.unreadable.hides(&path);
            let wording = || words::audit::definition_missing(name, version);
            return is_missing.then(|| record.finding(wording(), Area::Registry, &path));
        };
        let candidate = Candidate::parse(path, bytes, terms);
        if facts.definition.is_none() && candidate.definition().is_none() {
            // Without a digest, only what the file says could tell whether it is the published one.
            let wording = words::audit::registry_unreadable(&unparsable(&candidate));
            return Some(record.finding(wording, Area::Registry, path));
        }
        if !is_as_published(&candidate.digest, || &candidate, facts.definition.as_ref(), *line) {
            return Some(record.finding(words::audit::definition_differs(name, version), Area::Registry, path));
        }
        let Definition { manifest: definition, commit, .. } = candidate.definition()?;
        if facts.definition.is_some() && facts.commit != *commit {
            let path = metadata_path(name).ok()?;
            return Some(record.finding(words::audit::commit_differs(name, version), Area::Index, &path));
        }
        let same = line.is_none_or(|line| self.says_the_same(&key, definition, line, facts.revision));
        let path = shard_path(name).ok()?;
        (!same).then(|| record.finding(words::audit::line_differs(name, version), Area::Index, &path))
    }

    /// Whether a line is the manifest of its definition, with the ranges of the override in force.
    fn says_the_same(&self, key: &Key, definition: &Manifest, line: &Manifest, revision: Option<u64>) -> bool {
        let Some(revision) = revision else { return definition == line };
        match self.overrides.get(key).filter(|bound_override| bound_override.revision == revision) {
            Some(bound_override) => bound_override.applied_to(definition) == *line,
            // The override is not the one that the index follows: what its ranges were is not known here.
            None => differs_in_ranges_alone(definition, line),
        }
    }
}

/// Why a definition says nothing.
fn unparsable(candidate: &Candidate) -> String {
    match &candidate.document {
        Err(errors) => words::joined(errors),
        Ok(_) => "a field is missing or outside its grammar; `curator check` says which".to_owned(),
    }
}

fn unreadable(path: &TreePath, reason: &str) -> Finding {
    let (wording, place) = (words::audit::registry_unreadable(reason), Place::file(Area::Registry, path));
    match RegistryPath::of(path) {
        RegistryPath::Definition(name, version)
        | RegistryPath::Override(name, version)
        | RegistryPath::Status(name, Some(version)) => wording.of(&name, &version, place),
        RegistryPath::Registration(name) | RegistryPath::Status(name, None) => wording.about(&name, place),
        RegistryPath::Config
        | RegistryPath::Advisory(_)
        | RegistryPath::PackageSet
        | RegistryPath::Stray(_)
        | RegistryPath::Other => wording.at(place),
    }
}
