//! `bower.json`, as far as a registry needs it.

use std::collections::BTreeMap;

use crate::model::{Dependencies, Document, Node, PackageName, Range, RangeError, Value};
use crate::rules::report::words;

use super::lists::package_name;
use super::refusal::{Refusal, RefusalKind};

/// What a `bower.json` says. `devDependencies` are for those who work on the package, and `version` was never kept up:
/// Bower went by the tag.
pub(super) struct Bower {
    /// Its licences, as they are written.
    pub(super) licenses: Vec<String>,
    /// What the package is for.
    pub(super) description: Option<String>,
    /// What it depends on.
    pub(super) dependencies: Dependencies,
}

impl Bower {
    /// Reads the text of a `bower.json`.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        // Bower's own reader took a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document = Document::parse(text.as_bytes(), text.len() as u64)
            .map_err(|errors| unreadable(&words::joined(&errors)))?;
        if !matches!(document.root().value, Value::Object(_)) {
            return Err(unreadable("it is not a JSON object"));
        }
        let field = |key: &str| {
            let node = document.member(key).map(|member| &member.value);
            node.filter(|node| node.value != Value::Null)
        };
        let description = field("description").and_then(|node| node.value.as_text()).map(str::to_owned);
        let licenses = field("license").or_else(|| field("licenses")).map(licenses).unwrap_or_default();
        let dependencies = field("dependencies").map_or_else(|| Ok(Dependencies::new()), dependencies)?;
        Ok(Self { licenses, description, dependencies })
    }
}

/// Bower knew a text and a list of texts; npm's older form `{"type": "MIT", "url": …}` was copied into many files.
fn licenses(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(licenses).collect(),
        Value::Object(_) => node.member("type").map(|member| licenses(&member.value)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn dependencies(node: &Node) -> Result<Dependencies, Refusal> {
    let Value::Object(members) = &node.value else {
        return Err(unreadable("\"dependencies\" is not an object"));
    };
    let mut dependencies: BTreeMap<PackageName, Range> = BTreeMap::new();
    for member in members {
        let key = member.key.as_str();
        let name = package_name(key);
        let name =
            name.map_err(|error| Refusal::new(RefusalKind::DependencyName, words::refusal::quoted(key, &error)))?;
        let range = member.value.value.as_text();
        let range = range.ok_or_else(|| unreadable(&format!("the range of {} is not a string", words::word(key))))?;
        let range = Range::parse_lenient(range).map_err(|error| bad_range(&name, &error))?;
        if dependencies.insert(name.clone(), range).is_some() {
            return Err(unreadable(&format!("it names the dependency {name} twice, with the prefix and without it")));
        }
    }
    Ok(dependencies)
}

pub(super) fn bad_range(name: &PackageName, error: &RangeError) -> Refusal {
    let kind = match error {
        RangeError::Unbounded(_) => RefusalKind::RangeUnbounded,
        _ => RefusalKind::Range,
    };
    Refusal::new(kind, words::refusal::bad_range(name, &error.to_string()))
}

fn unreadable(reason: &str) -> Refusal {
    Refusal::new(RefusalKind::Manifest, words::refusal::manifest("bower.json", reason))
}
