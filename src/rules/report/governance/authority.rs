//! Who did it and by which authority: what a message says, and what git proves of that.

use crate::model::{Area, Claims, LogCommit, Record, Role, Signatory, Warrant};

use super::super::words::{line, listed, word};

/// The most people that are named in a sentence.
const MOST_NAMED: usize = 10;

/// By which authority something happened, without a mark at its end.
pub(super) fn authority(by: &[Warrant]) -> String {
    if by == [Warrant::Nobody] {
        return "by nobody's authority: it only adds, and needs none".to_owned();
    }
    let name = |warrant: &Warrant| match warrant {
        Warrant::Trustee => "a trustee",
        Warrant::Maintainer => "a maintainer",
        Warrant::Source => "the source's own manifest",
        Warrant::Signature => "an owner's signature",
        Warrant::Wait => "the waiting period, which was over",
        Warrant::Nobody => "nobody",
    };
    format!("by authority of {}", listed(by.iter().map(name)))
}

/// What the message of a commit says of who decided, in sentences; nothing, where it says nothing that counts.
pub(super) fn said(record: &Record) -> Vec<String> {
    let Some(claims) = record.claims() else { return Vec::new() };
    let proof = match record {
        Record::Merge(_) => "says the message of the merge; git proves that this head was merged",
        _ => "says the message; the pull request was squashed, so git proves nothing of it",
    };
    vec![format!("{} ({proof})", decided(claims))]
}

/// The pull request and its people.
fn decided(claims: &Claims) -> String {
    let roles = |by: &Signatory| {
        let yes = claims.mandate.yes.iter().find(|yes| yes.by.id == by.id);
        yes.map(|yes| format!(", {}", listed(yes.roles.iter().map(role)))).unwrap_or_default()
    };
    let of = |by: &Signatory| format!("{} ({}{})", named(by), by.id, roles(by));
    let proposer = of(&claims.proposer);
    let others = claims.mandate.yes.iter().map(|yes| &yes.by).filter(|by| by.id != claims.proposer.id);
    let others: Vec<String> = others.map(of).collect();
    let approved = match others.len().saturating_sub(MOST_NAMED) {
        0 if others.is_empty() => String::new(),
        0 => format!(", approved by {}", listed(&others)),
        more => format!(
            ", approved by {} and {more} more",
            others.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ")
        ),
    };
    let lifted = claims.lifted.iter().take(MOST_NAMED);
    let lifted: Vec<String> = lifted.map(|(code, by)| format!("{code} lifted by {} ({})", named(by), by.id)).collect();
    let lifted = if lifted.is_empty() { String::new() } else { format!(", {}", listed(lifted)) };
    let head: String = claims.head.to_string().chars().take(10).collect();
    format!("pull request {} at {head}: proposed by {proposer}{approved}{lifted}", claims.pull.0)
}

fn named(by: &Signatory) -> &str {
    by.login.as_ref().map_or("somebody", |login| login.as_str())
}

fn role(role: &Role) -> String {
    match role {
        Role::Trustee => "trustee".to_owned(),
        Role::Maintainer(name) => format!("maintainer of {name}"),
    }
}

/// What git itself tells of a commit: names that anybody can write, and how it came onto the branch.
pub(super) fn recorded(commit: &LogCommit) -> String {
    let (author, committer) = (name_of(&commit.author), name_of(&commit.committer));
    let who = if author == committer { author } else { format!("{author}, recorded by {committer}") };
    let how = match (&commit.record, commit.area) {
        (Record::Merge(_), _) => "merged by",
        (Record::Squash(_), _) => "squashed by",
        (Record::Synced(_), _) => "made by",
        (_, Area::Registry) if commit.merged.is_some() => "merged by hand by",
        _ => "committed by",
    };
    let rest = match &commit.record {
        Record::Synced(registry) => format!(", from the registry's commit {}", short(&registry.to_string())),
        Record::Void => ", with a message that names a pull request and its people and is not believed: it is \
                         malformed, names another head than the one that was merged, or is no merge's"
            .to_owned(),
        _ => String::new(),
    };
    format!("{how} {who}{rest}")
}

/// The name of `Name <address>`.
fn name_of(person: &str) -> String {
    let name = person.split(" <").next().unwrap_or_default();
    if name.is_empty() { "somebody without a name".to_owned() } else { word(name) }
}

/// The first digits of a commit, by which it is looked up.
pub(super) fn short(commit: &str) -> String {
    line(commit, 10).trim_end_matches('…').to_owned()
}
