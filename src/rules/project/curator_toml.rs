//! `curator.project.toml`, the curator's own file of a project:
//!
//! ```toml
//! index = "https://packages.example.org/"   # a place, as --index takes it
//! stores = ["../archives"]                  # before those that the index names
//! compiler = "0.15.15"
//! allow_advisories = ["ACME-2026-1"]        # critical ones that the project puts up with
//!
//! [dependencies]
//! text-kit = ">=1.0.0 <2.0.0"
//! seedbed = "*"
//! wrap = { package = "text-wrap", version = ">=1.0.0 <2.0.0" }   # called wrap here
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

use super::Edit;
use crate::model::{AdvisoryId, PackageName, Project, Range, Requirement, Version};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    index: Option<String>,
    #[serde(default)]
    stores: Vec<String>,
    compiler: Option<Version>,
    #[serde(default)]
    allow_advisories: BTreeSet<AdvisoryId>,
    #[serde(default)]
    dependencies: BTreeMap<PackageName, WrittenRequirement>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a dependency is a range, or { package = NAME, version = RANGE }")]
enum WrittenRequirement {
    Range(String),
    Table { package: Option<PackageName>, version: String },
}

pub(super) fn read(text: &str) -> Result<Project, String> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", error.message())
    })?;
    let requirement = |(alias, written): (PackageName, WrittenRequirement)| {
        let (package, range) = match written {
            WrittenRequirement::Range(range) => (alias.clone(), range),
            WrittenRequirement::Table { package, version } => (package.unwrap_or_else(|| alias.clone()), version),
        };
        let range = range_of(&range).map_err(|error| format!("{alias}: {error}"))?;
        Ok((alias, Requirement { package, range }))
    };
    Ok(Project {
        index: written.index,
        stores: written.stores,
        compiler: written.compiler,
        allowed_advisories: written.allow_advisories,
        requirements: written.dependencies.into_iter().map(requirement).collect::<Result<_, String>>()?,
    })
}

fn range_of(text: &str) -> Result<Option<Range>, String> {
    if text == "*" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| format!("{error}; any version is '*'"))
}

/// The text with the change in it, comments and order as they were.
pub(super) fn edited(text: &str, edit: &Edit) -> Option<String> {
    let parsed = toml_edit::Document::parse(text).ok()?;
    let (Edit::Put(alias, _) | Edit::Drop(alias)) = edit;
    let table = parsed.get(KEY).and_then(Item::as_table_like);
    let present = table.and_then(|table| table.get_key_value(alias.as_str()));
    match (edit, present) {
        (Edit::Put(_, requirement), Some((_, item))) => changed(text, alias, requirement, item),
        (Edit::Put(_, requirement), None) => inserted(text, alias, requirement),
        (Edit::Drop(_), Some((key, item))) => {
            let is_line = item.is_value() && parsed.get(KEY).is_some_and(Item::is_table);
            // A comment above it may be about more than it: it stays.
            if is_line { without_lines(text, key.span()?.start, item.span()?.end) } else { taken_out(text, alias) }
        }
        (Edit::Drop(_), None) => Some(text.to_owned()),
    }
}

const KEY: &str = "dependencies";

/// The text with another requirement where `item` is.
fn changed(text: &str, alias: &PackageName, requirement: &Requirement, item: &Item) -> Option<String> {
    let told = item.as_table_like().map(|table| (table.get("version"), table.get("package").and_then(Item::as_str)));
    let (span, new) = match told {
        // The package stays, and so does the way in which it is written.
        Some((Some(version), package)) if package.unwrap_or(alias.as_str()) == requirement.package.as_str() => {
            (version.span()?, Value::from(range_text(requirement)))
        }
        _ if item.is_value() => (item.span()?, value(alias, requirement)),
        _ => return None,
    };
    Some([text.get(..span.start)?, new.to_string().trim(), text.get(span.end..)?].concat())
}

fn inserted(text: &str, alias: &PackageName, requirement: &Requirement) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let dependencies = document.entry(KEY).or_insert_with(|| Item::Table(Table::new()));
    dependencies.as_table_like_mut()?.insert(alias.as_str(), Item::Value(value(alias, requirement)));
    Some(document.to_string())
}

fn taken_out(text: &str, alias: &PackageName) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    document.get_mut(KEY)?.as_table_like_mut()?.remove(alias.as_str())?;
    Some(document.to_string())
}

/// The text without the lines from `start` to `end`.
fn without_lines(text: &str, start: usize, end: usize) -> Option<String> {
    let from = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let to = text.get(end..)?.find('\n').map_or(text.len(), |newline| end + newline + 1);
    Some([text.get(..from)?, text.get(to..)?].concat())
}

fn value(alias: &PackageName, requirement: &Requirement) -> Value {
    let range = range_text(requirement);
    if requirement.package == *alias {
        return Value::from(range);
    }
    let parts = [("package", requirement.package.to_string()), ("version", range)];
    Value::InlineTable(InlineTable::from_iter(parts))
}

fn range_text(requirement: &Requirement) -> String {
    requirement.range.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string)
}
