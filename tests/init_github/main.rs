//! A registry on GitHub has all that GitHub needs, and its workflows do what they say: their scripts are run here.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_types,
    reason = "functions that tests share; a test looks at the disk and runs scripts"
)]

mod by_hand;
mod own;
mod scripts;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use curator::adapters::Folder;
use curator::config::Config;
use curator::model::{Limits, Profile, TreePath};
use curator::ops::{Stop, init_on_github};
use curator::rules::init::{ChecksBy, Digests, GitHubSetup, Program, github_registry, new_registry};
use curator::rules::report::setup_steps;
use serde_json::Value;
use tempfile::TempDir;

const X86_64: &str = "curator-x86_64-unknown-linux-musl";
const AARCH64: &str = "curator-aarch64-unknown-linux-musl";

/// A registry whose repository holds its index, too, with everything said.
fn shared() -> GitHubSetup {
    let sums = format!("{}  {X86_64}\n{}  {AARCH64}\n", "0a".repeat(32), "0b".repeat(32));
    GitHubSetup {
        repository: "acme/registry".parse().unwrap(),
        folder: None,
        index: None,
        trustees: vec!["583231=octocat".parse().unwrap(), "2".parse().unwrap()],
        team: Some("acme/keepers".parse().unwrap()),
        program: Program {
            repository: Some("acme/curator".parse().unwrap()),
            version: "1.2.3".to_owned(),
            digests: Some(Digests::read(&sums).unwrap()),
        },
        checks: ChecksBy::Actions,
        index_app: None,
    }
}

/// A registry in a folder, whose index has a repository of its own, with as little said as possible.
fn apart() -> GitHubSetup {
    GitHubSetup {
        folder: Some("registry".parse().unwrap()),
        index: Some("acme/index".parse().unwrap()),
        trustees: Vec::new(),
        team: None,
        program: Program { repository: None, version: "1.2.3".to_owned(), digests: None },
        ..shared()
    }
}

fn texts(setup: &GitHubSetup) -> BTreeMap<String, String> {
    let files = github_registry("larkspur", Profile::Purescript, setup);
    files.into_iter().map(|(path, bytes)| (path.as_str().to_owned(), String::from_utf8(bytes).unwrap())).collect()
}

/// The workflows and the action, as GitHub reads them.
fn yaml(setup: &GitHubSetup) -> BTreeMap<String, Value> {
    let files = texts(setup).into_iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|it| it == "yml"));
    let named = |path: String| {
        let path = Path::new(&path);
        let stem = path.file_stem().unwrap().to_str().unwrap();
        // Actions are called as their folders are.
        let folder = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        if stem == "action" { folder } else { stem }.to_owned()
    };
    files.map(|(path, text)| (named(path), serde_saphyr::from_str(&text).unwrap())).collect()
}

fn folder(root: &Path) -> Folder {
    Folder::new(root, Limits::default())
}

/// Every step of a job or an action.
fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_array().unwrap()
}

#[test]
fn everything_is_written_and_nothing_that_is_there() {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join(".github")).unwrap();
    fs::write(home.path().join(".github/dependabot.yml"), "mine").unwrap();
    fs::write(home.path().join("curator.toml"), "mine").unwrap();
    let begun = init_on_github(&folder(home.path()), "larkspur", Profile::Purescript, &shared()).unwrap();
    let kept: Vec<&str> = begun.kept.iter().map(TreePath::as_str).collect();
    assert_eq!(kept, [".github/dependabot.yml", "curator.toml"]);
    let all = texts(&shared());
    assert_eq!(all.len(), new_registry("larkspur", Profile::Purescript).len() + 12);
    for (path, text) in &all {
        let written = fs::read_to_string(home.path().join(path)).unwrap();
        assert_eq!(written, if kept.contains(&path.as_str()) { "mine" } else { text.as_str() }, "{path}");
        assert!(!path.contains(".yml") || !text.contains(" @"), "{path} has a place that nothing filled");
    }
    let steps = setup_steps(&shared(), &begun.kept);
    assert!(steps[0].what.contains("curator.toml was there and stays"), "{}", steps[0].what);
    // Once more, nothing is left to write.
    let again = init_on_github(&folder(home.path()), "larkspur", Profile::Purescript, &shared()).unwrap();
    assert_eq!((again.written.len(), again.kept.len()), (0, all.len()));
}

#[test]
fn a_registry_in_a_folder_has_its_files_there_and_githubs_at_the_top() {
    let files = texts(&apart());
    assert!(files.keys().all(|path| path.starts_with("registry/") || path.starts_with(".github/")));
    for workflow in ["heal", "review", "sync"] {
        let text = &files[&format!(".github/workflows/{workflow}.yml")];
        assert_eq!(text.matches("--registry-path registry").count(), text.matches("$GITHUB_REPOSITORY.git").count());
    }
    assert!(!files.contains_key(".github/CODEOWNERS"), "nobody's name is known");
    let owners = &texts(&GitHubSetup { folder: apart().folder, ..shared() })[".github/CODEOWNERS"];
    assert!(owners.contains("\n/registry/curator.toml @acme/keepers @octocat\n"), "{owners}");
    assert!(texts(&shared())[".github/CODEOWNERS"].contains("\n/curator.toml @acme/keepers @octocat\n"));

    let home = TempDir::new().unwrap();
    for hostile in ["a b", "$(id)", "${{ github.token }}", "a;b", "--full", "ä"] {
        let setup = GitHubSetup { folder: Some(hostile.parse().unwrap()), ..shared() };
        let error = init_on_github(&folder(home.path()), "larkspur", Profile::Purescript, &setup).unwrap_err();
        assert!(matches!(error, Stop::Usage(_)), "{hostile}: {error}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "a refusal writes nothing");
}

#[test]
fn the_configuration_names_index_releases_and_trustees() {
    let read = |setup: &GitHubSetup, at: &str| texts(setup)[at].parse::<toml::Table>().unwrap();
    let config = read(&shared(), "curator.toml");
    assert_eq!(
        config["index"],
        toml::toml! { git = "https://github.com/acme/registry.git"
        branch = "index" }
        .into()
    );
    let store = toml::toml! { name = "releases"
    github = "acme/registry"
    layout = "per-package" };
    assert_eq!(config["store"], vec![toml::Value::from(store.clone())].into());
    assert_eq!(
        config["trustees"],
        toml::toml! { people = [583_231, 2]
        team = "acme/keepers" }
        .into()
    );
    let config = read(&apart(), "registry/curator.toml");
    assert_eq!(
        config["index"],
        toml::toml! { git = "https://github.com/acme/index.git"
        branch = "main" }
        .into()
    );
    assert_eq!(config["store"], vec![toml::Value::from(store)].into());
    let nobody: Vec<i64> = Vec::new();
    assert_eq!(config["trustees"]["people"], nobody.into());
}

#[test]
fn the_configuration_is_one() {
    let review = Config::parse(&texts(&shared())["curator.toml"]).unwrap().policy().review;
    assert_eq!(review.trustees, BTreeSet::from([2, 583_231]));
    assert_eq!(review.trustee_team.as_deref(), Some("acme/keepers"));
    Config::parse(&texts(&apart())["registry/curator.toml"]).unwrap();
}
