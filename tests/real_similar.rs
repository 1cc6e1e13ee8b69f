//! Name distance on the real PureScript registry: how often honest names are alike.
//!
//! Reads `metadata/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "data that does not read is a failed test"
)]
#![allow(clippy::print_stderr, reason = "the counts are what one runs this for")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use curator::model::PackageName;
use curator::rules::similar::{Likeness, reserved, similar};

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn hardly_any_two_honest_names_look_the_same() {
    let real = std::env::var_os("CURATOR_REAL_DATA").expect("CURATOR_REAL_DATA names the directory of the real data");
    let mut names: Vec<PackageName> = std::fs::read_dir(PathBuf::from(real).join("metadata"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".json")?.parse().ok())
        .collect();
    names.sort();
    assert!(names.len() > 1_000, "only {} names read", names.len());

    let mut pairs: BTreeMap<Likeness, Vec<String>> = BTreeMap::new();
    let start = Instant::now();
    for (index, name) in names.iter().enumerate() {
        for found in similar(name, names.iter().skip(index + 1)) {
            pairs.entry(found.likeness).or_default().push(format!("{name}/{}", found.name));
        }
    }
    eprintln!("{} names, all pairs in {:?}", names.len(), start.elapsed());
    for (likeness, pairs) in &pairs {
        eprintln!("{likeness:?}: {} pairs: {}", pairs.len(), pairs.join(" "));
    }
    let taken: Vec<_> = names.iter().filter(|name| reserved(name).is_some()).map(PackageName::as_str).collect();
    eprintln!("reserved and taken: {}", taken.join(" "));
    let look_alikes = pairs.get(&Likeness::SameSkeleton).map_or(0, Vec::len);
    assert!(look_alikes <= 2, "a look-alike is an error: it may not meet honest names");
}
