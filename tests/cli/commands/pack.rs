//! `curator pack`: an archive of a folder, a repository or a bundle, where no registry is.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::repos::{Repo, git_command};
use crate::sample::Sample;
use crate::trees::{Tree, assert_same};

/// The sources of the sample, and a place for archives.
struct Bench {
    sample: Sample,
    top: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { sample: Sample::published(), top: TempDir::new().unwrap() }
    }

    fn bundle(&self, repository: &str) -> String {
        self.sample.registry().join(format!("sources/{repository}.bundle")).to_str().unwrap().to_owned()
    }

    fn definition(&self, path: &str) -> String {
        self.sample.registry().join("packages").join(path).to_str().unwrap().to_owned()
    }

    /// A clone of a bundle, without a work tree or with one.
    fn clone(&self, repository: &str, kind: &str) -> PathBuf {
        let place = self.top.path().join(repository);
        let mut git = git_command(self.top.path());
        git.args([
            "-c",
            "advice.detachedHead=false",
            "-c",
            "init.defaultBranch=main",
            "clone",
            "-q",
            kind,
            &self.bundle(repository),
        ])
        .arg(&place);
        assert!(git.status().unwrap().success());
        place
    }

    fn pack(&self, args: &[&str]) -> Ran {
        run(self.top.path(), ["pack"].iter().chain(args))
    }

    /// Asserts that the archive `out` is the published one.
    fn assert_published(&self, out: &str, archive: &str) {
        let packed = fs::read(self.top.path().join(out)).unwrap();
        assert!(packed == fs::read(self.sample.store().join(archive)).unwrap(), "{out} is not {archive}");
    }
}

#[test]
fn every_kind_of_source_gives_the_published_bytes() {
    let bench = Bench::new();
    let archive = "seedbed/seedbed-2.0.0.tar.gz";
    let bare = bench.clone("purescript-seedbed", "--bare");
    let ran = bench.pack(&[bare.to_str().unwrap(), "--ref", "v2.0.0", "--out", "bare.tar.gz"]).ends(0);
    bench.assert_published("bare.tar.gz", archive);
    ran.prints(&[
        "     1070  LICENSE\n",
        "src/Seedbed/Order.purs\n",
        "bare.tar.gz, 3905 bytes, libdeflate-1.26-6\n",
        "hash     sha256-oZsCsFxOBL+w8o3aJlXhU08macuYx4Hgght38oNK6Qc=\n",
        "content  sha256-cYTSjbEJPnmd0BwzeHx9T8SEIRxkau5TuOsoydSl0qs=\n",
    ]);
    fs::remove_dir_all(bare).unwrap();

    bench.pack(&[&bench.bundle("purescript-seedbed"), "--ref", "v2.0.0", "--out", "bundle.tar.gz"]).ends(0);
    bench.assert_published("bundle.tar.gz", archive);

    // A folder with its `.git` in it, as authors have it before they tag.
    let folder = bench.clone("purescript-seedbed", "--branch=v2.0.0");
    bench.pack(&[folder.to_str().unwrap(), "--out", "folder.tar.gz"]).ends(0);
    bench.assert_published("folder.tar.gz", archive);
    let here = run(&folder, ["pack", ".", "--out", "../here.tar.gz"]).ends(0);
    bench.assert_published("here.tar.gz", archive);
    assert_eq!(here.err, "");
}

#[test]
fn a_definition_names_the_folder_in_the_repository() {
    let bench = Bench::new();
    for (name, version) in [("text-columns", "1.0.0"), ("text-wrap", "1.0.0")] {
        let definition = bench.definition(&format!("te/{name}/{version}.json"));
        let bundle = bench.bundle("purescript-text-kit");
        let out = format!("{name}.tar.gz");
        let ran =
            bench.pack(&[&bundle, "--ref", "v1.0.0", "--definition", &definition, "--out", &out, "--format", "json"]);
        let json = ran.ends(0).json();
        bench.assert_published(&out, &format!("{name}/{name}-{version}.tar.gz"));
        assert_eq!(json["bytes"], fs::metadata(bench.top.path().join(&out)).unwrap().len());
        assert_eq!((&json["file"], &json["encoder"]), (&out.into(), &"libdeflate-1.26-6".into()));
    }
    // The root of that repository has no manifest of a package, and that of this one none at all.
    for repository in ["purescript-text-kit", "purescript-mealy"] {
        let bare = bench.pack(&[&bench.bundle(repository), "--ref", "v1.0.0", "--out", "x.tar.gz"]).ends(1);
        bare.complains(&["error: the source: ", "name a definition with --definition"]);
        assert!(!bench.top.path().join("x.tar.gz").exists());
    }
}

