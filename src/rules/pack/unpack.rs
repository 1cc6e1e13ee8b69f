//! Unpacking archives that strangers made.
//!
//! Every entry is checked here, before it is believed; nothing is skipped in silence. The `tar` crate's own `unpack`
//! and Python's data filter let most hostile archives pass, and programs that read the same archive in different ways
//! are an attack of their own: what has no single meaning is refused.

use std::collections::HashSet;

use super::gunzip::gunzip;
use super::header::EntryHeader;
use super::pax::{self, Pax};
use super::tar::BLOCK;
use super::unpack_error::UnpackError;
use crate::model::{File, Files, Limits, Mode, TreePath};

/// The most bytes of an extended header: the longest path many times over, while attributes still fit.
const PAX_BYTES: u64 = 64 << 10;

/// The name of the top folder of a `.tar.gz`, and the files below it.
///
/// # Errors
/// [`UnpackError`] names the fault; nothing of the archive is returned then.
pub fn unpack(archive: &[u8], limits: &Limits) -> Result<(String, Files), UnpackError> {
    untar(&gunzip(archive, limits)?, limits)
}

/// The name of the top folder of a tar, and the files below it. Folders need no entries of their own.
///
/// # Errors
/// [`UnpackError`] names the fault; nothing of the tar is returned then.
pub fn untar(tar: &[u8], limits: &Limits) -> Result<(String, Files), UnpackError> {
    let mut tree = Tree { limits, top: None, files: Files::new(), folders: HashSet::new(), bytes: 0 };
    let mut entries = 0;
    let mut described: Option<Pax<'_>> = None;
    let mut rest = tar;
    loop {
        let (block, after) = rest.split_first_chunk::<BLOCK>().ok_or(UnpackError::Truncated)?;
        if block == &[0; BLOCK] {
            rest = after;
            break;
        }
        entries += 1;
        if entries > limits.entries {
            return Err(UnpackError::TooManyEntries { limit: limits.entries });
        }
        let header = EntryHeader::read(block)?;
        let (content, after) = split_content(after, header.size)?;
        rest = after;
        match header.type_flag {
            b'x' | b'g' if header.size > PAX_BYTES => {
                return Err(UnpackError::PaxTooLarge { size: header.size, limit: PAX_BYTES });
            }
            b'x' | b'g' if described.is_some() => return Err(UnpackError::PaxStray),
            b'x' => described = Some(pax::read(content)?),
            b'g' => pax::read_global(content)?,
            _ => tree.add(&header, &described.take().unwrap_or_default(), content)?,
        }
    }
    if described.is_some() {
        return Err(UnpackError::PaxStray);
    }
    check_end(rest)?;
    tree.finish()
}

/// The content of an entry, and what follows its padding.
fn split_content(rest: &[u8], size: u64) -> Result<(&[u8], &[u8]), UnpackError> {
    let size = usize::try_from(size).map_err(|_| UnpackError::Truncated)?;
    let (content, after) = rest.split_at_checked(size).ok_or(UnpackError::Truncated)?;
    let padding = size.next_multiple_of(BLOCK) - size;
    Ok((content, after.get(padding..).ok_or(UnpackError::Truncated)?))
}

/// Checks what follows the first empty block: a second one, and then nothing but zeros.
fn check_end(rest: &[u8]) -> Result<(), UnpackError> {
    if rest.iter().any(|&byte| byte != 0) {
        return Err(UnpackError::AfterEnd);
    }
    if rest.len() < BLOCK { Err(UnpackError::Truncated) } else { Ok(()) }
}

/// What was unpacked so far.
struct Tree<'a> {
    limits: &'a Limits,
    top: Option<String>,
    files: Files,
    /// Every folder, with an entry of its own or not.
    folders: HashSet<TreePath>,
    /// The size of all files together.
    bytes: u64,
}

