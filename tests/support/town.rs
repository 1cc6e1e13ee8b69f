//! A registry with packages of one author, who opens a pull request for each version; archives go to its releases.

use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::github::GitHub;
use crate::github::bare::{Author, Bare};
use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::github::face::repository::Repository;

/// The packages.
pub(crate) const PACKAGES: [&str; 3] = ["lists", "maps", "sets"];

/// A registry, its forge, and the sources of its packages.
pub(crate) struct Town {
    pub(crate) github: GitHub,
    pub(crate) repository: Repository,
    pub(crate) token: String,
    pub(crate) home: TempDir,
    ann: Person,
}

/// A version and the pull request that brings it.
pub(crate) struct Wish {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) pull: Pull,
}

impl Town {
    /// With registered packages of which nothing is published.
    pub(crate) fn new(github: GitHub) -> Self {
        github.set_time("2026-05-01T12:00:00Z");
        let repository = github.repository("acme/registry");
        let [tess, ann] = ["tess", "ann"].map(|login| github.person(login));
        let mut files = vec![
            ("curator.toml".to_owned(), format!("[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}]\n", tess.id)),
            (".github/workflows/sync.yml".to_owned(), "on: workflow_dispatch\n".to_owned()),
        ];
        for name in PACKAGES {
            let location = json!({ "githubOwner": "acme", "githubRepo": name });
            let id = github.repository(&format!("acme/{name}")).id;
            let registration = json!({ "location": location, "locationId": id, "maintainers": [ann.id] });
            files.push((format!("packages/{}/{name}/registration.json", &name[..2]), format!("{registration:#}\n")));
        }
        let changes: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), Some(text.as_bytes()))).collect();
        repository.commit("main", &changes);
        let (token, home) = (github.actions_token(), TempDir::new().unwrap());
        Self { github, repository, token, home, ann }
    }

    /// A folder of this town's.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The author opens a pull request for the version of that number.
    pub(crate) fn wish(&self, number: usize) -> Wish {
        let name = PACKAGES[number % PACKAGES.len()];
        let version = format!("1.{}.0", number / PACKAGES.len());
        let commit = tag(&self.folder("sources"), name, &version);
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
        let (path, text) = (format!("packages/{}/{name}/{version}.json", &name[..2]), format!("{definition:#}\n"));
        let pull = self.repository.pull(&self.ann, "main", &[(&path, Some(text.as_bytes()))]);
        Wish { name: name.to_owned(), version, pull }
    }
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
