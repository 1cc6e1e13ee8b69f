//! The advisories of an index: which versions each affects, and the file that holds all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use crate::model::{Advisory, AdvisoryId, Document, Ecosystem, PackageName, PathError, TreePath, Version};

/// Why a text is not the file of all advisories.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllAdvisoriesError {
    /// The file is not an array.
    #[error("the file is not a JSON array: {0}")]
    NotAnArray(String),
    /// One of the items is not an advisory.
    #[error("advisory {at} of the file cannot be read: {reason}")]
    Advisory {
        /// Which, from 1.
        at: usize,
        /// Why.
        reason: String,
    },
    /// Two items are of the same advisory.
    #[error("{0} stands twice in the file")]
    Twice(AdvisoryId),
}

/// The file of an index that holds all advisories.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn all_advisories_path() -> Result<TreePath, PathError> {
    "advisories/all.json".parse()
}

/// The versions among `versions` that are affected, each with the advisories that say so.
pub fn affected<'v>(
    advisories: &[Advisory],
    name: &PackageName,
    versions: impl IntoIterator<Item = &'v Version>,
) -> BTreeMap<Version, BTreeSet<AdvisoryId>> {
    let about: Vec<&Advisory> = advisories.iter().filter(|advisory| advisory.packages().contains(name)).collect();
    let mut affected = BTreeMap::new();
    for version in versions {
        let ids = about.iter().filter(|advisory| advisory.affects(name, version)).map(|advisory| advisory.id.clone());
        let ids: BTreeSet<AdvisoryId> = ids.collect();
        if !ids.is_empty() {
            affected.insert(version.clone(), ids);
        }
    }
    affected
}

/// The file of all advisories: a JSON array in the order of their ids, one a line, each with everything that its author
/// wrote. `None` where there are no advisories: then there is no such file.
///
/// Of two with the same id the one that was modified last counts, as OSV has it.
#[must_use]
pub fn all_json(advisories: &[Advisory]) -> Option<Vec<u8>> {
    let mut newest: BTreeMap<&AdvisoryId, &Advisory> = BTreeMap::new();
    for advisory in advisories {
        let rank = |it: &Advisory| (it.modified, it.json().to_owned());
        let held = newest.entry(&advisory.id).or_insert(advisory);
        if rank(held) < rank(advisory) {
            *held = advisory;
        }
    }
    let lines: Vec<&str> = newest.into_values().map(Advisory::json).collect();
    (!lines.is_empty()).then(|| format!("[\n{}\n]\n", lines.join(",\n")).into_bytes())
}

/// Reads the file of all advisories, of which the entries of `ecosystem` count.
///
/// # Errors
/// [`AllAdvisoriesError`] names the first advisory that cannot be read.
pub fn parse_all_json(bytes: &[u8], ecosystem: &Ecosystem) -> Result<Vec<Advisory>, AllAdvisoriesError> {
    let not_an_array = |error: serde_json::Error| AllAdvisoriesError::NotAnArray(error.to_string());
    let items: Vec<&RawValue> = serde_json::from_slice(bytes).map_err(not_an_array)?;
    let (mut advisories, mut ids) = (Vec::with_capacity(items.len()), BTreeSet::new());
    for (at, item) in items.into_iter().enumerate() {
        let advisory = parse(item.get(), ecosystem);
        let advisory = advisory.map_err(|reason| AllAdvisoriesError::Advisory { at: at + 1, reason })?;
        if !ids.insert(advisory.id.clone()) {
            return Err(AllAdvisoriesError::Twice(advisory.id));
        }
        advisories.push(advisory);
    }
    Ok(advisories)
}

fn parse(text: &str, ecosystem: &Ecosystem) -> Result<Advisory, String> {
    let limit = text.len() as u64;
    let document = Document::parse(text.as_bytes(), limit);
    let document = document.map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
    let reading = Advisory::read(&document, ecosystem);
    reading.value.ok_or_else(|| "a field is missing or outside its grammar".to_owned())
}
