//! Asking one package: its tags, and what stands at each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Code, Definition, Fault, Finding, Location, PackageName, Registration, Version};
use crate::ports::{FetchError, Ports, Proof, Source, SourceFetcher as _, SourceRequest};
use crate::rules::import::{Draft, Refusal, RefusalKind, Tagged, choose_tags, read_draft};
use crate::rules::pack::PURESCRIPT;
use crate::rules::registry::{Candidate, PackageState, World, definition_path};
use crate::rules::report::words;

use super::super::fetched::Fetched;
use super::super::inspect::{Stage, Subject, is_read};
use super::super::reader::bug;
use super::super::{Curator, Event, Stop};
use super::hosts::Host;
use super::journal::{Answer, Answers, Offer};
use super::offers::is_present;

/// Checks that need the other versions of the import, which are not known yet: the selection stands in for them.
const LATER: [Code; 5] =
    [Code::Owners, Code::DependencyUnknown, Code::DependencyRange, Code::DependencyHeld, Code::Unsolvable];

/// What is asked of whom.
pub(super) struct Asking {
    pub(super) name: PackageName,
    pub(super) location: Location,
    pub(super) compiler: Version,
    /// What registry and index hold of the package.
    pub(super) state: PackageState,
    /// What it answered before.
    pub(super) known: Option<Answers>,
    pub(super) host: Arc<Host>,
}

/// Asks a package for what is not known of it. Whatever may pass leaves the answers incomplete.
pub(super) async fn ask<P: Ports>(curator: Arc<Curator<P>>, asking: Asking) -> Result<Answers, Stop> {
    let Asking { name, location, compiler, known, .. } = &asking;
    let mut answers = known.clone().unwrap_or_else(|| Answers::new(name.clone(), location.clone(), compiler.clone()));
    let _place = asking.host.enter().await;
    (curator.progress)(Event::Begin(name.to_string()));
    answers.pending = match asking.tags(&curator, &mut answers).await {
        Ok(()) => None,
        Err(Halt::Stop(stop)) => return Err(*stop),
        Err(Halt::Pending(why)) => Some(why),
        Err(Halt::Refused(refusal)) => {
            answers.refusal = Some(refusal);
            None
        }
    };
    Ok(answers)
}

/// Why a package is not asked any further.
enum Halt {
    /// The run cannot go on.
    Stop(Box<Stop>),
    /// The host is in trouble: another run may have more luck.
    Pending(String),
    /// The source, or this tag of it, cannot be had.
    Refused(Refusal),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(Box::new(stop))
    }
}

impl Asking {
    /// Asks for the tags, and then for each that is a version of which nothing is known.
    async fn tags<P: Ports>(&self, curator: &Curator<P>, answers: &mut Answers) -> Result<(), Halt> {
        if self.host.is_down() {
            return Err(Halt::Pending(words::refusal::host_down(self.host.name())));
        }
        let tags = self.answered(curator.sources.tags(&self.location).await)?;
        let tags: Vec<_> = tags.into_iter().map(|tag| (tag.reference, tag.commit)).collect();
        let (chosen, refused) = choose_tags(&tags);
        if chosen.is_empty() && refused.iter().all(|(_, refusal)| refusal.kind == RefusalKind::Tag) {
            let reason = words::refusal::no_versions(tags.len());
            return Err(Halt::Refused(Refusal::new(RefusalKind::NoVersions, reason)));
        }
        let mut known = std::mem::take(&mut answers.tags);
        answers.tags.extend(refused.into_iter().map(|(tag, refusal)| (tag, Answer::Refused(refusal))));
        let mut pending = None;
        for tagged in chosen.into_iter().filter(|tagged| !is_present(&self.state, &tagged.version)) {
            let answer = match known.remove(&tagged.reference).filter(|answer| still_holds(answer, &tagged)) {
                Some(answer) => answer,
                None => match self.tag(curator, &tagged).await {
                    Ok(offer) => Answer::Offer(Box::new(offer)),
                    Err(Halt::Refused(refusal)) => Answer::Refused(refusal),
                    // The other tags may be smaller, and the host in better health.
                    Err(Halt::Pending(why)) => {
                        pending.get_or_insert(why);
                        continue;
                    }
                    Err(halt) => return Err(halt),
                },
            };
            answers.tags.insert(tagged.reference, answer);
        }
        pending.map_or(Ok(()), |why| Err(Halt::Pending(why)))
    }

