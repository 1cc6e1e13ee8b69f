//! Pull requests looked at with real hands: what is found, what would be published, and what the base says of it.

use std::sync::Arc;

use curator::config::Environment;
use curator::model::{
    Category, ChangeKind, Code, Mergeable, Origin, Person, PullNumber, PullRequest, PullStage, StatusKind, Timestamp,
    Touch,
};
use curator::ops::{Examined, Stop, examine};
use curator::ports::RepoError;
use curator::rules::review::{SetChange, category, classify};
use curator::wire::{Access, Assembled, Described, Overrides, wire};
use serde_json::json;

use crate::registry::{Package, definition, definition_file};
use crate::remotes::{Remotes, git};
use crate::{PULL, wait};

/// A registry in which `logs` is published twice, and `app`, which depends on it, once.
pub(crate) struct Village {
    pub(crate) remotes: Remotes,
    logs: Package,
}

impl Village {
    pub(crate) fn new() -> Self {
        let mut remotes = Remotes::new();
        let logs = remotes.work.package("logs");
        remotes.work.release(&logs, "1.0.0", &[]);
        remotes.work.release(&logs, "1.1.0", &[]);
        let app = remotes.work.package("apps");
        remotes.work.release(&app, "1.0.0", &[("logs", ">=1.0.0 <1.1.0")]);
        remotes.merge("2026-02-01T00:00:00Z");
        remotes.sync("2026-02-01T00:00:00Z").ends(0);
        Self { remotes, logs }
    }

    fn work(&self, args: &[&str]) -> String {
        git(&self.remotes.home().join("registry"), args)
    }

    /// Tags `version` of `logs`, so that its source can be fetched; gives the commit. Nobody asks for it yet.
    pub(crate) fn tag(&mut self, version: &str, files: &[(&str, &str)]) -> String {
        let module = format!("-- {version}\nmodule Logs where\n");
        let commit = self.logs.tag(version, &[&[("src/Logs.purs", module.as_str())], files].concat());
        self.remotes.work.stand_in(&self.logs);
        self.remotes.merge("2026-02-02T00:00:00Z");
        commit
    }

    /// Commits what was written as the one pull request, and leaves the branch as it was.
    pub(crate) fn propose(&self) -> PullRequest {
        self.work(&["checkout", "--quiet", "-B", "topic"]);
        self.work(&["add", "--all"]);
        self.work(&["commit", "--quiet", "--allow-empty", "-m", "A change"]);
        self.work(&["push", "--quiet", "--force", "../registry.git", &format!("HEAD:{PULL}"), "HEAD:topic"]);
        let head = self.work(&["rev-parse", "HEAD"]);
        self.work(&[
            "checkout",
            "--quiet",
            "-B",
            "main",
            &git(&self.remotes.home().join("registry.git"), &["rev-parse", "main"]),
        ]);
        self.pull(&head)
    }

    fn pull(&self, head: &str) -> PullRequest {
        let base = git(&self.remotes.home().join("registry.git"), &["rev-parse", "main"]);
        let time: Timestamp = "2026-02-03T00:00:00.000Z".parse().unwrap();
        PullRequest {
            number: PullNumber(1),
            title: "A change".to_owned(),
            author: Person { id: 12, login: "somebody".to_owned() },
            head: head.parse().unwrap(),
            head_ref: PULL.to_owned(),
            origin: Origin::Author,
            base: "main".to_owned(),
            base_commit: base.parse().unwrap(),
            stage: PullStage::Open,
            mergeable: Mergeable::Unknown,
            labels: [].into(),
            opened: time,
            updated: time,
        }
    }

    fn curator(&self, more: Overrides) -> Arc<Assembled> {
        let at = |name: &str| Some(self.remotes.home().join(name));
        let overrides = Overrides {
            registry: at("registry.git"),
            index: at("index.git"),
            cache: at("cache"),
            stores: vec![self.remotes.home().join("store")],
            ..more
        };
        let environment = Environment::default();
        let wired = wait(wire(&overrides, &environment, Access::Read, Described::Always, Arc::new(|_| {})));
        Arc::new(wired.unwrap().curator)
    }

