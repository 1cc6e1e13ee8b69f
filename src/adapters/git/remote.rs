//! The other side of a fetch: a bundle, a directory or a server.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::model::{Limits, Ref};
use crate::ports::FetchError;

use super::facade::Facade;
use super::network::Network;
use super::{local, unsound};

/// What a scratch repository is filled from.
pub(super) enum Remote {
    /// A git bundle: one fetch brings its whole history, with every tag.
    Bundle(PathBuf),
    /// A repository in a directory: tags are fetched without their history.
    Directory(Facade),
    /// A repository on a server: tags are fetched without their history.
    Network(Network),
}

impl Remote {
    /// What stands at `path` in place of `location`: a replacement inside the registry directory, or a copy in a mirror.
    ///
    /// # Errors
    /// There is no repository, or it is one that must not be read.
    pub(super) fn place(path: &Path, scratch: &Path, location: &str, limits: &Limits) -> Result<Self, FetchError> {
        let missing = || FetchError::NoRepository { location: location.to_owned() };
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => missing(),
            _ => local("looking at a replacement", &error),
        })?;
        if metadata.is_dir() {
            return Facade::build(path, scratch, location, limits).map(Self::Directory);
        }
        if !metadata.is_file() {
            return Err(missing());
        }
        check_bundle(path, location, limits)?;
        Ok(Self::Bundle(path.to_owned()))
    }

    /// What git fetches from. It is absolute, or a URL, so that git takes it neither for an option nor for a host.
    pub(super) fn address(&self) -> &OsStr {
        match self {
            Self::Bundle(path) => path.as_os_str(),
            Self::Directory(facade) => facade.path().as_os_str(),
            Self::Network(network) => OsStr::new(network.url()),
        }
    }

    /// The one protocol that git may speak.
    pub(super) fn protocol(&self) -> &'static str {
        match self {
            Self::Bundle(_) | Self::Directory(_) => "file",
            Self::Network(_) => "https",
        }
    }

    /// Whether one fetch brings everything there is.
    pub(super) fn comes_whole(&self) -> bool {
        match self {
            Self::Bundle(_) => true,
            Self::Directory(_) | Self::Network(_) => false,
        }
    }

    /// Whether a fetch of the tag is worth trying; where it is, the tag is ready to be fetched.
    pub(super) fn offers(&self, reference: &Ref, location: &str) -> Result<bool, FetchError> {
        match self {
            Self::Bundle(_) | Self::Network(_) => Ok(true),
            Self::Directory(facade) => facade.show(reference, location),
        }
    }

    /// Makes all branches and tags ready to be listed.
    pub(super) fn offer_all(&self, location: &str) -> Result<(), FetchError> {
        match self {
            Self::Bundle(_) | Self::Network(_) => Ok(()),
            Self::Directory(facade) => facade.show_all(location),
        }
    }
}

/// Looks at the head of a bundle (gitformat-bundle: signature, capabilities, prerequisites, refs, empty line, pack).
///
/// git takes a file that is no bundle for a `gitdir: …` pointer to a repository anywhere on the disk, and writes each
/// ref of a bundle to a file of its own.
fn check_bundle(path: &Path, location: &str, limits: &Limits) -> Result<(), FetchError> {
    let unsound = |message: &str| unsound(location, message.to_owned());
    let unreadable = |error: io::Error| local("reading a bundle", &error);
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut lines = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        // No line is longer than a name that git allows, the file system's limit on paths.
        file.by_ref().take(8192).read_until(b'\n', &mut line).map_err(unreadable)?;
        match line.as_slice() {
            b"# v2 git bundle\n" | b"# v3 git bundle\n" if lines == 0 => {}
            _ if lines == 0 => return Err(unsound("the file is not a git bundle")),
            b"\n" => return Ok(()),
            [b'-', ..] => return Err(unsound("the bundle is not whole: it builds on commits that it does not hold")),
            [.., b'\n'] => {}
            _ => return Err(unsound("the head of the bundle is cut off or malformed")),
        }
        lines += 1;
        if lines > limits.entries {
            return Err(FetchError::OverLimit { what: "refs in the bundle".to_owned(), limit: limits.entries as u64 });
        }
    }
}
