//! A project's folder that somebody prepared: it makes nobody read or write outside of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::scene::{Market, Project};
use crate::trees::{Tree, assert_same};

/// A project in which packages are installed, and what lies outside of it and must stay.
struct Scene {
    market: Market,
}

impl Scene {
    fn new() -> Self {
        let market = Market::new();
        let outside = market.home().join("outside");
        fs::create_dir_all(outside.join("plain/src")).unwrap();
        fs::create_dir_all(outside.join("packages/plain")).unwrap();
        fs::create_dir_all(outside.join("packages/.stamps")).unwrap();
        fs::write(outside.join("plain/src/Main.purs"), "mine").unwrap();
        fs::write(outside.join("packages/plain/file"), "mine").unwrap();
        fs::write(outside.join("lock"), "format = 1\n\n[packages]\n").unwrap();
        fs::write(outside.join("stamp"), "mine").unwrap();
        Self { market }
    }

    /// The project, prepared so.
    fn project(&self, prepare: impl FnOnce(&Project<'_>, &std::path::Path)) -> Project<'_> {
        let project = self.market.asking("prepared", &[("plain", "*")]);
        let outside = self.market.home().join("outside");
        let before = Tree::read(&outside);
        prepare(&project, &outside);
        assert_same(&before, &Tree::read(&outside));
        project
    }

    fn outside(&self) -> Tree {
        Tree::read(&self.market.home().join("outside"))
    }
}

fn pipe(place: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(place).status().unwrap().success());
}

#[test]
fn links_in_the_place_of_folders_are_refused() {
    let scene = Scene::new();
    let before = scene.outside();
    for place in [".curator", ".curator/packages", ".curator/packages/.stamps"] {
        let project = scene.project(|project, outside| {
            let place = project.file(place);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            symlink(outside, place).unwrap();
        });
        for args in [&["install"][..], &["add", "fancy"], &["install"]] {
            project.run(args).ends(3).complains(&["is a link or a file, and packages are unpacked into folders alone"]);
            assert_same(&before, &scene.outside());
        }
        assert!(!project.file("curator.lock").exists());
        fs::remove_dir_all(&project.folder).unwrap();
        // A file is no folder either.
        let project = scene.project(|project, _| {
            let place = project.file(place);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, "x").unwrap();
        });
        project.run(&["install"]).ends(3).complains(&["is a link or a file"]);
        fs::remove_dir_all(&project.folder).unwrap();
    }
}

#[test]
fn a_link_in_the_place_of_a_package_is_replaced_and_not_followed() {
    let scene = Scene::new();
    let before = scene.outside();
    let wanted = scene.market.asking("wanted", &[("plain", "*")]);
    wanted.run(&["install"]).ends(0);
    for stamp in [None, Some(())] {
        let project = scene.project(|project, outside| {
            fs::create_dir_all(project.packages().join(".stamps")).unwrap();
            symlink(outside.join("plain"), project.packages().join("plain")).unwrap();
            if stamp.is_some() {
                let right = fs::read(wanted.packages().join(".stamps/plain")).unwrap();
                fs::write(project.packages().join(".stamps/plain"), right).unwrap();
            }
        });
        project.run(&["install"]).ends(0).prints(&["installed plain 1.1.0"]);
        assert_same(&wanted.installed(), &project.installed());
        assert_same(&before, &scene.outside());
        // The same where it goes away.
        fs::remove_dir_all(project.packages().join("plain")).unwrap();
        symlink(scene.market.home().join("outside/plain"), project.packages().join("plain")).unwrap();
        project.run(&["remove", "plain"]).ends(0);
        assert_eq!(project.names(), [""; 0]);
        assert!(!project.packages().join("plain").exists());
        assert_same(&before, &scene.outside());
        fs::remove_dir_all(&project.folder).unwrap();
    }
}

#[test]
fn stamps_of_every_kind_hold_nobody_up() {
    let scene = Scene::new();
    let before = scene.outside();
    let wanted = scene.market.asking("wanted", &[("plain", "*")]);
    wanted.run(&["install"]).ends(0);
    for kind in ["pipe", "link", "link to a right stamp", "huge", "binary"] {
        let project = scene.project(|project, outside| {
            Tree::read(&wanted.packages()).write(&project.packages());
            let stamp = project.packages().join(".stamps/plain");
            fs::remove_file(&stamp).unwrap();
            match kind {
                "pipe" => pipe(&stamp),
                "link" => symlink(outside.join("stamp"), stamp).unwrap(),
                "link to a right stamp" => symlink(wanted.packages().join(".stamps/plain"), stamp).unwrap(),
                "huge" => fs::File::create(stamp).unwrap().set_len(1 << 40).unwrap(),
                _ => fs::write(stamp, b"\xff\xfe").unwrap(),
            }
            pipe(&project.packages().join(".stamps/other"));
            fs::write(project.packages().join(".stamps/Not a name"), "").unwrap();
        });
        project.run(&["install"]).ends(0).prints(&["installed plain 1.1.0", "removed other"]);
        let stamp = project.packages().join(".stamps/plain");
        assert!(fs::symlink_metadata(&stamp).unwrap().is_file(), "{kind}");
        assert_eq!(fs::read(stamp).unwrap(), fs::read(wanted.packages().join(".stamps/plain")).unwrap());
        assert_same(&before, &scene.outside());
        fs::remove_dir_all(&project.folder).unwrap();
    }
}

#[test]
fn drafts_and_ignored_files_of_every_kind_are_left_alone_or_swept() {
    let scene = Scene::new();
    let before = scene.outside();
    let project = scene.project(|project, outside| {
        fs::create_dir_all(project.packages()).unwrap();
        symlink(outside, project.packages().join(".draft-link")).unwrap();
        pipe(&project.packages().join(".draft-pipe"));
        symlink(outside.join("stamp"), project.packages().join(".gitignore")).unwrap();
        fs::create_dir_all(project.packages().join(".draft-folder")).unwrap();
        symlink(outside, project.packages().join(".draft-folder/link")).unwrap();
    });
    project.run(&["install"]).ends(0);
    assert!(!project.packages().join(".draft-folder").exists());
    assert_same(&before, &scene.outside());
}

#[test]
fn the_files_of_a_project_are_never_written_through_links() {
    let scene = Scene::new();
    let before = scene.outside();
    for file in ["curator.lock", "curator.project.toml"] {
        for kind in ["link", "dangling link", "pipe", "folder"] {
            let project = scene.project(|project, outside| {
                let place = project.file(file);
                let _ = fs::remove_file(&place);
                match kind {
                    "link" => symlink(outside.join("lock"), place).unwrap(),
                    "dangling link" => symlink(outside.join("new"), place).unwrap(),
                    "pipe" => pipe(&place),
                    _ => fs::create_dir(place).unwrap(),
                }
            });
            for args in [&["install"][..], &["add", "fancy"], &["update"], &["tree"]] {
                let ran = project.run(args);
                assert_eq!(ran.code, 3, "{file} {kind} {args:?}: {ran:?}");
                assert!(ran.err.contains(file), "{ran:?}");
            }
            assert_same(&before, &scene.outside());
            assert_eq!(project.names(), [""; 0]);
            fs::remove_dir_all(&project.folder).unwrap();
        }
    }
}
