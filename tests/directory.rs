//! A plain directory as a repository: what it shows, what it refuses, and that a commit changes all or nothing.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests make real folders, and a failure to make one is a failure of the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use curator::adapters::Directory;
use curator::model::TreePath;
use curator::ports::{Change, Repo as _, RepoEntryKind, RepoError, Revision, Role};
use tempfile::TempDir;

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn change(files: &[(&str, Option<&str>)]) -> Change {
    files.iter().map(|(name, bytes)| (path(name), bytes.map(|bytes| bytes.as_bytes().to_vec()))).collect()
}

/// A folder `index` with some files, in a folder of its own.
fn index(files: &[(&str, &str)]) -> TempDir {
    let top = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let place = top.path().join("index").join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    top
}

fn reading(top: &TempDir) -> (Directory, Revision) {
    let directory = Directory::reading(&top.path().join("index"), Role::Index);
    let head = wait(directory.head()).unwrap();
    (directory, head)
}

fn writing(top: &TempDir) -> (Directory, Revision) {
    let directory = Directory::writing(&top.path().join("index"), Role::Index).unwrap();
    let head = wait(directory.head()).unwrap();
    (directory, head)
}

/// The files on the disk, and the names beside the index.
fn on_disk(top: &TempDir) -> (BTreeMap<String, String>, Vec<String>) {
    let (directory, head) = reading(top);
    let files = directory.read_all(&head, None).unwrap();
    let files = files.into_iter().map(|(path, bytes)| (path.to_string(), String::from_utf8(bytes).unwrap())).collect();
    let mut beside: Vec<String> =
        fs::read_dir(top.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    beside.sort();
    (files, beside)
}

fn files(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    expected.iter().map(|&(name, bytes)| (name.to_owned(), bytes.to_owned())).collect()
}

#[test]
fn a_change_of_many_files_is_as_whole_as_one_of_few() {
    let top = index(&[("a/0", "old"), ("kept", "kept")]);
    let (directory, head) = writing(&top);
    let many: Change =
        (0..500).map(|at| (path(&format!("{}/{at}", at % 7)), Some(format!("{at}").into_bytes()))).collect();
    wait(directory.commit(&head, &many, "many")).unwrap();
    let (files, _) = on_disk(&top);
    assert_eq!(files.len(), 502);
    assert_eq!((files["kept"].as_str(), files["3/3"].as_str(), files["2/499"].as_str()), ("kept", "3", "499"));
}

#[test]
fn a_missing_registry_is_an_error_and_a_missing_index_is_empty() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("none");
    let registry = Directory::reading(&place, Role::Registry);
    let missing = RepoError::Missing { role: "registry", place: place.display().to_string() };
    assert_eq!(wait(registry.head()), Err(missing));
    let index = Directory::reading(&place, Role::Index);
    let head = wait(index.head()).unwrap();
    assert_eq!(index.list(&head, None), Ok(vec![]));
    assert_eq!(index.read(&head, &path("ab/cd/abcd")), Ok(None));
    assert_eq!(index.read_all(&head, None), Ok(vec![]));
}

#[test]
fn a_listing_is_sorted_and_leaves_out_what_no_registry_can_hold() {
    let top = index(&[("b/x", "1"), ("b-c", "2"), ("a/y", "3"), ("b/.git/HEAD", "4"), (".git/config", "5")]);
    fs::create_dir_all(top.path().join("index/.curator/store")).unwrap();
    fs::write(top.path().join("index/.curator/store/big"), "6").unwrap();
    fs::create_dir_all(top.path().join("index/b/.curator")).unwrap();
    fs::write(top.path().join("index/b/.curator/file"), "7").unwrap();
    let (directory, head) = reading(&top);
    let names = |under: Option<&TreePath>| -> Vec<String> {
        directory.list(&head, under).unwrap().iter().map(|entry| entry.path.to_string()).collect()
    };
    assert_eq!(names(None), ["a/y", "b-c", "b/.curator/file", "b/x"]);
    assert_eq!(names(Some(&path("b"))), ["b/.curator/file", "b/x"]);
    assert_eq!(names(Some(&path("b/x"))), [""; 0]);
    assert_eq!(names(Some(&path("c"))), [""; 0]);
}

