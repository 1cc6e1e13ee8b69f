//! The records of a pax extended header (POSIX.1-2017, "pax Extended Header"): what a ustar header cannot say.

use std::iter;

use super::unpack_error::UnpackError;

/// The records that change what an entry is. All others (times, owners, attributes) have no say in our output.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pax<'a> {
    /// `path`: the name of the entry, instead of the header's.
    pub(super) path: Option<&'a [u8]>,
    /// `size`: the bytes of content, instead of the header's.
    pub(super) size: Option<u64>,
}

/// The record that says that `key` is `value`.
pub(super) fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    // The length counts its own digits.
    let mut length = rest.len();
    loop {
        let record = format!("{length}{rest}");
        if record.len() == length {
            return record;
        }
        length = record.len();
    }
}

/// Reads the records of an entry's extended header.
///
/// # Errors
/// Where readers would not agree on what they mean: a malformed record, two of a kind, a sparse file.
pub(super) fn read(content: &[u8]) -> Result<Pax<'_>, UnpackError> {
    let mut pax = Pax::default();
    for record in records(content) {
        let (key, value) = record?;
        let repeated = match key {
            b"path" => pax.path.replace(value).is_some(),
            b"size" => pax.size.replace(decimal(value).ok_or(UnpackError::Number { field: "size" })?).is_some(),
            _ if key.starts_with(b"GNU.sparse.") => return Err(UnpackError::SparseFile),
            _ => false,
        };
        if repeated {
            return Err(UnpackError::PaxRepeated { key: String::from_utf8_lossy(key).into_owned() });
        }
    }
    Ok(pax)
}

/// Reads a global extended header. `git archive` writes one, with a comment; nothing else may hold for all entries.
///
/// # Errors
/// [`UnpackError::PaxGlobal`] where it says anything but a comment.
pub(super) fn read_global(content: &[u8]) -> Result<(), UnpackError> {
    for record in records(content) {
        let (key, _) = record?;
        if key != b"comment" {
            return Err(UnpackError::PaxGlobal { key: String::from_utf8_lossy(key).into_owned() });
        }
    }
    Ok(())
}

/// The records one after the other: key and value. It ends with the first that is malformed.
fn records(content: &[u8]) -> impl Iterator<Item = Result<(&[u8], &[u8]), UnpackError>> {
    let mut rest = content;
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let split = split_record(rest);
        rest = split.map_or(&[], |(_, _, after)| after);
        Some(split.map(|(key, value, _)| (key, value)).ok_or(UnpackError::PaxRecord))
    })
}

/// Splits `<length> <key>=<value>\n` off the front: key, value, and what follows.
fn split_record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let digits = records.split(|&byte| byte == b' ').next()?;
    let length = usize::try_from(decimal(digits)?).ok()?;
    let (record, after) = records.split_at_checked(length)?;
    let body = record.get(digits.len() + 1..)?.strip_suffix(b"\n")?;
    let mut halves = body.splitn(2, |&byte| byte == b'=');
    Some((halves.next()?, halves.next()?, after))
}

/// The number that these decimal digits write.
fn decimal(digits: &[u8]) -> Option<u64> {
    // `parse` alone would take a plus sign.
    let text = str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Pax, UnpackError, read, read_global, record};

    #[test]
    fn the_length_counts_its_own_digits() {
        assert_eq!(record("path", "a"), "9 path=a\n");
        assert_eq!(record("path", "ab"), "11 path=ab\n");
        for length in (1..120).chain(980..1010) {
            let value = "v".repeat(length);
            let written = record("path", &value);
            assert!(written.starts_with(&format!("{} path=", written.len())), "{length}");
            assert_eq!(read(written.as_bytes()), Ok(Pax { path: Some(value.as_bytes()), size: None }));
        }
    }

    #[test]
    fn a_value_may_hold_anything() {
        assert_eq!(read(b"16 path=a=b\nc d\n12 mtime=-1\n10 size=7\n").unwrap().path, Some(&b"a=b\nc d"[..]));
    }

    #[test]
    fn malformed_records_are_refused() {
        let bad: [&[u8]; 12] = [
            b"x",
            b" ",
            b"9path=a\n",
            b"8 path=a\n",
            b"11 path=a\n",
            b"9 path=a ",
            b"0 path=a\n",
            b"2 path=a\n",
            b"+9 path=a\n",
            b"7 path\n",
            b"9 path=a\n\0",
            b"99999999999999999999999 path=a\n",
        ];
        for records in bad {
            let shown = String::from_utf8_lossy(records);
            assert_eq!(read(records), Err(UnpackError::PaxRecord), "{shown}");
            assert!(read_global(records).is_err(), "{shown}");
        }
    }
}
