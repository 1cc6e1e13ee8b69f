//! `curator audit --history` on real repositories, from the outside.

use std::fmt::Write as _;
use std::path::Path;

use curator::model::Area;
use serde_json::json;
use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::registry::{Registry, definition_file};
use crate::repos::{Repo, git_command};
use crate::story::{GONE, Story, entry, lines, metadata};

/// The commits of a story that are in `area`, as a bare repository.
fn repository(story: &Story, area: Area) -> Repo {
    let repo = Repo::new();
    let mut stream = String::new();
    for step in story.steps.iter().filter(|step| step.area == area) {
        let seconds = step.time().unix_millis() / 1000;
        write!(stream, "commit refs/heads/main\ncommitter {} {seconds} +0000\ndata 8\na commit\n", step.author)
            .unwrap();
        for (path, text) in &step.files {
            match text {
                Some(text) => writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap(),
                None => writeln!(stream, "D {path}").unwrap(),
            }
        }
    }
    repo.git_reading(["fast-import", "--quiet"], stream.as_bytes());
    repo
}

fn audit(home: &Path, registry: &Path, index: &Path, more: &[&str]) -> Ran {
    let places = ["--registry", registry.to_str().unwrap(), "--index", index.to_str().unwrap()];
    run(home, ["audit", "--history"].iter().chain(&places).chain(more))
}

/// One lost from the metadata for good, one lost from the index and put back, one unpublished.
fn eventful() -> Story {
    let all = [("0.1.0", entry("a")), ("0.1.1", entry("b")), ("0.1.2", entry("c"))];
    let mut story = Story::purescript()
        .registry(1, &[("metadata/maybe.json", metadata(&all, &[])), ("README.md", "Hello.\n".to_owned())])
        .index(1, &[("ma/yb/maybe", lines("maybe", &["0.1.0", "0.1.1", "0.1.2"]))])
        .registry(2, &[("metadata/maybe.json", metadata(&all[1..], &[]))])
        .index(3, &[("ma/yb/maybe", GONE)])
        .index(4, &[("ma/yb/maybe", lines("maybe", &["0.1.0", "0.1.1", "0.1.2"]))])
        .index(5, &[("ma/yb/maybe", lines("maybe", &["0.1.0", "0.1.2"]))])
        .registry(5, &[("metadata/maybe.json", metadata(&all[2..], &["0.1.1"]))]);
    for step in &mut story.steps {
        "\u{1b}[31mEve\u{202e} ::error::x ##[add-mask] <eve@example.org>".clone_into(&mut step.author);
    }
    story
}

#[test]
fn repositories_tell_what_was_lost() {
    let home = TempDir::new().unwrap();
    let story = eventful();
    let (registry, index) = (repository(&story, Area::Registry), repository(&story, Area::Index));
    let ran = audit(home.path(), &registry.path(), &index.path(), &[]).ends(1);
    let ran = ran.prints(&[
        "error[A017]: 1 metadata entry was lost in ",
        "Eve",
        ": maybe@0.1.0\n",
        "Healed:\n  3 manifests were lost in ",
        "Unpublished:\n  maybe@0.1.1 was unpublished in ",
        "3 commits of the registry, 4 commits of the index audited: 1 published thing is damaged (1 finding).\n",
    ]);
    assert_eq!(ran.err, "");
    let report = audit(home.path(), &registry.path(), &index.path(), &["--format", "json"]).ends(1).json();
    let lost = &report["incidents"][0];
    let second = registry.git(["rev-parse", "main~1"]);
    assert_eq!((&lost["commit"]["id"], &lost["commit"]["time"]), (&json!(second), &json!("2026-03-02T12:00:00.000Z")));
    assert_eq!(lost["facts"][0]["subjects"], json!(["maybe@0.1.0"]));
    // What happened before a day is nobody's damage of that day.
    let later = audit(home.path(), &registry.path(), &index.path(), &["--since", "2026-03-04"]).ends(0);
    later.prints(&[" audited since 2026-03-04: nothing is damaged.\n"]).prints_no(&["Healed"]);
    let never = audit(home.path(), &registry.path(), &index.path(), &["--since", "2027-01-01"]).ends(0);
    never.prints(&["0 commits of the registry, 0 commits of the index audited"]);
}

#[test]
fn one_of_the_two_may_be_a_plain_folder() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let story = eventful();
    let registry = repository(&story, Area::Registry);
    let ran = audit(home.path(), &registry.path(), folder.path(), &[]).ends(1);
    ran.prints(&["3 commits of the registry, nothing of the index (it has no history) audited: 1 published thing"]);
    // The metadata of today tells what was unpublished, also where the registry has no history.
    let index = repository(&story, Area::Index);
    std::fs::create_dir(folder.path().join("metadata")).unwrap();
    let today = metadata(&[("0.1.2", entry("c"))], &["0.1.1"]);
    std::fs::write(folder.path().join("metadata/maybe.json"), today).unwrap();
    let ran = audit(home.path(), folder.path(), &index.path(), &[]).ends(0);
    ran.prints(&["nothing of the registry (it has no history), 4 commits of the index audited: nothing is damaged.\n"]);
    let ran = audit(home.path(), folder.path(), folder.path(), &[]).ends(3);
    ran.complains(&["neither the registry nor the index has a history", "name a git repository with --registry"]);
    run(home.path(), ["audit", "--since", "2026-03-04"]).ends(3).complains(&["--history"]);
}

/// Commits everything in the folder of a registry.
fn commit(registry: &Registry, repo: &Repo) {
    let folder = registry.file("");
    let work_tree = format!("--work-tree={}", folder.display());
    for args in [["add", "--all", "."].as_slice(), &["commit", "--quiet", "-m", "Change the registry"]] {
        let done = git_command(&repo.path()).arg("--git-dir=.").arg(&work_tree).args(args).status().unwrap();
        assert!(done.success());
    }
}

#[test]
fn a_definition_that_changes_after_its_publication_is_told_and_healed() {
    let mut registry = Registry::new();
    let maybe = registry.package("maybe");
    registry.release(&maybe, "1.0.0", &[]);
    let (wanted, published) = (Repo::new(), Repo::new());
    let (at, to) = (wanted.path(), published.path());
    let places = ["--registry", at.to_str().unwrap(), "--index", to.to_str().unwrap(), "--store", "store"];
    commit(&registry, &wanted);
    registry.run(&[&["sync", "--published-time", "2026-03-01T00:00:00Z"], places.as_slice()].concat()).ends(0);
    let file = definition_file("maybe", "1.0.0");
    let definition = std::fs::read_to_string(registry.file(&file)).unwrap();
    audit(registry.home(), &at, &to, &[]).ends(0).prints(&["audited: nothing is damaged.\n"]);

    registry.write(&file, definition.replace("MIT", "BSD-3-Clause"));
    commit(&registry, &wanted);
    let ran = audit(registry.home(), &at, &to, &[]).ends(1);
    ran.prints(&["error[A019]: 1 definition was rewritten in ", ": maybe@1.0.0", &file]);

    registry.write(&file, definition);
    commit(&registry, &wanted);
    let ran = audit(registry.home(), &at, &to, &[]).ends(0);
    ran.prints(&["Healed:\n  1 definition was rewritten in ", ": maybe@1.0.0: 1 restored in "]);
}
