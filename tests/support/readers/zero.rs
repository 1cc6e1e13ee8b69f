//! Readers of the formats for 0x0, by the grammar that the curator writes down for them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Identity, Place, Unread, hex, range, text, version};

/// A version as the client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The digest of the archive.
    pub(crate) sha256: String,
    /// `active`, `deprecated` or `yanked`.
    pub(crate) status: String,
    /// Where the archive can be downloaded.
    pub(crate) url: Option<String>,
}

/// What a remote registry says.
#[derive(Debug, Default)]
pub(crate) struct Remote {
    /// The versions.
    pub(crate) versions: BTreeMap<Identity, Seen>,
    /// What each depends on.
    pub(crate) dependencies: BTreeMap<Identity, BTreeMap<String, String>>,
    /// The versions that are gone, and why.
    pub(crate) tombstones: BTreeMap<Identity, String>,
    /// The ids of the advisories.
    pub(crate) advisories: Vec<String>,
}

/// Reads the table and the lock file.
pub(crate) fn index(place: &Place) -> Result<BTreeMap<Identity, Seen>, Unread> {
    let table = text(place, "index.tsv")?;
    if !table.is_empty() && !table.ends_with('\n') {
        return Err("the last row has no end".to_owned());
    }
    let (mut seen, mut locked, mut before) = (BTreeMap::new(), Vec::new(), None);
    for row in table.lines() {
        let fields: Vec<String> = row.split('\t').map(unescaped).collect::<Result<_, _>>()?;
        let [name, number, path, sha256, status, url, provenance] = fields.as_slice() else {
            return Err(format!("'{row}' has not seven fields"));
        };
        let place = (name.clone(), version(number)?);
        if before.as_ref().is_some_and(|before| *before >= place) {
            return Err(format!("'{row}' is not in order"));
        }
        before = Some(place);
        if *path != format!("{name}/{name}-{number}.tar.gz") || !["active", "yanked"].contains(&status.as_str()) {
            return Err(format!("'{row}'"));
        }
        if provenance != "-" && !provenance.starts_with("git+https://") {
            return Err(format!("provenance of '{row}'"));
        }
        let url = (url != "-").then(|| url.clone());
        locked.push(format!("dependency {name} {number} {path} {}", hex(sha256)?));
        let it = Seen { sha256: sha256.clone(), status: status.clone(), url };
        seen.insert((name.clone(), number.clone()), it);
    }
    let lock: Vec<&str> = text(place, "package-registry.lock")?.split_terminator('\n').collect();
    match lock.split_first() {
        Some((&"package-registry-lock 1", rest)) if *rest == locked => Ok(seen),
        _ => Err(format!("the lock file says something else: {lock:?}")),
    }
}

fn unescaped(field: &str) -> Result<String, Unread> {
    let (mut plain, mut chars) = (String::new(), field.chars());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next() {
                Some('\\') => '\\',
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                other => return Err(format!("escape {other:?}")),
            },
            c => c,
        });
    }
    Ok(plain)
}

/// Reads the document.
pub(crate) fn remote(place: &Place) -> Result<Remote, Unread> {
    let document: Value = serde_json::from_str(text(place, "registry.json")?).map_err(|error| error.to_string())?;
    if document["format"] != "0x0-remote-registry-v1" || !document["registry"].is_string() {
        return Err("the format".to_owned());
    }
    let (mut remote, mut before) = (Remote::default(), None);
    for package in document["packages"].as_array().ok_or("packages")? {
        let name = package["name"].as_str().ok_or("name")?.to_owned();
        if before.as_ref().is_some_and(|before| *before >= name) {
            return Err(format!("{name} is not in order"));
        }
        before = Some(name.clone());
        let mut last = None;
        for item in package["versions"].as_array().ok_or("versions")? {
            let number = item["version"].as_str().ok_or("version")?.to_owned();
            if last.replace(version(&number)?).is_some_and(|last| last >= version(&number).unwrap_or_default()) {
                return Err(format!("{name}@{number} is not in order"));
            }
            let sha256 = item["checksum"].as_str().and_then(|it| it.strip_prefix("sha256:")).ok_or("checksum")?;
            let status = item["status"].as_str().filter(|it| ["active", "deprecated", "yanked"].contains(it));
            let status = status.ok_or("status")?.to_owned();
            if (status == "active") == item["reason"].is_string() {
                return Err(format!("the reason of {name}@{number}"));
            }
            let url = item["url"].as_str().map(str::to_owned);
            let seen = Seen { sha256: hex(sha256)?, status, url };
            let mut dependencies = BTreeMap::new();
            for (other, bounds) in item["dependencies"].as_object().ok_or("dependencies")? {
                range(bounds.as_str().ok_or("range")?)?;
                dependencies.insert(other.clone(), bounds.as_str().unwrap_or_default().to_owned());
            }
            remote.dependencies.insert((name.clone(), number.clone()), dependencies);
            remote.versions.insert((name.clone(), number), seen);
        }
        for gone in package["tombstones"].as_array().ok_or("tombstones")? {
            let number = gone["version"].as_str().ok_or("version")?.to_owned();
            version(&number)?;
            let reason = gone["reason"].as_str().ok_or("reason")?.to_owned();
            remote.tombstones.insert((name.clone(), number), reason);
        }
    }
    for advisory in document["advisories"].as_array().ok_or("advisories")? {
        remote.advisories.push(advisory["id"].as_str().ok_or("id")?.to_owned());
    }
    Ok(remote)
}
