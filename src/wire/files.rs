//! The user's own files, and the hands that packing needs by itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::adapters::git::{GitSettings, GitSources, NetworkSettings};
use crate::adapters::{Encoders, Folder, SshKey, full_path, read_file};
use crate::model::{Authorization, Document, Limits, Secret, TreePath};

use super::WireError;

/// The hands that packing needs by itself: a fetcher that knows `repository` as `url`, and the encoders.
///
/// # Errors
/// [`WireError::Unreadable`] where there is no such repository.
pub fn pack_hands(repository: &Path, url: &str) -> Result<(GitSources, Encoders), WireError> {
    let place = full_path(repository).map_err(|error| unreadable(repository, &error.to_string()))?;
    let replace = BTreeMap::from([(url.to_owned(), place)]);
    let settings = GitSettings {
        replace,
        pass_env: Vec::new(),
        limits: Limits::default(),
        git: PathBuf::from("git"),
        network: NetworkSettings::default(),
    };
    Ok((GitSources::new(settings), encoders()))
}

/// The encoders.
#[must_use]
pub fn encoders() -> Encoders {
    Encoders::default()
}

/// A folder of the user's.
#[must_use]
pub fn folder(root: &Path) -> Folder {
    Folder::new(root, Limits::default())
}

/// The folder and the name of a file that is to be written.
///
/// # Errors
/// [`WireError::Unreadable`] where the path names no file.
pub fn out_file(path: &Path) -> Result<(Folder, TreePath), WireError> {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let name = name.ok_or_else(|| unreadable(path, "it names no file"))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((folder(parent), name))
}

/// The bytes of a file that another run may have left.
///
/// # Errors
/// [`WireError::Unreadable`] where there is one and it cannot be read.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, WireError> {
    read_file(path).map_err(|error| unreadable(path, &error.to_string()))
}

/// The bytes of a definition, or of a list, that a person names.
///
/// # Errors
/// [`WireError::Unreadable`] where there is no such file.
pub fn read_definition(path: &Path) -> Result<Vec<u8>, WireError> {
    read_if_there(path)?.ok_or_else(|| unreadable(path, "there is no such file"))
}

/// What an owner signed, as `curator sign` printed it.
///
/// # Errors
/// [`WireError::Unreadable`] where there is no such file, or something else in it.
pub fn read_authorization(path: &Path) -> Result<Authorization, WireError> {
    let bytes = read_definition(path)?;
    let document = Document::parse(&bytes, Limits::default().json_bytes);
    let reading = document.as_ref().ok().map(|document| Authorization::read(document.root()));
    let authorization = reading.filter(|reading| reading.problems.is_empty()).and_then(|reading| reading.value);
    authorization.ok_or_else(|| unreadable(path, "it holds no {\"payload\": …, \"signature\": …}"))
}

/// The private key of an owner, who is asked for its passphrase where `passphrase` is not there and the key needs one.
///
/// # Errors
/// [`WireError::Key`] where it cannot be opened.
pub fn owner_key(file: &Path, passphrase: Option<&Secret>, prompt: &str) -> Result<SshKey, WireError> {
    Ok(SshKey::open(file, passphrase, prompt)?)
}

pub(super) fn unreadable(path: &Path, message: &str) -> WireError {
    WireError::Unreadable { file: path.display().to_string(), message: message.to_owned() }
}
