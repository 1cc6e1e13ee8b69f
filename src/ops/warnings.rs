//! Reading the advisories of the registry, as far as a change can reach.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Advisory, Ecosystem, Finding, PackageName, TreePath};
use crate::ports::{Changed, Differences, History as _, Ports, RepoEntryKind, Standing};
use crate::rules::check::check_advisory;
use crate::rules::index::{all_advisories_path, all_json};
use crate::rules::registry::{AdvisoryFile, RegistryPath, World};

use super::reader::{Reader, bug};
use super::scope::Scope;
use super::{Curator, Stop};

/// The packages that changed advisories are about, as they were and as they are.
pub(super) fn warned<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    scope: &Scope,
) -> Result<BTreeSet<PackageName>, Stop> {
    let mut names = BTreeSet::new();
    let (Some((differences, _)), Some((registry, _))) = (&scope.changes, reader.registry()) else { return Ok(names) };
    for changed in differences.changed.iter().filter(|changed| is_one(&changed.path)) {
        let plain = |standing: &&Standing| standing.kind == RepoEntryKind::File;
        for standing in changed.before.iter().chain(&changed.after).filter(plain) {
            let bytes = registry.bytes(&standing.object)?;
            names.extend(parse(curator, &changed.path, &bytes).packages().into_iter().cloned());
        }
    }
    Ok(names)
}

/// What the registry warns of.
#[derive(Debug, Clone, Default)]
pub(super) enum Warnings {
    /// Nothing changed, and nobody asked.
    #[default]
    Unasked,
    /// One of the advisories cannot be read: what they say together is not known, and the index says what it said.
    Unreadable,
    /// All of them.
    All(Arc<Vec<Advisory>>),
}

/// Reads the advisories, where one of them changed, or a package is looked at that one may be about. Tells each package of
/// `names` what it is warned of.
pub(super) fn read<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    scope: &Scope,
    names: &BTreeSet<PackageName>,
    world: &mut World,
) -> Result<Warnings, Stop> {
    let has_one = |changed: &Changed| is_one(&changed.path);
    let is_changed = scope.changes.as_ref().is_none_or(|(differences, _)| differences.changed.iter().any(has_one));
    if names.is_empty() && !is_changed {
        return Ok(Warnings::Unasked);
    }
    let folder: TreePath = "advisories".parse().map_err(bug)?;
    let mut advisories = Vec::new();
    for entry in reader.registry_entries(Some(&folder))?.into_iter().filter(|entry| is_one(&entry.path)) {
        if entry.kind != RepoEntryKind::File {
            return Ok(Warnings::Unreadable);
        }
        let Some(bytes) = reader.registry_file(&entry.path)? else { continue };
        match parse(curator, &entry.path, &bytes).advisory() {
            Some(advisory) => advisories.push(advisory.clone()),
            None => return Ok(Warnings::Unreadable),
        }
    }
    let advisories = Arc::new(advisories);
    for (name, state) in &mut world.packages {
        if names.contains(name) {
            state.advisories = Some(Arc::clone(&advisories));
        }
    }
    Ok(Warnings::All(advisories))
}

/// A file as it is to be; `None` where it is to go.
type Rewrite = (TreePath, Option<Vec<u8>>);

impl Warnings {
    /// The file of all advisories as it is to be, with `None` where there is to be none; nothing where it stays as it is.
    pub(super) fn file<P: Ports>(&self, reader: &Reader<'_, P>) -> Result<Option<Rewrite>, Stop> {
        let Self::All(advisories) = self else { return Ok(None) };
        let path = all_advisories_path().map_err(bug)?;
        let (wanted, present) = (all_json(advisories), reader.index_file(&path)?);
        Ok((wanted != present).then_some((path, wanted)))
    }
}

/// What is wrong with advisories by themselves: with those that changed, or with all.
pub(super) fn told<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    changes: Option<&Differences>,
) -> Result<Vec<Finding>, Stop> {
    let folder: TreePath = "advisories".parse().map_err(bug)?;
    let files: Vec<TreePath> = match changes {
        None => {
            let entries = reader.registry_entries(Some(&folder))?.into_iter();
            entries.filter(|entry| entry.kind == RepoEntryKind::File).map(|entry| entry.path).collect()
        }
        Some(differences) => {
            let plain = |it: &&Changed| it.after.is_some_and(|after| after.kind == RepoEntryKind::File);
            differences.changed.iter().filter(plain).map(|changed| changed.path.clone()).collect()
        }
    };
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| is_one(file)) {
        let bytes = reader.registry_file(file)?.unwrap_or_default();
        findings.extend(check_advisory(&parse(curator, file, &bytes)));
    }
    Ok(findings)
}

fn is_one(path: &TreePath) -> bool {
    matches!(RegistryPath::of(path), RegistryPath::Advisory(_))
}

fn parse<P: Ports>(curator: &Curator<P>, path: &TreePath, bytes: &[u8]) -> AdvisoryFile {
    let ecosystem = Ecosystem::of_registry(&curator.index_config.name).under(curator.policy.profile);
    AdvisoryFile::parse(path, bytes, curator.terms(), &ecosystem)
}
