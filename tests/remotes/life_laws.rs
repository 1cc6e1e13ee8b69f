//! Laws of what happens to versions: whatever is merged, in whatever order and between whichever syncs, an index made from
//! scratch says the same, archives never change, and everything agrees.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::life::assert_made_again_alike;
use crate::registry::Package;
use crate::remotes::Remotes;

/// The packages: each takes every version of the one before it.
const NAMES: [&str; 3] = ["base", "apps", "tools"];

/// Something that somebody merges.
#[derive(Debug, Clone)]
enum Act {
    /// The next version of a package.
    Release(usize),
    /// Other bounds for a version of it, and how much later they end.
    Bounds(usize, usize, u64),
    /// A status for a version of it; of the whole package, for the last.
    Status(usize, usize, &'static str),
    /// That a status is over.
    Over(usize, usize),
    /// A change that concerns nobody.
    Nothing,
}

fn act() -> impl Strategy<Value = Act> {
    let package = 0..NAMES.len();
    prop_oneof![
        3 => package.clone().prop_map(Act::Release),
        3 => (1..NAMES.len(), 0_usize..3, 2_u64..6).prop_map(|(name, version, end)| Act::Bounds(name, version, end)),
        3 => (package.clone(), 0_usize..4, prop::sample::select(&["yanked", "deprecated", "quarantined"][..]))
            .prop_map(|(name, version, word)| Act::Status(name, version, word)),
        1 => (2..NAMES.len(), 0_usize..3).prop_map(|(name, version)| Act::Status(name, version, "unpublished")),
        2 => (package, 0_usize..4).prop_map(|(name, version)| Act::Over(name, version)),
        1 => Just(Act::Nothing),
    ]
}

/// A registry that people change, and what they have done so far.
struct Town {
    remotes: Remotes,
    packages: Vec<Package>,
    versions: Vec<Vec<String>>,
    revisions: BTreeMap<(usize, usize), u64>,
    gone: BTreeSet<String>,
    day: u32,
}

impl Town {
    fn new() -> Self {
        let mut remotes = Remotes::new();
        let packages: Vec<Package> = NAMES.iter().map(|name| remotes.work.package(name)).collect();
        let versions = vec![Vec::new(); NAMES.len()];
        let mut town = Self { remotes, packages, versions, revisions: BTreeMap::new(), gone: BTreeSet::new(), day: 1 };
        for name in 0..NAMES.len() {
            town.act(&Act::Release(name));
        }
        town
    }

    /// Merges what is done; nothing, where it cannot be done.
    fn act(&mut self, act: &Act) {
        match act {
            Act::Release(name) => {
                let version = format!("{}.0.0", self.versions[*name].len() + 1);
                let on: Vec<(&str, &str)> =
                    name.checked_sub(1).map(|on| (NAMES[on], ">=1.0.0 <9.0.0")).into_iter().collect();
                self.remotes.work.release(&self.packages[*name], &version, &on);
                self.versions[*name].push(version);
            }
            Act::Bounds(name, at, end) => {
                let Some(version) = self.versions[*name].get(*at) else { return };
                let revision = self.revisions.entry((*name, *at)).or_default();
                *revision += 1;
                let bounds = json!({
                    "revision": *revision, "reason": format!("{revision}"),
                    "dependencies": { NAMES[name - 1]: format!(">=1.0.0 <{end}.0.0") },
                });
                let path = format!("overrides/{}/{}/{version}.json", &NAMES[*name][..2], NAMES[*name]);
                self.remotes.work.write(&path, bounds.to_string());
            }
            Act::Status(name, at, word) => {
                let path = self.status(*name, *at);
                if !self.gone.contains(&path) && (*word != "unpublished" || *at < self.versions[*name].len()) {
                    let status = json!({ "status": word, "reason": format!("it is {word}") });
                    self.remotes.work.write(&path, status.to_string());
                    if *word == "unpublished" {
                        self.gone.insert(path);
                    }
                }
            }
            Act::Over(name, at) => {
                let path = self.status(*name, *at);
                if !self.gone.contains(&path) {
                    let _ = fs::remove_file(self.remotes.work.file(&path));
                }
            }
            Act::Nothing => self.remotes.work.write("README.md", format!("day {}", self.day)),
        }
        self.day += 1;
        self.remotes.merge(&format!("2026-{:02}-{:02}T00:00:00Z", 2 + self.day / 28, 1 + self.day % 28));
    }

    /// The file of a status: of a version that there is, else of the whole package.
    fn status(&self, name: usize, at: usize) -> String {
        let file = self.versions[name].get(at).map_or("all", String::as_str);
        format!("status/{}/{}/{file}.json", &NAMES[name][..2], NAMES[name])
    }

    /// The bytes of every archive.
    fn archives(&self) -> BTreeMap<String, Vec<u8>> {
        let mut archives = BTreeMap::new();
        for name in NAMES {
            for entry in fs::read_dir(self.remotes.home().join("store").join(name)).into_iter().flatten() {
                let path = entry.unwrap().path();
                archives.insert(path.display().to_string(), fs::read(path).unwrap());
            }
        }
        archives
    }
}

/// Does what is done, syncs where that is said, and asserts the laws.
fn hold(acts: &[(Act, bool)]) {
    let mut town = Town::new();
    town.remotes.sync("2026-02-03T00:00:00Z").ends(0);
    let mut archives = town.archives();
    for (act, then_sync) in acts {
        town.act(act);
        if *then_sync {
            town.remotes.sync("2026-12-01T00:00:00Z");
            let now = town.archives();
            for (path, bytes) in &now {
                assert!(archives.get(path).is_none_or(|before| before == bytes), "{path} changed by {act:?}");
            }
            archives.extend(now);
        }
    }
    town.remotes.sync("2026-12-02T00:00:00Z");
    town.remotes.run(&["sync", "--full"]).prints(&["Nothing to do"]);
    assert_made_again_alike(&town.remotes);
}

#[test]
fn an_index_made_from_scratch_says_the_same() {
    let cases = std::env::var("CURATOR_LIVES").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 24, ..Config::default() };
    let acts = prop::collection::vec((act(), any::<bool>()), 4..14);
    TestRunner::new(config)
        .run(&acts, |acts| {
            hold(&acts);
            Ok(())
        })
        .unwrap();
}
