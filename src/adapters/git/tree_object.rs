//! The raw form of git's tree objects, read byte by byte: libgit2 repairs or hides what a hostile tree says.

use git2::Oid;

use crate::model::Mode;

/// What an entry of a tree is, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters) enum Kind {
    /// A folder.
    Tree,
    /// A file.
    Blob(Mode),
    /// A symbolic link.
    Link,
    /// A submodule.
    Submodule,
}

/// One entry of a tree object.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::adapters) struct RawEntry<'a> {
    /// What it is.
    pub(in crate::adapters) kind: Kind,
    /// The mode as it is written.
    pub(in crate::adapters) mode: &'a [u8],
    /// The name, not checked.
    pub(in crate::adapters) name: &'a [u8],
    /// The object.
    pub(in crate::adapters) id: Oid,
}

/// The bytes are no tree object.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::adapters) struct Malformed;

/// The entries of a tree object: `<octal mode> <name>\0<20 bytes of id>`, again and again
/// (gitformat-pack and git's `tree-walk.c`).
pub(in crate::adapters) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Result<RawEntry<'_>, Malformed>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry = first(bytes).ok_or(Malformed);
        bytes = entry.as_ref().map_or(&[], |&(_, rest)| rest);
        Some(entry.map(|(entry, _)| entry))
    })
}

/// What follows the first entry, which is not looked into; `None` where there is none.
pub(in crate::adapters) fn after_first(bytes: &[u8]) -> Option<&[u8]> {
    let (_, rest) = split(bytes, 0)?;
    rest.get(20..)
}

/// The first entry, and what follows it.
fn first(bytes: &[u8]) -> Option<(RawEntry<'_>, &[u8])> {
    let (mode, rest) = split(bytes, b' ')?;
    let (name, rest) = split(rest, 0)?;
    let (id, rest) = rest.split_at_checked(20)?;
    let entry = RawEntry { kind: kind(mode)?, mode, name, id: Oid::from_bytes(id).ok()? };
    Some((entry, rest))
}

/// What stands before and after the first `mark`.
fn split(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|&byte| byte == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// Reads a mode. Old programs wrote zeros in front and group bits (100664): git takes these, so this does.
fn kind(mode: &[u8]) -> Option<Kind> {
    if mode.is_empty() || mode.len() > 7 || !mode.iter().all(|byte| matches!(byte, b'0'..=b'7')) {
        return None;
    }
    let bits = mode.iter().fold(0_u32, |bits, byte| bits << 3 | u32::from(byte - b'0'));
    match bits & 0o170_000 {
        0o040_000 => Some(Kind::Tree),
        0o100_000 if bits & 0o100 == 0 => Some(Kind::Blob(Mode::Regular)),
        0o100_000 => Some(Kind::Blob(Mode::Executable)),
        0o120_000 => Some(Kind::Link),
        0o160_000 => Some(Kind::Submodule),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Malformed, entries};
    use crate::model::Mode;

    fn one(mode: &str) -> Result<Kind, Malformed> {
        let bytes = [mode.as_bytes(), b" a\0", &[7; 20]].concat();
        entries(&bytes).next().unwrap().map(|entry| entry.kind)
    }

    #[test]
    fn reads_every_mode_that_git_writes() {
        assert_eq!(one("40000"), Ok(Kind::Tree));
        assert_eq!(one("040000"), Ok(Kind::Tree));
        assert_eq!(one("100644"), Ok(Kind::Blob(Mode::Regular)));
        assert_eq!(one("100664"), Ok(Kind::Blob(Mode::Regular)));
        assert_eq!(one("100755"), Ok(Kind::Blob(Mode::Executable)));
        assert_eq!(one("120000"), Ok(Kind::Link));
        assert_eq!(one("160000"), Ok(Kind::Submodule));
    }

    #[test]
    fn refuses_other_modes() {
        for mode in ["", "0", "644", "60000", "10000", "100648", "77777777", "+40000", "-1"] {
            assert_eq!(one(mode), Err(Malformed), "{mode}");
        }
    }

    #[test]
    fn ends_after_the_first_malformed_entry() {
        let whole = [&b"100644 a\0"[..], &[1; 20], b"100644 b\0", &[2; 20]].concat();
        assert_eq!(entries(&whole).flatten().count(), 2);
        for length in 1..whole.len() {
            let read: Vec<_> = entries(&whole[..length]).collect();
            let expected = usize::from(length >= 29);
            assert_eq!(read.iter().filter(|entry| entry.is_ok()).count(), expected, "{length}");
            assert_eq!(read.last().unwrap().is_err(), length != 29, "{length}");
        }
    }
}