    /// Commits a package set to the index.
    pub(crate) fn publish_set(&self, set: &serde_json::Value) {
        let index = self.remotes.index();
        let file = self.remotes.home().join("set.json");
        std::fs::write(&file, set.to_string()).unwrap();
        let blob = git(&index, &["hash-object", "-w", file.to_str().unwrap()]);
        let at = format!("100644,{blob},package-sets/{}.json", set["version"].as_str().unwrap());
        git(&index, &["read-tree", "main"]);
        git(&index, &["update-index", "--add", "--cacheinfo", &at]);
        let tree = git(&index, &["write-tree"]);
        let commit = git(&index, &["commit-tree", "-p", "main", "-m", "A set", &tree]);
        git(&index, &["update-ref", "refs/heads/main", &commit]);
    }

    pub(crate) fn examine(&self, pull: &PullRequest) -> Examined {
        wait(examine(&self.curator(Overrides::default()), pull)).unwrap()
    }
}

/// What is found, each with its file.
fn found(examined: &Examined) -> Vec<(Code, &str)> {
    examined.findings.iter().map(|finding| (finding.code, finding.place.file.as_str())).collect()
}

fn classified(examined: &Examined) -> Category {
    category(&classify(&examined.touched, &examined.beside, &examined.before))
}

#[test]
fn a_new_version_is_previewed_as_it_will_be_published() {
    let mut village = Village::new();
    let own = json!({
        "name": "logs", "version": "1.2.0", "license": "MIT",
        "location": { "githubOwner": "acme", "githubRepo": "logs" }, "dependencies": {},
    });
    let commit = village.tag("1.2.0", &[("purs.json", &own.to_string())]);
    village.remotes.work.define(&definition("logs", "1.2.0", &commit, &[]));
    let pull = village.propose();
    let examined = village.examine(&pull);
    assert_eq!(found(&examined), []);
    let file = definition_file("logs", "1.2.0");
    let touched: Vec<_> = examined.touched.iter().map(|it| (it.path.as_str(), it.touch)).collect();
    assert_eq!(touched, [(file.as_str(), Touch::Added)]);
    assert_eq!(classified(&examined), Category::One(ChangeKind::NewVersion));
    let (logs, version) = ("logs".parse().unwrap(), "1.2.0".parse().unwrap());
    assert_eq!(examined.vouched, [(logs, version)].into());
    let [prepared] = examined.prepared.as_slice() else { panic!("{:?}", examined.prepared) };
    let difference = prepared.difference.as_ref().unwrap();
    let changed: Vec<_> = difference.changed.iter().map(ToString::to_string).collect();
    assert_eq!(
        (difference.from.to_string().as_str(), changed.as_slice()),
        ("1.1.0", &["purs.json", "src/Logs.purs"].map(str::to_owned)[..])
    );
    let (name, subject) = examined.subjects.first_key_value().unwrap();
    assert_eq!((name.as_str(), subject.previous.as_ref().unwrap().version.to_string().as_str()), ("logs", "1.1.0"));
    assert_eq!((subject.registered.as_ref().unwrap().maintainers.as_slice(), &subject.registering), (&[11][..], &None));
    let dependants: Vec<_> =
        subject.dependants.iter().map(|it| format!("{}@{} {}", it.name, it.version, it.range)).collect();
    assert_eq!(dependants, ["apps@1.0.0 >=1.0.0 <1.1.0"]);
    assert_eq!(examined.maintainers.values().next().unwrap(), &[11].into());
    assert_eq!((&examined.conflict, examined.too_large, examined.transient), (&None, None, false));
    assert!(examined.texts[&file].contains("1.2.0"));
    let hash = prepared.artifact.as_ref().unwrap().hash.to_string();

    // The author sees the same before anybody else does.
    let checked = village.remotes.run(&["check", "--base", "main", "--registry-branch", "topic"]).ends(0);
    checked.prints(&["1 to publish", "publish logs@1.2.0", &hash, "compared with 1.1.0", "~ src/Logs.purs", "1 file"]);
    let checked = village.remotes.run(&["check", "--base", "main", "--registry-branch", "topic", "--format", "json"]);
    assert_eq!(checked.json()["steps"][0]["archive"]["hash"], hash);
    assert_eq!(village.remotes.run(&["check", "--format", "json"]).json()["steps"], serde_json::Value::Null);

    // And what is merged is published so: the review has left nothing behind that could confuse it.
    git(&village.remotes.home().join("registry.git"), &["update-ref", "refs/heads/main", PULL]);
    village.remotes.sync("2026-02-04T00:00:00Z").ends(0);
    assert_eq!(village.remotes.facts("logs", "1.2.0")["hash"], hash);
    let again = village.examine(&village.pull(&pull.head.to_string()));
    assert_eq!((classified(&again), again.prepared.len()), (Category::Nothing, 0));
}

