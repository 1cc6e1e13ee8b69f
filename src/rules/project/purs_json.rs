//! A project whose needs stand in `purs.json`, the PureScript registry's manifest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Document, Node, PackageName, Project, Range, Requirement, Value};

pub(super) fn read(text: &str) -> Result<Project, String> {
    let document = document(text)?;
    let Some(member) = document.root().member("dependencies") else { return Ok(Project::default()) };
    let Value::Object(members) = &member.value.value else {
        return Err("\"dependencies\" is not an object".to_owned());
    };
    let mut requirements = BTreeMap::new();
    for member in members {
        let key = &member.key;
        let name: PackageName = key.parse().map_err(|error| format!("dependency '{key}': {error}"))?;
        let range = member.value.value.as_text().unwrap_or_default();
        let range: Range = range.parse().map_err(|error| format!("dependency {name}: {error}"))?;
        requirements.insert(name.clone(), Requirement { package: name, range: Some(range) });
    }
    Ok(Project { requirements, ..Project::default() })
}

fn document(text: &str) -> Result<Document, String> {
    Document::parse(text.as_bytes(), text.len() as u64).map_err(|errors| {
        let first = errors.first();
        let start = first.map_or(0, |error| error.span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", first.map(ToString::to_string).unwrap_or_default())
    })
}

/// The text with these dependencies in the place of those that it has; all else stays.
pub(super) fn edited(text: &str, wanted: &Project) -> Option<String> {
    let document = document(text).ok()?;
    let root = document.root();
    match root.member("dependencies") {
        Some(member) => {
            let printed = printed(wanted, &indent_before(text, member.key_span.start))?;
            Some([text.get(..member.value.span.start)?, &printed, text.get(member.value.span.end..)?].concat())
        }
        None => appended(text, root, wanted),
    }
}

/// The text with dependencies behind its last field, in the way in which that is written.
fn appended(text: &str, root: &Node, wanted: &Project) -> Option<String> {
    let Value::Object(members) = &root.value else { return None };
    let last = members.last()?;
    let end = last.value.span.end;
    let indent = indent_before(text, last.key_span.start);
    let printed = printed(wanted, &indent)?;
    let line = format!(",\n{indent}\"dependencies\": {printed}");
    Some([text.get(..end)?, &line, text.get(end..)?].concat())
}

/// The blanks at the start of the line that `at` is on.
fn indent_before(text: &str, at: usize) -> String {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
}

fn printed(wanted: &Project, indent: &str) -> Option<String> {
    if wanted.requirements.is_empty() {
        return Some("{}".to_owned());
    }
    let step = if indent.starts_with('\t') { "\t" } else { "  " };
    let mut text = "{".to_owned();
    for (at, (name, requirement)) in wanted.requirements.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        write!(text, "{comma}\n{indent}{step}\"{name}\": \"{}\"", requirement.range.as_ref()?).ok()?;
    }
    Some(format!("{text}\n{indent}}}"))
}
