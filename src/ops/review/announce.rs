//! Telling a merged pull request what became of its versions: that they can be installed, or why not and the way out.
//!
//! What is still to be told is read from the forge and from the index each time: a pull request that brought versions,
//! was merged and has not the label [`rule::PUBLISHED`]. So whoever publishes, and however a run ends, it is told in the
//! end. What failed is found by its label [`rule::FAILED`] however old it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    AnnouncedVersion, Announcement, PackageName, Person, PullNumber, PullRequest, PullStage, Remark, ReviewPlace,
    Sha256, Timestamp, Version, VersionOutcome,
};
use crate::ops::reader::Reader;
use crate::ops::scope::{Owings, Retry, apart, pending};
use crate::ops::{Curator, Stop};
use crate::ports::{ForgeError, Forum, History as _, Ports, Proposals as _, RepoError, Revision, Which};
use crate::rules::registry::RegistryPath;
use crate::rules::report::review as words;
use crate::rules::review::{self as rule, Asked};

use super::ReviewMode;
use super::hearing::{stickies, trustees};
use super::tell::{self, News};

/// How long a pull request is looked after, after its merge.
const MEMORY_MILLIS: i64 = 30 * DAY_MILLIS;

/// How long one is looked after whose publication failed, after its last change, of which a comment is one: longer than it
/// is between the last two tries before it is parked.
const FAILED_MILLIS: i64 = 90 * DAY_MILLIS;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// After so many that could not be told one after the other, the forge or the machine is at fault, and not they.
const PATIENCE: usize = 3;

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

/// What several merged pull requests were told.
#[derive(Debug, Default)]
pub struct Announcements {
    /// Those that were told.
    pub told: Vec<Announced>,
    /// Those that could not be: they hold up no others.
    pub untold: Vec<Untold>,
}

/// A merged pull request that could not be told what became of it.
#[derive(Debug)]
pub struct Untold {
    /// The pull request.
    pub pull: PullNumber,
    /// Why.
    pub why: Stop,
    /// What becomes of it.
    pub then: Then,
}

/// What becomes of a pull request that could not be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It says so itself now, and is not reported again for the same reason.
    SaysSo,
    /// Whatever is in the way may pass.
    TryAgain,
}

/// Tells every merged pull request what became of its versions, as far as it does not know. `tried` says whether what
/// failed before has just been tried, as far as somebody asked for that; then also those are looked at that nobody has
/// said a word on for long.
///
/// # Errors
/// [`Stop`] where the forge cannot be asked at all. What was told before it stays told.
pub async fn announce<P: Ports, F: Forum>(
    curator: &Curator<P>,
    forge: &F,
    place: &ReviewPlace,
    tried: Retry,
    now: Timestamp,
) -> Result<Announcements, Stop> {
    let teller = Teller { curator, forge, now, tried, mode: ReviewMode::Act };
    let mut merged = forge.merged(&place.branch, Which::MergedSince(before(now, MEMORY_MILLIS)?)).await?;
    let changed = if tried == Retry::Now { time(0)? } else { before(now, FAILED_MILLIS)? };
    merged.extend(forge.merged(&place.branch, Which::Labelled { label: rule::FAILED, changed }).await?);
    let (mut seen, mut in_vain) = (BTreeSet::new(), 0);
    let mut announcements = Announcements::default();
    for pull in merged.iter().filter(|pull| waits(pull) && seen.insert(pull.number)) {
        let why = match teller.tell(pull).await {
            Ok(announced) => {
                in_vain = 0;
                announcements.told.extend(announced);
                continue;
            }
            Err(why @ Stop::Forge(ForgeError::RateLimited { .. })) => return Err(why),
            Err(why) => why,
        };
        let then = if is_its_own(&why) { Then::SaysSo } else { Then::TryAgain };
        in_vain = if is_of_all(&why) { in_vain + 1 } else { 0 };
        if in_vain == PATIENCE {
            return Err(why);
        }
        if then == Then::TryAgain || teller.says_so(pull, &why).await? == News::Fresh {
            announcements.untold.push(Untold { pull: pull.number, why, then });
        }
    }
    Ok(announcements)
}

