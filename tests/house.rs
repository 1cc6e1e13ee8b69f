//! Keeps the house as it is drawn: which room may use which, how long a file may be and what it may be called.
//!
//! The compiler does not know rooms: inside one crate every module may use every other. So this reads the sources. What
//! a room may do with the disk, the network, the clock and the environment is in `.clippy.toml`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_types,
    reason = "a test reads the sources from the disk, and may fail loudly"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A room and the rooms below it that it may use.
const ROOMS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("config", &["model"]),
    ("ports", &["model"]),
    ("rules", &["model"]),
    ("adapters", &["ports", "model"]),
    ("ops", &["rules", "ports", "model"]),
    ("cli", &["ops", "rules", "ports", "model", "config"]),
    ("daemon", &["ops", "ports", "model"]),
    ("wire", &["adapters", "ports", "config", "model"]),
    ("main", &["cli", "daemon", "wire", "config", "model"]),
    // The door plate: it declares every room.
    ("lib", &["model", "config", "ports", "rules", "adapters", "ops", "cli", "daemon", "wire"]),
];

/// The crates that touch the world. Only the adapters may name them.
const HANDS: [&str; 9] =
    ["git2", "libdeflater", "object_store", "octocrab", "reqwest", "rpassword", "rustix", "rustls", "tempfile"];

/// The rooms that never wait.
const WITHOUT_RUNTIME: [&str; 3] = ["model", "ports", "rules"];

/// Names that say nothing about what a file is for.
const EMPTY_NAMES: [&str; 13] = [
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "handler", "handlers", "service",
    "services", "data", "process",
];

/// The most lines of a file.
const MAX_LINES: usize = 400;

/// Whether the room is the root of a crate, so that its own names follow `crate::`.
fn is_root(room: &str) -> bool {
    matches!(room, "main" | "lib")
}

/// A word or a mark of Rust, and the line it stands on.
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// Reads what matters for paths: words, `::`, and every other mark by itself; no comments and no texts.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let skipped = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => quoted(rest),
            // A character such as 'a' or '\n'; everything else is a lifetime.
            '\'' if rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'') => quoted(rest),
            'r' | 'b' | 'c' => raw_text(rest, word),
            _ => 0,
        };
        let length = if skipped > 0 { skipped } else { word.max(first.len_utf8()) };
        let length = if rest.starts_with("::") { 2 } else { length };
        if skipped == 0 && !first.is_whitespace() {
            found.push(Token { text: &rest[..length], line });
        }
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// The length of the block comment, which may hold others, at the start of `rest`.
fn block_comment(rest: &str) -> usize {
    let mut depth = 1;
    for at in (2..rest.len()).filter(|at| rest.is_char_boundary(*at)) {
        depth += i32::from(rest[at..].starts_with("/*"));
        depth -= i32::from(rest[at..].starts_with("*/"));
        if depth == 0 {
            return at + 2;
        }
    }
    rest.len()
}

/// The length of the quoted text at the start of `rest`.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if !escaped && rest.starts_with(c) {
            return at + 1;
        }
        escaped = !escaped && c == '\\';
    }
    rest.len()
}

/// The length of the raw text (`r"…"`, `r#"…"#`) that the word of length `word` opens; 0 if it opens none.
fn raw_text(rest: &str, word: usize) -> usize {
    let body = rest[word..].trim_start_matches('#');
    if !matches!(&rest[..word], "r" | "br" | "cr") || !body.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(rest.len() - word - body.len()));
    body[1..].find(&end).map_or(rest.len(), |at| rest.len() - body.len() + 1 + at + end.len())
}

/// One source file while it is being judged.
struct Judge<'a> {
    room: &'static str,
    may_use: &'static [&'static str],
    tokens: &'a [Token<'a>],
    found: Vec<(usize, String)>,
}

