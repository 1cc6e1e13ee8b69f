//! Folders that are files, links or elsewhere: the curator writes where it was told to, and follows no link that came
//! with a registry (threats 8 and 34).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::registry::{Registry, definition_file};
use crate::trees::{Tree, assert_same};

fn registry() -> Registry {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry
}

#[test]
fn a_file_in_the_place_of_a_folder_is_told() {
    for (place, complaint) in
        [("index", "index"), (".curator/store", "the store 'local'"), (".curator", "the store 'local'")]
    {
        let registry = registry();
        let place = registry.home().join(place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "a file").unwrap();
        let before = registry.everything();
        registry.sync().ends(3).complains(&["error: ", complaint]);
        assert_same(&before, &registry.everything());
    }
}

#[test]
fn a_link_to_the_index_stays_a_link() {
    let registry = registry();
    let real = registry.home().join("elsewhere/real");
    fs::create_dir_all(&real).unwrap();
    symlink("elsewhere/real", registry.index()).unwrap();
    registry.sync().ends(0).prints(&["published logs@1.0.0"]);
    assert_eq!(fs::read_link(registry.index()).unwrap(), PathBuf::from("elsewhere/real"));
    assert!(real.join("lo/gs/logs").is_file());
    registry.sync().ends(0).prints(&["Nothing to do"]);

    // A link that leads nowhere: nobody knows where the index was meant to be.
    fs::rename(registry.home().join("elsewhere"), registry.home().join("moved")).unwrap();
    let before = registry.everything();
    registry.sync().ends(3).complains(&["error: ", "index"]);
    assert_same(&before, &registry.everything());
}

#[test]
fn a_work_tree_is_no_index() {
    let registry = registry();
    fs::create_dir_all(registry.index().join(".git/objects")).unwrap();
    fs::write(registry.index().join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    let index = Tree::read(&registry.index());
    registry.sync().ends(3).complains(&["it is the work tree of a git repository"]);
    assert_same(&index, &Tree::read(&registry.index()));
}

#[test]
fn what_does_not_belong_into_the_index_is_not_lost() {
    let registry = registry();
    fs::create_dir_all(registry.index()).unwrap();
    symlink("/etc/passwd", registry.index().join("link")).unwrap();
    let index = Tree::read(&registry.index());
    registry.sync().ends(3).complains(&["link"]);
    assert_same(&index, &Tree::read(&registry.index()));
    fs::remove_file(registry.index().join("link")).unwrap();
    // A file that nobody knows may be a newer curator's.
    fs::create_dir_all(registry.index().join("log")).unwrap();
    fs::write(registry.index().join("log/checkpoint"), "newer").unwrap();
    registry.sync().ends(0).prints(&["published logs@1.0.0"]);
    assert_eq!(fs::read(registry.index().join("log/checkpoint")).unwrap(), b"newer");
}

/// Moves a file of the registry out of it and puts a link in its place.
fn lead_out(registry: &Registry, path: &str) {
    let outside = registry.home().join("outside");
    fs::rename(registry.file(path), &outside).unwrap();
    symlink(&outside, registry.file(path)).unwrap();
}

#[test]
fn links_in_a_registry_are_findings_and_never_followed() {
    let definition = definition_file("logs", "1.0.0");
    for path in [definition.as_str(), "packages/lo/logs/registration.json"] {
        let registry = registry();
        lead_out(&registry, path);
        let before = registry.everything();
        let check = registry.run(&["check"]);
        assert_eq!(check.code, 1, "{check:?}");
        let (check, sync) = (format!("{}{}", check.out, check.err), registry.sync());
        assert!(check.contains(path) && check.contains("link"), "{check}");
        assert_eq!(sync.code, 1, "{sync:?}");
        assert!(sync.err.contains(path) || sync.out.contains(path), "{sync:?}");
        // What was held back is written down, and nothing else.
        let _ = fs::remove_dir_all(registry.index());
        assert_same(&before, &registry.everything());
        // It is not mended through the link, either.
        registry.run(&["check", "--fix"]);
        registry.run(&["check", "--fix", path]);
        assert_same(&before, &registry.everything());
    }
}

#[test]
fn a_linked_configuration_is_refused() {
    let registry = registry();
    lead_out(&registry, "curator.toml");
    let before = registry.everything();
    for args in [&["sync"][..], &["plan"], &["check"], &["check", "--fix"]] {
        let ran = registry.run(args).ends(3);
        ran.complains(&["curator.toml cannot be used: it is a symbolic link, which is not followed"]);
    }
    assert_same(&before, &registry.everything());
    // Not even one that stays inside, or leads to what is no file at all.
    for target in ["README", "/dev/zero", "curator.toml", "/proc/self/environ"] {
        fs::remove_file(registry.file("curator.toml")).unwrap();
        symlink(target, registry.file("curator.toml")).unwrap();
        registry.run(&["plan"]).ends(3);
    }
}

#[test]
fn a_linked_folder_is_a_finding_and_no_part_of_a_registry() {
    for path in ["packages", "packages/lo", "packages/lo/logs"] {
        let registry = registry();
        lead_out(&registry, path);
        registry.run(&["check"]).ends(1).prints(&["error[R005]", &format!("--> registry/{path}\n")]);
        registry.run(&["plan"]).prints_no(&["logs@1.0.0"]);
        registry.sync();
        assert!(!registry.index().join("lo").exists() && !registry.store().exists(), "{path}");
    }
    let registry = registry();
    registry.write("overrides", "a file in the place of a folder");
    registry.run(&["check"]).ends(1).prints(&["error[R004]", "--> registry/overrides\n"]);
}

#[test]
fn the_registry_itself_may_be_reached_through_a_link() {
    let registry = registry();
    let link = registry.home().join("link");
    symlink("registry", &link).unwrap();
    registry.run(&["sync", "--registry", "link"]).ends(0).prints(&["published logs@1.0.0"]);
    assert!(registry.index().is_dir() && Path::new(&registry.archive("logs", "1.0.0")).is_file());
}

#[test]
fn places_do_not_lie_in_each_other() {
    let registry = registry();
    let before = registry.everything();
    for args in [
        &["sync", "--index", "registry"][..],
        &["sync", "--index", "."],
        &["sync", "--index", "index", "--store", "index/store"],
        &["sync", "--index", "store/index", "--store", "store"],
        &["sync", "--index", "same", "--store", "same"],
    ] {
        registry.run(args).ends(3).complains(&["registry, index and stores need folders of their own"]);
    }
    assert_same(&before, &registry.everything());
}

#[test]
fn a_file_in_no_place_is_told_by_everyone() {
    let registry = registry();
    registry.write("packages/lo/logs/01.0.0.json", fs::read(registry.file(&definition_file("logs", "1.0.0"))).unwrap());
    registry.run(&["check"]).ends(1).prints(&["error[R004]", "belongs at packages/lo/logs/1.0.0.json"]);
    for command in ["plan", "sync"] {
        registry.run(&[command]).ends(1).prints(&["error[R004]", "registry/packages/lo/logs/01.0.0.json"]);
    }
}
