//! A registry from scratch, with a real git repository behind every package.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use git2::Oid;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::repos::{Repo, TreeEntry};
use crate::sample::PUBLISHED;
use crate::trees::{Tree, everything};

/// A registry with nothing in it yet but its configuration.
pub(crate) struct Registry {
    home: TempDir,
    /// What stands in for each source: its file in the registry, by repository name.
    sources: BTreeMap<String, String>,
}

/// A package and its repository.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) repo: Repo,
}

impl Registry {
    pub(crate) fn new() -> Self {
        let registry = Self { home: TempDir::new().unwrap(), sources: BTreeMap::new() };
        registry.configure("");
        registry
    }

    /// The folder that holds registry, index and store.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.home().join(".curator/store")
    }

    /// Everything there is, except the lock file.
    pub(crate) fn everything(&self) -> Tree {
        everything(self.home())
    }

    /// A file of the registry.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.home().join("registry").join(path)
    }

    /// Writes a file of the registry.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let place = self.file(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }

    /// Writes `curator.toml`, with `more` at its end.
    pub(crate) fn configure(&self, more: &str) {
        let mut text = "[registry]\nname = \"acme\"\n\n[fetch.replace]\n".to_owned();
        for (name, file) in &self.sources {
            writeln!(text, "\"https://github.com/acme/{name}.git\" = \"{file}\"").unwrap();
        }
        self.write("curator.toml", format!("{text}\n{more}"));
    }

    /// A package with a repository that has no commits yet; registered.
    pub(crate) fn package(&mut self, name: &str) -> Package {
        let registration = json!({ "location": location(name), "locationId": 7, "maintainers": [11] });
        self.write(&registration_file(name), format!("{registration:#}\n"));
        Package { name: name.to_owned(), repo: Repo::new() }
    }

    /// Lets what the repository holds now stand in for the package's source, as a bundle.
    pub(crate) fn stand_in(&mut self, package: &Package) {
        let file = format!("sources/{}.bundle", package.name);
        self.write(&file, fs::read(package.repo.bundle()).unwrap());
        self.sources.insert(package.name.clone(), file);
        self.configure("");
    }

    /// Lets the repository itself, as a folder of the registry, stand in for the package's source.
    pub(crate) fn stand_in_folder(&mut self, package: &Package) {
        let file = format!("sources/{}.git", package.name);
        let _ = fs::remove_dir_all(self.file(&file));
        Tree::read(&package.repo.path()).write(&self.file(&file));
        self.sources.insert(package.name.clone(), file);
        self.configure("");
    }

    /// Commits and tags one module as `version`, and defines that with these dependencies; gives the commit.
    pub(crate) fn release(&mut self, package: &Package, version: &str, dependencies: &[(&str, &str)]) -> String {
        let module = module_name(&package.name);
        let text = format!("-- {version}\nmodule {module} where\n");
        let commit = package.tag(version, &[(&format!("src/{module}.purs"), &text)]);
        self.stand_in(package);
        self.define(&definition(&package.name, version, &commit, dependencies));
        commit
    }

    /// Writes a definition to its place.
    pub(crate) fn define(&self, definition: &Value) {
        let (name, version) = (definition["name"].as_str().unwrap(), definition["version"].as_str().unwrap());
        self.write(&definition_file(name, version), format!("{definition:#}\n"));
    }

    /// Runs the program beside the registry.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.home(), args)
    }

    /// Publishes.
    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--published-time", PUBLISHED])
    }

    /// The published facts of a version.
    pub(crate) fn facts(&self, name: &str, version: &str) -> Value {
        let path = self.index().join("metadata").join(shard(name)).with_extension("json");
        let metadata: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        metadata["published"][version].clone()
    }

    /// The lines of the index for a package.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.index().join(shard(name))).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A published archive.
    pub(crate) fn archive(&self, name: &str, version: &str) -> PathBuf {
        self.store().join(format!("{name}/{name}-{version}.tar.gz"))
    }
}

impl Package {
    /// Commits these files, folders and all, and tags the commit `v<version>`; gives the commit.
    pub(crate) fn tag(&self, version: &str, files: &[(&str, &str)]) -> String {
        let commit = self.repo.commit(tree(&self.repo, files), &[]);
        self.repo.tag(&format!("v{version}"), &commit);
        commit
    }
}

/// The tree of these files.
pub(crate) fn tree(repo: &Repo, files: &[(&str, &str)]) -> Oid {
    let mut blobs: BTreeMap<&str, Oid> = BTreeMap::new();
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for &(path, text) in files {
        match path.split_once('/') {
            Some((folder, rest)) => folders.entry(folder).or_default().push((rest, text)),
            None => drop(blobs.insert(path, repo.blob(text))),
        }
    }
    let folders: Vec<_> = folders.into_iter().map(|(name, files)| (name, tree(repo, &files))).collect();
    let mut entries: Vec<TreeEntry<'_>> = blobs.iter().map(|(name, id)| ("100644", name.as_bytes(), *id)).collect();
    entries.extend(folders.iter().map(|(name, id)| ("40000", name.as_bytes(), *id)));
    // git sorts a folder as if its name ended in a slash.
    entries.sort_by_key(|(mode, name, _)| [*name, if *mode == "40000" { b"/" } else { b"" }].concat());
    repo.tree(&entries)
}

/// A definition without anything to mend.
pub(crate) fn definition(name: &str, version: &str, commit: &str, dependencies: &[(&str, &str)]) -> Value {
    let dependencies: BTreeMap<&str, &str> = dependencies.iter().copied().collect();
    json!({
        "name": name,
        "version": version,
        "license": "MIT",
        "location": location(name),
        "ref": format!("v{version}"),
        "commit": commit,
        "compiler": "0.15.15",
        "dependencies": dependencies,
    })
}

/// Where a definition stands.
pub(crate) fn definition_file(name: &str, version: &str) -> String {
    format!("packages/{}/{name}/{version}.json", &name[..2])
}

fn registration_file(name: &str) -> String {
    format!("packages/{}/{name}/registration.json", &name[..2])
}

fn location(name: &str) -> Value {
    json!({ "githubOwner": "acme", "githubRepo": name })
}

/// Cargo's sharding of names with four letters or more.
fn shard(name: &str) -> String {
    format!("{}/{}/{name}", &name[..2], &name[2..4])
}

/// The name in the case of a module: `data-frames` becomes `DataFrames`.
fn module_name(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}
