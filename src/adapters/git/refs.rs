//! Reads the branches and tags of a repository from its files, without running git in it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use git2::Oid;

use crate::model::Ref;

/// Why a tag or a branch could not be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::adapters) enum RefFileError {
    /// The disk failed, or the file is no plain one, or too large.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is symbolic, of a SHA-256 repository, or garbage.
    #[error("it does not hold a SHA-1 object id")]
    NoObjectId,
}

/// What `refs/tags/<reference>` of the repository at `git_dir` names, not peeled; `None` where there is no such tag.
///
/// Only tags are looked at, so a branch of the same name means nothing here.
pub(super) fn tag(git_dir: &Path, reference: &Ref, most_bytes: u64) -> Result<Option<Oid>, RefFileError> {
    named(git_dir, &format!("refs/tags/{reference}"), most_bytes)
}

/// What the ref `name`, written in full, of the repository at `git_dir` names; `None` where there is none.
pub(in crate::adapters) fn named(git_dir: &Path, name: &str, most_bytes: u64) -> Result<Option<Oid>, RefFileError> {
    if let Some(loose) = plain_file(&git_dir.join(name), most_bytes)? {
        return object_id(loose.trim_ascii()).map(Some);
    }
    let packed = plain_file(&git_dir.join("packed-refs"), most_bytes)?.unwrap_or_default();
    let line = packed.split(|&byte| byte == b'\n').find_map(|line| {
        let (id, rest) = line.split_at_checked(line.iter().position(|&byte| byte == b' ')?)?;
        (rest.get(1..)? == name.as_bytes()).then_some(id)
    });
    line.map(object_id).transpose()
}

/// What the branches and tags of the repository at `git_dir` name, not peeled, by their full names. A loose ref is newer
/// than a packed one; symbolic ones, and names that no [`Ref`] can have, are left out.
pub(super) fn branches_and_tags(git_dir: &Path, most_bytes: u64) -> io::Result<BTreeMap<String, Oid>> {
    let mut found = BTreeMap::new();
    let packed = plain_file(&git_dir.join("packed-refs"), most_bytes)?.unwrap_or_default();
    for line in String::from_utf8_lossy(&packed).lines() {
        let Some((id, name)) = line.split_once(' ') else { continue };
        if let Ok(id) = object_id(id.as_bytes()) {
            found.insert(name.to_owned(), id);
        }
    }
    let mut folders = vec![("refs/heads".to_owned(), git_dir.join("refs/heads"))];
    folders.push(("refs/tags".to_owned(), git_dir.join("refs/tags")));
    while let Some((prefix, folder)) = folders.pop() {
        let listed = match fs::read_dir(&folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in listed {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}/{name}")) else { continue };
            if entry.file_type()?.is_dir() {
                folders.push((name, entry.path()));
            } else if let Some(bytes) = plain_file(&entry.path(), most_bytes)?
                && let Ok(id) = object_id(bytes.trim_ascii())
            {
                found.insert(name, id);
            }
        }
    }
    let is_sound = |name: &String| {
        let short = name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/"));
        short.is_some_and(|short| short.parse::<Ref>().is_ok())
    };
    found.retain(|name, _| is_sound(name));
    Ok(found)
}

/// The SHA-1 object id that these digits spell.
fn object_id(digits: &[u8]) -> Result<Oid, RefFileError> {
    let text = std::str::from_utf8(digits).map_err(|_| RefFileError::NoObjectId)?;
    // git2 would take a shorter text for an id that ends in zeros.
    if text.len() != 40 {
        return Err(RefFileError::NoObjectId);
    }
    Oid::from_str(text).map_err(|_| RefFileError::NoObjectId)
}

/// The bytes of the file at `path`; `None` where there is none.
///
/// A symbolic link could lead out of the registry directory, and reading a FIFO would never end: both are errors.
pub(super) fn plain_file(path: &Path, most_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(error),
    };
    if kind.is_dir() {
        return Ok(None);
    }
    if !kind.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is neither a file nor a directory"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {most_bytes} bytes")));
    }
    Ok(Some(bytes))
}
