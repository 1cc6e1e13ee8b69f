//! Damaged index files and foreign bytes in a store: an index file that cannot be read is never taken for absent, and
//! stored bytes are never overwritten.

use std::fs;
use std::path::Path;

use crate::registry::Registry;
use crate::trees::{Node, Tree, assert_same};

const SHARD: &str = "index/lo/gs/logs";
const METADATA: &str = "index/metadata/lo/gs/logs.json";

/// A registry of which `logs@1.0.0` is published; `logs@1.1.0` and `maps@1.0.0` are wanted.
fn registry() -> Registry {
    let mut registry = Registry::new();
    let (logs, maps) = (registry.package("logs"), registry.package("maps"));
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    registry.release(&logs, "1.1.0", &[]);
    registry.release(&maps, "1.0.0", &[]);
    registry
}

/// Puts `bytes` in the place of the index file `path` and asserts that every command stops there without a trace.
fn assert_stops(registry: &Registry, path: &str, what: &str, bytes: &[u8]) {
    let file = registry.home().join(path);
    let sound = fs::read(&file).unwrap();
    fs::write(&file, bytes).unwrap();
    let before = registry.everything();
    let name = path.strip_prefix("index/").unwrap();
    for args in [&["sync"][..], &["plan"], &["plan", "--preview"], &["check"], &["rebuild", "--all"]] {
        let ran = registry.run(args).ends(3);
        let ran =
            ran.complains(&[&format!("error: the index file {name} cannot be read: "), "\n  help: restore the file"]);
        assert_eq!(ran.out, "", "{what}");
        assert_same(&before, &registry.everything());
    }
    fs::write(&file, sound).unwrap();
}

#[test]
fn an_index_file_that_cannot_be_read_stops_the_run() {
    let registry = registry();
    let shard = fs::read(registry.home().join(SHARD)).unwrap();
    let half = &shard[..shard.len() / 2];
    assert_stops(&registry, SHARD, "garbage", b"}{");
    assert_stops(&registry, SHARD, "half", half);
    assert_stops(&registry, SHARD, "no UTF-8", b"\xff\xfe");
    assert_stops(&registry, SHARD, "NUL", &[0; 64]);
    assert_stops(&registry, SHARD, "a blank line", &[&shard[..], b"\n"].concat());
    assert_stops(&registry, SHARD, "a blank line first", &[b"\n", &shard[..]].concat());
    assert_stops(&registry, SHARD, "a conflict", &[b"<<<<<<< HEAD\n", &shard[..], b"=======\n"].concat());
    let metadata = fs::read(registry.home().join(METADATA)).unwrap();
    let half = &metadata[..metadata.len() / 2];
    assert_stops(&registry, METADATA, "garbage", b"}{");
    assert_stops(&registry, METADATA, "half", half);
    assert_stops(&registry, METADATA, "nothing", b"");
    assert_stops(&registry, METADATA, "another shape", b"[]");
    assert_stops(&registry, METADATA, "more after the end", &[&metadata[..], &metadata[..]].concat());
    // Undamaged again, everything goes on.
    registry.sync().ends(0).prints(&["2 published; 3 versions published in all."]);
}

#[test]
fn a_folder_or_a_link_in_the_place_of_an_index_file_stops_the_run() {
    let registry = registry();
    for path in [SHARD, METADATA] {
        let file = registry.home().join(path);
        let sound = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::create_dir_all(file.join("inside")).unwrap();
        fs::write(file.join("inside/file"), "x").unwrap();
        let before = registry.everything();
        registry.sync().ends(3).complains(&[path, "it is a folder, not a file"]);
        assert_same(&before, &registry.everything());
        fs::remove_dir_all(&file).unwrap();

        let outside = registry.home().join("outside");
        fs::write(&outside, &sound).unwrap();
        std::os::unix::fs::symlink(&outside, &file).unwrap();
        let before = registry.everything();
        registry.sync().ends(3).complains(&[path, "it is a link or a device, not a file"]);
        assert_same(&before, &registry.everything());
        fs::remove_file(&file).unwrap();
        fs::write(&file, sound).unwrap();
    }
}

