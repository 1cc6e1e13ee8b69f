//! What the registry says of a package beside its definitions, and since when.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Authorization, BoundOverride, Moment, Reason, Sha256, Status, StatusKind, Version};

/// What the files of a package beside its definitions say. One that cannot be read says what it said before: nobody knows
/// what it was meant to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The overrides, by version.
    pub overrides: BTreeMap<Version, BoundOverride>,
    /// The statuses, by version; that of the package as a whole under `None`.
    pub statuses: BTreeMap<Option<Version>, Status>,
}

impl Said {
    /// What is said of a version, and then what is said of its package.
    fn statuses_of<'s>(&'s self, version: &Version) -> impl Iterator<Item = &'s Status> {
        let own = self.statuses.get(&Some(version.clone()));
        own.into_iter().chain(self.statuses.get(&None))
    }

    /// Whether a version has this status. What is said of the version counts, and what is said of its package.
    #[must_use]
    pub fn has(&self, version: &Version, kind: StatusKind) -> bool {
        self.statuses_of(version).any(|status| status.kind == kind)
    }

    /// What is said of a version that has this status: by its own file, where that says so.
    fn status<'s>(&'s self, version: &Version, kind: StatusKind) -> Option<&'s Status> {
        self.statuses_of(version).find(|status| status.kind == kind)
    }

    /// Takes in what was said next.
    pub fn hear(&mut self, word: &Word) {
        match word {
            Word::Override(version, said) => put(&mut self.overrides, version, said.as_ref()),
            Word::Status(version, said) => put(&mut self.statuses, version, said.as_ref()),
            Word::Registration(_) => {}
        }
    }
}

fn put<K: Ord + Clone, V: Clone>(map: &mut BTreeMap<K, V>, key: &K, value: Option<&V>) {
    match value {
        Some(value) => map.insert(key.clone(), value.clone()),
        None => map.remove(key),
    };
}

/// What a change of a file says; `None` where the file went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Other bounds for a version.
    Override(Version, Option<BoundOverride>),
    /// A status of a version, or of the whole package.
    Status(Option<Version>, Option<Status>),
    /// A registration with a signed request of this digest.
    Registration(Sha256),
}

/// What was said over a stretch of the registry's history, up to now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// What was said when the stretch began; `None` where it begins when there was nothing yet.
    before: Option<Said>,
    /// What was said since then, oldest first.
    events: Vec<(Moment, Word)>,
}

/// Since when something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since<'t> {
    /// Since this moment.
    Moment(&'t Moment),
    /// Since before the stretch that is known.
    Earlier,
}

impl Timeline {
    /// A stretch that begins with `before`.
    #[must_use]
    pub fn since(before: Said) -> Self {
        Self { before: Some(before), events: Vec::new() }
    }

    /// Adds what was said next. A stretch that begins with nothing is [`Timeline::default`].
    pub fn push(&mut self, moment: Moment, word: Word) {
        self.events.push((moment, word));
    }

    /// What is said now.
    #[must_use]
    pub fn now(&self) -> Said {
        let mut said = self.before.clone().unwrap_or_default();
        self.events.iter().for_each(|(_, word)| said.hear(word));
        said
    }

    /// What was said at the beginning of the stretch, and after each event.
    fn states(&self) -> Vec<(Since<'_>, Said)> {
        let mut said = self.before.clone().unwrap_or_default();
        let mut states: Vec<_> = self.before.iter().map(|before| (Since::Earlier, before.clone())).collect();
        for (moment, word) in &self.events {
            said.hear(word);
            states.push((Since::Moment(moment), said.clone()));
        }
        states
    }

    /// The status of this kind that a version has now, and since when it has it for that reason.
    #[must_use]
    pub fn status(&self, version: &Version, kind: StatusKind) -> Option<(Status, Since<'_>)> {
        let states = self.states();
        let now = states.last()?.1.status(version, kind)?.clone();
        let alike = states
            .iter()
            .rev()
            .take_while(|(_, said)| said.status(version, kind).is_some_and(|then| then.says_the_same(&now)));
        alike.last().map(|(since, _)| (now, *since))
    }

    /// Why a version was unpublished, and since when. That it was is for good, whatever was said later.
    #[must_use]
    pub fn unpublished(&self, version: &Version) -> Option<(Reason, Since<'_>)> {
        self.states().into_iter().find_map(|(since, said)| {
            let status = said.status(version, StatusKind::Unpublished)?;
            Some((status.reason.clone(), since))
        })
    }

    /// Every override that a version had, oldest first.
    pub fn overrides<'t>(&'t self, version: &'t Version) -> impl Iterator<Item = (Since<'t>, &'t BoundOverride)> {
        let before = self.before.iter().filter_map(|before| Some((Since::Earlier, before.overrides.get(version)?)));
        let events = self.events.iter().filter_map(move |(moment, word)| match word {
            Word::Override(of, Some(said)) if of == version => Some((Since::Moment(moment), said)),
            _ => None,
        });
        before.chain(events)
    }

    /// The digests of the signed requests that came in this stretch.
    #[must_use]
    pub fn authorizations(&self) -> BTreeSet<Sha256> {
        let digest = |(_, word): &(Moment, Word)| match word {
            Word::Status(_, Some(status)) => status.authorization.as_ref().map(Authorization::digest),
            Word::Registration(digest) => Some(*digest),
            Word::Status(_, None) | Word::Override(..) => None,
        };
        self.events.iter().filter_map(digest).collect()
    }
}