#[test]
fn an_archive_that_is_there_stays() {
    let bench = Bench::new();
    let out = bench.top.path().join("mine.tar.gz");
    fs::write(&out, "mine").unwrap();
    let bundle = bench.bundle("purescript-seedbed");
    let args = [bundle.as_str(), "--ref", "v1.0.0", "--out", "mine.tar.gz"];
    bench.pack(&args).ends(3).complains(&["mine.tar.gz exists already"]);
    assert_eq!(fs::read(&out).unwrap(), b"mine");
    fs::remove_file(&out).unwrap();
    std::os::unix::fs::symlink("elsewhere", &out).unwrap();
    bench.pack(&args).ends(3).complains(&["mine.tar.gz"]);
    assert!(!bench.top.path().join("elsewhere").exists(), "a link is not written through");
}

#[test]
fn what_cannot_be_packed_leaves_no_file() {
    let bench = Bench::new();
    let before = Tree::read(bench.top.path());
    let bundle = bench.bundle("purescript-seedbed");
    let seedbed = bench.definition("se/seedbed/1.0.0.json");
    let cases: [(&[&str], i32, &str); 9] = [
        (&[&bundle, "--ref", "v7.7.7", "--out", "x"], 1, "no tag 'v7.7.7'"),
        (&[&bundle, "--ref", "--upload-pack=touch x", "--out", "x"], 3, "--upload-pack"),
        (&[&bundle, "--ref=--upload-pack=touch x", "--out", "x"], 3, "--ref <TAG>"),
        (&[&bundle, "--ref", "v1.0.0"], 3, "--out"),
        (&[&bundle, "--ref", "v1.0.0", "--out", "x", "--encoder", "zip"], 3, "zip"),
        (&[&bundle, "--ref", "v1.0.0", "--out", "x", "--definition", "/nonexistent"], 3, "/nonexistent"),
        (&["nowhere", "--ref", "v1.0.0", "--out", "x"], 3, "nowhere"),
        (&["nowhere", "--out", "x"], 3, "nowhere"),
        (&[&seedbed, "--ref", "v1.0.0", "--out", "x"], 1, "error: "),
    ];
    for (args, code, complaint) in cases {
        bench.pack(args).ends(code).complains(&[complaint]);
        assert_same(&before, &Tree::read(bench.top.path()));
    }
    let empty = TempDir::new_in(bench.top.path()).unwrap();
    bench.pack(&[empty.path().to_str().unwrap(), "--out", "x"]).ends(1).complains(&["no purs.json"]);
}

#[test]
fn the_encoder_is_a_choice_and_the_content_is_not() {
    let bench = Bench::new();
    let bundle = bench.bundle("purescript-pipework");
    let pack = |encoder: &str| {
        let out = format!("{encoder}.tar.gz");
        let args = [&bundle, "--ref", "v1.0.0", "--encoder", encoder, "--out", &out, "--format", "json"];
        bench.pack(&args).ends(0).json()
    };
    let (library, program) = (pack("libdeflate-1.26-6"), pack("gnu-gzip-6"));
    assert_eq!(library["contentHash"], program["contentHash"]);
    assert_ne!(library["hash"], program["hash"]);
    bench.assert_published("libdeflate-1.26-6.tar.gz", "pipework/pipework-1.0.0.tar.gz");
}

#[test]
fn files_that_git_does_not_know_are_packed_from_a_folder_alone() {
    let bench = Bench::new();
    let folder = bench.clone("purescript-pipework", "--branch=v1.0.0");
    fs::write(folder.join("src/Draft.purs"), "module Draft where\n").unwrap();
    bench.pack(&[folder.to_str().unwrap(), "--out", "folder.tar.gz"]).ends(0).prints(&["src/Draft.purs"]);
    let tagged = [folder.to_str().unwrap(), "--ref", "v1.0.0", "--out", "tagged.tar.gz"];
    bench.pack(&tagged).ends(0).prints_no(&["src/Draft.purs"]);
    bench.assert_published("tagged.tar.gz", "pipework/pipework-1.0.0.tar.gz");
}

#[test]
fn attributes_in_the_source_change_nothing() {
    let repo = Repo::new();
    let attributes = "src/Kept.purs export-ignore\n*.purs text eol=crlf ident\n*.js export-subst\n";
    let manifest = r#"{"name":"kept","version":"1.0.0","license":"MIT","location":{"githubOwner":"acme","githubRepo":"kept"},"dependencies":{}}"#;
    let files = [
        (".gitattributes", attributes),
        ("purs.json", manifest),
        ("src/Kept.purs", "module Kept where\n-- $Id$\n"),
        ("src/Kept.js", "// $Format:%H$\n"),
    ];
    let commit = repo.commit(crate::registry::tree(&repo, &files), &[]);
    repo.tag("v1.0.0", &commit);
    let out = repo.home.path().join("kept.tar.gz");
    let args = ["pack", "repo.git", "--ref", "v1.0.0", "--out", out.to_str().unwrap(), "--format", "json"];
    let packed = run(repo.home.path(), args).ends(0).json();
    let sizes: Vec<(&str, u64)> = packed["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap(), file["bytes"].as_u64().unwrap()))
        .collect();
    let (module, script) = (files[2].1.len() as u64, files[3].1.len() as u64);
    assert_eq!(sizes[1..], [("src/Kept.js", script), ("src/Kept.purs", module)]);
    assert_eq!(sizes[0].0, "purs.json");
}
