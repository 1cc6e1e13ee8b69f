//! What spago 1.0.4 cannot read is never shown to it: every row of the table of what it was seen to do (section 9 of
//! purescript-formats.md). Each defect is put into the index; the reader that stands for the client must stumble over it
//! there, and must find nothing of it in the view.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::readers::{Place, spago};
use crate::sample::Sample;
use crate::scene::{bare, place};
use crate::trees::{Tree, assert_same};

const VIEW: &str = "\n[[view]]\nname = \"spago\"\nformat = \"purescript-registry\"\nindex = { path = \"../spago-index.git\" }\n\
                    registry = { path = \"../spago-registry\" }\narchives = { path = \"../www\" }\n";

/// A change of metadata.
type Edit = Box<dyn FnOnce(&mut Value)>;
/// What becomes of an archive.
type Spoil = fn(Vec<u8>) -> Option<Vec<u8>>;

const METADATA: &str = "metadata/se/ed/seedbed.json";
const LINES: &str = "se/ed/seedbed";

/// The published sample with a view for spago that was made of it.
fn shown() -> Sample {
    let sample = Sample::published();
    let file = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + VIEW).unwrap();
    bare(sample.home(), "spago-index.git");
    sample.run(&["view"]).ends(0);
    assert_eq!(read(&sample).unwrap().len(), 13);
    sample
}

fn places(sample: &Sample) -> [Place; 3] {
    ["spago-index.git", "spago-registry", "www"].map(|name| place(sample.home(), name))
}

/// The versions of seedbed and of everything else that the client finds in the view.
fn read(sample: &Sample) -> Result<Vec<String>, String> {
    let [index, registry, _] = places(sample);
    Ok(spago::read(&index, &registry)?.into_keys().map(|(name, version)| format!("{name}@{version}")).collect())
}

/// What the client would find if the index were shown as it is.
fn read_as_it_is(sample: &Sample) -> Result<usize, String> {
    let files = Tree::read(&sample.index());
    let (mut index, mut registry) = (Place::new(), Place::from([("package-sets/.gitkeep".to_owned(), Vec::new())]));
    for (path, bytes) in files.files() {
        let path = path.to_str().unwrap();
        match path.strip_prefix("metadata/") {
            Some(below) => registry.insert(format!("metadata/{}", below.rsplit('/').next().unwrap()), bytes.to_vec()),
            None if path.starts_with("package-sets/") => registry.insert(path.to_owned(), bytes.to_vec()),
            None => index.insert(path.to_owned(), bytes.to_vec()),
        };
    }
    spago::read(&index, &registry).map(|seen| seen.len())
}

fn edit(sample: &Sample, path: &str, edit: impl FnOnce(String) -> String) {
    let file = sample.index().join(path);
    fs::write(&file, edit(fs::read_to_string(&file).unwrap())).unwrap();
}

fn edit_metadata(sample: &Sample, edit: impl FnOnce(&mut Value)) {
    let file = sample.index().join(METADATA);
    let mut metadata: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    edit(&mut metadata);
    fs::write(file, format!("{metadata:#}\n")).unwrap();
}

/// Changes the line of seedbed 1.1.0.
fn edit_line(sample: &Sample, edit: impl FnOnce(&str) -> String) {
    let file = sample.index().join(LINES);
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|line| line.contains("\"version\":\"1.1.0\"")).unwrap();
    fs::write(&file, text.replace(line, &edit(line))).unwrap();
}

/// Asserts that the view is not made, and stays as it was: the index itself is broken, and says where.
#[track_caller]
fn assert_refused(sample: &Sample, file: &str) {
    assert!(read_as_it_is(sample).is_err(), "the client would take it as it is");
    let before = places(sample);
    for arguments in [&["view"][..], &["view", "--full"], &["view", "--dry-run"]] {
        sample.run(arguments).ends(3).complains(&["view 'spago': the index file", file, "restore the file"]);
    }
    assert_eq!(before, places(sample));
}

/// Asserts that seedbed 1.1.0, and nothing else, is gone from every place, and that somebody is told.
#[track_caller]
fn assert_left_out(sample: &Sample, told: &str) {
    sample.run(&["view"]).ends(0).prints(&[&format!("view 'spago' leaves out seedbed@1.1.0: {told}")]);
    let seen = read(sample).unwrap();
    assert_eq!(seen.len(), 12, "{seen:?}");
    assert!(!seen.contains(&"seedbed@1.1.0".to_owned()));
    let [index, registry, archives] = places(sample);
    let holds = |place: &Place, path: &str, text: &str| String::from_utf8_lossy(&place[path]).contains(text);
    assert!(!holds(&index, LINES, "\"version\":\"1.1.0\"") && holds(&index, LINES, "\"version\":\"2.0.0\""));
    assert!(!holds(&registry, "metadata/seedbed.json", "\"1.1.0\": {"));
    assert!(!archives.contains_key("seedbed/1.1.0.tar.gz") && archives.contains_key("seedbed/2.0.0.tar.gz"));
}

