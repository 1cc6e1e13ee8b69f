//! The first steps with the program: a new registry, a first package by the book, an explanation, a schema.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::run;
use crate::registry::{definition, tree};
use crate::repos::Repo;
use crate::trees::{Tree, assert_same};

#[test]
fn a_new_registry_takes_a_package_at_once() {
    let home = TempDir::new().unwrap();
    run(home.path(), ["init", "mine"]).ends(0).prints(&["A new registry is in mine.", "cd mine && curator check"]);
    let registry = home.path().join("mine");
    run(&registry, ["check"]).ends(0).prints(&["nothing to mend"]);
    run(&registry, ["sync"]).ends(0).prints(&["Nothing to do"]);
    run(&registry, ["audit"]).ends(3).complains(&["there is no index, or nothing was ever published in it"]);

    let repo = Repo::new();
    let commit = repo.commit(tree(&repo, &[("src/Hello.purs", "module Hello where\n")]), &[]);
    repo.tag("v1.0.0", &commit);
    fs::create_dir_all(registry.join("sources")).unwrap();
    fs::copy(repo.bundle(), registry.join("sources/hello.bundle")).unwrap();
    let config = registry.join("curator.toml");
    let text = fs::read_to_string(&config).unwrap();
    let replace = "\n[fetch.replace]\n\"https://github.com/acme/hello.git\" = \"sources/hello.bundle\"\n";
    // The table may stand anywhere behind its parent.
    fs::write(&config, text + replace).unwrap();
    let folder = registry.join("packages/he/hello");
    fs::create_dir_all(&folder).unwrap();
    let wanted = definition("hello", "1.0.0", &commit, &[]);
    let registration = serde_json::json!({ "location": wanted["location"], "maintainers": [1] });
    fs::write(folder.join("registration.json"), registration.to_string()).unwrap();
    fs::write(folder.join("1.0.0.json"), wanted.to_string()).unwrap();
    run(&registry, ["check"]).ends(0).prints(&["nothing to mend"]);
    run(&registry, ["plan", "--preview"]).ends(0).prints(&["publish hello@1.0.0", "src/Hello.purs"]);
    run(&registry, ["sync"]).ends(0).prints(&["published hello@1.0.0"]);
    run(&registry, ["audit"]).ends(0).prints(&["1 package, 1 version", "all agree"]);
}

#[test]
fn init_overwrites_nothing() {
    let home = TempDir::new().unwrap();
    run(home.path(), ["init", "mine"]).ends(0);
    let before = Tree::read(home.path());
    run(home.path(), ["init", "mine"]).ends(3).complains(&["error: ", "curator.toml"]);
    run(home.path(), ["init"]).ends(3).complains(&["<DIR>"]);
    assert_same(&before, &Tree::read(home.path()));
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("README.md"), "mine").unwrap();
    run(home.path(), ["init", "other"]);
    assert_eq!(fs::read_to_string(other.join("README.md")).unwrap(), "mine");
    fs::write(home.path().join("file"), "x").unwrap();
    run(home.path(), ["init", "file"]).ends(3).complains(&["file"]);
    // A name that is text to a person is a text in the configuration, too.
    run(home.path(), ["init", "named", "--name", "a \"b\"\\ = [c]"]).ends(0);
    run(&home.path().join("named"), ["check"]).ends(0);
}

