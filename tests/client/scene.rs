//! A market with a few packages, and projects that use them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::json;
use tempfile::TempDir;

use crate::program::{Ran, curator, finish};
use crate::registry::{Registry, definition};
use crate::trees::{Node, Tree};

/// Every package with its versions, and what each needs.
type Offer = (&'static str, &'static [(&'static str, &'static [(&'static str, &'static str)])]);

/// What is on offer.
const OFFERS: [Offer; 7] = [
    ("base", &[("1.0.0", &[]), ("1.1.0", &[]), ("2.0.0", &[])]),
    (
        "middle",
        &[
            ("1.0.0", &[("base", ">=1.0.0 <2.0.0")]),
            ("1.1.0", &[("base", ">=1.0.0 <2.0.0")]),
            ("2.0.0", &[("base", ">=2.0.0 <3.0.0")]),
        ],
    ),
    ("tool-kit", &[("1.0.0", &[("base", ">=1.0.0 <2.0.0"), ("middle", ">=1.0.0 <3.0.0")])]),
    ("plain", &[("1.0.0", &[]), ("1.1.0", &[])]),
    ("gone", &[("1.0.0", &[]), ("1.1.0", &[])]),
    ("fancy", &[("1.0.0", &[]), ("1.1.0", &[])]),
    ("modern", &[("1.0.0", &[]), ("2.0.0", &[])]),
];

/// The market as it opens, and as it is after something went wrong with one version of most packages.
static STATES: LazyLock<(Tree, Tree)> = LazyLock::new(|| {
    let mut registry = Registry::new();
    for (name, versions) in OFFERS {
        let package = registry.package(name);
        for (version, needs) in versions {
            let module = format!("-- {version}\nmodule {} where\n", name.replace('-', "").to_uppercase());
            let script = package.repo.blob("#!/bin/sh\necho run\n");
            // A folder as packages have it, with a file in it that runs.
            let mut entries = vec![("100644", &b"Main.purs"[..], package.repo.blob(&module))];
            entries.push(("100755", b"run.js", script));
            let folder = package.repo.tree(&entries);
            let commit = package.repo.commit(package.repo.tree(&[("40000", b"src", folder)]), &[]);
            package.repo.tag(&format!("v{version}"), &commit);
            let mut definition = definition(name, version, &commit, needs);
            if (name, *version) == ("modern", "2.0.0") {
                definition["compiler"] = "0.16.0".into();
            }
            registry.define(&definition);
        }
        registry.stand_in(&package);
    }
    registry.sync().ends(0);
    let before = Tree::read(registry.home());
    for (name, version, status) in [
        ("base", "1.1.0", "yanked"),
        ("middle", "1.1.0", "quarantined"),
        ("gone", "1.1.0", "unpublished"),
        ("fancy", "1.1.0", "deprecated"),
    ] {
        let path = format!("status/{}/{name}/{version}.json", &name[..2]);
        registry.write(&path, json!({ "status": status, "reason": format!("{name} was {status}") }).to_string());
    }
    for (id, name, level) in [(CRITICAL, "plain", "critical"), ("ACME-2026-2", "fancy", "moderate")] {
        let affected = json!([{
            "package": { "ecosystem": "acme", "name": name },
            "versions": ["1.1.0"],
        }]);
        let advisory = json!({
            "id": id,
            "modified": "2026-03-01T12:00:00Z",
            "database_specific": { "severity": level },
            "affected": affected,
        });
        registry.write(&format!("advisories/{id}.json"), advisory.to_string());
    }
    registry.sync().ends(0);
    (before, Tree::read(registry.home()))
});

/// The critical advisory about plain 1.1.0. The one about fancy 1.1.0 is moderate.
pub(crate) const CRITICAL: &str = "ACME-2026-1";

/// A copy of the market, with room for projects.
pub(crate) struct Market {
    home: TempDir,
}

impl Market {
    /// The market as it opens.
    pub(crate) fn new() -> Self {
        let market = Self { home: TempDir::new().unwrap() };
        STATES.0.write(market.home());
        market
    }

    /// The market after things went wrong.
    pub(crate) fn marked() -> Self {
        let market = Self::new();
        market.go_wrong();
        market
    }

