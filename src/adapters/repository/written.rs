//! Putting new objects into a repository: each in a file of its own where they are few, and otherwise in one pack.
//!
//! Every file is written under a name that means nothing, brought to the disk and then renamed, so that a writer that is
//! killed leaves scratch which `git gc` sweeps, and never half an object.

use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use git2::{OdbLookupFlags, Oid};
use libdeflater::{CompressionLvl, Compressor};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::objects::Objects;
use super::pack::{self, Packed};
use super::trees::NewObject;

/// Up to so many new objects are written as files of their own: git itself packs what is fetched from 100 objects on.
const MOST_LOOSE: usize = 100;

/// The most bytes that one pack is made of: its index has room for offsets below 2 GiB.
const MOST_PACKED: usize = 1 << 30;

/// zlib at level 6 is git's own choice; a lower one of libdeflate is smaller than that and takes a third of the time.
const LEVEL: i32 = 4;

/// Writes those of `new` that the repository does not have into its folder `objects`.
pub(super) fn write(folder: &Path, objects: &Objects, new: Vec<NewObject<'_>>) -> io::Result<()> {
    let new: BTreeMap<Oid, NewObject<'_>> = new.into_iter().map(|object| (object.id, object)).collect();
    if new.len() > MOST_LOOSE {
        let mut batch = Vec::new();
        let mut size = 0;
        for object in new.into_values() {
            if size + object.bytes.len() > MOST_PACKED {
                write_pack(folder, &std::mem::take(&mut batch))?;
                size = 0;
            }
            size += object.bytes.len();
            batch.push(object);
        }
        return write_pack(folder, &batch);
    }
    let has = |id: Oid| objects.odb.exists_ext(id, OdbLookupFlags::NO_REFRESH);
    let lacking: Vec<&NewObject<'_>> = new.values().filter(|object| !has(object.id)).collect();
    let written: Vec<io::Result<()>> = lacking.par_iter().map(|object| write_loose(folder, object)).collect();
    written.into_iter().collect()
}

/// Writes an object as `objects/ab/cdef…` (gitformat-loose): `<kind> <size>\0<bytes>`, compressed.
fn write_loose(folder: &Path, object: &NewObject<'_>) -> io::Result<()> {
    let name = object.id.to_string();
    let (shard, rest) = name.split_at_checked(2).unwrap_or_default();
    let shard = folder.join(shard);
    std::fs::create_dir_all(&shard)?;
    let header = format!("{} {}\0", object.kind.str(), object.bytes.len());
    let whole = [header.as_bytes(), &object.bytes].concat();
    place(&shard, "tmp_obj_", &compressed(&mut compressor(), &whole)?, rest)?;
    File::open(&shard)?.sync_all()
}

/// Writes a pack and its index; the index last, since that is what readers look for.
fn write_pack(folder: &Path, new: &[NewObject<'_>]) -> io::Result<()> {
    let deflated: Vec<io::Result<Packed>> =
        new.par_iter().map_init(compressor, |compressor, object| pack::entry(object, compressor)).collect();
    let mut entries = deflated.into_iter().collect::<io::Result<Vec<Packed>>>()?;
    let packed = pack::pack(&mut entries)?;
    let folder = folder.join("pack");
    std::fs::create_dir_all(&folder)?;
    place(&folder, "tmp_pack_", &packed.bytes, &format!("pack-{}.pack", packed.name))?;
    place(&folder, "tmp_idx_", &packed.index, &format!("pack-{}.idx", packed.name))?;
    File::open(&folder)?.sync_all()
}

/// Writes `bytes` to the file `name` of `folder`, all of them or none. What has that name already has the same content.
fn place(folder: &Path, prefix: &str, bytes: &[u8], name: &str) -> io::Result<()> {
    let read_only = Permissions::from_mode(0o444);
    let mut file = tempfile::Builder::new().prefix(prefix).permissions(read_only).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    Ok(())
}

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default())
}

/// `bytes` as a zlib stream.
pub(super) fn compressed(compressor: &mut Compressor, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut stream).map_err(io::Error::other)?;
    stream.truncate(length);
    Ok(stream)
}
