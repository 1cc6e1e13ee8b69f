//! What packing published versions again gave, in words: a line each, and a table of all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::model::{Compared, Rebuilt, RebuiltVersion};

use super::findings::counted;
use super::inert::inert_line;
use super::plan::{difference_json, push_difference};

/// The kinds of outcomes, from good to bad.
const KINDS: [Kind; 7] = [
    Kind { heading: "reproduced", name: "reproduced", key: "reproduced" },
    Kind { heading: "same content", name: "same-content", key: "sameContent" },
    Kind { heading: "differs", name: "differs", key: "differs" },
    Kind { heading: "source gone", name: "source-gone", key: "sourceGone" },
    Kind { heading: "unreachable", name: "source-unreachable", key: "sourceUnreachable" },
    Kind { heading: "unpackable", name: "unpackable", key: "unpackable" },
    Kind { heading: "not published", name: "not-published", key: "notPublished" },
];

/// A kind of outcomes, and what it is called.
struct Kind {
    /// At the head of a column.
    heading: &'static str,
    /// As the outcome of one version.
    name: &'static str,
    /// As the key of a count.
    key: &'static str,
}

fn name(outcome: &Rebuilt) -> &'static str {
    match outcome {
        Rebuilt::Reproduced => "reproduced",
        Rebuilt::SameContent { .. } => "same-content",
        Rebuilt::Differs { .. } => "differs",
        Rebuilt::SourceGone { .. } => "source-gone",
        Rebuilt::SourceUnreachable { .. } => "source-unreachable",
        Rebuilt::Unpackable { .. } => "unpackable",
        Rebuilt::LocalSource => "local-source",
        Rebuilt::NotPublished => "not-published",
    }
}

fn verdict(outcome: &Rebuilt) -> String {
    match outcome {
        Rebuilt::Reproduced => "reproduced, to the byte".to_owned(),
        Rebuilt::SameContent { published: Some(published), packed } if published != packed => {
            format!("same content: published with {published}, packed with {packed}, so the hash is another")
        }
        Rebuilt::SameContent { .. } => "same content, compressed otherwise".to_owned(),
        Rebuilt::Differs { compared: Compared::Archive, recorded, found, .. } => {
            format!("differs: {found}, the index says {recorded}")
        }
        Rebuilt::Differs { compared: Compared::Content, recorded, found, .. } => {
            format!("differs: content {found}, the index says {recorded}")
        }
        Rebuilt::SourceGone { reason } => format!("source gone: {}", inert_line(reason)),
        Rebuilt::SourceUnreachable { reason } => format!("source out of reach: {}", inert_line(reason)),
        Rebuilt::LocalSource => {
            "published from a local folder: only that folder can show that it is still made of it (`curator pack`)"
                .to_owned()
        }
        Rebuilt::NotPublished => "not published".to_owned(),
        Rebuilt::Unpackable { reason } => format!("cannot be packed: {}", inert_line(reason)),
    }
}

/// What packing published versions again gave, on a terminal.
#[must_use]
pub fn rebuild_text(rebuilt: &[RebuiltVersion]) -> String {
    let mut text = String::new();
    for RebuiltVersion { name, version, outcome, .. } in rebuilt {
        let _ = writeln!(text, "  {name}@{version}  {}", verdict(outcome));
        if let Rebuilt::Differs { difference: Some(difference), .. } = outcome {
            push_difference(&mut text, difference, usize::MAX);
        }
    }
    if rebuilt.len() > 1 {
        push_table(&mut text, rebuilt);
    }
    let sound = rebuilt.iter().filter(|rebuilt| rebuilt.outcome.is_sound()).count();
    let _ =
        writeln!(text, "{sound} of {} can still be made from the recorded source.", counted(rebuilt.len(), "version"));
    text
}

/// Adds how many outcomes of each kind there are, for each host that sources come from. A kind that did not come up has
/// no column.
fn push_table(text: &mut String, rebuilt: &[RebuiltVersion]) {
    let all: Vec<&RebuiltVersion> = rebuilt.iter().collect();
    let kinds: Vec<&Kind> = KINDS.iter().filter(|kind| count(&all, kind) > 0).collect();
    let hosts = by_host(rebuilt);
    let mut rows: Vec<(String, &[&RebuiltVersion])> =
        hosts.iter().map(|(host, versions)| (inert_line(host).into_owned(), versions.as_slice())).collect();
    if rows.len() > 1 {
        rows.push(("all".to_owned(), &all));
    }
    let width = rows.iter().map(|(host, _)| host.chars().count()).max().unwrap_or_default().max("host".len());
    let _ = write!(text, "\n  {:width$}", "host");
    for kind in &kinds {
        let _ = write!(text, "  {}", kind.heading);
    }
    let _ = writeln!(text, "  versions");
    for (host, versions) in rows {
        let _ = write!(text, "  {host:width$}");
        for kind in &kinds {
            let _ = write!(text, "  {:>1$}", count(versions, kind), kind.heading.len());
        }
        let _ = writeln!(text, "  {:>8}", versions.len());
    }
    text.push('\n');
}

fn count(versions: &[&RebuiltVersion], kind: &Kind) -> usize {
    versions.iter().filter(|version| name(&version.outcome) == kind.name).count()
}

/// The versions by the host that their sources come from. What is not published has none.
fn by_host(rebuilt: &[RebuiltVersion]) -> BTreeMap<&str, Vec<&RebuiltVersion>> {
    let mut hosts: BTreeMap<&str, Vec<&RebuiltVersion>> = BTreeMap::new();
    for version in rebuilt {
        hosts.entry(version.host.as_deref().unwrap_or("-")).or_default().push(version);
    }
    hosts
}

/// What packing published versions again gave, for a program.
#[must_use]
pub fn rebuild_json(rebuilt: &[RebuiltVersion]) -> Value {
    let entry = |RebuiltVersion { name: package, version, host, outcome }: &RebuiltVersion| {
        let details = match outcome {
            Rebuilt::SameContent { published, packed } => json!({ "published": published, "packed": packed }),
            Rebuilt::Differs { compared, recorded, found, difference } => {
                let compared = match compared {
                    Compared::Archive => "hash",
                    Compared::Content => "contentHash",
                };
                let difference = difference.as_ref().map(difference_json);
                json!({ "compared": compared, "recorded": recorded, "found": found, "difference": difference })
            }
            Rebuilt::SourceGone { reason } | Rebuilt::SourceUnreachable { reason } | Rebuilt::Unpackable { reason } => {
                json!({ "reason": reason })
            }
            Rebuilt::Reproduced | Rebuilt::LocalSource | Rebuilt::NotPublished => Value::Null,
        };
        json!({ "name": package, "version": version, "host": host, "outcome": name(outcome), "details": details })
    };
    let all: Vec<&RebuiltVersion> = rebuilt.iter().collect();
    let hosts = by_host(rebuilt).into_iter().filter(|(host, _)| *host != "-");
    let hosts: Map<String, Value> = hosts.map(|(host, versions)| (host.to_owned(), counts(&versions))).collect();
    json!({
        "rebuilt": rebuilt.iter().map(entry).collect::<Vec<_>>(),
        "summary": counts(&all),
        "hosts": hosts,
    })
}

/// How many outcomes of each kind there are, for a program.
fn counts(versions: &[&RebuiltVersion]) -> Value {
    let mut counts: Map<String, Value> =
        KINDS.iter().map(|kind| (kind.key.to_owned(), count(versions, kind).into())).collect();
    counts.insert("versions".to_owned(), versions.len().into());
    Value::Object(counts)
}
