//! The view `ricochet-static-registry-v1`: the static registry of the language Ricochet.
//!
//! ```text
//! index.toml                                             [registry] format; [packages] name = path of its file
//! packages/<name>.toml                                   [package] name; [[versions]], ascending by SemVer
//! artifacts/<name>/<version>/<leaf>-<version>.tar.gz     <leaf> = the part of the name behind its last slash
//! ```
//!
//! A version has `version`, `archive` (a path from the folder of `index.toml`; a URL is refused by the reader),
//! `archive_integrity` (of the bytes of the archive), `package_integrity` (of the unpacked files), `yanked` and, where there
//! is one, `provenance` (of an attestation; the curator makes none yet, so the key is absent). Digests are `sha256:` and 64
//! hexadecimal digits. A quarantined version is left out, and so is an unpublished one: the format has no tombstones.
//!
//! The reader unpacks an archive into the package's own folder, without a top folder to strip, so the archives of this view
//! are packed once more: the same files below `.`, in the same order, by the default encoder.
//!
//! Source: the reader and writer of BARKx4/Ricochet (`ricochet_cli`, module `static_registry`, and
//! `package_tree_integrity` beside it), and chapter 30 of its manual.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::model::{Files, PackageName, PathError, TreePath, Version};

use super::{Listing, UnreadableView};

/// The format, as the index spells it.
const FORMAT: &str = "ricochet-static-registry-v1";

/// How the digest of a package's files begins.
const TREE: &[u8] = b"ricochet-package-integrity-v1\0";

/// The two digests of a version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Integrity {
    /// Of the archive.
    pub archive_integrity: String,
    /// Of its files.
    pub package_integrity: String,
}

/// The file that lists the packages, as far as it is read.
#[derive(Deserialize)]
struct IndexToml {
    packages: BTreeMap<String, String>,
}

/// The file of a package, as far as it is read.
#[derive(Deserialize)]
struct PackageToml {
    #[serde(default)]
    versions: Vec<VersionToml>,
}

/// A version in the file of a package.
#[derive(Deserialize)]
struct VersionToml {
    version: Version,
    #[serde(flatten)]
    integrity: Integrity,
}

/// The file that lists the packages.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn index_path() -> Result<TreePath, PathError> {
    "index.toml".parse()
}

/// The file of a package.
///
/// # Errors
/// None in practice: the path of a name is a legal path.
pub fn package_path(name: &PackageName) -> Result<TreePath, PathError> {
    format!("packages/{name}.toml").parse()
}

/// The file of an archive.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn archive_path(name: &PackageName, version: &Version) -> Result<TreePath, PathError> {
    let leaf = name.as_str().rsplit('/').next().unwrap_or_default();
    format!("artifacts/{name}/{version}/{leaf}-{version}.tar.gz").parse()
}

/// Whether a file is the view's own.
#[must_use]
pub fn owns(path: &TreePath) -> bool {
    let text = path.as_str();
    text == "index.toml"
        || text.starts_with("packages/") && text.strip_suffix(".toml").is_some()
        || text.starts_with("artifacts/") && text.strip_suffix(".tar.gz").is_some()
}

/// The digest of bytes, as the format spells it.
#[must_use]
pub fn integrity(bytes: &[u8]) -> String {
    spelled(Sha256::digest(bytes).as_slice())
}

/// The digest of a package's files: of each, in the order of the paths' bytes, the path, the size in decimal digits and
/// the bytes, with a NUL after each.
#[must_use]
pub fn tree_integrity(files: &Files) -> String {
    let mut hasher = Sha256::new();
    hasher.update(TREE);
    for (path, file) in files {
        let size = file.bytes.len().to_string();
        for part in [path.as_str().as_bytes(), size.as_bytes(), &file.bytes] {
            hasher.update(part);
            hasher.update(b"\0");
        }
    }
    spelled(hasher.finalize().as_slice())
}

fn spelled(digest: &[u8]) -> String {
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digests that the file of a package gives, by version; none where it is none.
#[must_use]
pub fn recorded(file: &[u8]) -> BTreeMap<Version, Integrity> {
    let text = std::str::from_utf8(file).unwrap_or_default();
    let read = toml::from_str::<PackageToml>(text).map(|file| file.versions).unwrap_or_default();
    read.into_iter().map(|it| (it.version, it.integrity)).collect()
}

/// The file of a package; `None` where none of its versions is listed, of which the format cannot tell.
#[must_use]
pub fn package_toml(listing: &Listing<'_>, digests: &BTreeMap<Version, Integrity>) -> Option<String> {
    let mut text = format!("[package]\nname = {}\n", quoted(listing.name.as_str()));
    let mut is_empty = true;
    for listed in &listing.versions {
        let version = listed.version();
        let (Some(it), Ok(archive)) = (digests.get(version), archive_path(listing.name, version)) else { continue };
        let _ = write!(
            text,
            "\n[[versions]]\nversion = {}\narchive = {}\narchive_integrity = {}\npackage_integrity = {}\nyanked = {}\n",
            quoted(&version.to_string()),
            quoted(archive.as_str()),
            quoted(&it.archive_integrity),
            quoted(&it.package_integrity),
            listed.facts.yanked.is_some(),
        );
        is_empty = false;
    }
    (!is_empty).then_some(text)
}

/// The packages that an index lists.
///
/// # Errors
/// [`UnreadableView`] where it is none of this format.
pub fn packages(index: &[u8]) -> Result<BTreeSet<PackageName>, UnreadableView> {
    let unreadable = |error: &dyn std::error::Error| UnreadableView(error.to_string());
    let text = std::str::from_utf8(index).map_err(|error| unreadable(&error))?;
    let index: IndexToml = toml::from_str(text).map_err(|error| unreadable(&error))?;
    index.packages.keys().map(|name| name.parse().map_err(|error| unreadable(&error))).collect()
}

/// The file that lists the packages.
#[must_use]
pub fn index_toml(packages: &BTreeSet<PackageName>) -> String {
    let mut text = format!("[registry]\nformat = {}\n\n[packages]\n", quoted(FORMAT));
    for name in packages {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let is_bare = name.as_str().bytes().all(plain);
        let key = if is_bare { name.to_string() } else { quoted(name.as_str()) };
        let _ = writeln!(text, "{key} = {}", quoted(&format!("packages/{name}.toml")));
    }
    text
}

/// A text of names, versions, digests and paths: none of them holds what TOML would want escaped.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
