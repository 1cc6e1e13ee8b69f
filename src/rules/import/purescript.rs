//! Adopting a PureScript registry: its facts, lines and sets are taken as they are, to the byte, and each version gets the
//! definition that it would have been published from.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{
    AdoptionReport, Area, Definition, Finding, Manifest, Metadata, PackageName, PathError, Place, Profile, Published,
    Registration, Span, TreePath, Version,
};
use crate::rules::audit::Found;
use crate::rules::index::{IndexPath, MetadataFile, metadata_path, shard_path};
use crate::rules::report::words;

/// What a PureScript registry becomes.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The registrations and definitions.
    pub registry: BTreeMap<TreePath, Vec<u8>>,
    /// The manifests, metadata and package sets, each with the bytes that it had.
    pub index: BTreeMap<TreePath, Vec<u8>>,
    /// What was adopted, and what was not and why.
    pub report: AdoptionReport,
}

/// What is known of a package.
#[derive(Debug, Default)]
struct Adopted {
    /// Its metadata; `None` where there is none, or none that can be read.
    metadata: Option<Metadata>,
    /// Its lines, as far as they can be read.
    lines: BTreeMap<Version, Manifest>,
    /// Whether a file of it says more than could be read: then nothing is concluded from what it does not say.
    hidden: bool,
}

/// Adopts what stands in `metadata/` and `package-sets/` of a PureScript registry and in its index.
///
/// A file or line that cannot be read is told, and kept as it is where it belongs to a package: an index file that does
/// not parse is never taken for absent, by whoever reads it next.
///
/// # Errors
/// None in practice: what is made of a name is a path, and what was read can be written.
pub fn adopt(registry: &[Found], index: &[Found]) -> Result<Adoption, AdoptError> {
    let mut adoption = Adoption::default();
    let mut packages: BTreeMap<PackageName, Adopted> = BTreeMap::new();
    let facts: Vec<Facts> = registry.par_iter().map(Facts::read).collect();
    for (found, facts) in registry.iter().zip(facts) {
        adoption.take_facts(found, facts, &mut packages)?;
    }
    let lines: Vec<Vec<Line>> = index.par_iter().map(lines).collect();
    for (found, lines) in index.iter().zip(lines) {
        adoption.take_lines(found, lines, &mut packages);
    }
    let made: Vec<_> = packages.par_iter().map(|(name, adopted)| adopted.files(name)).collect();
    for files in made {
        adoption.registry.extend(files?);
    }
    for (name, adopted) in &packages {
        adoption.count(adopted);
        adoption.report.findings.extend(adopted.halves(name)?);
    }
    adoption.report.findings.sort_by(Finding::by_place);
    Ok(adoption)
}

/// Why nothing could be made of what was read: the curator is at fault.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// A name makes no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A definition or a registration cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// What a file of the registry is for.
enum Facts {
    /// The facts of a package, or why they cannot be read.
    Of(PackageName, Box<Result<Metadata, String>>),
    /// A package set, or a file beside the sets.
    Set,
    /// A file that nobody looks for where it stands.
    Misplaced,
}

impl Facts {
    fn read(Found { path, bytes }: &Found) -> Self {
        match IndexPath::of(path) {
            IndexPath::Metadata(name) if path.as_str() == format!("metadata/{name}.json") => {
                let parsed = bytes.as_ref().map_err(Clone::clone).and_then(|bytes| {
                    let file = MetadataFile::parse(bytes).map_err(|error| error.to_string())?;
                    let held = Profile::Purescript.holds_facts(&name, file.metadata());
                    held.map(|()| file.metadata().clone()).map_err(|foreign| foreign.to_string())
                });
                Self::Of(name, Box::new(parsed))
            }
            _ if path.as_str().starts_with("package-sets/") => Self::Set,
            _ => Self::Misplaced,
        }
    }
}

/// A line of the index: where it stands, and what it says or why it cannot be read.
struct Line {
    span: Span,
    manifest: Result<Manifest, String>,
}

/// The lines of a file of manifests, each by itself, so that a broken one hides no other.
fn lines(found: &Found) -> Vec<Line> {
    let (IndexPath::Manifests(_), Ok(bytes)) = (IndexPath::of(&found.path), &found.bytes) else { return Vec::new() };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![Line { span: 0..bytes.len(), manifest: Err("the file is not UTF-8 text".to_owned()) }];
    };
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, raw) in text.split_inclusive('\n').enumerate() {
        let line = raw.trim_end_matches(['\n', '\r']);
        let manifest = serde_json::from_str(line).map_err(|error| error.to_string()).and_then(|manifest: Manifest| {
            let held = Profile::Purescript.holds(&manifest);
            held.map(|()| manifest).map_err(|foreign| foreign.to_string())
        });
        let manifest = manifest.map_err(|reason| format!("line {} is not a manifest: {reason}", at + 1));
        lines.push(Line { span: start..start + line.len(), manifest });
        start += raw.len();
    }
    lines
}

