//! Telling a merged pull request what became of its versions: that they can be installed, or why not and the way out.
//!
//! What is still to be told is read from the forge and from the index each time: a pull request that brought versions,
//! was merged and has not the label [`rule::PUBLISHED`]. So whoever publishes, and however a run ends, it is told in the
//! end.

use std::collections::BTreeSet;

use crate::model::{
    AnnouncedVersion, Announcement, PackageName, Person, PullRequest, PullStage, Remark, ReviewPlace, Sha256,
    Timestamp, Version, VersionOutcome,
};
use crate::ops::reader::Reader;
use crate::ops::scope::{Owings, Retry, pending};
use crate::ops::{Curator, Stop};
use crate::ports::{Forum, History as _, Ports, Proposals as _, Revision};
use crate::rules::registry::RegistryPath;
use crate::rules::report::review as words;
use crate::rules::review::{self as rule, Asked};

use super::ReviewMode;
use super::hearing::{sticky, trustees};
use super::tell::says;

/// How long after its merge a pull request is looked after.
const MEMORY_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What a merged pull request was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// What became of its versions.
    pub announcement: Announcement,
    /// Whether somebody who may asked for another try since the curator last spoke.
    pub retry: Retry,
}

impl Announced {
    /// Whether somebody who may asked for another try of what failed.
    #[must_use]
    pub fn asks_for_another_try(&self) -> bool {
        self.retry == Retry::Now
    }
}

/// Tells every merged pull request what became of its versions, as far as it does not know. `tried` says whether what
/// failed before has just been tried, as far as somebody asked for that.
///
/// # Errors
/// [`Stop`] where the index or the forge cannot be asked. What was told before it stays told.
pub async fn announce<P: Ports, F: Forum>(
    curator: &Curator<P>,
    forge: &F,
    place: &ReviewPlace,
    tried: Retry,
    now: Timestamp,
) -> Result<Vec<Announced>, Stop> {
    let teller = Teller { curator, forge, now, tried, mode: ReviewMode::Act };
    let mut announced = Vec::new();
    for pull in waiting(forge, place, now).await? {
        announced.extend(teller.tell(&pull).await?);
    }
    Ok(announced)
}

/// Whether somebody who may asked a merged pull request for another try of what failed.
///
/// # Errors
/// [`Stop`], as [`announce`].
pub async fn asked_to_retry<P: Ports, F: Forum>(
    curator: &Curator<P>,
    forge: &F,
    place: &ReviewPlace,
    now: Timestamp,
) -> Result<Retry, Stop> {
    let teller = Teller { curator, forge, now, tried: Retry::WhenDue, mode: ReviewMode::Look };
    let failed = waiting(forge, place, now).await?;
    for pull in failed.iter().filter(|pull| rule::has_label(&pull.labels, rule::FAILED)) {
        if teller.tell(pull).await?.is_some_and(|announced| announced.retry == Retry::Now) {
            return Ok(Retry::Now);
        }
    }
    Ok(Retry::WhenDue)
}

/// The merged pull requests that may wait to hear something.
async fn waiting<F: Forum>(forge: &F, place: &ReviewPlace, now: Timestamp) -> Result<Vec<PullRequest>, Stop> {
    let since = now.unix_millis().saturating_sub(MEMORY_MILLIS);
    let since = Timestamp::from_unix_millis(since).map_err(|error| Stop::Bug(error.to_string()))?;
    let merged = forge.merged(&place.branch, since).await?;
    let waits = |pull: &PullRequest| {
        let has = |label: &str| rule::has_label(&pull.labels, label);
        rule::BRINGS_VERSIONS.into_iter().any(has) && !has(rule::PUBLISHED)
    };
    Ok(merged.into_iter().filter(waits).collect())
}

/// What tells a pull request what became of it.
pub(super) struct Teller<'a, P: Ports, F> {
    pub(super) curator: &'a Curator<P>,
    pub(super) forge: &'a F,
    pub(super) now: Timestamp,
    /// Whether what failed has just been tried again.
    pub(super) tried: Retry,
    pub(super) mode: ReviewMode,
}

