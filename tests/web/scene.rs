//! An index on a web server, and a reader who is not patient.

use std::path::Path;
use std::time::Duration;

use curator::adapters::{HttpArtifacts, HttpIndex, HttpPatience, NamedBy, Offline};
use curator::model::{PackageName, TreePath, Version};
use curator::ports::{ArtifactRequest, ArtifactSource as _, IndexSource as _, RepoError, StoreError};

use super::shelf::{Asked, Shelf};

/// The description of the index.
pub(crate) const CONFIG: &str = "{\"format\": 1, \"name\": \"sample\", \"stores\": []}\n";

/// The commit that the mirror shows.
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// The files of the index.
pub(crate) const FILES: [(&str, &str); 4] = [
    ("config.json", CONFIG),
    ("ab/ac/abacus", "{\"name\": \"abacus\"}\n"),
    ("metadata/ab/ac/abacus.json", "{}\n"),
    ("ta/ll/tally", "{\"name\": \"tally\"}\n"),
];

/// An index alone.
pub(crate) fn plain() -> Shelf {
    let shelf = Shelf::new();
    for (path, text) in FILES {
        shelf.put(&format!("/{path}"), text);
    }
    shelf
}

/// The same as a mirror.
pub(crate) fn mirror() -> Shelf {
    let shelf = Shelf::new();
    stock(&shelf);
    shelf
}

/// Puts the mirror there.
pub(crate) fn stock(shelf: &Shelf) {
    for (path, text) in FILES {
        shelf.put(&format!("/index/{path}"), text);
    }
    shelf.list();
    let text = format!("{{\"format\": 1, \"registry\": \"sample\", \"source\": \"here\", \"commit\": \"{COMMIT}\"}}\n");
    shelf.put("/mirror.json", text);
}

/// One who waits long enough for a busy machine, and not for ever.
pub(crate) fn patience() -> HttpPatience {
    HttpPatience { pause: Duration::from_millis(10), longest_pause: Duration::from_secs(1), ..HttpPatience::default() }
}

/// One who soon has enough.
pub(crate) fn impatience() -> HttpPatience {
    HttpPatience {
        answer: Duration::from_millis(400),
        whole: Duration::from_secs(3),
        bytes_per_second: 1 << 30,
        ..patience()
    }
}

pub(crate) fn reader(url: &str, cache: Option<&Path>) -> HttpIndex {
    HttpIndex::new(url, cache, Offline::No, Vec::new(), patience()).unwrap()
}

pub(crate) fn offline(url: &str, cache: &Path) -> HttpIndex {
    HttpIndex::new(url, Some(cache), Offline::Yes, Vec::new(), patience()).unwrap()
}

pub(crate) fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

/// Files of the index, as text.
pub(crate) async fn read(index: &HttpIndex, paths: &[&str]) -> Result<Vec<Option<String>>, RepoError> {
    let paths: Vec<TreePath> = paths.iter().map(|text| path(text)).collect();
    let read = index.read(&paths).await?;
    Ok(read.into_iter().map(|bytes| bytes.map(|bytes| String::from_utf8(bytes).unwrap())).collect())
}

/// All files of the index, as text.
pub(crate) async fn read_all(index: &HttpIndex) -> Result<Vec<(String, String)>, RepoError> {
    let read = index.read_all(None).await?;
    Ok(read.into_iter().map(|(path, bytes)| (path.to_string(), String::from_utf8(bytes).unwrap())).collect())
}

/// What the mirror holds.
pub(crate) fn everything() -> Vec<(String, String)> {
    let mut files: Vec<_> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.sort_unstable();
    files
}

/// Path and status of each request, sorted.
pub(crate) fn told(asked: &[Asked]) -> Vec<String> {
    let mut told: Vec<String> = asked.iter().map(|it| format!("{} {}", it.status, it.path)).collect();
    told.sort_unstable();
    told
}

/// How many bytes of bodies came.
pub(crate) fn bytes(asked: &[Asked]) -> usize {
    asked.iter().map(|it| it.bytes).sum()
}

pub(crate) fn store(template: &str, patience: HttpPatience) -> HttpArtifacts {
    HttpArtifacts::new("here", template, NamedBy::Operator, Vec::new(), patience).unwrap()
}

/// Asks for abacus 1.0.0, of which so many bytes are wanted.
pub(crate) async fn fetch(store: &HttpArtifacts, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let (name, version): (PackageName, Version) = ("abacus".parse().unwrap(), "1.0.0".parse().unwrap());
    store.fetch(&ArtifactRequest { name: &name, version: &version, release: None, bytes }).await
}
