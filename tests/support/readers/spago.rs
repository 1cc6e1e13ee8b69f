//! What spago 1.0.4 reads of the two repositories that it clones, by the table of what it was seen to do with registries
//! that differ from a good one. Where it would hide a package or take a version for one without dependencies, this is an
//! error.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Identity, Place, Unread, range, text, version};

/// A version as the client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The hash of the archive, in base64.
    pub(crate) hash: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// What it depends on.
    pub(crate) dependencies: BTreeMap<String, String>,
}

/// Every version that the client can install.
pub(crate) fn read(index: &Place, registry: &Place) -> Result<BTreeMap<Identity, Seen>, Unread> {
    package_sets(registry)?;
    let mut seen = BTreeMap::new();
    for (path, bytes) in registry {
        let Some(file) = path.strip_prefix("metadata/") else { continue };
        let name = file.strip_suffix(".json").ok_or_else(|| format!("{path} is no metadata"))?;
        if file.contains('/') {
            return Err(format!("{path} is in a folder, where no client looks"));
        }
        let published = metadata(bytes).map_err(|error| format!("{path}: {error}: the whole package is invisible"))?;
        if published.is_empty() {
            continue;
        }
        let lines = manifests(index, name)?;
        for (number, (hash, size)) in published {
            let dependencies = lines.get(&number).ok_or_else(|| format!("{name}@{number} has no line"))?.clone();
            seen.insert((name.to_owned(), number), Seen { hash, bytes: size, dependencies });
        }
    }
    Ok(seen)
}

/// The folder must be there, and every set in it must be sound, or every command dies.
fn package_sets(registry: &Place) -> Result<(), Unread> {
    let mut is_there = false;
    for path in registry.keys() {
        let Some(file) = path.strip_prefix("package-sets/") else { continue };
        is_there = true;
        let Some(stem) = file.strip_suffix(".json").filter(|stem| version(stem).is_ok()) else { continue };
        let set: Value = serde_json::from_str(text(registry, path)?).map_err(|error| format!("{path}: {error}"))?;
        let wrong = |what: &str| format!("{path}: {what}: every command dies");
        for key in ["version", "compiler"] {
            version(set[key].as_str().ok_or_else(|| wrong(key))?).map_err(|error| wrong(&error))?;
        }
        let day: Vec<&str> = set["published"].as_str().ok_or_else(|| wrong("published"))?.split('-').collect();
        if day.iter().map(|part| part.len()).collect::<Vec<_>>() != [4, 2, 2] {
            return Err(wrong("published"));
        }
        for (name, number) in set["packages"].as_object().ok_or_else(|| wrong("packages"))? {
            package_name(name).map_err(|error| wrong(&error))?;
            version(number.as_str().ok_or_else(|| wrong(name))?).map_err(|error| wrong(&error))?;
        }
        if set["version"].as_str() != Some(stem) {
            return Err(wrong("another version than its name"));
        }
    }
    if is_there { Ok(()) } else { Err("there is no folder package-sets: every command dies".to_owned()) }
}

/// The published versions of a package, with hash and size.
fn metadata(bytes: &[u8]) -> Result<BTreeMap<String, (String, u64)>, Unread> {
    let metadata: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    location(&metadata["location"])?;
    if metadata.get("owners").is_some_and(|owners| owners.as_array().is_none_or(Vec::is_empty)) {
        return Err("owners".to_owned());
    }
    for (number, gone) in metadata["unpublished"].as_object().ok_or("unpublished")? {
        version(number)?;
        time(&gone["publishedTime"])?;
        time(&gone["unpublishedTime"])?;
        if gone["reason"].as_str().ok_or("reason")?.chars().count() > 300 {
            return Err(format!("the reason of {number} is too long"));
        }
    }
    let mut published = BTreeMap::new();
    for (number, facts) in metadata["published"].as_object().ok_or("published")? {
        version(number)?;
        time(&facts["publishedTime"])?;
        let compilers = facts["compilers"].as_array().filter(|list| !list.is_empty()).ok_or("compilers")?;
        compilers.iter().try_for_each(|it| version(it.as_str().unwrap_or_default()).map(drop))?;
        let hash = facts["hash"].as_str().and_then(|hash| hash.strip_prefix("sha256-")).ok_or("hash")?;
        if hash.len() != 44 || !hash.ends_with('=') {
            return Err(format!("hash {hash}"));
        }
        let size = facts["bytes"].as_f64().filter(|size| size.fract() == 0.0 && *size > 0.0).ok_or("bytes")?;
        let size = format!("{size:.0}").parse().map_err(|_| "bytes")?;
        published.insert(number.clone(), (hash.to_owned(), size));
    }
    Ok(published)
}

