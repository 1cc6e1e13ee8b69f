//! A folder in a work tree: what its owner changed since a branch, committed or not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use curator::adapters::Directory;
use curator::ports::{History as _, Repo as _, RepoEntryKind, RepoError, Revision, Role};
use tempfile::TempDir;

use crate::repos::git_command;
use crate::{path, wait};

fn git(folder: &Path, args: &[&str]) -> String {
    let output = git_command(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(top: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let file = top.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[test]
fn committed_and_uncommitted_changes_are_told_and_ignored_files_are_not() {
    let home = TempDir::new().unwrap();
    let top = home.path();
    git(top, &["init", "--quiet", "--initial-branch=main", "."]);
    write(top, &[("README.md", "x"), ("registry/.gitignore", "*.log\n/.curator/\n")]);
    write(
        top,
        &[("registry/a", "1"), ("registry/b", "1"), ("registry/c", "1"), ("registry/d/e", "1"), ("registry/l", "1")],
    );
    git(top, &["add", "--all"]);
    git(top, &["commit", "--quiet", "--message", "base"]);
    let base = git(top, &["rev-parse", "HEAD"]);
    git(top, &["checkout", "--quiet", "-b", "topic"]);
    write(top, &[("registry/a", "2"), ("README.md", "y")]);
    git(top, &["commit", "--quiet", "--all", "--message", "topic"]);
    git(top, &["checkout", "--quiet", "main"]);
    write(top, &[("registry/b", "theirs")]);
    git(top, &["commit", "--quiet", "--all", "--message", "main went on"]);
    git(top, &["checkout", "--quiet", "topic"]);
    // Not committed: edited, removed, new, staged, a link in the place of a file, and two files that are ignored.
    write(
        top,
        &[("registry/c", "22"), ("registry/new/file", "1"), ("registry/x.log", "1"), ("registry/.curator/y", "1")],
    );
    write(top, &[("registry/staged", "1")]);
    git(top, &["add", "registry/staged"]);
    fs::remove_file(top.join("registry/d/e")).unwrap();
    fs::remove_file(top.join("registry/l")).unwrap();
    symlink("a", top.join("registry/l")).unwrap();

    let registry = Directory::reading(&top.join("registry"), Role::Registry);
    let now = wait(registry.head()).unwrap();
    let fork = wait(registry.fork_point("main", &now)).unwrap().unwrap();
    assert_eq!(fork, Revision(base));
    let found = registry.difference(Some(&fork), &now).unwrap();
    let told: Vec<(String, bool, bool)> = found
        .changed
        .iter()
        .map(|changed| (changed.path.to_string(), changed.before.is_some(), changed.after.is_some()))
        .collect();
    let expected = [
        ("a", true, true),
        ("c", true, true),
        ("d/e", true, false),
        ("l", true, true),
        ("new/file", false, true),
        ("staged", false, true),
    ];
    assert_eq!(told, expected.map(|(name, before, after)| (name.to_owned(), before, after)));
    let link = found.changed.iter().find(|changed| changed.path == path("l")).unwrap();
    assert_eq!(link.after.unwrap().kind, RepoEntryKind::Foreign);
    assert_eq!(found.unlisted, [""; 0]);

    // The fork point can be read, and compared with other commits.
    assert_eq!(registry.read(&fork, &path("a")), Ok(Some(b"1".to_vec())));
    assert_eq!(registry.list(&fork, Some(&path("d"))).unwrap().len(), 1);
    assert_eq!(registry.read_all(&fork, None).unwrap().len(), 6);
    assert_eq!(registry.describe(&fork).unwrap().unwrap().message, "base\n");
    let head = Revision(git(top, &["rev-parse", "HEAD"]));
    assert_eq!(registry.difference(Some(&fork), &head).unwrap().changed.len(), 1);
    assert_eq!(wait(registry.fork_point("nobody", &now)), Ok(None));
}

#[test]
fn a_folder_of_its_own_keeps_no_history() {
    let home = TempDir::new().unwrap();
    write(home.path(), &[("registry/a", "1")]);
    let registry = Directory::reading(&home.path().join("registry"), Role::Registry);
    let now = wait(registry.head()).unwrap();
    for error in [registry.difference(None, &now).unwrap_err(), wait(registry.fork_point("main", &now)).unwrap_err()] {
        assert!(matches!(&error, RepoError::Unusable { message, .. } if message.contains("no history")), "{error}");
    }
    assert_eq!((registry.describe(&now), wait(registry.log(None, &now))), (Ok(None), Ok(vec![])));
}
