//! Reading what is wanted and what is published, as far as a change can reach.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::{
    BoundOverride, Finding, IndexConfig, Manifest, PackageName, PathError, Registration, Terms, TreePath, Version,
};
use crate::ports::{History as _, Logged, Ports, Repo as _, RepoEntry, RepoEntryKind, RepoError, Revision};
use crate::rules::check::{check_override, check_override_target, check_registration, is_as_published};
use crate::rules::index::{IndexFile, IndexPath, Package, metadata_path, shard_path};
use crate::rules::registry::{Candidate, PackageState, Regard, RegistryPath, Timeline, World, registration_path};

use super::packages::package_of;
use super::said::said;
use super::strangers::{refuse_foreign, refuse_strangers};
use super::{Curator, Stop};

/// The most words that a file is looked through for before it is parsed.
const MOST_WORDS: usize = 16;

/// Registry and index, each at the state in which it was found.
pub(super) struct Reader<'c, P: Ports> {
    curator: &'c Curator<P>,
    /// `None` where only the index was asked for: then nothing is wanted.
    registry: Option<Revision>,
    index: Revision,
    /// Which published versions count for what depends on them.
    regard: Regard,
}

impl<'c, P: Ports> Reader<'c, P> {
    /// Finds the newest state of both. The index comes first: what it records of the registry was there before.
    pub(super) async fn open(curator: &'c Curator<P>) -> Result<Self, Stop> {
        let index = curator.index.head().await?;
        Ok(Self { curator, registry: Some(curator.registry.head().await?), index, regard: Regard::OnOffer })
    }

    /// The same for whoever publishes what was reviewed before.
    pub(super) fn regarding(self, regard: Regard) -> Self {
        Self { regard, ..self }
    }

    /// The terms on which files of the registry are read.
    pub(super) fn terms(&self) -> Terms {
        self.curator.terms()
    }

    /// Finds the newest state of the index alone.
    pub(super) async fn open_index(curator: &'c Curator<P>) -> Result<Self, Stop> {
        Ok(Self { curator, registry: None, index: curator.index.head().await?, regard: Regard::OnOffer })
    }

    /// Reads these states of both.
    pub(super) fn at(curator: &'c Curator<P>, registry: Revision, index: Revision) -> Self {
        Self { curator, registry: Some(registry), index, regard: Regard::OnOffer }
    }

    /// The state of the index that was found.
    pub(super) fn index_revision(&self) -> &Revision {
        &self.index
    }

    /// What the index records of the state that was found.
    pub(super) fn describe_index(&self) -> Result<Option<Logged>, Stop> {
        Ok(self.curator.index.describe(&self.index)?)
    }

    /// Whether the index is made of commits, and has some.
    pub(super) fn has_index_commits(&self) -> Result<bool, Stop> {
        Ok(self.describe_index()?.is_some())
    }

    /// The registry and the state of it that was found.
    pub(super) fn registry(&self) -> Option<(&'c P::Registry, &Revision)> {
        self.registry.as_ref().map(|at| (&self.curator.registry, at))
    }

    /// What stands in a folder of the index.
    pub(super) fn index_entries(&self, under: &TreePath) -> Result<Vec<RepoEntry>, Stop> {
        Ok(self.curator.index.list(&self.index, Some(under))?)
    }

    /// What stands in the registry below `under`; everything, for `None`.
    pub(super) fn registry_entries(&self, under: Option<&TreePath>) -> Result<Vec<RepoEntry>, Stop> {
        match &self.registry {
            Some(registry) => Ok(self.curator.registry.list(registry, under)?),
            None => Ok(Vec::new()),
        }
    }

    /// A file of the registry.
    pub(super) fn registry_file(&self, path: &TreePath) -> Result<Option<Vec<u8>>, Stop> {
        match &self.registry {
            Some(registry) => Ok(self.curator.registry.read(registry, path)?),
            None => Ok(None),
        }
    }

    /// A file of the index.
    pub(super) fn index_file(&self, path: &TreePath) -> Result<Option<Vec<u8>>, Stop> {
        Ok(self.curator.index.read(&self.index, path)?)
    }

