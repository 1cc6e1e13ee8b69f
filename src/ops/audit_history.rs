//! Looking through the past of registry and index for what was published and then lost or changed. Nothing is written.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{Area, Date, HistoryReport, PackageName, PastCommit, TreePath, Walked};
use crate::ports::{Changed, History, Logged, Ports, Repo, RepoEntryKind, RepoError, Revision, Standing};
use crate::rules::audit::history::{Chronicle, Compared, Layout, Today, compare};

use super::{Curator, Event, Stop};

/// How many commits are compared at once: each holds what it changed in memory, which may be the whole index.
const AT_ONCE: usize = 32;

/// Reads every commit of registry and index, from the day `since` on, and tells what became of what they did.
///
/// # Errors
/// [`Stop::NoHistory`] where neither place keeps one.
pub async fn audit_history<P: Ports>(curator: &Curator<P>, since: Option<Date>) -> Result<HistoryReport, Stop> {
    let registry = Past::find(&curator.registry, since).await?;
    let index = Past::find(&curator.index, since).await?;
    if registry.commits.is_none() && index.commits.is_none() {
        return Err(Stop::NoHistory);
    }
    let ahead = [&registry.commits, &index.commits].into_iter().flatten().map(Vec::len).sum();
    (curator.progress)(Event::Total(ahead));
    let facts = match &index.head {
        Some(head) if holds_facts(&curator.index, head)? => Area::Index,
        _ => Area::Registry,
    };
    let mut chronicle = Chronicle::default();
    walk(curator, &curator.registry, &registry, Layout { area: Area::Registry, facts }, &mut chronicle).await?;
    walk(curator, &curator.index, &index, Layout { area: Area::Index, facts }, &mut chronicle).await?;
    let facts_of = if facts == Area::Index { &index } else { &registry };
    let today = match facts {
        // Whoever has read every commit of the facts knows what there is today.
        _ if since.is_none() && facts_of.commits.is_some() => BTreeMap::new(),
        Area::Index => today(&curator.index, index.head.as_ref(), &chronicle)?,
        _ => today(&curator.registry, registry.head.as_ref(), &chronicle)?,
    };
    let walked = vec![registry.walked(Area::Registry), index.walked(Area::Index)];
    Ok(chronicle.report(&today, since, walked))
}

/// What is recorded of a repository.
struct Past {
    /// Its newest state; `None` where there is no repository.
    head: Option<Revision>,
    /// The commits to look at, oldest first; `None` where the place keeps no history.
    commits: Option<Vec<Logged>>,
}

impl Past {
    async fn find<R: Repo + History>(repo: &R, since: Option<Date>) -> Result<Self, Stop> {
        let head = match repo.head().await {
            Ok(head) => head,
            Err(RepoError::Missing { .. }) => return Ok(Self { head: None, commits: None }),
            Err(error) => return Err(error.into()),
        };
        if repo.describe(&head)?.is_none() {
            return Ok(Self { head: Some(head), commits: None });
        }
        let mut commits = repo.log(None, &head).await?;
        if let Some(since) = since {
            let first = commits.iter().position(|commit| commit.time.date() >= since);
            commits.drain(..first.unwrap_or(commits.len()));
        }
        Ok(Self { head: Some(head), commits: Some(commits) })
    }

    fn walked(&self, area: Area) -> Walked {
        let until = self.head.as_ref().map(|head| head.0.clone());
        Walked { area, commits: self.commits.as_ref().map(Vec::len), until }
    }
}

/// Whether an index is the curator's own, which holds the facts besides the manifests.
fn holds_facts<R: Repo>(index: &R, head: &Revision) -> Result<bool, Stop> {
    let own = ["config.json", "metadata"].map(str::parse::<TreePath>);
    let [Ok(config), Ok(metadata)] = own else { return Ok(false) };
    Ok(index.read(head, &config)?.is_some() || !index.list(head, Some(&metadata))?.is_empty())
}

/// Enters every commit of a repository into the chronicle.
async fn walk<P: Ports, R: Repo + History>(
    curator: &Curator<P>,
    repo: &R,
    past: &Past,
    layout: Layout,
    chronicle: &mut Chronicle,
) -> Result<(), Stop> {
    for some in past.commits.iter().flat_map(|commits| commits.chunks(AT_ONCE)) {
        let compared: Result<Vec<_>, RepoError> =
            some.par_iter().map(|logged| compared(repo, layout, logged)).collect();
        for (logged, files) in some.iter().zip(compared?) {
            chronicle.enter(layout, past_commit(layout.area, logged), files);
            (curator.progress)(Event::Done);
        }
        // Whoever interrupts a run is heard here.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// What a commit changed in the files that hold what is published.
fn compared<R: History>(repo: &R, layout: Layout, logged: &Logged) -> Result<Vec<Compared>, RepoError> {
    let differences = repo.difference(logged.parent.as_ref(), &logged.revision)?;
    let wanted: Vec<&Changed> = differences.changed.iter().filter(|changed| layout.wants(&changed.path)).collect();
    let one = |changed: &&Changed| {
        let (before, after) = (bytes(repo, changed.before)?, bytes(repo, changed.after)?);
        Ok(compare(layout, &changed.path, before, after))
    };
    wanted.par_iter().map(one).collect()
}

/// The bytes of a file; a link in its place holds nothing.
fn bytes<R: History>(repo: &R, standing: Option<Standing>) -> Result<Option<Vec<u8>>, RepoError> {
    match standing {
        Some(Standing { kind: RepoEntryKind::File, object }) => repo.bytes(&object).map(Some),
        _ => Ok(None),
    }
}

fn past_commit(area: Area, logged: &Logged) -> PastCommit {
    let message = logged.message.lines().next().unwrap_or_default();
    PastCommit {
        area,
        id: logged.revision.0.clone(),
        time: logged.time,
        author: logged.author.clone(),
        message: message.to_owned(),
    }
}

/// What is published today of the packages that the chronicle asks about.
fn today<R: Repo>(
    repo: &R,
    head: Option<&Revision>,
    chronicle: &Chronicle,
) -> Result<BTreeMap<PackageName, Today>, Stop> {
    let Some(head) = head else { return Ok(BTreeMap::new()) };
    let mut today = BTreeMap::new();
    for name in chronicle.in_question() {
        let places = [format!("metadata/{name}.json"), format!("metadata/{}/{name}.json", name.shard())];
        for place in places.iter().filter_map(|place| place.parse::<TreePath>().ok()) {
            if let Some(bytes) = repo.read(head, &place)? {
                today.insert(name.clone(), Today::read(&bytes));
            }
        }
    }
    Ok(today)
}
