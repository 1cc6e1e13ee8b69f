//! The small files of a mirror: index and registry, each with a list of what it holds.

use std::collections::BTreeMap;

use crate::model::{Checksums, MirrorConfig, Sha256, TreePath};
use crate::ops::Stop;
use crate::ops::client::Refusal;
use crate::ops::reader::bug;
use crate::ports::MirrorFolder;

use super::Present;

/// What may stand at the top of a mirror.
const TOP: [&str; 6] = [
    MirrorConfig::FILE,
    MirrorConfig::LIST,
    "registry.sha256",
    MirrorConfig::INDEX,
    MirrorConfig::REGISTRY,
    MirrorConfig::STORE,
];

pub(super) fn path(text: &str) -> Result<TreePath, Stop> {
    text.parse().map_err(bug)
}

/// Refuses a folder that holds something else than a mirror, whole or begun.
pub(super) fn refuse_others(target: &impl MirrorFolder, present: &Present) -> Result<(), Stop> {
    let is_other = |path: &&TreePath| !path.parts().next().is_some_and(|top| TOP.contains(&top));
    match present.keys().find(is_other) {
        None => Ok(()),
        Some(other) => {
            let reason = format!("it holds '{other}', which is no part of a mirror");
            Err(Refusal::NoMirror { place: target.place(), reason }.into())
        }
    }
}

/// The list of the files in a folder of the mirror; empty where there is none yet.
pub(super) fn list(mirror: &impl MirrorFolder, folder: &str) -> Result<Checksums, Stop> {
    let path = path(&format!("{folder}.sha256"))?;
    let Some(bytes) = mirror.read(&path)? else { return Ok(Checksums::default()) };
    let refused = |reason: String| Refusal::NoMirror { place: mirror.place(), reason: format!("{path}: {reason}") };
    let text = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8 text".to_owned()))?;
    Checksums::parse(&text).map_err(|error| refused(error.to_string()).into())
}

/// Brings a folder of the mirror, and its list, to hold these files and no others; gives how many were written.
pub(super) fn bring(
    target: &impl MirrorFolder,
    present: &Present,
    folder: &str,
    files: Vec<(TreePath, Vec<u8>)>,
) -> Result<usize, Stop> {
    let before = list(target, folder)?;
    let top = path(folder)?;
    let mut strays: BTreeMap<&TreePath, u64> =
        present.iter().filter(|(path, _)| path.within(&top).is_some()).map(|(path, size)| (path, *size)).collect();
    let mut after = BTreeMap::new();
    let mut written = 0;
    for (relative, bytes) in files {
        let (place, digest) = (relative.below(&top), Sha256::of(&bytes));
        // The list comes after the files: what it names was written whole.
        let is_there = strays.remove(&place) == Some(bytes.len() as u64) && before.0.get(&place) == Some(&digest);
        if !is_there {
            target.put(&place, &bytes)?;
            written += 1;
        }
        after.insert(place, digest);
    }
    let after = Checksums(after);
    if after != before {
        target.put(&path(&format!("{folder}.sha256"))?, after.to_string().as_bytes())?;
        written += 1;
    }
    for stray in strays.into_keys() {
        target.remove(stray)?;
    }
    Ok(written)
}

/// Writes a file, unless it says just this already; tells whether it was written.
pub(super) fn put_changed(target: &impl MirrorFolder, name: &str, bytes: &[u8]) -> Result<bool, Stop> {
    let path = path(name)?;
    if target.read(&path)?.as_deref() == Some(bytes) {
        return Ok(false);
    }
    target.put(&path, bytes)?;
    Ok(true)
}
