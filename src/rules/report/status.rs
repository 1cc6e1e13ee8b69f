//! What is owed, as people and programs read it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{PackageName, Pending, PendingKind, Version};

use super::findings::counted;
use super::inert::inert_line;

/// What is owed, by version. A version may owe documentation and something else.
type Owings = [(PackageName, Version, Pending)];

/// What is owed, on a terminal.
#[must_use]
pub fn status_text(owed: &Owings, index: Option<&str>, registry: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(index) = index {
        let _ = writeln!(text, "The index stands at {index}.");
    }
    if let Some(registry) = registry {
        let _ = writeln!(text, "It is complete up to {registry} of the registry, but for what is owed.");
    }
    if owed.is_empty() {
        text.push_str("Nothing is owed.\n");
        return text;
    }
    let mut versions: Vec<_> = owed.iter().map(|(name, version, _)| (name, version)).collect();
    versions.dedup();
    let _ = writeln!(text, "Owed: {}.", counted(versions.len(), "version"));
    for (name, version, pending) in owed {
        let what = match pending.kind {
            PendingKind::Publish => "to publish".to_owned(),
            PendingKind::Mirror => format!("to put into {}", inert_line(&pending.stores.join(", "))),
            PendingKind::Docs => "to document".to_owned(),
            PendingKind::Remove => format!("to take out of {}", inert_line(&pending.stores.join(", "))),
        };
        let _ = writeln!(text, "\n  {name}@{version}  {what}");
        let _ = writeln!(text, "    why    {}", inert_line(&pending.why));
        let _ = writeln!(text, "    since  {}, tried {}", pending.since, times(pending.attempts));
        match pending.next {
            Some(next) => {
                let _ = writeln!(text, "    again  from {next} on");
            }
            None => text.push_str("    again  only with `curator sync --retry`: it failed for too long\n"),
        }
    }
    text
}

fn times(attempts: u32) -> String {
    match attempts {
        0 => "not once".to_owned(),
        1 => "once".to_owned(),
        _ => format!("{attempts} times"),
    }
}

/// What is owed, for a program.
#[must_use]
pub fn status_json(owed: &Owings, index: Option<&str>, registry: Option<&str>) -> Value {
    let entry = |(name, version, pending): &(PackageName, Version, Pending)| {
        json!({
            "name": name,
            "version": version,
            "kind": pending.kind,
            "stores": pending.stores,
            "why": pending.why,
            "since": pending.since,
            "attempts": pending.attempts,
            "next": pending.next,
            "registryCommit": pending.registry_commit,
        })
    };
    json!({ "indexCommit": index, "registryCommit": registry, "owed": owed.iter().map(entry).collect::<Vec<_>>() })
}