impl<'a> Judge<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn before(&self, at: usize, steps: usize) -> &'a str {
        at.checked_sub(steps).map_or("", |at| self.text(at))
    }

    fn say(&mut self, at: usize, message: String) {
        let line = self.tokens.get(at).or(self.tokens.last()).map_or(1, |token| token.line);
        self.found.push((line, message));
    }

    /// Judges every path of a file whose module stands `depth` modules below the root of the crate.
    fn judge(&mut self, mut depth: usize) {
        // For each open brace, whether it is that of an inline module.
        let mut braces = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let continues = self.before(at, 1) == "::";
            match self.text(at) {
                "{" => {
                    braces.push(self.before(at, 2) == "mod");
                    depth += usize::from(braces.last() == Some(&true));
                }
                "}" => depth -= usize::from(braces.pop() == Some(true)),
                "crate" if !continues => {
                    at = self.path(at, 0);
                    continue;
                }
                // As a crate: anything else may have the name too.
                "curator" if !continues && (self.text(at + 1) == "::" || self.before(at, 1) == "use") => {
                    at = self.path(at, 0);
                    continue;
                }
                "super" if !continues || self.before(at, 2) == "self" => {
                    at = self.path(at, depth.saturating_sub(1));
                    continue;
                }
                // The root of the program has no other way to parts in a folder of its own, `src/main/`.
                "path" if self.before(at, 2) == "#" && self.room != "main" => {
                    self.say(at, "a module stands where its file stands".to_owned());
                }
                "include" if self.text(at + 1) == "!" => {
                    self.say(at, "a module stands where its file stands".to_owned());
                }
                _ => self.foreign(at, continues),
            }
            at += 1;
        }
    }

    /// Judges the path whose first word, at `at`, leads to a module `depth` below the root; returns the place after it.
    fn path(&mut self, at: usize, depth: usize) -> usize {
        if self.text(at + 1) == "::" {
            return self.step(at + 2, depth);
        }
        // `pub(crate)` and `pub(super)` open a room to the others, they take nothing.
        let is_visibility = self.before(at, 1) == "(" && self.text(at + 1) == ")";
        if depth == 0 && !is_visibility {
            self.whole_house(at);
        }
        at + 1
    }

    /// Judges what follows `::`; returns the place after it. Only the first step from the root names a room.
    fn step(&mut self, at: usize, depth: usize) -> usize {
        match self.text(at) {
            "super" => return self.path(at, depth.saturating_sub(1)),
            "{" => return self.branches(at + 1, depth),
            "*" | "self" if depth == 0 => self.whole_house(at),
            other if depth == 0 => self.room_used(at, other),
            _ => {}
        }
        at + 1
    }

    /// Judges the branches of a `use` tree; returns the place after its closing brace.
    fn branches(&mut self, mut at: usize, depth: usize) -> usize {
        while !matches!(self.text(at), "}" | "") {
            at = self.step(at, depth);
            let mut inner = 0;
            while at < self.tokens.len() && (inner > 0 || !matches!(self.text(at), "," | "}")) {
                inner += i32::from(self.text(at) == "{") - i32::from(self.text(at) == "}");
                at += 1;
            }
            at += usize::from(self.text(at) == ",");
        }
        at + 1
    }

    fn whole_house(&mut self, at: usize) {
        if !is_root(self.room) {
            self.say(at, format!("{} may not take the whole house", self.room));
        }
    }

    fn room_used(&mut self, at: usize, used: &str) {
        let is_room = ROOMS.iter().any(|(name, _)| *name == used);
        if is_room && used != self.room && !self.may_use.contains(&used) {
            self.say(at, format!("{} may not use {used}", self.room));
        } else if !is_room && !is_root(self.room) {
            self.say(at, format!("'{used}' is no room"));
        }
    }

    /// Judges the use of other crates and of `async`.
    fn foreign(&mut self, at: usize, continues: bool) {
        let word = self.text(at);
        let named = !continues && (self.text(at + 1) == "::" || self.before(at, 1) == "use");
        let waits = self.room == "rules" && matches!(word, "async" | "await");
        let forbidden =
            HANDS.contains(&word) && self.room != "adapters" || word == "tokio" && WITHOUT_RUNTIME.contains(&self.room);
        if waits || named && forbidden {
            self.say(at, format!("{} may not use {word}", self.room));
        }
    }
}

