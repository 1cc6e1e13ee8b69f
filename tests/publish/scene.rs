//! A registry of plain folders as `curator init` makes it, and packages in folders beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::trees::{Tree, everything};

/// When everything is published.
pub(crate) const PUBLISHED: &str = "2026-11-20T12:00:00Z";

/// A home with `registry`, and in it whatever is published and packed.
pub(crate) struct Scene {
    home: TempDir,
}

impl Scene {
    /// A new registry, in which nothing is wanted.
    pub(crate) fn new() -> Self {
        let scene = Self { home: TempDir::new().unwrap() };
        scene.run(&["init", "registry"]).ends(0);
        scene
    }

    /// The same with a mirror beside the primary store.
    pub(crate) fn with_mirror() -> Self {
        let scene = Self::new();
        scene.edit("registry/curator.toml", |text| {
            text.replace("\n[archive]", "\n[[store]]\nname = \"mirror\"\npath = \"../mirror\"\n\n[archive]")
        });
        scene
    }

    /// A home as it was.
    pub(crate) fn of(tree: &Tree) -> Self {
        let scene = Self { home: TempDir::new().unwrap() };
        tree.write(scene.home());
        scene
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.home().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.place(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.place(path).parent().unwrap()).unwrap();
        fs::write(self.place(path), text).unwrap();
    }

    pub(crate) fn edit(&self, path: &str, edit: impl FnOnce(String) -> String) {
        let before = self.read(path);
        let after = edit(before.clone());
        assert_ne!(before, after);
        self.write(path, &after);
    }

    /// The folder `folder` with the package that this manifest describes, and a module and a licence.
    pub(crate) fn folder(&self, folder: &str, manifest: &Value) {
        self.write(&format!("{folder}/purs.json"), &format!("{manifest:#}\n"));
        self.write(&format!("{folder}/src/Answer.purs"), "module Answer where\n\nanswer :: Int\nanswer = 42\n");
        self.write(&format!("{folder}/LICENSE"), "MIT License\n\nPermission is hereby granted, free of charge …\n");
    }

    /// Everything but the lock file of the index.
    pub(crate) fn everything(&self) -> Tree {
        everything(self.home())
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.home(), args)
    }

    /// Publishes the folder `folder`.
    pub(crate) fn publish(&self, folder: &str) -> Ran {
        self.publish_with(folder, &[])
    }

    pub(crate) fn publish_with(&self, folder: &str, more: &[&str]) -> Ran {
        self.run(&[&["publish", folder, "--compiler", "0.15.15", "--published-time", PUBLISHED], more].concat())
    }

    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--published-time", PUBLISHED])
    }

    /// Asserts that nothing is found anywhere, and that there is nothing to do.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        self.run(&["check"]).ends(0).prints(&["nothing to mend"]);
        self.run(&["plan"]).ends(0).prints(&["Nothing to do"]);
        self.run(&["audit"]).ends(0).prints(&["all agree"]);
        self.run(&["status"]).ends(0).prints(&["Nothing is owed"]);
        let before = self.everything();
        self.sync().ends(0).prints(&["Nothing to do"]);
        crate::trees::assert_same(&before, &self.everything());
    }

    pub(crate) fn git(&self, place: &str, args: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"])
            .args(args)
            .current_dir(self.place(place))
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

/// The manifest of a package without dependencies.
pub(crate) fn manifest(name: &str, version: &str) -> Value {
    depending(name, version, &json!({}))
}

/// The manifest of a package with these dependencies.
pub(crate) fn depending(name: &str, version: &str, dependencies: &Value) -> Value {
    json!({
        "name": name,
        "version": version,
        "license": "MIT",
        "description": format!("The package {name}"),
        "location": { "githubOwner": "acme", "githubRepo": name },
        "dependencies": dependencies,
    })
}

/// The SHA-256 of a file in hexadecimal digits, as another program tells it.
pub(crate) fn sha256(file: &Path) -> String {
    let told = Command::new("sha256sum").arg(file).output().unwrap();
    String::from_utf8(told.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

/// Bytes without any pattern, as text.
pub(crate) fn noise(bytes: usize) -> String {
    let mut state: u64 = 1;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    (0..bytes).map(next).collect()
}
