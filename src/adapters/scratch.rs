//! Files of a cache that many processes share: each is written into a folder for scratch and then moved into its place, so
//! that nobody ever sees half of one.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// From this age on, scratch is what a process left that was killed.
const OLD: Duration = Duration::from_hours(1);

/// Puts `parts`, one after the other, in the place of a file, whose folder is made where it is missing. Another process may
/// be doing the same: whoever is last counts.
pub(super) fn replace(scratch: &Path, place: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut draft = tempfile::NamedTempFile::new_in(scratch)?;
    for part in parts {
        draft.write_all(part)?;
    }
    match draft.persist(place) {
        Err(failed) if failed.error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(place.parent().unwrap_or(scratch))?;
            failed.file.persist(place)?;
        }
        persisted => drop(persisted?),
    }
    Ok(())
}

/// Removes what processes left that were killed.
pub(super) fn sweep(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else { return };
    for entry in entries.filter_map(Result::ok) {
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|written| SystemTime::now().duration_since(written).ok());
        if age.is_some_and(|age| age > OLD) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
