//! What the source holds and what would be packed of it.

use curator::model::{CommitId, Entry};

use super::clean::path;
use super::{Pair, Variant, clean, said};

/// The clean definition, whose source has another entry.
fn entry(at: &'static str, entry: Entry) -> Variant {
    clean().around(move |it| drop(it.source().insert(path(at), entry.clone())))
}

fn link(at: &'static str, target: &str) -> Variant {
    entry(at, Entry::Link { target: target.as_bytes().to_vec() })
}

/// The clean definition, whose archive has so many bytes.
fn bytes(bytes: u64) -> Variant {
    clean().around(move |it| it.archive_bytes = bytes)
}

pub(super) fn pairs() -> Vec<Pair> {
    [modules(), files(), paths(), sizes()].into_iter().flatten().collect()
}

fn modules() -> Vec<Pair> {
    let only = |at: &'static str| {
        clean()
            .around(|it| it.source().retain(|path, _| !path.as_str().starts_with("src/")))
            .with(at, "module Tally where\n")
    };
    let tally = |text: &'static str| clean().with("src/Tally.purs", text);
    let included = || said("\"compiler\"", "\"includeFiles\": [\"test/**\"],\n  \"compiler\"");
    vec![
        (only("lib/Tally.purs"), &["R032 src"], only("src/deep/down/Tally.purs")),
        (only("src/Tally.js"), &["R032 src"], clean()),
        (only("src.purs"), &["R032 src"], clean()),
        // Headers.
        (tally("import Prelude\n"), &["R033 src/Tally.purs"], tally("-- module Main\nmodule Tally where\n%%")),
        (tally("module Main where\n"), &["R033 src/Tally.purs"], tally("module Main.Tally where\n")),
        (tally("{- -} module Test.Main (main) where\n"), &["R033 src/Tally.purs"], tally("module Test.Tally where\n")),
        (tally("module tally where\n"), &["R033 src/Tally.purs"], tally("module Tally (module X, (<>)) where\n")),
        (clean().with("src/Tally.purs", [0x6d, 0xff]), &["R033 src/Tally.purs"], clean().with("src/Tally.bin", [0xff])),
        (
            tally("module Tally\n"),
            &["R033 src/Tally.purs"],
            said("0.15.15", "0.14.9").with("src/Tally.purs", "module Tally\n"),
        ),
        // Only what is packed counts.
        (
            included().with("test/Main.purs", "module Test.Main where\n"),
            &["R033 test/Main.purs"],
            clean().with("test/Main.purs", "module Test.Main where\n"),
        ),
    ]
}

fn files() -> Vec<Pair> {
    let commit = CommitId::from_bytes([7; 20]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    vec![
        (link("README.md", "docs/README.md"), &["R035 README.md"], link("docs/README.md", "../README.md")),
        (link("docs/passwd", "/etc/passwd"), &["R035 docs/passwd"], link("docs/passwd", "passwords")),
        (link("docs/up", "../../up"), &["R035 docs/up"], link("docs/up", "../up")),
        (link("src/Other.purs", "Tally.purs"), &["R035 src/Other.purs"], clean()),
        (entry("vendor", Entry::Submodule { commit }), &["R035 vendor"], clean()),
        (clean().with("src/big.bin", pointer), &["R035 src/big.bin"], clean().with("docs/big.bin", pointer)),
    ]
}

fn paths() -> Vec<Pair> {
    let also = |at: &'static str| clean().with(at, "module Tally.Other where\n");
    vec![
        (also("src/aux.purs"), &["R036 src/aux.purs"], also("src/Auxiliary.purs")),
        (also("src/COM1"), &["R036 src/COM1"], also("src/COM")),
        (also("src/ab:c"), &["R036 src/ab:c"], also("docs/ab:c")),
        (also("src/a."), &["R036 src/a."], also("src/a.b")),
        (also("src/-rf"), &["R036 src/-rf"], also("src/a-rf")),
        (also("src/a\u{1b}[31m"), &["R036 src/a\u{1b}[31m"], clean()),
        (also("src/a\u{202e}b"), &["R036 src/a\u{202e}b"], clean()),
        (also("src/tally.purs"), &["R036 src/tally.purs"], also("src/tally.js")),
        (also("src/tally/A.purs"), &["R036 src/tally"], also("src/Tally/A.purs")),
        (also("src/e\u{301}.js").with("src/\u{e9}.js", ""), &["R036 src/\u{e9}.js"], also("src/\u{e9}.js")),
    ]
}

fn sizes() -> Vec<Pair> {
    vec![
        (bytes(2_000_001), &["R037"], bytes(200_000)),
        (bytes(200_001), &["R037"], bytes(30)),
        (bytes(29), &["R037"], clean()),
    ]
}

#[test]
fn a_large_archive_is_a_warning_and_a_larger_one_an_error() {
    let is_error = |variant: Variant| variant.findings()[0].is_error();
    assert!(!is_error(bytes(2_000_000)));
    assert!(is_error(bytes(2_000_001)));
    assert!(is_error(bytes(29)));
}
