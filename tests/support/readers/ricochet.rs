//! What Ricochet's package manager reads of a static registry (format ricochet-static-registry-v1), and checks of every
//! archive when it installs it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use toml::Value;

use super::{Identity, Place, Unread, hex, text, version};

/// A version as the client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Whether it is yanked.
    pub(crate) yanked: bool,
    /// The unpacked files.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Every version that the client can install.
pub(crate) fn read(place: &Place) -> Result<BTreeMap<Identity, Seen>, Unread> {
    let index = parsed(place, "index.toml")?;
    if index.get("registry").and_then(|it| it.get("format")).and_then(Value::as_str)
        != Some("ricochet-static-registry-v1")
    {
        return Err("the format".to_owned());
    }
    let packages = index.get("packages").and_then(Value::as_table).ok_or("[packages]")?;
    let (mut seen, mut used) = (BTreeMap::new(), BTreeSet::from(["index.toml".to_owned(), ".view".to_owned()]));
    for (name, path) in packages {
        let path = relative(path.as_str().ok_or("the path of a package")?)?;
        used.insert(path.to_owned());
        let package = parsed(place, path)?;
        if package.get("package").and_then(|it| it.get("name")).and_then(Value::as_str) != Some(name) {
            return Err(format!("{path} is of another package"));
        }
        let versions = package.get("versions").and_then(Value::as_array).filter(|list| !list.is_empty());
        let mut before = None;
        for entry in versions.ok_or_else(|| format!("{path} has no [[versions]]"))? {
            let field = |key: &str| entry.get(key).and_then(Value::as_str).ok_or_else(|| format!("{path}: {key}"));
            let number = version(field("version")?)?;
            if before.replace(number).is_some_and(|before| before >= number) {
                return Err(format!("{path} is not in order"));
            }
            let archive = relative(field("archive")?)?;
            used.insert(archive.to_owned());
            let bytes = place.get(archive).ok_or_else(|| format!("there is no {archive}"))?;
            if digest(bytes) != integrity(field("archive_integrity")?)? {
                return Err(format!("{archive} has another digest"));
            }
            let files = unpacked(bytes)?;
            if tree_digest(&files) != integrity(field("package_integrity")?)? {
                return Err(format!("the files of {archive} have another digest"));
            }
            if entry.get("provenance").is_some() {
                integrity(field("provenance")?)?;
            }
            let yanked = entry.get("yanked").and_then(Value::as_bool).ok_or("yanked")?;
            seen.insert((name.clone(), field("version")?.to_owned()), Seen { yanked, files });
        }
    }
    match place.keys().find(|path| !used.contains(*path)) {
        Some(path) => Err(format!("nothing names {path}")),
        None => Ok(seen),
    }
}

fn parsed(place: &Place, path: &str) -> Result<Value, Unread> {
    toml::from_str(text(place, path)?).map_err(|error| format!("{path}: {error}"))
}

/// A path inside of the registry, and no URL.
fn relative(path: &str) -> Result<&str, Unread> {
    let odd = path.contains([':', '\\']) || path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if odd { Err(format!("path '{path}'")) } else { Ok(path) }
}

fn integrity(text: &str) -> Result<String, Unread> {
    hex(text.strip_prefix("sha256:").ok_or_else(|| format!("integrity '{text}'"))?)
}

fn digest(bytes: &[u8]) -> String {
    curator::model::Sha256::of(bytes).to_hex()
}

/// What the client makes of an archive: files and folders alone, into the package's own folder.
fn unpacked(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Unread> {
    let mut files = BTreeMap::new();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path().map_err(|error| error.to_string())?.to_string_lossy().into_owned();
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        match entry.header().entry_type() {
            tar::EntryType::Directory => {}
            tar::EntryType::Regular => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
                if files.insert(relative(&path)?.to_owned(), bytes).is_some() {
                    return Err(format!("{path} stands twice in the archive"));
                }
            }
            other => return Err(format!("{path} is a {other:?}")),
        }
    }
    Ok(files)
}

fn tree_digest(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut all = b"ricochet-package-integrity-v1\0".to_vec();
    for (path, bytes) in files {
        all.extend_from_slice(path.as_bytes());
        all.push(0);
        all.extend_from_slice(bytes.len().to_string().as_bytes());
        all.push(0);
        all.extend_from_slice(bytes);
        all.push(0);
    }
    digest(&all)
}
