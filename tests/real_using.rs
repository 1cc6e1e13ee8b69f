//! Using packages of the real PureScript registry, as it is adopted: every newest version resolves from what is on offer, and
//! the program chooses, searches and tells.
//!
//! Reads `index/`, `metadata/` and `package-sets/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "data that does not read as the index does is a failed test"
)]
#![allow(clippy::print_stderr, reason = "the counts are what one runs this for")]

#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/trees.rs"]
mod trees;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use curator::model::{ChoiceTerms, PackageName, Range, TreePath, Version, VersionOrder};
use curator::rules::choose::Offer;
use curator::rules::index::{Index, IndexFile, IndexPath, MetadataFile};
use curator::rules::resolve::{Resolver, Universe as _, Unsolvable, verify};
use program::{Ran, curator, finish};
use tempfile::TempDir;
use trees::{Node, Tree};

/// The real registry, adopted.
fn adopted() -> TempDir {
    let real = PathBuf::from(std::env::var_os("CURATOR_REAL_DATA").expect("CURATOR_REAL_DATA names the real data"));
    let home = TempDir::new().unwrap();
    let index = real.join("index");
    let mut command = curator(home.path());
    command.args(["import", "purescript", "--registry", real.to_str().unwrap()]);
    command.args(["--index", index.to_str().unwrap(), "--into", "mine"]);
    finish(command).ends(0);
    home
}

/// The index below a folder.
fn index(folder: &Path) -> Index {
    let mut index = Index::default();
    for (path, node) in Tree::read(folder).0 {
        let (Node::File(bytes), Ok(path)) = (node, path.to_str().unwrap().parse::<TreePath>()) else { continue };
        match IndexPath::of(&path) {
            IndexPath::Manifests(name) => {
                index.packages.entry(name).or_default().manifests = Some(IndexFile::parse(&bytes).unwrap());
            }
            IndexPath::Metadata(name) => {
                index.packages.entry(name).or_default().metadata = Some(MetadataFile::parse(&bytes).unwrap());
            }
            _ => {}
        }
    }
    index
}

/// How many newest versions resolve on these terms; the others are explained.
fn resolve_all(index: &Index, terms: &ChoiceTerms, what: &str) -> (usize, usize) {
    let offer = Offer::new(index, &[], terms);
    let resolver = Resolver::new(&offer);
    let (mut solved, mut explained) = (0, 0);
    let start = Instant::now();
    for name in index.packages.keys() {
        let releases = offer.releases(name).unwrap_or_default();
        let Some(newest) = releases.iter().map(|release| release.version).max() else { continue };
        let roots = BTreeMap::from([(name.clone(), Range::exact(newest))]);
        match resolver.resolve(&roots) {
            Ok(resolution) => {
                assert_eq!(verify(&resolution, &offer, &roots), [], "{name}");
                let is_on_offer = |(name, version): (&PackageName, &Version)| {
                    let facts = index.published(name, version).unwrap();
                    offer.against(name, version, facts).is_none()
                };
                assert!(resolution.0.iter().all(is_on_offer), "{name}");
                solved += 1;
            }
            Err(Unsolvable::Conflict(explanation)) => {
                assert!(!explanation.to_string().is_empty());
                explained += 1;
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
    eprintln!("{what}: {solved} solved, {explained} explained in {:?}", start.elapsed());
    (solved, explained)
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_newest_version_on_offer_resolves_or_is_explained() {
    let home = adopted();
    let index = index(&home.path().join("mine/index"));
    assert_eq!(index.packages.len(), 1215);
    let any = ChoiceTerms::default();
    let (solved, explained) = resolve_all(&index, &any, "any compiler");
    // 57 names have no version.
    assert_eq!(solved + explained, 1215 - 57);
    assert!(solved > 1_100, "{solved}");
    let lowest = ChoiceTerms { order: VersionOrder::Lowest, ..ChoiceTerms::default() };
    assert_eq!(resolve_all(&index, &lowest, "the lowest versions"), (solved, explained));
    for compiler in ["0.15.15", "0.14.9", "0.13.8"] {
        let terms = ChoiceTerms { compiler: Some(compiler.parse().unwrap()), ..ChoiceTerms::default() };
        let (solved, explained) = resolve_all(&index, &terms, compiler);
        assert!(solved > 100 && solved > 3 * explained, "{compiler}: {solved} {explained}");
    }
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_program_chooses_searches_and_tells() {
    let home = adopted();
    let run = |args: &[&str]| -> Ran {
        let mut command = curator(home.path());
        command.args(args).args(["--index", "mine/index", "--cache", "cache"]);
        let start = Instant::now();
        let ran = finish(command);
        eprintln!("{args:?}: {:?}", start.elapsed());
        ran
    };
    let first = run(&["resolve", "halogen", "aff", "argonaut", "--format", "json"]).ends(0);
    let packages = first.json()["packages"].as_array().unwrap().clone();
    assert!(packages.len() > 40, "{}", packages.len());
    assert_eq!(run(&["resolve", "argonaut", "aff", "halogen", "--format", "json"]).ends(0).out, first.out);
    run(&["resolve", "halogen@>=7.0.0 <8.0.0", "prelude@>=4.0.0 <5.0.0"])
        .ends(1)
        .complains(&["prelude >=4.0.0 <5.0.0 is asked for"]);
    run(&["resolve", "prelud"]).ends(1).complains(&["there is no package prelud", "Names like prelud: prelude"]);
    run(&["search", "halogen", "store"]).ends(0).prints(&["of 1215"]);
    run(&["info", "prelude"]).ends(0).prints(&["prelude 6."]);
    run(&["resolve", "halogen", "--compiler", "0.15.15"]).ends(0);
    std::fs::write(home.path().join("curator.project.toml"), "[dependencies]\nhalogen = \"*\"\n").unwrap();
    run(&["resolve", "--lock"]).ends(0).prints(&["curator.lock is written"]);
    run(&["tree"]).ends(0).prints(&["halogen 7.", "\n  aff "]);
    run(&["outdated"]).ends(0);
    // The archives are elsewhere, and nobody says where.
    run(&["install", "--offline"]).ends(3).complains(&["there is no place to ask"]);
}
