//! The trailers of a merge: who proposed it, whose yes counted, and by which authority. Written by the curator that merges,
//! read back by the log.
//!
//! A message is read as a whole or not at all. Whatever a forge puts into a message of its own accord, the title and the
//! text of a pull request, is a stranger's words, and may hold lines that look like ours: they count for nothing unless
//! every line of the message is a trailer and every trailer of ours is well-formed (threat 36).

use std::fmt::Write as _;

use crate::model::{
    ChangeKind, Claims, Code, CommitId, Mandate, PackageName, PullNumber, Role, Signatory, StatusKind, Warrant,
    Warranted, Yes,
};

const PULL: &str = "Pull-Request";
const HEAD: &str = "Head";
const PROPOSED: &str = "Proposed-By";
const APPROVED: &str = "Approved-By";
const AUTHORITY: &str = "Authority";
const LIFTED: &str = "Lifted";
const LEFT_OUT: &str = "Authority-Left-Out";

/// The most changes whose authority a message gives, one a line: a forge keeps only so long a message.
const MOST_CHANGES: usize = 200;

/// The longest message that is read: ours are far shorter, and a commit may hold any.
const LONGEST_MESSAGE: usize = 64 * 1024;

/// What stands before a status that is taken back.
const TAKEN_BACK: &str = ":no-longer-";

/// What stands between two of a list.
const NEXT: &str = ", ";

/// The trailers that say this, each on a line of its own.
#[must_use]
pub fn trailers(claims: &Claims) -> String {
    let mut text = format!("{PULL}: {}\n{HEAD}: {}\n{PROPOSED}: ", claims.pull.0, claims.head);
    text.push_str(&signed(&claims.proposer));
    text.push('\n');
    for yes in &claims.mandate.yes {
        let roles: Vec<String> = yes.roles.iter().map(role).collect();
        let _ = writeln!(text, "{APPROVED}: {} ({})", signed(&yes.by), roles.join(NEXT));
    }
    let changes: Vec<&Warranted> = claims.mandate.changes.iter().filter(|change| !change.by.is_empty()).collect();
    for change in changes.iter().take(MOST_CHANGES) {
        let by: Vec<&str> = change.by.iter().map(|warrant| warrant.as_str()).collect();
        let _ = writeln!(text, "{AUTHORITY}: {} ({})", by.join(NEXT), subject(change));
    }
    if changes.len() > MOST_CHANGES {
        let _ = writeln!(text, "{LEFT_OUT}: {}", changes.len() - MOST_CHANGES);
    }
    for (code, by) in &claims.lifted {
        let _ = writeln!(text, "{LIFTED}: {code} by {}", signed(by));
    }
    text
}

fn signed(by: &Signatory) -> String {
    by.login.as_ref().map_or_else(|| by.id.to_string(), |login| format!("{} {login}", by.id))
}

fn role(role: &Role) -> String {
    match role {
        Role::Trustee => "trustee".to_owned(),
        Role::Maintainer(name) => format!("maintainer of {name}"),
    }
}

fn subject(change: &Warranted) -> String {
    let mut text = change.kind.as_str().to_owned();
    match change.kind {
        ChangeKind::Status(Some(status)) => {
            let _ = write!(text, ":{}", status.as_str());
        }
        ChangeKind::StatusTakenBack(status) => {
            let _ = write!(text, "{TAKEN_BACK}{}", status.as_str());
        }
        _ => {}
    }
    if let Some(name) = &change.package {
        let _ = write!(text, " {name}");
    }
    if let Some(version) = &change.version {
        let _ = write!(text, "@{version}");
    }
    text
}

/// What the message of a commit says of its pull request; `None` where it is not wholly a title with its number and
/// trailers, ours among them and in order.
#[must_use]
pub fn claims(message: &str) -> Option<Claims> {
    let message = message.trim_end();
    if message.len() > LONGEST_MESSAGE {
        return None;
    }
    let (title, body) = message.split_once("\n\n")?;
    let mut read = Read::default();
    for line in body.lines().filter(|line| !line.is_empty()) {
        read.line(line)?;
    }
    let claims = read.whole()?;
    let names_it = !title.contains('\n') && title.ends_with(&format!("(#{})", claims.pull.0));
    names_it.then_some(claims)
}

