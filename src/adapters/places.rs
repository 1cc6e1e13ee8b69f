//! Finding the registry, and the paths that `curator.toml` gives from there.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::model::TreePath;

/// The folders of a registry, an index and the stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The registry.
    pub registry: PathBuf,
}

impl Places {
    /// The registry that a person means who names `given`, or none: then it is the current folder where that holds a
    /// `curator.toml`, and otherwise the folder `registry` in it.
    #[must_use]
    pub fn find(given: Option<&Path>) -> Self {
        let registry = match given {
            Some(given) => given.to_owned(),
            None if Path::new("curator.toml").is_file() => PathBuf::from("."),
            None => PathBuf::from("registry"),
        };
        Self { registry }
    }

    /// A path that the configuration gives from the registry's folder, without the detours in it.
    #[must_use]
    pub fn from_registry(&self, path: &str) -> PathBuf {
        let mut full = self.root();
        for part in Path::new(path).components() {
            match part {
                // The registry's own path has no links in it any more, so its parent is what its last part stands in.
                Component::ParentDir => drop(full.pop()),
                part => full.push(part),
            }
        }
        shortened(full)
    }

    /// The path, from the registry's folder, of a file that a person names from the current folder or from there.
    #[must_use]
    pub fn in_registry(&self, file: &Path) -> Option<TreePath> {
        let root = self.root();
        let named = std::path::absolute(file).ok()?;
        let place =
            named.parent()?.canonicalize().ok().map(|folder| folder.join(named.file_name().unwrap_or_default()));
        let below = place.as_deref().and_then(|place| place.strip_prefix(&root).ok());
        below.unwrap_or(file).to_str()?.parse().ok()
    }

    /// The registry's folder as a person in the current folder would name it; empty for the current folder itself.
    #[must_use]
    pub fn shown(&self) -> String {
        shortened(self.root()).display().to_string()
    }

    fn root(&self) -> PathBuf {
        self.registry.canonicalize().unwrap_or_else(|_| self.registry.clone())
    }
}

/// The path from the current folder, where it is below that.
fn shortened(full: PathBuf) -> PathBuf {
    let current = std::env::current_dir().and_then(|current| current.canonicalize()).ok();
    current.and_then(|current| full.strip_prefix(current).ok().map(Path::to_owned)).unwrap_or(full)
}

/// Whether `inner` is `outer` or lies in it, whichever of the two exist already.
#[must_use]
pub fn holds(outer: &Path, inner: &Path) -> bool {
    resolved(inner).starts_with(resolved(outer))
}

/// The absolute path without links and detours, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in absolute.ancestors() {
        if let (Ok(full), Ok(rest)) = (ancestor.canonicalize(), absolute.strip_prefix(ancestor)) {
            return full.join(rest);
        }
    }
    absolute
}

/// The path of something that is there, without links and detours in it.
///
/// # Errors
/// Whatever the operating system says.
pub fn full_path(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Whether something is at `path`.
#[must_use]
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The bytes of a file, if it is there.
///
/// # Errors
/// Whatever the operating system says, except that there is no such file.
pub fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    // A device or a pipe would never end.
    match std::fs::metadata(path).and_then(|metadata| {
        if metadata.is_file() { std::fs::read(path) } else { Err(io::Error::other("it is not a file")) }
    }) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names of what stands in a folder, sorted and as far as they can be shown; none where there is no folder.
///
/// # Errors
/// Whatever the operating system says, except that there is no such folder.
pub fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}
