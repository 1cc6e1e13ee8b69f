//! A registry on two repositories that wants documentation, a small tool that makes it, and a place for it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use curator::adapters::{Sandbox, Way};
use curator::model::{CompileBounds, Files, ToolRun, Workload};
use curator::ports::Compiler as _;
use serde_json::Value;

use crate::program::{Ran, finish};
use crate::pursuit::Pursuit;
use crate::remotes::Remotes;

/// What lets the curator in. No output may hold it, and no child's environment.
pub(crate) const TOKEN: &str = "t0ken-4711-canary-of-the-host";

/// A `purs` that does with `publish` what the real one does, as far as it can be seen from outside.
pub(crate) const PURS: &str = r#"#!/bin/sh
set -eu
[ "$1 $2 $3 $4" = "publish --manifest purs.json --resolutions" ] || { echo "odd arguments: $*" >&2; exit 2; }
[ -z "$(git status --porcelain)" ] || { echo "the working tree is dirty" >&2; exit 1; }
tag=$(git tag --list --points-at HEAD)
time=$(git tag -l "$tag" --format='%(taggerdate:unix)')
echo "Compiling Main"
mkdir output
seen=$( (env; cat /proc/*/environ) 2>/dev/null | tr '\0\n"\\' '    ')
printf '{"tag":"%s","time":%s,"manifest":%s,"resolutions":%s,"seen":"%s"}\n' \
  "$tag" "$time" "$(tr -d '\n' <purs.json)" "$(cat "$5")" "$seen"
"#;

/// A tool that leaves pages in a folder: `doc PACKAGE DEPENDENCIES OUT`.
pub(crate) const DOC: &str = r#"#!/bin/sh
set -eu
echo "making $1"
mkdir -p "$3/src"
for file in "$1"/src/*.purs; do
  cp "$file" "$3/src/${file##*/}.html"
done
ls "$2" >"$3/index.html" 2>/dev/null || echo none >"$3/index.html"
"#;

/// Where it all happens.
pub(crate) struct Scene {
    pub(crate) remotes: Remotes,
    pub(crate) pursuit: Pursuit,
    tools: PathBuf,
}

/// Whether this machine has a sandbox. Where it is known that there is one, it must be found.
pub(crate) fn has_sandbox() -> bool {
    let run = ToolRun { program: "true".parse().unwrap(), arguments: Vec::new(), script: None };
    let work = Workload { files: Files::new(), runs: vec![run], bounds: CompileBounds::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let has = runtime.block_on(Sandbox::new(vec![Way::Bubblewrap, Way::Unshare]).compile(&work)).is_ok();
    assert!(has || std::env::var_os("CURATOR_TEST_SANDBOX").is_none(), "there is no sandbox");
    has
}

impl Scene {
    /// A registry in which `logs` 1.0.0 and `maps` 1.0.0, which depends on it, are wanted, with this table `[docs]`.
    pub(crate) fn with(docs: impl FnOnce(&Pursuit) -> String) -> Self {
        let mut remotes = Remotes::new();
        let (logs, maps) = (remotes.work.package("logs"), remotes.work.package("maps"));
        remotes.work.release(&logs, "1.0.0", &[]);
        remotes.work.release(&maps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
        let pursuit = Pursuit::new(TOKEN);
        remotes.work.configure(&docs(&pursuit));
        remotes.merge("2026-02-01T00:00:00Z");
        let tools = remotes.home().join("tools");
        fs::create_dir(&tools).unwrap();
        let scene = Self { remotes, pursuit, tools };
        scene.tool("purs", PURS);
        scene.tool("doc", DOC);
        scene
    }

    /// The same with Pursuit.
    pub(crate) fn new() -> Self {
        Self::with(|pursuit| {
            format!(
                "[docs]\ncommand = \"purs\"\npursuit = \"{}/packages\"\ncredential = \"CURATOR_CREDENTIAL_P\"\n",
                pursuit.url()
            )
        })
    }

    /// The same with a folder.
    pub(crate) fn with_folder(command: &str) -> Self {
        Self::with(|_| format!("[docs]\ncommand = {command}\npath = \"../docs\"\n"))
    }

    /// Puts a tool on the search path.
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let file = self.tools.join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The program as an operator runs it who trusts the registry and has opened this machine's own addresses.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.remotes.command("cache", args);
        command.args(["--store", "store", "--allow-address", "127.0.0.0/8"]);
        let path = format!("{}:{}", self.tools.display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).env("CURATOR_CREDENTIAL_P", TOKEN);
        command
    }

    /// Runs it; what it prints never holds the token.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let ran = finish(self.command(args));
        assert!(!ran.out.contains(TOKEN) && !ran.err.contains(TOKEN), "{ran:?}");
        ran
    }

    /// Syncs at this time.
    pub(crate) fn sync(&self, time: &str, more: &[&str]) -> Ran {
        self.run(&[&["sync", "--trust", "--published-time", time], more].concat())
    }

    /// What is owed, as (package, kind, tries, next try).
    pub(crate) fn owed(&self) -> Vec<(String, String, u64, String)> {
        let text = |owed: &Value, key: &str| owed[key].as_str().unwrap_or_default().to_owned();
        let owed = self.remotes.owed();
        owed.iter()
            .map(|it| (text(it, "name"), text(it, "kind"), it["attempts"].as_u64().unwrap(), text(it, "next")))
            .collect()
    }

    /// Why something is owed.
    pub(crate) fn why(&self) -> Vec<String> {
        self.remotes.owed().iter().map(|it| it["why"].as_str().unwrap().to_owned()).collect()
    }
}
