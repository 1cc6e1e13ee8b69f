//! Archives that are not what was published: refused, whoever gives them, and nothing of them stays.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::scene::{Market, Project};
use crate::shelf::Shelf;
use crate::trees::{Tree, assert_same};

/// What can be in the place of an archive, by what was done.
fn alterations(market: &Market) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let good = fs::read(market.archive("plain", "1.1.0")).unwrap();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let other = fs::read(market.archive("plain", "1.0.0")).unwrap();
    let mut stretched = other.clone();
    stretched.resize(good.len(), 0);
    let page = b"<!doctype html><title>404</title>".to_vec();
    vec![
        ("a bit", Some(flipped)),
        ("another version", Some(other)),
        ("another version of the same size", Some(stretched)),
        ("a byte more", Some([&good[..], b"\0"].concat())),
        ("a member more", Some([&good[..], &good[..]].concat())),
        ("a byte less", Some(good[..good.len() - 1].to_vec())),
        ("nothing", Some(Vec::new())),
        ("a page", Some(page)),
        ("missing", None),
    ]
}

fn alter(store: &Path, bytes: Option<&Vec<u8>>) {
    let file = store.join("plain/plain-1.1.0.tar.gz");
    match bytes {
        Some(bytes) => fs::write(file, bytes).unwrap(),
        None => fs::remove_file(file).unwrap(),
    }
}

/// A project that asks for the altered archive and for another one.
fn asking<'m>(market: &'m Market, name: &str) -> Project<'m> {
    market.asking(name, &[("plain", ">=1.1.0 <2.0.0")])
}

#[test]
fn an_altered_archive_is_refused_and_nothing_is_left() {
    let market = Market::new();
    for (what, bytes) in alterations(&market) {
        let market = Market::new();
        alter(&market.store(), bytes.as_ref());
        let project = asking(&market, "refusing");
        let before = project.everything();
        let ran = project.run(&["install"]).ends(3);
        let said = if bytes.is_some() { "the store '" } else { "does not have it" };
        ran.complains(&[
            "the archive of plain@1.1.0 cannot be had",
            said,
            "name another place that has it with --store",
        ]);
        // The place for packages may be there; what they are, and what is locked, is as it was.
        assert!(!project.file("curator.lock").exists(), "{what}");
        assert_eq!(project.names(), [""; 0], "{what}");
        assert_eq!(market.kept().len(), 0, "{what}");
        project.assert_no_drafts();
        let mut after = project.everything();
        after.0.retain(|path, _| !path.starts_with(".curator"));
        assert_same(&before, &after);
        // Neither does an addition change the project.
        fs::remove_file(project.file("curator.project.toml")).unwrap();
        project.run(&["add", "plain", "base"]).ends(3);
        assert!(!project.file("curator.project.toml").exists() && !project.file("curator.lock").exists(), "{what}");
        assert_eq!(project.names(), [""; 0], "{what}");
    }
}

#[test]
fn another_store_that_is_right_is_believed_and_the_liar_is_named() {
    let market = Market::new();
    let honest = market.home().join("honest");
    Tree::read(&market.store()).write(&honest);
    for (what, bytes) in alterations(&market) {
        let market = Market::new();
        alter(&market.store(), bytes.as_ref());
        let project = asking(&market, "believing");
        let mut command = project.command(&["install"]);
        command.arg("--store").arg(&honest);
        let ran = crate::program::finish(command).ends(0);
        let liar = market.store().display().to_string();
        match bytes {
            Some(_) => drop(ran.prints(&["not believed: the store '", &liar, "for plain@1.1.0"])),
            None => drop(ran.prints_no(&["not believed"])),
        }
        assert_eq!(project.names(), ["plain"], "{what}");
        let kept = market.kept();
        assert_eq!(kept.len(), 1);
        assert_eq!(fs::read(market.cache().join("archives").join(&kept[0])).unwrap(), {
            fs::read(honest.join("plain/plain-1.1.0.tar.gz")).unwrap()
        });
    }
}

#[test]
fn a_store_on_a_web_server_is_judged_alike() {
    let market = Market::new();
    let shelf = Shelf::new();
    let good = fs::read(market.archive("plain", "1.1.0")).unwrap();
    let template = format!("{}a/{{name}}/{{version}}.tar.gz", shelf.url());
    let project = asking(&market, "fetching");
    let install = || {
        let mut command = project.bare(&["install", "--format", "json"]);
        command.arg("--index").arg(market.index()).args(["--store", &template]).arg("--store").arg(market.store());
        crate::program::finish(command).ends(0).json()
    };
    shelf.put("/a/plain/1.1.0.tar.gz", [&good[..], b"more"].concat());
    let lies = install()["notBelieved"].as_array().unwrap().clone();
    assert_eq!(lies.len(), 1);
    assert!(lies[0].as_str().unwrap().contains("bytes or more for plain@1.1.0"), "{lies:?}");
    for folder in [project.file(".curator"), market.cache()] {
        fs::remove_dir_all(folder).unwrap();
    }
    shelf.put("/a/plain/1.1.0.tar.gz", good);
    assert_eq!(install()["notBelieved"].as_array().unwrap().len(), 0);
}

#[test]
fn files_that_run_still_run_and_others_do_not() {
    let market = Market::new();
    let project = asking(&market, "running");
    project.run(&["install"]).ends(0);
    let mode = |name: &str| {
        let file = project.packages().join("plain/src").join(name);
        fs::metadata(file).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("run.js"), mode("Main.purs")), (0o755, 0o644));
    assert!(project.packages().join("plain/purs.json").is_file());
    assert_eq!(fs::read_to_string(project.packages().join(".gitignore")).unwrap(), "*\n");
}

#[test]
fn a_damaged_file_of_the_cache_is_replaced() {
    let market = Market::new();
    let project = asking(&market, "damaged");
    project.run(&["install"]).ends(0);
    let whole = project.installed();
    let kept = market.cache().join("archives").join(&market.kept()[0]);
    let good = fs::read(&kept).unwrap();
    for bad in [&b""[..], b"other", &good[1..]] {
        fs::write(&kept, bad).unwrap();
        fs::remove_dir_all(project.file(".curator")).unwrap();
        // Offline a folder is a store like any other.
        project.run(&["install", "--offline"]).ends(0);
        assert_eq!(fs::read(&kept).unwrap(), good);
        assert_same(&whole, &project.installed());
    }
    fs::write(&kept, b"other").unwrap();
    fs::remove_dir_all(project.file(".curator")).unwrap();
    fs::remove_dir_all(market.store()).unwrap();
    project.run(&["install", "--offline"]).ends(3).complains(&["the archive of plain@1.1.0 cannot be had"]);
    assert_eq!(project.names(), [""; 0]);
}