/// What becomes of a file; `None` where it is lost.
type Lost<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The registry of [`registry`], in which the index file `path` became what `lost` makes of it.
fn damaged(path: &str, lost: Lost<'_>) -> Registry {
    let registry = registry();
    let file = registry.home().join(path);
    match lost(&fs::read_to_string(&file).unwrap()) {
        Some(text) => fs::write(&file, text).unwrap(),
        None => fs::remove_file(&file).unwrap(),
    }
    registry
}

/// Nothing, or an entry twice, in the place of the one entry of `published`.
fn entries(text: &str, number: usize) -> String {
    let (head, rest) = text.split_once("\"published\": {").unwrap();
    let (entry, tail) = rest.split_once("\n    }").unwrap();
    let entries = vec![format!("{entry}\n    }}"); number];
    format!("{head}\"published\": {{{}{tail}", entries.join(","))
}

#[test]
fn a_version_that_lost_a_half_is_never_published_again_and_holds_up_its_package_alone() {
    let no_line = "error[A004]: logs@1.0.0 is published, but the index has no manifest of it: nothing more of logs";
    let no_facts = "error[A005]: the index has a manifest of logs@1.0.0, but no metadata: nothing more of logs";
    let lost = |_: &str| None;
    let cases: [(&str, Lost<'_>, &str, usize); 4] = [
        (SHARD, &lost, no_line, 1),
        (SHARD, &|_| Some(String::new()), no_line, 1),
        (METADATA, &lost, no_facts, 2),
        (METADATA, &|text| Some(entries(text, 0)), no_facts, 2),
    ];
    for (path, lost, reason, held) in cases {
        let registry = damaged(path, lost);
        let (damage, store) = (fs::read(registry.home().join(path)).ok(), Tree::read(&registry.store().join("logs")));
        let steps =
            registry.run(&["plan", "--preview"]).ends(1).prints(&[reason, "1 to publish:", "publish maps@1.0.0"]);
        steps.prints_no(&["publish logs"]);
        registry.run(&["check"]).ends(1).prints(&[reason]);
        registry.run(&["check", "packages/lo/logs/1.1.0.json"]).ends(1).prints(&[reason]);
        registry.run(&["check", "packages/ma/maps/1.0.0.json"]).ends(0);
        for published in ["1 published", ""] {
            let held = format!("{held} held back; ");
            registry.sync().ends(1).prints(&[reason, published, "held back logs@1.1.0", &held]);
            assert_eq!(fs::read(registry.home().join(path)).ok(), damage);
            assert_same(&store, &Tree::read(&registry.store().join("logs")));
        }
    }
}

#[test]
fn a_version_that_lost_a_half_is_a_warning_where_nothing_is_wanted_of_its_package() {
    let registry = registry();
    fs::remove_file(registry.file("packages/lo/logs/1.1.0.json")).unwrap();
    fs::remove_file(registry.home().join(SHARD)).unwrap();
    let warning = "warning[A004]: logs@1.0.0 is published, but the index has no manifest of it";
    registry.run(&["check"]).ends(0).prints(&[warning]);
    registry.run(&["plan"]).ends(0).prints(&[warning, "publish maps@1.0.0"]);
    registry.sync().ends(0).prints(&[warning, "1 published; 2 versions published in all."]);
    registry.run(&["audit"]).ends(1).prints(&["error[A004]"]);
}

#[test]
fn nobody_may_depend_on_a_version_that_clients_do_not_see() {
    let mut registry = registry();
    let apps = registry.package("apps");
    registry.release(&apps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    fs::remove_file(registry.home().join(METADATA)).unwrap();
    registry.sync().ends(1).prints(&["error[R039]", "held back apps@1.0.0", "published maps@1.0.0"]);
}

#[test]
fn an_index_file_that_says_what_cannot_be_stops_the_run() {
    let cases: [(&str, Lost<'_>, &str); 2] = [
        (SHARD, &|text| Some(text.replace("\"logs\"", "\"maps\"")), "it has a manifest of maps@1.0.0"),
        (METADATA, &|text| Some(entries(text, 2)), "a key stands twice"),
    ];
    for (path, lost, reason) in cases {
        let registry = damaged(path, lost);
        let before = registry.everything();
        for args in [&["sync"][..], &["plan"], &["plan", "--preview"], &["check"]] {
            registry.run(args).ends(3).complains(&[reason, "\n  help: restore the file"]);
            assert_same(&before, &registry.everything());
        }
    }
}

#[test]
fn a_broken_registration_is_no_success_even_where_nothing_waits_for_it() {
    let registry = registry();
    registry.sync().ends(0);
    registry.write("packages/lo/logs/registration.json", "{");
    registry.sync().ends(1).prints(&["error[R001]", "packages/lo/logs/registration.json"]);
}

#[test]
fn a_pipe_in_a_store_holds_up_nobody() {
    let registry = registry();
    let archive = registry.archive("logs", "1.0.0");
    fs::remove_file(&archive).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&archive).status().unwrap();
    assert!(made.success());
    registry.run(&["audit"]).ends(1).prints(&["error[A016]", "is a pipe or a device"]);
}

#[test]
fn windows_line_ends_and_a_missing_last_one_are_taken_and_kept() {
    for change in [|text: String| text.replace('\n', "\r\n"), |text: String| text.trim_end().to_owned()] {
        let registry = registry();
        for path in [SHARD, METADATA] {
            let file = registry.home().join(path);
            let text = change(fs::read_to_string(&file).unwrap());
            fs::write(&file, text).unwrap();
        }
        let old = fs::read_to_string(registry.home().join(SHARD)).unwrap();
        registry.sync().ends(0).prints(&["2 published"]);
        let new = fs::read_to_string(registry.home().join(SHARD)).unwrap();
        let added = new.strip_prefix(&old).unwrap_or_else(|| panic!("{old:?} became {new:?}"));
        assert!(added.trim_start().starts_with("{\"name\":\"logs\",\"version\":\"1.1.0\""), "{added:?}");
        assert_eq!(registry.lines("logs").len(), 2);
        assert_eq!(registry.facts("logs", "1.1.0")["compiled"], false);
    }
}

#[test]
fn foreign_bytes_in_a_store_hold_back_their_version_alone() {
    for foreign in ["maps-1.0.0.tar.gz", "maps-1.0.0.tar.gz.sha256"] {
        let registry = registry();
        let file = registry.store().join("maps").join(foreign);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "somebody else's").unwrap();
        let ran = registry.sync().ends(1).prints(&[
            "error[A009]: the store 'local' has other bytes under maps/",
            "--> store: maps/maps-1.0.0.tar.gz",
            "nothing is ever overwritten: ",
            "published logs@1.1.0",
            "held back maps@1.0.0",
        ]);
        assert_eq!(ran.err, "");
        assert_eq!(fs::read(&file).unwrap(), b"somebody else's");
        assert!(!registry.index().join("ma").exists());
        // The same on every run, and all well once somebody has moved it away.
        let index = Tree::read(&registry.index());
        registry.sync().ends(1).prints(&["error[A009]", "1 held back; 2 versions published in all."]);
        assert_same(&index, &Tree::read(&registry.index()));
        fs::remove_file(&file).unwrap();
        registry.sync().ends(0).prints(&["published maps@1.0.0"]);
    }
}

#[test]
fn bytes_that_an_interrupted_run_stored_are_found_again() {
    let registry = registry();
    let index = Tree::read(&registry.index());
    registry.sync().ends(0);
    let published = registry.everything();
    // As if the run had been killed between the stores and the index, with only a part of them stored.
    fs::remove_dir_all(registry.index()).unwrap();
    index.write(&registry.index());
    fs::remove_file(registry.archive("maps", "1.0.0")).unwrap();
    registry.sync().ends(0).prints(&["2 published; 3 versions published in all."]);
    assert_same(&published, &registry.everything());
}

#[test]
fn a_store_with_links_in_it_is_refused() {
    let registry = registry();
    let victim = registry.home().join("victim");
    fs::create_dir(&victim).unwrap();
    std::os::unix::fs::symlink(&victim, registry.store().join("maps")).unwrap();
    let before = registry.everything();
    registry.sync().ends(3).complains(&["the store 'local' cannot be used (maps", "is a symbolic link"]);
    assert_same(&before, &registry.everything());
    assert_eq!(before.0.get(Path::new("victim")), Some(&Node::Folder));
    assert_eq!(fs::read_dir(victim).unwrap().count(), 0);
}
