//! The view `0x0-index`: a table of every version, and the lines of a lock file, for the language 0x0.
//!
//! No original of these formats was found; this is what the words of the registry's design come to.
//!
//! `index.tsv` is UTF-8 and has no header. A line ends with a line feed and has seven fields with a tab between two:
//!
//! | field | what |
//! | --- | --- |
//! | name | the package |
//! | version | SemVer |
//! | source path | where the archive stands below the root of a store or a mirror: `<name>/<name>-<version>.tar.gz` |
//! | SHA-256 | of the archive: 64 lower-case hexadecimal digits |
//! | status | `active` or `yanked` |
//! | artifact URL | where the archive can be downloaded, or `-` |
//! | provenance | `git+URL@COMMIT`, with `#subdirectory=…` for a package in a folder, or `-` |
//!
//! In a field, `\\` stands for a backslash, `\t` for a tab, `\n` for a line feed and `\r` for a carriage return.
//!
//! `package-registry.lock` begins with the line `package-registry-lock 1`; every other line is `dependency NAME VERSION
//! PATH SHA256`, with one blank between two words, in the same spelling.
//!
//! Lines are sorted by the bytes of the names and then by SemVer. Quarantined and unpublished versions are left out: the
//! formats have no tombstones. A yanked version is in both files, since lock files name it.

use std::collections::BTreeMap;

use crate::model::{IndexConfig, PackageName, PathError, TreePath};

use super::{Listed, Listing, UnreadableView};

/// The first line of a lock file.
const LOCK: &str = "package-registry-lock 1";

/// What stands in a field of which nothing is known.
const NOTHING: &str = "-";

/// The file of the table.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn table_path() -> Result<TreePath, PathError> {
    "index.tsv".parse()
}

/// The lock file.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn lock_path() -> Result<TreePath, PathError> {
    "package-registry.lock".parse()
}

/// The two files of the view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZeroIndex {
    /// The lines of each package in the table.
    rows: BTreeMap<String, Vec<String>>,
    /// The lines of each package in the lock file.
    locked: BTreeMap<String, Vec<String>>,
}

impl ZeroIndex {
    /// Reads the two files as they are.
    ///
    /// # Errors
    /// [`UnreadableView`] where they are none of this format.
    pub fn read(table: &[u8], lock: &[u8]) -> Result<Self, UnreadableView> {
        let mut files = Self::default();
        for line in text(table)?.lines() {
            let (name, _) = line.split_once('\t').ok_or_else(|| UnreadableView(format!("'{line}' is no row")))?;
            files.rows.entry(name.to_owned()).or_default().push(line.to_owned());
        }
        let mut lines = text(lock)?.lines();
        if lines.next() != Some(LOCK) {
            return Err(UnreadableView(format!("the first line of the lock file is not '{LOCK}'")));
        }
        for line in lines {
            let name = line.strip_prefix("dependency ").and_then(|rest| rest.split(' ').next());
            let name = name.ok_or_else(|| UnreadableView(format!("'{line}' is no line of a lock file")))?;
            files.locked.entry(name.to_owned()).or_default().push(line.to_owned());
        }
        Ok(files)
    }

    /// Puts what is listed of a package in the place of what stands there.
    pub fn put(&mut self, listing: &Listing<'_>, config: &IndexConfig) {
        let name = listing.name.to_string();
        let rows = listing.versions.iter().map(|listed| row(listing.name, listed, config)).collect::<Vec<_>>();
        let locked = listing.versions.iter().map(|listed| dependency(listing.name, listed)).collect::<Vec<_>>();
        for (files, lines) in [(&mut self.rows, rows), (&mut self.locked, locked)] {
            if lines.is_empty() {
                files.remove(&name);
            } else {
                files.insert(name.clone(), lines);
            }
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> String {
        joined(self.rows.values().flatten().map(String::as_str))
    }

    /// The lock file.
    #[must_use]
    pub fn lock(&self) -> String {
        joined(std::iter::once(LOCK).chain(self.locked.values().flatten().map(String::as_str)))
    }
}

/// Lines, each with its end.
fn joined<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn text(bytes: &[u8]) -> Result<&str, UnreadableView> {
    std::str::from_utf8(bytes).map_err(|error| UnreadableView(error.to_string()))
}

fn row(name: &PackageName, listed: &Listed<'_>, config: &IndexConfig) -> String {
    let status = if listed.facts.yanked.is_some() { "yanked" } else { "active" };
    let fields = [
        name.to_string(),
        listed.version().to_string(),
        listed.path(),
        listed.facts.hash.to_hex(),
        status.to_owned(),
        listed.url(config).unwrap_or_else(|| NOTHING.to_owned()),
        listed.provenance().unwrap_or_else(|| NOTHING.to_owned()),
    ];
    fields.map(|field| escaped(&field)).join("\t")
}

fn dependency(name: &PackageName, listed: &Listed<'_>) -> String {
    format!("dependency {name} {} {} {}", listed.version(), listed.path(), listed.facts.hash.to_hex())
}

fn escaped(field: &str) -> String {
    field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}
