//! What is kept on this machine of a web server's files. Nothing in it is the only copy of anything.
//!
//! Of one place, `<cache>/http/<digest of its URL>/` holds
//!
//! - `address`: for people;
//! - `files/<xx>/<digest of the path>`: a file. Its first line is JSON and says what it is, the rest are its bytes;
//! - `scratch/`: files on their way into their place, so that nobody ever sees half of one.
//!
//! Any number of processes read and write it at once. What was damaged there counts as absent.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::adapters::scratch::{replace, sweep};
use crate::model::Sha256;

/// The most bytes of a kept file, its first line included.
const MOST_BYTES: u64 = 64 << 20;

/// What is kept of one place.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    folder: PathBuf,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// The tag by which the server knows it.
    pub(super) tag: Option<String>,
    /// Its bytes with their digest; `None` where the server has no such file.
    pub(super) content: Option<(Sha256, Vec<u8>)>,
}

/// The first line of a kept file.
#[derive(Debug, Serialize, Deserialize)]
struct Label {
    file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<Sha256>,
}

impl Known {
    /// What came.
    pub(super) fn found(bytes: Vec<u8>, tag: Option<String>) -> Self {
        Self { tag, content: Some((Sha256::of(&bytes), bytes)) }
    }

    /// That there is nothing.
    pub(super) fn absent() -> Self {
        Self { tag: None, content: None }
    }

    /// The bytes.
    pub(super) fn into_bytes(self) -> Option<Vec<u8>> {
        self.content.map(|(_, bytes)| bytes)
    }
}

impl Kept {
    /// What is kept below `root` of the place at `address`.
    pub(super) fn of(root: &Path, address: &str) -> io::Result<Self> {
        let folder = root.join("http").join(Sha256::of(address.as_bytes()).to_hex());
        fs::create_dir_all(folder.join("files"))?;
        fs::create_dir_all(folder.join("scratch"))?;
        let kept = Self { folder };
        sweep(&kept.folder.join("scratch"));
        let note = kept.folder.join("address");
        if !note.exists() {
            kept.replace(&note, &[address.as_bytes(), b"\n"])?;
        }
        Ok(kept)
    }

    /// What is known of `file`.
    pub(super) fn find(&self, file: &str) -> Option<Known> {
        let mut bytes = Vec::new();
        fs::File::open(self.place(file)).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let label: Label = serde_json::from_slice(bytes.get(..end)?).ok()?;
        let content = bytes.split_off(end + 1);
        if label.file != file {
            return None;
        }
        match label.hash {
            Some(hash) => {
                let is_whole = Sha256::of(&content) == hash;
                is_whole.then_some(Known { tag: label.tag, content: Some((hash, content)) })
            }
            None => content.is_empty().then_some(Known { tag: label.tag, content: None }),
        }
    }

    /// Keeps what is known of `file`. It is a matter of speed alone, so a disk that takes nothing more stops nobody.
    pub(super) fn keep(&self, file: &str, known: &Known) {
        let hash = known.content.as_ref().map(|(hash, _)| *hash);
        let label = Label { file: file.to_owned(), tag: known.tag.clone(), hash };
        let bytes = known.content.as_ref().map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        let kept = serde_json::to_vec(&label).map_err(io::Error::other);
        let kept = kept.and_then(|label| self.replace(&self.place(file), &[&label, b"\n", bytes]));
        if let Err(error) = kept {
            tracing::warn!(%error, file, "what was read cannot be kept");
        }
    }

    fn place(&self, file: &str) -> PathBuf {
        let digest = Sha256::of(file.as_bytes()).to_hex();
        let (folder, name) = digest.split_at(2);
        self.folder.join("files").join(folder).join(name)
    }

    fn replace(&self, place: &Path, parts: &[&[u8]]) -> io::Result<()> {
        replace(&self.folder.join("scratch"), place, parts)
    }
}
