//! Sources that an attacker wrote (threats 7 to 13, 20, 21 and 24): one of each kind in a single registry, beside a sound
//! one that must not suffer.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use git2::{ObjectType, Oid};

use crate::registry::{Package, Registry, definition, tree};
use crate::repos::Repo;

/// The root of a hostile source: everything that a sound one has, and one entry more.
fn sound_with(repo: &Repo, mode: &str, name: &[u8], id: Oid) -> Oid {
    let src = repo.tree(&[("100644", b"Evil.purs", repo.blob("module Evil where\n"))]);
    let mut entries = [(mode, name, id), ("40000", &b"src"[..], src)];
    // git sorts a folder as if its name ended in a slash.
    entries.sort_by_key(|(mode, name, _)| [*name, if *mode == "40000" { b"/" } else { b"" }].concat());
    repo.tree(&entries)
}

/// The same with one more file among the modules.
fn with_module(repo: &Repo, mode: &str, name: &[u8], id: Oid) -> Oid {
    let mut entries = [(mode, name, id), ("100644", &b"Evil.purs"[..], repo.blob("module Evil where\n"))];
    entries.sort_by_key(|(_, name, _)| name.to_vec());
    repo.tree(&[("40000", b"src", repo.tree(&entries))])
}

/// What a hostile source is made of.
type Make = fn(&Repo) -> Oid;

/// A package name, its tree, and the code of the finding that it earns.
const HOSTILE: &[(&str, Make, &str)] = &[
    // Links.
    ("link-out", |repo| sound_with(repo, "120000", b"README.md", repo.blob("/etc/passwd")), "R035"),
    ("link-up", |repo| with_module(repo, "120000", b"Up.purs", repo.blob("../../../etc/passwd")), "R035"),
    ("link-manifest", |repo| sound_with(repo, "120000", b"purs.json", repo.blob("/proc/self/environ")), "R035"),
    ("link-inside", |repo| with_module(repo, "120000", b"Link.purs", repo.blob("Evil.purs")), "R035"),
    ("link-unpacked", |repo| sound_with(repo, "120000", b"notes", repo.blob("/etc/shadow")), "R035"),
    ("link-folder", |repo| repo.tree(&[("120000", b"src", repo.blob("/etc"))]), "R032"),
    // Submodules.
    ("submodule", |repo| sound_with(repo, "160000", b"lib", Oid::from_str(&"1".repeat(40)).unwrap()), "R035"),
    (
        "submodule-url",
        |repo| {
            let text = "[submodule \"m\"]\n\tpath = m\n\turl = --upload-pack=touch canary\n\tupdate = !touch canary\n";
            sound_with(repo, "100644", b".gitmodules", repo.blob(text))
        },
        "R021",
    ),
    // Names that git itself would obey, or that lead elsewhere.
    ("dot-git", |repo| sound_with(repo, "40000", b".git", tree(repo, &[("config", "[core]\n")])), "R021"),
    ("dot-git-upper", |repo| sound_with(repo, "40000", b".GIT", tree(repo, &[("config", "[core]\n")])), "R021"),
    ("dot-git-short", |repo| sound_with(repo, "40000", b"git~1", tree(repo, &[("config", "[core]\n")])), "R021"),
    ("dots", |repo| sound_with(repo, "100644", b"..", repo.blob("x")), "R021"),
    ("slashes", |repo| sound_with(repo, "100644", b"a/../../x", repo.blob("x")), "R021"),
    ("no-text", |repo| with_module(repo, "100644", b"caf\xe9.js", repo.blob("x")), "R021"),
    // Names that mean something else on another system, or in a terminal.
    ("two-cases", |repo| with_module(repo, "100644", b"evil.PURS", repo.blob("x")), "R036"),
    (
        "two-forms",
        |repo| {
            let src = [("src/Evil.purs", "module Evil where\n"), ("src/\u{e9}.js", "1"), ("src/e\u{301}.js", "2")];
            tree(repo, &src)
        },
        "R036",
    ),
    ("device", |repo| with_module(repo, "100644", b"con.js", repo.blob("x")), "R036"),
    ("trailing-dot", |repo| with_module(repo, "100644", b"Evil.", repo.blob("x")), "R036"),
    ("option", |repo| with_module(repo, "100644", b"-rf.js", repo.blob("x")), "R036"),
    ("backslash", |repo| with_module(repo, "100644", b"a\\b.js", repo.blob("x")), "R036"),
    ("backslashes", |repo| with_module(repo, "100644", b"..\\..\\evil.js", repo.blob("x")), "R021"),
    ("newline", |repo| with_module(repo, "100644", b"a\n::error::b.js", repo.blob("x")), "R036"),
    ("escape", |repo| with_module(repo, "100644", b"\x1b]8;;http:##[x\x07.js", repo.blob("x")), "R036"),
    ("bidi", |repo| with_module(repo, "100644", "\u{202e}sj.js".as_bytes(), repo.blob("x")), "R036"),
    // What uses up the machine.
    ("many-entries", bomb, "R021"),
    ("large-file", |repo| with_module(repo, "100644", b"zeros.js", repo.blob(vec![0; 17 << 20])), "R021"),
    ("deep", deep, "R021"),
    ("large-archive", |repo| with_module(repo, "100644", b"noise.js", repo.blob(noise(2_100_000))), "R037"),
    // Files whose content is elsewhere, and manifests that are traps.
    (
        "pointer",
        |repo| {
            let text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
            with_module(repo, "100644", b"data.js", repo.blob(text))
        },
        "R035",
    ),
    ("deep-manifest", |repo| sound_with(repo, "100644", b"purs.json", repo.blob("[".repeat(100_000))), "R034"),
    ("deep-yaml", |repo| sound_with(repo, "100644", b"spago.yaml", repo.blob("[".repeat(100_000))), "R034"),
    ("no-modules", |repo| tree(repo, &[("README.md", "nothing")]), "R032"),
    ("no-header", |repo| with_module(repo, "100644", b"Open.purs", repo.blob("module (".repeat(50_000))), "R033"),
];

