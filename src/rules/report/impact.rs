//! What a change makes of resolutions, for a terminal and for programs; the Markdown stands with that of the review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{
    Breach, BreachKind, Impact, Move, PackageName, Pinning, PinningPlace, Rerouted, Root, StatusKind, Stranded, Version,
};

use super::findings::counted;
use super::inert::inert_line;
use super::words::listed;

/// What is shown of each list on a terminal: packages, lines of a reason, names in a row.
const MOST_SHOWN: usize = 20;
const MOST_LINES: usize = 20;
const MOST_NAMES: usize = 5;

/// What a change makes of resolutions, on a terminal.
#[must_use]
pub fn impact_text(impact: &Impact) -> String {
    let mut text = format!("resolutions: {}\n", in_one_sentence(impact));
    for stranded in impact.became_unsolvable.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "\n  {} cannot be resolved any more:", label(&stranded.root));
        let why = why(stranded);
        why.lines().take(MOST_LINES).for_each(|line| _ = writeln!(text, "    {line}"));
        push_left_out(&mut text, "    ", why.lines().count(), MOST_LINES, "line");
    }
    push_left_out(&mut text, "  ", impact.became_unsolvable.len(), MOST_SHOWN, "package");
    for (roots, what) in [(&impact.became_solvable, "can be resolved now"), (&impact.undecided, "is undecided")] {
        roots.iter().take(MOST_SHOWN).for_each(|root| _ = writeln!(text, "  {} {what}", label(root)));
        push_left_out(&mut text, "  ", roots.len(), MOST_SHOWN, "package");
    }
    let moves = grouped(&impact.resolves_differently);
    for (moved, roots) in moves.iter().take(MOST_SHOWN) {
        let names = row(roots.iter().map(|root| label(root)), MOST_NAMES);
        let _ = writeln!(text, "  {} for {}: {names}", movement(moved, plain), counted(roots.len(), "package"));
    }
    push_left_out(&mut text, "  ", moves.len(), MOST_SHOWN, "move");
    for pinning in impact.pinnings.iter().filter(|pinning| !pinning.is_as_before()) {
        let _ = writeln!(text, "  in {}:", pinning_place(&pinning.place, plain));
        for (breaches, mark) in [(&pinning.broken, '-'), (&pinning.mended, '+')] {
            breaches.iter().take(MOST_SHOWN).for_each(|it| _ = writeln!(text, "    {mark} {}", breach(it, plain)));
            push_left_out(&mut text, "    ", breaches.len(), MOST_SHOWN, "version");
        }
    }
    text
}

fn push_left_out(text: &mut String, indent: &str, all: usize, shown: usize, noun: &str) {
    if let Some(left_out) = all.checked_sub(shown).filter(|count| *count > 0) {
        let _ = writeln!(text, "{indent}and {}", counted(left_out, &format!("more {noun}")));
    }
}

fn plain(text: &str) -> String {
    inert_line(text).into_owned()
}

/// The counts, or that nothing changes.
#[must_use]
pub(super) fn in_one_sentence(impact: &Impact) -> String {
    let packages = counted(impact.roots_examined, "package");
    let tally = tally(impact);
    let pinned = match listed(impact.pinnings.iter().map(|pinning| pinning_place(&pinning.place, plain))) {
        places if places.is_empty() => String::new(),
        places => format!(", with {places}"),
    };
    if impact.is_none() {
        return format!("nothing changes for any of {packages} at the newest version{pinned}");
    }
    if tally.is_empty() {
        return format!("nothing changes for any of {packages} at the newest version; what was chosen already does");
    }
    format!("of {packages} at the newest version, {}", listed(tally))
}

/// How many packages come to what.
pub(super) fn tally(impact: &Impact) -> Vec<String> {
    let counts = [
        (impact.became_unsolvable.len(), "becomes unsolvable", "become unsolvable"),
        (impact.became_solvable.len(), "becomes solvable", "become solvable"),
        (impact.resolves_differently.len(), "resolves differently", "resolve differently"),
        (impact.undecided.len(), "is undecided", "are undecided"),
    ];
    let told = counts.into_iter().filter(|(count, ..)| *count > 0);
    told.map(|(count, one, several)| format!("{count} {}", if count == 1 { one } else { several })).collect()
}

/// A package and the version that it is looked at with: the one after the change, where there is one.
pub(in crate::rules::report) fn label(root: &Root) -> String {
    match root.after.as_ref().or(root.before.as_ref()) {
        Some(version) => format!("{}@{version}", root.name),
        None => root.name.to_string(),
    }
}

/// Why a package cannot be resolved any more.
pub(super) fn why(stranded: &Stranded) -> String {
    stranded.why.clone().unwrap_or_else(|| format!("no version of {} is left that can be used", stranded.root.name))
}

/// Each movement with the packages that make it, those of most packages first.
pub(super) fn grouped(rerouted: &[Rerouted]) -> Vec<(&Move, Vec<&Root>)> {
    let mut groups: BTreeMap<&Move, Vec<&Root>> = BTreeMap::new();
    for Rerouted { root, moves } in rerouted {
        for moved in moves {
            groups.entry(moved).or_default().push(root);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, roots)| std::cmp::Reverse(roots.len()));
    groups
}