impl Adoption {
    fn take_facts(
        &mut self,
        Found { path, bytes }: &Found,
        facts: Facts,
        packages: &mut BTreeMap<PackageName, Adopted>,
    ) -> Result<(), AdoptError> {
        let place = Place::file(Area::Registry, path);
        let to = match facts {
            Facts::Of(name, metadata) => {
                let adopted = packages.entry(name.clone()).or_default();
                match *metadata {
                    Ok(metadata) => adopted.metadata = Some(metadata),
                    Err(reason) => {
                        adopted.hidden = true;
                        let wording = words::audit::registry_unreadable(&reason);
                        self.report.findings.push(wording.about(&name, place));
                    }
                }
                metadata_path(&name)?
            }
            Facts::Set => {
                self.report.package_sets += usize::from(path.as_str().strip_suffix(".json").is_some());
                if let Err(reason) = bytes {
                    self.report.findings.push(words::audit::registry_unreadable(reason).at(place));
                }
                path.clone()
            }
            Facts::Misplaced => {
                self.report.findings.push(words::audit::misplaced(None).at(place));
                return Ok(());
            }
        };
        self.index.extend(bytes.iter().map(|bytes| (to.clone(), bytes.clone())));
        Ok(())
    }

    fn take_lines(
        &mut self,
        Found { path, bytes }: &Found,
        lines: Vec<Line>,
        packages: &mut BTreeMap<PackageName, Adopted>,
    ) {
        let place = Place::file(Area::Index, path);
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.report.findings.push(words::audit::unreadable(reason).at(place));
                if let IndexPath::Manifests(name) = IndexPath::of(path) {
                    packages.entry(name).or_default().hidden = true;
                }
                return;
            }
        };
        match IndexPath::of(path) {
            IndexPath::Manifests(name) => {
                self.index.insert(path.clone(), bytes.clone());
                let adopted = packages.entry(name.clone()).or_default();
                for Line { span, manifest } in lines {
                    let place = place.clone().at(span);
                    let finding = match manifest {
                        Ok(manifest) if manifest.name == name => {
                            adopted.lines.entry(manifest.version.clone()).or_insert(manifest);
                            continue;
                        }
                        Ok(manifest) => {
                            let belongs = shard_path(&manifest.name).ok();
                            let wording = words::audit::misplaced(belongs.as_ref().map(TreePath::as_str));
                            wording.of(&manifest.name, &manifest.version, place)
                        }
                        Err(reason) => words::audit::unreadable(&reason).about(&name, place),
                    };
                    adopted.hidden = true;
                    self.report.findings.push(finding);
                }
            }
            IndexPath::Misplaced => {
                self.index.insert(path.clone(), bytes.clone());
                self.report.findings.push(words::audit::misplaced(None).at(place));
            }
            // The README of the public index speaks of that one.
            IndexPath::Metadata(_) | IndexPath::PackageSet | IndexPath::Pending(..) | IndexPath::Other => {}
        }
    }

    fn count(&mut self, adopted: &Adopted) {
        let Some(metadata) = &adopted.metadata else { return };
        let report = &mut self.report;
        report.packages += 1;
        report.without_versions += usize::from(metadata.published.is_empty());
        report.versions += metadata.published.len();
        report.unpublished += metadata.unpublished.len();
        report.definitions += adopted.defined().count();
    }
}

impl Adopted {
    /// The published versions that have a line, and so can have a definition.
    fn defined(&self) -> impl Iterator<Item = (&Published, &Manifest)> {
        let published = self.metadata.iter().flat_map(|metadata| &metadata.published);
        published.filter_map(|(version, facts)| Some((facts, self.lines.get(version)?)))
    }

    /// The registration and the definitions.
    fn files(&self, name: &PackageName) -> Result<Vec<(TreePath, Vec<u8>)>, AdoptError> {
        let Some(metadata) = &self.metadata else { return Ok(Vec::new()) };
        let folder = format!("packages/{}", name.home());
        let (location, owners) = (metadata.location.clone(), metadata.owners.clone());
        let maintainers = Vec::new();
        let registration = Registration { location, location_id: None, owners, maintainers, authorization: None };
        let mut files = vec![(format!("{folder}/registration.json").parse()?, registration.to_file()?.into_bytes())];
        for (facts, manifest) in self.defined() {
            let path = format!("{folder}/{}.json", manifest.version).parse()?;
            // The commit is not recorded: the published archive's hash is the identity.
            let definition = Definition {
                manifest: manifest.clone(),
                commit: None,
                compiler: facts.compilers.iter().max().cloned(),
            };
            files.push((path, definition.to_file()?.into_bytes()));
        }
        Ok(files)
    }

    /// The versions that have facts or a line, but not both. They hold up nothing here, and stay as they are.
    fn halves(&self, name: &PackageName) -> Result<Vec<Finding>, AdoptError> {
        if self.hidden {
            return Ok(Vec::new());
        }
        let published = self.metadata.iter().flat_map(|metadata| metadata.published.keys());
        let gone = self.metadata.iter().flat_map(|metadata| metadata.unpublished.keys());
        let known: BTreeSet<&Version> = published.clone().chain(gone).collect();
        let (shard, metadata) = (shard_path(name)?, format!("metadata/{name}.json"));
        let without_line = published.filter(|version| !self.lines.contains_key(*version)).map(|version| {
            let place = Place::file(Area::Index, &shard);
            words::import::without_line(name, version).of(name, version, place)
        });
        let without_facts = self.lines.keys().filter(|version| !known.contains(version)).map(|version| {
            let place = Place::file(Area::Registry, &metadata);
            words::import::without_facts(name, version).of(name, version, place)
        });
        Ok(without_line.chain(without_facts).collect())
    }
}
