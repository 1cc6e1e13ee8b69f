//! A plain directory under kill -9, full disks, other writers and readers: always one whole state.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests make real folders and processes, and a failure to make one is a failure of the test"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use curator::adapters::Directory;
use curator::model::TreePath;
use curator::ports::{Change, Repo as _, RepoError, Revision, Role};

/// The files of a state, over several folders: each holds the number of the state.
const FILES: u64 = 12;

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn path(file: u64) -> TreePath {
    format!("{}/{}/{file}", file % 3, file % 5).parse().unwrap()
}

/// The change to the state `number`: every file changes, and one of them comes or goes, so that a mix is seen.
fn state(number: u64) -> Change {
    let mut change: Change = (0..FILES).map(|file| (path(file), Some(number.to_string().into_bytes()))).collect();
    if number % 2 == 1 {
        change.insert(path(number % FILES), None);
    }
    change
}

/// The number of the state that the directory has; 0 where there is none.
fn number(directory: &Directory, at: &Revision) -> Result<u64, RepoError> {
    let files = directory.read_all(at, None)?;
    let Some((_, bytes)) = files.first() else { return Ok(0) };
    let number = String::from_utf8(bytes.clone()).unwrap().parse().unwrap();
    let expected: Vec<_> = state(number).into_iter().filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    assert_eq!(files, expected, "a mix of states");
    Ok(number)
}

/// The state after the present one.
fn advance(directory: &Directory) -> Result<u64, RepoError> {
    let head = wait(directory.head())?;
    let next = number(directory, &head)? + 1;
    wait(directory.commit(&head, &state(next), ""))?;
    Ok(next)
}

/// This test binary as another process that runs one ignored test on a folder.
fn child(test: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("CURATOR_TEST_FOLDER", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("CURATOR_TEST_FOLDER").map(PathBuf::from)
}

/// Opens the directory for writing. Between fork and exec, a child that another test starts holds a copy of every open
/// file of this process, so a lock that was given up may last a moment longer.
fn writing(folder: &Path) -> Directory {
    for _ in 0..200 {
        match Directory::writing(folder, Role::Index) {
            Err(RepoError::Locked { .. }) => std::thread::sleep(Duration::from_millis(10)),
            opened => return opened.unwrap(),
        }
    }
    Directory::writing(folder, Role::Index).unwrap()
}

#[test]
#[ignore = "a part of a_kill_at_any_moment_leaves_one_whole_state"]
#[expect(clippy::print_stdout, reason = "the parent reads how far this process has come")]
fn commit_for_ever() {
    let Some(folder) = folder() else { return };
    let directory = writing(&folder);
    loop {
        println!("committed {}", advance(&directory).unwrap());
    }
}

#[test]
fn a_kill_at_any_moment_leaves_one_whole_state() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("index");
    let (mut told, mut interrupted) = (0, 0);
    for kill in 0..50_u64 {
        let mut writer = child("commit_for_ever", &place);
        let mut said = BufReader::new(writer.stdout.take().unwrap());
        // The moments are spread over starting, the first commit and later ones, by a step that shares no factor.
        let mut line = String::new();
        while !line.contains("committed") && kill % 5 != 0 {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the writer ended by itself");
        }
        std::thread::sleep(Duration::from_micros(kill * 7_919 % 20_000));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        line.push_str(&rest);
        // A line that was cut short was told to nobody.
        let lines = line.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        told = lines.filter_map(|line| line.split_once("committed ")?.1.parse().ok()).max().unwrap_or(told);

        interrupted += u32::from(top.path().join(".index.next").exists());
        let reader = Directory::reading(&place, Role::Index);
        let found = number(&reader, &wait(reader.head()).unwrap()).unwrap();
        assert!(found == told || found == told + 1, "kill {kill}: state {found} after {told} was told");
        let directory = writing(&place);
        assert!(!top.path().join(".index.next").exists());
        told = advance(&directory).unwrap();
        assert_eq!(told, found + 1);
    }
    assert!(interrupted >= 5, "only {interrupted} kills came in the middle of a commit");
}

#[test]
#[ignore = "a part of a_lock_lasts_as_long_as_its_process"]
#[expect(clippy::print_stdout, reason = "the parent waits for the lock")]
fn hold_the_lock() {
    let Some(folder) = folder() else { return };
    let _held = writing(&folder);
    println!("locked");
    std::thread::sleep(Duration::from_mins(1));
}

#[test]
fn a_lock_lasts_as_long_as_its_process() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("index");
    let mut holder = child("hold_the_lock", &place);
    let mut said = BufReader::new(holder.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("locked") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "the holder ended by itself");
    }
    let refused = Directory::writing(&place, Role::Index).unwrap_err();
    let holder_says = format!("process {}: wait for it, or end it", holder.id());
    assert_eq!(refused, RepoError::Locked { place: place.display().to_string(), holder: holder_says });
    holder.kill().unwrap();
    holder.wait().unwrap();
    drop(Directory::writing(&place, Role::Index).unwrap());

    let one = writing(&place);
    assert!(matches!(Directory::writing(&place, Role::Index), Err(RepoError::Locked { .. })));
    // What a lock file says is shown only where it is a process number.
    fs::write(top.path().join(".index.lock"), "\u{1b}[2Jnobody").unwrap();
    let refused = Directory::writing(&place, Role::Index).unwrap_err().to_string();
    assert!(refused.ends_with("(its lock file does not name the process: wait for it)"), "{refused}");
    drop(one);
    assert!(Directory::writing(&place, Role::Index).is_ok());
}

