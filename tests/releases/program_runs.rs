//! The real program with releases as its store.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::github::world::AssetState;
use crate::program::{Ran, curator, finish};
use crate::sample::{PUBLISHED, Sample};
use crate::scene::Scene;
use crate::trees::{Tree, assert_same};

const FOLDER: &str = "[[store]]\nname = \"local\"\npath = \"../.curator/store\"\n";
const PACKAGES: &str = "[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\n";
const VERSIONS: &str = "[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\nlayout = \"per-version\"\n";

impl Scene {
    fn command(&self, home: &Path, args: &[&str]) -> std::process::Command {
        let mut command = curator(home);
        command.args(args).env("CURATOR_GITHUB_API", self.github.api());
        command.env("CURATOR_GITHUB_UPLOADS", self.github.uploads()).env("GITHUB_TOKEN", &self.token);
        command
    }

    fn run(&self, sample: &Sample, args: &[&str]) -> Ran {
        let ran = finish(self.command(sample.home(), args));
        assert!(!ran.out.contains(&self.token) && !ran.err.contains(&self.token), "{ran:?}");
        ran
    }

    fn sync(&self, sample: &Sample) -> Ran {
        self.run(sample, &["sync", "--published-time", PUBLISHED])
    }

    /// Every whole file of a published release: `<package>/<file>` and its bytes, as in a store that is a folder.
    fn stored(&self) -> Vec<(String, Vec<u8>)> {
        let mut stored = Vec::new();
        for release in self.repository.releases().into_iter().filter(|release| !release.is_draft) {
            let package = release.tag.split('/').nth(1).unwrap().to_owned();
            let whole = release.assets.into_iter().filter(|asset| asset.state == AssetState::Uploaded);
            stored.extend(whole.map(|asset| (format!("{package}/{}", asset.name), asset.bytes)));
        }
        stored.sort();
        stored
    }
}

/// Lets the sample have these stores.
fn configure(sample: &Sample, stores: &str) {
    let file = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(FOLDER), "{text}");
    fs::write(file, text.replace(FOLDER, stores)).unwrap();
}

/// The sample with these stores, and nothing published yet.
fn wanted(stores: &str) -> Sample {
    let sample = Sample::wanted();
    configure(&sample, stores);
    sample
}

/// The files of a store that is a folder.
fn folder(root: &Path) -> Vec<(String, Vec<u8>)> {
    let tree = Tree::read(root);
    let mut files: Vec<_> =
        tree.files().iter().map(|(path, bytes)| (path.display().to_string(), bytes.to_vec())).collect();
    files.sort();
    files
}

/// What the metadata of `seedbed` says of 1.0.0.
fn seedbed(sample: &Sample) -> Value {
    let file = sample.index().join("metadata/se/ed/seedbed.json");
    serde_json::from_slice::<Value>(&fs::read(file).unwrap()).unwrap()["published"]["1.0.0"].clone()
}

/// The index without what says where archives are.
fn elsewhere(sample: &Sample) -> Vec<(String, String)> {
    let files = folder(&sample.index()).into_iter().filter(|(path, _)| path != "config.json");
    let lines = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| !line.contains("\"release\": "));
        lines.map(|line| line.trim_end_matches(',')).collect::<Vec<_>>().join("\n")
    };
    files.map(|(path, bytes)| (path, lines(bytes))).collect()
}

#[test]
fn releases_serve_every_command_alone() {
    let reference = Sample::published();
    for (table, tag) in [(PACKAGES, "pkg/seedbed/1"), (VERSIONS, "pkg/seedbed/1.0.0")] {
        let scene = Scene::new();
        if table == VERSIONS {
            scene.repository.freeze_releases();
        }
        let sample = wanted(table);
        scene.sync(&sample).ends(0).prints(&["13 published"]);
        assert!(!sample.store().exists());
        assert!(scene.stored() == folder(&reference.store()));
        // Clients find an archive by the index alone.
        let config: Value = serde_json::from_slice(&fs::read(sample.index().join("config.json")).unwrap()).unwrap();
        let url = config["stores"][0]["url"].as_str().unwrap().to_owned();
        assert_eq!(seedbed(&sample)["release"], tag);
        let url = url.replace("{release}", tag).replace("{name}", "seedbed").replace("{version}", "1.0.0");
        let path = url.strip_prefix("https://github.com/acme/registry/releases/download/").unwrap();
        let (found, file) = path.rsplit_once('/').unwrap();
        assert!(scene.repository.asset(found, file).is_some(), "{url}");
        assert!(elsewhere(&sample) == elsewhere(&reference));
        // Nothing is left to do, and nothing is wrong.
        let after = sample.everything();
        scene.asked();
        scene.sync(&sample).ends(0).prints(&["Nothing to do"]);
        assert!(scene.asked().iter().all(|asked| asked.starts_with("GET /releases")));
        scene.run(&sample, &["audit"]).ends(0);
        scene.run(&sample, &["rebuild", "--all"]).ends(0);
        assert_same(&after, &sample.everything());
        // The same store by its address, for a registry that names another one.
        scene.run(&reference, &["audit", "--store", "github:acme/registry"]).ends(0);
        scene.assert_lawful();
    }
}

