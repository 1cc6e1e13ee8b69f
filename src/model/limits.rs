//! The budgets that keep a stranger's input from using up the machine.

use std::time::Duration;

/// How much a source, an archive or a file of the registry may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most entries (files, links, folders) of a source or an archive.
    pub entries: usize,
    /// The most folders inside each other.
    pub depth: usize,
    /// The most bytes of all files together, inflated.
    pub tree_bytes: u64,
    /// The most bytes of one file.
    pub file_bytes: u64,
    /// An archive above this many bytes is refused (PureScript registry: 2,000,000).
    pub archive_bytes: u64,
    /// An archive above this many bytes earns a warning (PureScript registry: 200,000).
    pub archive_warning_bytes: u64,
    /// An archive below this many bytes cannot hold a package (PureScript registry: 30).
    pub archive_least_bytes: u64,
    /// The most bytes that a fetch may write to the disk.
    pub fetch_bytes: u64,
    /// The longest time that a fetch may take.
    pub fetch_time: Duration,
    /// The most bytes of a JSON file in the registry.
    pub json_bytes: u64,
    /// The most versions that are prepared at once and published in one commit: so much is done again after a crash.
    pub batch: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 20_000,
            depth: 64,
            tree_bytes: 64 << 20,
            file_bytes: 16 << 20,
            archive_bytes: 2_000_000,
            archive_warning_bytes: 200_000,
            archive_least_bytes: 30,
            fetch_bytes: 256 << 20,
            fetch_time: Duration::from_mins(1),
            json_bytes: 1 << 20,
            batch: 500,
        }
    }
}