/// Ten folders of ten entries each, ten deep.
fn bomb(repo: &Repo) -> Oid {
    let mut id = repo.blob("boom");
    let mut mode = "100644";
    for _ in 0..10 {
        let names: Vec<_> = (b'0'..=b'9').map(|digit| [digit]).collect();
        id = repo.tree(&names.iter().map(|name| (mode, &name[..], id)).collect::<Vec<_>>());
        mode = "40000";
    }
    repo.tree(&[("40000", b"src", id)])
}

/// More folders inside each other than any path has.
fn deep(repo: &Repo) -> Oid {
    let leaf = repo.tree(&[("100644", b"Evil.purs", repo.blob("module Evil where\n"))]);
    (0..70).fold(leaf, |inner, _| repo.tree(&[("40000", b"src", inner)]))
}

/// A YAML document that grows tenfold with each of ten lines (CVE-2003-1564).
fn laughs(repo: &Repo) -> Oid {
    let mut text = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for line in 1..10 {
        let before = vec![format!("*a{}", line - 1); 10].join(", ");
        let _ = writeln!(text, "a{line}: &a{line} [{before}]");
    }
    text.push_str("package:\n  name: *a9\n");
    sound_with(repo, "100644", b"spago.yaml", repo.blob(text))
}

/// Bytes that do not deflate.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Tags the tree and defines it as version 1.0.0. As a folder: git refuses to bundle some of these itself.
fn publish(registry: &mut Registry, package: &Package, tree: Oid) {
    let commit = package.repo.tag_tree(tree);
    registry.stand_in_folder(package);
    registry.define(&definition(&package.name, "1.0.0", &commit, &[]));
}

#[test]
fn each_kind_is_refused_for_its_own_reason_and_the_sound_one_is_published() {
    let mut registry = Registry::new();
    let sound = registry.package("sound");
    registry.release(&sound, "1.0.0", &[]);
    for (name, make, _) in HOSTILE {
        let package = registry.package(name);
        publish(&mut registry, &package, make(&package.repo));
    }
    let before = registry.everything();
    let check = registry.run(&["check", "--format", "json"]).ends(1);
    let findings = check.json()["findings"].as_array().unwrap().clone();
    for (name, _, code) in HOSTILE {
        let found: Vec<&str> = findings
            .iter()
            .filter(|finding| finding["package"] == *name && finding["severity"] == "error")
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        assert!(found.contains(code), "{name} earned {found:?}, not {code}");
    }
    assert!(findings.iter().all(|finding| finding["package"] != "sound"));
    assert_eq!(check, registry.run(&["check", "--format", "json"]), "two runs, two answers");
    registry.run(&["plan", "--preview", "--format", "markdown"]).ends(1);
    crate::trees::assert_same(&before, &registry.everything());

    let ran = registry.sync().ends(1).prints(&["published sound@1.0.0"]);
    for (name, ..) in HOSTILE {
        assert!(ran.out.contains(&format!("  held back {name}@1.0.0\n")), "{name}: {}", ran.out);
        assert!(!registry.store().join(name).exists(), "{name}");
    }
}

