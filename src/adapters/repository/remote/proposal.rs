//! Fetching what a stranger proposes: within a budget, and apart from what is kept.

use std::fs;
use std::io;
use std::path::Path;

use git2::Oid;

use crate::adapters::git::message::reason;
use crate::adapters::git::program::Ended;
use crate::adapters::git::verdict::{is_out_of_memory, is_unsound};
use crate::model::Limits;
use crate::ports::{RepoError, Unmergeable};

use super::super::cache::Apart;
use super::super::failed;
use super::super::proposed::ProposalBudget;
use super::{Remote, fetch_args, is_absent, refspec};

impl Remote {
    /// Fetches the ref `name` and so many commits before it; gives the commit, or `None` where the remote has no such
    /// ref.
    pub(in crate::adapters::repository) async fn fetch_apart(
        &self,
        name: &str,
        depth: u32,
        apart: &Apart,
        budget: &ProposalBudget,
    ) -> Result<Option<Oid>, RepoError> {
        let fail = |error: io::Error| failed(&self.place, error);
        let locked = self.lock().await?;
        let scratch = self.scratch(&locked, Some(apart))?;
        let limits = Limits { fetch_bytes: budget.bytes, fetch_time: budget.time, ..Limits::default() };
        let program = self.program.within(&limits);
        let depth = self.depth_apart(depth, apart).map_err(fail)?;
        let ended = self.run(&program, scratch.path(), fetch_args(&self.url, depth), refspec(name)).await?;
        let bytes = size(&scratch.path().join("store/objects/pack")).map_err(fail)?;
        let unmergeable = |why| Err(RepoError::Unmergeable { place: self.place.clone(), why });
        match ended {
            Ended::Badly(words) if is_absent(&words) => return Ok(None),
            // git dies of the limit in the middle of a pack, which then has just that size.
            _ if bytes >= budget.bytes => return unmergeable(Unmergeable::TooManyBytes { most: budget.bytes }),
            Ended::Well(_) => {}
            Ended::Badly(words) if is_out_of_memory(&words) => {
                return unmergeable(Unmergeable::TooManyBytes { most: program.memory_bytes });
            }
            Ended::Badly(words) if is_unsound(&words) => {
                return unmergeable(Unmergeable::Unsound { message: reason(&words, scratch.path()) });
            }
            Ended::Badly(words) => return Err(self.refusal(&words, scratch.path())),
            Ended::Late | Ended::Flooded => return Err(self.late(budget.time)),
        }
        self.take(&locked, scratch.path(), &apart.shelf)
    }

    /// What `--depth` says: nothing, where the whole history is here and git is to fetch what is new.
    fn depth_apart(&self, wanted: u32, apart: &Apart) -> io::Result<Option<u32>> {
        let is_shallow = self.cache.read("shallow")?.is_some() || apart.shelf.read("shallow")?.is_some();
        let known = self.cache.read("depth")?.and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or_default();
        Ok(is_shallow.then_some(wanted.max(known)))
    }
}

/// The bytes of all files in `folder`.
fn size(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |sum, entry| Ok(entry?.metadata()?.len() + sum))
}
