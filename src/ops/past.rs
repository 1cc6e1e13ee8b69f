//! Walking through the commits of registry and index, many at once.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{Area, Date, TreePath, Walked};
use crate::ports::{History, Logged, Ports, Repo, RepoEntryKind, RepoError, Revision, Standing};

use super::{Curator, Event, Stop};

/// How many commits are compared at once: each holds what it changed in memory, which may be the whole index.
const AT_ONCE: usize = 32;

/// What is recorded of a repository.
pub(super) struct Past {
    /// Its newest state; `None` where there is no repository.
    pub(super) head: Option<Revision>,
    /// The commits to look at, oldest first; `None` where the place keeps no history.
    pub(super) commits: Option<Vec<Logged>>,
}

impl Past {
    /// Finds the newest state and the commits that lead to it, from the day `since` on.
    pub(super) async fn find<R: Repo + History>(repo: &R, since: Option<Date>) -> Result<Self, Stop> {
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

    /// What was looked at.
    pub(super) fn walked(&self, area: Area) -> Walked {
        let until = self.head.as_ref().map(|head| head.0.clone());
        Walked { area, commits: self.commits.as_ref().map(Vec::len), until }
    }

    /// Compares every commit with the one before it, many at once, and enters what comes of it in the order of the
    /// commits.
    pub(super) async fn walk<P: Ports, T: Send>(
        &self,
        curator: &Curator<P>,
        compare: impl Fn(&Logged) -> Result<T, RepoError> + Sync,
        mut enter: impl FnMut(&Logged, T),
    ) -> Result<(), Stop> {
        for some in self.commits.iter().flat_map(|commits| commits.chunks(AT_ONCE)) {
            let compared: Result<Vec<T>, RepoError> = some.par_iter().map(&compare).collect();
            for (logged, came) in some.iter().zip(compared?) {
                enter(logged, came);
                (curator.progress)(Event::Done);
            }
            // Whoever interrupts a run is heard here.
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

/// How many commits lie ahead.
pub(super) fn ahead(pasts: [&Past; 2]) -> usize {
    pasts.into_iter().filter_map(|past| past.commits.as_ref()).map(Vec::len).sum()
}

/// Where the facts of what is published stand: in the index, where it is the curator's own, which holds them besides the
/// manifests; else in the registry, as in that of PureScript.
pub(super) fn area_of_facts<R: Repo>(index: &R, past: &Past) -> Result<Area, Stop> {
    let own = ["config.json", "metadata"].map(str::parse::<TreePath>);
    let (Some(head), [Ok(config), Ok(metadata)]) = (&past.head, own) else { return Ok(Area::Registry) };
    let is_own = index.read(head, &config)?.is_some() || !index.list(head, Some(&metadata))?.is_empty();
    Ok(if is_own { Area::Index } else { Area::Registry })
}

/// The bytes of a file; a link in its place holds nothing.
pub(super) fn bytes<R: History>(repo: &R, standing: Option<Standing>) -> Result<Option<Vec<u8>>, RepoError> {
    match standing {
        Some(Standing { kind: RepoEntryKind::File, object }) => repo.bytes(&object).map(Some),
        _ => Ok(None),
    }
}
