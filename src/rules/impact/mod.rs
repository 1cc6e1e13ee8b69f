//! The impact of a change: what resolves otherwise after it than before, from real runs of the solver over both.
//!
//! A run for one package looks at nothing but the packages that its versions name, and those that their versions name,
//! and so forth. So where none of these has other versions or other ranges, its answer is the same, and it is not asked
//! for: the answers that are left are those that a run for every package would find to differ.

mod offer;
mod pinned;
mod reach;

use std::collections::BTreeMap;

use crate::model::{Impact, Move, PackageName, Rerouted, Root, Stranded, Version};
use crate::rules::resolve::{Resolution, Resolver, Unsolvable};

pub use offer::{Offer, Offered};
pub use pinned::Pinned;

/// The most searches that are given up before the rest is not searched for: somebody has tangled what many depend on, and
/// each search would take as long.
const MOST_GIVEN_UP: usize = 16;

/// What is otherwise with `after` than with `before`, for every package at its newest version and for what is pinned.
#[must_use]
pub fn impact(before: &Offer<'_>, after: &Offer<'_>, pinned: &[Pinned]) -> Impact {
    let names = before.names_with(after);
    let reached = reach::reached(before, after);
    let roots: Vec<Root> =
        names.iter().filter(|name| reached.contains(*name)).map(|name| root(name, before, after)).collect();
    let (answers_before, answers_after) = rayon::join(
        || answers(before, &roots, |root| root.before.as_ref()),
        || answers(after, &roots, |root| root.after.as_ref()),
    );
    let mut impact = Impact { roots_examined: names.len(), roots_resolved: roots.len(), ..Impact::default() };
    for ((root, before), after) in roots.into_iter().zip(answers_before).zip(answers_after) {
        take(&mut impact, root, &before, &after);
    }
    impact.pinnings = pinned.iter().map(|pinned| pinned.compared(before, after)).collect();
    impact
}

fn root(name: &PackageName, before: &Offer<'_>, after: &Offer<'_>) -> Root {
    Root { name: name.clone(), before: before.newest(name).cloned(), after: after.newest(name).cloned() }
}

/// What a package comes to.
enum Answer {
    /// It has no version that can be used.
    Nothing,
    Resolved(Resolution),
    Unsolvable(Unsolvable),
    /// The search was given up.
    Unknown,
}

fn answers(offer: &Offer<'_>, roots: &[Root], version: impl Fn(&Root) -> Option<&Version>) -> Vec<Answer> {
    let resolver = Resolver::new(offer);
    let mut given_up = 0;
    let answer = |root: &Root| {
        let Some(version) = version(root) else { return Answer::Nothing };
        if given_up >= MOST_GIVEN_UP {
            return Answer::Unknown;
        }
        match resolver.resolve_version(&root.name, version) {
            Ok(resolution) => Answer::Resolved(resolution),
            Err(Unsolvable::OverBudget { .. }) => {
                given_up += 1;
                Answer::Unknown
            }
            Err(unsolvable) => Answer::Unsolvable(unsolvable),
        }
    };
    roots.iter().map(answer).collect()
}

/// Enters a package where it differs.
fn take(impact: &mut Impact, root: Root, before: &Answer, after: &Answer) {
    match (before, after) {
        (Answer::Unknown, _) | (_, Answer::Unknown) => impact.undecided.push(root),
        (Answer::Resolved(before), Answer::Resolved(after)) => {
            let moves = moves(before, after);
            if !moves.is_empty() {
                impact.resolves_differently.push(Rerouted { root, moves });
            }
        }
        (Answer::Resolved(_), Answer::Nothing) => impact.became_unsolvable.push(Stranded { root, why: None }),
        (Answer::Resolved(_), Answer::Unsolvable(why)) => {
            impact.became_unsolvable.push(Stranded { root, why: Some(why.to_string()) });
        }
        (_, Answer::Resolved(_)) => impact.became_solvable.push(root),
        (Answer::Nothing | Answer::Unsolvable(_), Answer::Nothing | Answer::Unsolvable(_)) => {}
    }
}

/// The packages that are chosen in another version, or by one of the two alone.
fn moves(Resolution(before): &Resolution, Resolution(after): &Resolution) -> Vec<Move> {
    let gone_or_moved = before.iter().filter_map(|(name, version)| {
        let now = after.get(name);
        (now != Some(version)).then_some((name, (Some(version), now)))
    });
    let came = after.iter().filter(|(name, _)| !before.contains_key(*name));
    let all: BTreeMap<_, _> = gone_or_moved.chain(came.map(|(name, version)| (name, (None, Some(version))))).collect();
    let moved = |(name, (before, after)): (&PackageName, (Option<&Version>, Option<&Version>))| Move {
        name: name.clone(),
        before: before.cloned(),
        after: after.cloned(),
    };
    all.into_iter().map(moved).collect()
}
