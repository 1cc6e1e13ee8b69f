//! A mirror is whole after every run, asks for nothing twice, and follows what becomes of versions.

use std::fs;

use serde_json::json;

use crate::remotes::git;
use crate::scene::{Read, mirror, published, tree};

fn status(word: &str) -> String {
    json!({ "status": word, "reason": format!("it is {word}") }).to_string()
}

#[test]
fn a_mirror_is_whole_and_the_next_run_brings_only_what_is_new() {
    let (mut remotes, base) = published();
    let first = mirror(&remotes, &["--format", "json"]).ends(0).json();
    assert_eq!((&first["versions"], &first["fetched"]), (&json!(3), &json!(3)));
    let read = Read::whole(&remotes.home().join("mirror"));
    assert_eq!(read.versions(), ["apps@1.0.0", "base@1.0.0", "base@2.0.0"]);
    let commit = git(&remotes.index(), &["rev-parse", "main"]);
    assert!(fs::read_to_string(remotes.home().join("mirror/mirror.json")).unwrap().contains(&commit));

    // Nothing is new: nothing is fetched and no file is touched.
    let before = read.tree();
    let again = mirror(&remotes, &["--format", "json"]).ends(0).json();
    assert_eq!((&again["fetched"], &again["bytes"], &again["files"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(tree(&remotes.home().join("mirror")), before);
    mirror(&remotes, &[]).ends(0).prints(&["Nothing new: 3 versions."]);

    // One more version: its archive, and of the index the files that changed.
    remotes.work.release(&base, "3.0.0", &[]);
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0);
    let third = mirror(&remotes, &["--format", "json"]).ends(0).json();
    let size = fs::metadata(remotes.home().join("mirror/store/base/base-3.0.0.tar.gz")).unwrap().len();
    assert_eq!((&third["fetched"], &third["bytes"]), (&json!(1), &json!(size)));
    // Line, metadata, the list of both, and the commit.
    assert_eq!(third["files"], 4);
    assert_eq!(Read::whole(&remotes.home().join("mirror")).versions().len(), 4);
}

#[test]
fn what_is_yanked_stays_and_what_is_unpublished_goes() {
    let (remotes, _) = published();
    mirror(&remotes, &[]).ends(0);
    remotes.work.write("status/ba/base/2.0.0.json", status("yanked"));
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-02T00:00:00Z").ends(0);
    mirror(&remotes, &[]).ends(0);
    let read = Read::whole(&remotes.home().join("mirror"));
    let facts = read.published();
    assert!(
        facts.iter().any(|(name, version, facts)| name == "base" && version == "2.0.0" && facts["yanked"].is_object())
    );

    remotes.work.write("status/ba/base/2.0.0.json", status("unpublished"));
    remotes.merge("2026-02-02T06:00:00Z");
    remotes.sync("2026-02-02T06:00:00Z").ends(0);
    mirror(&remotes, &[]).ends(0).prints(&["removed 1 archive"]);
    assert_eq!(Read::whole(&remotes.home().join("mirror")).versions(), ["apps@1.0.0", "base@1.0.0"]);
}

#[test]
fn an_index_that_was_rolled_back_or_rewritten_changes_nothing() {
    let (remotes, _) = published();
    mirror(&remotes, &[]).ends(0);
    let before = tree(&remotes.home().join("mirror"));

    // A folder has no history that would tell: the mirror itself remembers.
    let folder = remotes.home().join("copy");
    let from_folder = |remotes: &crate::remotes::Remotes| {
        crate::program::run(remotes.home(), ["mirror", "copy", "mirror", "--store", "store", "--cache", "mirror-cache"])
    };
    git(remotes.home(), &["clone", "--quiet", "index.git", "copy"]);
    from_folder(&remotes).ends(0);
    let after = tree(&remotes.home().join("mirror"));
    let metadata = folder.join("metadata/ba/se/base.json");
    let text = fs::read_to_string(&metadata).unwrap();
    let mut facts: serde_json::Value = serde_json::from_str(&text).unwrap();

    let hash = facts["published"]["2.0.0"]["hash"].clone();
    facts["published"]["1.0.0"]["hash"] = hash;
    fs::write(&metadata, format!("{facts:#}\n")).unwrap();
    from_folder(&remotes).ends(3).complains(&["rolled back or rewritten", "the archive of base@1.0.0 was sha256-"]);

    facts["published"].as_object_mut().unwrap().remove("1.0.0");
    fs::write(&metadata, format!("{facts:#}\n")).unwrap();
    from_folder(&remotes)
        .ends(3)
        .complains(&["base@1.0.0 was published, and is neither published nor unpublished now"]);
    assert_eq!(tree(&remotes.home().join("mirror")), after);

    // In git, the remembered commit tells.
    fs::write(&metadata, text).unwrap();
    let old = git(&remotes.index(), &["commit-tree", "main^{tree}", "-m", "Another history"]);
    git(&remotes.index(), &["update-ref", "refs/heads/main", &old]);
    mirror(&remotes, &[]).ends(3).complains(&["was rewritten"]);
    assert_eq!(tree(&remotes.home().join("mirror")).0.len(), before.0.len());
}

#[test]
fn a_store_that_lies_is_accused_and_what_nobody_has_comes_later() {
    let (remotes, _) = published();
    let store = remotes.home().join("store/base/base-1.0.0.tar.gz");
    let true_bytes = fs::read(&store).unwrap();
    let mut false_bytes = true_bytes.clone();
    false_bytes[20] ^= 1;
    fs::write(&store, &false_bytes).unwrap();

    mirror(&remotes, &[]).ends(1).prints(&[
        "missing base@1.0.0: the store 'store' gave other bytes for base@1.0.0: sha256-",
        "1 archive cannot be had; the next run asks again.",
    ]);
    assert!(!remotes.home().join("mirror/store/base/base-1.0.0.tar.gz").exists());
    assert!(remotes.home().join("mirror/store/base/base-2.0.0.tar.gz").exists());

    // Another store has it: it is taken from there, and the first is accused.
    fs::create_dir_all(remotes.home().join("second/base")).unwrap();
    fs::write(remotes.home().join("second/base/base-1.0.0.tar.gz"), &true_bytes).unwrap();
    mirror(&remotes, &["--store", "second"]).ends(0).prints(&["not believed: the store 'store' gave other bytes"]);
    Read::whole(&remotes.home().join("mirror"));
}

#[test]
fn only_a_mirror_is_written_over() {
    let (remotes, _) = published();
    fs::create_dir(remotes.home().join("mirror")).unwrap();
    fs::write(remotes.home().join("mirror/notes.txt"), "mine").unwrap();
    mirror(&remotes, &[]).ends(3).complains(&["mirror is no mirror that can be used: it holds 'notes.txt'"]);
    assert_eq!(fs::read(remotes.home().join("mirror/notes.txt")).unwrap(), b"mine");
    assert!(!remotes.home().join("mirror/index").exists());
}

#[test]
fn one_program_at_a_time_writes_a_mirror() {
    let (remotes, _) = published();
    mirror(&remotes, &[]).ends(0);
    let lock = fs::File::create(remotes.home().join("mirror/.lock")).unwrap();
    lock.lock().unwrap();
    mirror(&remotes, &[]).ends(3).complains(&["another program is writing this mirror"]);
    drop(lock);
    mirror(&remotes, &[]).ends(0);
}
