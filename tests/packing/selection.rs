//! Which files a package publishes.

use curator::model::{CommitId, Entry, File, Mode, SourceTree};
use curator::rules::pack::{PURESCRIPT, SelectError};

use crate::trees::path;

fn source<const N: usize>(names: [&str; N]) -> SourceTree {
    names.into_iter().map(|name| (path(name), Entry::File(File::regular(name)))).collect()
}

fn link(target: &str) -> Entry {
    Entry::Link { target: target.as_bytes().to_vec() }
}

/// What is packed of `tree`, where the globs name exactly these paths.
fn packed(tree: &SourceTree, include: &[&str], exclude: &[&str]) -> Vec<String> {
    let files = PURESCRIPT
        .select(tree, &|path| include.contains(&path.as_str()), &|path| exclude.contains(&path.as_str()), b"{}")
        .unwrap();
    files.into_keys().map(|path| path.to_string()).collect()
}

fn errors(tree: &SourceTree) -> Vec<SelectError> {
    PURESCRIPT.select(tree, &|_| false, &|_| false, b"{}").unwrap_err()
}

#[test]
fn sources_manifests_and_texts_are_always_packed() {
    let always = [
        "LICENCE",
        "LICENSE-MIT",
        "LICENSES/MIT.txt",
        "README",
        "README.md",
        "bower.json",
        "package.json",
        "packages.dhall",
        "purs.json",
        "spago.dhall",
        "spago.yaml",
        "src/.hidden/x",
        "src/Main.js",
        "src/node_modules/x",
        "src/package-lock.json",
    ];
    let mut tree = source(always);
    assert_eq!(packed(&tree, &[], &[]), always);
    tree.extend(source([
        "License",
        "docs/README.md",
        "flake.nix",
        "readme.md",
        "source/x",
        "spago.lock",
        "sub/purs.json",
        "test/Main.purs",
    ]));
    assert_eq!(packed(&tree, &[], &[]), always);
}

#[test]
fn the_manifest_is_always_rewritten_and_its_mode_stays() {
    let mut tree = source(["src/Main.purs"]);
    let select = |tree: &SourceTree| PURESCRIPT.select(tree, &|_| false, &|_| true, b"{new}").unwrap();
    assert_eq!(select(&tree)[&path("purs.json")], File::regular("{new}"));
    let old = File { mode: Mode::Executable, bytes: b"{old}".to_vec() };
    tree.insert(path("purs.json"), Entry::File(old));
    let new = File { mode: Mode::Executable, bytes: b"{new}".to_vec() };
    assert_eq!(select(&tree)[&path("purs.json")], new);
}

#[test]
fn a_listed_folder_brings_all_that_is_in_it() {
    let tree = source(["test/.hidden/x", "test/a.purs", "test/deep/b.purs", "tests/c.purs"]);
    assert_eq!(packed(&tree, &["test"], &[]), ["purs.json", "test/.hidden/x", "test/a.purs", "test/deep/b.purs"]);
    assert_eq!(packed(&tree, &["test/a.purs"], &[]), ["purs.json", "test/a.purs"]);
    assert_eq!(packed(&tree, &["test/deep"], &["test/deep/b.purs"]), ["purs.json", "test/deep/b.purs"]);
    assert_eq!(packed(&tree, &["test/deep", "test/a.purs"], &["test/deep"]), ["purs.json", "test/a.purs"]);
}

#[test]
fn exclusions_reach_texts_but_neither_sources_nor_manifests() {
    let tree = source(["LICENSE", "README.md", "bower.json", "package.json", "src/A/Demo.purs", "src/Main.purs"]);
    let exclude = ["README.md", "bower.json", "package.json", "purs.json", "src", "src/A", "src/A/Demo.purs"];
    let expected = ["LICENSE", "bower.json", "package.json", "purs.json", "src/A/Demo.purs", "src/Main.purs"];
    assert_eq!(packed(&tree, &[], &exclude), expected);
}

