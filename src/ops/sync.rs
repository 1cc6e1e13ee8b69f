//! Making published what is wanted: plan, prepare, put, commit. Run again, it does nothing and says so.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{PackageName, Removal, Restock, Sha256, Step, SyncReport, Timestamp, Version};
use crate::ports::{Change, History as _, Ports, Repo as _, RepoError, Revision};
use crate::rules::index::REGISTRY_COMMIT;
use crate::rules::registry::Regard;
use crate::rules::report::Texts;

use super::batch::{Batch, identity};
use super::docs::document;
use super::owed::Ledger;
use super::plan::{self, Planned};
use super::reader::Reader;
use super::removal::remove;
use super::restock::restock;
use super::scope::{Extent, Retry, RunRequest};
use super::view::{Viewed, follow};
use super::{Curator, Stop};

/// How often a run starts over because another curator was faster. Each time that one has done a part of the work.
pub(super) const TRIES: u32 = 30;

/// The shortest and the longest wait before a run starts over.
const WAITS: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// What a sync did, and the texts that its findings point into.
#[derive(Debug, Default)]
pub struct Synced {
    /// What it did.
    pub report: SyncReport,
    /// The texts.
    pub texts: Texts,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
    /// How many commits it put on the index, each with a push where that is elsewhere.
    pub commits: usize,
    /// What became of the views of the index, but for those of an index in which nothing is.
    pub views: Vec<Viewed>,
}

/// A part of a run that ends with a commit of its own, and how many publications are left for the next part.
#[derive(Default)]
struct Round {
    synced: Synced,
    left: usize,
}

/// Publishes every wanted version that nothing stands against, writes down what could not be done, and fills the gaps of
/// the stores. One commit of the index carries everything, unless there is so much that it is done in parts.
///
/// # Errors
/// [`Stop`] where registry, index, the primary store or the machine is at fault. Then nothing new is visible; archives
/// that were stored already are found again by the next run.
pub async fn sync<P: Ports>(curator: &Arc<Curator<P>>, request: RunRequest) -> Result<Synced, Stop> {
    let mut whole = Synced::default();
    let mut tried = BTreeSet::new();
    loop {
        let Round { synced, left } = until_first(curator, request, &mut tried).await?;
        let is_done = left == 0;
        whole.add(synced);
        if is_done {
            whole.views = follow(curator, request.now, &mut whole.report.next).await;
            return Ok(whole);
        }
    }
}

/// Does a round until no other curator comes in between.
async fn until_first<P: Ports>(
    curator: &Arc<Curator<P>>,
    request: RunRequest,
    tried: &mut BTreeSet<(PackageName, Version)>,
) -> Result<Round, Stop> {
    let mut attempt = 1;
    let before = tried.clone();
    loop {
        tried.clone_from(&before);
        match round(curator, request, tried).await {
            Err(Stop::Repo(RepoError::Moved { .. })) if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            // Who was faster had a newer registry, and so has done all that was wanted here.
            Err(Stop::Behind { .. }) if attempt > 1 => return Ok(Round::default()),
            done => return done,
        }
    }
}

/// A wait that grows, and differs between curators that lost to the same one.
pub(super) fn pause(attempt: u32) -> Duration {
    let (shortest, longest) = WAITS;
    let most = shortest.saturating_mul(1 << attempt.min(10)).min(longest);
    let share = u32::try_from(RandomState::new().hash_one(attempt) % 1000).unwrap_or_default();
    shortest + most.saturating_mul(share) / 1000
}

async fn round<P: Ports>(
    curator: &Arc<Curator<P>>,
    request: RunRequest,
    tried: &mut BTreeSet<(PackageName, Version)>,
) -> Result<Round, Stop> {
    let reader = Reader::open(curator.as_ref()).await?.regarding(Regard::Ever);
    let mut planned = plan::read(curator, &reader, request).await?;
    let left = planned.defer(curator.limits.batch, tried);
    carry_out(curator, &reader, planned, left, request.now).await
}

/// Publishes one version that is wanted, and leaves to a sync whatever else is wanted or owed.
///
/// # Errors
/// [`Stop`] as [`sync`].
pub(super) async fn sync_one<P: Ports>(
    curator: &Arc<Curator<P>>,
    now: Timestamp,
    identity: &(PackageName, Version),
) -> Result<Synced, Stop> {
    let request = RunRequest { extent: Extent::Changes, retry: Retry::Now, now };
    let reader = Reader::open(curator.as_ref()).await?.regarding(Regard::Ever);
    let planned = plan::read_one(curator, &reader, request, identity).await?;
    let mut synced = carry_out(curator, &reader, planned, 0, now).await?.synced;
    synced.views = follow(curator, now, &mut synced.report.next).await;
    Ok(synced)
}

