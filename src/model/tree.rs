//! Paths and trees of files, as values: the form in which sources, archives and registries move through the program.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::git_ref::CommitId;
use super::serde_text::serde_through_text;

/// A relative path with `/` between its parts, none of which is empty, `.`, `..`, a drive or git's own folder.
///
/// It cannot leave the folder it is relative to, on any file system. Whether it *means* the same everywhere is another
/// question: see `portability`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(String);

/// Why a text is not a path inside a tree: a variant per danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// There is no path at all.
    #[error("the path is empty")]
    Empty,
    /// The path starts at the root of the file system.
    #[error("the path is absolute")]
    Absolute,
    /// Two slashes stand side by side, or one stands at the end.
    #[error("the path has an empty part")]
    EmptyPart,
    /// A part is `.` or `..`, or Windows takes it for one of them: it drops dots and blanks at the end and takes a
    /// backslash for a slash.
    #[error("the path has a part '.' or '..', or one of dots and blanks alone")]
    Dots,
    /// A part starts with a letter and a colon, which leads to another drive on Windows.
    #[error("the path has a part that names a drive on Windows")]
    Drive,
    /// A part is git's own folder in one of the spellings that some file system takes for it (CVE-2014-9390 and later).
    #[error("the path has a part that names git's own folder")]
    DotGit,
    /// The path holds a NUL.
    #[error("the path has a NUL character")]
    Nul,
    /// The path has more than 4,096 bytes, or a part more than 255.
    #[error("the path has more than 4096 bytes, or a part of more than 255")]
    TooLong,
    /// One name of a tree holds a `/`, and would be read as several.
    #[error("a name in the tree holds a '/'")]
    Slash,
    /// The bytes of the path are not UTF-8.
    #[error("the path is not UTF-8")]
    NotUtf8,
}

impl TreePath {
    /// The path that these bytes spell.
    ///
    /// # Errors
    /// [`PathError`] names the danger.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PathError> {
        std::str::from_utf8(bytes).map_err(|_| PathError::NotUtf8)?.parse()
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the slashes.
    #[must_use]
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The path without its last part; `None` at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// This path below `folder`.
    #[must_use]
    pub fn below(&self, folder: &Self) -> Self {
        Self(format!("{folder}/{self}"))
    }

    /// What remains of this path below `folder`; `None` where it is not below it.
    #[must_use]
    pub fn within(&self, folder: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&folder.0)?.strip_prefix('/')?;
        Some(Self(rest.to_owned()))
    }
}

/// Whether some file system takes `name` for `.git`, as git's own fsck judges: NTFS without regard to case, with its
/// short name, dots and blanks at the end and the name of a stream; HFS+ with the characters that it ignores.
fn names_git_folder(name: &str) -> bool {
    let ignored = |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let before_stream = name.split(':').next().unwrap_or_default();
    let visible = before_stream.chars().filter(|c| !ignored(c)).map(|c| c.to_ascii_lowercase());
    [".git", "git~1"].into_iter().any(|folder| {
        let mut rest = visible.clone();
        folder.chars().all(|wanted| rest.next() == Some(wanted)) && rest.all(|c| matches!(c, '.' | ' '))
    })
}

/// The danger of one part of a path, if it has one.
fn part_danger(part: &str) -> Option<PathError> {
    // A backslash is a separator on Windows, so each side of it counts as a part of its own.
    let danger = |name: &str| match name.as_bytes() {
        _ if !name.is_empty() && name.trim_end_matches(['.', ' ']).is_empty() => Some(PathError::Dots),
        [letter, b':', ..] if letter.is_ascii_alphabetic() => Some(PathError::Drive),
        _ => names_git_folder(name).then_some(PathError::DotGit),
    };
    match part {
        "" => Some(PathError::EmptyPart),
        _ if part.len() > 255 => Some(PathError::TooLong),
        _ => part.split('\\').find_map(danger),
    }
}

impl FromStr for TreePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.starts_with(['/', '\\']) {
            return Err(PathError::Absolute);
        }
        if text.contains('\0') {
            return Err(PathError::Nul);
        }
        if text.len() > 4096 {
            return Err(PathError::TooLong);
        }
        match text.split('/').find_map(part_danger) {
            Some(danger) => Err(danger),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(TreePath);

/// Whether a file may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A plain file: 0644.
    Regular,
    /// A program or script: 0755.
    Executable,
}

/// A file: its bytes and whether it may be run.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Whether it may be run.
    pub mode: Mode,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// A plain file that holds `bytes`.
    #[must_use]
    pub fn regular(bytes: impl Into<Vec<u8>>) -> Self {
        Self { mode: Mode::Regular, bytes: bytes.into() }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} bytes", self.mode, self.bytes.len())
    }
}

/// Files by path, sorted by path: what an archive holds.
pub type Files = BTreeMap<TreePath, File>;

/// What stands at a path of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file whose bytes were asked for.
    File(File),
    /// A file that nobody asked for: only its size is known.
    Unread {
        /// The size in bytes.
        size: u64,
    },
    /// A symbolic link. It is never followed.
    Link {
        /// Where it points, as bytes of the link.
        target: Vec<u8>,
    },
    /// A git submodule. It is never fetched.
    Submodule {
        /// The commit of the other repository.
        commit: CommitId,
    },
}

/// The source of a package: everything below its folder, sorted by path.
pub type SourceTree = BTreeMap<TreePath, Entry>;
