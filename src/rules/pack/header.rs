//! Reading the header of an entry that a stranger wrote: each field has one meaning or is refused.

use tar::Header;

use super::tar::BLOCK;
use super::unpack_error::UnpackError;

/// What the header of an entry says. Owner, times and set-user bits have no say in our output and are not read.
pub(super) struct EntryHeader {
    /// The name, the ustar prefix joined to it.
    pub(super) name: Vec<u8>,
    /// How many bytes of content follow.
    pub(super) size: u64,
    /// Whether the owner may run the file.
    pub(super) executable: bool,
    /// The type flag.
    pub(super) type_flag: u8,
}

impl EntryHeader {
    /// Reads a header.
    ///
    /// # Errors
    /// [`UnpackError::Checksum`], [`UnpackError::Format`] or [`UnpackError::Number`].
    pub(super) fn read(block: &[u8; BLOCK]) -> Result<Self, UnpackError> {
        let header = Header::from_byte_slice(block);
        let fields = header.as_old();
        if octal(&fields.cksum) != Some(checksum(header)) {
            return Err(UnpackError::Checksum);
        }
        let [type_flag] = fields.linkflag;
        let mut name = Vec::new();
        if let Some(ustar) = header.as_ustar() {
            name.extend_from_slice(until_nul(&ustar.prefix));
            if !name.is_empty() {
                name.push(b'/');
            }
        } else if type_flag == b'S' {
            return Err(UnpackError::SparseFile);
        } else if header.as_gnu().is_none() || block.iter().skip(GNU_EXTRAS).any(|&byte| byte != 0) {
            return Err(UnpackError::Format);
        }
        name.extend_from_slice(until_nul(&fields.name));
        let mode = octal(&fields.mode).ok_or(UnpackError::Number { field: "mode" })?;
        let size = octal(&fields.size).ok_or(UnpackError::Number { field: "size" })?;
        Ok(Self { name, size, executable: mode & 0o100 != 0, type_flag })
    }
}

/// Where GNU tar keeps times and sparse maps, and POSIX the prefix of the name: some programs read it as a prefix
/// whatever the format, so it must be empty.
const GNU_EXTRAS: usize = 345;

/// The sum of the header's bytes, those of the checksum itself taken as blanks.
fn checksum(header: &Header) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().copied().map(u64::from).sum::<u64>();
    let field = &header.as_old().cksum;
    sum(header.as_bytes()) - sum(field) + sum(&[b' '; 8])
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// The number in a field of octal digits, blanks before and NULs or blanks after them. GNU's binary numbers, which
/// start with a high bit, are refused: no size that we take needs them.
fn octal(field: &[u8]) -> Option<u64> {
    let is_padding = |byte: &u8| matches!(byte, 0 | b' ');
    let mut runs = field.trim_ascii_start().splitn(2, is_padding);
    let digits = runs.next().filter(|digits| !digits.is_empty())?;
    if !runs.next().unwrap_or_default().iter().all(is_padding) {
        return None;
    }
    digits.iter().try_fold(0, |number: u64, digit| match digit {
        b'0'..=b'7' => number.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::octal;

    #[test]
    fn numbers_have_one_meaning_or_none() {
        assert_eq!(octal(b"0000644\0"), Some(0o644));
        assert_eq!(octal(b"   644 \0"), Some(0o644));
        assert_eq!(octal(b"77777777"), Some(0o77_777_777));
        let bad: [&[u8]; 8] =
            [b"\0\0\0\0", b"    ", b"", b"8\0", b"-1\0", b"0x1\0", b"7\x007\0", b"\x80\0\0\0\0\0\0\x01"];
        for field in bad {
            assert_eq!(octal(field), None, "{field:?}");
        }
    }
}
