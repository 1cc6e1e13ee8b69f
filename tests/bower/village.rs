//! A handful of repositories in the shape of old Bower packages, listed as Bower listed them.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::Ran;
use crate::registry::{Package, Registry};
use crate::repos::Repo;
use crate::trees::Tree;

/// A module that any package may hold.
const MODULE: (&str, &str) = ("src/Some.purs", "module Some where\n");

/// The repositories, the registry that imports them, and the list.
pub(crate) struct Village {
    pub(crate) registry: Registry,
    packages: BTreeMap<String, Package>,
    list: BTreeMap<String, String>,
}

/// The repositories of a village as files.
pub(crate) struct Plan {
    trees: BTreeMap<String, Tree>,
    list: BTreeMap<String, String>,
}

impl Plan {
    /// A village like the one that was planned.
    pub(crate) fn settled(&self) -> Village {
        let mut village = Village { list: self.list.clone(), ..Village::new() };
        for (name, tree) in &self.trees {
            let repo = Repo { home: TempDir::new().unwrap() };
            tree.write(&repo.path());
            village.packages.insert(name.clone(), Package { name: format!("purescript-{name}"), repo });
        }
        village.settle();
        village
    }
}

impl Village {
    /// Nobody lives here yet.
    pub(crate) fn new() -> Self {
        Self { registry: Registry::new(), packages: BTreeMap::new(), list: BTreeMap::new() }
    }

    /// What all of it is made of, to be settled again elsewhere: a repository takes git some time.
    pub(crate) fn plan(&self) -> Plan {
        let trees = self.packages.iter().map(|(name, package)| (name.clone(), Tree::read(&package.repo.path())));
        Plan { trees: trees.collect(), list: self.list.clone() }
    }

    /// Lists a name with a URL.
    pub(crate) fn lists(&mut self, name: &str, url: &str) {
        self.list.insert(name.to_owned(), url.to_owned());
    }

    /// The repository of `purescript-NAME`, listed.
    pub(crate) fn repo(&mut self, name: &str) -> &Package {
        let repository = format!("purescript-{name}");
        self.lists(&repository, &format!("https://github.com/acme/{repository}.git"));
        let package = || Package { name: repository.clone(), repo: Repo::new() };
        self.packages.entry(name.to_owned()).or_insert_with(package)
    }

    /// Tags a commit of `files` and a module; gives the commit.
    pub(crate) fn tags(&mut self, name: &str, tag: &str, files: &[(&str, &str)]) -> String {
        let Package { repo, .. } = self.repo(name);
        let files: Vec<_> = files.iter().copied().chain([MODULE]).collect();
        let commit = repo.commit(crate::registry::tree(repo, &files), &[]);
        repo.tag(tag, &commit);
        commit
    }

    /// Tags a commit with this `bower.json` and a module; gives the commit.
    pub(crate) fn bower(&mut self, name: &str, tag: &str, bower: &Value) -> String {
        self.tags(name, tag, &[("bower.json", &bower.to_string())])
    }

    /// Tags a version that is licensed under MIT, with these dependencies.
    pub(crate) fn version(&mut self, name: &str, tag: &str, dependencies: &Value) -> String {
        self.bower(name, tag, &json!({ "name": name, "license": "MIT", "dependencies": dependencies }))
    }

    /// Lets the repositories as they are now stand in for those on GitHub, and writes the list.
    pub(crate) fn settle(&mut self) {
        for package in self.packages.values() {
            self.registry.stand_in_folder(package);
        }
        fs::write(self.registry.home().join("list.json"), json!(self.list).to_string()).unwrap();
    }

    /// Runs the import without a pause.
    pub(crate) fn import(&self, more: &[&str]) -> Ran {
        let import = ["import", "bower", "--compiler", "0.15.15", "--list", "list.json", "--pause", "0"];
        self.registry.run(&[&import, more].concat())
    }

    /// The report that stands in the registry.
    pub(crate) fn report(&self) -> Value {
        serde_json::from_slice(&fs::read(self.registry.file("import-report.json")).unwrap()).unwrap()
    }

    /// Every refusal of the report as `package tag: kind`.
    pub(crate) fn refused(&self) -> Vec<String> {
        let report = self.report();
        let refused = report["refused"].as_array().unwrap().iter().map(|it| {
            let subject = [&it["package"], &it["ref"]].map(|part| part.as_str().unwrap_or("-").to_owned()).join(" ");
            format!("{subject}: {}", it["kind"].as_str().unwrap())
        });
        refused.collect()
    }

    /// Every version that the report accepts.
    pub(crate) fn accepted(&self) -> Vec<String> {
        let report = self.report();
        let shown = |it: &Value| format!("{}@{}", it["package"].as_str().unwrap(), it["version"].as_str().unwrap());
        report["accepted"].as_array().unwrap().iter().map(shown).collect()
    }
}