#[test]
fn there_is_always_a_folder_of_package_sets() {
    let sample = shown();
    let sets = |sample: &Sample| {
        let files = place(sample.home(), "spago-registry").into_keys();
        files.filter(|path| path.starts_with("package-sets")).collect::<Vec<_>>()
    };
    assert_eq!(sets(&sample), ["package-sets/.gitkeep"]);
    let set = json!({ "version": "0.0.1", "compiler": "0.15.15", "published": "2026-11-21", "packages": { "mealy": "1.0.0" } });
    let folder = sample.index().join("package-sets");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("0.0.1.json"), format!("{set:#}\n")).unwrap();
    sample.run(&["view"]).ends(0).prints(&["registry: 1 file written, 1 removed"]);
    assert_eq!(sets(&sample), ["package-sets/0.0.1.json"]);
    assert_eq!(place(sample.home(), "spago-registry")["package-sets/0.0.1.json"], format!("{set:#}\n").into_bytes());
    fs::remove_dir_all(folder).unwrap();
    sample.run(&["view"]).ends(0);
    assert_eq!(sets(&sample), ["package-sets/.gitkeep"]);
}

#[test]
fn a_package_set_that_would_kill_every_command_is_not_shown() {
    let good = json!({ "version": "0.0.1", "compiler": "0.15.15", "published": "2026-11-21", "packages": { "mealy": "1.0.0" } });
    for (key, value) in [
        ("version", json!("0.0.1-rc.1")),
        ("compiler", Value::Null),
        ("published", json!("2026-11-21T00:00:00Z")),
        ("packages", json!({ "mealy": "v1.0.0" })),
        ("packages", json!({ "Mealy": "1.0.0" })),
        ("packages", json!([])),
    ] {
        let sample = shown();
        let folder = sample.index().join("package-sets");
        fs::create_dir(&folder).unwrap();
        let mut bad = good.clone();
        bad[key] = value;
        fs::write(folder.join("0.0.1.json"), format!("{bad:#}\n")).unwrap();
        fs::write(folder.join("0.0.2.json"), format!("{good:#}\n").replace("0.0.1", "0.0.2")).unwrap();
        assert!(read_as_it_is(&sample).unwrap_err().contains("every command dies"), "{bad}");
        sample.run(&["view"]).ends(0).prints(&["leaves out package-sets/0.0.1.json: its clients cannot read its"]);
        assert_eq!(read(&sample).unwrap().len(), 13);
        let registry = place(sample.home(), "spago-registry");
        let sets: Vec<_> = registry.keys().filter(|path| path.starts_with("package-sets")).collect();
        assert_eq!(sets, ["package-sets/0.0.2.json"]);
    }
}

/// What the client takes keeps its bytes: no `ref`, unknown keys, compact JSON, sizes as doubles, fewer digits of a second.
#[test]
fn metadata_that_the_client_takes_keeps_its_bytes() {
    let sample = shown();
    let text = fs::read_to_string(sample.index().join(METADATA)).unwrap();
    let mut metadata: Value = serde_json::from_str(&text).unwrap();
    let bytes = metadata["published"]["1.0.0"]["bytes"].as_f64().unwrap();
    metadata["published"]["1.0.0"]["bytes"] = json!(bytes);
    metadata["published"]["1.0.0"]["publishedTime"] = json!("2026-11-20T12:00:00Z");
    metadata["published"]["2.0.0"]["publishedTime"] = json!("2026-11-20T12:00:00.5Z");
    metadata["published"]["1.1.0"].as_object_mut().unwrap().remove("ref");
    metadata["published"]["1.1.0"]["nonsense"] = json!([1]);
    metadata["nonsense"] = json!({});
    let compact = metadata.to_string();
    assert!(compact.contains(".0,"), "{compact}");
    fs::write(sample.index().join(METADATA), &compact).unwrap();
    sample.run(&["view"]).ends(0).prints(&["registry: 1 file written"]);
    assert_eq!(place(sample.home(), "spago-registry")["metadata/seedbed.json"], compact.as_bytes());
    assert_eq!(read(&sample).unwrap().len(), 13);
}

