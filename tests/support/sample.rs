//! Copies of the sample registry, in each state that somebody can find it in.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::trees::{Tree, everything};

/// When the committed index says that everything was published.
pub(crate) const PUBLISHED: &str = "2026-11-20T12:00:00Z";

/// `registry/` of this project.
pub(crate) static REGISTRY: LazyLock<Tree> = LazyLock::new(|| Tree::read(&project().join("registry")));

/// `index/` of this project.
pub(crate) static INDEX: LazyLock<Tree> = LazyLock::new(|| Tree::read(&project().join("index")));

/// The store that a sync of the sample fills: made once, since a sync takes a second.
static STORE: LazyLock<Tree> = LazyLock::new(|| {
    let sample = Sample::wanted();
    sample.sync().ends(0);
    Tree::read(&sample.store())
});

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the sample in a folder of its own.
pub(crate) struct Sample {
    home: TempDir,
}

impl Sample {
    /// The registry alone: nothing is published yet.
    pub(crate) fn wanted() -> Self {
        let sample = Self { home: TempDir::new().unwrap() };
        REGISTRY.write(&sample.registry());
        sample
    }

    /// Registry and index, as a clone of this project has them: the store is empty.
    pub(crate) fn cloned() -> Self {
        let sample = Self::wanted();
        INDEX.write(&sample.index());
        sample
    }

    /// Everything is published.
    pub(crate) fn published() -> Self {
        let sample = Self::cloned();
        STORE.write(&sample.store());
        sample
    }

    /// The folder that holds all three.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn registry(&self) -> PathBuf {
        self.home().join("registry")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.home().join(".curator/store")
    }

    /// Everything there is, except the lock file, which any writer leaves behind.
    pub(crate) fn everything(&self) -> Tree {
        everything(self.home())
    }

    /// Runs the program beside the registry.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.home(), args)
    }

    /// Publishes with the committed index's time.
    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--published-time", PUBLISHED])
    }
}
