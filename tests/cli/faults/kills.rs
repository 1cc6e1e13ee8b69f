//! `kill -9` at any moment (threats 39 and 45): the index is the old one or the new one, and the next run completes.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{curator, run};
use crate::registry::Registry;
use crate::sample::PUBLISHED;
use crate::trees::{Tree, assert_same, part};

const PACKAGES: usize = 4;

/// A registry in which some versions are published and others wanted, and the same after an undisturbed sync.
struct States {
    before: Tree,
    after: Tree,
}

static STATES: LazyLock<States> = LazyLock::new(|| {
    let mut registry = Registry::new();
    let packages: Vec<_> = (0..PACKAGES).map(|number| registry.package(&format!("package{number}"))).collect();
    for package in &packages[..2] {
        registry.release(package, "1.0.0", &[]);
    }
    registry.sync().ends(0);
    for package in &packages {
        registry.release(package, "2.0.0", &[]);
    }
    let before = registry.everything();
    registry.sync().ends(0).prints(&["4 published; 6 versions"]);
    States { before, after: registry.everything() }
});

/// The store without the puts that were cut short, which nobody ever sees: `object_store` names them `<file>#<number>`.
fn stored(home: &Path) -> Tree {
    let mut store = Tree::read(&home.join(".curator"));
    store.0.retain(|path, _| !path.to_str().unwrap().contains('#'));
    store
}

/// How many whole files the store holds, while a sync is at work in it.
fn stored_count(home: &Path) -> usize {
    let packages = fs::read_dir(home.join(".curator/store")).into_iter().flatten().flatten();
    let files = packages.filter_map(|package| fs::read_dir(package.path()).ok()).flatten().flatten();
    files.filter(|file| !file.file_name().to_string_lossy().contains('#')).count()
}

/// Starts a sync in a fresh copy, kills it as soon as `now` says so, and asserts that no harm was done. Tells whether the
/// sync was alive still.
fn kill_when(before: &Tree, now: impl Fn(&Path, Duration) -> bool) -> bool {
    let (home, scratch) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    before.write(home.path());
    let mut command = curator(home.path());
    command.args(["sync", "--published-time", PUBLISHED]).env("TMPDIR", scratch.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn().unwrap();
    while child.try_wait().unwrap().is_none() && !now(home.path(), begin.elapsed()) {
        thread::sleep(Duration::from_micros(100));
    }
    let killed = kill(&mut child);

    let (old, new) = (part(before, "index"), part(&STATES.after, "index"));
    let found = Tree::read(&home.path().join("index"));
    assert!(found == old || found == new, "neither the old index nor the new one: {:?}", old.differences(&found));
    assert_same(&part(before, "registry"), &Tree::read(&home.path().join("registry")));
    for (path, bytes) in part(&STATES.after, ".curator").files() {
        // Whatever stands under its name already is whole.
        let stored = fs::read(home.path().join(".curator").join(path)).unwrap_or_else(|_| bytes.to_vec());
        assert!(stored == bytes, "a part of {}", path.display());
    }

    run(home.path(), ["sync", "--published-time", PUBLISHED]).ends(0);
    assert_same(&new, &Tree::read(&home.path().join("index")));
    assert_same(&part(&STATES.after, ".curator"), &stored(home.path()));
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| [".curator", ".index.lock", "index", "registry"].map(Into::into).contains(name)));
    killed
}

/// Kills the child alone; whether it was alive still.
fn kill(child: &mut Child) -> bool {
    let killed = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    killed & !child.wait().unwrap().success()
}

#[test]
fn after_any_time() {
    // From the first instruction to well after the end, closer together where the work is.
    let delays = [0, 1, 2, 4, 7, 10, 14, 19, 25, 32, 40, 60];
    let killed = delays
        .iter()
        .filter(|delay| kill_when(&STATES.before, |_, elapsed| elapsed >= Duration::from_millis(**delay)))
        .count();
    assert!(killed >= 4, "only {killed} were killed");
}

#[test]
fn between_the_puts_into_the_store() {
    let [before, after] = [&STATES.before, &STATES.after].map(|state| part(state, ".curator").files().len());
    let killed =
        (before + 1..=after).filter(|files| kill_when(&STATES.before, |home, _| stored_count(home) >= *files)).count();
    assert!(killed >= 4, "only {killed} were killed");
}

#[test]
fn around_the_switch_of_the_index() {
    let mut killed = 0;
    for _ in 0..3 {
        killed += usize::from(kill_when(&STATES.before, |home, _| home.join(".index.next").exists()));
        killed += usize::from(kill_when(&STATES.before, |home, _| home.join("index/pa/ck/package3").exists()));
        killed += usize::from(kill_when(&STATES.before, |home, _| home.join(".index.next/config.json").exists()));
    }
    assert!(killed >= 3, "only {killed} were killed");
}

#[test]
fn while_the_store_is_restocked() {
    let mut cloned = STATES.after.clone();
    cloned.0.retain(|path, _| !path.starts_with(".curator"));
    let killed = [1, 4, 8].into_iter().filter(|files| kill_when(&cloned, |home, _| stored_count(home) >= *files));
    assert!(killed.count() >= 1);
}
