//! A registry on GitHub, the people around it, and the sources of its packages.

use std::path::PathBuf;
use std::process::Command;

use curator::rules::init::ChecksBy;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::github::GitHub;
use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::github::face::repository::Repository;
use crate::program::{Ran, curator, finish};
use crate::repos::git_command;

/// The account that speaks for workflows.
pub(crate) const BOT: u64 = 41_898_282;

/// A registry on GitHub, with two trustees.
pub(crate) struct Scene {
    pub(crate) github: GitHub,
    pub(crate) repository: Repository,
    /// A trustee.
    pub(crate) tess: Person,
    /// Another trustee.
    pub(crate) theo: Person,
    /// An author.
    pub(crate) ann: Person,
    pub(crate) home: TempDir,
    pub(crate) token: String,
    /// Where the program finds the registry.
    registry: String,
}

impl Scene {
    /// A registry whose `curator.toml` ends with `policy`.
    pub(crate) fn new(policy: &str) -> Self {
        Self::at(GitHub::start(), policy)
    }

    /// The same on a GitHub whose answers may go wrong.
    pub(crate) fn unjudged(policy: &str) -> Self {
        Self::at(GitHub::start_unjudged(), policy)
    }

    fn at(github: GitHub, policy: &str) -> Self {
        github.set_time("2026-05-01T12:00:00Z");
        let repository = github.repository("acme/registry");
        let [tess, theo, ann] = ["tess", "theo", "ann"].map(|login| github.person(login));
        repository.admit(&tess);
        repository.admit(&theo);
        // As the rulesets that `init` writes have it.
        repository.rule_main(ChecksBy::Actions);
        let config =
            format!("[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}, {}]\n\n{policy}\n", tess.id, theo.id);
        let sync: Option<&[u8]> = Some(b"on: workflow_dispatch\n");
        let files = [("curator.toml", Some(config.as_bytes())), (".github/workflows/sync.yml", sync)];
        repository.commit("main", &files);
        let token = github.actions_token();
        let home = TempDir::new().unwrap();
        std::fs::create_dir(home.path().join("sources")).unwrap();
        let registry = repository.url();
        Self { github, repository, tess, theo, ann, home, token, registry }
    }

    /// The same, where git is asked on the machine itself: for stories of decisions, to which it is one how the commits
    /// come, and which are told several times as fast so.
    pub(crate) fn nearby(policy: &str) -> Self {
        let scene = Self::new(policy);
        let registry = scene.repository.bare().to_str().unwrap().to_owned();
        Self { registry, ..scene }
    }

    /// Tags a version in the source of a package, whose own manifest says the same; gives the definition.
    pub(crate) fn tag(&self, name: &str, version: &str, dependencies: &Value) -> Value {
        let manifest = json!({
            "name": name,
            "version": version,
            "license": "MIT",
            "location": { "githubOwner": "acme", "githubRepo": name },
            "ref": format!("v{version}"),
            "dependencies": dependencies,
        });
        let text = manifest.to_string();
        let mut definition = self.tag_files(name, version, &[("purs.json", &text)]);
        definition["dependencies"] = dependencies.clone();
        definition
    }

    /// Tags a version whose source holds these files besides a module; gives the definition, which has no dependencies.
    pub(crate) fn tag_files(&self, name: &str, version: &str, files: &[(&str, &str)]) -> Value {
        self.tag_as(&format!("v{version}"), name, version, files)
    }

    /// The same under another tag.
    pub(crate) fn tag_as(&self, tag: &str, name: &str, version: &str, files: &[(&str, &str)]) -> Value {
        let work = self.home.path().join("work").join(name);
        if !work.exists() {
            std::fs::create_dir_all(&work).unwrap();
            run(git_command(&work).args(["init", "--quiet", "--initial-branch=main"]));
        }
        std::fs::create_dir_all(work.join("src")).unwrap();
        let module = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>();
        let text = format!("-- {version}\nmodule {module} where\n");
        std::fs::write(work.join(format!("src/{module}.purs")), text).unwrap();
        // What an earlier version said of itself says nothing of this one.
        let _ = std::fs::remove_file(work.join("purs.json"));
        for (path, text) in files {
            std::fs::write(work.join(path), text).unwrap();
        }
        run(git_command(&work).args(["add", "--all"]));
        run(git_command(&work).args(["commit", "--quiet", "-m", version]));
        run(git_command(&work).args(["tag", tag]));
        let source = self.home.path().join(format!("sources/acme+{name}.git"));
        if !source.exists() {
            run(git_command(self.home.path()).args(["init", "--quiet", "--bare"]).arg(&source));
        }
        run(git_command(&work).args(["push", "--quiet", "--tags"]).arg(&source).arg("main"));
        let commit = git_command(&work).args(["rev-parse", "HEAD"]).output().unwrap().stdout;
        json!({
            "name": name,
            "version": version,
            "license": "MIT",
            "location": { "githubOwner": "acme", "githubRepo": name },
            "ref": tag,
            "commit": String::from_utf8(commit).unwrap().trim(),
            "compiler": "0.15.15",
            "dependencies": {},
        })
    }

