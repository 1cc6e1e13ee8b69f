//! The real PureScript registry, shown to spago: what comes out has the bytes that went in.
//!
//! Reads `index/`, `metadata/` and `package-sets/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::run;
use crate::readers::{Place, spago, zero};
use crate::scene::place;
use crate::trees::Tree;

/// The one version that is published and has no manifest: its line was lost by another program.
const LOST: &str = "harmonia";

fn files(folder: &Path) -> Place {
    let tree = Tree::read(folder);
    let files = tree.files().into_iter();
    files.map(|(path, bytes)| (path.to_str().unwrap().to_owned(), bytes.to_vec())).collect()
}

fn shard(name: &str) -> String {
    match name.len() {
        length @ 1..=2 => length.to_string(),
        3 => format!("3/{}", &name[..1]),
        _ => format!("{}/{}", &name[..2], &name[2..4]),
    }
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn what_spago_clones_of_the_real_registry_is_the_real_registry() {
    let real = std::env::var_os("CURATOR_REAL_DATA").map(PathBuf::from).unwrap();
    let home = TempDir::new().unwrap();
    let write = |path: String, bytes: &[u8]| {
        let file = home.path().join("index").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    };
    let (mut lines, metadata, sets) =
        (files(&real.join("index")), files(&real.join("metadata")), files(&real.join("package-sets")));
    lines.retain(|path, _| path.contains('/') && !path.starts_with('.'));
    for (path, bytes) in &lines {
        write(path.clone(), bytes);
    }
    for (file, bytes) in &metadata {
        write(format!("metadata/{}/{file}", shard(file.strip_suffix(".json").unwrap())), bytes);
    }
    for (file, bytes) in &sets {
        write(format!("package-sets/{file}"), bytes);
    }
    write("config.json".to_owned(), br#"{"format": 1, "name": "real", "stores": []}"#);
    let view = |name: &str, format: &str, places: &str| {
        format!("[[view]]\nname = \"{name}\"\nformat = \"{format}\"\n{places}\n")
    };
    let config = [
        "[registry]\nname = \"real\"\n".to_owned(),
        view("a", "purescript-registry", "index = { path = \"../lines\" }\nregistry = { path = \"../facts\" }"),
        view("b", "0x0-index", "to = { path = \"../table\" }"),
        view("c", "0x0-remote-registry-v1", "to = { path = \"../document\" }"),
    ];
    fs::create_dir(home.path().join("registry")).unwrap();
    fs::write(home.path().join("registry/curator.toml"), config.concat()).unwrap();
    let ran = run(home.path(), ["view"]).ends(0);
    let left_out: Vec<&str> = ran.out.lines().filter(|line| line.contains("leaves out")).collect();
    assert_eq!(left_out.len(), 3, "{left_out:?}");
    assert!(left_out.iter().all(|line| line.contains(&format!("leaves out {LOST}@"))), "{left_out:?}");

    let of = |name| place(home.path(), name);
    assert_eq!(of("lines"), lines);
    let facts = of("facts");
    for (file, bytes) in &metadata {
        assert_eq!(facts[&format!("metadata/{file}")] == *bytes, file != "harmonia.json", "{file}");
    }
    for (file, bytes) in &sets {
        assert!(facts[&format!("package-sets/{file}")] == *bytes, "{file}");
    }
    assert_eq!(facts.len(), metadata.len() + sets.len());
    let seen = spago::read(&of("lines"), &facts).unwrap();
    let names: Vec<_> = seen.keys().collect();
    assert_eq!(names.len(), 5494);
    assert_eq!(zero::index(&of("table")).unwrap().keys().collect::<Vec<_>>(), names);
    let remote = zero::remote(&of("document")).unwrap();
    assert_eq!((remote.versions.keys().collect::<Vec<_>>(), remote.tombstones.len()), (names, 1));
}