    /// Reads what stands at a tag, and runs every check on it that needs no other version.
    async fn tag<P: Ports>(&self, curator: &Curator<P>, tagged: &Tagged) -> Result<Offer, Halt> {
        if self.host.is_down() {
            return Err(Halt::Pending(words::refusal::host_down(self.host.name())));
        }
        self.host.rest().await;
        let request = SourceRequest {
            location: self.location.clone(),
            reference: tagged.reference.clone(),
            commit: None,
            proof: Proof::Reviewed,
        };
        let source = self.answered(curator.sources.fetch(&request, &|path| is_read(&PURESCRIPT, path)).await)?;
        let mut draft = read_draft(&source.tree, None).map_err(Halt::Refused)?;
        self.is_of_this(&draft, tagged).map_err(Halt::Refused)?;
        let notes = std::mem::take(&mut draft.notes).iter().map(words::refusal::note).collect();
        let (name, location) = (self.name.clone(), self.location.clone());
        let manifest = draft.manifest(name, tagged.version.clone(), location, tagged.reference.clone());
        let manifest = manifest.map_err(Halt::Refused)?;
        let (commit, compiler) = (Some(source.commit), Some(self.compiler.clone()));
        let definition = Definition { manifest, commit, compiler };
        let findings = self.check(curator, &definition, &source).await?;
        let error = findings.iter().find(|finding| finding.is_error() && !LATER.contains(&finding.code));
        match error {
            Some(error) => Err(Halt::Refused(Refusal::new(RefusalKind::Check(error.code), error.message.clone()))),
            None => Ok(Offer { manifest: definition.manifest, commit: source.commit, notes }),
        }
    }

    /// Refuses a manifest of something else.
    fn is_of_this(&self, draft: &Draft, tagged: &Tagged) -> Result<(), Refusal> {
        if let Some(theirs) = draft.name.as_ref().filter(|theirs| **theirs != self.name) {
            let reason = words::refusal::name_differs(&draft.file, theirs, &self.name);
            return Err(Refusal::new(RefusalKind::NameDiffers, reason));
        }
        if let Some(theirs) = draft.version.as_ref().filter(|theirs| **theirs != tagged.version) {
            let reason = words::refusal::version_differs(&draft.file, theirs, &tagged.reference);
            return Err(Refusal::new(RefusalKind::VersionDiffers, reason));
        }
        Ok(())
    }

    /// The findings of a definition that is not written yet, as a review of it would give them.
    async fn check<P: Ports>(
        &self,
        curator: &Curator<P>,
        definition: &Definition,
        source: &Source,
    ) -> Result<Vec<Finding>, Halt> {
        let (name, version) = (&definition.manifest.name, &definition.manifest.version);
        let file = definition_path(name, version).map_err(bug)?;
        let text = definition.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
        let candidate = Candidate::parse(&file, text.as_bytes(), curator.terms());
        let mut state = self.state.clone();
        state.registration.get_or_insert_with(|| Registration {
            location: self.location.clone(),
            location_id: None,
            owners: None,
            maintainers: Vec::new(),
            authorization: None,
        });
        let world = World { packages: BTreeMap::from([(name.clone(), state)]) };
        let subject = Subject { candidate: &candidate, world: &world, names: &[], stage: Stage::Review };
        let inspection = if definition.manifest.include_files.is_some() {
            // The files that it asks for were not read with the others.
            curator.inspect(subject).await?
        } else {
            curator.inspect_source(subject, &Fetched::from(source.clone()))?
        };
        if inspection.transient {
            return Err(Halt::Pending(words::refusal::SOURCE_INCOMPLETE.to_owned()));
        }
        let mut findings = inspection.findings;
        findings.sort_by_key(|finding| finding.code);
        Ok(findings)
    }

    /// Tells what may pass from what will not, and keeps count of a host's failures.
    fn answered<T>(&self, answer: Result<T, FetchError>) -> Result<T, Halt> {
        let error = match answer {
            Ok(answer) => {
                self.host.answered();
                return Ok(answer);
            }
            Err(error) => error,
        };
        match error.fault() {
            Fault::Operator => return Err(Stop::from(error).into()),
            Fault::Transient => {
                self.host.failed();
                return Err(Halt::Pending(words::refusal::reason(&error.to_string())));
            }
            Fault::Author => self.host.answered(),
        }
        let kind = match error {
            FetchError::Refused { .. } => RefusalKind::SourceRefused,
            FetchError::NoRepository { .. } | FetchError::Private { .. } => RefusalKind::SourceGone,
            FetchError::Relocated { .. } => RefusalKind::SourceMoved,
            _ => RefusalKind::SourceUnsound,
        };
        Err(Halt::Refused(Refusal::new(kind, words::refusal::reason(&error.to_string()))))
    }
}

/// Whether an answer of an earlier run is that of the tag as it stands now.
fn still_holds(answer: &Answer, tagged: &Tagged) -> bool {
    match answer {
        Answer::Offer(offer) => offer.commit == tagged.commit,
        // These were said of the tags beside it.
        Answer::Refused(refusal) => {
            !matches!(refusal.kind, RefusalKind::Tag | RefusalKind::TagTwice | RefusalKind::TagAmbiguous)
        }
    }
}
