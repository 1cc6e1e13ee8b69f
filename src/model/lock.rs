//! The lock file `curator.lock`: the versions that a project uses, and what their archives hash to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use serde::Deserialize;

use super::digest::Sha256;
use super::git_ref::CommitId;
use super::name::PackageName;
use super::version::Version;

/// A lock file. It is TOML, with a line for each package in the order of their names, so that a difference of two shows
/// what moved and nothing else:
///
/// ```toml
/// format = 1
/// index = "0123456789abcdef0123456789abcdef01234567"
///
/// [packages]
/// prelude = { version = "6.0.1", hash = "sha256-o8p6SLYmVPqzXZhQFd2hGAWEwBoXl1swxLG/scpJ0V0=" }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockFile {
    /// The commit of the index that the versions were chosen from; `None` where the index is a plain folder.
    pub index: Option<CommitId>,
    /// The version of each package that the project uses, directly or through others.
    pub packages: BTreeMap<PackageName, LockedVersion>,
}

/// The one version of a package that a project uses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedVersion {
    /// The version.
    pub version: Version,
    /// The digest of its archive.
    pub hash: Sha256,
}

/// Why a text is no lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// The file is larger than any lock file.
    #[error("the file has more than {most} bytes")]
    TooLarge {
        /// The most bytes that are read.
        most: usize,
    },
    /// The file is not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotUtf8,
    /// The file is of a format that this program does not know.
    #[error("the file has format {0}, and only format {FORMAT} is known here")]
    Format(u64),
    /// The text is not TOML, or not a lock file.
    #[error("line {line}: {reason}")]
    Shape {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
}

/// The format that is read and written.
const FORMAT: u64 = 1;
/// The largest lock file that is read: a line for each of 10,000 packages takes 1 MB.
const MOST_BYTES: usize = 4 << 20;

/// What every format has.
#[derive(Deserialize)]
struct Head {
    format: u64,
}

/// What this format has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(rename = "format")]
    _format: u64,
    index: Option<CommitId>,
    packages: BTreeMap<PackageName, LockedVersion>,
}

impl LockFile {
    /// Reads a lock file. A key that it does not know is refused: what a lock leaves out, nobody would miss in time.
    ///
    /// # Errors
    /// [`LockError`] says why it cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, LockError> {
        if bytes.len() > MOST_BYTES {
            return Err(LockError::TooLarge { most: MOST_BYTES });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LockError::NotUtf8)?;
        let Head { format } = read(text)?;
        if format != FORMAT {
            return Err(LockError::Format(format));
        }
        let Body { index, packages, .. } = read(text)?;
        Ok(Self { index, packages })
    }

    /// The version of each package.
    #[must_use]
    pub fn versions(&self) -> BTreeMap<PackageName, Version> {
        self.packages.iter().map(|(name, locked)| (name.clone(), locked.version.clone())).collect()
    }
}

/// How the version of a package in a lock file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockChange {
    /// The package.
    pub name: PackageName,
    /// The version that it had; `None` where it was not used.
    pub from: Option<Version>,
    /// The version that it has; `None` where it is not used any more.
    pub to: Option<Version>,
}

impl LockChange {
    /// How `after` differs from the lock file before it, by name.
    #[must_use]
    pub fn between(before: Option<&LockFile>, after: &LockFile) -> Vec<Self> {
        let (before, after) = (before.map(LockFile::versions).unwrap_or_default(), after.versions());
        let names: BTreeSet<&PackageName> = before.keys().chain(after.keys()).collect();
        let change = |name: &PackageName| {
            let (from, to) = (before.get(name).cloned(), after.get(name).cloned());
            (from != to).then(|| Self { name: name.clone(), from, to })
        };
        names.into_iter().filter_map(change).collect()
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, LockError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        LockError::Shape { line, reason: error.message().to_owned() }
    })
}

/// The file, to the byte.
impl fmt::Display for LockFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = format!("format = {FORMAT}\n");
        if let Some(index) = self.index {
            writeln!(head, "index = \"{index}\"")?;
        }
        write!(f, "{head}\n[packages]\n")?;
        for (name, LockedVersion { version, hash }) in &self.packages {
            // A key with a scope in it stands in quotes; nothing here has a character that would be escaped there.
            let quote = if name.is_plain() { "" } else { "\"" };
            writeln!(f, "{quote}{name}{quote} = {{ version = \"{version}\", hash = \"{hash}\" }}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{LockError, LockFile, LockedVersion};
    use crate::model::{CommitId, Sha256};

    const TEXT: &str = "\
format = 1
index = \"0707070707070707070707070707070707070707\"

[packages]
3d = { version = \"1.0.0\", hash = \"sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\" }
data-frames = { version = \"10.2.0\", hash = \"sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\" }
";

    fn lock() -> LockFile {
        let locked = |version: &str| LockedVersion { version: version.parse().unwrap(), hash: Sha256::of(b"hello") };
        let packages = BTreeMap::from([
            ("data-frames".parse().unwrap(), locked("10.2.0")),
            ("3d".parse().unwrap(), locked("1.0.0")),
        ]);
        LockFile { index: Some(CommitId::from_bytes([7; 20])), packages }
    }

    #[test]
    fn what_is_printed_is_read_and_printed_alike() {
        assert_eq!(lock().to_string(), TEXT);
        assert_eq!(LockFile::parse(TEXT.as_bytes()), Ok(lock()));
        let folder = LockFile { index: None, ..lock() };
        assert_eq!(LockFile::parse(folder.to_string().as_bytes()), Ok(folder));
        let mut scoped = lock();
        let strings = scoped.packages.values().next().unwrap().clone();
        scoped.packages.insert("@tide/clock".parse().unwrap(), strings);
        assert!(scoped.to_string().contains("\n\"@tide/clock\" = { version = "));
        assert_eq!(LockFile::parse(scoped.to_string().as_bytes()), Ok(scoped));
        let empty = LockFile::default();
        assert_eq!(LockFile::parse(empty.to_string().as_bytes()), Ok(empty));
        assert_eq!(lock().versions().len(), 2);
    }

    #[test]
    fn what_is_no_lock_file_is_refused_with_its_line() {
        let refused = |text: &str| LockFile::parse(text.as_bytes()).unwrap_err().to_string();
        for (from, to, said) in [
            ("format = 1", "format = 2", "the file has format 2, and only format 1 is known here"),
            ("format = 1\n", "", "line 1: missing field `format`"),
            (
                "[packages]",
                "[package]",
                "line 4: unknown field `package`, expected one of `format`, `index`, `packages`",
            ),
            ("10.2.0", "10.2", "line 6:"),
            ("data-frames =", "Data =", "line 6: "),
            ("data-frames =", "3d =", "line 6: duplicate key"),
            ("version = \"1.0.0\", ", "", "line 5: missing field `version`"),
            (", hash", ", size = 7, hash", "line 5: unknown field `size`"),
            ("sha256-", "sha512-", "line 5: a hash is written"),
            ("\"0707", "\"x707", "line 2: "),
        ] {
            let text = TEXT.replacen(from, to, 1);
            let error = refused(&text);
            assert!(error.starts_with(said), "{to}: {error}");
        }
        assert_eq!(LockFile::parse(b"\xff"), Err(LockError::NotUtf8));
        let long = " ".repeat(4 << 20) + TEXT;
        assert_eq!(LockFile::parse(long.as_bytes()), Err(LockError::TooLarge { most: 4 << 20 }));
    }
}