#[test]
fn a_registry_on_github_is_made_with_the_program_that_its_workflows_run() {
    let home = TempDir::new().unwrap();
    let sums = home.path().join("SHA256SUMS");
    let digest = "5f".repeat(32);
    let lines = ["x86_64", "aarch64"].map(|kind| format!("{digest}  curator-{kind}-unknown-linux-musl\n"));
    fs::write(&sums, lines.concat()).unwrap();
    let on_github = ["--github", "acme/registry", "--trustee", "583231=octocat", "--program", "acme/curator"];
    let with = |dir: &'static str, sums: &'static str| {
        let words = ["init", dir].into_iter().chain(on_github).chain(["--sums", sums]);
        run(home.path(), words.chain(["--registry-path", "registry"]))
    };
    let ran = with("mine", "SHA256SUMS").ends(0);
    let ran = ran.prints(&["wrote registry/curator.toml", "To do by hand, once", "gh api --method POST"]);
    assert!(!ran.out.contains("FILL-IN"), "{}", ran.out);
    let action = fs::read_to_string(home.path().join("mine/.github/actions/curator/action.yml")).unwrap();
    assert_eq!(action.matches(&digest).count(), 2);
    let url = format!("https://github.com/acme/curator/releases/download/v{}", env!("CARGO_PKG_VERSION"));
    assert!(action.contains(&url), "{action}");
    with("mine", "SHA256SUMS").ends(0).prints(&["kept registry/curator.toml, which was there"]);

    with("other", "nowhere").ends(3).complains(&["nowhere", "no such file"]);
    fs::write(&sums, &lines[0]).unwrap();
    with("other", "SHA256SUMS").ends(3).complains(&["it has no line for curator-aarch64-unknown-linux-musl"]);
    run(home.path(), ["init", "other", "--team", "acme/keepers"]).ends(3).complains(&["add --github"]);
    run(home.path(), ["init", "other", "--github", "acme/registry", "--index", "../index"])
        .ends(3)
        .complains(&["https://github.com/OWNER/NAME.git"]);
    run(home.path(), ["init", "other", "--github", "acme", "--trustee", "octocat"]).ends(3).complains(&["acme"]);
    assert!(!home.path().join("other").exists(), "a refusal writes nothing");

    let json = run(home.path(), ["init", "other", "--github", "acme/registry", "--format", "json"]).ends(0).out;
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["kept"], serde_json::json!([]));
    assert!(told["steps"].as_array().unwrap().iter().any(|step| step["what"].as_str().unwrap().contains("FILL-IN")));
}

#[test]
fn a_registry_on_github_is_made_for_a_service() {
    let home = TempDir::new().unwrap();
    let made = |dir: &str, more: &[&str]| {
        run(home.path(), ["init", dir, "--github", "acme/registry", "--trustee", "583231"].iter().chain(more))
    };
    let rules = |dir: &str| fs::read_to_string(home.path().join(dir).join(".github/rulesets/main.json")).unwrap();
    made("app", &["--checks-by", "app:7"]).ends(0).prints(&["rulesets/index-writer.json", "CURATOR_APP_ID=7"]);
    assert!(rules("app").contains("{ \"context\": \"curator\", \"integration_id\": 7 }"), "{}", rules("app"));
    assert!(!home.path().join("app/.github/workflows").exists());
    made("person", &["--checks-by", "anyone"]).ends(0).prints(&["write commit statuses"]);
    assert!(!rules("person").contains("integration_id"));
    made("apart", &["--index", "https://github.com/acme/index.git", "--index-app", "8"])
        .ends(0)
        .prints(&["repos/acme/index/rulesets --input .github/rulesets/index-writer.json", "by the App 8 alone"]);
    assert!(rules("apart").contains("15368"));
    made("other", &["--checks-by", "app"]).ends(3).complains(&["app:ID"]);
    made("other", &["--index-app", "7"]).ends(3).complains(&["leave --index-app out"]);
    run(home.path(), ["init", "other", "--checks-by", "anyone"]).ends(3).complains(&["add --github"]);
    assert!(!home.path().join("other").exists(), "a refusal writes nothing");
}

#[test]
fn every_code_is_explained() {
    let home = TempDir::new().unwrap();
    let list = run(home.path(), ["explain"]).ends(0).out;
    let codes: Vec<&str> = list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert!(codes.len() > 50, "{codes:?}");
    for code in &codes {
        let page = run(home.path(), ["explain", code]).ends(0);
        assert!(page.out.starts_with(&format!("# {code}: ")), "{}", page.out);
    }
    assert_eq!(run(home.path(), ["explain", "r024"]), run(home.path(), ["explain", "R024"]));
    let all = run(home.path(), ["explain", "--format", "json"]).ends(0).json();
    assert_eq!(all.as_array().unwrap().len(), codes.len());
    for unknown in ["R999", "24", "", "R"] {
        run(home.path(), ["explain", unknown]).ends(3).complains(&["error: ", "`curator explain` lists them all"]);
    }
}

#[test]
fn every_schema_is_json() {
    let home = TempDir::new().unwrap();
    let kinds = run(home.path(), ["schema"]).ends(0).out;
    assert!(kinds.lines().count() >= 5, "{kinds}");
    for kind in kinds.lines() {
        let schema: Value = run(home.path(), ["schema", kind]).ends(0).json();
        assert_eq!(schema["type"], "object", "{kind}");
    }
    run(home.path(), ["schema", "nonsense"]).ends(3).complains(&["error: ", "definition"]);
}
