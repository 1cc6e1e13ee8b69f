//! One cache, and many who use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use curator::ports::IndexSource as _;
use tempfile::TempDir;

use super::scene::{everything, mirror, offline, read_all, reader, told};

/// The kept files below `cache`.
fn kept(cache: &Path) -> Vec<PathBuf> {
    let place = fs::read_dir(cache.join("http")).unwrap().next().unwrap().unwrap().path();
    let folders = fs::read_dir(place.join("files")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|it| it.unwrap().path()).collect();
    files.sort_unstable();
    files
}

#[tokio::test]
async fn a_kept_file_that_was_damaged_is_asked_for_again() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    read_all(&reader(&shelf.url(), Some(cache.path()))).await.unwrap();
    let files = kept(cache.path());
    // The four files, the list, and what the mirror says of itself.
    assert_eq!(files.len(), 6);
    for file in &files {
        let whole = fs::read(file).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for damaged in [&whole[..whole.len() - 1], &whole[..1], &[], &flipped, b"{}\n", b"\n"] {
            fs::write(file, damaged).unwrap();
            shelf.asked();
            assert_eq!(read_all(&reader(&shelf.url(), Some(cache.path()))).await.unwrap(), everything());
            let came = shelf.asked().iter().filter(|it| it.status == 200).count();
            assert_eq!(came, 1, "{}", file.display());
            assert_eq!(fs::read(file).unwrap(), whole);
        }
        // The file of another path, in its place.
        let other = files.iter().find(|other| *other != file).unwrap();
        fs::write(file, fs::read(other).unwrap()).unwrap();
        assert_eq!(read_all(&reader(&shelf.url(), Some(cache.path()))).await.unwrap(), everything());
    }
    assert_eq!(read_all(&offline(&shelf.url(), cache.path())).await.unwrap(), everything());
}

#[tokio::test]
async fn places_do_not_share_what_they_say() {
    let cache = TempDir::new().unwrap();
    let (one, other) = (mirror(), mirror());
    other.put("/index/ta/ll/tally", "other\n");
    other.list();
    read_all(&reader(&one.url(), Some(cache.path()))).await.unwrap();
    let found = read_all(&reader(&other.url(), Some(cache.path()))).await.unwrap();
    assert_eq!(found[3].1, "other\n");
    assert_eq!(read_all(&reader(&one.url(), Some(cache.path()))).await.unwrap(), everything());
    assert_eq!(other.asked().len(), 6);
}

#[tokio::test]
async fn a_disk_that_takes_nothing_stops_nobody() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    let index = reader(&shelf.url(), Some(cache.path()));
    let place = fs::read_dir(cache.path().join("http")).unwrap().next().unwrap().unwrap().path();
    fs::remove_dir_all(place).unwrap();
    assert_eq!(read_all(&index).await.unwrap(), everything());
}

/// What the readers of the next test write to each other: the place and the cache.
const PLACE: &str = "CURATOR_TEST_PLACE";
const CACHE: &str = "CURATOR_TEST_CACHE";

/// Starts this program again, as a reader.
fn another(url: &str, cache: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "caches::reads_again_and_again", "--ignored", "--quiet"]);
    command.env(PLACE, url).env(CACHE, cache).spawn().unwrap()
}

#[test]
fn several_processes_share_a_cache() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    for number in 0..40 {
        shelf.put(&format!("/index/nu/mb/number{number}"), "x".repeat(10_000 + number));
    }
    shelf.list();
    let mut others: Vec<Child> = (0..3).map(|_| another(&shelf.url(), cache.path())).collect();
    for other in &mut others {
        assert!(other.wait().unwrap().success());
    }
    shelf.asked();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime.block_on(read_all(&reader(&shelf.url(), Some(cache.path())))).unwrap();
    assert_eq!(found.len(), 44);
    assert_eq!(told(&shelf.asked()), ["304 /index.sha256", "304 /mirror.json"]);
    let place = fs::read_dir(cache.path().join("http")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read_dir(place.join("scratch")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is a part of the test before, in a process of its own"]
async fn reads_again_and_again() {
    let (Ok(url), Some(cache)) = (std::env::var(PLACE), std::env::var_os(CACHE)) else { return };
    for round in 0..5 {
        if round % 2 == 1 {
            // As if nobody had read anything yet, while the others do.
            for file in kept(Path::new(&cache)) {
                let _ = fs::remove_file(file);
            }
        }
        let index = reader(&url, Some(Path::new(&cache)));
        index.open().await.unwrap();
        let found = index.read_all(None).await.unwrap();
        assert_eq!(found.len(), 44);
        for (path, bytes) in found.iter().filter(|(path, _)| path.as_str().starts_with("nu/")) {
            let number: usize = path.as_str().trim_start_matches("nu/mb/number").parse().unwrap();
            assert_eq!(bytes, "x".repeat(10_000 + number).as_bytes());
        }
    }
}
