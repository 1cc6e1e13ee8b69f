//! A project whose needs stand in `purs.json`, the PureScript registry's manifest.

use std::collections::BTreeMap;

use super::Edit;
use crate::model::{Document, Member, Node, PackageName, Project, Range, Requirement, Value};

pub(super) fn read(text: &str) -> Result<Project, String> {
    let document = document(text)?;
    let Value::Object(members) = &document.root().value else { return Err("it is not an object".to_owned()) };
    let Some(member) = members.iter().find(|member| member.key == KEY) else { return Ok(Project::default()) };
    let Value::Object(members) = &member.value.value else {
        return Err("\"dependencies\" is not an object".to_owned());
    };
    let mut requirements = BTreeMap::new();
    for member in members {
        let key = &member.key;
        let name: PackageName = key.parse().map_err(|error| format!("dependency '{key}': {error}"))?;
        let range = member.value.value.as_text().unwrap_or_default();
        let range = Range::parse_plain(range).map_err(|error| format!("dependency {name}: {error}"))?;
        requirements.insert(name.clone(), Requirement { package: name, range: Some(range) });
    }
    Ok(Project { requirements, ..Project::default() })
}

const KEY: &str = "dependencies";

fn document(text: &str) -> Result<Document, String> {
    Document::parse(text.as_bytes(), text.len() as u64).map_err(|errors| {
        let first = errors.first();
        let start = first.map_or(0, |error| error.span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", first.map(ToString::to_string).unwrap_or_default())
    })
}

/// The text with one member changed, put in or taken out; all else stays.
pub(super) fn edited(text: &str, edit: &Edit) -> Option<String> {
    let document = document(text).ok()?;
    let root = document.root();
    let Some(member) = root.member(KEY) else {
        let Edit::Put(name, requirement) = edit else { return Some(text.to_owned()) };
        return in_new_object(text, root, &printed(name, requirement)?);
    };
    let Value::Object(members) = &member.value.value else { return None };
    match edit {
        Edit::Put(name, requirement) => match members.iter().find(|member| member.key == name.as_str()) {
            Some(present) => {
                let range = format!("\"{}\"", requirement.range.as_ref()?);
                spliced(text, present.value.span.start, present.value.span.end, &range)
            }
            None => put(text, member, members, name, &printed(name, requirement)?),
        },
        Edit::Drop(name) => dropped(text, &member.value, members, name),
    }
}

/// The text with `new` between `from` and `to`.
fn spliced(text: &str, from: usize, to: usize, new: &str) -> Option<String> {
    Some([text.get(..from)?, new, text.get(to..)?].concat())
}

/// A new member behind the last one that comes before it by name, in the way in which its neighbours are written.
fn put(text: &str, outer: &Member, members: &[Member], name: &PackageName, new: &str) -> Option<String> {
    let Some(first) = members.first() else {
        let span = &outer.value.span;
        return spliced(text, span.start, span.end, &object(text, outer.key_span.start, new));
    };
    // What stands before the first member is what stands before each, where people write by lines.
    let gap = text.get(outer.value.span.start + 1..first.key_span.start)?;
    let gap = if gap.trim().is_empty() && !gap.is_empty() { gap } else { " " };
    match members.iter().rfind(|member| member.key.as_str() < name.as_str()) {
        Some(before) => spliced(text, before.value.span.end, before.value.span.end, &format!(",{gap}{new}")),
        None => spliced(text, first.key_span.start, first.key_span.start, &format!("{new},{gap}")),
    }
}

fn dropped(text: &str, object: &Node, members: &[Member], name: &PackageName) -> Option<String> {
    let Some(at) = members.iter().position(|member| member.key == name.as_str()) else { return Some(text.to_owned()) };
    let (gone, next) = (members.get(at)?, members.get(at + 1));
    let before = at.checked_sub(1).and_then(|before| members.get(before));
    match (before, next) {
        (Some(before), _) => spliced(text, before.value.span.end, gone.value.span.end, ""),
        (None, Some(next)) => spliced(text, gone.key_span.start, next.key_span.start, ""),
        (None, None) => spliced(text, object.span.start, object.span.end, "{}"),
    }
}

/// The text with the first of all dependencies behind its last field.
fn in_new_object(text: &str, root: &Node, new: &str) -> Option<String> {
    let Value::Object(members) = &root.value else { return None };
    let last = members.last()?;
    let end = last.value.span.end;
    let object = object(text, last.key_span.start, new);
    let gap =
        if object.contains('\n') { format!("\n{}", indent_before(text, last.key_span.start)) } else { " ".to_owned() };
    spliced(text, end, end, &format!(",{gap}\"{KEY}\": {object}"))
}

/// An object with one member, as the value of a key at `at`: on lines of its own, if the key is on one.
fn object(text: &str, at: usize, new: &str) -> String {
    let indent = indent_before(text, at);
    let line_start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    if text.get(line_start..at) != Some(indent.as_str()) || line_start == 0 {
        return format!("{{ {new} }}");
    }
    // The members of the whole are one step in.
    let step = if indent.is_empty() { "  " } else { &indent };
    format!("{{\n{indent}{step}{new}\n{indent}}}")
}

/// The blanks at the start of the line that `at` is on.
fn indent_before(text: &str, at: usize) -> String {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
}

fn printed(name: &PackageName, requirement: &Requirement) -> Option<String> {
    Some(format!("\"{name}\": \"{}\"", requirement.range.as_ref()?))
}
