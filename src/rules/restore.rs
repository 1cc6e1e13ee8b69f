//! A registry out of what a mirror has: the copy of what people wrote, on this machine's own places; or, where there is no
//! copy, files that say what the index says.

use std::collections::BTreeMap;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::model::{
    BoundOverride, Definition, IndexConfig, IndexStore, Manifest, Metadata, PackageName, PathError, Published,
    Registration, Revised, Sha256, Status, StatusKind, TreePath, Version,
};
use crate::rules::index::{Index, MetadataFile, Package};
use crate::rules::registry::{definition_path, override_path, registration_path, status_path};

/// Where the store of a restored registry is, from its folder.
pub const STORE: &str = "../.curator/store";
/// Where its index is.
pub const INDEX: &str = "../index";

/// The `curator.toml` of a registry, with its index and its primary store on this machine. Other stores stay known to
/// clients where they have a URL. `None` where the text is not TOML of that shape.
#[must_use]
pub fn on_this_machine(text: &str, published: &IndexConfig) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut index = Table::new();
    index.insert("path", value(INDEX));
    document.insert("index", Item::Table(index));
    if let Some(manifest) = published.manifest.as_ref().map(TreePath::as_str) {
        let package = document.entry("package").or_insert(Item::Table(Table::new())).as_table_mut()?;
        if package.get("manifest").and_then(Item::as_str) != Some(manifest) {
            package.insert("manifest", value(manifest));
        }
    }
    let names = |item: Option<&Item>| -> Vec<String> {
        let tables = item.and_then(Item::as_array_of_tables).into_iter().flat_map(ArrayOfTables::iter);
        tables.filter_map(|table| Some(table.get("name")?.as_str()?.to_owned())).collect()
    };
    let stores = names(document.get("store"));
    let primary = stores.first().cloned().unwrap_or_else(|| "local".to_owned());
    let url = |name: &str| published.stores.iter().find(|store| store.name == name).and_then(|store| store.url.clone());
    let mut store = Table::new();
    store.insert("name", value(&primary));
    store.insert("path", value(STORE));
    if let Some(url) = url(&primary) {
        store.insert("url", value(url));
    }
    let mut adopted = ArrayOfTables::new();
    for IndexStore { name, url } in published.stores.iter().filter(|store| store.name != primary) {
        let Some(url) = url else { continue };
        let mut table = Table::new();
        table.insert("name", value(name));
        table.insert("url", value(url));
        adopted.push(table);
    }
    document.insert("store", Item::ArrayOfTables([store].into_iter().collect()));
    if adopted.is_empty() {
        document.remove("adopted");
    } else {
        document.insert("adopted", Item::ArrayOfTables(adopted));
    }
    Some(document.to_string())
}

/// What could be made of an index.
#[derive(Debug, Default)]
pub struct Remade {
    /// The files of the registry.
    pub files: BTreeMap<TreePath, Vec<u8>>,
    /// The versions whose definitions could not be made to the byte.
    pub undefined: Vec<(PackageName, Version)>,
}

/// Why nothing could be made of what was read: the curator is at fault.
#[derive(Debug, thiserror::Error)]
pub enum RemakeError {
    /// A name makes no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A file cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The registrations, definitions, overrides and statuses that an index came from, as far as it tells.
///
/// A definition is made only where it comes out as the index recorded it, to the byte: another would be a change of what
/// was published.
///
/// # Errors
/// None in practice: what is made of a name is a path, and what was read can be written.
pub fn remake(index: &Index) -> Result<Remade, RemakeError> {
    let mut remade = Remade::default();
    for (name, package) in &index.packages {
        let Some(metadata) = package.metadata.as_ref().map(MetadataFile::metadata) else { continue };
        let registration = Registration {
            location: metadata.location.clone(),
            location_id: None,
            owners: metadata.owners.clone(),
            maintainers: Vec::new(),
            authorization: None,
        };
        remade.files.insert(registration_path(name)?, registration.to_file()?.into_bytes());
        remade.versions(name, package, metadata)?;
    }
    Ok(remade)
}

impl Remade {
    fn versions(&mut self, name: &PackageName, package: &Package, metadata: &Metadata) -> Result<(), RemakeError> {
        for (version, facts) in &metadata.published {
            let Some(line) = package.manifests.as_ref().and_then(|lines| lines.get(version)) else { continue };
            match definition(facts, line)? {
                Some(text) => drop(self.files.insert(definition_path(name, version)?, text.into_bytes())),
                None => self.undefined.push((name.clone(), version.clone())),
            }
            if let Some(text) = bounds(facts, line)? {
                self.files.insert(override_path(name, version)?, text.into_bytes());
            }
            if let Some((kind, mark)) = facts.marks().next() {
                let (reason, replacement) = (mark.reason.clone(), mark.replacement.clone());
                self.status(name, version, &Status { kind, reason, replacement, authorization: None })?;
            }
        }
        for (version, gone) in &metadata.unpublished {
            let (kind, reason) = (StatusKind::Unpublished, gone.reason.clone());
            self.status(name, version, &Status { kind, reason, replacement: None, authorization: None })?;
        }
        Ok(())
    }

    fn status(&mut self, name: &PackageName, version: &Version, status: &Status) -> Result<(), RemakeError> {
        self.files.insert(status_path(name, Some(version))?, status.to_file()?.into_bytes());
        Ok(())
    }
}

/// The definition of a version, as the curator writes one, where that is what was recorded.
fn definition(facts: &Published, line: &Manifest) -> Result<Option<String>, RemakeError> {
    let compilers = facts.compilers.iter().rev().cloned().map(Some).chain([None]);
    for compiler in compilers {
        let manifest = facts.archive_manifest(line);
        let text = Definition { manifest, commit: facts.commit, compiler }.to_file()?;
        if facts.definition.is_none_or(|recorded| recorded == Sha256::of(text.as_bytes())) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The override that is in force, where the index names one.
fn bounds(facts: &Published, line: &Manifest) -> Result<Option<String>, RemakeError> {
    let Some(Revised { reason, revision, .. }) = facts.revisions.last() else { return Ok(None) };
    let dependencies = if facts.archive_dependencies.is_empty() {
        line.dependencies.clone()
    } else {
        let changed = facts.archive_dependencies.keys().filter_map(|name| line.dependencies.get_key_value(name));
        changed.map(|(name, range)| (name.clone(), range.clone())).collect()
    };
    Ok(Some(BoundOverride { revision: *revision, dependencies, reason: reason.clone() }.to_file()?))
}