/// Whether a message has a line that could be a trailer of ours: then somebody may have meant it to be read.
pub(super) fn pretends(message: &str) -> bool {
    let ours = |line: &str| {
        [PULL, HEAD, PROPOSED, APPROVED, AUTHORITY, LIFTED]
            .iter()
            .any(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(": ")))
    };
    message.lines().skip(1).any(ours)
}

/// What was read so far.
#[derive(Default)]
struct Read {
    pull: Option<PullNumber>,
    head: Option<CommitId>,
    proposer: Option<Signatory>,
    mandate: Mandate,
    lifted: Vec<(Code, Signatory)>,
}

impl Read {
    /// `None` where the line is no trailer, or one of ours that says nothing or a second thing.
    fn line(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once(": ")?;
        match key {
            PULL => put(&mut self.pull, value.parse().ok().map(PullNumber)?),
            HEAD => put(&mut self.head, value.parse().ok()?),
            PROPOSED => put(&mut self.proposer, signatory(value)?),
            APPROVED => {
                let (by, roles) = bracketed(value)?;
                let roles = roles.split(NEXT).map(read_role).collect::<Option<_>>()?;
                self.mandate.yes.push(Yes { by: signatory(by)?, roles });
                Some(())
            }
            AUTHORITY => {
                let (by, subject) = bracketed(value)?;
                let by = by.split(NEXT).map(warrant).collect::<Option<_>>()?;
                self.mandate.changes.push(warranted(subject, by)?);
                Some(())
            }
            LIFTED => {
                let (code, by) = value.split_once(" by ")?;
                self.lifted.push((code.parse().ok()?, signatory(by)?));
                Some(())
            }
            // A forge may add one of its own (Co-authored-by), and a later curator another one.
            _ => is_key(key).then_some(()),
        }
    }

    fn whole(self) -> Option<Claims> {
        let Self { pull, head, proposer, mandate, lifted } = self;
        Some(Claims { pull: pull?, head: head?, proposer: proposer?, mandate, lifted })
    }
}

/// Fills what is still empty: what is said twice is said by two.
fn put<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// `a (b)` in its two parts.
fn bracketed(value: &str) -> Option<(&str, &str)> {
    value.strip_suffix(')')?.split_once(" (")
}

fn signatory(text: &str) -> Option<Signatory> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    match text.split_once(' ') {
        Some((id, login)) => Some(Signatory { id: number(id)?, login: Some(login.parse().ok()?) }),
        None => Some(Signatory { id: number(text)?, login: None }),
    }
}

fn read_role(text: &str) -> Option<Role> {
    match text.strip_prefix("maintainer of ") {
        Some(name) => name.parse().ok().map(Role::Maintainer),
        None => (text == "trustee").then_some(Role::Trustee),
    }
}

fn warrant(text: &str) -> Option<Warrant> {
    Warrant::ALL.into_iter().find(|warrant| warrant.as_str() == text)
}

fn warranted(text: &str, by: Vec<Warrant>) -> Option<Warranted> {
    let (kind, about) = text.split_once(' ').map_or((text, None), |(kind, about)| (kind, Some(about)));
    let kind = kind_of(kind)?;
    let Some(about) = about else { return Some(Warranted { kind, package: None, version: None, by }) };
    if let Ok(name) = about.parse::<PackageName>() {
        return Some(Warranted { kind, package: Some(name), version: None, by });
    }
    let (name, version) = about.rsplit_once('@')?;
    Some(Warranted { kind, package: Some(name.parse().ok()?), version: Some(version.parse().ok()?), by })
}

fn kind_of(text: &str) -> Option<ChangeKind> {
    if let Some(status) = text.strip_prefix("status:") {
        let taken_back = status.strip_prefix("no-longer-");
        let kind: StatusKind = taken_back.unwrap_or(status).parse().ok()?;
        return Some(taken_back.map_or(ChangeKind::Status(Some(kind)), |_| ChangeKind::StatusTakenBack(kind)));
    }
    let kinds = [
        ChangeKind::NewPackage,
        ChangeKind::NewVersion,
        ChangeKind::Override,
        ChangeKind::Status(None),
        ChangeKind::Registration,
        ChangeKind::Advisory,
        ChangeKind::PackageSet,
        ChangeKind::Configuration,
    ];
    kinds.into_iter().find(|kind| kind.as_str() == text)
}
