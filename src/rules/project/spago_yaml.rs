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
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let package = lines.iter().position(|line| line.trim_end() == "package:")?;
    let inside = |line: &String| line.trim().is_empty() || line.starts_with([' ', '#']);
    let end = lines.iter().skip(package + 1).position(|line| !inside(line)).map_or(lines.len(), |at| package + 1 + at);
    let head = (package + 1..end).find(|at| {
        let line = lines.get(*at).map(|line| line.trim_start()).unwrap_or_default();
        line.starts_with("dependencies:")
    });
    let Some(head) = head else {
        let Edit::Put(..) = edit else { return None };
        let indent =
            lines.get(package + 1..end)?.iter().find(|line| !line.trim().is_empty()).map_or(2, |line| indent(line));
        lines.insert(package + 1, format!("{}dependencies:", " ".repeat(indent)));
        lines.insert(package + 2, item(indent + 2, edit)?);
        return Some(lines.join("\n") + "\n");
    };
    let depth = indent(lines.get(head)?);
    if lines.get(head)?.trim() == "dependencies: []" {
        let Edit::Put(..) = edit else { return None };
        *lines.get_mut(head)? = format!("{}dependencies:", " ".repeat(depth));
        lines.insert(head + 1, item(depth + 2, edit)?);
        return Some(lines.join("\n") + "\n");
    }
    change_item(&mut lines, head, end, edit)?;
    Some(lines.join("\n") + "\n")
}

/// Changes the item of the list below line `head`, whose last line is before `end`.
fn change_item(lines: &mut Vec<String>, head: usize, end: usize, edit: &Edit) -> Option<()> {
    let (Edit::Put(name, _) | Edit::Drop(name)) = edit;
    let mut items = Vec::new();
    for at in head + 1..end {
        let line = lines.get(at)?;
        match line.trim_start().strip_prefix("- ") {
            Some(rest) if indent(line) >= indent(lines.get(head)?) => items.push((at, named(rest))),
            _ if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            _ if indent(line) <= indent(lines.get(head)?) => break,
            _ => {}
        }
    }
    let depth =
        items.first().and_then(|(at, _)| lines.get(*at)).map_or(indent(lines.get(head)?) + 2, |line| indent(line));
    let present = items.iter().find(|(_, named)| named == name.as_str()).map(|(at, _)| *at);
    match (edit, present) {
        (Edit::Put(..), Some(at)) => *lines.get_mut(at)? = item(depth, edit)?,
        (Edit::Put(..), None) => {
            // Where people keep the list in order, it stays in order.
            let is_sorted = items.is_sorted_by(|(_, a), (_, b)| a <= b);
            let after = items.iter().rev().find(|(_, named)| !is_sorted || named.as_str() < name.as_str());
            lines.insert(after.map_or(head, |(at, _)| *at) + 1, item(depth, edit)?);
        }
        (Edit::Drop(_), Some(at)) => {
            lines.remove(at);
            if items.len() == 1 {
                lines.get_mut(head)?.push_str(" []");
            }
        }
        (Edit::Drop(_), None) => {}
    }
    Some(())
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