#[test]
fn a_run_that_is_killed_between_upload_and_commit_is_completed() {
    let reference = folder(&Sample::published().store());
    for (table, moments) in [(PACKAGES, vec![1, 9]), (VERSIONS, vec![7])] {
        for files in moments {
            let scene = Scene::new();
            let sample = wanted(table);
            scene.github.latency(Duration::from_millis(5));
            let mut command = scene.command(sample.home(), &["sync", "--published-time", PUBLISHED]);
            let scratch = tempfile::TempDir::new().unwrap();
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).env("TMPDIR", scratch.path());
            let mut child = command.spawn().unwrap();
            let uploaded = || scene.repository.releases().iter().map(|it| it.assets.len()).sum::<usize>();
            while child.try_wait().unwrap().is_none() && uploaded() < files {
                thread::sleep(Duration::from_millis(1));
            }
            child.kill().unwrap();
            assert!(!child.wait().unwrap().success());
            assert!((files..26).contains(&uploaded()) && !sample.index().join("config.json").exists());
            scene.github.latency(Duration::ZERO);
            scene.sync(&sample).ends(0).prints(&["13 published"]);
            assert!(scene.stored() == reference);
            assert!(scene.repository.releases().iter().all(|release| !release.is_draft));
        }
    }
}

#[test]
fn what_releases_lost_comes_back_and_the_metadata_follows() {
    let scene = Scene::new();
    let sample = wanted(PACKAGES);
    scene.sync(&sample).ends(0);
    let (stored, index) = (scene.stored(), folder(&sample.index()));
    // Back into the same release, so that the index stays as it is.
    scene.change(|releases| {
        releases.iter_mut().find(|it| it.tag == "pkg/seedbed/1").unwrap().assets.clear();
        releases.retain(|it| it.tag != "pkg/mealy/1");
    });
    scene.run(&sample, &["audit"]).ends(1).prints(&["seedbed@1.0.0", "mealy@1.0.0"]);
    scene.sync(&sample).ends(0).prints(&["restocked seedbed@1.0.0 in store 'releases'"]);
    assert!((scene.stored(), folder(&sample.index())) == (stored.clone(), index));
    // Another layout: what is lost now comes back into releases of its own, and the index says so.
    configure_again(&sample, PACKAGES, VERSIONS);
    scene.change(|releases| releases.retain(|it| it.tag != "pkg/seedbed/1"));
    scene.sync(&sample).ends(0).prints(&["restocked seedbed@1.0.0 in store 'releases'"]);
    assert_eq!(seedbed(&sample)["release"], "pkg/seedbed/1.0.0");
    assert!(scene.stored() == stored);
    scene.run(&sample, &["audit"]).ends(0);
    scene.sync(&sample).ends(0).prints(&["Nothing to do"]);
}

fn configure_again(sample: &Sample, before: &str, after: &str) {
    let file = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text.replace(before, after)).unwrap();
}

#[test]
fn a_registry_moves_from_a_folder_into_releases() {
    let scene = Scene::new();
    let sample = Sample::published();
    let reference = folder(&sample.store());
    configure(&sample, &format!("{PACKAGES}{FOLDER}"));
    assert_eq!(seedbed(&sample)["release"], Value::Null);
    scene.sync(&sample).ends(0).prints(&["restocked seedbed@1.0.0 in store 'releases'"]);
    assert!(scene.stored() == reference);
    assert_eq!(seedbed(&sample)["release"], "pkg/seedbed/1");
    scene.run(&sample, &["audit"]).ends(0);
    scene.sync(&sample).ends(0).prints(&["Nothing to do"]);
}

#[test]
fn a_mirror_in_releases_is_not_what_the_index_speaks_of() {
    let scene = Scene::new();
    let sample = wanted(&format!("{FOLDER}{VERSIONS}"));
    scene.sync(&sample).ends(0).prints(&["13 published"]);
    assert!(scene.stored() == folder(&sample.store()));
    assert_eq!(seedbed(&sample)["release"], Value::Null);
}

#[test]
fn one_version_that_cannot_be_stored_holds_up_no_other() {
    // Somebody else's bytes, which are never overwritten.
    let scene = Scene::new();
    scene.prefill("pkg/seedbed/1", [("seedbed-1.0.0.tar.gz".to_owned(), b"other bytes".to_vec())]);
    let sample = wanted(PACKAGES);
    let ran = scene.sync(&sample).ends(1);
    ran.prints(&["has other bytes under seedbed/seedbed-1.0.0.tar.gz", "nothing is ever overwritten"]);
    assert_eq!(scene.repository.asset("pkg/seedbed/1", "seedbed-1.0.0.tar.gz").unwrap(), b"other bytes");
    assert!(scene.stored().len() > 2);
    // A release that is frozen without the version's files.
    let scene = Scene::new();
    scene.repository.freeze_releases();
    scene.prefill("pkg/seedbed/1.0.0", []);
    scene.change(|releases| releases[0].is_frozen = true);
    let ran = scene.sync(&wanted(VERSIONS)).ends(1);
    ran.prints(&["the release 'pkg/seedbed/1.0.0' is published and immutable without it", "GitHub thaws nothing"]);
    assert!(scene.stored().len() > 2);
}

#[test]
fn a_token_that_is_missing_or_too_weak_is_told_and_nothing_is_published() {
    let mut scene = Scene::new();
    for (token, message) in [
        (scene.github.reading_token(), "Resource not accessible by integration"),
        ("ghs_revoked".to_owned(), "it does not accept the token"),
    ] {
        scene.token = token;
        let sample = wanted(PACKAGES);
        let ran = scene.sync(&sample).ends(3);
        ran.complains(&["the store 'releases' refuses access", message, "For releases set GITHUB_TOKEN"]);
        assert!(!sample.index().join("config.json").exists());
    }
}
