//! What the index must say of a package from now on, besides its publications: computed from what is wanted and what is
//! published, never from what happened in between. Run again, there is nothing left to amend.

use std::collections::BTreeSet;

use crate::model::{
    AdvisoryId, Amendment, AmendmentDeed, Metadata, Moment, PackageName, Published, Reason, Revised, StatusKind,
    Timestamp, Unpublished, Version,
};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{PackageState, Since, Timeline};

/// What is to be amended, and whether the stretch of history that was looked at tells since when.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Amendments {
    /// What is to be amended.
    pub list: Vec<Amendment>,
    /// Whether something is left out, because it has been so since before that stretch.
    pub is_older: bool,
}

/// The marks, in the order in which they are told.
const MARKS: [StatusKind; 3] = [StatusKind::Quarantined, StatusKind::Yanked, StatusKind::Deprecated];

/// What separates what the registry says of a package from what the index says, besides publications.
#[must_use]
pub fn amendments(name: &PackageName, state: &PackageState) -> Amendments {
    let mut writer = Writer { name, state, found: Amendments::default() };
    let Some(metadata) = state.published.metadata.as_ref().map(MetadataFile::metadata) else {
        // Nothing was published: what was gone before that is all there is to say.
        writer.withdrawn(None);
        return writer.found;
    };
    writer.register(metadata);
    for (version, facts) in &metadata.published {
        if let Some((reason, since)) = state.timeline.unpublished(version) {
            writer.unpublish(version, facts.published_time, reason, since);
        } else {
            writer.revise(version, facts);
            writer.mark(version, facts);
            writer.advise(version, facts);
        }
    }
    writer.withdrawn(Some(metadata));
    writer.remember(metadata);
    writer.found
}

struct Writer<'a> {
    name: &'a PackageName,
    state: &'a PackageState,
    found: Amendments,
}

impl Writer<'_> {
    fn push(&mut self, deed: AmendmentDeed) {
        self.found.list.push(Amendment { name: self.name.clone(), deed });
    }

    fn timeline(&self) -> &Timeline {
        &self.state.timeline
    }

    /// The registration stands for the source and its keys.
    fn register(&mut self, metadata: &Metadata) {
        let Some(registration) = &self.state.registration else { return };
        if registration.location != metadata.location || registration.owners != metadata.owners {
            let (location, owners) = (registration.location.clone(), registration.owners.clone());
            self.push(AmendmentDeed::Register { location, owners });
        }
    }

    fn remember(&mut self, metadata: &Metadata) {
        let mut authorizations = self.timeline().authorizations();
        authorizations.retain(|digest| !metadata.authorizations.contains(digest));
        if !authorizations.is_empty() {
            self.push(AmendmentDeed::Remember { authorizations });
        }
    }

    fn unpublish(&mut self, version: &Version, published_time: Timestamp, reason: Reason, since: Since<'_>) {
        match since {
            Since::Earlier => self.found.is_older = true,
            Since::Moment(moment) => {
                // A whole package may have been unpublished before somebody defined one more version of it.
                let unpublished_time = moment.time.max(published_time);
                let record = Unpublished { published_time, reason, unpublished_time };
                self.push(AmendmentDeed::Unpublish { version: version.clone(), record });
            }
        }
    }

    /// The versions that were unpublished before they were ever published: their names are taken all the same.
    fn withdrawn(&mut self, metadata: Option<&Metadata>) {
        for (version, candidate) in &self.state.withdrawn {
            if metadata.is_some_and(|metadata| metadata.unpublished.contains_key(version)) {
                continue;
            }
            match self.state.timeline.unpublished(version) {
                None => {}
                Some((_, Since::Earlier)) => self.found.is_older = true,
                Some((reason, since @ Since::Moment(told))) => {
                    let published = candidate.merge.as_ref().map_or(told.time, |merge| merge.time);
                    self.unpublish(version, published, reason, since);
                }
            }
        }
    }

    fn mark(&mut self, version: &Version, facts: &Published) {
        for kind in MARKS {
            let recorded = facts.marks().find(|(of, _)| *of == kind).map(|(_, mark)| mark);
            let wanted = match self.state.timeline.status(version, kind) {
                None => None,
                Some((status, since)) => {
                    let same = recorded.filter(|mark| status.mark(mark.since) == **mark);
                    match (since, same) {
                        // A plain folder does not tell since when.
                        (Since::Moment(Moment { commit: None, .. }) | Since::Earlier, Some(same)) => Some(same.clone()),
                        (Since::Moment(moment), _) => Some(status.mark(moment.time)),
                        (Since::Earlier, None) => {
                            self.found.is_older = true;
                            continue;
                        }
                    }
                }
            };
            if recorded != wanted.as_ref() {
                self.push(AmendmentDeed::Mark { version: version.clone(), kind, mark: wanted });
            }
        }
    }

    /// What is known to be wrong with a version. Where nobody read the advisories, the index says what it said.
    fn advise(&mut self, version: &Version, facts: &Published) {
        let Some(advisories) = &self.state.advisories else { return };
        let affecting = advisories.iter().filter(|advisory| advisory.affects(self.name, version));
        let affecting: BTreeSet<AdvisoryId> = affecting.map(|advisory| advisory.id.clone()).collect();
        if affecting != facts.advisories {
            self.push(AmendmentDeed::Advise { version: version.clone(), advisories: affecting });
        }
    }

    /// The ranges of the newest revision, and a record of each that is not recorded yet. Numbers only rise: an override
    /// with one that was given before changes nothing.
    fn revise(&mut self, version: &Version, facts: &Published) {
        let Some(original) = self.state.originals.get(version) else { return };
        let recorded = facts.revisions.last().map(|revised| revised.revision);
        // The one that the version was published with is in its line, and may not be recorded yet.
        let in_force = facts.revision;
        let mut newest = recorded;
        let (mut revisions, mut manifest) = (Vec::new(), None);
        let mut is_older = false;
        for (since, bound_override) in self.state.timeline.overrides(version) {
            let number = bound_override.revision;
            let is_new = newest.is_none_or(|newest| number > newest) && in_force.is_none_or(|it| number >= it);
            if !is_new || !bound_override.is_of(original) {
                continue;
            }
            let Since::Moment(Moment { commit, time }) = since else {
                is_older = true;
                continue;
            };
            newest = Some(number);
            manifest = Some(bound_override.applied_to(original));
            revisions.push(Revised {
                reason: bound_override.reason.clone(),
                registry_commit: commit.clone(),
                revised_time: *time,
                revision: number,
            });
        }
        if is_older {
            self.found.is_older = true;
        } else if let Some(manifest) = manifest {
            let line = self.state.published.manifests.as_ref().and_then(|lines| lines.get(version));
            let before = line.map(|line| line.dependencies.clone()).unwrap_or_default();
            self.push(AmendmentDeed::Revise { manifest: Box::new(manifest), before, revisions });
        }
    }
}
