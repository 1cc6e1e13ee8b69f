//! A registry and an index in git with a view in every format, and what the readers of all of them must find.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Repository, TreeWalkMode, TreeWalkResult};
use serde_json::{Value, json};

use crate::program::{Ran, finish};
use crate::readers::{Identity, Place, ricochet, spago, zero};
use crate::registry::Package;
use crate::remotes::{Remotes, git};
use crate::trees::Tree;

/// A view in every format, in repositories and folders.
pub(crate) const VIEWS: &str = r#"
[[view]]
name = "spago"
format = "purescript-registry"
index = { path = "../spago-index.git" }
registry = { path = "../spago-registry.git" }
archives = { path = "../www" }

[[view]]
name = "ricochet"
format = "ricochet-static-registry-v1"
to = { path = "../ricochet" }

[[view]]
name = "zero"
format = "0x0-index"
to = { path = "../zero.git" }

[[view]]
name = "remote"
format = "0x0-remote-registry-v1"
to = { path = "../remote" }
"#;

/// The places of [`VIEWS`] that are repositories.
const REPOSITORIES: [&str; 3] = ["spago-index.git", "spago-registry.git", "zero.git"];
/// The places of [`VIEWS`] that are folders.
const FOLDERS: [&str; 3] = ["www", "ricochet", "remote"];

/// The registry, its index, and its views.
pub(crate) struct Scene {
    pub(crate) remotes: Remotes,
    packages: BTreeMap<String, Package>,
    /// Minutes since the start, and how many fresh views were made.
    clock: RefCell<(u32, u32)>,
}

/// What a view of the index must show of a version.
#[derive(Debug, Clone, PartialEq)]
struct Listed {
    facts: Value,
    dependencies: BTreeMap<String, String>,
}

/// The files of every place.
pub(crate) type Places = BTreeMap<&'static str, Place>;

impl Scene {
    /// A registry in which nothing is published yet.
    pub(crate) fn new() -> Self {
        let scene = Self { remotes: Remotes::new(), packages: BTreeMap::new(), clock: RefCell::default() };
        for name in REPOSITORIES {
            bare(scene.home(), name);
        }
        scene
    }

    pub(crate) fn home(&self) -> &Path {
        self.remotes.home()
    }

    /// Wants a version.
    pub(crate) fn want(&mut self, name: &str, version: &str, dependencies: &[(&str, &str)]) {
        if !self.packages.contains_key(name) {
            let package = self.remotes.work.package(name);
            self.packages.insert(name.to_owned(), package);
        }
        self.remotes.work.release(&self.packages[name], version, dependencies);
        self.remotes.work.configure(VIEWS);
    }

    /// Gives a version, or `all`, a status; takes it back, for `None`.
    pub(crate) fn mark(&self, name: &str, version: &str, status: Option<&str>) {
        let file = format!("status/{}/{name}/{version}.json", &name[..2]);
        match status {
            Some(status) => {
                let text = json!({ "status": status, "reason": format!("{name} {version} is {status}") });
                self.remotes.work.write(&file, format!("{text:#}\n"));
            }
            None => drop(fs::remove_file(self.remotes.work.file(&file))),
        }
    }

    /// Gives a version other ranges.
    pub(crate) fn revise(&self, name: &str, version: &str, revision: u64, dependencies: &[(&str, &str)]) {
        let dependencies: BTreeMap<&str, &str> = dependencies.iter().copied().collect();
        let text = json!({ "revision": revision, "dependencies": dependencies, "reason": "it works with more" });
        let file = format!("overrides/{}/{name}/{version}.json", &name[..2]);
        self.remotes.work.write(&file, format!("{text:#}\n"));
    }

