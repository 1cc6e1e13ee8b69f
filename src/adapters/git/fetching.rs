//! What one request needs, brought in as few questions as it takes.

use std::sync::Arc;

use git2::Oid;
use tokio::time::Instant;

use crate::model::{CommitId, Limits, Ref};
use crate::ports::{FetchError, Proof, SourceRequest, Tag};

use super::ask::{Answer, Ask, Asking};
use super::facade::lay_bare;
use super::listing::Listing;
use super::objects::{self, Objects, oid};
use super::program::Program;
use super::reach::reaches;
use super::remote::Remote;
use super::store::Store;
use super::{blocking, local};

/// How much history is looked through for a commit that is not given out by its id: 50 commits behind each branch and
/// tag, then 500.
const DEPTHS: [u32; 2] = [50, 500];

/// The commit to read, and the one that the tag names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) commit: CommitId,
    pub(super) resolved: Option<CommitId>,
}

/// The work for one request.
pub(super) struct Fetching<'a> {
    store: &'a mut Store,
    program: &'a Program,
    limits: &'a Limits,
    location: String,
    deadline: Instant,
}

impl<'a> Fetching<'a> {
    /// Work with `store`, until the deadline of `deadline`.
    pub(super) fn new(
        store: &'a mut Store,
        program: &'a Program,
        limits: &'a Limits,
        location: String,
        deadline: Instant,
    ) -> Self {
        Self { store, program, limits, location, deadline }
    }

    /// Brings what `request` needs, where it is not here yet.
    pub(super) async fn bring(mut self, request: &SourceRequest) -> Result<(Found, Objects), FetchError> {
        let tip = self.tag(&request.reference).await?;
        let objects = self.objects();
        let resolved = match tip {
            Some(tip) => {
                let (objects, reference) = (objects.clone(), request.reference.clone());
                Some(blocking(move || objects.peel(&reference, tip)).await?)
            }
            None => None,
        };
        let location = self.location.clone();
        let commit = match (request.commit, resolved) {
            (Some(pinned), _) if self.commit(pinned).await? => pinned,
            (Some(commit), _) => return Err(FetchError::NoCommit { location, commit }),
            (None, Some(named)) => named,
            (None, None) => return Err(FetchError::NoRef { location, reference: request.reference.clone() }),
        };
        if request.proof == Proof::Reachable && resolved != Some(commit) && !self.is_reachable(commit).await? {
            return Err(FetchError::NotReachable { location, commit });
        }
        Ok((Found { commit, resolved }, objects))
    }

    /// The tags of the other side.
    pub(super) async fn tags(mut self) -> Result<Vec<Tag>, FetchError> {
        if self.store.remote.comes_whole() {
            self.whole().await?;
        }
        Ok(self.listing().await?.tags())
    }

    /// What the tag names, in the store; `None` where the other side has no such tag.
    async fn tag(&mut self, reference: &Ref) -> Result<Option<Oid>, FetchError> {
        if let Some(known) = self.store.stored_tag(reference, self.limits)? {
            return Ok(Some(known));
        }
        if self.store.remote.comes_whole() {
            self.whole().await?;
            return self.store.stored_tag(reference, self.limits);
        }
        self.store.asked.insert(reference.clone());
        if !self.store.singly && self.store.asked.len() > 1 {
            self.all_tags().await?;
        }
        if self.store.has_all_tags {
            let listed = self.listing().await?.tag(reference);
            // Where a tag of a directory is not listed, its file says why.
            if listed.is_some() || matches!(self.store.remote, Remote::Network(_)) {
                return Ok(listed);
            }
        }
        if self.store.remote.offers(reference, &self.location)? {
            let wanted = vec![format!("+refs/tags/{reference}:refs/tags/{reference}")];
            self.asking().ask(&Ask::Objects { wanted, depth: Some(1) }).await?;
        }
        self.store.stored_tag(reference, self.limits)
    }

    /// Brings all tags at once, since a second one was asked for: who wants two versions mostly wants them all.
    ///
    /// One bad tag must not stand for the others, and all together may be too much: then they are fetched singly.
    async fn all_tags(&mut self) -> Result<(), FetchError> {
        if self.store.has_all_tags {
            return Ok(());
        }
        let wanted: Vec<String> = self.listing().await?.tag_objects().iter().map(Oid::to_string).collect();
        if wanted.is_empty() {
            self.store.has_all_tags = true;
            return Ok(());
        }
        let asking = self.asking();
        // Half of the time, so that some is left for the one tag.
        let deadline = asking.deadline.min(Instant::now() + asking.deadline.duration_since(Instant::now()) / 2);
        let asked = Asking { deadline, ..asking }.ask(&Ask::Objects { wanted, depth: Some(1) }).await;
        match asked {
            Ok(Answer::Here(_)) => self.store.has_all_tags = true,
            Err(error @ (FetchError::Unreachable { .. } | FetchError::Full { .. } | FetchError::Local { .. })) => {
                return Err(error);
            }
            Ok(Answer::Absent | Answer::NotById) | Err(_) => {
                let origin = self.store.origin.clone();
                let fresh = Store::open(origin, self.location.clone(), self.limits.clone()).await?;
                let (asked, listing) = (std::mem::take(&mut self.store.asked), self.store.listing.take());
                *self.store = Store { asked, listing, singly: true, ..fresh };
            }
        }
        Ok(())
    }

