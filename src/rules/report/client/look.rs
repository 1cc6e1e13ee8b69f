//! What there is and what is known of it, in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Details, Location, Newer, PackageName, Published, StatusKind};
use crate::rules::choose::Branch;
use crate::rules::report::findings::counted;
use crate::rules::report::inert::inert_line;
use crate::rules::search::Hit;

use super::trouble::withheld;

/// The tree of what a project uses, on a terminal.
#[must_use]
pub fn tree_text(branches: &[Branch], aliases: &BTreeMap<PackageName, PackageName>) -> String {
    let mut text = String::new();
    for Branch { depth, name, version, repeated } in branches {
        let called = aliases.get(name).filter(|_| *depth == 0);
        let called = called.map(|alias| format!(" (called {alias})")).unwrap_or_default();
        let above = if *repeated { " (see above)" } else { "" };
        let _ = writeln!(text, "{}{name} {version}{called}{above}", "  ".repeat(*depth));
    }
    if branches.is_empty() {
        text.push_str("The project uses no packages.\n");
    }
    text
}

/// The same for a program.
#[must_use]
pub fn tree_json(branches: &[Branch], aliases: &BTreeMap<PackageName, PackageName>) -> Value {
    let branch = |Branch { depth, name, version, repeated }: &Branch| json!({ "depth": depth, "name": name, "version": version, "called": aliases.get(name), "repeated": repeated });
    branches.iter().map(branch).collect()
}

/// What is newer, on a terminal.
#[must_use]
pub fn outdated_text(newer: &[Newer]) -> String {
    if newer.is_empty() {
        return "Nothing newer is on offer.\n".to_owned();
    }
    let mut text = String::new();
    for Newer { name, used, admitted, highest, range } in newer {
        let why = match (admitted, range) {
            (Some(admitted), _) if admitted == highest => String::new(),
            (Some(admitted), Some(range)) => format!(" ({range} admits {admitted})"),
            (_, Some(range)) => format!(" ({range} admits none)"),
            _ => String::new(),
        };
        let _ = writeln!(text, "{name} {used} -> {highest}{why}");
    }
    text.push_str("`curator update` takes what fits together; `curator add NAME` asks for the highest.\n");
    text
}

/// The same for a program.
#[must_use]
pub fn outdated_json(newer: &[Newer]) -> Value {
    let one = |it: &Newer| json!({ "name": it.name, "used": it.used, "admitted": it.admitted, "highest": it.highest, "range": it.range });
    newer.iter().map(one).collect()
}

/// What a search found, on a terminal.
#[must_use]
pub fn search_text(hits: &[Hit], matched: usize, of: usize) -> String {
    let mut text = String::new();
    for Hit { name, version, description } in hits {
        let description = inert_line(description);
        let between = if description.is_empty() { "" } else { "  " };
        let _ = writeln!(text, "{name} {version}{between}{description}");
    }
    let _ = if hits.len() < matched {
        writeln!(text, "{} of {matched} packages that fit, of {of}; --limit shows more.", hits.len())
    } else {
        writeln!(text, "{} of {of}.", counted(matched, "package"))
    };
    text
}

/// The same for a program.
#[must_use]
pub fn search_json(hits: &[Hit], matched: usize, of: usize) -> Value {
    let hit = |it: &Hit| json!({ "name": it.name, "version": it.version, "description": it.description });
    json!({ "packages": hits.iter().map(hit).collect::<Vec<_>>(), "matched": matched, "lookedThrough": of })
}

/// What is known of a package, on a terminal.
#[must_use]
pub fn info_text(details: &Details) -> String {
    let name = &details.name;
    let mut text = match &details.version {
        Some(version) => format!("{name} {version}\n"),
        None => format!("{name}: no version is on offer\n"),
    };
    if let Some(manifest) = &details.manifest {
        if let Some(description) = &manifest.description {
            let _ = writeln!(text, "  {}", inert_line(&description.to_string()));
        }
        let _ = writeln!(text, "  licence       {}", manifest.license);
        let _ =
            writeln!(text, "  source        {} at {}", manifest.location, inert_line(&manifest.reference.to_string()));
        for (at, (dependency, range)) in manifest.dependencies.iter().enumerate() {
            let head = if at == 0 { "needs" } else { "" };
            let _ = writeln!(text, "  {head:<13} {dependency} {range}");
        }
    }
    if let Some(facts) = &details.facts {
        push_facts(&mut text, facts, details.manifest.as_ref().map(|manifest| &manifest.location));
    }
    for advisory in &details.advisories {
        let (summary, level) = (advisory.summary.as_deref().unwrap_or_default(), advisory.level(name).as_str());
        let _ = writeln!(text, "  advisory      {} ({level}) {}", advisory.id, inert_line(summary));
    }
    if let Some(gone) = &details.unpublished {
        let _ = writeln!(text, "  unpublished   {}: {}", gone.unpublished_time, inert_line(gone.reason.as_str()));
    }
    push_versions(&mut text, details);
    text
}

fn push_facts(text: &mut String, facts: &Published, location: Option<&Location>) {
    let _ = writeln!(text, "  published     {}", facts.published_time);
    let _ = writeln!(text, "  archive       {} bytes, {}", facts.bytes, facts.hash);
    if let Some(commit) = &facts.commit {
        let _ = writeln!(text, "  commit        {commit}");
    }
    if location.is_some_and(|location| facts.is_local(location)) {
        let _ = writeln!(text, "  commit        none: it was published from a local folder");
    }
    let compilers: Vec<String> = facts.compilers.iter().map(ToString::to_string).collect();
    // A language without compilers has none to name.
    if !compilers.is_empty() {
        let compiled = if facts.compiled == Some(false) { " (not compiled)" } else { "" };
        let _ = writeln!(text, "  compilers     {}{compiled}", compilers.join(", "));
    }
    for (kind, mark) in facts.marks() {
        let instead = mark.replacement.as_ref().filter(|_| kind == StatusKind::Deprecated);
        let instead = instead.map(|name| format!("; use {name} instead")).unwrap_or_default();
        let _ = writeln!(text, "  {:<13} {}{instead}", kind.as_str(), inert_line(mark.reason.as_str()));
    }
    if let Some(revision) = facts.revision {
        let _ = writeln!(text, "  bounds        revision {revision}, by the trustees");
    }
}

fn push_versions(text: &mut String, details: &Details) {
    let on_offer: Vec<String> =
        details.versions.iter().filter(|(_, why)| why.is_none()).map(|(version, _)| version.to_string()).collect();
    if !on_offer.is_empty() {
        let _ = writeln!(text, "  versions      {}", on_offer.join(", "));
    }
    for (version, why) in &details.versions {
        if let Some(why) = why {
            let _ = writeln!(text, "  not on offer  {version}: {}", withheld(why));
        }
    }
    for version in &details.gone {
        let _ = writeln!(text, "  unpublished   {version}");
    }
}

/// The same for a program.
#[must_use]
pub fn info_json(details: &Details) -> Value {
    let versions = details.versions.iter().map(
        |(version, why)| json!({ "version": version, "onOffer": why.is_none(), "why": why.as_ref().map(withheld) }),
    );
    json!({
        "name": details.name,
        "version": details.version,
        "manifest": details.manifest,
        "facts": details.facts,
        "unpublished": details.unpublished,
        "versions": versions.collect::<Vec<_>>(),
        "gone": details.gone,
        "advisories": details.advisories.iter().map(|it| it.id.to_string()).collect::<Vec<_>>(),
    })
}