/// Does what was planned: prepare, put, commit, and what comes after.
async fn carry_out<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    mut planned: Planned,
    left: usize,
    now: Timestamp,
) -> Result<Round, Stop> {
    planned.prepare(curator).await?;
    let mut ledger = Ledger::new(&planned.scope, now);
    let mut batch = Batch::new(&mut planned);
    batch.settle();
    batch.put(curator).await?;
    batch.settle();
    batch.mirror(curator).await;
    batch.amend(curator, now)?;
    let owed = owed(curator, reader, &planned, &batch, &mut ledger)?;
    let change = batch.change(curator, reader, owed)?;
    let found = found(reader)?;
    let is_news = left == 0 && found.is_some() && planned.scope.is_news(found.as_ref());
    let trailer = trailer(planned.scope.complete_up_to(found, left));
    let message = format!("{}{trailer}", batch.message());
    let index = if change.is_empty() && is_news && reader.has_index_commits()? {
        // An index that came from elsewhere, or a registry with another history: from now on the difference is enough.
        curator.index.commit(reader.index_revision(), &change, &message).await?
    } else {
        commit(curator, reader.index_revision(), &change, &message).await?
    };
    batch.accepted().for_each(|(publication, artifact)| {
        let manifest = &publication.definition.manifest;
        tracing::info!(package.name = %manifest.name, package.version = %manifest.version, hash = %artifact.hash, "published");
    });
    let published: Vec<(PackageName, Version, Sha256)> = batch.accepted().map(|(p, a)| identity(p, a)).collect();
    let (amended, mut errands) =
        (batch.amended().to_vec(), Errands { removals: batch.removals(curator), ..Errands::default() });
    let (mut failed, mut findings) = (batch.failed(), batch.findings);
    if left == 0 {
        errands.take(planned.report.plan.steps);
    }
    let restocked = restock(curator, errands.restocks).await?;
    let removed = remove(curator, errands.removals).await;
    let change = restocked.moved(curator, &index, ledger.stores(&restocked, &removed)?)?;
    let after = commit(curator, &index, &change, &format!("Record where archives are and are not{trailer}")).await?;
    let commits = usize::from(index != *reader.index_revision()) + usize::from(after != index);
    failed.extend(restocked.failed());
    findings.extend(restocked.findings);
    findings.extend(removed.findings);
    let due = if left == 0 { ledger.due_docs(&planned.scope) } else { Vec::new() };
    let documented = document(curator, &mut ledger, due, &mut findings).await;
    let report = SyncReport {
        total: planned.report.published.map(|before| before + published.len()),
        published,
        amended,
        restocked: restocked.stored,
        removed: removed.done,
        documented,
        failed,
        postponed: planned.report.postponed,
        findings,
        next: ledger.next(),
    };
    let (texts, transient) = (planned.report.texts, planned.report.transient);
    Ok(Round { synced: Synced { report, texts, transient, commits, views: Vec::new() }, left })
}

/// What is written besides the publications: what is owed, and the file of all advisories.
fn owed<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    planned: &Planned,
    batch: &Batch,
    ledger: &mut Ledger,
) -> Result<Change, Stop> {
    let mut owed = ledger.publications(batch, &batch.removals(curator))?;
    if planned.scope.changes.is_some() {
        ledger.void(planned.scope.owed_by_stores(), &planned.report.plan.steps, &mut owed)?;
    }
    owed.extend(planned.warnings.file(reader)?);
    ledger.promise_docs(batch, curator.docs.is_some(), &mut owed)?;
    Ok(owed)
}

/// What is done in the stores once the index says so.
#[derive(Default)]
struct Errands {
    restocks: Vec<Restock>,
    removals: Vec<Removal>,
}

impl Errands {
    /// Takes those of a plan.
    fn take(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Restock(restock) => self.restocks.push(*restock),
                Step::Remove(removal) => self.removals.push(*removal),
                Step::Publish(_) | Step::Amend(_) => {}
            }
        }
    }
}

/// Commits `change`, if it changes anything; gives the state of the index after it.
async fn commit<P: Ports>(
    curator: &Curator<P>,
    parent: &Revision,
    change: &Change,
    message: &str,
) -> Result<Revision, Stop> {
    if change.is_empty() {
        return Ok(parent.clone());
    }
    Ok(curator.index.commit(parent, change, message).await?)
}

/// The commit of the registry that was found; `None` where that is a plain folder.
fn found<P: Ports>(reader: &Reader<'_, P>) -> Result<Option<Revision>, Stop> {
    let Some((registry, at)) = reader.registry() else { return Ok(None) };
    Ok(registry.describe(at)?.map(|logged| logged.revision))
}

/// The end of a commit message that names the commit of the registry up to which the index is complete.
pub(super) fn trailer(complete: Option<Revision>) -> String {
    complete.map_or_else(String::new, |Revision(commit)| format!("\n\n{REGISTRY_COMMIT}{commit}\n"))
}

impl Synced {
    /// Adds what a later part did. What was held back and what is owed is what the last part says of it.
    fn add(&mut self, later: Self) {
        let report = &mut self.report;
        report.published.extend(later.report.published);
        report.amended.extend(later.report.amended);
        report.restocked.extend(later.report.restocked);
        report.removed.extend(later.report.removed);
        report.documented.extend(later.report.documented);
        report.failed.extend(later.report.failed);
        let published: BTreeSet<(&PackageName, &Version)> = report.published.iter().map(|(n, v, _)| (n, v)).collect();
        report.failed.retain(|(name, version)| !published.contains(&(name, version)));
        report.failed.sort();
        report.failed.dedup();
        for finding in later.report.findings {
            if !report.findings.contains(&finding) {
                report.findings.push(finding);
            }
        }
        report.postponed = later.report.postponed;
        let failed = &report.failed;
        report.postponed.retain(|it| !failed.iter().any(|(name, version)| (name, version) == (&it.name, &it.version)));
        (report.total, report.next) = (later.report.total, later.report.next);
        self.texts.extend(later.texts);
        self.transient |= later.transient;
        self.commits += later.commits;
    }
}
