//! The views of the sample registry, to the byte. Set `CURATOR_GOLDEN=write` to write them anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::run;
use crate::readers::{Place, ricochet, spago, zero};
use crate::sample::{INDEX, PUBLISHED, Sample};
use crate::scene::{VIEWS, bare, place};
use crate::trees::{Tree, assert_same};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/views/golden")
}

/// The sample with a view in every format, and all of them made by a sync.
fn shown() -> Sample {
    let sample = Sample::published();
    let file = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&file).unwrap();
    // Where clients download, so that the views can say it.
    let text = text.replace(
        "path = \"../.curator/store\"",
        "path = \"../.curator/store\"\nurl = \"https://packages.example.org/{name}/{name}-{version}.tar.gz\"",
    );
    fs::write(&file, text + VIEWS).unwrap();
    let config = sample.index().join("config.json");
    let text = fs::read_to_string(&config).unwrap();
    let url = "\"name\": \"local\",\n      \"url\": \"https://packages.example.org/{name}/{name}-{version}.tar.gz\"";
    fs::write(&config, text.replace("\"name\": \"local\"", url)).unwrap();
    for name in ["spago-index.git", "spago-registry.git", "zero.git"] {
        bare(sample.home(), name);
    }
    sample.sync().ends(0).prints(&["updated view 'spago' index: 11 files written", "updated view 'remote': 1 file"]);
    sample
}

/// What of a place stands in the golden files: all but archives, whose digests stand there.
fn text_files(place: Place) -> Place {
    place.into_iter().filter(|(path, _)| !path.ends_with(".tar.gz")).collect()
}

#[test]
fn the_views_of_the_sample_are_the_golden_ones() {
    let sample = shown();
    for (name, folder) in [("ricochet", "ricochet"), ("zero.git", "0x0-index"), ("remote", "0x0-remote")] {
        let golden = golden().join(folder);
        let files = text_files(place(sample.home(), name));
        if std::env::var_os("CURATOR_GOLDEN").is_some() {
            let _ = fs::remove_dir_all(&golden);
            for (path, bytes) in &files {
                let file = golden.join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, bytes).unwrap();
            }
        }
        let expected = Tree::read(&golden);
        let expected: Place = expected
            .files()
            .into_iter()
            .map(|(path, bytes)| (path.to_str().unwrap().to_owned(), bytes.to_vec()))
            .collect();
        assert_eq!(expected.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>(), "{name}");
        for (path, bytes) in &files {
            assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&expected[path]), "{name}: {path}");
        }
    }
}

/// What spago clones has the bytes of the index: nothing is encoded again.
#[test]
fn what_spago_clones_has_the_bytes_of_the_index() {
    let sample = shown();
    let (index, registry) = (place(sample.home(), "spago-index.git"), place(sample.home(), "spago-registry.git"));
    let mut sets = 0;
    for (path, bytes) in INDEX.files() {
        let path = path.to_str().unwrap();
        if let Some(below) = path.strip_prefix("metadata/") {
            let name = below.rsplit('/').next().unwrap();
            assert_eq!(registry[&format!("metadata/{name}")], bytes, "{path}");
            sets += 1;
        } else if path != "config.json" {
            assert_eq!(index[path], bytes, "{path}");
        }
    }
    assert_eq!((index.len(), registry.len()), (11, sets + 1));
    assert_eq!(registry["package-sets/.gitkeep"], b"");
    let archives = place(sample.home(), "www");
    assert_eq!(archives.len(), 13);
    let store = Tree::read(&sample.store());
    assert_eq!(archives["mealy/1.0.0.tar.gz"], store.files()[Path::new("mealy/mealy-1.0.0.tar.gz")]);
}

#[test]
fn the_readers_find_every_version_of_the_sample() {
    let sample = shown();
    let of = |name| place(sample.home(), name);
    let seen = spago::read(&of("spago-index.git"), &of("spago-registry.git")).unwrap();
    assert_eq!(seen.len(), 13);
    let names: Vec<_> = seen.keys().collect();
    assert_eq!(ricochet::read(&of("ricochet")).unwrap().keys().collect::<Vec<_>>(), names);
    let table = zero::index(&of("zero.git")).unwrap();
    let remote = zero::remote(&of("remote")).unwrap();
    assert_eq!((table.keys().collect::<Vec<_>>(), remote.versions.keys().collect::<Vec<_>>()), (names.clone(), names));
    for (name, version) in seen.keys() {
        let url = format!("https://packages.example.org/{name}/{name}-{version}.tar.gz");
        for seen in [&table, &remote.versions] {
            assert_eq!(seen[&(name.clone(), version.clone())].url.as_deref(), Some(url.as_str()));
        }
    }
}

/// The same index, the same bytes, and commits too: nothing of the machine or of the hour enters.
#[test]
fn two_machines_make_the_same_views_to_the_commit() {
    let [one, two] = [shown(), shown()];
    for name in ["www", "ricochet", "remote"] {
        assert_same(&Tree::read(&one.home().join(name)), &Tree::read(&two.home().join(name)));
    }
    for name in ["spago-index.git", "spago-registry.git", "zero.git"] {
        let tip = |sample: &Sample| fs::read_to_string(sample.home().join(name).join("refs/heads/main")).unwrap();
        assert_eq!(tip(&one), tip(&two), "{name}");
    }
    // And again: nothing is written where nothing changed, in folders that keep no history either.
    let everything = || {
        let mut tree = one.everything();
        tree.0.retain(|path, _| path.extension().is_none_or(|it| it != "lock"));
        tree
    };
    let before = everything();
    run(one.home(), ["sync", "--published-time", PUBLISHED]).ends(0).prints_no(&["view"]);
    let ran = run(one.home(), ["view", "--full"]).ends(0);
    ran.prints(&["view 'spago' shows the index as it is", "view 'ricochet' shows the index as it is"]);
    assert_same(&before, &everything());
}
