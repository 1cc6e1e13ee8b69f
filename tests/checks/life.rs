//! What happens to a version after its publication: which override is the next one, and which status it can have.

use curator::model::{Manifest, Profile, Published, Reason, Sha256, StatusKind, Terms, Version};
use curator::rules::check::{Before, check_revision, check_status_target};
use serde_json::json;

use crate::clean::{Surroundings, name, path};

const OVERRIDE: &str = "overrides/ta/tally/1.0.0.json";
const STATUS: &str = "status/ta/tally/1.0.0.json";
const TERMS: Terms = Terms { profile: Profile::Purescript, json_bytes: 1 << 20 };

fn bounds(revision: u64, range: &str) -> Vec<u8> {
    json!({ "revision": revision, "dependencies": { "seedbed": range }, "reason": "x" }).to_string().into_bytes()
}

/// What is published of a version with these ranges, by that revision.
fn published(revision: Option<u64>, range: &str) -> (Published, Manifest) {
    let facts = json!({
        "bytes": 1, "compilers": ["0.15.15"], "hash": Sha256::of(b""), "publishedTime": "2026-01-01T00:00:00.000Z",
        "revision": revision,
    });
    let manifest = json!({
        "name": "tally", "version": "1.0.0", "license": "MIT", "ref": "v1.0.0",
        "location": { "githubOwner": "a", "githubRepo": "b" }, "dependencies": { "seedbed": range },
    });
    (serde_json::from_value(facts).unwrap(), serde_json::from_value(manifest).unwrap())
}

/// What is said of an override of this number, where the index is at `recorded` and the file said `before`.
fn revision(found: u64, range: &str, recorded: Option<u64>, before: Before<'_>) -> Option<String> {
    let (facts, manifest) = published(recorded, ">=1.0.0 <2.0.0");
    let said = check_revision(&path(OVERRIDE), &bounds(found, range), TERMS, Some((&facts, &manifest)), before);
    said.map(|finding| format!("{}: {}", finding.code, finding.message))
}

#[test]
fn revisions_count_up_by_one() {
    let (same, other) = (">=1.0.0 <2.0.0", ">=1.0.0 <3.0.0");
    let first = bounds(1, same);
    let taken = |found: u64, newest: u64| {
        Some(format!("R048: revision {found} is not new: the bounds of this version are at revision {newest}"))
    };
    let skips = |found: u64| Some(format!("R048: revision {found} skips some"));
    for (found, range, recorded, before, expected) in [
        (1, other, None, Before::Nothing, None),
        (2, other, None, Before::Nothing, skips(2)),
        (2, other, Some(1), Before::Nothing, None),
        (1, other, Some(1), Before::Nothing, taken(1, 1)),
        // The base has one that is not published yet: the next is one more than that.
        (2, other, None, Before::Bytes(&first), None),
        (1, other, None, Before::Bytes(&first), taken(1, 1)),
        (3, other, None, Before::Bytes(&first), skips(3)),
        (0, other, Some(1), Before::Nothing, None),
        // As it is, the file of the newest revision is as it should be, and so is one that waits for a sync.
        (1, same, Some(1), Before::Unknown, None),
        (1, other, Some(1), Before::Unknown, taken(1, 1)),
        (4, other, Some(1), Before::Unknown, None),
        (u64::MAX, other, Some(1), Before::Nothing, None),
    ] {
        assert_eq!(revision(found, range, recorded, before), expected, "{found} after {recorded:?}");
    }
}

/// What is said of a status of tally, which the clean surroundings want and have not published.
fn status(kind: &str, more: &str, version: Option<&str>, before: Before<'_>) -> Vec<String> {
    let surroundings = Surroundings::clean();
    let text = format!(r#"{{"status": "{kind}", "reason": "x"{more}}}"#);
    let version: Option<Version> = version.map(|version| version.parse().unwrap());
    let of = (&name("tally"), version.as_ref());
    let found = check_status_target(&path(STATUS), text.as_bytes(), TERMS, of, &surroundings.world, before);
    found.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

#[test]
fn a_status_is_one_that_its_version_can_have() {
    let gone = r#"{"status": "unpublished", "reason": "x"}"#;
    assert_eq!(status("yanked", "", None, Before::Nothing), Vec::<String>::new());
    assert_eq!(
        status("yanked", "", Some("7.7.7"), Before::Nothing),
        ["R049: the path names a package or a version that nobody published or defined"]
    );
    assert_eq!(
        status("deprecated", r#", "replacement": "tally""#, None, Before::Nothing),
        ["R049: tally cannot replace itself"]
    );
    assert_eq!(
        status("deprecated", r#", "replacement": "nowhere""#, None, Before::Nothing),
        ["R049: there is no package nowhere to replace it"]
    );
    assert_eq!(status("deprecated", r#", "replacement": "seedbed""#, None, Before::Nothing), Vec::<String>::new());
    assert_eq!(
        status("yanked", "", None, Before::Bytes(gone.as_bytes())),
        ["R049: tally was unpublished, and stays unpublished"]
    );
    assert_eq!(status("unpublished", "", None, Before::Bytes(gone.as_bytes())), Vec::<String>::new());
}

#[test]
fn the_nouns_of_a_life_are_what_they_say() {
    let (facts, line) = published(Some(1), ">=1.0.0 <3.0.0");
    assert_eq!(facts.archive_manifest(&line), line);
    let narrow = [(name("seedbed"), ">=1.0.0 <2.0.0".parse().unwrap())].into_iter().collect();
    let facts = Published { archive_dependencies: narrow, ..facts };
    assert_eq!(facts.archive_manifest(&line).dependencies[&name("seedbed")].to_string(), ">=1.0.0 <2.0.0");
    assert!(facts.is_on_offer() && facts.marks().next().is_none());
    let mark = curator::model::Mark {
        reason: "x".parse::<Reason>().unwrap(),
        replacement: None,
        since: "2026-01-01T00:00:00.000Z".parse().unwrap(),
    };
    let mut yanked = facts.clone();
    *yanked.mark(StatusKind::Yanked).unwrap() = Some(mark.clone());
    assert!(!yanked.is_on_offer() && yanked.mark(StatusKind::Unpublished).is_none());
    let deprecated = Published { deprecated: Some(mark), ..facts };
    assert!(deprecated.is_on_offer());
}
