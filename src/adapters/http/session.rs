//! One look at an index: its layout, and what was read of it since. A file is asked for once, and a mirror shows one state.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::model::{Checksums, CommitId, MirrorConfig, Sha256, TreePath};

/// What was read of a file: it is filled once.
pub(super) type Cell = Arc<OnceCell<Read>>;

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct Read {
    /// The digest by which a mirror's list knew it then.
    pub(super) listed: Option<Sha256>,
    /// Its bytes; `None` where it is not there.
    pub(super) bytes: Option<Arc<[u8]>>,
}

/// How the files of an index stand on a web server.
#[derive(Debug)]
pub(super) enum Layout {
    /// As `curator mirror` makes it: the index in a folder of its own, and a list of it.
    Mirror(Mutex<Listed>),
    /// The index alone.
    Plain,
}

/// A mirror's list, and how many lists there were before it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) generation: usize,
    pub(super) list: Arc<Checksums>,
}

/// One look at an index.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) layout: Layout,
    pub(super) commit: Option<CommitId>,
    /// Held while the list is read anew.
    pub(super) relisting: tokio::sync::Mutex<()>,
    seen: Mutex<HashMap<TreePath, Cell>>,
}

impl Session {
    /// A look at an index alone.
    pub(super) fn plain() -> Self {
        Self::of(Layout::Plain, None)
    }

    /// A look at a mirror that has this list.
    pub(super) fn mirror(list: Checksums, commit: Option<CommitId>) -> Self {
        Self::of(Layout::Mirror(Mutex::new(Listed { generation: 0, list: Arc::new(list) })), commit)
    }

    fn of(layout: Layout, commit: Option<CommitId>) -> Self {
        Self { layout, commit, relisting: tokio::sync::Mutex::default(), seen: Mutex::default() }
    }

    /// Where what is read of `path` goes.
    pub(super) fn cell(&self, path: &TreePath) -> Cell {
        Arc::clone(self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(path.clone()).or_default())
    }

    /// A mirror's list as it is now; `None` where the index has none.
    pub(super) fn listed(&self) -> Option<Listed> {
        match &self.layout {
            Layout::Mirror(listed) => Some(listed.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Layout::Plain => None,
        }
    }

    /// Goes on with another list, unless a file that was read already is another one there: then it answers `false`.
    pub(super) fn go_on_with(&self, list: Checksums) -> bool {
        let Layout::Mirror(listed) = &self.layout else { return true };
        let mut listed = listed.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same =
            |(path, cell): (&TreePath, &Cell)| cell.get().is_none_or(|read| read.listed == in_list(&list, path));
        let goes_on = seen.iter().all(is_same);
        if goes_on {
            *listed = Listed { generation: listed.generation + 1, list: Arc::new(list) };
        }
        goes_on
    }
}

/// The digest of a file of the index by a mirror's list.
pub(super) fn in_list(list: &Checksums, path: &TreePath) -> Option<Sha256> {
    let folder: TreePath = MirrorConfig::INDEX.parse().ok()?;
    list.0.get(&path.below(&folder)).copied()
}
