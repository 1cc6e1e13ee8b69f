//! Writing the tar of an archive, byte for byte as the PureScript registry's GNU tar does.
//!
//! The format is that of `tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner
//! --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime` (GNU tar 1.35). Nothing but the arguments
//! enters: no clock, owner, umask, locale or file-system order.

use tar::{EntryType, Header};

use super::pax;
use crate::model::{Files, Mode};

/// Headers and file contents are padded to whole blocks of this many bytes.
pub(super) const BLOCK: usize = 512;

/// GNU tar writes records of 20 blocks: the length of a tar is a multiple of this many bytes.
const RECORD: usize = 20 * BLOCK;

/// The longest name that the header itself can hold, in bytes.
const NAME_BYTES: usize = 100;

/// The tar that holds `files` below the folder `top`.
///
/// Each folder has an entry. Folders come before what they hold, and the entries of a folder are sorted by the bytes of
/// their bare names, so that `Effect/` comes before `Effect.js`. No path of `files` may be a folder of another.
#[must_use]
pub fn tar(top: &str, files: &Files) -> Vec<u8> {
    let mut sorted: Vec<_> = files.iter().map(|(path, file)| (path.as_str(), file)).collect();
    // The order of whole paths is another: '.' and '-' sort before '/'.
    sorted.sort_unstable_by(|(left, _), (right, _)| left.split('/').cmp(right.split('/')));

    let content: usize = files.values().map(|file| file.bytes.len() + 3 * BLOCK).sum();
    let mut out = Vec::with_capacity(content + RECORD);
    append(&mut out, &format!("{top}/"), EntryType::Directory, 0o755, &[]);
    let mut previous = "";
    for (path, file) in sorted {
        for (end, _) in path.match_indices('/') {
            let (folder, _) = path.split_at(end + 1);
            if !previous.starts_with(folder) {
                append(&mut out, &format!("{top}/{folder}"), EntryType::Directory, 0o755, &[]);
            }
        }
        let mode = match file.mode {
            Mode::Regular => 0o644,
            Mode::Executable => 0o755,
        };
        append(&mut out, &format!("{top}/{path}"), EntryType::Regular, mode, &file.bytes);
        previous = path;
    }
    out.resize((out.len() + 2 * BLOCK).next_multiple_of(RECORD), 0);
    out
}

/// Writes an entry, with a pax header before it where its own header cannot hold the name.
fn append(out: &mut Vec<u8>, name: &str, kind: EntryType, mode: u32, content: &[u8]) {
    if name.len() > NAME_BYTES || !name.is_ascii() {
        let bare = name.strip_suffix('/').unwrap_or(name);
        let (folder, file) = bare.rsplit_once('/').unwrap_or((".", bare));
        let record = pax::record("path", name);
        append_block(out, &format!("{folder}/PaxHeaders/{file}"), EntryType::XHeader, 0o644, record.as_bytes());
    }
    append_block(out, name, kind, mode, content);
}

/// Writes a header and the content after it. A name that is too long for the header is cut.
fn append_block(out: &mut Vec<u8>, name: &str, kind: EntryType, mode: u32, content: &[u8]) {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(content.len() as u64);
    let fields = header.as_old_mut();
    fields.name.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte);
    // GNU tar ends the checksum with NUL and a blank, where the tar crate would write seven digits and a NUL.
    fields.cksum = *b"        ";
    let sum: u32 = header.as_bytes().iter().copied().map(u32::from).sum();
    let digits = format!("{sum:06o}\0 ");
    header.as_old_mut().cksum.iter_mut().zip(digits.bytes()).for_each(|(slot, byte)| *slot = byte);

    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
}