#[test]
fn links_and_pipes_are_foreign_and_never_followed() {
    let top = index(&[("a/file", "inside")]);
    let outside = top.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    let live = top.path().join("index");
    symlink(outside.join("secret"), live.join("link")).unwrap();
    symlink(&outside, live.join("folder")).unwrap();
    symlink(live.join("a"), live.join("within")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(live.join("pipe")).status().unwrap().success());

    let (directory, head) = reading(&top);
    let listed = directory.list(&head, None).unwrap();
    let foreign = listed.iter().filter(|entry| entry.kind == RepoEntryKind::Foreign);
    let foreign: Vec<String> = foreign.map(|entry| entry.path.to_string()).collect();
    assert_eq!(foreign, ["folder", "link", "pipe", "within"]);
    for name in ["link", "folder", "folder/secret", "within/file", "pipe"] {
        let refused = directory.read(&head, &path(name)).unwrap_err();
        let place = live.join(name.split('/').next().unwrap());
        let message = "cannot be used: it is a link or a device, not a file";
        assert_eq!(refused.to_string(), format!("{} {message}", place.display()));
    }
    let refused = directory.read_all(&head, None).unwrap_err();
    assert!(matches!(refused, RepoError::Unusable { ref place, .. } if place.ends_with("/folder")), "{refused}");
    assert_eq!(directory.read_all(&head, Some(&path("a"))), Ok(vec![(path("a/file"), b"inside".to_vec())]));
}

#[test]
fn a_folder_or_a_giant_in_the_place_of_a_file_is_refused_by_name() {
    let top = index(&[("a/file", "1")]);
    fs::File::create(top.path().join("index/giant")).unwrap().set_len((64 << 20) + 1).unwrap();
    let (directory, head) = reading(&top);
    let refused = directory.read(&head, &path("a")).unwrap_err();
    assert!(refused.to_string().ends_with("index/a cannot be used: it is a folder, not a file"), "{refused}");
    let refused = directory.read(&head, &path("giant")).unwrap_err();
    assert!(refused.to_string().ends_with("index/giant cannot be used: more than 67108864 bytes"), "{refused}");
    assert_eq!(directory.read(&head, &path("a/other")), Ok(None));
    assert_eq!(directory.read(&head, &path("a/file/below")), Ok(None));
}

#[test]
fn a_file_that_changed_since_the_head_is_moved_and_never_mixed_in() {
    let top = index(&[("edited", "1"), ("removed", "1"), ("linked", "1"), ("renewed", "1"), ("kept", "1")]);
    let live = top.path().join("index");
    let (directory, head) = reading(&top);
    fs::write(live.join("edited"), "22").unwrap();
    fs::remove_file(live.join("removed")).unwrap();
    fs::remove_file(live.join("linked")).unwrap();
    symlink("/etc/passwd", live.join("linked")).unwrap();
    fs::write(live.join("other"), "1").unwrap();
    fs::rename(live.join("other"), live.join("renewed")).unwrap();
    let moved = RepoError::Moved { place: live.display().to_string() };
    for name in ["edited", "removed", "linked", "renewed"] {
        assert_eq!(directory.read(&head, &path(name)), Err(moved.clone()), "{name}");
    }
    assert_eq!(directory.read(&head, &path("kept")), Ok(Some(b"1".to_vec())));
    assert_eq!(directory.read_all(&head, None), Err(moved.clone()));
    let later = wait(directory.head()).unwrap();
    assert_ne!(head, later);
    assert_eq!(directory.read(&head, &path("kept")), Err(moved));
    assert_eq!(directory.read(&later, &path("edited")), Ok(Some(b"22".to_vec())));
}

#[test]
fn a_commit_adds_replaces_and_removes_and_keeps_the_rest() {
    let top = index(&[("a/b/replaced", "1"), ("a/kept", "1"), ("gone/removed", "1"), ("folder/now", "1")]);
    let live = top.path().join("index");
    fs::set_permissions(live.join("a/b/replaced"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(live.join("a"), fs::Permissions::from_mode(0o2775)).unwrap();
    fs::set_permissions(&live, fs::Permissions::from_mode(0o750)).unwrap();
    let inode = fs::metadata(live.join("a/kept")).unwrap().ino();
    let (directory, head) = writing(&top);
    let wanted = change(&[
        ("a/b/replaced", Some("2")),
        ("gone/removed", None),
        ("never/there", None),
        ("x/y/z", Some("new")),
        ("folder/now", None),
        ("folder", Some("a file")),
    ]);
    let next = wait(directory.commit(&head, &wanted, "message")).unwrap();
    assert_eq!(directory.read(&next, &path("x/y/z")), Ok(Some(b"new".to_vec())));
    assert_eq!(wait(directory.head()), Ok(next));
    let expected = [("a/b/replaced", "2"), ("a/kept", "1"), ("folder", "a file"), ("x/y/z", "new")];
    assert_eq!(on_disk(&top), (files(&expected), vec![".index.lock".to_owned(), "index".to_owned()]));
    assert!(!live.join("gone").exists());
    let mode = |name: &str| fs::metadata(live.join(name)).unwrap().mode() & 0o7777;
    assert_eq!((mode(""), mode("a"), mode("a/b/replaced"), mode("folder") & 0o111), (0o750, 0o2775, 0o640, 0));
    assert_eq!(fs::metadata(live.join("a/kept")).unwrap().ino(), inode);
}

#[test]
fn the_first_commit_makes_the_directory() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("not/there/index");
    let directory = Directory::writing(&place, Role::Index).unwrap();
    let none = wait(directory.head()).unwrap();
    assert!(!place.exists());
    let first = wait(directory.commit(&none, &change(&[("ab/cd/abcd", Some("1"))]), "first")).unwrap();
    assert_eq!(directory.read(&first, &path("ab/cd/abcd")), Ok(Some(b"1".to_vec())));
    assert_eq!(fs::read_to_string(place.join("ab/cd/abcd")).unwrap(), "1");
    let second = wait(directory.commit(&first, &change(&[("ab/cd/abcd", Some("2"))]), "second")).unwrap();
    assert_ne!(first, second);
    let late = wait(directory.commit(&first, &change(&[("ab/cd/abcd", Some("3"))]), "late"));
    assert!(matches!(late, Err(RepoError::Moved { .. })), "{late:?}");
}

#[test]
fn a_directory_that_is_a_link_is_switched_where_it_really_is() {
    let top = index(&[("a", "1")]);
    let link = top.path().join("link");
    symlink("index", &link).unwrap();
    let directory = Directory::writing(&link, Role::Index).unwrap();
    let head = wait(directory.head()).unwrap();
    wait(directory.commit(&head, &change(&[("a", Some("2"))]), "through a link")).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(top.path().join("index/a")).unwrap(), "2");
}

