//! The bytes of an answer, read while they are sent: however large a file is, and however slow who takes it.

use std::io;
use std::ops::Range;

use axum::body::{Body, Bytes};
use futures_util::stream;

use super::file::Opened;

/// How much is read at a time.
const PART: u64 = 64 << 10;

/// The bytes `part` of a file, or of its compressed form where there is one.
pub(super) fn body(file: Opened, zipped: Option<Bytes>, part: Range<u64>) -> Body {
    if let Some(bytes) = zipped {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        return Body::from(bytes.slice(place(part.start)..place(part.end)));
    }
    Body::from_stream(stream::unfold(Some((file, part)), |rest| async move {
        let (file, part) = rest.filter(|(_, part)| part.start < part.end)?;
        let most = usize::try_from(PART.min(part.end - part.start)).unwrap_or_default();
        let read = tokio::task::spawn_blocking(move || file.read(part.start, most).map(|bytes| (file, bytes))).await;
        match read.map_err(io::Error::other).flatten() {
            Ok((file, bytes)) => {
                let next = part.start + bytes.len() as u64;
                Some((Ok(Bytes::from(bytes)), Some((file, next..part.end))))
            }
            Err(error) => Some((Err(error), None)),
        }
    }))
}
