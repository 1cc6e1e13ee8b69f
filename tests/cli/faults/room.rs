//! No room on the disk, for a store or for the index: nothing is published, and the next run with room completes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::program::{Ran, curator, finish};
use crate::registry::{Registry, definition};
use crate::sample::PUBLISHED;
use crate::trees::{Tree, assert_same, part};

/// A sync that can write no file of more than `kibibytes`. Without the signal, the write fails as on a full disk.
fn sync_within(registry: &Registry, kibibytes: u32) -> Ran {
    let program = curator(registry.home()).get_program().to_owned();
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" sync --published-time {PUBLISHED}", 2 * kibibytes);
    command.args(["-c", &script]).arg(program);
    command.current_dir(registry.home()).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    finish(command)
}

/// Bytes without any pattern, as text: they take as much room in an archive as in the source.
fn noise(bytes: usize) -> String {
    let mut state: u64 = 1;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    (0..bytes).map(next).collect()
}

/// A registry with one small published package, and one wanted whose archive takes 300 kB, though its repository, which
/// holds every file once, is small.
fn large_archive() -> Registry {
    let mut registry = Registry::new();
    let (logs, maps) = (registry.package("logs"), registry.package("maps"));
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    let text = noise(40_000);
    let names: Vec<String> = (0..9).map(|number| format!("src/copy{number}.js")).collect();
    let mut files = vec![("src/Maps.purs", "module Maps where\n")];
    files.extend(names.iter().map(|name| (name.as_str(), text.as_str())));
    let commit = maps.tag("1.0.0", &files);
    registry.stand_in(&maps);
    registry.define(&definition("maps", "1.0.0", &commit, &[]));
    registry
}

/// A registry with one published package whose index file takes 300 kB, and a second small version of it wanted.
fn large_index_file() -> Registry {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    // A key that only a newer curator knows.
    let file = registry.index().join("lo/gs/logs");
    let line = fs::read_to_string(&file).unwrap();
    fs::write(&file, line.replacen('{', &format!("{{\"notes\":\"{}\",", "x".repeat(300_000)), 1)).unwrap();
    registry.release(&logs, "1.1.0", &[]);
    registry
}

#[test]
fn no_room_in_the_store() {
    let registry = large_archive();
    let before = registry.everything();
    let ran = sync_within(&registry, 150).ends(3);
    ran.complains(&[
        "error: the store 'local' is full",
        "help: make room and run this again; nothing of this run is visible",
    ]);
    assert_same(&part(&before, "index"), &Tree::read(&registry.index()));
    assert!(!registry.archive("maps", "1.0.0").exists(), "no part of an archive stands under its name");
    assert_completes(&registry, &before);
}

#[test]
fn no_room_in_the_index() {
    let registry = large_index_file();
    let before = registry.everything();
    let ran = sync_within(&registry, 150).ends(3);
    ran.complains(&["cannot be written: the disk is full", "help: make room and run this again"]);
    assert_same(&part(&before, "index"), &Tree::read(&registry.index()));
    assert!(!registry.home().join(".index.next").exists());
    assert_completes(&registry, &before);
}

#[test]
fn no_room_for_scratch() {
    let registry = large_archive();
    let before = registry.everything();
    // The author can do nothing about that.
    sync_within(&registry, 10)
        .ends(3)
        .complains(&["error: there is no room to fetch to: ", "help: make room in the folder"]);
    assert_same(&before, &registry.everything());
    assert_completes(&registry, &before);
}

/// Asserts that a run with room publishes what is left, as if nothing had been.
fn assert_completes(registry: &Registry, before: &Tree) {
    registry.sync().ends(0).prints(&["1 published; 2 versions published in all."]);
    let undisturbed = Registry::new();
    before.write(undisturbed.home());
    undisturbed.sync().ends(0);
    assert_same(&undisturbed.everything(), &registry.everything());
}

/// A file system of a few kilobytes in memory, as long as the value lives.
struct Small {
    place: TempDir,
}

impl Small {
    /// `None` where this machine does not let us mount.
    fn mount() -> Option<Self> {
        let place = TempDir::new().unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", "size=40k", "curator-test"]).arg(place.path());
        command.output().is_ok_and(|output| output.status.success()).then_some(Self { place })
    }

    fn path(&self) -> PathBuf {
        self.place.path().to_owned()
    }

    fn grow(&self, size: &str) {
        let grown = Command::new("mount")
            .args(["-o", &format!("remount,size={size}")])
            .arg(self.place.path())
            .status()
            .unwrap();
        assert!(grown.success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.place.path()).status();
    }
}

#[test]
fn a_full_file_system() {
    let Some(small) = Small::mount() else { return };
    let place = |name: &str| small.path().join(name);
    let text = |path: &Path| path.to_str().unwrap().to_owned();

    let (index, store) = (large_index_file(), large_archive());
    let (for_index, for_store) =
        (["--index".to_owned(), text(&place("index"))], ["--store".to_owned(), text(&place("store"))]);
    let sync = |registry: &Registry, more: &[String]| {
        let args: Vec<&str> = ["sync"].into_iter().chain(more.iter().map(String::as_str)).collect();
        registry.run(&args)
    };
    sync(&store, &for_store).ends(3).complains(&["the store ", " is full", "help: make room"]);
    let _ = fs::remove_dir_all(place("store"));
    small.grow("4m");
    Tree::read(&index.index()).write(&place("index"));
    let before = Tree::read(&place("index"));
    small.grow("380k");
    sync(&index, &for_index).ends(3).complains(&["the disk is full", "help: make room"]);
    assert_same(&before, &Tree::read(&place("index")));
    assert!(!place(".index.next").exists());
    small.grow("4m");
    sync(&index, &for_index).ends(0).prints(&["1 published"]);
    sync(&store, &for_store).ends(0).prints(&["1 published, 1 restocked"]);
}
