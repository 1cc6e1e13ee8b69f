//! What changed is published, dated and made as of the commit that brought it; nothing else is touched.

use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::registry::definition_file;
use crate::remotes::{Remotes, git};

#[test]
fn a_publication_is_dated_by_its_merge_and_recorded() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    let source = remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-03T04:05:06Z");
    // Merges that do not touch the definition neither date it nor change it.
    remotes.work.write("README.md", "An index of things.\n");
    let newest = remotes.merge("2026-05-05T05:05:05Z");
    remotes.sync("2026-06-01T00:00:00Z").ends(0).prints(&["published logs@1.0.0", "1 published"]);
    let facts = remotes.facts("logs", "1.0.0");
    assert_eq!(facts["publishedTime"], "2026-02-03T04:05:06.000Z");
    assert_eq!(facts["commit"], source);
    assert_eq!(remotes.messages(), [format!("Publish logs@1.0.0\n\nRegistry-Commit: {newest}")]);

    let index = git(&remotes.index(), &["rev-parse", "main"]);
    remotes.sync("2026-06-02T00:00:00Z").ends(0).prints(&["Nothing to do: all that is wanted is published."]);
    assert_eq!(git(&remotes.index(), &["rev-parse", "main"]), index);

    // A second curator that has seen nothing finds the same difference.
    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    let second = remotes.merge("2026-07-01T00:00:00Z");
    fs::remove_dir_all(remotes.home().join("cache")).unwrap();
    remotes.run(&["plan"]).ends(0).prints(&["publish maps@1.0.0"]).prints_no(&["logs@1.0.0"]);
    remotes.sync("2026-07-02T00:00:00Z").ends(0).prints(&["published maps@1.0.0"]);
    assert_eq!(remotes.messages()[0], format!("Publish maps@1.0.0\n\nRegistry-Commit: {second}"));
    assert_eq!(remotes.facts("logs", "1.0.0"), facts);
    // Looking at everything finds nothing that the difference had missed.
    remotes.run(&["sync", "--full"]).ends(0).prints(&["Nothing to do: 2 versions published"]);
    remotes.run(&["audit"]).ends(0);
    assert_eq!(git(&remotes.index(), &["log", "--format=%P", "main"]).lines().count(), 1, "a linear history");
}

#[test]
fn the_override_in_force_at_the_merge_is_in_the_archive_and_a_later_one_in_the_index_alone() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    let wider = |revision: u32| json!({ "revision": revision, "dependencies": { "logs": ">=1.0.0 <3.0.0" }, "reason": "it fits" });
    for (name, time) in [("early", "2026-02-01T00:00:00Z"), ("late", "2026-02-02T00:00:00Z")] {
        let package = remotes.work.package(name);
        remotes.work.release(&package, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
        if name == "early" {
            remotes.work.write("overrides/ea/early/1.0.0.json", wider(1).to_string());
        }
        remotes.merge(time);
    }
    remotes.work.write("overrides/la/late/1.0.0.json", wider(1).to_string());
    remotes.merge("2026-02-03T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["published early@1.0.0", "published late@1.0.0"]);
    let archived = json!({ "logs": ">=1.0.0 <2.0.0" });
    for (name, range, archived) in [("early", ">=1.0.0 <3.0.0", json!(null)), ("late", ">=1.0.0 <2.0.0", archived)] {
        assert!(manifest(&remotes, name).contains(range), "{name}");
        let facts = remotes.facts(name, "1.0.0");
        assert_eq!((&facts["revision"], &facts["archiveDependencies"]), (&json!(1), &archived), "{name}");
        let line = remotes.file(&format!("{}/{}/{name}", &name[..2], &name[2..4])).unwrap();
        assert!(line.contains("\">=1.0.0 <3.0.0\"},\"revision\":1}"), "{line}");
    }
}

/// The manifest in a published archive.
fn manifest(remotes: &Remotes, name: &str) -> String {
    let archive = fs::File::open(remotes.home().join(format!("store/{name}/{name}-1.0.0.tar.gz"))).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let path = format!("{name}-1.0.0/purs.json");
    let mut entry = entries.find(|entry| entry.path().unwrap().to_str() == Some(&path)).unwrap();
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_published_definition_that_changes_or_goes_is_told_and_changes_nothing() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    let commit = remotes.work.release(&logs, "1.0.0", &[]);
    remotes.work.release(&logs, "1.1.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0);
    let index = git(&remotes.index(), &["rev-parse", "main"]);

    remotes.work.define(&crate::registry::definition("logs", "1.0.0", &commit, &[("logs", ">=1.0.0 <2.0.0")]));
    fs::remove_file(remotes.work.file(&definition_file("logs", "1.1.0"))).unwrap();
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-03T00:00:00Z").ends(1).prints(&["error[R011]", "1.0.0.json", "error[A011]", "1.1.0.json"]);
    assert_eq!(git(&remotes.index(), &["rev-parse", "main"]), index);
}

#[test]
fn a_rewritten_registry_stops_the_run() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0);
    let index = git(&remotes.index(), &["rev-parse", "main"]);
    // Somebody goes back to the first commit and goes on from there.
    let folder = remotes.home().join("registry");
    git(&folder, &["reset", "--quiet", "--hard", "HEAD~1"]);
    git(&folder, &["commit", "--quiet", "--allow-empty", "-m", "Another way"]);
    git(&folder, &["push", "--quiet", "--force", "../registry.git", "HEAD:main"]);
    for cache in ["cache", "another"] {
        let mut command = remotes.command(cache, &["sync"]);
        command.args(["--store", "store"]);
        crate::program::finish(command).ends(3).complains(&["rewritten"]);
    }
    assert_eq!(git(&remotes.index(), &["rev-parse", "main"]), index);
}