/// Whether somebody who may asked a merged pull request for another try of what failed, however long ago that was merged.
/// One that cannot be told what became of it asks for nothing.
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
    let which = Which::Labelled { label: rule::FAILED, changed: before(now, FAILED_MILLIS)? };
    let failed = forge.merged(&place.branch, which).await?;
    for pull in failed.iter().filter(|pull| waits(pull)) {
        match teller.tell(pull).await {
            Ok(Some(announced)) if announced.retry == Retry::Now => return Ok(Retry::Now),
            Ok(_) => {}
            Err(why @ Stop::Forge(ForgeError::RateLimited { .. })) => return Err(why),
            Err(why) => tracing::debug!(pull.number = pull.number.0, %why, "it cannot ask for another try"),
        }
    }
    Ok(Retry::WhenDue)
}

fn before(now: Timestamp, millis: i64) -> Result<Timestamp, Stop> {
    time(now.unix_millis().saturating_sub(millis))
}

fn time(millis: i64) -> Result<Timestamp, Stop> {
    Timestamp::from_unix_millis(millis).map_err(|error| Stop::Bug(error.to_string()))
}

/// Whether a merged pull request may wait to hear something.
fn waits(pull: &PullRequest) -> bool {
    let has = |label: &str| rule::has_label(&pull.labels, label);
    rule::BRINGS_VERSIONS.into_iter().any(has) && !has(rule::PUBLISHED)
}

/// Whether it is the pull request alone that cannot be looked at any more: its head does not move after the merge, and
/// does not change.
fn is_its_own(why: &Stop) -> bool {
    matches!(why, Stop::Repo(RepoError::Moved { .. } | RepoError::Unknown { .. } | RepoError::Unmergeable { .. }))
}

/// Whether it may be out of reach for every pull request.
fn is_of_all(why: &Stop) -> bool {
    matches!(why, Stop::Forge(_) | Stop::Repo(RepoError::Unreachable { .. } | RepoError::Denied { .. }))
}

/// The numbers of those who may publish one of the packages, by the registry as it is.
fn maintainers<P: Ports>(reader: &Reader<'_, P>, names: &BTreeSet<PackageName>) -> Result<BTreeSet<u64>, Stop> {
    // Their dependencies are in it, too.
    let world = reader.packages(names.iter().cloned(), &mut BTreeMap::new())?;
    let states = names.iter().filter_map(|name| world.packages.get(name));
    let registrations = states.filter_map(|state| state.registration.as_ref());
    Ok(registrations.flat_map(|registration| registration.maintainers.clone()).collect())
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
        let reader = Reader::open(self.curator).await?;
        let (owings, _) = apart(pending(&reader)?);
        let mut versions = Vec::new();
        let maintainers = maintainers(&reader, &brought.iter().map(|(name, ..)| name.clone()).collect())?;
        for (name, version, digest) in brought {
            let outcome = self.outcome(&reader, &owings, (&name, &version), &digest)?;
            versions.push(AnnouncedVersion { name, version, outcome });
        }
        let (remarks, me) = (self.forge.remarks(pull.number).await?, self.forge.me().await?);
        let spoke = stickies(&remarks, &me).first().map(|remark| remark.edited.unwrap_or(remark.posted));
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

    /// Says on the pull request itself that it cannot be told what became of it.
    async fn says_so(&self, pull: &PullRequest, why: &Stop) -> Result<News, Stop> {
        let (remarks, me) = (self.forge.remarks(pull.number).await?, self.forge.me().await?);
        let why = match why {
            Stop::Repo(RepoError::Unmergeable { why, .. }) => Some(why.to_string()),
            _ => None,
        };
        let text = words::untellable(why.as_deref());
        tell::sticky(self.forge, pull.number, &stickies(&remarks, &me), &text).await
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
        tell::sticky(self.forge, pull.number, &stickies(remarks, me), &text).await?;
        // The label comes last: it says that nothing is left to be told.
        let labels = rule::labels_after(&pull.labels, announcement);
        if labels != pull.labels {
            self.forge.label(pull.number, &pull.labels, &labels).await?;
        }
        Ok(())
    }
}
