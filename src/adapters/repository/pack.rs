//! A pack of whole objects and its index (gitformat-pack, version 2): nothing is written as the difference to another,
//! which is what makes it three times as fast. `git gc` finds the differences later.

use std::io;

use git2::{ObjectType, Oid};
use libdeflater::{Compressor, crc32};
use sha1::{Digest as _, Sha1};

use super::trees::NewObject;
use super::written::compressed;

/// An object as it stands in a pack.
pub(super) struct Packed {
    id: Oid,
    bytes: Vec<u8>,
}

/// A pack, its index, and the name of both.
pub(super) struct Pack {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) index: Vec<u8>,
}

/// The entry of an object: its kind and size, then its bytes, compressed.
pub(super) fn entry(object: &NewObject<'_>, compressor: &mut Compressor) -> io::Result<Packed> {
    let kind: u8 = match object.kind {
        ObjectType::Commit => 1,
        ObjectType::Tree => 2,
        ObjectType::Blob => 3,
        other => return Err(io::Error::other(format!("a {other} is never written"))),
    };
    // Four bits of the size go into the first byte, seven into each further one; a set high bit says that more follow.
    let mut size = object.bytes.len();
    let mut byte = kind << 4 | low_bits(size, 4);
    size >>= 4;
    let mut bytes = Vec::new();
    while size > 0 {
        bytes.push(byte | 0x80);
        byte = low_bits(size, 7);
        size >>= 7;
    }
    bytes.push(byte);
    bytes.extend(compressed(compressor, &object.bytes)?);
    Ok(Packed { id: object.id, bytes })
}

fn low_bits(number: usize, count: u32) -> u8 {
    u8::try_from(number & ((1 << count) - 1)).unwrap_or_default()
}

/// The pack of these entries, and its index. Both have fewer than 2 GiB.
pub(super) fn pack(entries: &mut [Packed]) -> io::Result<Pack> {
    entries.sort_unstable_by(|a, b| a.id.as_bytes().cmp(b.id.as_bytes()));
    let count = number(entries.len())?;
    let mut pack = Vec::with_capacity(32 + entries.iter().map(|entry| entry.bytes.len()).sum::<usize>());
    pack.extend_from_slice(b"PACK\0\0\0\x02");
    pack.extend_from_slice(&count);
    let mut offsets = Vec::with_capacity(entries.len() * 4);
    for entry in entries.iter() {
        offsets.extend_from_slice(&number(pack.len())?);
        pack.extend_from_slice(&entry.bytes);
    }
    let digest = Sha1::digest(&pack);
    pack.extend_from_slice(&digest);

    let mut index = Vec::with_capacity(8 + 1024 + entries.len() * 28 + 40);
    index.extend_from_slice(b"\xfftOc\0\0\0\x02");
    for first in 0..=u8::MAX {
        let up_to = entries.partition_point(|entry| entry.id.as_bytes().first() <= Some(&first));
        index.extend_from_slice(&number(up_to)?);
    }
    for entry in entries.iter() {
        index.extend_from_slice(entry.id.as_bytes());
    }
    for entry in entries.iter() {
        index.extend_from_slice(&crc32(&entry.bytes).to_be_bytes());
    }
    index.extend_from_slice(&offsets);
    index.extend_from_slice(&digest);
    let own = Sha1::digest(&index);
    index.extend_from_slice(&own);
    let name = Oid::from_bytes(&digest).map_err(io::Error::other)?.to_string();
    Ok(Pack { name, bytes: pack, index })
}

/// A number as packs write it; the high bit of an offset has a meaning of its own.
fn number(number: usize) -> io::Result<[u8; 4]> {
    let number = u32::try_from(number).ok().filter(|number| number >> 31 == 0);
    number.map(u32::to_be_bytes).ok_or_else(|| io::Error::other("a pack of more than 2 GiB"))
}
