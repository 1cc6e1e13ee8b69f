//! The next package set as people and programs read it: what changes, what does not and why, and the changelog.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Finding, PackageName, PackageSet, Version};
use crate::rules::package_set::{Edit, Edits, Held, Origin, Proposal, Wanted};

use super::findings::counted;
use super::markdown::{Room, block, code, fitting, folded};
use super::plan::findings_markdown;
use super::words::package_set::{wanted, why};

/// What became of a next set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetDeed {
    /// It is shown.
    Proposed,
    /// It is released.
    Released,
}

/// What is new in a set, to the byte as the PureScript registry tells it: the message of the commit that releases it.
#[must_use]
pub fn changelog(before: Option<&PackageSet>, edits: &Edits, version: &Version) -> String {
    let (mut new, mut updated, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for (name, edit) in edits {
        match (edit, before.and_then(|set| set.packages.get(name))) {
            (Edit::Put(version), None) => new.push(format!("  - {name}@{version}\n")),
            (Edit::Put(version), Some(old)) => updated.push(format!("  - {name}@{old} -> {version}\n")),
            (Edit::Remove, Some(old)) => removed.push(format!("  - {name}@{old}\n")),
            (Edit::Remove, None) => {}
        }
    }
    let mut text = format!("Release {version} package set.\n");
    for (heading, lines) in [("New", new), ("Updated", updated), ("Removed", removed)] {
        if !lines.is_empty() {
            let _ = write!(text, "\n{heading} packages:\n{}", lines.concat());
        }
    }
    text
}

/// What a set without a compiler's word is worth.
const CLAIM: &str = "It was not compiled: all that its members need is in it, and what is new in it fits.";

/// The next set on a terminal.
#[must_use]
pub fn set_text(proposal: &Proposal, deed: SetDeed) -> String {
    let Some(next) = &proposal.next else {
        let mut text = without_next(proposal) + "\n";
        push_held(&mut text, &proposal.held);
        return text;
    };
    let mut text = heading(proposal, next, deed) + "\n";
    if !proposal.edits.is_empty() {
        text.push('\n');
    }
    for (name, edit) in &proposal.edits {
        let Change { verb, name, from, to } = change(proposal, name, edit);
        let _ = writeln!(text, "  {verb:<7} {name} {}", between(from, to));
    }
    push_held(&mut text, &proposal.held);
    let _ = write!(text, "\n{CLAIM}\n");
    if deed == SetDeed::Proposed {
        let changelog = changelog(proposal.before.as_ref(), &proposal.edits, &next.version);
        let _ = write!(text, "\nChangelog:\n\n{changelog}");
    }
    text
}

/// The next set as Markdown.
#[must_use]
pub fn set_markdown(proposal: &Proposal, deed: SetDeed, findings: &[Finding]) -> String {
    const ROOM: Room = Room { chars: 20_000, items: 400, indent: "" };
    let mut text = findings_markdown(findings);
    let title = proposal.next.as_ref().map_or_else(|| without_next(proposal), |next| heading(proposal, next, deed));
    let _ = writeln!(text, "**{title}**\n");
    let changes: Vec<Change<'_>> = proposal
        .edits
        .iter()
        .map(|(name, edit)| change(proposal, name, edit))
        .filter(|_| proposal.next.is_some())
        .collect();
    text.push_str(&fitting(&changes, ROOM, "change", |Change { verb, name, from, to }| {
        format!("- {verb} {} {}\n", code(name.as_str()), between(*from, *to))
    }));
    if !proposal.held.is_empty() {
        text.push_str("\nHeld back:\n\n");
        text.push_str(&fitting(&proposal.held, ROOM, "version", |held| {
            format!("- {}: {}\n", code(&wanted(&held.wanted)), code(&why(held)))
        }));
    }
    if let Some(next) = &proposal.next {
        let changelog = changelog(proposal.before.as_ref(), &proposal.edits, &next.version);
        let _ = write!(text, "\n{CLAIM}\n\n");
        if changelog.len() <= ROOM.chars {
            text.push_str(&folded("Changelog", &block(&changelog, "text", "")));
        }
    }
    text
}

/// The next set for a program.
#[must_use]
pub fn set_json(proposal: &Proposal, deed: SetDeed, findings: &[Value]) -> Value {
    let changes = proposal.edits.iter().map(|(name, edit)| {
        let Change { from, to, .. } = change(proposal, name, edit);
        json!({ "name": name, "from": from, "to": to })
    });
    let held = proposal.held.iter().map(|held| {
        let (name, version) = match &held.wanted {
            Wanted::Version(name, version) => (Some(name), Some(version)),
            Wanted::Removal(name) => (Some(name), None),
            Wanted::Compiler(version) => (None, Some(version)),
            Wanted::FirstSet => (None, None),
        };
        json!({ "name": name, "version": version, "wished": held.by == Origin::Wish, "why": why(held) })
    });
    let text = |next: &PackageSet| changelog(proposal.before.as_ref(), &proposal.edits, &next.version);
    json!({
        "before": proposal.before.as_ref().map(|set| &set.version),
        "next": proposal.next,
        "released": deed == SetDeed::Released && proposal.next.is_some(),
        "changes": changes.collect::<Vec<Value>>(),
        "held": held.collect::<Vec<Value>>(),
        "changelog": proposal.next.as_ref().map(text),
        "findings": findings,
    })
}

fn heading(proposal: &Proposal, next: &PackageSet, deed: SetDeed) -> String {
    let begin = match deed {
        SetDeed::Proposed => "The next package set would be",
        SetDeed::Released => "Released package set",
    };
    let after = proposal.before.as_ref().map_or_else(String::new, |before| {
        let compiler =
            if before.compiler == next.compiler { String::new() } else { format!(" (compiler {})", before.compiler) };
        format!(", after {}{compiler}", before.version)
    });
    let PackageSet { version, compiler, published, packages } = next;
    format!("{begin} {version} (compiler {compiler}, {published}): {}{after}", counted(packages.len(), "package"))
}

fn without_next(proposal: &Proposal) -> String {
    match &proposal.before {
        _ if !proposal.findings.is_empty() => {
            "There is no next package set before what stands above is mended".to_owned()
        }
        Some(before) => format!("Nothing to do: package set {} has all that can be had", before.version),
        None => "Nothing to do: there is no package set, and nothing to make one of".to_owned(),
    }
}

fn push_held(text: &mut String, held: &[Held]) {
    if held.is_empty() {
        return;
    }
    text.push_str("\nHeld back:\n");
    for held in held {
        let _ = writeln!(text, "  {}: {}", wanted(&held.wanted), why(held));
    }
}

/// An edit, beside what was there.
struct Change<'p> {
    verb: &'static str,
    name: &'p PackageName,
    from: Option<&'p Version>,
    to: Option<&'p Version>,
}

fn change<'p>(proposal: &'p Proposal, name: &'p PackageName, edit: &'p Edit) -> Change<'p> {
    let from = proposal.before.as_ref().and_then(|set| set.packages.get(name));
    let to = match edit {
        Edit::Put(version) => Some(version),
        Edit::Remove => None,
    };
    let verb = match (from, to) {
        (_, None) => "remove",
        (None, Some(_)) => "add",
        (Some(from), Some(to)) if to < from => "lower",
        (Some(_), Some(_)) => "update",
    };
    Change { verb, name, from, to }
}

fn between(from: Option<&Version>, to: Option<&Version>) -> String {
    let texts: Vec<String> = from.into_iter().chain(to).map(ToString::to_string).collect();
    texts.join(" -> ")
}
