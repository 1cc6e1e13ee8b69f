//! The governance log: what the commits of registry and index did, and who decided it. Nothing is written.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{Area, Date, LogCommit, LogScope, MergeMethod, RegistryLog, Terms, Touch, TreePath};
use crate::ports::{Changed, History, Logged, Ports, Repo, RepoEntryKind, RepoError, Revision};
use crate::rules::audit::history::Layout;
use crate::rules::governance::{Annals, Happened, Sight, concerns, happened, record, touched};
use crate::rules::registry::{RegistryPath, definition_path};

use super::past::{Past, ahead, area_of_facts, bytes};
use super::{Curator, Event, Stop};

/// The most characters of a commit's first line that are kept: it may be of any length.
const LONGEST_TITLE: usize = 200;

/// What the log is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogRequest {
    /// About whom; everything, for `None`.
    pub scope: Option<LogScope>,
    /// From which day on; everything, for `None`.
    pub since: Option<Date>,
}

/// Reads the commits of registry and index, and tells what they did and who decided it. Of a place that keeps no history
/// it tells what stands there, as far as that says when it came.
///
/// # Errors
/// [`Stop`] where registry or index cannot be read.
pub async fn log<P: Ports>(curator: &Curator<P>, request: LogRequest) -> Result<RegistryLog, Stop> {
    let LogRequest { scope, since } = request;
    let registry = Past::find(&curator.registry, since).await?;
    let index = Past::find(&curator.index, since).await?;
    (curator.progress)(Event::Total(ahead([&registry, &index])));
    let facts = area_of_facts(&curator.index, &index)?;
    let mut annals = Annals::about(scope.clone());
    let eye = |area| Eye { layout: Layout { area, facts }, scope: scope.as_ref(), terms: curator.terms() };
    read(curator, &curator.registry, &registry, eye(Area::Registry), &mut annals).await?;
    read(curator, &curator.index, &index, eye(Area::Index), &mut annals).await?;
    let walked = vec![registry.walked(Area::Registry), index.walked(Area::Index)];
    Ok(annals.finish(since, walked))
}

/// What is looked at, and how.
#[derive(Clone, Copy)]
struct Eye<'a> {
    layout: Layout,
    scope: Option<&'a LogScope>,
    terms: Terms,
}

/// Enters what is to be told of one repository.
async fn read<P: Ports, R: Repo + History>(
    curator: &Curator<P>,
    repo: &R,
    past: &Past,
    eye: Eye<'_>,
    annals: &mut Annals,
) -> Result<(), Stop> {
    if let (None, Some(head)) = (&past.commits, &past.head) {
        annals.enter_standing(eye.layout.area, eye.standing(repo, head)?);
        return Ok(());
    }
    let method = curator.policy.review.merge;
    let compare = |logged: &Logged| eye.compared(repo, logged);
    let enter = |logged: &Logged, files| annals.enter(commit(eye.layout.area, logged, method), files);
    past.walk(curator, compare, enter).await
}

impl Eye<'_> {
    /// What a commit did.
    fn compared<R: Repo + History>(self, repo: &R, logged: &Logged) -> Result<Vec<Happened>, RepoError> {
        let differences = repo.difference(logged.parent.as_ref(), &logged.revision)?;
        let wanted: Vec<&Changed> =
            differences.changed.iter().filter(|changed| concerns(self.layout, self.scope, &changed.path)).collect();
        let one = |changed: &&Changed| {
            if let Some(told) = touch(changed).and_then(|touch| touched(self.layout, &changed.path, touch)) {
                return Ok(vec![told]);
            }
            let (before, after) = (bytes(repo, changed.before)?, bytes(repo, changed.after)?);
            self.told(repo, &logged.revision, &changed.path, (before, after))
        };
        let told: Vec<Vec<Happened>> = wanted.par_iter().map(one).collect::<Result<_, _>>()?;
        Ok(told.into_iter().flatten().collect())
    }

    /// What stands in a place that keeps no history, as if all of it had come at once.
    fn standing<R: Repo>(self, repo: &R, head: &Revision) -> Result<Vec<Happened>, RepoError> {
        let mut told = Vec::new();
        for entry in repo.list(head, None)? {
            if entry.kind != RepoEntryKind::File || !concerns(self.layout, self.scope, &entry.path) {
                continue;
            }
            if let Some(it) = touched(self.layout, &entry.path, Touch::Added) {
                told.push(it);
            } else {
                let after = repo.read(head, &entry.path)?;
                told.extend(self.told(repo, head, &entry.path, (None, after))?);
            }
        }
        Ok(told)
    }

    /// What happened between two states of a file, the later of which is at the state `at`.
    fn told<R: Repo>(
        self,
        repo: &R,
        at: &Revision,
        path: &TreePath,
        (before, after): (Option<Vec<u8>>, Option<Vec<u8>>),
    ) -> Result<Vec<Happened>, RepoError> {
        // What an override changes says the definition beside it.
        let definition = match RegistryPath::of(path) {
            RegistryPath::Override(name, version) if self.layout.area == Area::Registry => {
                match definition_path(&name, &version).map(|of| repo.read(at, &of)) {
                    Ok(Ok(definition)) => definition,
                    // A link stands in its place: nobody knows what it says.
                    Err(_) | Ok(Err(RepoError::Unusable { .. })) => None,
                    Ok(Err(error)) => return Err(error),
                }
            }
            _ => None,
        };
        let (before, after, definition) = (before.as_deref(), after.as_deref(), definition.as_deref());
        Ok(happened(Sight { layout: self.layout, path, before, after, definition, terms: self.terms }))
    }
}

/// What became of a file, whatever is in it.
fn touch(changed: &Changed) -> Option<Touch> {
    match (changed.before, changed.after) {
        (None, Some(_)) => Some(Touch::Added),
        (Some(_), None) => Some(Touch::Removed),
        (Some(_), Some(_)) => Some(Touch::Changed),
        (None, None) => None,
    }
}

/// A commit as the log names it.
fn commit(area: Area, logged: &Logged, method: Option<MergeMethod>) -> LogCommit {
    let merged = logged.merged.first().map(|merged| merged.0.clone());
    LogCommit {
        area,
        id: logged.revision.0.clone(),
        time: logged.time,
        author: logged.author.clone(),
        committer: logged.committer.clone(),
        title: logged.title().chars().take(LONGEST_TITLE).collect(),
        record: record(area, &logged.message, merged.as_deref(), method),
        merged,
    }
}
