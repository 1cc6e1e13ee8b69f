//! What the pull request makes of resolutions, in Markdown: the counts first, then what moved, folded up.

use std::fmt::Write as _;

use crate::model::{Impact, Pinning, Review, Root, Stranded};

use super::super::findings::counted;
use super::super::impact::{breach, grouped, in_one_sentence, label, movement, pinning_place, row, tally, why};
use super::super::markdown::{Room, block, code, fitting, folded};
use super::super::words::listed;

/// What is shown of the packages whose reason is told, of their other names, and of what moved.
const TOLD: Room = Room { chars: 2_500, items: 5, indent: "" };
const ROOTS: Room = Room { chars: 900, items: 30, indent: "" };
const MOVES: Room = Room { chars: 2_500, items: 30, indent: "" };
const PINNINGS: Room = Room { chars: 1_800, items: 12, indent: "" };
const BREACHES: Room = Room { chars: 900, items: 10, indent: "  " };
/// The most lines of a reason, and the most packages that are named beside what moved.
const MOST_LINES: usize = 14;
const MOST_NAMES: usize = 5;

/// What it makes of resolutions; nothing where it changes no bounds and no status.
pub(super) fn impact(review: &Review) -> String {
    let Some(impact) = &review.impact else { return String::new() };
    let mut text = "### What resolves otherwise\n\n".to_owned();
    if impact.is_none() {
        let pinned = impact.pinnings.iter().map(|pinning| pinning_place(&pinning.place, code));
        let pinned = match listed(pinned) {
            places if places.is_empty() => String::new(),
            places => format!(", nor for {places}"),
        };
        let packages = counted(impact.roots_examined, "package");
        let _ = writeln!(text, "Nothing changes for any of {packages} at the newest version{pinned}.\n");
        return text;
    }
    let _ = writeln!(text, "{}.\n", counts(impact));
    push_pinnings(&mut text, &impact.pinnings);
    push_unsolvable(&mut text, &impact.became_unsolvable);
    for (roots, what) in [(&impact.became_solvable, "can be resolved now"), (&impact.undecided, "could not be decided")]
    {
        if !roots.is_empty() {
            let _ = writeln!(text, "{}", folded(&format!("{} {what}", counted(roots.len(), "package")), &names(roots)));
        }
    }
    push_moves(&mut text, impact);
    text
}

fn names(roots: &[Root]) -> String {
    fitting(roots, ROOTS, "package", |root| format!("- {}\n", code(&label(root))))
}

/// The counts; those of packages that are lost stand out.
fn counts(impact: &Impact) -> String {
    let mut tally = tally(impact);
    if let (Some(first), false) = (tally.first_mut(), impact.became_unsolvable.is_empty()) {
        *first = format!("**{first}**");
    }
    let sentence = if tally.is_empty() {
        in_one_sentence(impact)
    } else {
        format!("of {} at the newest version, {}", counted(impact.roots_examined, "package"), listed(tally))
    };
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn push_pinnings(text: &mut String, pinnings: &[Pinning]) {
    let pinning = |pinning: &Pinning| {
        let (place, packages) = (pinning_place(&pinning.place, code), counted(pinning.packages, "version"));
        let already = match pinning.unchanged {
            0 => String::new(),
            count => format!(", where {} did not fit before either", counted(count, "range")),
        };
        if pinning.is_as_before() {
            return format!("- nothing changes for {packages} in {place}{already}\n");
        }
        let mut item = format!("- in {place} with {packages}{already}:\n");
        for (breaches, what) in [(&pinning.broken, "**broken**"), (&pinning.mended, "mended")] {
            item += &fitting(breaches, BREACHES, "version", |it| format!("  - {what}: {}\n", breach(it, code)));
        }
        item
    };
    if !pinnings.is_empty() {
        let _ = writeln!(text, "{}", fitting(pinnings, PINNINGS, "set or lock file", pinning));
    }
}

/// The packages that are lost: the simplest reasons, and the other names.
fn push_unsolvable(text: &mut String, stranded: &[Stranded]) {
    if stranded.is_empty() {
        return;
    }
    let mut simplest: Vec<(&Stranded, String)> = stranded.iter().map(|it| (it, why(it))).collect();
    simplest.sort_by_cached_key(|(_, why)| why.lines().count());
    let (told, others) = simplest.split_at(simplest.len().min(TOLD.items));
    let mut body = fitting(told, TOLD, "package", |(stranded, why)| {
        let mut lines: Vec<&str> = why.lines().take(MOST_LINES).collect();
        let left_out = counted(why.lines().count() - lines.len(), "more line");
        let left_out = format!("and {left_out}");
        lines.extend((why.lines().count() > lines.len()).then_some(left_out.as_str()));
        format!("- {}\n\n{}\n", code(&label(&stranded.root)), block(&lines.join("\n"), "text", "  "))
    });
    if !others.is_empty() {
        let mut others: Vec<Root> = others.iter().map(|(it, _)| it.root.clone()).collect();
        others.sort_by(|a, b| a.name.cmp(&b.name));
        let _ = write!(body, "\nAnd of the others:\n\n{}", names(&others));
    }
    let summary = format!("{} cannot be resolved any more", counted(stranded.len(), "package"));
    let _ = writeln!(text, "{}", folded(&summary, &body));
}

/// What moved, what most packages see first.
fn push_moves(text: &mut String, impact: &Impact) {
    if impact.resolves_differently.is_empty() {
        return;
    }
    let moves = grouped(&impact.resolves_differently);
    let body = fitting(&moves, MOVES, "move", |(moved, roots)| {
        let names = row(roots.iter().map(|root| code(&label(root))), MOST_NAMES);
        format!("- {} for {}: {names}\n", movement(moved, code), counted(roots.len(), "package"))
    });
    let summary = format!("{} resolve differently", counted(impact.resolves_differently.len(), "package"));
    let summary =
        if impact.resolves_differently.len() == 1 { summary.replace("resolve ", "resolves ") } else { summary };
    let _ = writeln!(text, "{}", folded(&summary, &body));
}