    /// The repository of a package as the forge knows it, with its number.
    pub(crate) fn source(&self, name: &str) -> Repository {
        self.github.repository(&format!("acme/{name}"))
    }

    /// The registration of a package for these people.
    pub(crate) fn registration(&self, name: &str, maintainers: &[&Person]) -> Value {
        let maintainers: Vec<u64> = maintainers.iter().map(|person| person.id).collect();
        let mut registration =
            json!({ "location": { "githubOwner": "acme", "githubRepo": name }, "locationId": self.source(name).id });
        if !maintainers.is_empty() {
            registration["maintainers"] = json!(maintainers);
        }
        registration
    }

    /// Somebody opens a pull request with these files.
    pub(crate) fn opens(&self, author: &Person, files: &[(String, Value)]) -> Pull {
        let texts: Vec<(String, String)> =
            files.iter().map(|(path, value)| (path.clone(), format!("{value:#}\n"))).collect();
        let changes: Vec<(&str, Option<&[u8]>)> =
            texts.iter().map(|(path, text)| (path.as_str(), Some(text.as_bytes()))).collect();
        self.repository.pull(author, "main", &changes)
    }

    /// A package that is registered and published, maintained by these people.
    pub(crate) fn published(&self, name: &str, version: &str, maintainers: &[&Person]) {
        let definition = self.tag(name, version, &json!({}));
        let files = [
            (definition_path(name, version), format!("{definition:#}\n")),
            (registration_path(name), format!("{:#}\n", self.registration(name, maintainers))),
        ];
        let changes: Vec<(&str, Option<&[u8]>)> =
            files.iter().map(|(path, text)| (path.as_str(), Some(text.as_bytes()))).collect();
        self.repository.commit("main", &changes);
        self.sync().ends(0);
    }

    /// The program as the workflows of the registry run it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.command_with_own_store(args);
        command.args(["--store", "store"]);
        command
    }

    /// The same, with the stores of `curator.toml`.
    pub(crate) fn command_with_own_store(&self, args: &[&str]) -> Command {
        self.command_with_cache("cache", args)
    }

    /// The same on a machine that keeps what it fetched elsewhere.
    pub(crate) fn command_with_cache(&self, cache: &str, args: &[&str]) -> Command {
        let mut command = curator(self.home.path());
        command.args(args).args(["--registry", &self.registry, "--github", "acme/registry"]);
        command.args(["--from-mirror", "sources", "--cache", cache]);
        command.env("CURATOR_GITHUB_API", self.github.api()).env("CURATOR_GITHUB_UPLOADS", self.github.uploads());
        command.env("GITHUB_TOKEN", &self.token).env("GITHUB_ACTIONS", "true");
        command.envs(self.github.trust());
        command.env("SOURCE_DATE_EPOCH", self.now().to_string());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args))
    }

    /// The workflow `review` runs for a pull request.
    pub(crate) fn review(&self, pull: &Pull) -> Ran {
        self.run(&["review", "--pull", &pull.number.to_string(), "--dispatch", "sync.yml"])
    }

    /// The workflow `sync` runs.
    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--announce"])
    }

    /// What the curator says on a pull request.
    #[expect(clippy::unused_self, reason = "it reads like the other sentences")]
    pub(crate) fn says(&self, pull: &Pull) -> String {
        pull.sticky(BOT).unwrap_or_default()
    }

    /// The published facts of a version.
    pub(crate) fn facts(&self, name: &str, version: &str) -> Value {
        self.metadata(name)["published"][version].clone()
    }

    /// What is published of a package.
    pub(crate) fn metadata(&self, name: &str) -> Value {
        let path = format!("metadata/{}/{}/{name}.json", &name[..2], &name[2..4]);
        let text = self.repository.file("index", &path);
        text.map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap())
    }

    /// A file or folder of the machine that the program runs on.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// The clock of the forge, in seconds.
    pub(crate) fn now(&self) -> i64 {
        self.github.now().as_second()
    }
}

/// Where a definition stands.
pub(crate) fn definition_path(name: &str, version: &str) -> String {
    format!("packages/{}/{name}/{version}.json", &name[..2])
}

/// Where a registration stands.
pub(crate) fn registration_path(name: &str) -> String {
    format!("packages/{}/{name}/registration.json", &name[..2])
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