impl Tree<'_> {
    /// Adds an entry.
    fn add(&mut self, header: &EntryHeader, pax: &Pax<'_>, content: &[u8]) -> Result<(), UnpackError> {
        if let Some(size) = pax.size.filter(|&size| size != header.size) {
            return Err(UnpackError::TwoSizes { header: header.size, pax: size });
        }
        let name = pax.path.unwrap_or(&header.name);
        let shown = || shown(name);
        match header.type_flag {
            0 | b'0' => self.add_file(&parse_path(name)?, header.executable, content),
            b'5' if !content.is_empty() => Err(UnpackError::FolderWithContent { path: shown() }),
            b'5' => self.add_folder(&parse_path(name.strip_suffix(b"/").unwrap_or(name))?),
            b'1' => Err(UnpackError::HardLink { path: shown() }),
            b'2' => Err(UnpackError::SymbolicLink { path: shown() }),
            b'3' | b'4' => Err(UnpackError::Device { path: shown() }),
            b'6' => Err(UnpackError::Fifo { path: shown() }),
            b'S' => Err(UnpackError::SparseFile),
            b'L' | b'K' => Err(UnpackError::GnuLongName),
            other => Err(UnpackError::UnknownType { path: shown(), type_flag: char::from(other) }),
        }
    }

    fn add_file(&mut self, path: &TreePath, executable: bool, content: &[u8]) -> Result<(), UnpackError> {
        let Some(path) = self.below_top(path)? else {
            return Err(UnpackError::NoTopFolder { path: path.to_string() });
        };
        let size = content.len() as u64;
        if size > self.limits.file_bytes {
            return Err(UnpackError::FileTooLarge { path: path.to_string(), size, limit: self.limits.file_bytes });
        }
        self.bytes += size;
        if self.bytes > self.limits.tree_bytes {
            return Err(UnpackError::FilesTooLarge { limit: self.limits.tree_bytes });
        }
        if let Some(folder) = path.parent() {
            self.note_folder(folder)?;
        }
        if self.files.contains_key(&path) {
            return Err(UnpackError::Duplicate { path: path.to_string() });
        }
        let mode = if executable { Mode::Executable } else { Mode::Regular };
        self.files.insert(path, File { mode, bytes: content.to_vec() });
        Ok(())
    }

    fn add_folder(&mut self, path: &TreePath) -> Result<(), UnpackError> {
        match self.below_top(path)? {
            Some(folder) => self.note_folder(folder),
            None => Ok(()),
        }
    }

    /// Remembers a folder and those that it lies in.
    fn note_folder(&mut self, folder: TreePath) -> Result<(), UnpackError> {
        if folder.parts().count() > self.limits.depth {
            return Err(UnpackError::TooDeep { path: folder.to_string(), limit: self.limits.depth });
        }
        let mut next = Some(folder);
        while let Some(folder) = next.take_if(|folder| !self.folders.contains(folder)) {
            next = folder.parent();
            self.folders.insert(folder);
        }
        Ok(())
    }

    /// What remains of `path` below the top folder, which is the first one seen; `None` for the top folder itself.
    fn below_top(&mut self, path: &TreePath) -> Result<Option<TreePath>, UnpackError> {
        let (first, rest) = match path.as_str().split_once('/') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path.as_str(), None),
        };
        let top = self.top.get_or_insert_with(|| first.to_owned());
        if top != first {
            return Err(UnpackError::TwoTopFolders { first: top.clone(), second: first.to_owned() });
        }
        rest.map(|rest| parse_path(rest.as_bytes())).transpose()
    }

    fn finish(self) -> Result<(String, Files), UnpackError> {
        if let Some(path) = self.files.keys().find(|path| self.folders.contains(*path)) {
            return Err(UnpackError::FileAndFolder { path: path.to_string() });
        }
        Ok((self.top.ok_or(UnpackError::Empty)?, self.files))
    }
}

/// The path that an entry's name spells, safe on every file system.
fn parse_path(name: &[u8]) -> Result<TreePath, UnpackError> {
    if name.contains(&b'\\') {
        return Err(UnpackError::Backslash { path: shown(name) });
    }
    let is_drive = |part: &[u8]| matches!(part, [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.split(|&byte| byte == b'/').any(is_drive) {
        return Err(UnpackError::DriveLetter { path: shown(name) });
    }
    TreePath::from_bytes(name).map_err(|error| UnpackError::Path { path: shown(name), error })
}

/// A name for an error message, whatever its bytes.
fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().take(200).collect()
}
