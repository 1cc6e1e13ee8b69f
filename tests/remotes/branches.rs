//! `curator check --base` checks what a branch changes, in a folder that somebody edits and in a repository.

use std::fs;

use crate::program::{Ran, run};
use crate::registry::definition_file;
use crate::remotes::{Remotes, git};

/// A registry with two published versions, and a branch on which somebody edits.
fn published() -> (Remotes, crate::registry::Package) {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.work.release(&logs, "1.1.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0);
    git(&remotes.home().join("registry"), &["checkout", "--quiet", "-b", "change"]);
    (remotes, logs)
}

fn check(remotes: &Remotes) -> Ran {
    run(
        remotes.home(),
        ["check", "--base", "main", "--registry", "registry", "--index", "index.git", "--cache", "cache"],
    )
}

#[test]
fn edits_are_checked_before_and_after_they_are_committed() {
    let (mut remotes, logs) = published();
    check(&remotes).ends(0).prints(&["0 files"]);
    remotes.work.release(&logs, "1.2.0", &[]);
    let file = definition_file("logs", "1.2.0");
    let text = fs::read_to_string(remotes.work.file(&file)).unwrap();
    remotes.work.write(&file, text.replace("\"MIT\"", "\"MTI\""));
    let folder = remotes.home().join("registry");
    let told = ["error[R023]", "1.2.0.json"];
    check(&remotes).ends(1).prints(&told).prints_no(&["1.1.0.json"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "-m", "A version"]);
    check(&remotes).ends(1).prints(&told);
    remotes.work.write(&file, text);
    check(&remotes).ends(0);

    // The same from a bare repository, where the branch was pushed.
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "-m", "Mended"]);
    git(&folder, &["push", "--quiet", "../registry.git", "change"]);
    let bare = remotes.run(&["check", "--base", "main", "--registry-branch", "change"]).ends(0);
    bare.prints(&["1 file"]);
    let unknown = remotes.run(&["check", "--base", "nothing-has-this-name"]);
    unknown.ends(3).complains(&["nothing-has-this-name"]);
}

#[test]
fn deleted_renamed_foreign_and_linked_files_are_findings() {
    let (remotes, _) = published();
    let folder = remotes.home().join("registry");
    fs::remove_file(folder.join(definition_file("logs", "1.0.0"))).unwrap();
    fs::rename(folder.join("packages/lo/logs/registration.json"), folder.join("packages/lo/logs/registered.json"))
        .unwrap();
    fs::remove_file(folder.join(definition_file("logs", "1.1.0"))).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join(definition_file("logs", "1.1.0"))).unwrap();
    fs::create_dir_all(folder.join(".github/workflows")).unwrap();
    fs::write(folder.join(".github/workflows/evil.yml"), "on: push\n").unwrap();
    let ran = check(&remotes).ends(1);
    let ran = ran.prints(&["error[A011]", "1.0.0.json", "error[R005]", "1.1.0.json", "evil.yml", "warning[R042]"]);
    ran.prints(&["error[R042]", "registered.json"]).prints_no(&["root:"]);
}
