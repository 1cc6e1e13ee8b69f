//! A project whose needs stand in `spago.yaml`, under `package`.

use std::collections::BTreeMap;

use super::Edit;
use crate::model::{PackageName, Project, Requirement};
use crate::rules::own_manifest::spago_dependencies;

pub(super) fn read(text: &str) -> Result<Project, String> {
    let mut requirements = BTreeMap::new();
    for (name, range) in spago_dependencies(text)? {
        let name: PackageName = name.parse().map_err(|error| format!("dependency '{name}': {error}"))?;
        if requirements.insert(name.clone(), Requirement { package: name.clone(), range }).is_some() {
            return Err(format!("dependency {name} stands twice"));
        }
    }
    Ok(Project { requirements, ..Project::default() })
}

/// The text with one item of the list changed. It knows the way in which people write this list, one item a line; what it
/// makes of another is noticed by whoever reads it again.
pub(super) fn edited(text: &str, edit: &Edit) -> Option<String> {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let package = lines.iter().position(|line| without_comment(line).trim_end() == "package:")?;
    let inside = |line: &String| line.trim().is_empty() || line.starts_with([' ', '#']);
    let end = lines.iter().skip(package + 1).position(|line| !inside(line)).map_or(lines.len(), |at| package + 1 + at);
    let says = |at: &usize| lines.get(*at).is_some_and(|line| says_something(line));
    let depth = indent((package + 1..end).find(says).and_then(|at| lines.get(at))?);
    let is_head = |at: &usize| {
        lines.get(*at).is_some_and(|line| indent(line) == depth && line.trim_start().starts_with("dependencies:"))
    };
    let Some(head) = (package + 1..end).find(is_head) else {
        let Edit::Put(..) = edit else { return None };
        let last = (package + 1..end).rev().find(says)?;
        lines.insert(last + 1, format!("{}dependencies:", " ".repeat(depth)));
        lines.insert(last + 2, item(depth + 2, edit)?);
        return Some(lines.join("\n"));
    };
    let line = lines.get_mut(head)?;
    let behind = without_comment(line).trim().strip_prefix("dependencies:")?.trim().to_owned();
    match (behind.as_str(), edit) {
        ("", _) => change_item(&mut lines, head, end, edit)?,
        ("[]", Edit::Put(..)) => {
            line.replacen(" []", "", 1).replacen("[]", "", 1).trim_end().clone_into(line);
            lines.insert(head + 1, item(depth + 2, edit)?);
        }
        _ => return None,
    }
    Some(lines.join("\n"))
}

/// An item of the list: its first line, the line behind its last one, and the name that it begins with.
struct Listed {
    at: usize,
    end: usize,
    name: String,
}

/// The items of the list below line `head`, whose last line is before `end`.
fn listed(lines: &[String], head: usize, end: usize) -> Option<Vec<Listed>> {
    let outer = indent(lines.get(head)?);
    let mut items: Vec<Listed> = Vec::new();
    for at in head + 1..end {
        let line = lines.get(at)?;
        if !says_something(line) {
            continue;
        }
        match line.trim_start().strip_prefix("- ") {
            Some(rest) if indent(line) >= outer => items.push(Listed { at, end: at + 1, name: named(rest) }),
            _ if indent(line) <= outer => break,
            _ => items.last_mut()?.end = at + 1,
        }
    }
    Some(items)
}

fn change_item(lines: &mut Vec<String>, head: usize, end: usize, edit: &Edit) -> Option<()> {
    let (Edit::Put(name, _) | Edit::Drop(name)) = edit;
    let items = listed(lines, head, end)?;
    let depth =
        items.first().and_then(|item| lines.get(item.at)).map_or(indent(lines.get(head)?) + 2, |line| indent(line));
    let present = items.iter().find(|item| item.name == name.as_str());
    match (edit, present) {
        (Edit::Put(..), Some(present)) => {
            let line = lines.get_mut(present.at).filter(|_| present.end == present.at + 1)?;
            let comment = line.get(without_comment(line).trim_end().len()..)?.to_owned();
            *line = item(depth, edit)? + &comment;
        }
        (Edit::Put(..), None) => {
            // Where people keep the list in order, it stays in order.
            let is_sorted = items.is_sorted_by(|a, b| a.name <= b.name);
            let after = items.iter().rev().find(|item| !is_sorted || item.name.as_str() < name.as_str());
            lines.insert(after.map_or(head + 1, |item| item.end), item(depth, edit)?);
        }
        (Edit::Drop(_), Some(present)) => {
            drop(lines.drain(present.at..present.end));
            if items.len() == 1 {
                let line = lines.get_mut(head)?;
                *line = line.replacen("dependencies:", "dependencies: []", 1);
            }
        }
        (Edit::Drop(_), None) => {}
    }
    Some(())
}

/// Whether a line is more than blanks and a comment.
fn says_something(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// A line up to its comment, which begins behind a blank and outside of quotes.
fn without_comment(line: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' && before.is_whitespace() => return line.get(..at).unwrap_or(line),
            _ => {}
        }
        before = c;
    }
    line
}

/// The name that an item of the list begins with.
fn named(rest: &str) -> String {
    rest.split([':', '#']).next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn item(depth: usize, edit: &Edit) -> Option<String> {
    let Edit::Put(name, requirement) = edit else { return None };
    let blanks = " ".repeat(depth);
    Some(match &requirement.range {
        None => format!("{blanks}- {name}"),
        Some(range) => format!("{blanks}- {name}: \"{range}\""),
    })
}