#[test]
fn a_version_that_its_source_does_not_speak_for_is_not_vouched_for() {
    let mut village = Village::new();
    let commit = village.tag("1.2.0", &[]);
    let mut wanted = definition("logs", "1.2.0", &commit, &[("apps", ">=9.0.0 <10.0.0")]);
    wanted["license"] = json!("MTI");
    village.remotes.work.define(&wanted);
    let examined = village.examine(&village.propose());
    assert_eq!((examined.vouched.len(), examined.prepared.len()), (0, 0));
    let codes: Vec<Code> = found(&examined).into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&Code::License) && codes.contains(&Code::DependencyRange), "{codes:?}");
}

#[test]
fn a_new_package_comes_with_its_registration_and_says_nothing_of_authority() {
    let mut village = Village::new();
    let tally = village.remotes.work.package("tally");
    let commit = tally.tag("1.0.0", &[("src/Tally.purs", "module Tally where\n")]);
    village.remotes.work.stand_in(&tally);
    // The source can be had in the base; who registers it comes with the pull request.
    let registration = village.remotes.work.file("packages/ta/tally/registration.json");
    let text = std::fs::read(&registration).unwrap();
    std::fs::remove_file(&registration).unwrap();
    village.remotes.merge("2026-02-02T00:00:00Z");
    village.remotes.work.write("packages/ta/tally/registration.json", &text);
    village.remotes.work.define(&definition("tally", "1.0.0", &commit, &[("logs", ">=1.0.0 <2.0.0")]));
    let examined = village.examine(&village.propose());
    assert_eq!(found(&examined), []);
    assert_eq!(classified(&examined), Category::One(ChangeKind::NewPackage));
    assert_eq!((examined.prepared.len(), examined.prepared[0].artifact.is_some()), (1, true));
    let (name, subject) = examined.subjects.first_key_value().unwrap();
    assert_eq!((name.as_str(), &subject.registered, subject.registering.is_some()), ("tally", &None, true));
    assert_eq!(examined.maintainers.values().next().unwrap(), &[].into());
}

#[test]
fn nobody_makes_oneself_a_maintainer_or_widens_the_rules_on_the_way() {
    let mut village = Village::new();
    let commit = village.tag("1.2.0", &[]);
    let mut wanted = definition("logs", "1.2.0", &commit, &[]);
    wanted["location"] = json!({ "gitUrl": "https://evil.example/logs.git" });
    village.remotes.work.define(&wanted);
    let registration = json!({ "location": { "gitUrl": "https://evil.example/logs.git" }, "maintainers": [12] });
    village.remotes.work.write("packages/lo/logs/registration.json", format!("{registration:#}\n"));
    village.remotes.work.configure("\n[fetch]\nallow_hosts = [\"evil.example\"]\n");
    let text = std::fs::read_to_string(village.remotes.work.file("curator.toml")).unwrap();
    village.remotes.work.write("curator.toml", text.replace("[fetch.replace]\n", "[fetch.replace] # mine\n"));
    let examined = village.examine(&village.propose());
    assert_eq!(examined.maintainers.values().next().unwrap(), &[11].into());
    assert_eq!(classified(&examined), Category::Mixed);
    let found = found(&examined);
    assert!(found.contains(&(Code::Host, definition_file("logs", "1.2.0").as_str())), "{found:?}");
    assert!(found.contains(&(Code::Deleted, "curator.toml")), "{found:?}");
    let subject = examined.subjects.values().next().unwrap();
    assert_eq!(subject.registering.as_ref().unwrap().maintainers, [12]);
    // A published definition that is changed, or replaced by a link.
    let file = village.remotes.work.file(&definition_file("logs", "1.0.0"));
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &file).unwrap();
    let examined = village.examine(&village.propose());
    assert_eq!(classified(&examined), Category::Forbidden);
}

