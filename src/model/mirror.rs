//! What a mirror says of itself: the file `mirror.json`, and the list of its index files.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::digest::Sha256;
use super::git_ref::CommitId;
use super::tree::TreePath;

/// The file `mirror.json` at the top of a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorConfig {
    /// The version of a mirror's layout: 1.
    pub format: u32,
    /// The name of the registry.
    pub registry: String,
    /// Where it was mirrored from, for people.
    pub source: String,
    /// The commit of the index that it shows; `None` where its source had none.
    pub commit: Option<CommitId>,
}

impl MirrorConfig {
    /// The layout that this curator writes and reads.
    pub const FORMAT: u32 = 1;
    /// The name of the file.
    pub const FILE: &str = "mirror.json";
    /// The name of the list of index files, see [`Checksums`].
    pub const LIST: &str = "index.sha256";
    /// The folder of the index.
    pub const INDEX: &str = "index";
    /// The folder of a copy of the registry, where the mirror has one; its list is `registry.sha256`.
    pub const REGISTRY: &str = "registry";
    /// The folder of the archives.
    pub const STORE: &str = "store";
    /// The path of an archive, with the placeholders of an index's store URL in it.
    pub const ARCHIVE: &str = "store/{name}/{name}-{version}.tar.gz";

    /// The description as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// The digests of files, as `sha256sum` writes and `sha256sum --check` reads them: 64 hexadecimal digits, two spaces and a
/// path in each line, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checksums(pub BTreeMap<TreePath, Sha256>);

/// A text is no list of digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not 64 hexadecimal digits, two spaces and a path that no other line has")]
pub struct ChecksumsError {
    /// The line, counted from 1.
    pub line: usize,
}

impl Checksums {
    /// Reads a list.
    ///
    /// # Errors
    /// [`ChecksumsError`] names the first line that is none.
    pub fn parse(text: &str) -> Result<Self, ChecksumsError> {
        let mut found = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let wrong = || ChecksumsError { line: at + 1 };
            let (digest, path) = line.split_once("  ").ok_or_else(wrong)?;
            let digest = Sha256::from_hex(digest).map_err(|_| wrong())?;
            let path = path.parse().map_err(|_| wrong())?;
            if found.insert(path, digest).is_some() {
                return Err(wrong());
            }
        }
        Ok(Self(found))
    }
}

impl fmt::Display for Checksums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().try_fold(String::new(), |mut lines, (path, digest)| {
            writeln!(lines, "{}  {path}", digest.to_hex()).map(|()| lines)
        });
        f.write_str(&lines?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Checksums, ChecksumsError};
    use crate::model::Sha256;

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let list = Checksums(
            [("index/pr/el/prelude", "a"), ("index/config.json", "b")]
                .into_iter()
                .map(|(path, text)| (path.parse().unwrap(), Sha256::of(text.as_bytes())))
                .collect(),
        );
        let text = list.to_string();
        let first = text.lines().next().unwrap();
        assert_eq!(first, "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  index/config.json");
        assert_eq!(Checksums::parse(&text), Ok(list));
        assert_eq!(Checksums::parse(""), Ok(Checksums::default()));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        let digest = Sha256::of(b"").to_hex();
        let good = format!("{digest}  index/a\n");
        let bad = [
            "<!doctype html>".to_owned(),
            format!("{digest} index/a"),
            format!("{digest} *index/a"),
            format!("{}  index/a", digest.to_uppercase()),
            format!("{}  index/a", &digest[1..]),
            format!("{digest}  ../a"),
            format!("{digest}  /a"),
            format!("{digest}  index/a"),
            String::new(),
        ];
        for line in bad {
            assert_eq!(Checksums::parse(&format!("{good}{line}\n")), Err(ChecksumsError { line: 2 }), "{line}");
        }
    }
}