    /// Brings all there is.
    async fn whole(&mut self) -> Result<(), FetchError> {
        if self.store.is_whole {
            return Ok(());
        }
        // Branches too: a commit whose tag is gone may be on one.
        let wanted = ["+refs/tags/*:refs/tags/*", "+refs/heads/*:refs/heads/*"].map(str::to_owned).into();
        self.asking().ask(&Ask::Objects { wanted, depth: None }).await?;
        self.store.is_whole = true;
        Ok(())
    }

    /// Whether the commit is in the store, where it is fetched to if the other side has it.
    async fn commit(&mut self, commit: CommitId) -> Result<bool, FetchError> {
        if self.has(commit).await? {
            return Ok(true);
        }
        if self.store.is_whole {
            return Ok(false);
        }
        // Under a name, so that git knows later that it is here.
        let wanted = vec![format!("{commit}:refs/commits/{commit}")];
        match self.asking().ask(&Ask::Objects { wanted, depth: Some(1) }).await? {
            Answer::Here(_) => self.has(commit).await,
            Answer::Absent => Ok(false),
            Answer::NotById => self.find_in_history(commit).await,
        }
    }

    /// Looks for a commit that the other side does not give out by its id, in more and more of its history.
    async fn find_in_history(&mut self, commit: CommitId) -> Result<bool, FetchError> {
        let wanted = self.tips().await?;
        for depth in DEPTHS {
            self.asking().ask(&Ask::Objects { wanted: wanted.clone(), depth: Some(depth) }).await?;
            if self.has(commit).await? {
                return Ok(true);
            }
        }
        let [.., most] = DEPTHS;
        let what = format!("commits behind each branch and tag, and none of these is {commit}");
        Err(FetchError::OverLimit { what, limit: u64::from(most) })
    }

    /// Whether a branch or a tag leads to the commit.
    async fn is_reachable(&mut self, commit: CommitId) -> Result<bool, FetchError> {
        let wanted = oid(commit)?;
        if self.listing().await?.tips().contains(&wanted) {
            return Ok(true);
        }
        let odb = if self.store.is_whole {
            Arc::clone(&self.store.odb)
        } else {
            let history = self.store.history();
            if !history.exists() {
                lay_bare(&history, "").map_err(|error| local("making a scratch repository", &error))?;
            }
            let wanted = self.tips().await?;
            self.asking().ask(&Ask::Commits { wanted }).await?;
            objects::open(&history.join("objects"))?
        };
        let tips = self.listing().await?.tips();
        // The folder stays for as long as someone reads in it.
        let scratch = Arc::clone(&self.store.scratch);
        blocking(move || {
            let reached = reaches(&odb, tips, wanted);
            drop(scratch);
            reached
        })
        .await
    }

    /// The ids that branches and tags name.
    async fn tips(&mut self) -> Result<Vec<String>, FetchError> {
        Ok(self.listing().await?.tips().iter().map(Oid::to_string).collect())
    }

    /// The branches and tags of the other side, asked for once.
    async fn listing(&mut self) -> Result<&Listing, FetchError> {
        if self.store.listing.is_none() {
            self.store.remote.offer_all(&self.location)?;
            let listing = match self.asking().ask(&Ask::Refs).await? {
                Answer::Here(written) => Listing::read(&written),
                Answer::Absent | Answer::NotById => Listing::default(),
            };
            if listing.len() > self.limits.entries {
                let limit = self.limits.entries as u64;
                return Err(FetchError::OverLimit { what: "branches and tags".to_owned(), limit });
            }
            self.store.listing = Some(listing);
        }
        Ok(self.store.listing.get_or_insert_default())
    }

    async fn has(&self, commit: CommitId) -> Result<bool, FetchError> {
        let objects = self.objects();
        blocking(move || objects.has_commit(commit)).await
    }

    fn objects(&self) -> Objects {
        self.store.objects(self.location.clone(), self.limits.clone())
    }

    fn asking(&self) -> Asking<'_> {
        Asking { program: self.program, store: self.store, location: &self.location, deadline: self.deadline }
    }
}