    /// Merges what is wanted, and gives the time.
    pub(crate) fn merge(&self) -> String {
        self.clock.borrow_mut().0 += 1;
        let minutes = self.clock.borrow().0;
        let time = format!("2026-03-01T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        self.remotes.merge(&time);
        time
    }

    /// Merges what is wanted, and publishes it.
    pub(crate) fn sync(&self) -> Ran {
        let time = self.merge();
        self.remotes.sync(&time)
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.remotes.run(args)
    }

    /// The files of every place, without what folders say of where they are from.
    pub(crate) fn places(&self) -> Places {
        let place = |name: &&'static str| (*name, place(self.home(), name));
        REPOSITORIES.iter().chain(&FOLDERS).map(place).collect()
    }

    /// The same, all of it made anew at places that held nothing.
    pub(crate) fn made_anew(&self) -> Places {
        self.clock.borrow_mut().1 += 1;
        let cache = format!("cache-{}", self.clock.borrow().1);
        let aside = self.home().join("aside");
        fs::create_dir(&aside).unwrap();
        for name in REPOSITORIES.iter().chain(&FOLDERS) {
            let _ = fs::rename(self.home().join(name), aside.join(name));
        }
        for name in REPOSITORIES {
            bare(self.home(), name);
        }
        let mut command = self.remotes.command(&cache, &["view", "--full"]);
        command.args(["--store", "store"]);
        finish(command).ends(0);
        let places = self.places();
        for name in REPOSITORIES.iter().chain(&FOLDERS) {
            fs::remove_dir_all(self.home().join(name)).unwrap();
            fs::rename(aside.join(name), self.home().join(name)).unwrap();
        }
        fs::remove_dir(aside).unwrap();
        places
    }

    /// Every version of the index that is not quarantined, and every version that is gone, with the reason.
    fn listed(&self) -> (BTreeMap<Identity, Listed>, BTreeMap<Identity, String>) {
        let (mut listed, mut gone) = (BTreeMap::new(), BTreeMap::new());
        for name in self.packages.keys() {
            let shard = format!("{}/{}/{name}", &name[..2], &name[2..4]);
            let Some(metadata) = self.remotes.file(&format!("metadata/{shard}.json")) else { continue };
            let metadata: Value = serde_json::from_str(&metadata).unwrap();
            let lines = self.remotes.file(&shard).unwrap_or_default();
            let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            for (version, facts) in metadata["published"].as_object().unwrap() {
                let line = lines.iter().find(|line| line["version"] == *version).unwrap();
                let dependencies = serde_json::from_value(line["dependencies"].clone()).unwrap();
                if facts.get("quarantined").is_none() {
                    let it = Listed { facts: facts.clone(), dependencies };
                    listed.insert((name.clone(), version.clone()), it);
                }
            }
            for (version, facts) in metadata["unpublished"].as_object().unwrap() {
                gone.insert((name.clone(), version.clone()), facts["reason"].as_str().unwrap().to_owned());
            }
        }
        (listed, gone)
    }

    /// Asserts that the reader of each format finds every version with its hash, and no other; gives the versions.
    #[track_caller]
    pub(crate) fn assert_shown(&self) -> Vec<Identity> {
        let (listed, gone) = self.listed();
        let names: Vec<&Identity> = listed.keys().collect();
        let places = self.places();

        let seen = spago::read(&places["spago-index.git"], &places["spago-registry.git"]).unwrap();
        assert_eq!(seen.keys().collect::<Vec<_>>(), names);
        for (identity, seen) in &seen {
            let listed = &listed[identity];
            assert_eq!(listed.facts["hash"], format!("sha256-{}", seen.hash), "{identity:?}");
            assert_eq!((&listed.facts["bytes"], &listed.dependencies), (&json!(seen.bytes), &seen.dependencies));
            let archive = &places["www"][&format!("{}/{}.tar.gz", identity.0, identity.1)];
            assert_eq!(listed.facts["hash"], curator::model::Sha256::of(archive).to_string(), "{identity:?}");
        }
        assert_eq!(places["www"].len(), listed.len(), "archives of nothing: {:?}", places["www"].keys());

        let seen = ricochet::read(&places["ricochet"]).unwrap();
        assert_eq!(seen.keys().collect::<Vec<_>>(), names);
        for (identity, seen) in &seen {
            assert_eq!(seen.yanked, listed[identity].facts.get("yanked").is_some(), "{identity:?}");
            assert!(seen.files.contains_key("purs.json"), "{:?}", seen.files.keys());
        }

        let table = zero::index(&places["zero.git"]).unwrap();
        let remote = zero::remote(&places["remote"]).unwrap();
        assert_eq!(remote.tombstones, gone);
        for (seen, has_deprecated) in [(&table, false), (&remote.versions, true)] {
            assert_eq!(seen.keys().collect::<Vec<_>>(), names);
            for (identity, seen) in seen {
                let facts = &listed[identity].facts;
                let hash: curator::model::Sha256 = facts["hash"].as_str().unwrap().parse().unwrap();
                assert_eq!(seen.sha256, hash.to_hex(), "{identity:?}");
                let status = match (facts.get("yanked"), facts.get("deprecated")) {
                    (Some(_), _) => "yanked",
                    (None, Some(_)) if has_deprecated => "deprecated",
                    _ => "active",
                };
                assert_eq!(seen.status, status, "{identity:?}");
            }
        }
        for (identity, dependencies) in &remote.dependencies {
            assert_eq!(dependencies, &listed[identity].dependencies, "{identity:?}");
        }
        names.into_iter().cloned().collect()
    }
}

/// Makes an empty bare repository.
pub(crate) fn bare(home: &Path, name: &str) {
    git(home, &["init", "--quiet", "--bare", "--initial-branch=main", name]);
}

/// The files of a folder or of the main branch of a bare repository, but for [`STATE`].
pub(crate) fn place(home: &Path, name: &str) -> Place {
    let path = home.join(name);
    let mut files = if path.join("HEAD").exists() { committed(&path) } else { standing(&path) };
    files.remove(STATE);
    files
}

/// The file in which a folder says what it was made from.
pub(crate) const STATE: &str = ".view";

fn standing(folder: &Path) -> Place {
    let tree = Tree::read(folder);
    let files = tree.files().into_iter();
    files.map(|(path, bytes)| (path.to_str().unwrap().to_owned(), bytes.to_vec())).collect()
}

fn committed(git_dir: &PathBuf) -> Place {
    let repository = Repository::open_bare(git_dir).unwrap();
    let Ok(reference) = repository.find_reference("refs/heads/main") else { return Place::new() };
    let mut files = Place::new();
    let tree = reference.peel_to_tree().unwrap();
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(ObjectType::Blob) {
            let bytes = repository.find_blob(entry.id()).unwrap().content().to_vec();
            files.insert(format!("{folder}{}", entry.name().unwrap()), bytes);
        }
        TreeWalkResult::Ok
    })
    .unwrap();
    files
}
