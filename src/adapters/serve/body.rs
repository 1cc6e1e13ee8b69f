//! The bytes of an answer, read while they are sent: however large a file is, and however slow who takes it.

use std::io;
use std::ops::Range;

use axum::body::{Body, Bytes};
use futures_util::stream;

use super::file::Opened;

/// How much is read at a time.
const PART: u64 = 64 << 10;

/// The bytes `part` of a file, or of its compressed form where there is one. Few of them are read at once.
///
/// # Errors
/// Where those few cannot be read.
pub(super) fn body(file: Opened, zipped: Option<Bytes>, part: Range<u64>) -> io::Result<Body> {
    if let Some(bytes) = zipped {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        return Ok(Body::from(bytes.slice(place(part.start)..place(part.end))));
    }
    let few = usize::try_from(part.end - part.start).ok().filter(|&few| 0 < few && few as u64 <= PART);
    if let Some(few) = few {
        let bytes = file.read(part.start, few)?;
        // Else the rest comes by itself, or the file became shorter.
        if bytes.len() == few {
            return Ok(Body::from(bytes));
        }
    }
    Ok(Body::from_stream(stream::unfold(Some((file, part)), |rest| async move {
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
    })))
}