/// The dependencies of every line of a package. One line that is wrong takes all others with it.
fn manifests(index: &Place, name: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>, Unread> {
    let path = match name.len() {
        1 | 2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    };
    let mut lines = BTreeMap::new();
    for (at, line) in text(index, &path)?.trim().lines().enumerate() {
        let wrong = |what: &str| format!("{path}:{}: {what}: every version looks as if it had no dependencies", at + 1);
        let line: Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        let field = |key: &str| line[key].as_str().ok_or_else(|| wrong(key));
        package_name(field("name")?).map_err(|error| wrong(&error))?;
        if field("name")? != name {
            return Err(wrong("another package"));
        }
        let number = field("version")?;
        version(number).map_err(|error| wrong(&error))?;
        field("ref")?;
        license(field("license")?).map_err(|error| wrong(&error))?;
        location(&line["location"]).map_err(|error| wrong(&error))?;
        if line.get("description").is_some() && field("description")?.chars().count() > 300 {
            return Err(wrong("the description is too long"));
        }
        let mut dependencies = BTreeMap::new();
        for (name, bounds) in line["dependencies"].as_object().ok_or_else(|| wrong("dependencies"))? {
            let bounds = bounds.as_str().ok_or_else(|| wrong(name))?;
            range(bounds).map_err(|error| wrong(&error))?;
            dependencies.insert(name.clone(), bounds.to_owned());
        }
        lines.insert(number.to_owned(), dependencies);
    }
    Ok(lines)
}

fn package_name(text: &str) -> Result<(), Unread> {
    let sound = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    if text.split('-').all(sound) { Ok(()) } else { Err(format!("name '{text}'")) }
}

/// Ids of the SPDX list, joined by operators; deprecated ones are taken.
fn license(text: &str) -> Result<(), Unread> {
    let is_known = |word: &str| {
        let id = word.strip_suffix('+').unwrap_or(word);
        matches!(word, "AND" | "OR" | "WITH") || spdx::license_id(id).is_some() || spdx::exception_id(id).is_some()
    };
    let mut words = text.split([' ', '(', ')']).filter(|word| !word.is_empty());
    match words.find(|word| !is_known(word)) {
        Some(word) => Err(format!("licence '{word}'")),
        None => Ok(()),
    }
}

fn location(location: &Value) -> Result<(), Unread> {
    if let Some(url) = location.get("gitUrl") {
        let url = url.as_str().ok_or("gitUrl")?;
        let rest = ["https://", "http://", "git://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| format!("gitUrl '{url}'"))?;
        let sound = rest.chars().all(|c| c.is_alphanumeric() || "./@_~-".contains(c));
        return if sound { Ok(()) } else { Err(format!("gitUrl '{url}'")) };
    }
    let named =
        ["githubOwner", "githubRepo"].iter().all(|key| location[*key].as_str().is_some_and(|it| !it.is_empty()));
    if named { Ok(()) } else { Err("location".to_owned()) }
}

/// `YYYY-MM-DDTHH:MM:SS`, at most three digits of a fraction, `Z`.
fn time(value: &Value) -> Result<(), Unread> {
    let odd = || format!("time {value}");
    let whole = value.as_str().and_then(|text| text.strip_suffix('Z')).ok_or_else(odd)?;
    let (clock, fraction) = whole.split_once('.').unwrap_or((whole, ""));
    let shape: String = clock.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let digits = fraction.len() <= 3 && fraction.chars().all(|c| c.is_ascii_digit());
    if shape == "0000-00-00T00:00:00" && digits { Ok(()) } else { Err(odd()) }
}
