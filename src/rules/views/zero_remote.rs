//! The view `0x0-remote-registry-v1`: one JSON document with everything that a client of the language 0x0 resolves with.
//!
//! No original of this format was found; this is what the words of the registry's design come to. The file is
//! `registry.json`, an object with these keys, in this order:
//!
//! | key | what |
//! | --- | --- |
//! | `format` | `0x0-remote-registry-v1` |
//! | `registry` | the name of the registry |
//! | `packages` | by the bytes of their names: `{name, versions, tombstones}` |
//! | `advisories` | advisories in the format of OSV 1.x, as their authors wrote them |
//!
//! An item of `versions`, ascending by SemVer: `version`; `checksum`, `sha256:` and the 64 lower-case hexadecimal digits
//! of the archive; `bytes`, its size; `url`, where it can be downloaded, if that is known; `path`, where it stands below
//! the root of a mirror; `dependencies`, a range `>=A <B` of SemVer for each name; `status`, one of `active`, `deprecated`
//! and `yanked`, and with the latter two `reason` and perhaps `replacement`; `advisories`, the ids of those that affect
//! it, if there are any; `provenance`, `git+URL@COMMIT`, if it is known.
//!
//! An item of `tombstones`, ascending by SemVer, is a version that was unpublished: `version`, `reason`, `publishedTime`
//! and `unpublishedTime`. A quarantined version is in neither list. A package with neither is left out.
//!
//! Each package and each advisory stands on a line of its own, so that a difference of two documents can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::{
    AdvisoryId, Dependencies, IndexConfig, Mark, PackageName, PathError, Reason, Timestamp, TreePath, Version,
};

use super::{Listed, Listing, UnreadableView};

/// The format, as the document spells it.
const FORMAT: &str = "0x0-remote-registry-v1";

/// The file of the view.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn document_path() -> Result<TreePath, PathError> {
    "registry.json".parse()
}

/// The document of the view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZeroRemote {
    registry: String,
    /// The line of each package.
    packages: BTreeMap<PackageName, String>,
    /// The line of each advisory.
    advisories: Vec<String>,
}

/// The document as it is read.
#[derive(Deserialize)]
struct DocumentJson<'d> {
    format: String,
    registry: String,
    #[serde(borrow)]
    packages: Vec<&'d RawValue>,
    #[serde(borrow)]
    advisories: Vec<&'d RawValue>,
}

/// The one key of a package that is read.
#[derive(Deserialize)]
struct Named {
    name: PackageName,
}

#[derive(Serialize)]
struct PackageJson<'p> {
    name: &'p PackageName,
    versions: Vec<VersionJson<'p>>,
    tombstones: Vec<Tombstone<'p>>,
}

#[derive(Serialize)]
struct VersionJson<'p> {
    version: &'p Version,
    checksum: String,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    path: String,
    dependencies: &'p Dependencies,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'p Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement: Option<&'p PackageName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<&'p AdvisoryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tombstone<'p> {
    version: &'p Version,
    reason: &'p Reason,
    published_time: Timestamp,
    unpublished_time: Timestamp,
}

impl ZeroRemote {
    /// A document without packages.
    #[must_use]
    pub fn empty(config: &IndexConfig) -> Self {
        Self { registry: config.name.clone(), ..Self::default() }
    }

    /// Reads the document as it is.
    ///
    /// # Errors
    /// [`UnreadableView`] where it is none of this format.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableView> {
        let unreadable = |error: serde_json::Error| UnreadableView(error.to_string());
        let document: DocumentJson<'_> = serde_json::from_slice(bytes).map_err(unreadable)?;
        if document.format != FORMAT {
            return Err(UnreadableView(format!("the format is '{}'", document.format)));
        }
        let named = |raw: &&RawValue| {
            let Named { name } = serde_json::from_str(raw.get()).map_err(unreadable)?;
            Ok((name, raw.get().to_owned()))
        };
        Ok(Self {
            registry: document.registry,
            packages: document.packages.iter().map(named).collect::<Result<_, UnreadableView>>()?,
            advisories: document.advisories.iter().map(|raw| raw.get().to_owned()).collect(),
        })
    }

    /// Puts what is listed of a package in the place of what stands there.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn put(&mut self, listing: &Listing<'_>, config: &IndexConfig) -> Result<(), UnreadableView> {
        let gone = listing.metadata.iter().flat_map(|metadata| &metadata.unpublished);
        let tombstones = gone.map(|(version, it)| Tombstone {
            version,
            reason: &it.reason,
            published_time: it.published_time,
            unpublished_time: it.unpublished_time,
        });
        let versions = listing.versions.iter().map(|listed| version_json(listed, config)).collect();
        let package = PackageJson { name: listing.name, versions, tombstones: tombstones.collect() };
        if package.versions.is_empty() && package.tombstones.is_empty() {
            self.packages.remove(listing.name);
            return Ok(());
        }
        let line = serde_json::to_string(&package).map_err(|error| UnreadableView(error.to_string()))?;
        self.packages.insert(listing.name.clone(), line);
        Ok(())
    }

    /// Puts the advisories of the index's file of all of them, or none, in the place of what stands there.
    ///
    /// # Errors
    /// [`UnreadableView`] where the file is no JSON array.
    pub fn put_advisories(&mut self, all: Option<&[u8]>) -> Result<(), UnreadableView> {
        let all: Vec<&RawValue> = match all {
            Some(bytes) => serde_json::from_slice(bytes).map_err(|error| UnreadableView(error.to_string()))?,
            None => Vec::new(),
        };
        self.advisories = all.into_iter().map(|raw| raw.get().to_owned()).collect();
        Ok(())
    }

    /// The document.
    ///
    /// # Errors
    /// None in practice: a name can be written as JSON.
    pub fn document(&self) -> Result<String, UnreadableView> {
        let registry = serde_json::to_string(&self.registry).map_err(|error| UnreadableView(error.to_string()))?;
        let list = |lines: Vec<&str>| {
            if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) }
        };
        let packages = list(self.packages.values().map(String::as_str).collect());
        let advisories = list(self.advisories.iter().map(String::as_str).collect());
        Ok(format!(
            "{{\n\"format\":\"{FORMAT}\",\n\"registry\":{registry},\n\"packages\":{packages},\n\"advisories\":{advisories}\n}}\n"
        ))
    }
}

fn version_json<'p>(listed: &Listed<'p>, config: &IndexConfig) -> VersionJson<'p> {
    let facts = listed.facts;
    let (status, mark): (_, Option<&Mark>) = match (&facts.yanked, &facts.deprecated) {
        (Some(mark), _) => ("yanked", Some(mark)),
        (None, Some(mark)) => ("deprecated", Some(mark)),
        (None, None) => ("active", None),
    };
    VersionJson {
        version: &listed.manifest.version,
        checksum: format!("sha256:{}", facts.hash.to_hex()),
        bytes: facts.bytes,
        url: listed.url(config),
        path: listed.path(),
        dependencies: &listed.manifest.dependencies,
        status,
        reason: mark.map(|mark| &mark.reason),
        replacement: mark.and_then(|mark| mark.replacement.as_ref()),
        advisories: facts.advisories.iter().collect(),
        provenance: listed.provenance(),
    }
}
