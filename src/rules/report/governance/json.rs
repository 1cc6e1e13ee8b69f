//! The governance log for a program.

use serde_json::{Value, json};

use crate::model::{
    Claims, Happening, LogCommit, LogEntry, RangeChange, Record, RegistryLog, Role, Signatory, StatusKind, Touch,
    Warrant, Why,
};

use super::happenings::kind;
use super::text::Order;

/// The log for a program. Texts from outside are in it as they are: it is shown through `inert_json`.
#[must_use]
pub fn log_json(log: &RegistryLog, order: Order) -> Value {
    let mut entries: Vec<Value> = log.entries.iter().map(|entry| entry_json(log, entry)).collect();
    if order == Order::NewestFirst {
        entries.reverse();
    }
    let walked = log
        .walked
        .iter()
        .map(|walked| json!({ "area": walked.area, "commits": walked.commits, "until": walked.until }));
    json!({
        "since": log.since,
        "walked": walked.collect::<Vec<_>>(),
        "entries": entries,
        "why": log.why.as_ref().map(|why| why_json(log, why)),
    })
}

fn entry_json(log: &RegistryLog, entry: &LogEntry) -> Value {
    let commit = entry.commit.and_then(|at| log.commits.get(at));
    json!({
        "when": entry.when,
        "place": entry.area,
        "commit": commit.map(|commit| &commit.id),
        "kind": kind(&entry.what),
        "package": entry.about.package,
        "version": entry.about.version,
        "file": entry.file.as_str(),
        "what": what(&entry.what),
        "authority": entry.by.iter().copied().map(Warrant::as_str).collect::<Vec<_>>(),
        "by": commit.map(by),
    })
}

/// The facts of what happened.
fn what(what: &Happening) -> Value {
    match what {
        Happening::Registered { location, maintainers } => json!({ "location": location, "maintainers": maintainers }),
        Happening::Transferred { from, to } => json!({ "from": from, "to": to }),
        Happening::Renumbered { from, to } => json!({ "from": from, "to": to }),
        Happening::Maintainers { added, removed } => json!({ "added": added, "removed": removed }),
        Happening::Owners { added, removed } => json!({ "added": added, "removed": removed }),
        Happening::Defined { reference, commit, digest, touch } => {
            json!({ "ref": reference, "commit": commit, "definition": digest, "change": touched(*touch) })
        }
        Happening::Overridden { revision, before, ranges: changed, reason } => {
            json!({ "revision": revision, "before": before, "ranges": ranges(changed), "reason": reason })
        }
        Happening::OverrideRemoved { revision } => json!({ "revision": revision }),
        Happening::StatusSet { kind, before, reason, replacement } => json!({
            "status": kind.as_str(),
            "before": before.map(StatusKind::as_str),
            "reason": reason,
            "replacement": replacement,
        }),
        Happening::StatusRemoved { kind } => json!({ "status": kind.as_str() }),
        Happening::Advisory(id, touch) => json!({ "id": id, "change": touched(*touch) }),
        Happening::SetWanted(touch) | Happening::Configuration(touch) => json!({ "change": touched(*touch) }),
        Happening::Published { time, hash, commit, encoder, revision } => json!({
            "publishedTime": time,
            "hash": hash,
            "commit": commit,
            "encoder": encoder.map(|encoder| encoder.to_string()),
            "revision": revision,
        }),
        Happening::Revised { from, to, ranges: changed } => {
            json!({ "from": from, "to": to, "ranges": ranges(changed) })
        }
        Happening::Unpublished { time, reason } => json!({ "unpublishedTime": time, "reason": reason }),
        Happening::LineChanged(keys, changed) => json!({ "keys": keys, "ranges": ranges(changed) }),
        Happening::Marked(kind, mark) => json!({ "status": kind.as_str(), "mark": mark }),
        Happening::Affected { added, removed } => json!({ "added": added, "removed": removed }),
        Happening::FactsChanged(keys) => json!({ "keys": keys }),
        Happening::PackageSet(version, touch) => json!({ "packageSet": version, "change": touched(*touch) }),
        Happening::Deregistered
        | Happening::Undefined
        | Happening::RecordRemoved
        | Happening::Withdrawn
        | Happening::Listed
        | Happening::Unlisted
        | Happening::Respelled
        | Happening::Unreadable
        | Happening::Readable => json!({}),
    }
}

fn touched(touch: Touch) -> &'static str {
    match touch {
        Touch::Added => "added",
        Touch::Changed => "changed",
        Touch::Removed => "removed",
    }
}

fn ranges(changes: &[RangeChange]) -> Vec<Value> {
    let one = |it: &RangeChange| json!({ "name": it.name, "before": it.before, "after": it.after });
    changes.iter().map(one).collect()
}

/// What git proves of a commit, and beside it what its message says.
fn by(commit: &LogCommit) -> Value {
    let (record, registry) = match &commit.record {
        Record::Merge(_) => ("merge", None),
        Record::Squash(_) => ("squash", None),
        Record::Synced(registry) => ("sync", Some(registry)),
        Record::Void => ("void", None),
        Record::Silent => ("none", None),
    };
    json!({
        "author": commit.author,
        "committer": commit.committer,
        "title": commit.title,
        "merged": commit.merged,
        "record": record,
        "registryCommit": registry,
        "says": commit.record.claims().map(says),
    })
}

fn says(claims: &Claims) -> Value {
    let person = |by: &Signatory| json!({ "id": by.id, "login": by.login });
    let role = |role: &Role| match role {
        Role::Trustee => json!({ "role": "trustee" }),
        Role::Maintainer(name) => json!({ "role": "maintainer", "package": name }),
    };
    let approvers = claims.mandate.yes.iter().map(|yes| {
        let roles: Vec<Value> = yes.roles.iter().map(role).collect();
        json!({ "id": yes.by.id, "login": yes.by.login, "roles": roles })
    });
    let lifted = claims.lifted.iter().map(|(code, by)| json!({ "code": code.as_str(), "by": person(by) }));
    json!({
        "pull": claims.pull.0,
        "head": claims.head,
        "proposer": person(&claims.proposer),
        "approvers": approvers.collect::<Vec<_>>(),
        "lifted": lifted.collect::<Vec<_>>(),
    })
}

/// What made the version what it is, each as the entry that tells it.
fn why_json(log: &RegistryLog, why: &Why) -> Value {
    let entry = |at: &usize| log.entries.get(*at).map(|entry| entry_json(log, entry));
    json!({
        "definition": why.definition.as_ref().and_then(entry),
        "overrides": why.overrides.iter().filter_map(entry).collect::<Vec<_>>(),
        "status": why.status.as_ref().and_then(entry),
        "packageStatus": why.package_status.as_ref().and_then(entry),
        "advisories": why.advisories.iter().filter_map(entry).collect::<Vec<_>>(),
        "published": why.published.as_ref().and_then(entry),
        "unpublished": why.unpublished.as_ref().and_then(entry),
    })
}
