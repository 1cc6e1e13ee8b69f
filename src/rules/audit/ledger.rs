//! Everything that an index says, as far as it can be read, and what cannot be.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{
    Area, Debts, Finding, IndexConfig, Manifest, Metadata, PackageName, PackageSet, Place, Profile, Published,
    TreePath, Version,
};
use crate::rules::index::{
    IndexFile, IndexPath, MetadataFile, holds_facts, metadata_path, package_set_version, shard_path,
};
use crate::rules::report::words::{self, Wording};

/// A file as it was found: its bytes, or why they cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands.
    pub path: TreePath,
    /// What is in it.
    pub bytes: Result<Vec<u8>, String>,
}

/// What an index says.
#[derive(Debug)]
pub struct Ledger {
    /// The files of manifests, by path.
    pub(super) files: Vec<ManifestsFile>,
    /// The facts of each package that has any.
    pub(super) metadata: BTreeMap<PackageName, Metadata>,
    /// The package sets, by path.
    pub(super) sets: Vec<(Place, PackageSet)>,
    /// What cannot be read.
    pub(super) unreadable: Unreadable,
    /// Where the facts stand: the curator keeps them in the index, the PureScript registry in the registry.
    pub(super) facts: Area,
}

/// A file of manifests.
#[derive(Debug)]
pub(super) struct ManifestsFile {
    pub(super) path: TreePath,
    /// The package whose file it is; `None` where the file is misplaced as a whole.
    pub(super) owner: Option<PackageName>,
    pub(super) lines: IndexFile,
}

/// The manifests that the index holds, by package and version.
pub(super) type Manifests<'l> = BTreeMap<&'l PackageName, BTreeMap<&'l Version, &'l Manifest>>;

/// The paths that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Unreadable(BTreeSet<String>);

impl Unreadable {
    pub(super) fn insert(&mut self, path: &TreePath) {
        self.0.insert(path.to_string());
    }

    /// Whether `path` may be there unseen: it cannot be read, or a folder on the way to it cannot.
    pub(super) fn hides(&self, path: &TreePath) -> bool {
        let text = path.as_str();
        let folders = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
        !self.0.is_empty() && folders.chain([text]).any(|part| self.0.contains(part))
    }
}

/// What a file says.
enum Content {
    Manifests(Option<PackageName>, IndexFile),
    /// Metadata; whether it stands where clients look for it.
    Metadata(PackageName, Metadata, bool),
    Set(PackageSet),
    /// It stands where only manifests or metadata may stand, and is neither.
    Misplaced,
    /// Nothing that an audit looks into.
    Other,
}

impl Ledger {
    /// Reads the files of the index and those of the registry, and says which cannot be read or are misplaced.
    #[must_use]
    pub fn read(index: &[Found], registry: &[Found], profile: Profile) -> (Self, Vec<Finding>) {
        let facts = area_of_facts(index, registry);
        let in_registry = registry.iter().filter(|found| facts == Area::Registry && holds_facts(&found.path));
        let files: Vec<(Area, &Found)> = index
            .iter()
            .map(|found| (Area::Index, found))
            .chain(in_registry.map(|found| (Area::Registry, found)))
            .collect();
        let contents: Vec<_> = files.par_iter().map(|(area, found)| content(*area, found, profile)).collect();
        let mut ledger = Self {
            files: Vec::new(),
            metadata: BTreeMap::new(),
            sets: Vec::new(),
            unreadable: Unreadable::default(),
            facts,
        };
        let mut findings = Vec::new();
        for ((area, found), content) in files.into_iter().zip(contents) {
            ledger.enter(area, &found.path, content, &mut findings);
        }
        (ledger, findings)
    }

    fn enter(&mut self, area: Area, path: &TreePath, content: Result<Content, String>, findings: &mut Vec<Finding>) {
        let place = Place::file(area, path);
        match content {
            Err(reason) => {
                self.unreadable.insert(path);
                findings.push(unreadable(area, path, &reason));
            }
            Ok(Content::Manifests(owner, lines)) => {
                if owner.is_none() {
                    findings.push(misplaced(area, path));
                }
                self.files.push(ManifestsFile { path: path.clone(), owner, lines });
            }
            Ok(Content::Metadata(name, metadata, true)) => {
                self.metadata.insert(name, metadata);
            }
            Ok(Content::Metadata(name, metadata, false)) => {
                findings.push(misplaced(area, path));
                self.metadata.entry(name).or_insert(metadata);
            }
            Ok(Content::Set(set)) => self.sets.push((place, set)),
            Ok(Content::Misplaced) => findings.push(misplaced(area, path)),
            Ok(Content::Other) => {}
        }
    }

    /// Every published version with its facts.
    pub(super) fn published(&self) -> impl Iterator<Item = (&PackageName, &Version, &Published)> {
        let packages = self.metadata.iter();
        packages.flat_map(|(name, metadata)| metadata.published.iter().map(move |(version, it)| (name, version, it)))
    }

    /// Whether the version was published once and is gone for good.
    pub(super) fn is_unpublished(&self, name: &PackageName, version: &Version) -> bool {
        self.metadata.get(name).is_some_and(|metadata| metadata.unpublished.contains_key(version))
    }

