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
    let mut document: DocumentMut = text.parse().ok()?;
    let dependencies = document.entry("dependencies").or_insert_with(|| Item::Table(Table::new()));
    let dependencies = dependencies.as_table_like_mut()?;
    match edit {
        Edit::Put(alias, Requirement { package, range }) => {
            let range = range.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string);
            let value = if package == alias {
                Value::from(range)
            } else {
                let parts = [("package", package.to_string()), ("version", range)];
                Value::InlineTable(InlineTable::from_iter(parts))
            };
            match dependencies.get_mut(alias.as_str()) {
                Some(item) => {
                    let decor = item.as_value().map(|value| value.decor().clone());
                    let mut value = value;
                    if let Some(decor) = decor {
                        *value.decor_mut() = decor;
                    }
                    *item = Item::Value(value);
                }
                None => drop(dependencies.insert(alias.as_str(), Item::Value(value))),
            }
        }
        Edit::Drop(alias) => drop(dependencies.remove(alias.as_str())),
    }
    Some(document.to_string())
}