#[test]
fn metadata_that_makes_a_package_invisible_is_never_written() {
    let facts =
        |key: &'static str, value: Value| move |metadata: &mut Value| metadata["published"]["1.1.0"][key] = value;
    let cases: Vec<Edit> = vec![
        Box::new(facts("compilers", json!([]))),
        Box::new(facts("compilers", Value::Null)),
        Box::new(facts(
            "hash",
            json!("sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="),
        )),
        Box::new(facts("publishedTime", json!("2026-11-20T12:00:00.0000Z"))),
        Box::new(facts("publishedTime", json!("2026-11-20T12:00:00.000+00:00"))),
        Box::new(|metadata| drop(metadata.as_object_mut().unwrap().remove("unpublished"))),
        Box::new(|metadata| metadata["owners"] = json!([])),
        Box::new(|metadata| {
            let facts = metadata["published"]["1.1.0"].clone();
            metadata["published"]["v1.2.0"] = facts;
        }),
        Box::new(|metadata| {
            metadata["unpublished"]["0.9.0"] = json!({
                "publishedTime": "2026-11-20T12:00:00.000Z",
                "reason": "x".repeat(301),
                "unpublishedTime": "2026-11-20T12:00:00.000Z",
            });
        }),
    ];
    for case in cases {
        let sample = shown();
        edit_metadata(&sample, case);
        assert_refused(&sample, METADATA);
    }
}

/// Other languages have no compilers: an index may lack them, and spago's view does not.
#[test]
fn a_version_without_compilers_is_left_out() {
    let sample = shown();
    edit_metadata(&sample, |metadata| {
        metadata["published"]["1.1.0"].as_object_mut().unwrap().remove("compilers");
    });
    assert_left_out(&sample, "its clients cannot read its 'compilers'");
}

/// What the client takes keeps its bytes: CRLF, no last line end, another order, unknown keys, a deprecated licence.
#[test]
fn lines_that_the_client_takes_keep_their_bytes() {
    let edits: [fn(String) -> String; 5] = [
        |text| text.replace('\n', "\r\n"),
        |text| text.trim_end().to_owned(),
        |text| text.lines().rev().flat_map(|line| [line, "\n"]).collect(),
        |text| text.replace("{\"name\"", "{\"nonsense\":[1],\"name\""),
        |text| text.replace("\"license\":\"MIT\"", "\"license\":\"GPL-3.0\""),
    ];
    for change in edits {
        let sample = shown();
        let before = fs::read(sample.index().join(LINES)).unwrap();
        edit(&sample, LINES, change);
        let after = fs::read(sample.index().join(LINES)).unwrap();
        assert_ne!(before, after);
        sample.run(&["view"]).ends(0).prints(&["index: 1 file written"]).prints_no(&["leaves out"]);
        assert_eq!(place(sample.home(), "spago-index.git")[LINES], after);
        assert_eq!(read(&sample).unwrap().len(), 13);
    }
}

#[test]
fn a_line_that_takes_all_others_with_it_is_never_written() {
    let edits: [fn(&str) -> String; 6] = [
        |line| line.replace("\"ref\":\"v1.1.0\",", ""),
        |line| line.replace("\"license\":\"MIT\"", "\"license\":\"BSD\""),
        |line| {
            line.replace(
                "\"githubOwner\":\"larkspur-labs\",\"githubRepo\":\"purescript-seedbed\"",
                "\"gitUrl\":\"ssh://git@example.org/seedbed.git\"",
            )
        },
        |line| line.replace("\"dependencies\":{}", "\"dependencies\":{\"mealy\":\">=1.0.0  <2.0.0\"}"),
        |line| format!("{line}\n"),
        |line| line.replace("\"dependencies\":", "\"dependencys\":"),
    ];
    for change in edits {
        let sample = shown();
        let before = fs::read_to_string(sample.index().join(LINES)).unwrap();
        edit_line(&sample, change);
        assert_ne!(before, fs::read_to_string(sample.index().join(LINES)).unwrap());
        assert_refused(&sample, LINES);
    }
}

/// 300 code points are read, and an index may hold 500.
#[test]
fn a_description_that_is_too_long_for_the_client_leaves_its_version_out() {
    let describe = |chars: usize| {
        move |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["description"] = json!("🍝".repeat(chars));
            line.to_string()
        }
    };
    let sample = shown();
    edit_line(&sample, describe(300));
    sample.run(&["view"]).ends(0).prints_no(&["leaves out"]);
    assert_eq!(read(&sample).unwrap().len(), 13);
    edit_line(&sample, describe(301));
    assert!(read_as_it_is(&sample).unwrap_err().contains("no dependencies"));
    assert_left_out(&sample, "its description has 301 characters, and its clients read 300");
}

