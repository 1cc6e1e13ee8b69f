//! Who said what of the head that is judged, and whose word counts.

use std::collections::BTreeMap;

use crate::model::{Authority, ChangeKind, Origin, PackageName, Person, ProposedChange, StatusKind, Word};

use super::decide::Petition;

/// The standing words about a pull request: the last one of each person.
pub(super) struct Voices<'a> {
    petition: &'a Petition<'a>,
    /// Those who say yes to the head. Who asks for something agrees to it, where they alone say what that is.
    yes: BTreeMap<u64, &'a Person>,
    /// Those who ask for changes, in the order of their numbers.
    no: Vec<&'a Person>,
}

impl<'a> Voices<'a> {
    pub(super) fn of(petition: &'a Petition<'a>) -> Self {
        let author = &petition.pull.author;
        let mut last: BTreeMap<u64, (Word, &'a Person, bool)> = BTreeMap::new();
        for judgement in petition.judgements {
            // A remark beside a review takes nothing back, and nobody reviews their own work.
            if judgement.word != Word::Commented && judgement.by.id != author.id {
                let is_of_head = judgement.commit == petition.pull.head;
                last.insert(judgement.by.id, (judgement.word, &judgement.by, is_of_head));
            }
        }
        // A yes is to one commit; a no stands until whoever said it is content, or it is dismissed.
        let agrees =
            |(_, (word, _, is_of_head)): &(&u64, &(Word, &Person, bool))| *word == Word::Approved && *is_of_head;
        let mut yes: BTreeMap<u64, &Person> = last.iter().filter(agrees).map(|(id, (_, by, _))| (*id, *by)).collect();
        if petition.pull.origin == Origin::Author {
            yes.insert(author.id, author);
        }
        let no = last.values().filter(|(word, ..)| *word == Word::ChangesRequested).map(|(_, by, _)| *by).collect();
        Self { petition, yes, no }
    }

    /// How many trustees say yes.
    pub(super) fn trustees(&self) -> usize {
        self.yes.keys().filter(|id| self.petition.trustees.contains(id)).count()
    }

    /// Whether somebody says yes who may publish the package.
    pub(super) fn maintainer_of(&self, name: &PackageName) -> bool {
        self.petition.maintainers.get(name).is_some_and(|people| people.iter().any(|id| self.yes.contains_key(id)))
    }

    /// Those who say yes, in the order of their numbers.
    pub(super) fn yes(&self) -> impl Iterator<Item = &'a Person> {
        self.yes.values().copied()
    }

    /// Those who ask for changes and have a say in them.
    pub(super) fn objections(&self) -> impl Iterator<Item = Person> {
        let has_a_say = |by: &&&Person| {
            let decides = |change: &ProposedChange| {
                is_for_maintainers(self.petition, change) && maintains(self.petition, change, by.id)
            };
            self.petition.trustees.contains(&by.id) || self.petition.changes.iter().any(decides)
        };
        self.no.iter().filter(has_a_say).map(|by| (*by).clone())
    }
}

/// What the author's word would count as, where it counts for nothing because others may have pushed to the branch.
pub(super) fn unheard(petition: &Petition<'_>) -> Option<Authority> {
    let id = petition.pull.author.id;
    let maintains = || petition.changes.iter().any(|change| maintains(petition, change, id));
    match petition.pull.origin {
        Origin::Author => None,
        Origin::Elsewhere if petition.trustees.contains(&id) => Some(Authority::Trustee),
        Origin::Elsewhere => maintains().then_some(Authority::Maintainer),
    }
}

/// Whether the change is one that the maintainers of its package decide.
pub(super) fn is_for_maintainers(petition: &Petition<'_>, change: &ProposedChange) -> bool {
    match change.kind {
        ChangeKind::NewVersion
        | ChangeKind::Registration
        | ChangeKind::StatusTakenBack(_)
        | ChangeKind::Status(Some(StatusKind::Yanked | StatusKind::Deprecated)) => true,
        ChangeKind::Status(Some(StatusKind::Unpublished)) => {
            let version = change.package.clone().zip(change.version.clone());
            version.is_some_and(|version| petition.withdrawable.contains(&version))
        }
        ChangeKind::NewPackage
        | ChangeKind::Override
        | ChangeKind::Status(Some(StatusKind::Quarantined) | None)
        | ChangeKind::Advisory
        | ChangeKind::PackageSet
        | ChangeKind::Configuration
        | ChangeKind::Forbidden => false,
    }
}

/// Whether somebody may publish the package that the change is about, as the base says.
pub(super) fn maintains(petition: &Petition<'_>, change: &ProposedChange, id: u64) -> bool {
    let people = change.package.as_ref().and_then(|name| petition.maintainers.get(name));
    people.is_some_and(|people| people.contains(&id))
}
