//! What is published is a function of the registry and the time alone, and the committed `index/` is that function's
//! value for the committed `registry/`.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::program::{Ran, curator, finish};
use crate::sample::{INDEX, PUBLISHED, REGISTRY, Sample};
use crate::trees::{Node, Tree, assert_same, stamps};

/// [`PUBLISHED`] in seconds since 1970.
const EPOCH: &str = "1795176000";

/// Asserts that index and store are those of the sample, byte for byte and file for file.
fn assert_golden(home: &Path) {
    assert_same(&INDEX, &Tree::read(&home.join("index")));
    let store = Tree::read(&home.join(".curator/store"));
    assert_same(&Tree::read(&Sample::published().store()), &store);
    assert_eq!(store.files().len(), 26, "thirteen archives and their checksums");
}

#[test]
fn the_committed_index_is_what_sync_makes_of_the_registry() {
    let sample = Sample::wanted();
    let ran = sample.sync().ends(0).prints(&["13 published; 13 versions published in all."]);
    assert_eq!(ran.err, "");
    assert_golden(sample.home());
    assert_same(&REGISTRY, &Tree::read(&sample.registry()));

    // The same again: nothing is written, not even the same bytes once more.
    let before = [sample.index(), sample.store(), sample.registry()].map(|place| stamps(&place));
    sample.sync().ends(0).prints(&["Nothing to do: 13 versions published"]);
    sample.run(&["sync"]).ends(0).prints(&["Nothing to do: 13 versions published"]);
    assert_eq!(before, [sample.index(), sample.store(), sample.registry()].map(|place| stamps(&place)));
}

#[test]
fn the_published_hashes_name_the_stored_bytes() {
    let sample = Sample::published();
    let store = Tree::read(&sample.store());
    for (path, bytes) in store.files() {
        let digest = curator::model::Sha256::of(bytes);
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(archive) = name.strip_suffix(".tar.gz") else { continue };
        let (package, version) = archive.rsplit_once('-').unwrap();
        let metadata = format!("metadata/{}/{}/{package}.json", &package[..2], &package[2..4]);
        let Some(Node::File(metadata)) = INDEX.0.get(Path::new(&metadata)) else { panic!("no {metadata}") };
        let metadata: serde_json::Value = serde_json::from_slice(metadata).unwrap();
        assert_eq!(metadata["published"][version]["hash"], digest.to_string(), "{name}");
        assert_eq!(metadata["published"][version]["bytes"], bytes.len(), "{name}");
        let checksum = &store.files()[path.with_file_name(format!("{name}.sha256")).as_path()].to_vec();
        assert_eq!(*checksum, format!("{}  {name}\n", digest.to_hex()).into_bytes());
    }
}

#[test]
fn a_fresh_clone_restocks_every_archive() {
    let sample = Sample::cloned();
    let before = stamps(&sample.index());
    let ran = sample.run(&["sync"]).ends(0).prints(&["13 restocked; 13 versions published in all."]);
    assert_eq!(ran.out.matches(" in store 'local': equals the index\n").count(), 13);
    assert_eq!(before, stamps(&sample.index()), "restocking writes nothing into the index");
    assert_golden(sample.home());
}

/// A sync in surroundings that differ from the usual in everything that must not matter.
fn sync_elsewhere(home: &Path) -> Ran {
    let program = curator(home).get_program().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec \"$0\" sync"]).arg(program);
    command.current_dir(home).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.envs([
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "ar_EG.UTF-8"),
        ("HOME", "/nonexistent"),
        ("USER", "somebody"),
        ("GZIP", "-9"),
        ("TAR_OPTIONS", "--owner=nobody"),
        ("GIT_DIR", "/nonexistent"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.autocrlf"),
        ("GIT_CONFIG_VALUE_0", "true"),
        ("SOURCE_DATE_EPOCH", EPOCH),
    ]);
    finish(command)
}

/// Gives every file below `folder` a date of 1999.
fn age(folder: &Path) {
    let then = SystemTime::UNIX_EPOCH + Duration::from_hours(254_208);
    for path in Tree::read(folder).0.keys() {
        let file = File::open(folder.join(path)).unwrap();
        file.set_times(FileTimes::new().set_modified(then).set_accessed(then)).unwrap();
    }
}

#[test]
fn nothing_of_the_machine_enters() {
    // Two file systems where there are two: they list folders in different orders.
    let memory = Path::new("/dev/shm");
    let mut homes = vec![TempDir::new().unwrap()];
    homes.extend(TempDir::new_in(memory).ok());
    for home in &homes {
        // Another depth, and a name that a careless program splits.
        let home = home.path().join("a folder; with 'quotes'/and $more");
        REGISTRY.write_backwards(&home.join("registry"));
        age(&home.join("registry"));
        sync_elsewhere(&home).ends(0).prints(&["13 published"]);
        assert_golden(&home);
    }
}

#[test]
fn the_time_is_an_argument() {
    let sample = Sample::wanted();
    // One package is enough, and faster.
    for other in ["ba", "co", "in", "me", "se", "te", "zi"] {
        fs::remove_dir_all(sample.registry().join("packages").join(other)).unwrap();
    }
    for (given, complaint) in [
        (vec!["sync", "--published-time", "yesterday"], "yesterday"),
        (vec!["sync", "--published-time", "2026-11-20"], "2026-11-20"),
        (vec!["sync", "--published-time", ""], "--published-time"),
    ] {
        sample.run(&given).ends(3).complains(&[complaint]);
    }
    for nonsense in ["soon", "1e9", "99999999999999999999", "-99999999999999"] {
        let mut command = curator(sample.home());
        command.arg("sync").env("SOURCE_DATE_EPOCH", nonsense);
        finish(command).ends(3).complains(&["SOURCE_DATE_EPOCH", nonsense]);
    }
    assert!(!sample.index().exists(), "nothing is published at a time that nobody can read");

    // The argument goes before the environment.
    let mut command = curator(sample.home());
    command.args(["sync", "--published-time", PUBLISHED]).env("SOURCE_DATE_EPOCH", "0");
    finish(command).ends(0).prints(&["published pipework@1.0.0"]);
    let metadata = Path::new("metadata/pi/pe/pipework.json");
    assert_eq!(Tree::read(&sample.index()).0.get(metadata), INDEX.0.get(metadata));
}