/// What is wrong with the file at `path` (with `/`, from the top of the project) that holds `source`.
fn violations(path: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !source.lines().next().is_some_and(|line| line.starts_with("//! ")) {
        found.push((1, "the first line must say what the file is for (//!)".to_owned()));
    }
    let lines = source.lines().count();
    if lines > MAX_LINES {
        found.push((lines, format!("{lines} lines, the most are {MAX_LINES}")));
    }
    let names: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    for name in names.iter().flat_map(|name| name.split('_')).filter(|name| EMPTY_NAMES.contains(name)) {
        found.push((1, format!("the name '{name}' says nothing")));
    }
    if let ["src", modules @ ..] = names.as_slice() {
        let room = modules.first().copied().unwrap_or_default();
        if let Some((room, may_use)) = ROOMS.iter().find(|(name, _)| *name == room) {
            let depth = modules.iter().filter(|name| !is_root(room) && **name != "mod").count();
            let mut judge = Judge { room, may_use, tokens: &tokens(source), found: Vec::new() };
            judge.judge(depth);
            found.append(&mut judge.found);
        } else {
            found.push((1, "the file stands in no room".to_owned()));
        }
    }
    found.into_iter().map(|(line, message)| format!("{path}:{line}: {message}")).collect()
}

/// Every Rust file below `folder`, as path from `root` and text.
fn rust_files(root: &Path, folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            rust_files(root, &path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix(root).expect("below the root").to_str().expect("a UTF-8 path");
            into.push((inside.replace('\\', "/"), fs::read_to_string(&path).expect("a readable file")));
        }
    }
}