/// A movement, with the name behind `mark`.
pub(super) fn movement(Move { name, before, after }: &Move, mark: impl Fn(&str) -> String) -> String {
    let name = mark(name.as_str());
    match (before, after) {
        (Some(before), Some(after)) => format!("{name} {before} -> {after}"),
        (None, Some(after)) => format!("{name} {after} comes in"),
        (Some(before), None) => format!("{name} {before} is not needed any more"),
        (None, None) => name,
    }
}

/// The first of `items`, and the number of those that are left out.
pub(super) fn row(items: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let left_out = items.len().saturating_sub(most);
    listed(items.take(most).chain((left_out > 0).then(|| format!("{left_out} more"))))
}

/// Where versions were chosen together, with what is from outside behind `mark`.
pub(in crate::rules::report) fn pinning_place(place: &PinningPlace, mark: impl Fn(&str) -> String) -> String {
    match place {
        PinningPlace::PackageSet(version) => format!("the package set {version}"),
        PinningPlace::LockFile(file) => mark(file.as_str()),
    }
}

/// What is wrong with a chosen version, with names and ranges behind `mark`.
pub(super) fn breach(breach: &Breach, mark: impl Fn(&str) -> String) -> String {
    let Breach { name, version, kind } = breach;
    let chosen = mark(&format!("{name}@{version}"));
    let asks = |dependency: &PackageName, range: &crate::model::Range| {
        format!("{chosen} asks for {}", mark(&format!("{dependency} {range}")))
    };
    match kind {
        BreachKind::Absent => format!("{chosen} is not in the index"),
        BreachKind::Withdrawn(StatusKind::Yanked) => format!("{chosen} is yanked: it stays for who has it"),
        BreachKind::Withdrawn(kind) => format!("{chosen} is {}", status(*kind)),
        BreachKind::Missing { dependency, range } => {
            format!("{}, and no version of it is chosen", asks(dependency, range))
        }
        BreachKind::OutOfRange { dependency, range, chosen: other } => {
            format!("{}, and {} is chosen", asks(dependency, range), mark(&other.to_string()))
        }
    }
}

fn status(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Yanked => "yanked",
        StatusKind::Deprecated => "deprecated",
        StatusKind::Quarantined => "quarantined",
        StatusKind::Unpublished => "unpublished",
    }
}

/// What a change makes of resolutions, for a program.
#[must_use]
pub fn impact_json(impact: &Impact) -> Value {
    let roots = |roots: &[Root]| roots.iter().map(root_json).collect::<Vec<_>>();
    let stranded = impact.became_unsolvable.iter().map(|it| with(root_json(&it.root), "why", json!(why(it))));
    let rerouted = impact.resolves_differently.iter().map(|it| {
        let moves = it.moves.iter().map(|moved| versions_json(&moved.name, [&moved.before, &moved.after]));
        with(root_json(&it.root), "changes", moves.collect())
    });
    let pinnings = |key: &str, place: fn(&Pinning) -> Option<Value>| {
        let told = impact.pinnings.iter().filter_map(|it| Some(with(pinning_json(it), key, place(it)?)));
        told.collect::<Vec<_>>()
    };
    json!({
        "rootsExamined": impact.roots_examined,
        "rootsResolved": impact.roots_resolved,
        "becameSolvable": roots(&impact.became_solvable),
        "becameUnsolvable": stranded.collect::<Vec<_>>(),
        "resolvesDifferently": rerouted.collect::<Vec<_>>(),
        "undecided": roots(&impact.undecided),
        "packageSets": pinnings("version", |it| match &it.place {
            PinningPlace::PackageSet(version) => Some(json!(version)),
            PinningPlace::LockFile(_) => None,
        }),
        "lockFiles": pinnings("file", |it| match &it.place {
            PinningPlace::LockFile(file) => Some(json!(file)),
            PinningPlace::PackageSet(_) => None,
        }),
    })
}

fn root_json(root: &Root) -> Value {
    versions_json(&root.name, [&root.before, &root.after])
}

fn versions_json(name: &PackageName, [before, after]: [&Option<Version>; 2]) -> Value {
    json!({ "name": name, "before": before, "after": after })
}

fn with(mut value: Value, key: &str, member: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.insert(key.to_owned(), member);
    }
    value
}

fn pinning_json(pinning: &Pinning) -> Value {
    let breaches = |breaches: &[Breach]| breaches.iter().map(breach_json).collect::<Vec<_>>();
    json!({
        "packages": pinning.packages,
        "broken": breaches(&pinning.broken),
        "mended": breaches(&pinning.mended),
        "unchanged": pinning.unchanged,
    })
}

fn breach_json(Breach { name, version, kind }: &Breach) -> Value {
    let mut value = match kind {
        BreachKind::Absent => json!({ "breach": "absent" }),
        BreachKind::Withdrawn(kind) => json!({ "breach": "withdrawn", "status": status(*kind) }),
        BreachKind::Missing { dependency, range } => {
            json!({ "breach": "missing", "dependency": dependency, "range": range })
        }
        BreachKind::OutOfRange { dependency, range, chosen } => {
            json!({ "breach": "out-of-range", "dependency": dependency, "range": range, "chosen": chosen })
        }
    };
    value = with(value, "name", json!(name));
    with(value, "version", json!(version))
}
