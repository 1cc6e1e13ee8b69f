//! The account of what must be there in the end: everything once, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use git2::{Oid, Repository};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::github::face::pull::Pull;
use crate::github::world::AssetState;
use crate::town::{Town, Wish};

impl Town {
    /// Every wish was granted, once: merged, published, stored, told.
    #[track_caller]
    pub(crate) fn assert_granted_once(&self, wishes: &[Wish]) {
        for wish in wishes {
            assert_told(wish);
            self.assert_published(wish);
        }
        let merges = self.history("main");
        assert_eq!(merges.len(), 2 + wishes.len(), "commits of main: {merges:#?}");
        let published = wishes.iter().map(|wish| format!("{}@{}", wish.name, wish.version));
        let told = self.history("index").join("\n");
        for version in published {
            let lines = told.lines().filter(|line| line.split([' ', ',', ':']).any(|word| word == version)).count();
            assert_eq!(lines, 1, "times that {version} is published:\n{told}");
        }
        self.assert_releases(wishes);
    }

    /// The index has the version in both halves, and its archive is what it says.
    #[track_caller]
    fn assert_published(&self, Wish { name, version, .. }: &Wish) {
        let shard = format!("{}/{}", &name[..2], &name[2..4]);
        let read = |path: String| self.repository.file("index", &path).unwrap_or_default();
        let metadata: Value = serde_json::from_slice(&read(format!("metadata/{shard}/{name}.json"))).unwrap();
        let lines = String::from_utf8(read(format!("{shard}/{name}"))).unwrap();
        let quoted = format!("\"version\":\"{version}\"");
        assert_eq!(lines.lines().filter(|line| line.contains(&quoted)).count(), 1, "{name}@{version}: {lines}");
        let hash = metadata["published"][version]["hash"].as_str().unwrap().to_owned();
        let (tag, file) = (format!("pkg/{name}/1"), format!("{name}-{version}.tar.gz"));
        let archive = self.repository.asset(&tag, &file).unwrap_or_else(|| panic!("{file} is not there"));
        let digest =
            format!("sha256-{}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, Sha256::digest(archive)));
        assert_eq!(hash, digest, "{name}@{version}");
    }

    /// One release for each package, with two files for each version, and nothing that broke off.
    #[track_caller]
    fn assert_releases(&self, wishes: &[Wish]) {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Wish { name, version, .. } in wishes {
            let file = format!("{name}-{version}.tar.gz");
            wanted.entry(format!("pkg/{name}/1")).or_default().extend([format!("{file}.sha256"), file]);
        }
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for release in self.repository.releases() {
            assert!(!release.is_draft, "{}", release.tag);
            assert!(!found.contains_key(&release.tag), "two releases {}", release.tag);
            let files = found.entry(release.tag).or_default();
            for asset in release.assets {
                assert_eq!(asset.state, AssetState::Uploaded, "{}", asset.name);
                assert!(files.insert(asset.name.clone()), "two files {}", asset.name);
            }
        }
        assert_eq!(found, wanted);
    }

    /// The messages along a branch, newest first, by first parents.
    fn history(&self, branch: &str) -> Vec<String> {
        let repository = Repository::open_bare(self.repository.bare()).unwrap();
        let tip = self.repository.tip(branch).unwrap();
        let mut next = Some(repository.find_commit(Oid::from_str(&tip).unwrap()).unwrap());
        let mut messages = Vec::new();
        while let Some(commit) = next {
            messages.push(commit.message().unwrap_or_default().to_owned());
            next = commit.parent(0).ok();
        }
        messages
    }
}

/// The pull request is merged, and has one comment, and no verdict and no label twice.
#[track_caller]
fn assert_told(Wish { pull, .. }: &Wish) {
    let comments = pull.comments();
    let texts: Vec<&str> = comments.iter().map(|comment| comment.text.as_str()).collect();
    assert!(pull.is_merged(), "pull request {}: {texts:#?}", pull.number);
    assert_eq!(comments.len(), 1, "pull request {}: {texts:#?}", pull.number);
    assert!(comments[0].text.contains("can be installed"), "pull request {}: {}", pull.number, comments[0].text);
    let (mut checks, newest) = verdicts(pull);
    assert!(!checks.is_empty(), "pull request {}", pull.number);
    let given = checks.len();
    checks.dedup();
    assert_eq!(checks.len(), given, "pull request {} was told the same twice: {checks:#?}", pull.number);
    assert_eq!(newest.as_deref(), Some("success"), "pull request {}", pull.number);
    let labels = pull.labels();
    let unique: BTreeSet<&str> = labels.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), labels.len(), "pull request {}: {labels:?}", pull.number);
    assert!(unique.contains("published") && !unique.contains("ready"), "{labels:?}");
    assert!(["new-version", "new-package"].iter().any(|label| unique.contains(label)), "{labels:?}");
}

/// What was said of the head in checks, or else in statuses, and what the newest of them comes to.
fn verdicts(pull: &Pull) -> (Vec<(Option<String>, String)>, Option<String>) {
    let (checks, statuses) = (pull.checks(), pull.statuses());
    if checks.is_empty() {
        let newest = statuses.last().map(|status| status.state.clone());
        let said = statuses.into_iter().map(|status| (status.description, status.target.unwrap_or_default()));
        return (said.collect(), newest);
    }
    assert!(statuses.is_empty(), "pull request {} has checks and statuses", pull.number);
    let newest = checks.last().and_then(|check| check.conclusion.clone());
    (checks.into_iter().map(|check| (check.title, check.external_id)).collect(), newest)
}