#[test]
fn a_rewritten_registry_that_is_meant_is_taken_with_full() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0);
    let folder = remotes.home().join("registry");
    git(&folder, &["commit", "--quiet", "--amend", "-m", "Another way"]);
    git(&folder, &["push", "--quiet", "--force", "../registry.git", "HEAD:main"]);
    remotes.sync("2026-02-02T00:00:00Z").ends(3).complains(&["rewritten", "--full"]);
    fs::remove_dir_all(remotes.home().join("cache")).unwrap();
    remotes.run(&["sync", "--full"]).ends(0).prints(&["Nothing to do: 1 version"]);
    remotes.sync("2026-02-03T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    assert_eq!(remotes.messages().len(), 2);
}

#[test]
fn a_trailer_that_names_no_commit_counts_for_nothing() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0);
    for trailer in ["garbage", "--upload-pack=x", "\u{1b}[31mred\u{1b}]0;x\u{7}", ""] {
        let message = format!("Somebody\n\nRegistry-Commit: {trailer}");
        let tree = git(&remotes.index(), &["rev-parse", "main^{tree}"]);
        let commit = git(&remotes.index(), &["commit-tree", &tree, "-p", "main", "-m", &message]);
        git(&remotes.index(), &["update-ref", "refs/heads/main", &commit]);
        remotes.run(&["status"]).ends(0).prints(&["Nothing is owed"]);
        remotes.sync("2026-02-02T00:00:00Z").ends(0).prints(&["Nothing to do"]);
        remotes.run(&["status"]).ends(0).prints(&["complete up to"]);
    }
}

#[test]
fn one_repository_is_known_by_any_name() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    let commit = remotes.merge("2026-02-01T00:00:00Z");
    let registry = remotes.home().join("registry.git");
    std::os::unix::fs::symlink(&registry, remotes.home().join("link.git")).unwrap();
    for index in [registry.display().to_string(), format!("file://{}", registry.display()), "link.git".to_owned()] {
        let mut command = crate::program::curator(remotes.home());
        command.args(["sync", "--registry", "registry.git", "--store", "store", "--cache", "cache", "--index", &index]);
        crate::program::finish(command).ends(0);
    }
    assert_eq!(git(&registry, &["rev-parse", "main"]), commit, "people's branch is theirs");
    assert_eq!(git(&registry, &["log", "--format=%s", "index"]), "Publish logs@1.0.0");
    // A slip beside a registry in git begins no second index, and a repository of other objects is not written to.
    let mut typo = crate::program::curator(remotes.home());
    typo.args(["sync", "--registry", "registry.git", "--store", "store", "--cache", "cache", "--index", "indx.git"]);
    crate::program::finish(typo).ends(3).complains(&["there is no index at indx.git"]);
    git(remotes.home(), &["init", "--quiet", "--bare", "--object-format=sha256", "other.git"]);
    let mut other = crate::program::curator(remotes.home());
    other.args(["sync", "--registry", "registry.git", "--store", "store", "--cache", "cache", "--index", "other.git"]);
    crate::program::finish(other).ends(3).complains(&["SHA-256"]);
}
