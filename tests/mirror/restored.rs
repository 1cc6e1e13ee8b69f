//! A registry made of a mirror alone, with nothing between the wanted and the published, where there is no network.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::program::{Ran, curator, finish, run};
use crate::remotes::Remotes;
use crate::sample::Sample;
use crate::scene::{mirror, published};
use crate::trees::Tree;

/// The program in a namespace without a network, where this machine lets anybody make one; else as ever.
fn without_network(home: &Path, args: &[&str]) -> Ran {
    let makes = |program: &[&str]| {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg("true").output().is_ok_and(|output| output.status.success())
    };
    let apart = ["unshare", "--user", "--map-root-user", "--net"];
    if !makes(&apart) {
        return run(home, args);
    }
    let own = curator(home);
    let mut command = Command::new(apart[0]);
    command.current_dir(home).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.args(&apart[1..]).arg(own.get_program()).args(args);
    finish(command)
}

fn assert_nothing_between(home: &Path) {
    without_network(home, &["plan"]).ends(0).prints(&["Nothing to do"]);
    let before = Tree::read(&home.join("index"));
    without_network(home, &["sync"]).ends(0).prints(&["Nothing to do"]);
    assert_eq!(Tree::read(&home.join("index")), before);
    without_network(home, &["audit"]).ends(0).prints(&["all agree"]);
}

#[test]
fn the_sample_comes_back_to_the_byte_and_works_without_a_network() {
    let sample = Sample::published();
    let (index, store) = (Tree::read(&sample.index()), Tree::read(&sample.store()));
    sample
        .run(&["mirror", "index", "mirror", "--store", ".curator/store", "--registry", "registry", "--cache", "c"])
        .ends(0);
    // Nothing but the mirror is left.
    let apart = tempfile::TempDir::new().unwrap();
    Tree::read(&sample.home().join("mirror")).write(&apart.path().join("mirror"));
    drop(sample);

    without_network(apart.path(), &["restore", "--from", "mirror", "--to", "home"]).ends(0).prints(&[
        "Restored into home",
        "(copied)",
        "13 archives",
    ]);
    let home = apart.path().join("home");
    assert_eq!(Tree::read(&home.join("index")), index);
    assert_eq!(Tree::read(&home.join(".curator/store")), store);
    assert_nothing_between(&home);
    // Its sources came with it: archives can be packed again.
    without_network(&home, &["rebuild", "--all"]).ends(0);
    // And the next version is published as ever: the rules are those that people wrote.
    without_network(&home, &["check"]).ends(0);

    let project = home.join("project");
    fs::create_dir(&project).unwrap();
    let add = ["add", "text-wrap", "--project", "project", "--cache", "cache", "--offline"];
    without_network(&home, &add).ends(0).prints(&["installed text-wrap 1.0.0"]);
    assert!(project.join(".curator/packages/text-wrap/purs.json").exists());

    // Run again, it finds all of it done.
    without_network(apart.path(), &["restore", "--from", "mirror", "--to", "home"]).ends(3);
}

/// Everything that can become of versions, published and mirrored without a copy of the registry.
fn eventful() -> Remotes {
    let (remotes, _) = published();
    let bounds = json!({ "revision": 1, "dependencies": { "base": ">=1.0.0 <2.0.0" }, "reason": "2.0.0 breaks it" });
    remotes.work.write("overrides/ap/apps/1.0.0.json", bounds.to_string());
    let status = json!({ "status": "deprecated", "reason": "old", "replacement": "apps" });
    remotes.work.write("status/ba/base/1.0.0.json", status.to_string());
    let status = json!({ "status": "unpublished", "reason": "a key was in it" });
    remotes.work.write("status/ba/base/2.0.0.json", status.to_string());
    remotes.merge("2026-02-01T12:00:00Z");
    remotes.sync("2026-02-01T12:00:00Z").ends(0);
    remotes
}

#[test]
fn without_a_copy_of_the_registry_the_index_tells_what_it_can() {
    let remotes = eventful();
    mirror(&remotes, &[]).ends(0);
    // The definitions were written by another hand than the curator's: their bytes are nowhere.
    let restore = run(remotes.home(), ["restore", "--from", "mirror", "--to", "home"]).ends(1);
    restore.prints(&["no definition can be made of apps@1.0.0", "(made of the index)"]);
    let home = remotes.home().join("home");
    // That is told, and nothing else separates the wanted from the published.
    let plan = run(&home, ["plan"]).ends(1);
    plan.prints(&[
        "error[A011]: base@1.0.0 is published, but its definition is gone",
        "Nothing to do: 2 versions published",
    ]);
    assert!(home.join("registry/status/ba/base/2.0.0.json").exists());
    assert!(home.join("registry/overrides/ap/apps/1.0.0.json").exists());
}

#[test]
fn with_a_copy_all_of_it_comes_back() {
    let remotes = eventful();
    mirror(&remotes, &["--registry", "registry.git"]).ends(0);
    run(remotes.home(), ["restore", "--from", "mirror", "--to", "home"]).ends(0).prints(&["(copied)"]);
    assert_nothing_between(&remotes.home().join("home"));
}

#[test]
fn a_mirror_that_was_altered_is_refused_before_anything_is_written() {
    let (remotes, _) = published();
    mirror(&remotes, &[]).ends(0);
    let line = remotes.home().join("mirror/index/ba/se/base");
    let text = fs::read_to_string(&line).unwrap();
    fs::write(&line, text.replace("MIT", "BSD-3-Clause")).unwrap();
    run(remotes.home(), ["restore", "--from", "mirror", "--to", "home"])
        .ends(3)
        .complains(&["index/ba/se/base is not as it stands in index.sha256"]);
    fs::remove_file(&line).unwrap();
    run(remotes.home(), ["restore", "--from", "mirror", "--to", "home"])
        .ends(3)
        .complains(&["index/ba/se/base is missing"]);
    assert!(!remotes.home().join("home/index/config.json").exists());
    assert!(!remotes.home().join("home/.curator").exists());
    run(remotes.home(), ["restore", "--from", "store", "--to", "home"]).ends(3).complains(&["it has no mirror.json"]);
}

#[test]
fn an_archive_that_was_altered_is_missing_and_never_stored() {
    let (remotes, _) = published();
    mirror(&remotes, &["--registry", "registry.git"]).ends(0);
    let archive = remotes.home().join("mirror/store/base/base-2.0.0.tar.gz");
    let mut bytes = fs::read(&archive).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&archive, bytes).unwrap();
    let restore = run(remotes.home(), ["restore", "--from", "mirror", "--to", "home"]).ends(1);
    restore.prints(&["the mirror lacks the archive of base@2.0.0", "2 archives"]);
    assert!(!remotes.home().join("home/.curator/store/base/base-2.0.0.tar.gz").exists());
}