    /// The manifests of all files, also of those in the wrong place: that is reported where they stand.
    pub(super) fn manifests(&self) -> Manifests<'_> {
        let mut manifests = Manifests::new();
        for manifest in self.files.iter().flat_map(|file| file.lines.manifests()) {
            manifests.entry(&manifest.name).or_default().insert(&manifest.version, manifest);
        }
        manifests
    }

    /// Whether the manifests of `name` may be there unseen.
    pub(super) fn hides_manifests(&self, name: &PackageName) -> bool {
        shard_path(name).is_ok_and(|path| self.unreadable.hides(&path))
    }

    /// Whether the metadata of `name` may be there unseen.
    pub(super) fn hides_metadata(&self, name: &PackageName) -> bool {
        metadata_place(self.facts, name).is_some_and(|path| self.unreadable.hides(&path))
    }

    /// How many packages have a manifest or a published version.
    #[must_use]
    pub fn packages(&self) -> usize {
        let mut names: BTreeSet<&PackageName> = self.manifests().into_keys().collect();
        names.extend(self.published().map(|(name, ..)| name));
        names.len()
    }

    /// How many versions are published.
    #[must_use]
    pub fn versions(&self) -> usize {
        self.published().count()
    }

    /// How many package sets there are.
    #[must_use]
    pub fn package_sets(&self) -> usize {
        self.sets.len()
    }
}

/// The curator's index has its description and its facts in itself; only where it has neither is the registry asked, as
/// in the PureScript registry.
fn area_of_facts(index: &[Found], registry: &[Found]) -> Area {
    let is_own = index.iter().any(|found| found.path.as_str() == "config.json" || holds_facts(&found.path));
    let in_registry = registry.iter().any(|found| holds_facts(&found.path));
    if in_registry && !is_own { Area::Registry } else { Area::Index }
}

/// Where clients look for the metadata of `name`.
fn metadata_place(facts: Area, name: &PackageName) -> Option<TreePath> {
    match facts {
        Area::Registry => format!("metadata/{name}.json").parse().ok(),
        _ => metadata_path(name).ok(),
    }
}

fn content(area: Area, found: &Found, profile: Profile) -> Result<Content, String> {
    let bytes = found.bytes.as_deref().map_err(Clone::clone)?;
    let json = |error: serde_json::Error| error.to_string();
    Ok(match IndexPath::of(&found.path) {
        IndexPath::Manifests(name) => {
            let file = IndexFile::parse(bytes).map_err(|error| error.to_string())?;
            let held = file.manifests().try_for_each(|manifest| profile.holds(manifest));
            held.map_err(|foreign| foreign.to_string())?;
            Content::Manifests(Some(name), file)
        }
        IndexPath::Metadata(name) => {
            let placed = metadata_place(area, &name).as_ref() == Some(&found.path);
            let metadata = metadata(bytes)?;
            profile.holds_facts(&name, &metadata).map_err(|foreign| foreign.to_string())?;
            Content::Metadata(name, metadata, placed)
        }
        IndexPath::PackageSet if package_set_version(&found.path).is_some() => {
            Content::Set(serde_json::from_slice(bytes).map_err(json)?)
        }
        IndexPath::Pending(..) => {
            Debts::parse(bytes).map_err(json)?;
            Content::Other
        }
        IndexPath::Other if found.path.as_str() == "config.json" => {
            serde_json::from_slice::<IndexConfig>(bytes).map_err(json)?;
            Content::Other
        }
        // Clients pass over a package set whose name is no version (spago 1.0.4).
        IndexPath::PackageSet | IndexPath::Other => Content::Other,
        IndexPath::Misplaced => misplaced_content(&found.path, bytes),
    })
}

fn metadata(bytes: &[u8]) -> Result<Metadata, String> {
    MetadataFile::parse(bytes).map(|file| file.metadata().clone()).map_err(|error| error.to_string())
}

/// What a file in the wrong place says, so that it is not reported as missing besides.
fn misplaced_content(path: &TreePath, bytes: &[u8]) -> Content {
    if !holds_facts(path) {
        return IndexFile::parse(bytes).map_or(Content::Misplaced, |lines| Content::Manifests(None, lines));
    }
    match (package_of(path), metadata(bytes)) {
        (Some(name), Ok(metadata)) => Content::Metadata(name, metadata, false),
        _ => Content::Misplaced,
    }
}

/// The package that a file is called after.
fn package_of(path: &TreePath) -> Option<PackageName> {
    let name = path.file_name();
    name.strip_suffix(".json").unwrap_or(name).parse().ok()
}

fn unreadable(area: Area, path: &TreePath, reason: &str) -> Finding {
    let place = Place::file(area, path);
    let wording = match area {
        _ if package_set_version(path).is_some() => words::audit::package_set_unreadable(reason),
        Area::Registry => words::audit::registry_unreadable(reason),
        _ => words::audit::unreadable(reason),
    };
    match IndexPath::of(path) {
        IndexPath::Manifests(name) | IndexPath::Metadata(name) => wording.about(&name, place),
        _ => wording.at(place),
    }
}

fn misplaced(area: Area, path: &TreePath) -> Finding {
    let place = Place::file(area, path);
    let Some(name) = package_of(path) else { return words::audit::misplaced(None).at(place) };
    let belongs = if holds_facts(path) { metadata_place(area, &name) } else { shard_path(&name).ok() };
    let wording: Wording = words::audit::misplaced(belongs.as_ref().map(TreePath::as_str));
    wording.about(&name, place)
}