impl<P: Ports, F: Forum> Teller<'_, P, F> {
    /// Tells `pull`, which was merged; `None` where it brought no version.
    pub(super) async fn tell(&self, pull: &PullRequest) -> Result<Option<Announced>, Stop> {
        let PullStage::Merged { at: merged, .. } = pull.stage else { return Ok(None) };
        let brought = self.brought(pull).await?;
        if brought.is_empty() {
            return Ok(None);
        }
        let reader = Reader::open_index(self.curator).await?;
        let owings = pending(&reader)?;
        let mut versions = Vec::new();
        let mut maintainers = BTreeSet::new();
        for (name, version, digest) in brought {
            let outcome = self.outcome(&reader, &owings, (&name, &version), &digest)?;
            maintainers.extend(self.maintainers(&name).await?);
            versions.push(AnnouncedVersion { name, version, outcome });
        }
        let (remarks, me) = (self.forge.remarks(pull.number).await?, self.forge.me().await?);
        let spoke = sticky(&remarks, &me).map(|remark| remark.edited.unwrap_or(remark.posted));
        let (trustees, _) = trustees(self.forge, &self.curator.policy.review).await?;
        let may = maintainers.into_iter().chain(trustees);
        let may: BTreeSet<u64> = may.chain([pull.author.id]).collect();
        let asked = match rule::retries(&remarks, None, &may) {
            Asked::At(at) => Some(at),
            Asked::ByNobody => None,
        };
        let is_owed = |it: &AnnouncedVersion| matches!(it.outcome, VersionOutcome::Owed { .. });
        let retry = match asked {
            Some(asked) if versions.iter().any(is_owed) && spoke.is_none_or(|spoke| spoke < asked) => Retry::Now,
            _ => Retry::WhenDue,
        };
        let announcement = Announcement { pull: pull.number, merged, versions, retried: asked };
        // What the curator says last is what it has seen: a wish that is not granted yet must not look granted.
        if self.mode == ReviewMode::Act && (retry == Retry::WhenDue || self.tried == Retry::Now) {
            self.say(pull, &announcement, &remarks, &me).await?;
        }
        Ok(Some(Announced { announcement, retry }))
    }

    /// The versions that the pull request defined, with the digests of their definitions.
    async fn brought(&self, pull: &PullRequest) -> Result<Vec<(PackageName, Version, Sha256)>, Stop> {
        let registry = &self.curator.registry;
        // Against the branch as it was before the merge: afterwards, it changes nothing any more.
        let before = Revision(pull.base_commit.to_string());
        let proposal = registry.propose(&pull.head_ref, &pull.head, &before).await?;
        let mut brought = Vec::new();
        for changed in proposal.differences.changed {
            let RegistryPath::Definition(name, version) = RegistryPath::of(&changed.path) else { continue };
            let Some(after) = changed.after else { continue };
            brought.push((name, version, Sha256::of(&registry.bytes(&after.object)?)));
        }
        Ok(brought)
    }

    fn outcome(
        &self,
        reader: &Reader<'_, P>,
        owings: &Owings,
        (name, version): (&PackageName, &Version),
        definition: &Sha256,
    ) -> Result<VersionOutcome, Stop> {
        let package = reader.published(name)?;
        let facts = package.metadata.as_ref().and_then(|file| file.metadata().published.get(version));
        if let Some(facts) = facts.filter(|facts| facts.definition == Some(*definition)) {
            let since = reader.describe_index()?.map_or(self.now, |logged| logged.time);
            return Ok(VersionOutcome::Installable { hash: facts.hash, since });
        }
        let owed = owings.get(&(name.clone(), version.clone()));
        Ok(owed.map_or(VersionOutcome::Waiting, |pending| VersionOutcome::Owed {
            why: pending.why.clone(),
            next: pending.next,
        }))
    }

    /// The numbers of those who may publish the package, by the registry as it is.
    async fn maintainers(&self, name: &PackageName) -> Result<Vec<u64>, Stop> {
        let reader = Reader::open(self.curator).await?;
        let world = reader.packages([name.clone()], &mut std::collections::BTreeMap::new())?;
        let registration = world.packages.get(name).and_then(|state| state.registration.as_ref());
        Ok(registration.map(|registration| registration.maintainers.clone()).unwrap_or_default())
    }

    async fn say(
        &self,
        pull: &PullRequest,
        announcement: &Announcement,
        remarks: &[Remark],
        me: &Person,
    ) -> Result<(), Stop> {
        let is_waiting = |it: &AnnouncedVersion| it.outcome == VersionOutcome::Waiting;
        if announcement.versions.iter().all(is_waiting) {
            return Ok(());
        }
        let text = words::announcement(announcement);
        let sticky = sticky(remarks, me);
        if !sticky.is_some_and(|sticky| says(sticky, &text)) {
            self.forge.say(pull.number, sticky.map(|sticky| sticky.id), &text).await?;
        }
        // The label comes last: it says that nothing is left to be told.
        let labels = rule::labels_after(&pull.labels, announcement);
        if labels != pull.labels {
            self.forge.label(pull.number, &pull.labels, &labels).await?;
        }
        Ok(())
    }
}
