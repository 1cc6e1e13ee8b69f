//! What was worked out about files: their digests and their compressed forms, so that each costs once.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::Digest as _;

use crate::model::Sha256;

use super::file::{Identity, Opened};

/// How much of a file is read at a time.
const PART: usize = 256 << 10;
/// The most digests that are remembered.
const MOST_DIGESTS: usize = 200_000;
/// The most bytes of compressed files that are remembered.
const MOST_ZIPPED: usize = 64 << 20;
/// A file that changed so lately may change again without its times telling.
const UNSETTLED: Duration = Duration::from_secs(2);

/// What was worked out so far.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    digests: Mutex<HashMap<Identity, Sha256>>,
    zipped: Mutex<Zipped>,
}

#[derive(Debug, Default)]
struct Zipped {
    files: HashMap<Sha256, Bytes>,
    bytes: usize,
}

impl Remembered {
    /// The digest of a file's bytes.
    pub(super) fn digest(&self, file: &Opened) -> io::Result<Sha256> {
        if let Some(digest) = self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(&file.identity) {
            return Ok(*digest);
        }
        let (mut hash, mut offset) = (sha2::Sha256::new(), 0);
        while offset < file.size {
            let part = file.read(offset, PART.min(usize::try_from(file.size - offset).unwrap_or(PART)))?;
            hash.update(&part);
            offset += part.len() as u64;
        }
        let digest = Sha256::from(<[u8; 32]>::from(hash.finalize()));
        if is_settled(&file.identity) {
            let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
            if digests.len() >= MOST_DIGESTS {
                digests.clear();
            }
            digests.insert(file.identity, digest);
        }
        Ok(digest)
    }

    /// A file's bytes, compressed.
    pub(super) fn zipped(&self, file: &Opened, digest: Sha256) -> io::Result<Bytes> {
        if let Some(bytes) = self.zipped.lock().unwrap_or_else(PoisonError::into_inner).files.get(&digest) {
            return Ok(bytes.clone());
        }
        let (mut encoder, mut offset) = (GzEncoder::new(Vec::new(), Compression::default()), 0);
        while offset < file.size {
            let part = file.read(offset, PART.min(usize::try_from(file.size - offset).unwrap_or(PART)))?;
            encoder.write_all(&part)?;
            offset += part.len() as u64;
        }
        let bytes = Bytes::from(encoder.finish()?);
        let mut zipped = self.zipped.lock().unwrap_or_else(PoisonError::into_inner);
        if zipped.bytes + bytes.len() > MOST_ZIPPED {
            *zipped = Zipped::default();
        }
        if zipped.files.insert(digest, bytes.clone()).is_none() {
            zipped.bytes += bytes.len();
        }
        Ok(bytes)
    }
}

fn is_settled(identity: &Identity) -> bool {
    let (seconds, _) = identity.modified;
    let modified = u64::try_from(seconds).ok().and_then(|it| UNIX_EPOCH.checked_add(Duration::from_secs(it)));
    modified.is_some_and(|modified| SystemTime::now().duration_since(modified).is_ok_and(|age| age > UNSETTLED))
}
