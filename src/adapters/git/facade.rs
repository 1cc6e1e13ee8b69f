//! A clean front for a repository in a directory that a stranger wrote.
//!
//! git reads the configuration, hooks and pointers of a repository that it serves, and some of these name programs to
//! run or other repositories to read. So git never sees the stranger's repository. It sees a facade: an empty bare
//! repository of our own that borrows the stranger's *objects* (`objects/info/alternates`) and the tags that were asked
//! for. Objects are inert: they are hashed, and checked by the fetch.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{Limits, Ref};
use crate::ports::FetchError;

use super::message::shown;
use super::refs::{RefFileError, branches_and_tags, plain_file, tag};
use super::{local, unsound};

/// What the facade's configuration adds to that of every scratch repository. A commit is served by its id, since a tag
/// may have moved away from the commit that was published; history without files, since only its shape is looked at. One
/// thread, since more could send objects in another order.
const CONFIG: &str = "[uploadpack]\n\tallowAnySHA1InWant = true\n\tallowFilter = true\n[pack]\n\tthreads = 1\n";

/// A bare repository that shows the objects and some tags of another.
#[derive(Debug)]
pub(super) struct Facade {
    /// The stranger's repository: the directory that holds `objects`.
    source: PathBuf,
    /// The facade.
    path: PathBuf,
    /// The most bytes of a file with refs.
    most_bytes: u64,
    /// The most branches and tags.
    most_refs: usize,
}

impl Facade {
    /// A facade in `scratch` for the repository, bare or with a work tree, at `directory`.
    ///
    /// # Errors
    /// There is no repository, or it keeps parts of itself elsewhere: elsewhere may be outside the registry directory.
    pub(super) fn build(directory: &Path, scratch: &Path, location: &str, limits: &Limits) -> Result<Self, FetchError> {
        let refused = |reason: String| FetchError::Refused {
            location: location.to_owned(),
            reason: format!("its replacement {reason}"),
        };
        let inner = directory.join(".git");
        let source = match fs::symlink_metadata(&inner) {
            Ok(metadata) if metadata.is_dir() => inner,
            Ok(_) => return Err(refused("is a linked work tree: its repository is elsewhere".to_owned())),
            Err(_) => directory.to_owned(),
        };
        let objects = source.join("objects");
        if !source.join("HEAD").exists() || !objects.exists() {
            return Err(FetchError::NoRepository { location: location.to_owned() });
        }
        for (pointer, meaning) in [
            ("commondir", "is a linked work tree: its repository is elsewhere"),
            ("objects/info/alternates", "borrows objects from another repository; repack it with 'git repack -ad'"),
            ("reftable", "keeps its refs in a reftable; make a bundle of it with 'git bundle create'"),
        ] {
            if fs::symlink_metadata(source.join(pointer)).is_ok() {
                return Err(refused(meaning.to_owned()));
            }
        }
        for part in ["objects", "refs", "packed-refs", "shallow"] {
            if let Some(odd) =
                first_odd_file(&source.join(part)).map_err(|error| local("looking at a replacement", &error))?
            {
                let odd = odd.strip_prefix(directory).unwrap_or(&odd);
                let odd = shown(&odd.to_string_lossy());
                return Err(refused(format!("holds '{odd}', which is neither a file nor a directory")));
            }
        }
        let facade =
            Self { path: scratch.join("facade"), source, most_bytes: limits.file_bytes, most_refs: limits.entries };
        facade.lay(&objects).map_err(|error| local("making a scratch repository", &error))?;
        Ok(facade)
    }

    /// The bare repository to fetch from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Shows the tag as it is in the source now; `false` where the source does not have it.
    ///
    /// # Errors
    /// The tag cannot be read, or does not hold an object id.
    pub(super) fn show(&self, reference: &Ref, location: &str) -> Result<bool, FetchError> {
        let id = match tag(&self.source, reference, self.most_bytes) {
            Ok(Some(id)) => id,
            Ok(None) => return Ok(false),
            Err(RefFileError::NoObjectId) => {
                return Err(unsound(location, format!("refs/tags/{reference} does not hold a SHA-1 object id")));
            }
            Err(RefFileError::Io(error)) => return Err(local("reading the tags of a replacement", &error)),
        };
        // The one shown tag replaces the one shown before: what was fetched is in the store already.
        fs::write(self.path.join("packed-refs"), format!("{id} refs/tags/{reference}\n"))
            .map_err(|error| local("writing a scratch repository", &error))?;
        Ok(true)
    }

    /// Shows every branch and tag that the source has now. Those whose names or ids are unsound are left out.
    ///
    /// # Errors
    /// They cannot be read, or there are too many.
    pub(super) fn show_all(&self, location: &str) -> Result<(), FetchError> {
        let all = match branches_and_tags(&self.source, self.most_bytes) {
            Ok(all) => all,
            Err(error) => return Err(unsound(location, format!("its branches and tags cannot be read: {error}"))),
        };
        if all.len() > self.most_refs {
            return Err(FetchError::OverLimit { what: "branches and tags".to_owned(), limit: self.most_refs as u64 });
        }
        let lines: Vec<String> = all.iter().map(|(name, id)| format!("{id} {name}\n")).collect();
        fs::write(self.path.join("packed-refs"), lines.concat())
            .map_err(|error| local("writing a scratch repository", &error))
    }

    /// Writes the facade.
    fn lay(&self, objects: &Path) -> io::Result<()> {
        lay_bare(&self.path, CONFIG)?;
        fs::create_dir(self.path.join("objects/info"))?;
        let mut alternate = quoted(objects.as_os_str().as_encoded_bytes());
        alternate.push(b'\n');
        fs::write(self.path.join("objects/info/alternates"), alternate)?;
        // Where the source itself has no whole history, git must know at which commits it ends.
        if let Some(shallow) = plain_file(&self.source.join("shallow"), self.most_bytes)? {
            fs::write(self.path.join("shallow"), shallow)?;
        }
        Ok(())
    }
}

/// Writes an empty bare repository to `path`, as `git init` does but without its templates, and without a program.
pub(in crate::adapters) fn lay_bare(path: &Path, config: &str) -> io::Result<()> {
    fs::create_dir_all(path.join("objects/pack"))?;
    fs::create_dir(path.join("refs"))?;
    fs::write(path.join("HEAD"), "ref: refs/heads/none\n")?;
    fs::write(path.join("config"), format!("[core]\n\trepositoryformatversion = 0\n\tbare = true\n{config}"))
}

/// `path` as a line of `objects/info/alternates`, where a path with a newline or a leading quote or `#` must be quoted.
pub(in crate::adapters) fn quoted(path: &[u8]) -> Vec<u8> {
    let mut line = vec![b'"'];
    for &byte in path {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', byte]),
            b'\n' => line.extend(*b"\\n"),
            _ => line.push(byte),
        }
    }
    line.push(b'"');
    line
}

/// The first thing at or below `path` that is neither a plain file nor a directory: a symbolic link could lead out of the
/// registry directory, and a FIFO would hold git up.
fn first_odd_file(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut folders = Vec::new();
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(metadata) if metadata.is_dir() => folders.push(path.to_owned()),
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(Some(path.to_owned())),
    }
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if !kind.is_file() {
                return Ok(Some(entry.path()));
            }
        }
    }
    Ok(None)
}