    /// Every file of the index.
    pub(super) fn index_files(&self) -> Result<Vec<(TreePath, Vec<u8>)>, Stop> {
        Ok(self.curator.index.read_all(&self.index, None)?)
    }

    /// Every file of a folder of the registry.
    pub(super) fn registry_files(&self, under: &TreePath) -> Result<Vec<(TreePath, Vec<u8>)>, Stop> {
        match &self.registry {
            Some(registry) => Ok(self.curator.registry.read_all(registry, Some(under))?),
            None => Ok(Vec::new()),
        }
    }

    /// Makes sure that the index is this registry's own: two registries that write into one index would each undo what
    /// the other says of itself.
    pub(super) fn own_index(&self) -> Result<(), Stop> {
        let path: TreePath = "config.json".parse().map_err(bug)?;
        let Some(bytes) = self.index_file(&path)? else { return Ok(()) };
        let config: IndexConfig = serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error))?;
        let ours = &self.curator.index_config.name;
        if config.name == *ours {
            return Ok(());
        }
        Err(Stop::Usage(format!(
            "the index belongs to the registry '{}', and this one is '{ours}': correct [index] path in curator.toml",
            config.name
        )))
    }

    /// What the index holds of a package.
    pub(super) fn published(&self, name: &PackageName) -> Result<Package, Stop> {
        let manifests = self.index_file(&shard_path(name).map_err(bug)?)?;
        let metadata = self.index_file(&metadata_path(name).map_err(bug)?)?;
        let package = package_of(name, manifests.as_deref(), metadata.as_deref())?;
        refuse_foreign(self.terms().profile, name, &package)?;
        Ok(package)
    }

    /// What is wanted and what is published of a package, and what is wrong with its files.
    fn package(&self, name: &PackageName, findings: &mut Vec<Finding>) -> Result<PackageState, Stop> {
        let terms = self.curator.terms();
        let (published, regard) = (self.published(name)?, self.regard);
        let mut state = PackageState { published, regard, ..PackageState::default() };
        refuse_strangers(name, &state.published)?;
        if let Some(registry) = &self.registry {
            state.said = said(&self.curator.registry, registry, name, terms)?;
            state.timeline = Timeline::since(state.said.clone());
        }
        let folder: TreePath = format!("packages/{}", name.home()).parse().map_err(bug)?;
        // A link in the place of one file is a finding elsewhere; the other versions go on without it.
        let entries = self.registry_entries(Some(&folder))?.into_iter();
        for entry in entries.filter(|entry| entry.kind == RepoEntryKind::File) {
            match RegistryPath::within(terms.profile, &entry.path) {
                RegistryPath::Registration(_) => {
                    let Some(bytes) = self.registry_file(&entry.path)? else { continue };
                    let (registration, found) = check_registration(&entry.path, &bytes, terms);
                    state.registration = registration;
                    findings.extend(found);
                }
                RegistryPath::Definition(_, version) if !state.is_published(&version) => {
                    let Some(bytes) = self.registry_file(&entry.path)? else { continue };
                    state.wanted.insert(version, Candidate::parse(&entry.path, &bytes, terms));
                }
                RegistryPath::Definition(_, version) if state.said.overrides.contains_key(&version) => {
                    let Some(bytes) = self.registry_file(&entry.path)? else { continue };
                    let original = original(&state, &Candidate::parse(&entry.path, &bytes, terms), &version);
                    state.originals.extend(original.map(|original| (version, original)));
                }
                _ => {}
            }
        }
        state.withdraw();
        // Where a version has lost a half, its definition looks like a new one, and what others may depend on is not
        // known: nothing more of the package is published before somebody has mended the index. `kept` says so.
        if !state.published.halves().is_empty() {
            let wanted = std::mem::take(&mut state.wanted).into_iter();
            state.wanted = wanted.map(|(version, candidate)| (version, candidate.withheld())).collect();
        }
        Ok(state)
    }

    /// Applies the overrides that are in force: those of the commits that brought the definitions, and today's where
    /// that is not known. Then marks what must wait.
    pub(super) fn settle(
        &self,
        world: &mut World,
        findings: &mut BTreeMap<PackageName, Vec<Finding>>,
    ) -> Result<(), Stop> {
        for (name, state) in &mut world.packages {
            for (version, candidate) in std::mem::take(&mut state.wanted) {
                let mut found = Vec::new();
                let newest = state.said.overrides.get(&version);
                let mut candidate = self.with_override(candidate, name, &version, newest, &mut found)?;
                candidate.registered = self.registered_then(&candidate, name, state.registration.as_ref())?;
                if !found.is_empty() {
                    findings.entry(name.clone()).or_default().extend(found);
                }
                state.wanted.insert(version, candidate);
            }
        }
        world.fail_what_waits();
        Ok(())
    }

    /// What the name of the package stood for when the definition was merged, where that is something else `today`: it was
    /// held against that, and a transfer that came later holds up nothing.
    fn registered_then(
        &self,
        candidate: &Candidate,
        name: &PackageName,
        today: Option<&Registration>,
    ) -> Result<Option<Registration>, Stop> {
        let says = candidate.placed_definition().map(|definition| &definition.manifest);
        let same = |today: &Registration| {
            says.is_none_or(|says| {
                today.location.covers(&says.location) && (says.owners.is_none() || says.owners == today.owners)
            })
        };
        let (Some(merge), false) = (&candidate.merge, today.is_some_and(same)) else { return Ok(None) };
        let (at, path) = (Revision(merge.commit.clone()), registration_path(name).map_err(bug)?);
        let bytes = match self.curator.registry.read(&at, &path) {
            Ok(bytes) => bytes,
            // A link: what it was meant to say, nobody knows.
            Err(RepoError::Unusable { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(bytes.and_then(|bytes| check_registration(&path, &bytes, self.curator.terms()).0))
    }

    /// The definition with the override that is in force for it, where there is one, and with the `newest`, which the index
    /// follows.
    pub(super) fn with_override(
        &self,
        candidate: Candidate,
        name: &PackageName,
        version: &Version,
        newest: Option<&BoundOverride>,
        findings: &mut Vec<Finding>,
    ) -> Result<Candidate, Stop> {
        let path: TreePath = format!("overrides/{}/{version}.json", name.home()).parse().map_err(bug)?;
        let merge = candidate.merge.as_ref().map(|merge| Revision(merge.commit.clone()));
        let Some(at) = merge.as_ref().filter(|_| self.registry.is_some()).or(self.registry.as_ref()) else {
            return Ok(candidate);
        };
        let bytes = match self.curator.registry.read(at, &path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(revised(candidate, newest, 0)),
            // A finding elsewhere says that it is one, and nobody knows what it was meant to say.
            Err(RepoError::Unusable { .. }) if self.is_foreign(at, &path)? => return Ok(candidate.withheld()),
            Err(error) => return Err(error.into()),
        };
        let terms = self.curator.terms();
        let (bound_override, mut found) = check_override(&path, &bytes, terms);
        if let Some(definition) = candidate.placed_definition() {
            // An override that names a foreign dependency may have been meant for another version: none of it counts.
            found.extend(check_override_target(&path, &bytes, terms, Some(&definition.manifest)));
        }
        let usable = bound_override.filter(|_| found.is_empty());
        findings.extend(found);
        Ok(match usable {
            Some(bound_override) => {
                let revision = bound_override.revision;
                revised(candidate.with_override(bound_override), newest, revision)
            }
            None => candidate.withheld(),
        })
    }

    /// Whether a link or a submodule stands at `path`, or on the way to it.
    fn is_foreign(&self, at: &Revision, path: &TreePath) -> Result<bool, Stop> {
        let ways = std::iter::successors(Some(path.clone()), TreePath::parent);
        for way in ways {
            let entries = self.curator.registry.list(at, way.parent().as_ref())?;
            if entries.iter().any(|entry| entry.path == way && entry.kind == RepoEntryKind::Foreign) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The packages `names`, everything that they depend on, and so forth, with the overrides of today.
    ///
    /// What is wrong with registrations and overrides on the way is added to `findings`, by package.
    pub(super) fn world(
        &self,
        names: impl IntoIterator<Item = PackageName>,
        findings: &mut BTreeMap<PackageName, Vec<Finding>>,
    ) -> Result<World, Stop> {
        let mut world = self.packages(names, findings)?;
        self.settle(&mut world, findings)?;
        Ok(world)
    }

    /// The same before any override is applied: an override changes ranges and never what there is.
    pub(super) fn packages(
        &self,
        names: impl IntoIterator<Item = PackageName>,
        findings: &mut BTreeMap<PackageName, Vec<Finding>>,
    ) -> Result<World, Stop> {
        let mut world = World::default();
        let mut queue: VecDeque<PackageName> = names.into_iter().collect();
        while let Some(name) = queue.pop_front() {
            if world.packages.contains_key(&name) {
                continue;
            }
            let mut found = Vec::new();
            let state = self.package(&name, &mut found)?;
            let next: BTreeSet<&PackageName> =
                state.manifests().flat_map(|it: &Manifest| it.dependencies.keys()).collect();
            queue.extend(next.into_iter().filter(|next| !world.packages.contains_key(*next)).cloned());
            if !found.is_empty() {
                findings.insert(name.clone(), found);
            }
            world.packages.insert(name, state);
        }
        Ok(world)
    }

    /// The packages of the index that name one of `names`, with their lines: the whole of it is looked through.
    pub(super) fn naming(&self, names: &BTreeSet<&PackageName>) -> Result<Vec<(PackageName, IndexFile)>, Stop> {
        // Most files name none of a few, and to look for a word is quicker than to parse.
        let words: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let names_one = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            words.len() > MOST_WORDS || words.iter().any(|word| text.contains(word))
        };
        let mut lines = Vec::new();
        for (path, bytes) in self.index_files()? {
            if let IndexPath::Manifests(name) = IndexPath::of(&path)
                && names_one(&bytes)
            {
                lines.push((name, IndexFile::parse(&bytes).map_err(|error| unreadable(&path, &error))?));
            }
        }
        Ok(lines)
    }

    /// Every name that has metadata in the index.
    pub(super) fn published_names(&self) -> Result<BTreeSet<PackageName>, Stop> {
        let folder: TreePath = "metadata".parse().map_err(bug)?;
        let entries = self.curator.index.list(&self.index, Some(&folder))?;
        let name = |entry: RepoEntry| match IndexPath::of(&entry.path) {
            IndexPath::Metadata(name) => Some(name),
            _ => None,
        };
        Ok(entries.into_iter().filter_map(name).collect())
    }

    /// Every name that is registered or published.
    pub(super) fn names(&self) -> Result<BTreeSet<PackageName>, Stop> {
        let folder: TreePath = "packages".parse().map_err(bug)?;
        let registered =
            self.registry_entries(Some(&folder))?.into_iter().filter_map(|entry| {
                match RegistryPath::within(self.terms().profile, &entry.path) {
                    RegistryPath::Registration(name) | RegistryPath::Definition(name, _) => Some(name),
                    _ => None,
                }
            });
        let mut names = self.published_names()?;
        names.extend(registered);
        Ok(names)
    }
}

/// The candidate with an override that came after its merge, of a higher revision than that.
fn revised(candidate: Candidate, newest: Option<&BoundOverride>, revision: u64) -> Candidate {
    let Some(newest) = newest.filter(|newest| newest.revision > revision) else { return candidate };
    let original = candidate.placed_definition().map(|definition| &definition.manifest);
    if original.is_some_and(|original| newest.is_of(original)) {
        return candidate.revised_by(newest.clone());
    }
    candidate
}

/// The manifest of the definition that a published version was made of; `None` where the file says something else today.
fn original(state: &PackageState, candidate: &Candidate, version: &Version) -> Option<Manifest> {
    let facts = state.published.metadata.as_ref()?.metadata().published.get(version)?;
    let line = state.published.manifests.as_ref()?.get(version);
    let same = is_as_published(&candidate.digest, || candidate, facts.definition.as_ref(), line);
    candidate.placed_definition().filter(|_| same).map(|definition| definition.manifest.clone())
}

pub(super) fn unreadable(path: &TreePath, error: &dyn std::error::Error) -> Stop {
    Stop::IndexFile { file: path.to_string(), reason: error.to_string() }
}

/// The path of a package is always a legal path.
pub(super) fn bug(error: PathError) -> Stop {
    Stop::Bug(error.to_string())
}
