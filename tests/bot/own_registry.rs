//! What the workflow `review` of this repository does with pull requests: its command, on a repository that holds what this
//! one holds in `registry/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::github::GitHub;
use crate::github::face::pull::Pull;
use crate::program::{Ran, curator, finish};

/// Every file below a folder, by its path from `root`.
fn files(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(root, &path, into);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            into.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Runs the command of the workflow.
fn review(github: &GitHub, url: &str, pull: &Pull) -> Ran {
    let home = TempDir::new().unwrap();
    let mut command = curator(home.path());
    command.args(["review", "--pull", &pull.number.to_string(), "--read-only", "--format", "markdown"]);
    command.args(["--registry", url, "--registry-path", "registry", "--cache", "cache"]);
    command.env("CURATOR_GITHUB_API", github.api()).env("CURATOR_GITHUB_UPLOADS", github.uploads());
    command.env("GITHUB_TOKEN", github.reading_token()).env("GITHUB_ACTIONS", "true");
    command.env("GITHUB_REPOSITORY", "acme/curator").envs(github.trust());
    finish(command)
}

#[test]
fn a_pull_request_to_this_repository_is_reviewed_as_the_workflow_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = BTreeMap::new();
    for folder in ["registry", "index"] {
        files(root, &root.join(folder), &mut all);
    }
    let github = GitHub::start();
    let repository = github.repository("acme/curator");
    let changes: Vec<(&str, Option<&[u8]>)> =
        all.iter().map(|(path, bytes)| (path.as_str(), Some(bytes.as_slice()))).collect();
    repository.commit("main", &changes);
    let (url, ann) = (repository.url(), github.person("ann"));

    // Who changes the program changes nothing that is published.
    let code = repository.pull(&ann, "main", &[("src/main.rs", Some(b"fn main() {}\n"))]);
    let ran = review(&github, &url, &code).ends(0);
    assert!(ran.out.contains("src/main.rs"), "{}", ran.out);

    // A version that its source does not have.
    let (path, text) = all.iter().find(|(path, _)| path.contains("packages/zi/") && path.ends_with(".0.json")).unwrap();
    let version = Path::new(path).file_stem().unwrap().to_str().unwrap();
    let text = String::from_utf8(text.clone()).unwrap().replace(version, "9.9.9");
    let wrong = path.replace(version, "9.9.9");
    let wrong = repository.pull(&ann, "main", &[(&wrong, Some(text.as_bytes()))]);
    let ran = review(&github, &url, &wrong).ends(1);
    assert!(ran.out.contains("Refused as it is") && ran.out.contains("9.9.9"), "{}", ran.out);
    assert!(wrong.comments().is_empty() && wrong.checks().is_empty(), "it only looks");
}
