//! Whether every module starts with a legal header.

use crate::model::{Area, Finding, Place, Profile, TreePath, Version};
use crate::rules::report::words;

use super::Case;

/// The module names that belong to applications: two packages with one of them could never be used together.
const FORBIDDEN: [&str; 2] = ["Main", "Test.Main"];

/// Every packed module has a legal header. Versions written for compilers before 0.15.0 are excused, since the
/// registry cannot parse what those compilers took (PureScript registry, publish step 10).
pub(super) fn headers(case: &Case<'_>) -> Vec<Finding> {
    let (Some(source), Some(definition)) = (case.source, case.definition()) else { return Vec::new() };
    if case.policy.profile != Profile::Purescript {
        return Vec::new();
    }
    let old = definition.compiler.as_ref().is_some_and(|compiler| Version::new(0, 15, 0).is_ok_and(|v| *compiler < v));
    let (Ok(files), false) = (source.packed, old) else { return Vec::new() };
    let modules = files.iter().filter(|(path, _)| path.as_str().strip_suffix(".purs").is_some());
    let findings = modules.filter_map(|(path, file)| {
        let reason = judge(path, &file.bytes).err()?;
        Some(words::source::module_header(&reason).at(Place::file(Area::Source, path)))
    });
    findings.collect()
}

fn judge(path: &TreePath, bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"))?;
    let name = module_name(text).ok_or_else(|| format!("{path} does not start with a module header"))?;
    if FORBIDDEN.contains(&name) { Err(format!("{path} is the module {name}")) } else { Ok(()) }
}

/// The name in the header that `text` starts with, if it is a header: `module Proper.Name (exports)? where`.
fn module_name(text: &str) -> Option<&str> {
    let rest = skip_blanks(text).strip_prefix("module")?;
    let start = skip_blanks(rest);
    if start.len() == rest.len() {
        return None;
    }
    let end = start.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '\''))).unwrap_or(start.len());
    let (name, rest) = start.split_at(end);
    let is_proper = |part: &str| part.starts_with(char::is_uppercase);
    let rest = skip_exports(skip_blanks(rest))?;
    let after = skip_blanks(rest).strip_prefix("where")?;
    let ends = !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '\''));
    (name.split('.').all(is_proper) && ends).then_some(name)
}

/// Skips white space, `-- line` and `{- block -}` comments. Block comments do not nest in PureScript.
fn skip_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(line) = rest.strip_prefix("--") {
            line.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(block) = rest.strip_prefix("{-") {
            block.split_once("-}").map_or("", |(_, after)| after)
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

/// Skips a list of exports, where there is one; `None` where it does not end.
fn skip_exports(text: &str) -> Option<&str> {
    if !text.starts_with('(') {
        return Some(text);
    }
    let mut depth = 0_usize;
    let mut rest = text;
    loop {
        rest = skip_blanks(rest);
        let c = rest.chars().next()?;
        rest = rest.strip_prefix(c)?;
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(rest),
            ')' => depth -= 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::module_name;

    #[test]
    fn headers_of_the_purescript_registry() {
        let cases = [
            ("module Mosh where", Some("Mosh")),
            (
                "-- about Main\n{- module Main where -}\nmodule A.B' (f, module X, (<>), T(..)) where\nimport",
                Some("A.B'"),
            ),
            ("module Main where\n\n%% garbage", Some("Main")),
            ("module Test.Main\n  ( main -- the ) entry\n  ) where", Some("Test.Main")),
            ("module Data.Ünit where", Some("Data.Ünit")),
            ("modulewhere", None),
            ("module lower where", None),
            ("module A (f where", None),
            ("module A whereas", None),
            ("import Prelude", None),
            ("{- unended module A where", None),
            ("", None),
        ];
        for (text, name) in cases {
            assert_eq!(module_name(text), name, "{text:?}");
        }
    }
}