#[test]
fn a_document_that_grows_with_every_line_ends_soon() {
    let mut registry = Registry::new();
    let package = registry.package("laughing");
    let tree = laughs(&package.repo);
    publish(&mut registry, &package, tree);
    let begin = Instant::now();
    super::twice(&registry, &["check"]).ends(1).prints(&["error[R034]: spago.yaml of the source cannot be read"]);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn a_hostile_source_cannot_be_packed_by_hand() {
    for (name, make, code) in HOSTILE.iter().filter(|(_, _, code)| matches!(*code, "R021" | "R035")) {
        let repo = Repo::new();
        repo.tag_tree(make(&repo));
        let home = repo.home.path();
        std::fs::write(home.join("definition.json"), definition(name, "1.0.0", &"0".repeat(40), &[]).to_string())
            .unwrap();
        let args = ["pack", "repo.git", "--ref", "v1.0.0", "--definition", "definition.json", "--out", "out.tar.gz"];
        let ran = crate::program::run(home, args);
        assert!(ran.code == 1 && !home.join("out.tar.gz").exists(), "{name} ({code}): {ran:?}");
        assert_eq!(ran, crate::program::run(home, args), "two runs, two answers");
    }
}

#[test]
fn what_only_looks_odd_is_published_as_it_is() {
    let mut registry = Registry::new();
    let package = registry.package("odd-looking");
    let repo = &package.repo;
    let module = repo.blob("module Odd where\n");
    let src = repo.tree(&[("100755", b"Odd.purs", module), ("100664", b"odd.js", repo.blob("\0\x1b binary"))]);
    // A link that stays inside and is not packed, and attributes and hooks that nobody obeys.
    let root = [
        (("100644", &b".gitattributes"[..]), repo.blob("* export-ignore\n")),
        (("100644", b".lfsconfig"), repo.blob("[lfs]\n\turl = https://127.0.0.1/\n")),
        (("120000", b"docs"), repo.blob("src")),
        (("40000", b"src"), src),
    ];
    let entries: Vec<_> = root.iter().map(|((mode, name), id)| (*mode, *name, *id)).collect();
    publish(&mut registry, &package, repo.tree(&entries));
    registry.sync().ends(0).prints(&["published odd-looking@1.0.0"]);
    let plan = registry.run(&["rebuild", "--all"]).ends(0);
    plan.prints(&["reproduced"]);
}

#[test]
fn a_repository_whose_own_configuration_is_hostile_is_read_all_the_same() {
    let mut registry = Registry::new();
    let package = registry.package("configured");
    let root = tree(&package.repo, &[("src/Configured.purs", "module Configured where\n")]);
    let canary = package.repo.home.path().join("canary");
    let touch = format!("touch {}", canary.display());
    for key in ["core.fsmonitor", "core.sshCommand", "uploadpack.packObjectsHook", "core.pager", "alias.fetch"] {
        package.repo.git(["config", key, &touch]);
    }
    let hook = package.repo.path().join("hooks/post-checkout");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\n{touch}\n")).unwrap();
    publish(&mut registry, &package, root);
    registry.sync().ends(0).prints(&["published configured@1.0.0"]);
    assert!(!canary.exists());
}

#[test]
fn objects_that_are_not_what_their_id_says_are_refused() {
    let mut registry = Registry::new();
    let package = registry.package("forged");
    let repo = &package.repo;
    let commit = package.tag("1.0.0", &[("src/Forged.purs", "module Forged where\n")]);
    let blob = repo.object(ObjectType::Blob, b"module Forged where\n").to_string();
    let evil = repo.object(ObjectType::Blob, b"module Forged where -- evil\n").to_string();
    let loose = |id: &str| repo.path().join("objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(loose(&blob)).unwrap();
    std::fs::copy(loose(&evil), loose(&blob)).unwrap();
    registry.stand_in_folder(&package);
    registry.define(&definition("forged", "1.0.0", &commit, &[]));
    super::twice(&registry, &["check"]).ends(1).prints(&["error[R021]"]);
    registry.sync().ends(1).prints(&["held back forged@1.0.0"]);
}
