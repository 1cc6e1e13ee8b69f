//! What people tell the curator in comments: `/curator recheck | explain CODE | retry | hold | release`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Code, Person, Remark, Timestamp};

use super::decide::Petition;
use super::prose::own_lines;
use super::voices::maintains;

/// What somebody can tell the curator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Look again. Anybody may say so; a comment is a reason to look in any case.
    Recheck,
    /// Show the page of a rule. Anybody may ask.
    Explain(Code),
    /// Try again what failed after the merge: trustees, maintainers of a touched package, the author.
    Retry,
    /// Do not merge this: trustees, maintainers of a touched package, the author.
    Hold,
    /// Go on: trustees, and whoever said hold.
    Release,
}

/// How the curator is spoken to.
const CALL: &str = "/curator";

/// How the comments of the curator itself begin: none of its examples is a command.
const OWN: &str = "<!-- curator";

/// The most rules that are explained in one pull request, those asked for last: pages are long, and anybody may ask.
const MOST_EXPLAINED: usize = 5;

/// The commands in a comment, each on a line of its own. What is quoted, shown as code or hidden is none, and neither is
/// a line with anything else on it.
#[must_use]
pub fn commands(text: &str) -> Vec<Command> {
    if text.starts_with(OWN) { Vec::new() } else { own_lines(text).filter_map(command).collect() }
}

fn command(line: &str) -> Option<Command> {
    let mut words = line.split_ascii_whitespace();
    let is_call = !line.starts_with(char::is_whitespace) && words.next()?.eq_ignore_ascii_case(CALL);
    let (verb, rest) = (words.next()?.to_ascii_lowercase(), (words.next(), words.next()));
    let command = match (verb.as_str(), rest) {
        ("recheck", (None, _)) => Command::Recheck,
        ("explain", (Some(code), None)) => Command::Explain(code.parse().ok()?),
        ("retry", (None, _)) => Command::Retry,
        ("hold", (None, _)) => Command::Hold,
        ("release", (None, _)) => Command::Release,
        _ => return None,
    };
    is_call.then_some(command)
}

/// The commands in comments that nobody edited: the editor of a comment may be another person than its author.
fn spoken(remarks: &[Remark]) -> impl Iterator<Item = (&Remark, Command)> {
    let untouched = remarks.iter().filter(|remark| remark.edited.is_none());
    untouched.flat_map(|remark| commands(&remark.text).into_iter().map(move |command| (remark, command)))
}

/// The rules that somebody asked to have explained.
pub(super) fn explained(remarks: &[Remark]) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    for (_, command) in spoken(remarks) {
        if let Command::Explain(code) = command {
            codes.retain(|known| *known != code);
            codes.push(code);
        }
    }
    codes.split_off(codes.len().saturating_sub(MOST_EXPLAINED))
}

/// Those who hold the pull request, in the order of their numbers.
///
/// A trustee releases what anybody holds. After that only a trustee can hold it again: a maintainer could otherwise stop
/// what trustees decide about their package for good.
pub(super) fn holds(petition: &Petition<'_>) -> Vec<Person> {
    let is_trustee = |id: u64| petition.trustees.contains(&id);
    let maintains = |id: u64| petition.changes.iter().any(|change| maintains(petition, change, id));
    let mut holders: BTreeMap<u64, &Person> = BTreeMap::new();
    let mut is_settled = false;
    for (remark, command) in spoken(petition.remarks) {
        let id = remark.by.id;
        let is_concerned = !is_settled && (id == petition.pull.author.id || maintains(id));
        match command {
            Command::Hold if is_trustee(id) || is_concerned => {
                holders.insert(id, &remark.by);
            }
            Command::Release if is_trustee(id) => {
                holders.clear();
                is_settled = true;
            }
            Command::Release => {
                holders.remove(&id);
            }
            Command::Hold | Command::Recheck | Command::Explain(_) | Command::Retry => {}
        }
    }
    holders.into_values().cloned().collect()
}

/// Whether somebody asked for another try of what failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nobody who may.
    ByNobody,
    /// Somebody who may did last at this time, by the forge's clock.
    At(Timestamp),
}

/// Whether one of those who `may` asked for a new try since the last one: trustees, maintainers of a touched package and
/// the author of the pull request.
#[must_use]
pub fn retries(remarks: &[Remark], since: Option<Timestamp>, may: &BTreeSet<u64>) -> Asked {
    let asks = |(remark, command): &(&Remark, Command)| {
        let is_new = since.is_none_or(|since| remark.posted > since);
        *command == Command::Retry && is_new && may.contains(&remark.by.id)
    };
    spoken(remarks).filter(asks).last().map_or(Asked::ByNobody, |(remark, _)| Asked::At(remark.posted))
}