#[test]
fn statuses_and_package_sets_are_told_with_what_they_touch() {
    let village = Village::new();
    let status = json!({ "status": "unpublished", "reason": "a secret is in it" });
    for (name, version) in [("logs", "1.0.0"), ("logs", "1.1.0"), ("apps", "all")] {
        let file = format!("status/{}/{name}/{version}.json", &name[..2]);
        village.remotes.work.write(&file, format!("{status:#}\n"));
    }
    village.remotes.work.write("package-set.json", "{ \"packages\": { \"logs\": \"1.1.0\" } }\n");
    let pull = village.propose();
    let examined = village.examine(&pull);
    let unneeded: Vec<String> = examined.unneeded.keys().map(|(name, version)| format!("{name}@{version}")).collect();
    // `apps` depends on the first version of `logs`.
    assert_eq!(unneeded, ["apps@1.0.0", "logs@1.1.0"]);
    assert!(examined.unneeded.values().all(|time| time.to_string().starts_with("2026-02-01")));
    assert_eq!(examined.before.statuses.values().collect::<Vec<_>>(), [&StatusKind::Unpublished; 3]);
    assert_eq!(examined.package_set, SetChange::Grows);
    // Beside a set that has a newer version, the same is a step back.
    let set = json!({ "version": "1.0.0", "compiler": "0.15.15", "published": "2026-02-02", "packages": { "logs": "1.2.0" } });
    village.publish_set(&set);
    assert_eq!(village.examine(&pull).package_set, SetChange::Loses);
}

#[test]
fn a_conflict_is_told_with_what_is_wrong_with_the_head() {
    let mut village = Village::new();
    let commit = village.tag("1.2.0", &[]);
    let mut wanted = definition("logs", "1.2.0", &commit, &[]);
    wanted["license"] = json!("MTI");
    village.remotes.work.define(&wanted);
    let pull = village.propose();
    let file = definition_file("logs", "1.2.0");
    village.remotes.work.define(&definition("logs", "1.2.0", &commit, &[]));
    village.remotes.merge("2026-02-03T00:00:00Z");
    let examined = village.examine(&pull);
    assert_eq!(examined.conflict.as_deref(), Some(&[file.clone()][..]));
    assert_eq!(found(&examined), [(Code::License, file.as_str())]);
    // A head that has moved is looked at anew, by whoever asked.
    let gone = village.pull(&"1".repeat(40));
    let stop = wait(examine(&village.curator(Overrides::default()), &gone)).unwrap_err();
    assert!(matches!(stop, Stop::Repo(RepoError::Moved { .. })), "{stop}");
}

#[test]
fn what_cannot_be_looked_at_is_a_finding_or_too_large() {
    let village = Village::new();
    let home = village.remotes.home().join("registry");
    for n in 0..3001 {
        village.remotes.work.write(&format!("notes/{n}.txt"), "x");
    }
    let examined = village.examine(&village.propose());
    assert_eq!((examined.too_large, &examined.proposal, found(&examined).len()), (Some(3000), &None, 0));
    let tree = git(&home, &["rev-parse", "main^{tree}"]);
    let orphan = git(&home, &["commit-tree", "-m", "mine", &tree]);
    git(&home, &["push", "--quiet", "--force", "../registry.git", &format!("{orphan}:{PULL}")]);
    let examined = village.examine(&village.pull(&orphan));
    assert_eq!((found(&examined), &examined.proposal), (vec![(Code::Unmergeable, PULL)], &None));
}

#[test]
fn where_the_registry_rebases_a_pull_request_is_one_commit() {
    let village = Village::new();
    village.remotes.work.configure("[policy]\nmerge = \"rebase\"\n");
    village.remotes.merge("2026-02-02T00:00:00Z");
    village.remotes.work.write("NOTES.md", "One.\n");
    assert_eq!(found(&village.examine(&village.propose())), [(Code::Deleted, "NOTES.md")]);
    village.work(&["checkout", "--quiet", "topic"]);
    village.work(&["commit", "--quiet", "--allow-empty", "-m", "Another"]);
    village.work(&["push", "--quiet", "--force", "../registry.git", &format!("HEAD:{PULL}")]);
    let head = village.work(&["rev-parse", "HEAD"]);
    let found_of_two = village.examine(&village.pull(&head));
    assert_eq!(found(&found_of_two)[1], (Code::Unmergeable, PULL));
    // A merge comes to what was looked at, however many commits there are.
    village.work(&["checkout", "--quiet", "main"]);
    village.remotes.work.configure("");
    village.remotes.merge("2026-02-03T00:00:00Z");
    assert_eq!(found(&village.examine(&village.pull(&head))).len(), 1);
}

