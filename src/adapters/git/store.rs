//! The scratch repository of one clone URL: filled by git, read as objects, gone with the run.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use git2::{Odb, Oid};
use tempfile::TempDir;

use crate::model::{Limits, Ref};
use crate::ports::FetchError;

use super::facade::lay_bare;
use super::listing::Listing;
use super::network::{Network, headers_path};
use super::objects::{self, Objects};
use super::refs::tag;
use super::remote::Remote;
use super::{blocking, local};

/// Where the objects of a scratch repository come from.
#[derive(Clone)]
pub(super) enum Origin {
    /// A bundle or a directory.
    Place(PathBuf),
    /// A server.
    Network(Network),
}

/// A scratch repository and what it is filled from.
pub(super) struct Store {
    pub(super) odb: Arc<Odb<'static>>,
    pub(super) scratch: Arc<TempDir>,
    pub(super) remote: Remote,
    pub(super) origin: Origin,
    /// Whether there is nothing left to fetch.
    pub(super) is_whole: bool,
    /// The branches and tags of the other side, once they were asked for.
    pub(super) listing: Option<Listing>,
    /// The tags that were asked for.
    pub(super) asked: BTreeSet<Ref>,
    /// Whether all tags of the listing were brought.
    pub(super) has_all_tags: bool,
    /// Whether all tags together are too much.
    pub(super) singly: bool,
}

impl Store {
    /// An empty repository for what is at `origin`.
    pub(super) async fn open(origin: Origin, location: String, limits: Limits) -> Result<Self, FetchError> {
        blocking(move || {
            let failed = |error: io::Error| local("making a scratch repository", &error);
            let scratch = TempDir::with_prefix("curator-git-").map_err(failed)?;
            let remote = match &origin {
                Origin::Place(place) => Remote::place(place, scratch.path(), &location, &limits)?,
                Origin::Network(network) => Remote::Network(network.clone()),
            };
            lay_bare(&scratch.path().join("store"), "").map_err(failed)?;
            fs::create_dir(scratch.path().join("home")).map_err(failed)?;
            let odb = objects::open(&scratch.path().join("store/objects"))?;
            Ok(Self {
                odb,
                scratch: Arc::new(scratch),
                remote,
                origin,
                is_whole: false,
                listing: None,
                asked: BTreeSet::new(),
                has_all_tags: false,
                singly: false,
            })
        })
        .await
    }

    /// The objects that are in the store, now and later.
    pub(super) fn objects(&self, location: String, limits: Limits) -> Objects {
        Objects::new(Arc::clone(&self.odb), Arc::clone(&self.scratch), location, limits)
    }

    /// What the tag names, where it was brought by its name.
    pub(super) fn stored_tag(&self, reference: &Ref, limits: &Limits) -> Result<Option<Oid>, FetchError> {
        tag(&self.repository(), reference, limits.file_bytes)
            .map_err(|error| local("reading a scratch repository", &error))
    }

    /// The bare repository that is filled.
    pub(super) fn repository(&self) -> PathBuf {
        self.scratch.path().join("store")
    }

    /// The bare repository for history without files, where that is asked for: git tolerates missing objects there.
    pub(super) fn history(&self) -> PathBuf {
        self.scratch.path().join("history")
    }

    /// git's home.
    pub(super) fn home(&self) -> PathBuf {
        self.scratch.path().join("home")
    }

    /// Where git writes what a server says of itself.
    pub(super) fn headers(&self) -> PathBuf {
        headers_path(self.scratch.path())
    }
}
