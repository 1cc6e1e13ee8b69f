//! An index that vouches for a hostile archive: it is refused, nothing of it stays, and nothing breaks down.

use std::fs;
use std::io::Write as _;

use curator::model::Sha256;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::raw_tar::{Raw, record, tar_of};
use crate::scene::Market;
use crate::trees::Tree;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The hostile archives, by what they try.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    const TOP: &str = "plain-1.1.0/";
    let top = || Raw::folder(TOP);
    let below = |name: &str| format!("{TOP}{name}");
    let renamed = |path: &str| vec![top(), Raw::pax(record("path", path)), Raw::file(below("a"))];
    let link = |flag: u8, target: &[u8]| Raw::empty(&below("link"), flag).put(157, target);
    let mut cases: Vec<(&'static str, Vec<Raw>)> = vec![
        ("..", vec![top(), Raw::file("../evil")]),
        (".. inside", vec![top(), Raw::file(below("../../evil"))]),
        ("absolute", vec![top(), Raw::file("/tmp/evil-of-curator")]),
        ("a link out", vec![top(), link(b'2', b"/tmp")]),
        ("a link out, and through it", vec![top(), link(b'2', b"../.."), Raw::file(below("link/evil"))]),
        ("a hard link", vec![top(), link(b'1', b"/etc/passwd")]),
        ("a device", vec![top(), Raw::empty(&below("device"), b'3')]),
        ("a block device", vec![top(), Raw::empty(&below("device"), b'4')]),
        ("a pipe", vec![top(), Raw::empty(&below("pipe"), b'6')]),
        ("pax: ..", renamed("plain-1.1.0/../../evil")),
        ("pax: absolute", renamed("/tmp/evil-of-curator")),
        ("another top folder", vec![Raw::folder("plain-1.0.0/"), Raw::file("plain-1.0.0/src")]),
        ("two top folders", vec![top(), Raw::file("other/a")]),
        ("no top folder", vec![Raw::file("a")]),
        ("no folder, a file", vec![Raw::file("plain-1.1.0")]),
        ("twice", vec![top(), Raw::file(below("a")), Raw::file(below("a"))]),
        ("a file as a folder", vec![top(), Raw::file(below("a")), Raw::file(below("a/b"))]),
        ("git", vec![top(), Raw::file(below(".git/config"))]),
        ("a backslash", vec![top(), Raw::file(below("a\\..\\b"))]),
        ("a colon", vec![top(), Raw::file(below("c:evil"))]),
        ("a sparse file", vec![top(), Raw::empty(&below("a"), b'S')]),
        ("a wrong checksum", vec![top(), Raw::file(below("a")).checksum(*b"000000\0 ")]),
        ("a size beyond the end", vec![top(), Raw::file(below("a")).size(b"77777777777\0")]),
    ];
    let many = (0..20_001).map(|at| Raw::empty(&below(&format!("f{at}")), b'0'));
    cases.push(("more entries than any package", many.collect()));
    let mut cases: Vec<_> = cases.into_iter().map(|(what, entries)| (what, gzip(&tar_of(&entries)))).collect();
    let honest = gzip(&tar_of(&[top(), Raw::file(below("a"))]));
    cases.push(("a member behind it", [&honest[..], &honest[..]].concat()));
    cases.push(("zeros behind it", [&honest[..], b"\0\0\0\0"].concat()));
    cases.push(("half of it", honest[..honest.len() / 2].to_vec()));
    cases.push(("no gzip", b"PK\x03\x04 and so on".to_vec()));
    cases.push(("no tar", gzip(b"<!doctype html>")));
    cases.push(("nothing", Vec::new()));
    cases.push(("a bomb", gzip(&vec![0; 200 << 20])));
    cases
}

/// Lets the index vouch for this archive.
fn vouch(market: &Market, archive: &[u8], keeps_content: bool) {
    let file = market.index().join("metadata/pl/ai/plain.json");
    let mut metadata: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let facts = &mut metadata["published"]["1.1.0"];
    facts["hash"] = Sha256::of(archive).to_string().into();
    facts["bytes"] = archive.len().into();
    if !keeps_content {
        facts.as_object_mut().unwrap().remove("contentHash");
    }
    fs::write(file, metadata.to_string()).unwrap();
    fs::write(market.archive("plain", "1.1.0"), archive).unwrap();
}

#[test]
fn what_an_index_vouches_for_is_unpacked_within_bounds_or_not_at_all() {
    let market = Market::new();
    let project = market.asking("victim", &[("plain", ">=1.1.0 <2.0.0")]);
    project.run(&["add", "base"]).ends(0);
    fs::remove_dir_all(&project.folder).unwrap();
    fs::remove_dir_all(market.cache()).unwrap();
    for (what, archive) in hostile() {
        vouch(&market, &archive, false);
        let project = market.asking("victim", &[("plain", ">=1.1.0 <2.0.0")]);
        let around = |market: &Market| Tree::read(market.home()).without("projects").without("cache");
        let before = around(&market);
        let ran = project.run(&["install"]);
        assert_eq!(ran.code, 3, "{what}: {ran:?}");
        ran.complains(&["the archive of plain@1.1.0 ", "nothing of it was unpacked"]);
        assert_eq!(project.names(), [""; 0], "{what}");
        assert_eq!(market.kept().len(), 0, "{what}");
        assert!(!project.file("curator.lock").exists(), "{what}");
        project.assert_no_drafts();
        crate::trees::assert_same(&before, &around(&market));
        assert!(!std::path::Path::new("/tmp/evil-of-curator").exists(), "{what}");
        fs::remove_dir_all(&project.folder).unwrap();
    }
}

#[test]
fn the_content_is_compared_and_sizes_beyond_reason_are_not_fetched() {
    let market = Market::new();
    let honest = gzip(&tar_of(&[Raw::folder("plain-1.1.0/"), Raw::file("plain-1.1.0/a")]));
    vouch(&market, &honest, true);
    let project = market.asking("comparing", &[("plain", ">=1.1.0 <2.0.0")]);
    project
        .run(&["install"])
        .ends(3)
        .complains(&["the archive of plain@1.1.0 holds other content than the index says"]);
    vouch(&market, &honest, false);
    project.run(&["install"]).ends(0);
    assert_eq!(project.names(), ["plain"]);
    fs::remove_dir_all(project.file(".curator")).unwrap();
    fs::remove_dir_all(market.cache()).unwrap();
    let file = market.index().join("metadata/pl/ai/plain.json");
    let mut metadata: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    metadata["published"]["1.1.0"]["bytes"] = (1_u64 << 40).into();
    fs::write(file, metadata.to_string()).unwrap();
    project.run(&["install"]).ends(3).complains(&["has 1099511627776 bytes by the index, and no archive has so many"]);
}