#[test]
fn what_a_switch_would_lose_stops_the_commit() {
    type Plant = fn(&Path);
    let plants: [(Plant, &str); 4] = [
        (|live| symlink("/etc", live.join("link")).unwrap(), "/link cannot be used: it is a link or a device"),
        (|live| fs::create_dir(live.join(".git")).unwrap(), "it is the work tree of a git repository"),
        (|live| fs::create_dir(live.join(".curator")).unwrap(), "it holds '.curator', which does not belong there"),
        (|live| fs::create_dir(live.join("a/.GIT")).unwrap(), "it holds 'a/.GIT', which does not belong there"),
    ];
    for (plant, message) in plants {
        let top = index(&[("a/file", "1")]);
        let live = top.path().join("index");
        plant(&live);
        let inode = fs::metadata(&live).unwrap().ino();
        let (directory, head) = writing(&top);
        let refused = wait(directory.commit(&head, &change(&[("a/file", Some("2"))]), "")).unwrap_err();
        assert!(matches!(refused, RepoError::Unusable { .. }) && refused.to_string().contains(message), "{refused}");
        assert_eq!(fs::metadata(&live).unwrap().ino(), inode);
        assert_eq!(fs::read_to_string(live.join("a/file")).unwrap(), "1");
        assert!(!top.path().join(".index.next").exists());
    }
}

#[test]
fn a_change_by_another_program_stops_the_commit() {
    type Meddle = fn(&Path);
    let meddlers: [Meddle; 4] = [
        |live| fs::write(live.join("a/new"), "x").unwrap(),
        |live| fs::write(live.join("a/file"), "changed").unwrap(),
        |live| fs::remove_file(live.join("a/file")).unwrap(),
        |live| fs::rename(live, live.with_file_name("elsewhere")).unwrap(),
    ];
    for meddle in meddlers {
        let top = index(&[("a/file", "1"), ("b", "1")]);
        let (directory, head) = writing(&top);
        meddle(&top.path().join("index"));
        let before = on_disk(&top);
        let refused = wait(directory.commit(&head, &change(&[("b", Some("2"))]), ""));
        assert!(matches!(refused, Err(RepoError::Moved { .. })), "{refused:?}");
        assert_eq!(on_disk(&top), before);
    }
}

#[test]
fn a_change_that_cannot_be_made_leaves_nothing_behind() {
    let top = index(&[("a", "1")]);
    let (directory, head) = writing(&top);
    let before = on_disk(&top);
    let refused = wait(directory.commit(&head, &change(&[("a/b", Some("below a file"))]), ""));
    assert!(matches!(refused, Err(RepoError::Unusable { ref place, .. }) if place.ends_with("index/a")), "{refused:?}");
    assert_eq!(on_disk(&top), before);
    let (reader, head) = reading(&top);
    let refused = wait(reader.commit(&head, &change(&[("a", Some("2"))]), "")).unwrap_err();
    assert!(refused.to_string().ends_with("it was opened for reading only"), "{refused}");
}

#[test]
fn folders_without_end_are_refused() {
    let top = index(&[("a", "1")]);
    fs::create_dir_all(top.path().join("index").join("d/".repeat(65))).unwrap();
    let directory = Directory::reading(&top.path().join("index"), Role::Registry);
    let refused = wait(directory.head()).unwrap_err();
    assert!(refused.to_string().ends_with("more than 64 folders are inside each other"), "{refused}");
}
