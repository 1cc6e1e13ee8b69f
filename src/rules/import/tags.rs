//! Tags that are versions, one for each version.

use std::collections::BTreeMap;

use crate::model::{CommitId, Ref, Version};
use crate::rules::report::words;

use super::refusal::{Refusal, RefusalKind};

/// A tag that is a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The version.
    pub version: Version,
    /// The tag.
    pub reference: Ref,
    /// The commit that it names.
    pub commit: CommitId,
}

/// The tags that are versions, ascending, and why each of the others is not taken.
///
/// Of several spellings of one version (`v1.0.0`, `1.0.0`, `v1.00.0`) that name one commit the usual one stands for all.
/// Where they name different commits nobody can tell from here which of them people installed: none is taken.
#[must_use]
pub fn choose_tags(tags: &[(Ref, CommitId)]) -> (Vec<Tagged>, Vec<(Ref, Refusal)>) {
    let mut versions: BTreeMap<Version, Vec<&(Ref, CommitId)>> = BTreeMap::new();
    let mut refused = Vec::new();
    for tag in tags {
        match Version::parse_lenient(tag.0.as_str()) {
            Ok(version) => versions.entry(version).or_default().push(tag),
            Err(error) => {
                let reason = words::refusal::quoted(tag.0.as_str(), &error);
                refused.push((tag.0.clone(), Refusal::new(RefusalKind::Tag, reason)));
            }
        }
    }
    let mut chosen = Vec::new();
    for (version, mut tags) in versions {
        tags.sort_by_key(|(reference, _)| (likeness(reference.as_str(), &version), reference.clone()));
        let Some(((reference, commit), others)) = tags.split_first().map(|(first, others)| (*first, others)) else {
            continue;
        };
        if others.iter().all(|(_, other)| other == commit) {
            let twice = || Refusal::new(RefusalKind::TagTwice, words::refusal::tag_twice(&version, reference));
            refused.extend(others.iter().map(|(other, _)| (other.clone(), twice())));
            chosen.push(Tagged { version, reference: reference.clone(), commit: *commit });
        } else {
            let names = words::listed(tags.iter().map(|(reference, _)| reference));
            let ambiguous = || Refusal::new(RefusalKind::TagAmbiguous, words::refusal::tag_ambiguous(&version, &names));
            refused.extend(tags.iter().map(|(other, _)| (other.clone(), ambiguous())));
        }
    }
    refused.sort();
    (chosen, refused)
}

/// How far a tag is from the usual spelling of its version.
fn likeness(tag: &str, version: &Version) -> u8 {
    let version = version.to_string();
    match tag.strip_prefix('v') {
        Some(rest) if rest == version => 0,
        None if tag == version => 1,
        _ => 2,
    }
}