#[test]
fn a_link_in_the_place_of_the_lock_does_not_empty_its_target() {
    let top = tempfile::tempdir().unwrap();
    fs::write(top.path().join("precious"), "precious").unwrap();
    symlink("precious", top.path().join(".index.lock")).unwrap();
    let refused = Directory::writing(&top.path().join("index"), Role::Index);
    assert!(matches!(refused, Err(RepoError::Unusable { .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(top.path().join("precious")).unwrap(), "precious");
}

#[test]
fn a_switch_that_broke_off_between_its_two_renames_is_mended() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("index");
    let directory = writing(&place);
    assert_eq!(advance(&directory), Ok(1));
    drop(directory);
    // As on a file system without an exchange of names: the old state has left, the new one has not come.
    fs::rename(&place, top.path().join(".index.old")).unwrap();
    fs::create_dir(top.path().join(".index.next")).unwrap();
    fs::write(top.path().join(".index.next/half"), "half").unwrap();
    let reader = Directory::reading(&place, Role::Index);
    assert_eq!(number(&reader, &wait(reader.head()).unwrap()), Ok(1));
    let directory = writing(&place);
    assert_eq!(advance(&directory), Ok(2));
    let beside: Vec<_> = fs::read_dir(top.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
}

#[test]
fn of_two_writers_each_commit_counts_once() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("index");
    let write = || {
        for _ in 0..20 {
            loop {
                match Directory::writing(&place, Role::Index).and_then(|directory| advance(&directory)) {
                    Ok(_) => break,
                    Err(RepoError::Locked { .. }) => std::thread::sleep(Duration::from_micros(200)),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(write);
        scope.spawn(write);
    });
    let reader = Directory::reading(&place, Role::Index);
    assert_eq!(number(&reader, &wait(reader.head()).unwrap()), Ok(40));
}

#[test]
fn a_reader_never_sees_a_mix_of_states() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().join("index");
    let directory = writing(&place);
    assert_eq!(advance(&directory), Ok(1));
    let (whole, moved) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..200).for_each(|_| assert!(advance(&directory).is_ok())));
        let reader = Directory::reading(&place, Role::Registry);
        let (mut whole, mut moved) = (0_u32, 0_u32);
        while !writer.is_finished() {
            match wait(reader.head()).and_then(|head| number(&reader, &head)) {
                Ok(_) => whole += 1,
                Err(RepoError::Moved { .. }) => moved += 1,
                Err(error) => panic!("{error}"),
            }
        }
        (whole, moved)
    });
    assert!(whole > 20, "{whole} whole readings, {moved} that the writer overtook");
}

#[test]
#[ignore = "a part of a_full_disk_changes_nothing"]
fn commit_on_a_full_disk() {
    let Some(folder) = folder() else { return };
    let place = folder.join("index");
    let directory = writing(&place);
    assert_eq!(advance(&directory), Ok(1));
    let head = wait(directory.head()).unwrap();
    let giant: Change = state(2).into_keys().map(|path| (path, Some(vec![7; 1 << 20]))).collect();
    let refused = wait(directory.commit(&head, &giant, ""));
    assert!(matches!(refused, Err(RepoError::Full { .. })), "{refused:?}");
    assert!(!folder.join(".index.next").exists());
    assert_eq!(number(&directory, &head), Ok(1));
    assert_eq!(advance(&directory), Ok(2));
}

/// Runs `commit_on_a_full_disk` after `prepare`, a line of shell.
fn on_a_full_disk(shell: &[&str], prepare: &str) -> Result<(), String> {
    let top = tempfile::tempdir().unwrap();
    let script = format!("{prepare} && exec \"$0\" --exact commit_on_a_full_disk --ignored --nocapture");
    let (program, arguments) = shell.split_first().unwrap();
    let child = Command::new(program)
        .args(arguments)
        .args(["bash", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("CURATOR_TEST_FOLDER", top.path())
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    if child.status.success() && said.contains("1 passed") { Ok(()) } else { Err(said) }
}

#[test]
fn a_full_disk_changes_nothing() {
    assert_eq!(on_a_full_disk(&["env"], "trap '' XFSZ && ulimit -f 8"), Ok(()));
    // A real disk of 1 MiB, in a mount namespace that ends with the process, where this machine lets us.
    let may_mount = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if may_mount.is_ok_and(|tried| tried.status.success()) {
        let mount = "mount -t tmpfs -o size=1m tmpfs \"$CURATOR_TEST_FOLDER\"";
        assert_eq!(on_a_full_disk(&["unshare", "-m"], mount), Ok(()));
    }
}
