//! The census of an import: as a table for people, and as `import-report.json`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::rules::import::{Census, RefusalKind, Refused};

use super::findings::counted;
use super::inert::inert_line;
use super::words::line;
use super::words::refusal::{meaning, remedy};

/// How many examples the table shows of each kind of refusal.
const EXAMPLES: usize = 2;
/// How much of a reason the table shows; the report has the whole.
const WIDTH: usize = 160;
/// How many pending packages the table names.
const PENDING: usize = 10;

/// The census on a terminal; `written` are the versions that this run has written.
#[must_use]
pub fn import_text(census: &Census, written: usize, report: &str) -> String {
    let mut text = String::new();
    for (kind, refused) in census.kinds() {
        let _ = writeln!(text, "{:>7}  {kind}: {}", refused.len(), meaning(kind));
        for example in refused.iter().take(EXAMPLES) {
            let _ = writeln!(text, "           {}  {}", subject(example), line(&example.refusal.reason, WIDTH));
        }
        let _ = writeln!(text, "           help: {}", remedy(kind));
    }
    for (name, why) in census.pending.iter().take(PENDING) {
        let _ = writeln!(text, "  still to ask: {name}: {}", inert_line(why));
    }
    if census.pending.len() > PENDING {
        let _ = writeln!(text, "  still to ask: {} more", census.pending.len() - PENDING);
    }
    let notes: usize = census.accepted.values().map(|accepted| accepted.notes.len()).sum();
    if notes > 0 {
        let _ = writeln!(text, "{notes} spellings were normalised; {} names each.", inert_line(report));
    }
    let _ = writeln!(
        text,
        "{} of {} asked: {} in the registry, {written} of them written now; {} refused. All of it is in {}.",
        census.listed - census.pending.len(),
        counted(census.listed, "listed package"),
        counted(census.accepted.len(), "version"),
        census.refused.len(),
        inert_line(report),
    );
    if !census.pending.is_empty() {
        let _ = writeln!(text, "Run the same command again: it asks only what is missing.");
    }
    text
}

fn subject(refused: &Refused) -> String {
    match &refused.reference {
        Some(reference) => format!("{} {}", inert_line(&refused.package), inert_line(reference.as_str())),
        None => inert_line(&refused.package).into_owned(),
    }
}

/// The census for a program: it is the same after every run that ends with the same registry.
#[must_use]
pub fn import_json(census: &Census) -> Value {
    let kind = |(kind, refused): (RefusalKind, Vec<&Refused>)| json!({ "kind": kind, "count": refused.len(), "meaning": meaning(kind), "help": remedy(kind) });
    let refused = |refused: &Refused| {
        json!({
            "package": refused.package,
            "ref": refused.reference,
            "kind": refused.refusal.kind,
            "reason": refused.refusal.reason,
        })
    };
    let accepted = census.accepted.iter().map(|((name, version), accepted)| {
        json!({ "package": name, "version": version, "ref": accepted.reference, "notes": accepted.notes })
    });
    json!({
        "format": 1,
        "compiler": census.compiler,
        "packages": { "listed": census.listed, "pending": census.pending },
        "versions": { "accepted": census.accepted.len(), "refused": census.refused.len() },
        "kinds": census.kinds().into_iter().map(kind).collect::<Vec<_>>(),
        "accepted": accepted.collect::<Vec<_>>(),
        "refused": census.refused.iter().map(refused).collect::<Vec<_>>(),
    })
}
