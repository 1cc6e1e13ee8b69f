//! A PureScript registry and its index, made by hand, in the shapes that the real one has.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::repos::git_command;

/// The two folders `registry` and `registry-index`, beside which an import may put its own.
pub(crate) struct PureScript {
    home: TempDir,
}

/// Every package with its published versions. Of `harmonia` 0.1.0 the index has no line, as in the real one.
const PACKAGES: [(&str, &[&str]); 6] = [
    ("ab", &["1.0.0"]),
    ("harmonia", &["0.1.0", "0.2.0"]),
    ("historic", &[]),
    ("prelude", &["6.0.0", "6.0.1"]),
    ("tally", &["1.0.0"]),
    ("trivial-unfold", &["0.3.0"]),
];

impl PureScript {
    pub(crate) fn new() -> Self {
        let it = Self { home: TempDir::new().unwrap() };
        for (name, versions) in PACKAGES {
            let lines = versions.iter().filter(|version| (name, **version) != ("harmonia", "0.1.0"));
            let lines: String = lines.map(|version| line(name, version) + "\n").collect();
            if !lines.is_empty() {
                it.write(&format!("registry-index/{}", shard(name)), lines);
            }
            it.write(&format!("registry/metadata/{name}.json"), format!("{:#}\n", metadata(name, versions)));
        }
        let set = json!({ "version": "1.0.0", "compiler": "0.15.15", "published": "2024-01-01",
            "packages": { "prelude": "6.0.1", "tally": "1.0.0" } });
        // No printer of ours writes a file like this one: its bytes can only have been kept.
        it.write("registry/package-sets/1.0.0.json", set.to_string());
        it.write("registry/package-sets/.gitkeep", "");
        it.write("registry/README.md", "The public registry.\n");
        it.write("registry-index/README.md", "Its index.\n");
        it
    }

    /// Commits each of the two folders to the branch `main` of a bare repository of its name.
    pub(crate) fn to_git(&self) {
        for folder in ["registry", "registry-index"] {
            let (folder, bare) = (self.path(folder), self.path(&format!("{folder}.git")));
            let git = |args: &[&str]| {
                let places = [("GIT_DIR", bare.as_os_str()), ("GIT_WORK_TREE", folder.as_os_str())];
                let status = git_command(&folder).envs(places).args(args).status().unwrap();
                assert!(status.success(), "git {args:?} failed");
            };
            git_command(self.home()).args(["init", "-q", "--bare", "-b", "main"]).arg(&bare).status().unwrap();
            git(&["add", "--all"]);
            git(&["commit", "-q", "-m", "everything"]);
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.home().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

fn location(name: &str) -> Value {
    json!({ "githubOwner": "acme", "githubRepo": name })
}

fn owners() -> Value {
    json!([{ "id": "a@example.org", "keytype": "ssh-ed25519", "public": "AAAAC3NzaC1lZDI1NTE5AAAAIA" }])
}

/// The manifest of a version, as the index has it.
fn line(name: &str, version: &str) -> String {
    let own = match name {
        // A spelling that is deprecated, a description that ends in a line break, and characters outside ASCII.
        "ab" => {
            r#""license":"GPL-3.0","description":"Ünïts\n","location":{"githubOwner":"acme","githubRepo":"ab"},"ref":"1.0.0","#
        }
        // It has moved since, and its tag is not named after the version.
        "prelude" => {
            r#""license":"BSD-3-Clause","description":"","location":{"githubOwner":"former","githubRepo":"prelude"},"ref":"v6.0.0","owners":[{"id":"a@example.org","keytype":"ssh-ed25519","public":"AAAAC3NzaC1lZDI1NTE5AAAAIA"}],"includeFiles":["docs/*"],"excludeFiles":["test/**/*.purs"],"#
        }
        "trivial-unfold" => {
            r#""license":"MIT","location":{"gitUrl":"https://git.gay/string/purescript-trivial-unfold.git"},"ref":"v0.3.0","#
        }
        _ => &format!(r#""license":"MIT","location":{},"ref":"v{version}","#, location(name)),
    };
    let dependencies = if name == "tally" { r#"{"prelude":">=6.0.0 <7.0.0"}"# } else { "{}" };
    format!(r#"{{"name":"{name}","version":"{version}",{own}"dependencies":{dependencies}}}"#)
}

fn metadata(name: &str, versions: &[&str]) -> Value {
    let facts = |version: &&str| {
        let facts = json!({
            "bytes": 640,
            "compilers": ["0.13.8", "0.15.10", "0.15.9"],
            "hash": "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=",
            "publishedTime": "2022-04-27T21:19:57.000Z",
            "ref": "",
        });
        ((*version).to_owned(), facts)
    };
    let gone = json!({ "reason": "A key was in it.", "publishedTime": "2022-04-27T21:19:57.000Z",
        "unpublishedTime": "2022-04-28T21:19:57.000Z" });
    let mut metadata = json!({
        "location": location(name),
        "published": versions.iter().map(facts).collect::<serde_json::Map<_, _>>(),
        "unpublished": if name == "prelude" { json!({ "5.0.0": gone }) } else { json!({}) },
    });
    if name == "prelude" {
        metadata["owners"] = owners();
    }
    metadata
}

/// Where the index has a package.
pub(crate) fn shard(name: &str) -> String {
    match name.len() {
        2 => format!("2/{name}"),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    }
}