#[test]
fn what_lies_beside_the_registrys_folder_is_for_trustees() {
    let mut village = Village::new();
    let commit = village.tag("1.2.0", &[]);
    let repository = village.remotes.home().join("registry.git");
    let moved = |message: &str, tree: &str, more: &str, parents: &[&str]| {
        let (name, text) = (format!("{message}.tree"), format!("040000 tree {tree}\tregistry\n{more}"));
        std::fs::write(village.remotes.home().join(&name), text).unwrap();
        let input = std::fs::File::open(village.remotes.home().join(&name)).unwrap();
        let output = crate::repos::git_command(&repository).arg("mktree").stdin(input).output().unwrap();
        let tree = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        let mut args = vec!["commit-tree", "-m", message, &tree];
        args.extend(parents.iter().flat_map(|parent| ["-p", parent]));
        git(&repository, &args)
    };
    let base = moved("base", &git(&repository, &["rev-parse", "main^{tree}"]), "", &[]);
    village.remotes.work.define(&definition("logs", "1.2.0", &commit, &[]));
    let topic = village.propose().head.to_string();
    let workflow = git(&repository, &["rev-parse", "main:curator.toml"]);
    let more = format!("100644 blob {workflow}\tevil.yml\n");
    let head = moved("head", &git(&repository, &["rev-parse", &format!("{topic}^{{tree}}")]), &more, &[&base]);
    git(&repository, &["update-ref", "refs/heads/nested", &base]);
    git(&repository, &["update-ref", PULL, &head]);
    let more = Overrides {
        registry_path: Some("registry".parse().unwrap()),
        registry_branch: Some("nested".parse().unwrap()),
        ..Overrides::default()
    };
    let examined = wait(examine(&village.curator(more), &village.pull(&head))).unwrap();
    assert_eq!(examined.beside, ["evil.yml"]);
    assert_eq!((found(&examined), examined.prepared.len()), (vec![(Code::Deleted, "evil.yml")], 1));
    assert_eq!(classified(&examined), Category::Mixed);
}

#[test]
fn links_in_the_place_of_any_file_are_findings_and_stop_nothing() {
    let mut village = Village::new();
    let commit = village.tag("1.2.0", &[]);
    village.remotes.work.define(&definition("logs", "1.2.0", &commit, &[]));
    let link = |to: &str| {
        let file = village.remotes.work.file(to);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", file).unwrap();
    };
    for to in ["overrides/lo/logs/1.2.0.json", "status/lo/logs/1.0.0.json", "packages/ne/news/registration.json"] {
        link(to);
    }
    let examined = village.examine(&village.propose());
    let foreign: Vec<&str> = found(&examined).into_iter().filter(|it| it.0 == Code::Foreign).map(|it| it.1).collect();
    let expected = ["overrides/lo/logs/1.2.0.json", "packages/ne/news/registration.json", "status/lo/logs/1.0.0.json"];
    assert_eq!(foreign, expected);
    // What the override was meant to say nobody knows: nothing is published of that.
    assert_eq!((examined.prepared.len(), examined.before.statuses.len()), (0, 0));
    // A whole folder can be one, too.
    village.remotes.work.define(&definition("logs", "1.2.0", &commit, &[]));
    link("overrides/lo");
    let examined = village.examine(&village.propose());
    assert!(found(&examined).contains(&(Code::Foreign, "overrides/lo")), "{:?}", examined.findings);
    assert_eq!(examined.prepared.len(), 0);
}

#[test]
fn more_definitions_than_sources_can_be_fetched_for_are_too_many() {
    let village = Village::new();
    for n in 0..501 {
        village.remotes.work.write(&format!("packages/lo/logs/2.0.{n}.json"), "{}");
    }
    let examined = village.examine(&village.propose());
    assert_eq!((examined.too_large, examined.prepared.len()), (Some(500), 0));
}
