//! One writer at a time: a lock of the operating system, which ends with the process that holds it.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};

use rustix::fs::{CWD, Mode, OFlags, openat};

use crate::ports::RepoError;

use super::{Siblings, failed};

/// Takes the lock. It is released when the file is closed, at the latest with the process: the file itself stays and
/// means nothing, since removing it would let two writers hold two files of the same name.
pub(super) fn take(siblings: &Siblings) -> Result<File, RepoError> {
    // A link in its place would have the file that it points to emptied.
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = openat(CWD, &siblings.lock, flags, Mode::from_raw_mode(0o644));
    let file = File::from(opened.map_err(|error| failed(&siblings.lock, error))?);
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let place = siblings.live.display().to_string();
            return Err(RepoError::Locked { place, holder: holder(&file) });
        }
        Err(TryLockError::Error(error)) => return Err(failed(&siblings.lock, error)),
    }
    sign(&file).map_err(|error| failed(&siblings.lock, error))?;
    Ok(file)
}

/// Writes who holds the lock, for the message of those that do not get it.
fn sign(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

/// Who holds the lock and what to do about it.
fn holder(file: &File) -> String {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    // Only a number is repeated: whatever else is in the file could be meant for a terminal.
    match read.ok().and_then(|_| text.trim().parse::<u32>().ok()) {
        Some(pid) => format!("process {pid}: wait for it, or end it"),
        None => "its lock file does not name the process: wait for it".to_owned(),
    }
}
