//! A registry with packages of one author, who opens a pull request for each version; archives go to its releases.

use std::path::{Path, PathBuf};
use std::time::Duration;

use curator::rules::init::ChecksBy;
use serde_json::json;
use tempfile::TempDir;

use crate::github::bare::{Author, Bare};
use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::github::face::repository::Repository;
use crate::github::watch::Limits;
use crate::github::world::ACTIONS_BOT;
use crate::github::{APP_KEY, GitHub, InstalledApp};

/// The packages.
pub(crate) const PACKAGES: [&str; 3] = ["lists", "maps", "sets"];

/// Whom the curator speaks as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The workflow that it runs in.
    Workflow,
    /// An app.
    App(InstalledApp),
    /// A person, who may write there.
    Person,
}

/// A registry, its forge, and the sources of its packages.
pub(crate) struct Town {
    pub(crate) github: GitHub,
    pub(crate) repository: Repository,
    /// What the curator proves itself with, or a part of it.
    pub(crate) token: String,
    pub(crate) voice: Voice,
    pub(crate) home: TempDir,
    pub(crate) tess: Person,
    pub(crate) ann: Person,
}

/// A version and the pull request that brings it.
pub(crate) struct Wish {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) pull: Pull,
}

impl Town {
    /// With registered packages of which nothing is published, and a clock that stands still.
    pub(crate) fn new(github: GitHub) -> Self {
        github.set_time("2026-05-01T12:00:00Z");
        Self::with(github, "", Voice::Workflow)
    }

    /// With the clock as it is, and a `curator.toml` that ends with `policy`.
    pub(crate) fn with(github: GitHub, policy: &str, voice: Voice) -> Self {
        let repository = github.repository("acme/registry");
        let [tess, ann] = ["tess", "ann"].map(|login| github.person(login));
        let config = format!("[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}]\n\n{policy}\n", tess.id);
        let mut files = vec![
            ("curator.toml".to_owned(), config),
            (".github/workflows/sync.yml".to_owned(), "on: workflow_dispatch\n".to_owned()),
        ];
        for name in PACKAGES {
            files.push(registration(&github, name, &ann));
        }
        let changes: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), Some(text.as_bytes()))).collect();
        repository.commit("main", &changes);
        let (token, checks) = match &voice {
            Voice::Workflow => (github.actions_token(), ChecksBy::Actions),
            Voice::App(app) => (APP_KEY.lines().nth(1).unwrap().to_owned(), ChecksBy::App(app.id.try_into().unwrap())),
            Voice::Person => {
                let keeper = github.person("keeper");
                repository.admit(&keeper);
                (github.personal_token(&keeper), ChecksBy::Anyone)
            }
        };
        repository.rule_main(checks);
        Self { github, repository, token, voice, home: TempDir::new().unwrap(), tess, ann }
    }

    /// The number of the account that the curator writes as.
    pub(crate) fn account(&self) -> u64 {
        match &self.voice {
            Voice::Workflow => ACTIONS_BOT,
            Voice::App(app) => app.account,
            Voice::Person => self.github.person("keeper").id,
        }
    }

    /// Lets the forge count no pace. Each process paces itself; of those that were killed before it, it knows nothing.
    pub(crate) fn without_pace(&self) {
        self.github.limits(Limits { window: Duration::from_millis(1), ..Limits::default() });
    }

    /// A folder of this town's.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The author opens a pull request for the version of that number.
    pub(crate) fn wish(&self, number: usize) -> Wish {
        let name = PACKAGES[number % PACKAGES.len()];
        self.open(name, &format!("1.{}.0", number / PACKAGES.len()), Vec::new())
    }

    /// The author opens a pull request for the first version of another package.
    pub(crate) fn new_wish(&self, name: &str) -> Wish {
        self.open(name, "1.0.0", vec![registration(&self.github, name, &self.ann)])
    }

    fn open(&self, name: &str, version: &str, mut files: Vec<(String, String)>) -> Wish {
        let commit = tag(&self.folder("sources"), name, version);
        let definition = json!({
            "name": name,
            "version": version,
            "license": "MIT",
            "location": { "githubOwner": "acme", "githubRepo": name },
            "ref": format!("v{version}"),
            "commit": commit,
            "compiler": "0.15.15",
            "dependencies": {},
        });
        files.push((format!("packages/{}/{name}/{version}.json", &name[..2]), format!("{definition:#}\n")));
        let changes: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), Some(text.as_bytes()))).collect();
        let pull = self.repository.pull(&self.ann, "main", &changes);
        Wish { name: name.to_owned(), version: version.to_owned(), pull }
    }
}

/// The registration of a package: where, and what is in it.
fn registration(github: &GitHub, name: &str, maintainer: &Person) -> (String, String) {
    let location = json!({ "githubOwner": "acme", "githubRepo": name });
    let id = github.repository(&format!("acme/{name}")).id;
    let registration = json!({ "location": location, "locationId": id, "maintainers": [maintainer.id] });
    (format!("packages/{}/{name}/registration.json", &name[..2]), format!("{registration:#}\n"))
}

/// Tags a version in the source of a package; gives the commit.
fn tag(sources: &Path, name: &str, version: &str) -> String {
    let path = sources.join(format!("acme+{name}.git"));
    let source = if path.exists() { Bare { path } } else { Bare::init(path) };
    let manifest = json!({
        "name": name,
        "version": version,
        "license": "MIT",
        "location": { "githubOwner": "acme", "githubRepo": name },
        "ref": format!("v{version}"),
        "dependencies": {},
    });
    let module = name[..1].to_uppercase() + &name[1..];
    let (file, manifest) = (format!("src/{module}.purs"), manifest.to_string());
    let text = format!("-- {version}\nmodule {module} where\n");
    let changes = [("purs.json", Some(manifest.as_bytes())), (file.as_str(), Some(text.as_bytes()))];
    let author = Author { login: "ann", at: "2026-04-01T12:00:00Z".parse().unwrap() };
    let commit = source.change(source.branch("main").as_deref(), &changes, &author);
    source.point("refs/heads/main", &commit);
    source.point(&format!("refs/tags/v{version}"), &commit);
    commit
}
