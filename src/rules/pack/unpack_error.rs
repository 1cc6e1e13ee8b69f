//! Why an archive was not unpacked: a variant per attack.

use crate::model::PathError;

/// What is wrong with an archive. Nothing of an archive that has any fault is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// It is not gzip, its deflate stream is broken, or its CRC or length does not fit what it holds.
    #[error("the archive does not inflate: {message}")]
    Gzip {
        /// What the inflater said.
        message: String,
    },
    /// It goes on after the gzip stream: another member, which some programs read and others do not.
    #[error("the archive goes on for {bytes} bytes after the end of its gzip stream")]
    AfterGzip {
        /// How many bytes follow.
        bytes: usize,
    },
    /// It inflates to more than the limits allow: a bomb.
    #[error("the archive inflates to more than {limit} bytes")]
    TooLarge {
        /// The most bytes it may inflate to.
        limit: u64,
    },
    /// It stops in the middle of an entry, or without the two empty blocks that end a tar.
    #[error("the archive is cut off")]
    Truncated,
    /// There is something behind the end mark, which some programs read and others do not.
    #[error("the archive has something after its end mark")]
    AfterEnd,
    /// A header is in no format that all programs read alike.
    #[error("the archive has an entry that is neither POSIX ustar nor plain GNU tar")]
    Format,
    /// The checksum of a header does not fit it.
    #[error("the archive has a header with a wrong checksum")]
    Checksum,
    /// A field that must be a number is none, or one in a spelling that not all programs read alike.
    #[error("the archive has an entry whose {field} is not a plain number")]
    Number {
        /// The field.
        field: &'static str,
    },
    /// An extended header is not made of records.
    #[error("the archive has a malformed extended header")]
    PaxRecord,
    /// An extended header is larger than any name needs.
    #[error("the archive has an extended header of {size} bytes, the limit is {limit}")]
    PaxTooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most bytes it may have.
        limit: u64,
    },
    /// An extended header says the same thing twice.
    #[error("the archive has an extended header that says '{key}' twice")]
    PaxRepeated {
        /// The key of the record.
        key: String,
    },
    /// An extended header is not followed by the entry that it describes.
    #[error("the archive has an extended header that no entry follows")]
    PaxStray,
    /// A global extended header would change every entry.
    #[error("the archive has a global extended header that sets '{key}'")]
    PaxGlobal {
        /// The key of the record.
        key: String,
    },
    /// The extended header and the header disagree on where the next entry starts (CVE-2025-62518).
    #[error("the archive gives an entry two sizes: {header} bytes in its header, {pax} in its extended header")]
    TwoSizes {
        /// The size in the header.
        header: u64,
        /// The size in the extended header.
        pax: u64,
    },
    /// A name is given in GNU's own way, which can contradict the POSIX one.
    #[error("the archive has a GNU long name; long names must be given in the POSIX way (pax)")]
    GnuLongName,
    /// An entry is a sparse file.
    #[error("the archive has a sparse file")]
    SparseFile,
    /// An entry is a hard link.
    #[error("the archive has the hard link {path:?}; only files and folders are allowed")]
    HardLink {
        /// Its name.
        path: String,
    },
    /// An entry is a symbolic link.
    #[error("the archive has the symbolic link {path:?}; only files and folders are allowed")]
    SymbolicLink {
        /// Its name.
        path: String,
    },
    /// An entry is a device.
    #[error("the archive has the device {path:?}; only files and folders are allowed")]
    Device {
        /// Its name.
        path: String,
    },
    /// An entry is a named pipe.
    #[error("the archive has the named pipe {path:?}; only files and folders are allowed")]
    Fifo {
        /// Its name.
        path: String,
    },
    /// An entry is of a type that not all programs know.
    #[error("the archive has the entry {path:?} of the unknown type {type_flag:?}")]
    UnknownType {
        /// Its name.
        path: String,
        /// The type, as the header gives it.
        type_flag: char,
    },
    /// A name is not a path inside the archive.
    #[error("the archive has the path {path:?}: {error}")]
    Path {
        /// The name, as far as it can be shown.
        path: String,
        /// The danger.
        error: PathError,
    },
    /// A name has a backslash, which is a separator on Windows.
    #[error("the archive has the path {path:?}: it has a backslash")]
    Backslash {
        /// The name.
        path: String,
    },
    /// A part of a name starts with a drive letter, which leaves the folder on Windows.
    #[error("the archive has the path {path:?}: it has a part that starts with a drive letter")]
    DriveLetter {
        /// The name.
        path: String,
    },
    /// A file stands beside the one folder that must hold everything.
    #[error("the archive has the file {path:?} outside of any folder")]
    NoTopFolder {
        /// The file.
        path: String,
    },
    /// More than one folder stands at the top.
    #[error("the archive has two folders at its top: {first:?} and {second:?}")]
    TwoTopFolders {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// There is no entry at all.
    #[error("the archive is empty")]
    Empty,
    /// A folder has content, which some programs skip and others read as headers.
    #[error("the archive has the folder {path:?} with content")]
    FolderWithContent {
        /// The folder.
        path: String,
    },
    /// Two files have the same name.
    #[error("the archive has the file {path:?} twice")]
    Duplicate {
        /// The file.
        path: String,
    },
    /// Something is a file and a folder at the same time.
    #[error("the archive has {path:?} as a file and as a folder")]
    FileAndFolder {
        /// The path.
        path: String,
    },
    /// There are more entries than the limits allow.
    #[error("the archive has more than {limit} entries")]
    TooManyEntries {
        /// The most there may be.
        limit: usize,
    },
    /// A file lies in more folders than the limits allow.
    #[error("the archive has {path:?}, which lies more than {limit} folders deep")]
    TooDeep {
        /// The path.
        path: String,
        /// The most folders there may be inside each other.
        limit: usize,
    },
    /// A file is larger than the limits allow.
    #[error("the archive has the file {path:?} of {size} bytes, the limit is {limit}")]
    FileTooLarge {
        /// The file.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The most bytes of one file.
        limit: u64,
    },
    /// All files together are larger than the limits allow.
    #[error("the files of the archive have more than {limit} bytes together")]
    FilesTooLarge {
        /// The most bytes of all files together.
        limit: u64,
    },
}
