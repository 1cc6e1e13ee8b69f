//! What a job without a token compiled, as the jobs that decide and publish hear of it. The compiler is a small program; the
//! sandbox is real, and where a machine lets nobody make one, the stories end where they would need it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::{Value, json};

use crate::github::face::pull::Pull;
use crate::program::{Ran, finish};
use crate::scene::{Scene, definition_path, registration_path};

const COMPILER: &str = include_str!("../support/purs.sh");
const BROKEN: &str = "module Lists where\nDOES_NOT_COMPILE\n";

/// A registry that asks for the compiler, in which lists 1.0.0 is published and ann maintains it.
fn scene() -> Scene {
    let scene = Scene::new("[verify]\ncompile = \"purs\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene
}

/// The job that compiles: it has no token. `None` where this machine has no sandbox.
fn compile(scene: &Scene, what: &[&str], claim: &str, compiler: Option<&str>) -> Option<Ran> {
    compile_by(scene.command(&["compile"]), scene, what, claim, compiler)
}

fn compile_by(mut command: Command, scene: &Scene, what: &[&str], claim: &str, compiler: Option<&str>) -> Option<Ran> {
    let tools = scene.place("tools");
    fs::create_dir_all(&tools).unwrap();
    let mut path = std::env::var("PATH").unwrap();
    if let Some(script) = compiler {
        fs::write(tools.join("purs"), script).unwrap();
        fs::set_permissions(tools.join("purs"), fs::Permissions::from_mode(0o755)).unwrap();
        path = format!("{}:{path}", tools.display());
    }
    command.args(what).args(["--claim", claim]).env_remove("GITHUB_TOKEN").env("PATH", path);
    let ran = finish(command);
    let is_without = ran.err.contains("there is no sandbox on this machine");
    assert!(!is_without || std::env::var_os("CURATOR_TEST_SANDBOX").is_none(), "{}", ran.err);
    (!is_without).then_some(ran)
}

fn of(pull: &Pull) -> [String; 2] {
    ["--pull".to_owned(), pull.number.to_string()]
}

/// The job that decides, with the claim of a job before it.
fn decide(scene: &Scene, pull: &Pull, claim: &str) -> Ran {
    scene.run(&["review", "--pull", &pull.number.to_string(), "--dispatch", "sync.yml", "--claim", claim])
}

fn conclusion(pull: &Pull) -> Option<String> {
    pull.checks().last().and_then(|check| check.conclusion.clone())
}

/// A new version whose module does not compile.
fn opens_broken(scene: &Scene, version: &str) -> Pull {
    let definition = scene.tag_files("lists", version, &[("src/Lists.purs", BROKEN)]);
    scene.opens(&scene.ann, &[(definition_path("lists", version), definition)])
}

/// A new version by a stranger, of which its source says nothing: it waits for a maintainer.
fn opens_unvouched(scene: &Scene) -> Pull {
    let definition = scene.tag_files("lists", "1.1.0", &[]);
    scene.opens(&scene.somebody("zoe"), &[(definition_path("lists", "1.1.0"), definition)])
}

#[test]
fn what_does_not_compile_is_refused_by_every_later_run() {
    let scene = scene();
    let pull = opens_broken(&scene, "1.1.0");
    // A clock is faster than the compiler: nothing passes before it was tried.
    decide(&scene, &pull, "none.json").ends(0);
    assert!(scene.says(&pull).contains("Needs the run that compiles it"), "{}", scene.says(&pull));
    assert_eq!(conclusion(&pull).as_deref(), Some("action_required"));
    let [flag, number] = of(&pull);
    let Some(ran) = compile(&scene, &[&flag, &number], "claim.json", Some(COMPILER)) else { return };
    ran.ends(1).prints(&["does not compile with purs 0.15.15"]);
    decide(&scene, &pull, "claim.json").ends(0);
    let told = scene.says(&pull);
    for part in ["Refused as it is: 1 error to mend", "R056", "**does not compile**", "Could not match type"] {
        assert!(told.contains(part), "no {part:?} in:\n{told}");
    }
    let checks = pull.checks().len();
    for claim in ["none.json", "claim.json"] {
        decide(&scene, &pull, claim).ends(0);
    }
    scene.review(&pull).ends(0);
    // What another run knows less of is not said again in its place.
    assert_eq!((scene.says(&pull), pull.checks().len()), (told, checks));
    assert!(!pull.is_merged());

    // Another head is another matter; and no claim of the old one speaks for it.
    let definition = scene.tag("lists", "1.2.0", &json!({}));
    let (old, new) = (definition_path("lists", "1.1.0"), definition_path("lists", "1.2.0"));
    pull.push(&[(old.as_str(), None), (new.as_str(), Some(format!("{definition:#}\n").as_bytes()))]);
    decide(&scene, &pull, "claim.json").ends(0);
    assert!(scene.says(&pull).contains("Needs the run that compiles it"), "{}", scene.says(&pull));
    compile(&scene, &[&flag, &number], "second.json", Some(COMPILER)).unwrap().ends(0);
    decide(&scene, &pull, "second.json").ends(0);
    assert!(pull.is_merged() && scene.says(&pull).contains("compiled with `purs 0.15.15`"), "{}", scene.says(&pull));

    compile(&scene, &["--wanted"], "wanted.json", Some(COMPILER)).unwrap().ends(0);
    scene.run(&["sync", "--announce", "--claim", "wanted.json"]).ends(0);
    assert_eq!(scene.facts("lists", "1.2.0")["compiled"], json!(true));
    assert_eq!(scene.facts("lists", "1.0.0")["compiled"], json!(false));
}

#[test]
fn what_compiled_is_merged_later_without_another_run() {
    let scene = scene();
    let pull = opens_unvouched(&scene);
    let [flag, number] = of(&pull);
    let Some(ran) = compile(&scene, &[&flag, &number], "claim.json", Some(COMPILER)) else { return };
    ran.ends(0).prints(&["compiled with purs 0.15.15"]);
    decide(&scene, &pull, "claim.json").ends(0);
    assert!(scene.says(&pull).contains("compiled with `purs 0.15.15`") && !pull.is_merged());
    // An approval wakes a run that does not compile.
    pull.approve(&scene.ann);
    decide(&scene, &pull, "none.json").ends(0);
    assert!(pull.is_merged(), "{}", scene.says(&pull));
    assert!(scene.says(&pull).contains("compiled with `purs 0.15.15`"), "{}", scene.says(&pull));
}

#[test]
fn where_the_tool_is_absent_everything_else_works() {
    let scene = scene();
    let pull = opens_broken(&scene, "1.1.0");
    let [flag, number] = of(&pull);
    let Some(ran) = compile(&scene, &[&flag, &number], "claim.json", None) else { return };
    ran.ends(3).complains(&["there is no program 'purs'", "everything else works without it"]);
    let claim: Value = serde_json::from_slice(&fs::read(scene.place("claim.json")).unwrap()).unwrap();
    assert_eq!(claim, json!({ "format": 1, "head": pull.head(), "unable": true, "versions": [] }));
    decide(&scene, &pull, "claim.json").ends(0);
    assert!(pull.is_merged() && scene.says(&pull).contains("- not compiled\n"), "{}", scene.says(&pull));
    compile(&scene, &["--wanted"], "wanted.json", None).unwrap().ends(3);
    scene.run(&["sync", "--claim", "wanted.json"]).ends(0);
    assert_eq!(scene.facts("lists", "1.1.0")["compiled"], json!(false));
}

#[test]
fn a_broken_claim_lets_nothing_pass() {
    let scene = scene();
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    for broken in ["", "{}", "{\"format\":1,\"versions\":[]}{}", "{\"format\":2,\"versions\":[]}"] {
        fs::write(scene.place("claim.json"), broken).unwrap();
        decide(&scene, &pull, "claim.json").ends(0).complains(&["the claim in claim.json is left aside"]);
        assert!(!pull.is_merged(), "{broken}");
    }
    // Whoever has nobody who compiles names no claim, and waits for none.
    scene.review(&pull).ends(0);
    assert!(pull.is_merged(), "{}", scene.says(&pull));
}

#[test]
fn what_a_claim_says_nothing_of_waits_and_the_clock_asks_for_it_once() {
    let scene = scene();
    scene.repository.commit("main", &[(".github/workflows/review.yml", Some(b"on: workflow_dispatch\n"))]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    // As where its source was away while the compiler ran.
    let silent = json!({ "format": 1, "head": pull.head(), "versions": [] });
    fs::write(scene.place("claim.json"), silent.to_string()).unwrap();
    let by_the_clock = || {
        let args = ["review", "--open", "--claim", "none.json", "--compile-by", "review.yml", "--dispatch", "sync.yml"];
        scene.run(&args).ends(0);
        scene.repository.dispatches().iter().map(|it| (it.what.clone(), it.inputs.clone())).collect::<Vec<_>>()
    };
    decide(&scene, &pull, "claim.json").ends(0);
    assert!(scene.says(&pull).contains("Needs the run that compiles it"), "{}", scene.says(&pull));
    let asked = [("review.yml".to_owned(), json!({ "pull": pull.number.to_string() }))];
    assert_eq!(by_the_clock(), asked);
    assert_eq!(by_the_clock(), asked);
    assert!(!pull.is_merged());
}

#[test]
fn what_comes_up_later_is_told_although_it_compiles() {
    let scene = scene();
    let pull = opens_unvouched(&scene);
    let [flag, number] = of(&pull);
    let Some(ran) = compile(&scene, &[&flag, &number], "claim.json", Some(COMPILER)) else { return };
    ran.ends(0);
    decide(&scene, &pull, "claim.json").ends(0);
    assert_eq!(conclusion(&pull).as_deref(), Some("action_required"));
    let other = scene.tag_as("other", "lists", "1.1.0", &[("NOTES", "other")]);
    scene.repository.commit("main", &[(&definition_path("lists", "1.1.0"), Some(format!("{other:#}\n").as_bytes()))]);
    decide(&scene, &pull, "none.json").ends(0);
    assert_eq!(conclusion(&pull).as_deref(), Some("failure"), "{}", scene.says(&pull));
}

#[test]
fn dependencies_come_from_releases_as_everybody_downloads_them() {
    for layout in ["per-package", "per-version"] {
        let releases = format!("[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\nlayout = \"{layout}\"\n");
        let scene = Scene::new(&format!("{releases}\n[verify]\ncompile = \"purs\""));
        let published = scene.asks_for_package(&scene.tess, "lists");
        for args in [&["review", "--pull", &published.number.to_string()][..], &["sync", "--announce"]] {
            finish(scene.command_with_own_store(args)).ends(0);
        }
        let pull = scene.opens(
            &scene.ann,
            &[
                (definition_path("maps", "1.0.0"), scene.tag("maps", "1.0.0", &json!({ "lists": ">=1.0.0 <2.0.0" }))),
                (registration_path("maps"), scene.registration("maps", &[&scene.ann])),
            ],
        );
        let before = scene.github.requests().len();
        let [flag, number] = of(&pull);
        let mut command = scene.command_with_own_store(&["compile"]);
        command.env("CURATOR_GITHUB_WEB", scene.github.web());
        let Some(ran) = compile_by(command, &scene, &[&flag, &number], "claim.json", Some(COMPILER)) else { return };
        assert!(ran.out.contains("maps@1.0.0: compiled with purs 0.15.15 (1 dependency)"), "{}{}", ran.out, ran.err);
        // GitHub answers few questions to those without a token; this job has none to ask.
        assert_eq!(scene.github.requests().len(), before, "{layout}: {:?}", &scene.github.requests()[before..]);
    }
}
