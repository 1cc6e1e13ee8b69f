//! What a pull request is compared with: the packages that it is about, as they were, and whoever depends on them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Dependant, Metadata, PackageBefore, PackageName, PackageSet, PreviousVersion, Registration, StatusKind, Terms,
    Timestamp, Touch, TouchedFile, TreePath, Version,
};
use crate::ops::Stop;
use crate::ops::reader::{Reader, bug, unreadable};
use crate::ops::scope::package;
use crate::ports::{Ports, RepoEntryKind};
use crate::rules::check::{check_registration, check_status, needing};
use crate::rules::index::{IndexFile, MetadataFile, Package};
use crate::rules::registry::{PackageState, RegistryPath, registration_path};
use crate::rules::review::{Before, SetChange, set_change};

/// Whom a pull request is about, and whom that touches.
pub(super) struct Bystanders<'a, P: Ports> {
    /// The registry before the merge.
    before: &'a Reader<'a, P>,
    /// The registry after it.
    after: &'a Reader<'a, P>,
    touched: &'a [TouchedFile],
    /// What is published of each package that the pull request is about.
    packages: BTreeMap<PackageName, Package>,
    /// The registrations of the base, and those that are proposed.
    registered: BTreeMap<PackageName, Registered>,
    proposed: BTreeMap<PackageName, Registered>,
    /// The lines of every package that names one of them.
    lines: Vec<(PackageName, IndexFile)>,
    terms: Terms,
}

/// A registration that is there; `None` where it cannot be read.
type Registered = Option<Registration>;

impl<'a, P: Ports> Bystanders<'a, P> {
    /// Reads them.
    pub(super) fn of(
        before: &'a Reader<'a, P>,
        after: &'a Reader<'a, P>,
        touched: &'a [TouchedFile],
        terms: Terms,
    ) -> Result<Self, Stop> {
        let names: BTreeSet<PackageName> =
            touched.iter().filter_map(|file| package(&RegistryPath::of(&file.path))).collect();
        let mut packages = BTreeMap::new();
        let (mut registered, mut proposed) = (BTreeMap::new(), BTreeMap::new());
        for name in &names {
            packages.insert(name.clone(), before.published(name)?);
            for (reader, found) in [(before, &mut registered), (after, &mut proposed)] {
                found.extend(registration(reader, name, terms)?.map(|it| (name.clone(), it)));
            }
        }
        let lines = if names.is_empty() { Vec::new() } else { before.naming(&names.iter().collect())? };
        Ok(Self { before, after, touched, packages, registered, proposed, lines, terms })
    }

    /// What a classification asks.
    pub(super) fn before(&self) -> Result<Before, Stop> {
        let published = self.packages.iter().flat_map(|(name, package)| {
            let facts = metadata(package).into_iter().flat_map(|metadata| metadata.published.keys());
            // A version with one half counts: whoever changes its definition would change what somebody has.
            let lines = package.manifests.iter().flat_map(IndexFile::manifests).map(|manifest| &manifest.version);
            facts.chain(lines).map(|version| (name.clone(), version.clone()))
        });
        Ok(Before {
            registered: self.registered.keys().cloned().collect(),
            published: published.collect(),
            statuses: self.statuses(self.after)?,
            stood: self.statuses(self.before)?,
        })
    }

    /// What the touched status files say there.
    fn statuses(&self, there: &Reader<'_, P>) -> Result<BTreeMap<TreePath, StatusKind>, Stop> {
        let mut statuses = BTreeMap::new();
        for file in self.touched {
            if let RegistryPath::Status(..) = RegistryPath::of(&file.path)
                && let Some(bytes) = plain_file(there, &file.path)?
                && let (Some(status), _) = check_status(&file.path, &bytes, self.terms)
            {
                statuses.insert(file.path.clone(), status.kind);
            }
        }
        Ok(statuses)
    }

    /// The packages as they are before the change.
    pub(super) fn subjects(&self) -> Result<BTreeMap<PackageName, PackageBefore>, Stop> {
        let mut dependants = self.dependants();
        let subject = |(name, package): (&PackageName, &Package)| {
            let registered = self.registered.get(name).cloned().flatten();
            let proposed = self.proposed.get(name).cloned().flatten();
            let before = PackageBefore {
                previous: self.previous(name, package),
                registering: proposed.filter(|proposed| registered.as_ref() != Some(proposed)),
                registered,
                dependants: dependants.remove(name).unwrap_or_default(),
            };
            Ok((name.clone(), before))
        };
        self.packages.iter().map(subject).collect()
    }