#[test]
fn the_house_stands_as_it_is_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        if root.join(folder).is_dir() {
            rust_files(root, &root.join(folder), &mut files);
        }
    }
    let read: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for known in ["src/lib.rs", "src/main.rs", "src/model/mod.rs", "src/ports/mod.rs", "tests/house.rs"] {
        assert!(read.contains(known), "{known} was not read");
    }
    let found: Vec<String> = files.iter().flat_map(|(path, source)| violations(path, source)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The messages for a file with this body, without the place.
fn said(path: &str, body: &str) -> Vec<String> {
    let found = violations(path, &format!("//! Shows that the fence bites.\n{body}"));
    found.iter().map(|line| line.splitn(3, ':').nth(2).unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn each_planted_violation_is_found() {
    let planted = [
        ("src/model/name.rs", "use crate::rules::Plan;", "model may not use rules"),
        ("src/model/name.rs", "use crate::config::Config;", "model may not use config"),
        ("src/ports/store.rs", "use crate::{\n    model::Name, // fine\n    ops::Sync,\n};", "ports may not use ops"),
        ("src/rules/plan.rs", "use crate::ports::Repo;", "rules may not use ports"),
        ("src/rules/plan.rs", "fn f(x: &crate :: ports::Repo) {}", "rules may not use ports"),
        ("src/rules/check/name.rs", "use super::super::super::ports::Repo;", "rules may not use ports"),
        ("src/rules/check/mod.rs", "use super::super::{model::{A, B}, ops::{C, D}};", "rules may not use ops"),
        ("src/rules/plan.rs", "mod tests { use super::super::super::ports::Repo; }", "rules may not use ports"),
        ("src/rules/plan.rs", "use self::super::super::ports::Repo;", "rules may not use ports"),
        ("src/rules/plan.rs", "async fn f() {}", "rules may not use async"),
        ("src/rules/plan.rs", "use tokio::time::sleep;", "rules may not use tokio"),
        ("src/rules/plan.rs", "use super::super as house;", "rules may not take the whole house"),
        ("src/rules/plan.rs", "use crate as house;", "rules may not take the whole house"),
        ("src/rules/plan.rs", "use crate::{self as house};", "rules may not take the whole house"),
        ("src/rules/plan.rs", "use crate::*;", "rules may not take the whole house"),
        ("src/rules/plan.rs", "use crate::shortcut::Repo;", "'shortcut' is no room"),
        ("src/rules/plan.rs", "macro_rules! m { () => { $crate::ports::f() } }", "rules may not use ports"),
        ("src/ops/sync.rs", "use crate::{rules::plan, adapters::git};", "ops may not use adapters"),
        ("src/ops/sync.rs", "let c = '\"'; use crate::adapters::git; let d = '\"';", "ops may not use adapters"),
        ("src/ops/sync.rs", "fn f<'a>(x: &'a crate::adapters::Git) {}", "ops may not use adapters"),
        ("src/ops/sync.rs", "use git2::Repository;", "ops may not use git2"),
        ("src/ops/sync.rs", "#[path = \"../adapters/git.rs\"]\nmod git;", "a module stands where its file stands"),
        ("src/ops/sync.rs", "include!(\"../adapters/git.rs\");", "a module stands where its file stands"),
        ("src/adapters/git.rs", "use crate::ops::sync;", "adapters may not use ops"),
        ("src/adapters/git.rs", "use crate::rules::plan;", "adapters may not use rules"),
        ("src/cli/sync.rs", "use crate::adapters::git;", "cli may not use adapters"),
        ("src/cli/sync.rs", "use curator::wire;", "cli may not use wire"),
        ("src/daemon/mod.rs", "use crate::rules::plan;", "daemon may not use rules"),
        ("src/config.rs", "use super::rules::plan;", "config may not use rules"),
        ("src/wire.rs", "use crate::ops::sync;", "wire may not use ops"),
        ("src/ops/sync.rs", "use curator as house;", "ops may not take the whole house"),
        ("src/main.rs", "use curator::ops::sync;", "main may not use ops"),
        ("src/main.rs", "use curator::{cli, adapters::git};", "main may not use adapters"),
        ("src/shortcut.rs", "", "the file stands in no room"),
        ("src/ops/git_helpers.rs", "", "the name 'helpers' says nothing"),
        ("tests/common/mod.rs", "", "the name 'common' says nothing"),
    ];
    for (path, body, message) in planted {
        assert_eq!(said(path, body), [message], "{path}: {body}");
    }
}

#[test]
fn what_the_drawing_allows_is_left_alone() {
    let allowed = [
        ("src/rules/plan.rs", "use crate::model::{Name, Version}; use super::check::Finding; use crate::rules::pack;"),
        ("src/rules/check/a.rs", "pub(crate) fn f() {} pub(in crate::rules) fn g() {} use super::super::plan;"),
        ("src/rules/mod.rs", "pub(super) fn f() {}"),
        ("src/rules/plan.rs", "// use crate::ports::Repo;\n/* crate::ports /* crate::ops */ crate::ops */"),
        ("src/rules/plan.rs", "const A: &str = \"\\\"crate::ports\"; const B: &str = r#\"a \" crate::ports\"#;"),
        ("src/rules/plan.rs", "mod tests { use super::Plan; } use super::check;"),
        ("src/ops/sync.rs", "use crate::{model::Name, ports::{Repo, Signer}, rules::plan,};"),
        ("src/ops/sync.rs", "fn f(curator: &Curator, include: &[Glob]) { curator.sync(include) }"),
        ("src/adapters/git.rs", "use crate::{model::Name, ports::Repo}; use git2::Oid; use tempfile::TempDir;"),
        ("src/cli/sync.rs", "use crate::{config::Config, model::Name, ops::sync, ports::Repo, rules::report};"),
        ("src/daemon/mod.rs", "use crate::{model::Name, ops::sync, ports::Repo};"),
        ("src/wire.rs", "use crate::{adapters::git, config::Config, model::Name, ports::Repo};"),
        ("src/main.rs", "use curator::{cli, config::Config, daemon, wire}; mod tests { use super::run; }"),
        ("src/lib.rs", "pub mod adapters; use crate::ops::sync;"),
        ("tests/sync.rs", "use curator::{adapters::git, ops::sync}; use tempfile::TempDir;"),
    ];
    for (path, body) in allowed {
        assert_eq!(said(path, body), [""; 0], "{path}: {body}");
    }
}

#[test]
fn a_violation_is_reported_with_its_line() {
    let source = "//! A file.\n\nuse crate::{\n    model::Name,\n    ports::Repo,\n};\n";
    assert_eq!(violations("src/rules/plan.rs", source), ["src/rules/plan.rs:5: rules may not use ports"]);
}

#[test]
fn a_file_has_a_purpose_and_an_end() {
    let long = format!("//! A file.\n{}", "\n".repeat(MAX_LINES - 1));
    assert_eq!(violations("src/model/name.rs", &long), [""; 0]);
    let found = violations("src/model/name.rs", &format!("{long}\n"));
    assert_eq!(found, ["src/model/name.rs:401: 401 lines, the most are 400"]);
    for silent in ["", "use std::fmt;\n", "\n//! Too late.\n", "//!\n", "// A comment.\n", "/// Of what follows.\n"] {
        let found = violations("src/model/name.rs", silent);
        assert_eq!(found, ["src/model/name.rs:1: the first line must say what the file is for (//!)"], "{silent:?}");
    }
}
