//! What becomes of packages besides their publications, in words: in plans, in outcomes, and in the messages of commits.

use serde_json::{Value, json};

use crate::model::{Amendment, AmendmentDeed, Mark, PackageName, StatusKind, Version};

use super::findings::counted;
use super::words::{brief, listed};

/// What an amendment does, in one line that begins with a verb as a plan has it.
#[must_use]
pub fn amendment_line(amendment: &Amendment) -> String {
    let Amendment { name, deed } = amendment;
    match deed {
        AmendmentDeed::Revise { manifest, revisions, .. } => {
            let revision = revisions.last().map_or(0, |revised| revised.revision);
            format!("revise {name}@{} to revision {revision}", manifest.version)
        }
        AmendmentDeed::Mark { version, kind, mark: Some(_) } => format!("{} {name}@{version}", verb(*kind)),
        AmendmentDeed::Mark { version, kind, mark: None } => {
            format!("take back that {name}@{version} is {}", kind.as_str())
        }
        AmendmentDeed::Unpublish { version, .. } => format!("unpublish {name}@{version}"),
        AmendmentDeed::Advise { version, advisories } if advisories.is_empty() => {
            format!("take back every warning of {name}@{version}")
        }
        AmendmentDeed::Advise { version, advisories } => {
            format!("warn of {name}@{version}: {}", listed(advisories))
        }
        AmendmentDeed::Register { location, .. } => {
            format!("register {name} at {}", brief(&location.to_string()))
        }
        AmendmentDeed::Remember { authorizations } => {
            format!("remember {} of {name}", counted(authorizations.len(), "signed request"))
        }
    }
}

fn verb(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Yanked => "yank",
        StatusKind::Deprecated => "deprecate",
        StatusKind::Quarantined => "quarantine",
        StatusKind::Unpublished => "unpublish",
    }
}

/// Why, and what else is said of it, a line each.
#[must_use]
pub fn amendment_details(amendment: &Amendment) -> Vec<String> {
    match &amendment.deed {
        AmendmentDeed::Revise { manifest, before, revisions } => {
            let reason = revisions.last().map(|revised| format!("reason   {}", brief(revised.reason.as_str())));
            let ranges = manifest.dependencies.iter().filter(|(name, range)| before.get(*name) != Some(*range));
            let ranges = ranges.map(|(name, range)| match before.get(name) {
                Some(before) => format!("range    {name} {range}, was {before}"),
                None => format!("range    {name} {range}"),
            });
            reason.into_iter().chain(ranges).collect()
        }
        AmendmentDeed::Mark { mark: Some(Mark { reason, replacement, .. }), .. } => {
            let replacement = replacement.as_ref().map(|name| format!("instead  {name}"));
            [format!("reason   {}", brief(reason.as_str()))].into_iter().chain(replacement).collect()
        }
        AmendmentDeed::Unpublish { record, .. } => vec![format!("reason   {}", brief(record.reason.as_str()))],
        AmendmentDeed::Mark { mark: None, .. }
        | AmendmentDeed::Advise { .. }
        | AmendmentDeed::Register { .. }
        | AmendmentDeed::Remember { .. } => Vec::new(),
    }
}

/// An amendment for a program.
#[must_use]
pub fn amendment_json(amendment: &Amendment) -> Value {
    let Amendment { name, deed } = amendment;
    match deed {
        AmendmentDeed::Revise { manifest, before, revisions } => json!({
            "step": "revise", "name": name, "version": manifest.version,
            "dependencies": manifest.dependencies, "before": before, "revisions": revisions,
        }),
        AmendmentDeed::Mark { version, kind, mark } => json!({
            "step": if mark.is_some() { verb(*kind) } else { "restore" }, "name": name, "version": version,
            "status": kind.as_str(), "reason": mark.as_ref().map(|mark| &mark.reason),
            "replacement": mark.as_ref().and_then(|mark| mark.replacement.as_ref()),
        }),
        AmendmentDeed::Unpublish { version, record } => json!({
            "step": "unpublish", "name": name, "version": version, "reason": record.reason,
        }),
        AmendmentDeed::Advise { version, advisories } => json!({
            "step": "advise", "name": name, "version": version, "advisories": advisories,
        }),
        AmendmentDeed::Register { location, owners } => json!({
            "step": "register", "name": name, "location": location, "owners": owners,
        }),
        AmendmentDeed::Remember { authorizations } => json!({
            "step": "remember", "name": name, "authorizations": authorizations,
        }),
    }
}

/// The message of the commit that makes a change of the index: its title, and every part of it where there are several.
#[must_use]
pub fn commit_message(published: &[(&PackageName, &Version)], amended: &[Amendment]) -> String {
    let publications = published.iter().map(|(name, version)| format!("{name}@{version}"));
    if amended.is_empty() {
        let names: Vec<String> = publications.collect();
        return match names.as_slice() {
            [] => "Record what is owed".to_owned(),
            [one] => format!("Publish {one}"),
            many => format!("Publish {} versions\n\n{}", many.len(), many.join("\n")),
        };
    }
    let publications = publications.map(|it| format!("Publish {it}"));
    let lines: Vec<String> = publications.chain(amended.iter().map(|it| capitalised(&amendment_line(it)))).collect();
    match lines.as_slice() {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {}\n\n{}", counted(rest.len(), "more change"), lines.join("\n")),
        [] => String::new(),
    }
}

fn capitalised(line: &str) -> String {
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
