//! The user's own folder: what is read, written and packed, and that no link leads out of it.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests make real folders, and a failure to make one is a failure of the test"
)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use curator::adapters::Folder;
use curator::model::{Entry, File, Limits, Mode, SourceTree, TreePath};
use curator::ports::{Workspace as _, WorkspaceError};
use tempfile::TempDir;

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn folder(top: &TempDir) -> Folder {
    Folder::new(&top.path().join("package"), Limits::default())
}

/// A package with links of every kind, and what they point to.
fn package() -> TempDir {
    let top = tempfile::tempdir().unwrap();
    let root = top.path().join("package");
    fs::create_dir_all(root.join("src")).unwrap();
    fs::create_dir(top.path().join("outside")).unwrap();
    fs::write(top.path().join("outside/secret"), "secret").unwrap();
    fs::write(root.join("src/Main.purs"), "module Main").unwrap();
    fs::write(root.join("run"), "#!/bin/sh").unwrap();
    fs::set_permissions(root.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../outside/secret", root.join("leak")).unwrap();
    symlink("../outside", root.join("out")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    top
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn reading_takes_plain_files_and_follows_nothing() {
    let top = package();
    let folder = folder(&top);
    assert_eq!(folder.read(&path("src/Main.purs")), Ok(Some(b"module Main".to_vec())));
    assert_eq!(folder.read(&path("src/None.purs")), Ok(None));
    assert_eq!(folder.read(&path("none/None.purs")), Ok(None));
    assert!(Command::new("mkfifo").arg(top.path().join("package/pipe")).status().unwrap().success());
    for (name, message) in [
        ("leak", "it is a symbolic link, which is not followed"),
        ("out/secret", "it is a symbolic link, which is not followed"),
        ("dangling", "it is a symbolic link, which is not followed"),
        ("src", "it is not a plain file"),
        ("pipe", "it is not a plain file"),
        ("run/below", "a folder in the path is a symbolic link or a file"),
    ] {
        let refused = folder.read(&path(name)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("{} cannot be used: {message}", top.path().join("package").join(name).display())
        );
    }
}

#[test]
fn creating_never_overwrites_and_never_leaves_the_folder() {
    let top = package();
    let folder = folder(&top);
    folder.create(&path("a/b/new"), b"new").unwrap();
    assert_eq!(folder.read(&path("a/b/new")), Ok(Some(b"new".to_vec())));
    for name in ["a/b/new", "leak", "dangling", "src"] {
        let refused = folder.create(&path(name), b"mine");
        assert!(matches!(refused, Err(WorkspaceError::Exists { .. })), "{name}: {refused:?}");
    }
    for name in ["out/new", "out/deep/new", "run/new"] {
        let refused = folder.create(&path(name), b"mine");
        assert!(matches!(refused, Err(WorkspaceError::Unusable { .. })), "{name}: {refused:?}");
    }
    assert_eq!(fs::read_to_string(top.path().join("package/a/b/new")).unwrap(), "new");
    assert_eq!(names(&top.path().join("outside")), ["secret"]);
    assert_eq!(names(&top.path().join("package")), ["a", "dangling", "leak", "out", "run", "src"]);
    assert_eq!(names(&top.path().join("package/a/b")), ["new"]);
}

#[test]
fn creating_makes_the_folder_itself() {
    let top = tempfile::tempdir().unwrap();
    let folder = Folder::new(&top.path().join("not/there"), Limits::default());
    assert_eq!(folder.read(&path("file")), Ok(None));
    folder.create(&path("file"), b"1").unwrap();
    assert_eq!(fs::read(top.path().join("not/there/file")).unwrap(), b"1");
}

#[test]
fn replacing_is_whole_and_keeps_the_permissions() {
    let top = package();
    let root = top.path().join("package");
    let folder = folder(&top);
    fs::set_permissions(root.join("run"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::hard_link(root.join("run"), top.path().join("outside/same")).unwrap();
    folder.replace(&path("run"), b"new").unwrap();
    assert_eq!(fs::read_to_string(root.join("run")).unwrap(), "new");
    assert_eq!(fs::metadata(root.join("run")).unwrap().permissions().mode() & 0o7777, 0o750);
    // A file that was written in place would have changed under its other name too.
    assert_eq!(fs::read_to_string(top.path().join("outside/same")).unwrap(), "#!/bin/sh");
    for name in ["leak", "out/secret", "dangling", "src", "none"] {
        let refused = folder.replace(&path(name), b"mine");
        assert!(matches!(refused, Err(WorkspaceError::Unusable { .. })), "{name}: {refused:?}");
    }
    assert_eq!(fs::read_to_string(top.path().join("outside/secret")).unwrap(), "secret");
    assert!(root.join("leak").is_symlink());
    assert_eq!(names(&root), ["dangling", "leak", "out", "run", "src"]);
}

#[test]
fn the_source_holds_files_links_and_sizes_and_skips_git() {
    let top = package();
    let root = top.path().join("package");
    fs::create_dir_all(root.join(".git/objects")).unwrap();
    fs::write(root.join(".git/config"), "secret").unwrap();
    fs::create_dir_all(root.join("deps/inner")).unwrap();
    fs::write(root.join("deps/inner/.git"), "gitdir: elsewhere").unwrap();
    fs::write(root.join("deps/inner/file"), "12345").unwrap();
    assert!(Command::new("mkfifo").arg(root.join("deps/pipe")).status().unwrap().success());
    let source = folder(&top).source(&|path| !path.as_str().starts_with("deps/")).unwrap();
    let link = |target: &str| Entry::Link { target: target.as_bytes().to_vec() };
    let expected: SourceTree = [
        (path("dangling"), link("nowhere")),
        (path("deps/inner/file"), Entry::Unread { size: 5 }),
        (path("leak"), link("../outside/secret")),
        (path("out"), link("../outside")),
        (path("run"), Entry::File(File { mode: Mode::Executable, bytes: b"#!/bin/sh".to_vec() })),
        (path("src/Main.purs"), Entry::File(File::regular(b"module Main"))),
    ]
    .into();
    assert_eq!(source, expected);
    let refused = folder(&top).source(&|_| true).unwrap_err().to_string();
    assert!(refused.ends_with("package/deps/pipe: it is not a plain file"), "{refused}");
}

#[test]
fn what_cannot_be_a_path_in_an_archive_is_refused() {
    let top = package();
    fs::write(top.path().join("package").join(OsStr::from_bytes(b"latin-\xe4")), "").unwrap();
    let refused = folder(&top).source(&|_| true).unwrap_err();
    assert!(matches!(refused, WorkspaceError::Unpackable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("the path is not UTF-8"), "{refused}");
}

#[test]
fn the_limits_count_what_is_wanted() {
    let top = package();
    let root = top.path().join("package");
    fs::create_dir_all(root.join("deep/er/est")).unwrap();
    fs::write(root.join("deep/er/est/file"), vec![0; 100]).unwrap();
    let all = |limits: Limits| Folder::new(&root, limits).source(&|_| true).map_err(|error| error.to_string());
    let none = |limits: Limits| Folder::new(&root, limits).source(&|_| false).map_err(|error| error.to_string());
    // Six entries are wanted (three files, three links), with 9 + 11 + 100 bytes.
    let exact = Limits { entries: 6, tree_bytes: 120, file_bytes: 100, depth: 3, ..Limits::default() };
    assert_eq!(all(exact.clone()).map(|tree| tree.len()), Ok(6));
    let cases = [
        (Limits { entries: 5, ..exact.clone() }, "package: the package has more than 5 files and links"),
        (Limits { tree_bytes: 119, ..exact.clone() }, "package: its files have more than 119 bytes together"),
        (Limits { file_bytes: 99, ..exact.clone() }, "deep/er/est/file: it has more than 99 bytes"),
    ];
    for (limits, message) in cases {
        let refused = all(limits.clone()).unwrap_err();
        assert!(refused.ends_with(message), "{refused}");
        assert_eq!(none(limits).map(|tree| tree.len()), Ok(6));
    }
    let refused = none(Limits { depth: 2, ..exact }).unwrap_err();
    assert!(refused.ends_with("deep/er/est: folders are nested more than 2 deep"), "{refused}");
}