    /// Lets things go wrong.
    pub(crate) fn go_wrong(&self) {
        for folder in ["index", ".curator"] {
            fs::remove_dir_all(self.home().join(folder)).unwrap();
        }
        STATES.1.write(self.home());
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.home().join(".curator/store")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.home().join("cache")
    }

    /// An archive in the store.
    pub(crate) fn archive(&self, name: &str, version: &str) -> PathBuf {
        self.store().join(format!("{name}/{name}-{version}.tar.gz"))
    }

    /// A project in a folder of its own, with this file.
    pub(crate) fn project(&self, name: &str, file: &str, text: &str) -> Project<'_> {
        let folder = self.home().join("projects").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), text).unwrap();
        Project { market: self, folder }
    }

    /// A project of the curator's own kind that asks for these.
    pub(crate) fn asking(&self, name: &str, needs: &[(&str, &str)]) -> Project<'_> {
        self.project(name, "curator.project.toml", &toml(needs))
    }

    /// Everything that is kept of archives, by path.
    pub(crate) fn kept(&self) -> Vec<PathBuf> {
        let is_archive = |path: &PathBuf| path.extension().is_some_and(|end| end == "gz");
        Tree::read(&self.cache().join("archives")).0.into_keys().filter(is_archive).collect()
    }
}

/// The text of `curator.project.toml` for these dependencies.
pub(crate) fn toml(needs: &[(&str, &str)]) -> String {
    let lines = needs.iter().map(|(name, range)| format!("{name} = \"{range}\"\n"));
    lines.fold("[dependencies]\n".to_owned(), |text, line| text + &line)
}

/// A project.
pub(crate) struct Project<'m> {
    pub(crate) market: &'m Market,
    pub(crate) folder: PathBuf,
}

impl Project<'_> {
    /// The program in the project's folder, with nothing named but the cache.
    pub(crate) fn bare(&self, args: &[&str]) -> Command {
        self.keeping_in(&self.market.cache(), args)
    }

    /// The same with another cache.
    pub(crate) fn keeping_in(&self, cache: &Path, args: &[&str]) -> Command {
        let mut command = curator(&self.folder);
        command.args(args).arg("--cache").arg(cache);
        command
    }

    /// The program with the market's index and store.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bare(args);
        command.arg("--index").arg(self.market.index()).arg("--store").arg(self.market.store());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).unwrap();
    }

    pub(crate) fn lock(&self) -> String {
        self.read("curator.lock")
    }

    /// The locked versions, each as `name version`.
    pub(crate) fn locked(&self) -> Vec<String> {
        let lock: toml::Value = toml::from_str(&self.lock()).unwrap();
        let packages = lock["packages"].as_table().unwrap();
        packages.iter().map(|(name, it)| format!("{name} {}", it["version"].as_str().unwrap())).collect()
    }

    /// Where packages are unpacked.
    pub(crate) fn packages(&self) -> PathBuf {
        self.file(".curator/packages")
    }

    /// What is unpacked, with everything that is kept about it.
    pub(crate) fn installed(&self) -> Tree {
        Tree::read(&self.packages())
    }

    /// The names of the unpacked packages.
    pub(crate) fn names(&self) -> Vec<String> {
        let tree = self.installed();
        let top = tree.0.iter().filter(|(path, node)| path.components().count() == 1 && **node == Node::Folder);
        let names = top.map(|(path, _)| path.display().to_string());
        names.filter(|name| name != ".stamps").collect()
    }

    /// Asserts that nothing is on its way, neither here nor in the cache.
    #[track_caller]
    pub(crate) fn assert_no_drafts(&self) {
        let left = |folder: &Path| -> Vec<String> {
            let names = Tree::read(folder).0.into_keys().map(|path| path.display().to_string());
            names
                .filter(|path| path.contains(".draft-") || path.contains(".tmp") || path.contains("scratch/"))
                .collect()
        };
        assert_eq!(left(&self.folder), [""; 0]);
        assert_eq!(left(&self.market.cache()), [""; 0]);
    }

    /// Everything in the project's folder.
    pub(crate) fn everything(&self) -> Tree {
        Tree::read(&self.folder)
    }
}
