//! Inflating the gzip stream of an archive that a stranger made.

use std::io::{ErrorKind, Read as _};

use flate2::bufread::GzDecoder;
use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::tar::BLOCK;
use super::unpack_error::UnpackError;
use crate::model::Limits;

/// How a gzip member begins that has no optional fields: its magic number, deflate, no flags (RFC 1952, 2.3).
const PLAIN: [u8; 4] = [0x1f, 0x8b, 8, 0];
/// How many bytes stand before the deflate stream of such a member.
const HEADER: usize = 10;
/// The most that a byte of a deflate stream can become: 258 bytes for two bits, and a little over.
const MOST_PER_BYTE: usize = 1032;

/// The tar inside a `.tar.gz`: one gzip member and nothing after it, its CRC checked.
///
/// # Errors
/// [`UnpackError::Gzip`], [`UnpackError::Truncated`], [`UnpackError::AfterGzip`], or [`UnpackError::TooLarge`] as soon
/// as more was inflated than `limits` allows, whatever sizes the archive claims.
pub fn gunzip(archive: &[u8], limits: &Limits) -> Result<Vec<u8>, UnpackError> {
    // Beside its content an entry takes a header and less than a block of padding.
    let framing = (limits.entries as u64).saturating_mul(2 * BLOCK as u64);
    let limit = limits.tree_bytes.saturating_add(framing);
    match at_once(archive, limit) {
        Some(tar) => Ok(tar),
        None => in_pieces(archive, limit),
    }
}

/// The same for the archives that nearly all are, into memory of the length that the stream itself claims. `None` for one
/// that claims something else than it holds, or is unusual in any way: what is wrong with it, if anything, is said by the
/// way that believes no claim.
fn at_once(archive: &[u8], limit: u64) -> Option<Vec<u8>> {
    let (member, length) = archive.split_last_chunk()?;
    let (member, crc) = member.split_last_chunk()?;
    let stream = member.strip_prefix(&PLAIN)?.get(HEADER - PLAIN.len()..)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length as u64 > limit || length > stream.len().saturating_mul(MOST_PER_BYTE) {
        return None;
    }
    let mut tar = Vec::with_capacity(length);
    let mut inflater = Decompress::new(false);
    let status = inflater.decompress_vec(stream, &mut tar, FlushDecompress::Finish).ok()?;
    let mut found = Crc::new();
    found.update(&tar);
    let whole = status == Status::StreamEnd && inflater.total_in() == stream.len() as u64;
    (whole && tar.len() == length && found.sum() == u32::from_le_bytes(*crc)).then_some(tar)
}

/// The same, piece by piece, so that no more than the limit is ever held.
fn in_pieces(archive: &[u8], limit: u64) -> Result<Vec<u8>, UnpackError> {
    let mut decoder = GzDecoder::new(archive);
    let mut tar = Vec::new();
    decoder.by_ref().take(limit.saturating_add(1)).read_to_end(&mut tar).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => UnpackError::Truncated,
        _ => UnpackError::Gzip { message: error.to_string() },
    })?;
    if tar.len() as u64 > limit {
        return Err(UnpackError::TooLarge { limit });
    }
    match decoder.into_inner().len() {
        0 => Ok(tar),
        bytes => Err(UnpackError::AfterGzip { bytes }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const MOST: u16 = 4096;
    const LIMIT: u64 = MOST as u64;

    fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn usual_archives_are_inflated_at_once() {
        for bytes in [&b""[..], b"x", &[7; MOST as usize]] {
            assert_eq!(at_once(&gzip(bytes, 6), LIMIT).as_deref(), Some(bytes));
        }
        assert_eq!(at_once(&gzip(&[7; MOST as usize + 1], 6), LIMIT), None);
    }

    #[test]
    fn a_trailer_that_is_repeated_hides_nothing_before_it() {
        let archive = gzip(b"content", 6);
        let trailer = &archive[archive.len() - 8..];
        for between in [&b""[..], b"more", &gzip(b"content", 6)] {
            assert_eq!(at_once(&[&archive, between, trailer].concat(), LIMIT), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Whatever is done to an archive: what is taken at once is what is taken in pieces.
        #[test]
        fn the_quick_way_takes_nothing_that_the_careful_one_refuses(
            bytes in prop::collection::vec(0..4u8, 0..usize::from(MOST) + 8),
            level in 0..=9u32,
            at in any::<prop::sample::Index>(),
            flip in 0..=255u8,
            tail in prop::collection::vec(any::<u8>(), 0..3),
        ) {
            let mut archive = gzip(&bytes, level);
            let at = at.index(archive.len());
            archive[at] ^= flip;
            archive.extend(tail);
            if let Some(tar) = at_once(&archive, LIMIT) {
                prop_assert_eq!(in_pieces(&archive, LIMIT), Ok(tar));
            }
        }
    }
}