    /// The newest published version below the newest proposed one; the newest of all, where none is proposed.
    fn previous(&self, name: &PackageName, package: &Package) -> Option<PreviousVersion> {
        let proposed = self.touched.iter().filter(|file| file.touch != Touch::Removed);
        let proposed = proposed.filter_map(|file| match RegistryPath::of(&file.path) {
            RegistryPath::Definition(of, version) if of == *name => Some(version),
            _ => None,
        });
        let newest = proposed.max();
        let published = metadata(package)?.published.keys().rev();
        let version = published.into_iter().find(|version| newest.as_ref().is_none_or(|newest| *version < newest))?;
        let line = package.manifests.as_ref()?.get(version)?;
        let (license, location) = (line.license.clone(), line.location.clone());
        Some(PreviousVersion { version: version.clone(), license, location })
    }

    /// The packages whose newest version depends on one of them, by that one.
    fn dependants(&self) -> BTreeMap<PackageName, Vec<Dependant>> {
        let mut dependants: BTreeMap<PackageName, Vec<Dependant>> = BTreeMap::new();
        for (name, lines) in &self.lines {
            let Some(newest) = lines.manifests().max_by_key(|manifest| &manifest.version) else { continue };
            for (dependency, range) in &newest.dependencies {
                if self.packages.contains_key(dependency) {
                    let (name, version, range) = (name.clone(), newest.version.clone(), range.clone());
                    dependants.entry(dependency.clone()).or_default().push(Dependant { name, version, range });
                }
            }
        }
        dependants
    }

    /// Who may publish the packages.
    pub(super) fn maintainers(&self) -> BTreeMap<PackageName, BTreeSet<u64>> {
        let people = |name: &PackageName| {
            let registration = self.registered.get(name).and_then(Option::as_ref);
            registration.into_iter().flat_map(|it| it.maintainers.iter().copied()).collect()
        };
        self.packages.keys().map(|name| (name.clone(), people(name))).collect()
    }

    /// The published versions that the status files are about and that nothing would miss.
    pub(super) fn unneeded(&self) -> BTreeMap<(PackageName, Version), Timestamp> {
        let mut unneeded = BTreeMap::new();
        for file in self.touched {
            let RegistryPath::Status(name, version) = RegistryPath::of(&file.path) else { continue };
            let metadata = self.packages.get(&name).and_then(metadata);
            for (found, facts) in metadata.into_iter().flat_map(|metadata| &metadata.published) {
                if version.as_ref().is_none_or(|version| version == found) && !self.is_needed(&name, found) {
                    unneeded.insert((name.clone(), found.clone()), facts.published_time);
                }
            }
        }
        unneeded
    }

    /// Whether nothing would satisfy some version of another package, if this version went.
    fn is_needed(&self, name: &PackageName, version: &Version) -> bool {
        let published = self.packages.get(name).cloned().unwrap_or_default();
        !needing(name, version, &PackageState { published, ..PackageState::default() }, &self.lines).is_empty()
    }

    /// What becomes of the next package set.
    pub(super) fn package_set(&self) -> Result<SetChange, Stop> {
        let Some(file) = self.touched.iter().find(|file| file.path.as_str() == "package-set.json") else {
            return Ok(SetChange::default());
        };
        let before = plain_file(self.before, &file.path)?;
        let after = plain_file(self.after, &file.path)?;
        if after.is_none() && file.touch != Touch::Removed {
            return Ok(SetChange::Loses);
        }
        let change = |newest: Option<&PackageSet>| set_change(before.as_deref(), after.as_deref(), self.terms, newest);
        let folder: TreePath = "package-sets".parse().map_err(bug)?;
        let version = |path: &TreePath| path.file_name().strip_suffix(".json")?.parse::<Version>().ok();
        let sets = self.before.index_entries(&folder)?.into_iter();
        let newest = sets.filter_map(|entry| Some((version(&entry.path)?, entry.path))).max();
        let Some((_, path)) = newest else { return Ok(change(None)) };
        let Some(bytes) = self.before.index_file(&path)? else { return Ok(SetChange::Loses) };
        let newest: PackageSet = serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error))?;
        Ok(change(Some(&newest)))
    }
}

fn metadata(package: &Package) -> Option<&Metadata> {
    package.metadata.as_ref().map(MetadataFile::metadata)
}

/// The registration of a package; `None` where there is no such file.
fn registration<P: Ports>(
    reader: &Reader<'_, P>,
    name: &PackageName,
    terms: Terms,
) -> Result<Option<Registered>, Stop> {
    let path = registration_path(name).map_err(bug)?;
    let Some(bytes) = plain_file(reader, &path)? else { return Ok(None) };
    Ok(Some(check_registration(&path, &bytes, terms).0))
}

/// The bytes of a file of the registry; `None` also where something stands there that is no plain file.
pub(super) fn plain_file<P: Ports>(reader: &Reader<'_, P>, path: &TreePath) -> Result<Option<Vec<u8>>, Stop> {
    let entries = reader.registry_entries(path.parent().as_ref())?;
    let is_plain = entries.iter().any(|entry| entry.path == *path && entry.kind == RepoEntryKind::File);
    if is_plain { reader.registry_file(path) } else { Ok(None) }
}