#[test]
fn litter_and_foreign_folders_are_never_packed() {
    // Each line was tried with fast-glob 3.3.3, the registry's glob library.
    let kept =
        ["purs.json", "src/.M.purs.swp", "src/.h/._k", "src/.h/.DS_Store", "src/a.swp", "src/output/x", "src/x._y"];
    let removed = ["src/.DS_Store", "src/._d/x", "src/._x", "src/a..swp", "src/a.b.swp", "src/deep/er/a.b.swp"];
    let mut tree = source(kept);
    tree.extend(source(removed));
    let mut expected = kept.to_vec();
    expected.sort_unstable();
    assert_eq!(packed(&tree, &[], &[]), expected);

    for name in PURESCRIPT.never.iter().filter(|name| **name != ".git") {
        let mut tree = source(["src/x"]);
        tree.insert(path(name), Entry::File(File::regular("x")));
        assert_eq!(packed(&tree, &[name], &[]), ["purs.json", "src/x"], "{name}");
        let below = format!("{name}/x");
        let tree = source([&below, "src/x"]);
        assert_eq!(packed(&tree, &[name, &below], &[]), ["purs.json", "src/x"], "{name}");
    }
}

#[test]
fn what_may_be_packed_or_checked_is_wanted() {
    let wanted = |name: &str| PURESCRIPT.wanted(&path(name), &|path| path.as_str() == "test");
    for name in ["LICENSE", "README.md", "bower.json", "purs.json", "spago.yaml", "src/Main.purs", "test/deep/x"] {
        assert!(wanted(name), "{name}");
    }
    for name in ["docs/x", "node_modules/x", "src/.DS_Store", "test/._x", "tests/x"] {
        assert!(!wanted(name), "{name}");
    }
}

#[test]
fn links_are_refused_where_they_would_be_packed_or_lead_out() {
    let refused = |place: &str, target: &str| {
        let mut tree = source(["other/x"]);
        tree.insert(path(place), link(target));
        PURESCRIPT.select(&tree, &|path| path.as_str() == "listed", &|_| false, b"{}").err()
    };
    let packed = |place: &str| Some(vec![SelectError::Link { path: path(place) }]);
    for place in ["src", "src/a", "src/deep/a", "purs.json", "bower.json", "LICENSE", "listed", "listed/a"] {
        assert_eq!(refused(place, "inside"), packed(place), "{place}");
    }
    for (place, target) in [
        ("other/a", "/etc/passwd"),
        ("other/a", "../../outside"),
        ("other/a", "x/../../../outside"),
        ("a", ".."),
        ("a", "./../a"),
        ("a", ""),
        ("a", r"..\outside"),
        ("a", "C:/outside"),
        ("src/a", "../../outside"),
        ("purs.json", "/proc/self/environ"),
    ] {
        let error = SelectError::EscapingLink { path: path(place), target: target.to_owned() };
        assert_eq!(refused(place, target), Some(vec![error]), "{place} -> {target}");
    }
    for (place, target) in [("other/a", "../other/x"), ("other/a", "x"), ("a", "other/./deep//../x"), ("other/a", "..")]
    {
        assert_eq!(refused(place, target), None, "{place} -> {target}");
    }
}

#[test]
fn every_fault_is_named() {
    let commit: CommitId = "0123456789012345678901234567890123456789".parse().unwrap();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let mut tree = source(["purs.json/x"]);
    tree.insert(path("data/model"), Entry::File(File::regular(pointer)));
    tree.insert(path("docs/large"), Entry::Unread { size: 1 });
    tree.insert(path("src/Unread.purs"), Entry::Unread { size: 1 });
    tree.insert(path("src/pointer"), Entry::File(File::regular(pointer)));
    tree.insert(path("src/quote.md"), Entry::File(File::regular(pointer.repeat(30))));
    tree.insert(path("vendor/library"), Entry::Submodule { commit });
    let expected = vec![
        SelectError::ManifestIsFolder { path: path("purs.json/x") },
        SelectError::Unread { path: path("src/Unread.purs") },
        SelectError::LfsPointer { path: path("src/pointer") },
        SelectError::Submodule { path: path("vendor/library") },
    ];
    assert_eq!(errors(&tree), expected);
}
