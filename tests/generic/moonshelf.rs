//! The sample: packages of a language with tables and a moon, in `tests/fixtures/moonshelf`.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::trees::Tree;

/// When the committed index says that everything was published.
const PUBLISHED: &str = "2026-11-30T12:00:00Z";

/// A copy of the sample in a folder of its own.
pub(crate) struct Moonshelf {
    home: TempDir,
}

impl Moonshelf {
    /// The registry alone.
    pub(crate) fn wanted() -> Self {
        let sample = Self { home: TempDir::new().unwrap() };
        committed("registry").write(&sample.registry());
        sample
    }

    /// Everything is published.
    pub(crate) fn published() -> Self {
        let sample = Self::wanted();
        sample.sync().ends(0);
        sample
    }

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

    /// Writes a file of the registry.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let place = self.registry().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.home(), args)
    }

    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--published-time", PUBLISHED])
    }
}

/// A folder of the sample as it is committed.
pub(crate) fn committed(folder: &str) -> Tree {
    Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/moonshelf").join(folder))
}
