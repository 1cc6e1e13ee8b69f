//! `curator import bower`, from lists and repositories to a registry that checks and publishes.

use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{curator, finish};
use crate::trees::{Tree, assert_same};
use crate::village::{Plan, Village};

/// A village with every kind of package that there was.
fn village() -> Village {
    static PLAN: LazyLock<Plan> = LazyLock::new(|| built().plan());
    PLAN.settled()
}

fn built() -> Village {
    let mut village = Village::new();
    let base = village.version("base", "v1.0.0", &json!({}));
    village.repo("base").repo.tag("1.00.0", &base);
    village.version("base", "v1.1.0", &json!({}));
    village.version("base", "nightly", &json!({}));
    village.version("base", "v2.0.0-rc.1", &json!({}));

    village.version("mid", "1.0.0", &json!({ "purescript-base": "^1.0.0" }));
    village.version("mid", "2.0.0", &json!({ "purescript-base": "^3.0.0" }));
    village.version("mid", "3.0.0", &json!({ "purescript-ghost": "^1.0.0" }));

    village.version("top", "v1.0.0", &json!({ "purescript-mid": "^2.0.0" }));
    village.bower("top", "v2.0.0", &json!({ "license": "BSD", "dependencies": {} }));
    village.version("top", "v3.0.0", &json!({ "purescript-base": "*" }));
    village.bower("top", "v4.0.0", &json!({ "dependencies": {} }));
    village.tags("top", "v5.0.0", &[]);
    village.tags("top", "v6.0.0", &[("bower.json", "{ \"license\": ")]);
    let seven = json!({
        "license": ["Apache 2", "see LICENSE"],
        "description": "x".repeat(301),
        "dependencies": { "purescript-base": "acme/purescript-base#~1.0.0", "purescript-mid": "1.0.0 - 1.2" },
        "devDependencies": { "purescript-ghost": "*" },
    });
    village.bower("top", "v7.0.0", &seven);
    village.version("top", "v8.0.0", &json!({ "purescript-base": "banana" }));
    village.version("top", "v9.0.0", &json!({ "jQuery": "^1.0.0" }));
    village.version("top", "v10.0.0", &json!({ "purescript-top": "^7.0.0" }));

    village.version("left", "v1.0.0", &json!({ "purescript-base": "~1.0.0" }));
    village.version("right", "v1.0.0", &json!({ "purescript-base": "~1.1.0" }));
    village.version("clash", "v1.0.0", &json!({ "purescript-left": "^1.0.0", "purescript-right": "^1.0.0" }));

    let manifest = json!({ "name": "modern", "version": "1.0.0", "license": "MIT", "dependencies": { "base": ">=1.0.0 <2.0.0" },
        "location": { "githubOwner": "acme", "githubRepo": "purescript-modern" } });
    village.tags("modern", "v1.0.0", &[("purs.json", &manifest.to_string())]);
    let yaml = "package:\n  name: modern\n  dependencies:\n    - base: \">=1.0.0 <2.0.0\"\n  publish:\n    version: 1.1.0\n    license: MIT\n";
    village.tags("modern", "v1.1.0", &[("spago.yaml", yaml)]);
    village.tags("modern", "v1.2.0", &[("spago.yaml", yaml)]);
    village.tags("modern", "v1.3.0", &[("spago.yaml", &yaml.replace("modern", "ancient").replace("1.1.0", "1.3.0"))]);
    village.tags(
        "modern",
        "v1.4.0",
        &[("spago.yaml", &yaml.replace("- base: \">=1.0.0 <2.0.0\"", "- base").replace("1.1.0", "1.4.0"))],
    );

    village.version("two-faced", "v1.0.0", &json!({}));
    village.version("two-faced", "1.0.0", &json!({ "purescript-base": "^1.0.0" }));
    village.repo("untagged");
    let hollow = village.repo("hollow");
    let commit = hollow.repo.commit_files(&[("bower.json", r#"{"license":"MIT"}"#)], &[]);
    hollow.repo.tag("v1.0.0", &commit);
    village.version("base1", "v1.0.0", &json!({}));
    village.version("basel", "v1.0.0", &json!({}));

    village.lists("purescript-TypeAhead", "https://github.com/aljce/purescript-typeahead.git");
    village.lists("purescript-local", "git@github.com:acme/purescript-local.git");
    village.lists("purescript-elsewhere", "https://git.sr.ht/~acme/purescript-elsewhere");
    village
}

/// What is refused of it, and by which kind.
const REFUSED: [&str; 26] = [
    "base 1.00.0: tag-twice",
    "base nightly: tag",
    "base v2.0.0-rc.1: tag",
    "basel v1.0.0: R008",
    "clash v1.0.0: unsolvable",
    "elsewhere -: source-refused",
    "hollow v1.0.0: R032",
    "mid 2.0.0: dependency-range",
    "mid 3.0.0: dependency-unknown",
    "modern v1.2.0: version-differs",
    "modern v1.3.0: name-differs",
    "modern v1.4.0: range-unbounded",
    "purescript-TypeAhead -: name",
    "purescript-local -: location",
    "top v1.0.0: dependency-refused",
    "top v10.0.0: dependency-itself",
    "top v2.0.0: license",
    "top v3.0.0: range-unbounded",
    "top v4.0.0: license-missing",
    "top v5.0.0: no-manifest",
    "top v6.0.0: manifest",
    "top v8.0.0: range",
    "top v9.0.0: dependency-name",
    "two-faced 1.0.0: tag-ambiguous",
    "two-faced v1.0.0: tag-ambiguous",
    "untagged -: no-versions",
];

#[test]
fn the_village_is_taken_over_as_far_as_it_can_be() {
    let village = village();
    let ran = village.import(&[]).ends(0);
    assert_eq!(
        village.accepted(),
        [
            "base@1.0.0",
            "base@1.1.0",
            "base1@1.0.0",
            "left@1.0.0",
            "mid@1.0.0",
            "modern@1.0.0",
            "modern@1.1.0",
            "right@1.0.0",
            "top@7.0.0",
        ]
    );
    assert_eq!(village.refused(), REFUSED);
    ran.prints(&[
        "      2  tag: the tag is no version\n",
        "help: ",
        "9 versions in the registry, 9 of them written now; 26 refused",
    ]);

    let top: Value =
        serde_json::from_slice(&fs::read(village.registry.file("packages/to/top/7.0.0.json")).unwrap()).unwrap();
    assert_eq!(top["license"], "Apache-2.0");
    assert_eq!(top["description"], Value::Null);
    assert_eq!(top["dependencies"], json!({ "base": ">=1.0.0 <1.1.0", "mid": ">=1.0.0 <1.3.0" }));
    assert_eq!((&top["ref"], &top["compiler"]), (&json!("v7.0.0"), &json!("0.15.15")));
    let notes = village.report()["accepted"].as_array().unwrap().last().unwrap()["notes"].as_array().unwrap().len();
    assert_eq!(notes, 3);

    village.registry.run(&["check"]).ends(0);
    village.registry.sync().ends(0);
    assert_eq!(village.registry.lines("base").len(), 2);
}

#[test]
fn a_second_run_asks_nothing_and_changes_nothing() {
    let mut village = village();
    village.import(&[]).ends(0);
    let before = Tree::read(village.registry.home());
    // Whoever was asked again would not be found.
    village.registry.configure("");
    fs::remove_dir_all(village.registry.file("sources")).unwrap();
    fs::create_dir_all(village.registry.file("sources")).unwrap();
    let config = fs::read_to_string(village.registry.file("curator.toml")).unwrap();
    village.registry.write("curator.toml", config.split("[fetch.replace]").next().unwrap());
    village.import(&[]).ends(0).prints(&["9 versions in the registry, 0 of them written now"]);
    village.settle();
    village.registry.configure("");
    assert_same(&before, &Tree::read(village.registry.home()));

    // What was kept only spares questions: without it the same answers are asked for.
    fs::remove_dir_all(village.registry.home().join(".curator/import")).unwrap();
    village.import(&[]).ends(0);
    let accepted = village.accepted();
    assert_eq!(accepted.len(), 9, "{accepted:?}");
}

#[test]
fn refusals_are_asked_again_only_when_told() {
    let mut village = village();
    village.import(&[]).ends(0);
    village.bower("top", "v4.0.0", &json!({ "license": "ISC", "dependencies": {} }));
    village.version("top", "v11.0.0", &json!({}));
    village.settle();
    village.import(&[]).ends(0).prints(&["0 of them written now"]);
    village.import(&["--retry"]).ends(0).prints(&["2 of them written now"]);
    assert!(village.accepted().contains(&"top@4.0.0".to_owned()));
    assert!(!village.refused().iter().any(|it| it.starts_with("top v4.0.0")));
}

#[test]
fn a_part_can_be_asked_first() {
    let village = village();
    village.import(&["--only", "mid"]).ends(0).prints(&["still to ask: base: it was not asked"]);
    assert_eq!(village.accepted(), [""; 0]);
    assert!(village.refused().contains(&"mid 1.0.0: dependency-pending".to_owned()));
    village.import(&["--only", "base"]).ends(0);
    assert_eq!(village.accepted(), ["base@1.0.0", "base@1.1.0", "mid@1.0.0"]);
    village.import(&["--only", "nobody"]).ends(3).complains(&["nobody is on no list"]);
    village.import(&[]).ends(0);
    assert_eq!(village.accepted().len(), 9);
}

#[test]
fn what_stands_in_the_registry_stays() {
    let village = village();
    let mine = "{ \"not\": \"finished\" }\n";
    village.registry.write("packages/ba/base/1.0.0.json", mine);
    let elsewhere = json!({ "location": { "githubOwner": "other", "githubRepo": "purescript-right" } });
    village.registry.write("packages/ri/right/registration.json", elsewhere.to_string());
    village.import(&[]).ends(0);
    assert_eq!(fs::read_to_string(village.registry.file("packages/ba/base/1.0.0.json")).unwrap(), mine);
    assert!(village.refused().contains(&"right v1.0.0: R016".to_owned()), "{:?}", village.refused());
    // left needs base 1.0.x, and the only one is a file that nobody can read.
    assert!(village.refused().contains(&"left v1.0.0: dependency-refused".to_owned()), "{:?}", village.refused());
}

#[test]
fn a_run_that_was_killed_is_completed_by_the_next() {
    let whole = village();
    whole.import(&[]).ends(0);
    let registry = |village: &Village| Tree::read(&village.registry.file("packages"));
    for millis in [80, 500] {
        let cut = village();
        let mut command = curator(cut.registry.home());
        let import = ["import", "bower", "--compiler", "0.15.15", "--list", "list.json", "--pause", "5"];
        let scratch = tempfile::TempDir::new().unwrap();
        let mut child =
            command.args(import).env("TMPDIR", scratch.path()).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
        cut.import(&[]).ends(0);
        assert_same(&registry(&whole), &registry(&cut));
        assert_eq!(whole.report(), cut.report());
    }
}

#[test]
fn a_host_that_is_down_leaves_work_for_the_next_run() {
    let mut village = village();
    let config = fs::read_to_string(village.registry.file("curator.toml")).unwrap();
    let without = config.lines().filter(|line| !line.contains("purescript-mid.git")).collect::<Vec<_>>().join("\n");
    village.registry.write("curator.toml", without);
    // Nobody listens there.
    let mut command = curator(village.registry.home());
    command.args(["import", "bower", "--compiler", "0.15.15", "--list", "list.json", "--pause", "0"]);
    command.args(["--from-mirror", "https://localhost:1/{owner}/{repo}"]);
    command.args(["--allow-address", "127.0.0.0/8", "--allow-address", "::1/128"]);
    let ran = finish(command).ends(2);
    ran.prints(&["still to ask: mid: ", "Run the same command again"]);
    assert!(!village.accepted().contains(&"top@7.0.0".to_owned()));
    village.settle();
    village.import(&[]).ends(0);
    assert_eq!(village.accepted().len(), 9);
}

#[test]
fn lists_that_are_none_are_refused_by_name() {
    let village = village();
    for (text, complaint) in [("[]", "a JSON object"), ("{", "list.json"), (r#"{"purescript-a": 1}"#, "'purescript-a'")]
    {
        fs::write(village.registry.home().join("list.json"), text).unwrap();
        village.import(&[]).ends(3).complains(&["list.json", complaint]);
    }
    fs::remove_file(village.registry.home().join("list.json")).unwrap();
    village.import(&[]).ends(3).complains(&["list.json"]);
}