#[test]
fn a_version_without_its_line_is_not_shown() {
    let sample = shown();
    edit(&sample, LINES, |text| {
        let others = text.lines().filter(|line| !line.contains("\"version\":\"1.1.0\""));
        others.flat_map(|line| [line, "\n"]).collect()
    });
    assert!(read_as_it_is(&sample).unwrap_err().contains("seedbed@1.1.0 has no line"));
    assert_left_out(&sample, "the index has no manifest of it");

    // Nor is any of them, where the whole file is gone.
    fs::remove_file(sample.index().join(LINES)).unwrap();
    assert!(read_as_it_is(&sample).is_err());
    sample.run(&["view"]).ends(0).prints(&["leaves out seedbed@2.0.0: the index has no manifest of it"]);
    assert_eq!(read(&sample).unwrap().len(), 10);
    let [index, registry, archives] = places(&sample);
    assert!(!index.contains_key(LINES) && registry.contains_key("metadata/seedbed.json"));
    assert!(!archives.keys().any(|path| path.starts_with("seedbed/")));
}

/// The client passes over a line of which the metadata knows nothing; the view does not even show it.
#[test]
fn a_line_without_metadata_is_not_shown() {
    let sample = shown();
    edit_metadata(&sample, |metadata| drop(metadata["published"].as_object_mut().unwrap().remove("1.1.0")));
    assert_eq!(read_as_it_is(&sample), Ok(12));
    sample.run(&["view"]).ends(0).prints(&[
        "spago' index: 1 file",
        "registry: 1 file",
        "archives: 0 files written, 1 removed",
    ]);
    assert_eq!(read(&sample).unwrap().len(), 12);
    assert!(!String::from_utf8_lossy(&places(&sample)[0][LINES]).contains("\"version\":\"1.1.0\""));
}

/// A flipped bit, another archive of the same size, a longer one, a shorter one, none: the client refuses each, or gets a
/// 404, so a version of which no store has the archive is not shown.
#[test]
fn an_archive_that_the_client_would_refuse_is_never_shown() {
    let edits: [Spoil; 5] = [
        |mut bytes| {
            bytes[100] ^= 1;
            Some(bytes)
        },
        |bytes| Some(vec![0; bytes.len()]),
        |bytes| Some([bytes, vec![0]].concat()),
        |mut bytes| {
            bytes.pop();
            Some(bytes)
        },
        |_| None,
    ];
    for change in edits {
        let sample = shown();
        fs::remove_dir_all(sample.home().join("www")).unwrap();
        let file = sample.store().join("seedbed/seedbed-1.1.0.tar.gz");
        let whole = fs::read(&file).unwrap();
        match change(whole.clone()) {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        assert_left_out(&sample, "its archive ");
        // Where another store has it, it is shown again.
        let mirror = sample.home().join("mirror/seedbed");
        fs::create_dir_all(&mirror).unwrap();
        fs::write(mirror.join("seedbed-1.1.0.tar.gz"), &whole).unwrap();
        sample.run(&["view", "--store", ".curator/store", "--store", "mirror"]).ends(0).prints_no(&["leaves out"]);
        assert_eq!(read(&sample).unwrap().len(), 13);
        assert_eq!(places(&sample)[2]["seedbed/1.1.0.tar.gz"], whole);
    }
}

/// The top folder is the name and the version, and each archive has the size and the hash that the metadata says.
#[test]
fn every_archive_is_the_one_that_the_metadata_names() {
    let sample = shown();
    let [index, registry, archives] = places(&sample);
    let seen = spago::read(&index, &registry).unwrap();
    assert_eq!(archives.len(), seen.len());
    for ((name, version), seen) in seen {
        let bytes = &archives[&format!("{name}/{version}.tar.gz")];
        assert_eq!(bytes.len() as u64, seen.bytes);
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        for entry in archive.entries().unwrap() {
            let path = entry.unwrap().path().unwrap().into_owned();
            assert!(path.starts_with(format!("{name}-{version}")), "{}", path.display());
        }
    }
}

/// What a version that is left out did not change is what it was before.
#[test]
fn what_is_left_out_comes_back_as_it_was() {
    let sample = shown();
    let before = Tree::read(&sample.home().join("spago-registry"));
    let line = fs::read_to_string(sample.index().join(LINES)).unwrap();
    edit_line(&sample, |line| line.replace("\"description\":\"", &format!("\"description\":\"{}", "x".repeat(301))));
    sample.run(&["view"]).ends(0);
    fs::write(sample.index().join(LINES), line).unwrap();
    sample.run(&["view"]).ends(0);
    assert_same(&before, &Tree::read(&sample.home().join("spago-registry")));
    assert!(Path::new(&sample.home().join("www/seedbed/1.1.0.tar.gz")).exists());
}
