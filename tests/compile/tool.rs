//! A small compiler, written for these tests: it reads what `purs` reads, fails on a marker or an import of what is not
//! there, and prints the graph of the modules.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, curator, finish};
use crate::registry::{Package, Registry, definition};

/// Understands globs `…/**/*.purs` and plain files.
pub(crate) const COMPILER: &str = include_str!("../support/purs.sh");

/// The compiler in a folder of its own.
pub(crate) struct Tool {
    folder: TempDir,
}

impl Tool {
    /// The small compiler, as `purs`.
    pub(crate) fn new() -> Self {
        Self::with("purs", COMPILER)
    }

    /// Another program.
    pub(crate) fn with(name: &str, script: &str) -> Self {
        let tool = Self { folder: TempDir::new().unwrap() };
        let file = tool.folder.path().join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        tool
    }

    /// The small compiler with one text in place of another.
    pub(crate) fn changed(from: &str, to: &str) -> Self {
        assert_eq!(COMPILER.matches(from).count(), 1, "{from}");
        Self::with("purs", &COMPILER.replace(from, to))
    }

    /// The search path with the compiler in front.
    pub(crate) fn path(&self) -> OsString {
        format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap()).into()
    }

    /// Runs `curator compile` beside the registry; `None` where this machine has no sandbox, which it must say.
    pub(crate) fn compile(&self, registry: &Registry, args: &[&str]) -> Option<Ran> {
        let mut command = curator(registry.home());
        command.env("PATH", self.path()).env("NEIGHBOUR", CANARY).arg("compile").args(args);
        let ran = finish(command);
        if ran.err.contains("there is no sandbox on this machine") {
            assert_eq!((ran.code, ran.out.as_str()), (3, ""));
            assert!(std::env::var_os("CURATOR_TEST_SANDBOX").is_none(), "{}", ran.err);
            return None;
        }
        Some(ran)
    }
}

/// What the environment of every run holds, and no output may.
pub(crate) const CANARY: &str = "canary-4711-of-the-neighbour";

/// A registry that asks for the compiler, in which seedbed 1.0.0 is published.
pub(crate) fn registry() -> Registry {
    let mut registry = Registry::new();
    let seedbed = registry.package("seedbed");
    registry.release(&seedbed, "1.0.0", &[]);
    registry.sync().ends(0);
    registry
}

/// The configuration that asks for it. Whatever changes the sources in it comes before.
pub(crate) const PURS: &str = "[verify]\ncompile = \"purs\"\n";

/// Defines a version whose one module is `text`.
pub(crate) fn define(registry: &mut Registry, package: &Package, version: &str, text: &str, needs: &[(&str, &str)]) {
    let commit = package.tag(version, &[("src/Main.purs", text)]);
    registry.stand_in(package);
    registry.define(&definition(&package.name, version, &commit, needs));
    registry.configure(PURS);
}

/// The claim in a file beside the registry.
pub(crate) fn claim(registry: &Registry) -> Value {
    serde_json::from_slice(&fs::read(registry.home().join("claim.json")).unwrap()).unwrap()
}

/// The range that takes every 1.x.
pub(crate) const ONE: &str = ">=1.0.0 <2.0.0";
