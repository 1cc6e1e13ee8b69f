//! What a pull request would make of a branch: its head, brought here apart from everything else, and the merge with it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use git2::{ObjectType, Oid};

use crate::model::{Branch, CommitId};
use crate::ports::{
    Commits, Differences, Merged, Proposal, Proposals, RepoEntryKind, RepoError, Revision, Unmergeable,
};

use super::cache::Apart;
use super::commit_object::Commit;
use super::difference::{Comparison, Modes, compare};
use super::merge::{MergedTree, merge};
use super::remote::{Depth, FIRST_DEPTH, MOST_DEPTH, WHOLE};
use super::trees::NewObject;
use super::{GitRepo, Side, failed, past, unusable, written};

/// What a proposal may take of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalBudget {
    /// The most files that it may change.
    pub files: usize,
    /// The most bytes that it may bring, as git packs them.
    pub bytes: u64,
    /// The most bytes that the files of the registry which it changes may have together: each of them is read, and a
    /// small pack can hold a large file a thousand times.
    pub content: u64,
    /// The longest time that it may take to bring them.
    pub time: Duration,
}

impl Default for ProposalBudget {
    fn default() -> Self {
        Self { files: 3000, bytes: 256 << 20, content: 32 << 20, time: Duration::from_mins(5) }
    }
}

/// Who makes the commit of a merge that nobody has made: always the same, so that the same merge is the same commit.
const NOBODY: &str = "curator <curator@localhost>";

/// How many commits of both histories are looked at, one after the other.
const DEPTHS: [u32; 4] = [FIRST_DEPTH, FIRST_DEPTH * 10, MOST_DEPTH, WHOLE];

impl GitRepo {
    /// The same with another budget for proposals.
    #[must_use]
    pub fn proposing_within(self, budget: ProposalBudget) -> Self {
        Self { budget, ..self }
    }

    /// Where what is proposed lies, once there is such a place.
    async fn apart(&self) -> Result<Arc<Apart>, RepoError> {
        let known = || self.apart.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(apart) = known().clone() {
            return Ok(apart);
        }
        let made = match &self.side {
            Side::Here(..) => Apart::new(),
            Side::There(remote) => remote.lock().await?.apart(),
        };
        let made = made.map_err(|error| failed(&self.shown, error))?;
        let mut known = known();
        if let Some(apart) = known.clone() {
            return Ok(apart);
        }
        self.objects.look_into(&made.shelf.objects())?;
        Ok(Arc::clone(known.insert(Arc::new(made))))
    }

    /// The commit that the ref leads to, brought here with so many commits before it.
    async fn brought(&self, name: &str, depth: u32, apart: &Apart) -> Result<Option<Oid>, RepoError> {
        match &self.side {
            Side::Here(git_dir, _) => self.branch_file(git_dir).named(name),
            Side::There(remote) => remote.fetch_apart(name, depth, apart, &self.budget).await,
        }
    }

    /// Brings `head` here, and enough of both histories to know where it forked off `base`.
    async fn forked(&self, name: &str, head: Oid, base: Oid, apart: &Apart) -> Result<Oid, RepoError> {
        for depth in DEPTHS {
            if depth != FIRST_DEPTH
                && let Side::There(remote) = &self.side
            {
                remote.fetch(&self.place.branch, Depth::AtLeast(depth)).await?;
            }
            if self.brought(name, depth, apart).await? != Some(head) {
                return Err(RepoError::Moved { place: format!("{}: {name}", self.shown) });
            }
            match past::merge_bases(&self.objects, base, head)? {
                Some(bases) => {
                    return match bases.as_slice() {
                        [] => Err(self.unmergeable(Unmergeable::Unrelated)),
                        [fork] => Ok(*fork),
                        _ => Err(self.unmergeable(Unmergeable::SeveralForks)),
                    };
                }
                None if matches!(self.side, Side::Here(..)) => break,
                None => {}
            }
        }
        Err(past::cut_off(&self.shown))
    }

    fn full_name(&self, reference: &str) -> Result<String, RepoError> {
        full_name(reference).ok_or_else(|| unusable(&self.shown, "a proposal is refs/pull/<number>/head or a branch"))
    }

    fn unmergeable(&self, why: Unmergeable) -> RepoError {
        RepoError::Unmergeable { place: self.shown.clone(), why }
    }

    /// What differs between two commits, in the folder of the registry and beside it.
    fn compared(&self, from: &Commit, to: &Commit) -> Result<(Differences, Vec<String>), RepoError> {
        let most = self.budget.files;
        let too_many = || self.unmergeable(Unmergeable::TooManyFiles { most });
        let folder = self.place.folder.as_ref();
        let comparison = Comparison { most, without: None, modes: Modes::Apart };
        let [before, after] = [from, to].map(|commit| self.objects.root(commit, folder));
        let within = compare(&self.objects, before?, after?, comparison)?.ok_or_else(too_many)?;
        let Some(folder) = folder else { return Ok((within, Vec::new())) };
        let comparison = Comparison { without: Some(folder), ..comparison };
        let all = compare(&self.objects, Some(from.tree), Some(to.tree), comparison)?.ok_or_else(too_many)?;
        let mut beside: Vec<String> = all.changed.into_iter().map(|changed| changed.path.to_string()).collect();
        beside.extend(all.unlisted);
        beside.sort_unstable();
        if within.changed.len() + within.unlisted.len() + beside.len() > most {
            return Err(too_many());
        }
        Ok((within, beside))
    }

    /// Refuses files that are too large to be read, all together.
    fn weigh(&self, differences: &Differences) -> Result<(), RepoError> {
        let came = differences.changed.iter().filter_map(|changed| changed.after);
        let mut bytes = 0_u64;
        for standing in came.filter(|standing| standing.kind == RepoEntryKind::File) {
            bytes = bytes.saturating_add(self.objects.size(&standing.object)?);
        }
        if bytes > self.budget.content {
            return Err(self.unmergeable(Unmergeable::TooManyBytes { most: self.budget.content }));
        }
        Ok(())
    }

    /// What comes of merging `head` into `base`, and the state of the branch after it.
    fn merged(&self, fork: &Commit, base: (Oid, &Commit), head: (Oid, &Commit)) -> Result<Merge, RepoError> {
        let (tree, mut new) = match merge(&self.objects, fork.tree, base.1.tree, head.1.tree)? {
            MergedTree::Cleanly(tree, new) => (tree, new),
            MergedTree::Conflict(paths) => return Ok(Merge::Conflict(paths)),
        };
        if tree == base.1.tree {
            return Ok(Merge::Cleanly { commit: base.1.clone(), id: base.0, new: Vec::new() });
        }
        let commit = Commit {
            tree,
            parents: vec![base.0, head.0],
            author: NOBODY.to_owned(),
            committer: NOBODY.to_owned(),
            // Not the head's: that is a stranger's word.
            seconds: base.1.seconds,
            message: "What a merge would make of the branch".to_owned(),
        };
        let object = NewObject::of(ObjectType::Commit, commit.to_bytes());
        let object = object.map_err(|error| unusable(&self.shown, error.message()))?;
        let id = object.id;
        new.push(object);
        Ok(Merge::Cleanly { commit, id, new })
    }

    /// Where something of what was brought cannot be read, its author is at fault: everything else was read before.
    fn unsound(&self, error: RepoError) -> RepoError {
        match error {
            RepoError::Unusable { message, .. } => self.unmergeable(Unmergeable::Unsound { message }),
            error => error,
        }
    }
}

/// What comes of a merge.
enum Merge {
    Cleanly { commit: Commit, id: Oid, new: Vec<NewObject<'static>> },
    Conflict(Vec<String>),
}

impl Proposals for GitRepo {
    async fn proposed(&self, reference: &str) -> Result<CommitId, RepoError> {
        let name = self.full_name(reference)?;
        let found = self.brought(&name, FIRST_DEPTH, &*self.apart().await?).await?;
        let lost = || RepoError::Unknown { place: self.shown.clone(), revision: name.clone() };
        let text = found.ok_or_else(lost)?.to_string();
        text.parse().map_err(|_| lost())
    }

    async fn propose(&self, reference: &str, head: &CommitId, base: &Revision) -> Result<Proposal, RepoError> {
        let name = self.full_name(reference)?;
        let (base, base_commit) = self.commit_of(base)?.ok_or_else(|| self.unknown(base))?;
        let head = Oid::from_bytes(head.as_bytes()).map_err(|error| unusable(&self.shown, error.message()))?;
        let apart = self.apart().await?;
        let fork = self.forked(&name, head, base, &apart).await?;
        let lost = |id: Oid| RepoError::Unknown { place: self.shown.clone(), revision: id.to_string() };
        let head_commit = self.objects.commit(head)?.ok_or_else(|| lost(head))?;
        let fork_commit = self.objects.commit(fork)?.ok_or_else(|| lost(fork))?;
        // First, since it has a budget: what is merged is no more than this.
        let since_fork = self.compared(&fork_commit, &head_commit).map_err(|error| self.unsound(error))?;
        self.weigh(&since_fork.0).map_err(|error| self.unsound(error))?;
        let merge = self.merged(&fork_commit, (base, &base_commit), (head, &head_commit));
        let ((differences, beside), merged) = match merge.map_err(|error| self.unsound(error))? {
            Merge::Conflict(paths) => (since_fork, Merged::Conflict(paths)),
            Merge::Cleanly { commit, id, new } => {
                let folder = apart.shelf.objects();
                written::write(&folder, &self.objects, new).map_err(|error| failed(&self.shown, error))?;
                (self.compared(&base_commit, &commit)?, Merged::Cleanly(Revision(id.to_string())))
            }
        };
        let is_one = head == fork || head_commit.parents == [fork];
        let commits = if is_one { Commits::One } else { Commits::Several };
        Ok(Proposal { fork: Revision(fork.to_string()), differences, beside, merged, commits })
    }

    async fn newest(&self) -> Result<Revision, RepoError> {
        let missing = || RepoError::Missing { role: self.place.role.as_str(), place: self.shown.clone() };
        Ok(Revision(self.tip().await?.ok_or_else(missing)?.to_string()))
    }
}

/// The ref that `reference` means, written in full: nothing else of it may reach git.
fn full_name(reference: &str) -> Option<String> {
    if let Some(number) = reference.strip_prefix("refs/pull/").and_then(|rest| rest.strip_suffix("/head")) {
        let is_number = (1..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then(|| reference.to_owned());
    }
    let branch = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    let is_branch = !branch.starts_with("refs/") && branch.parse::<Branch>().is_ok();
    is_branch.then(|| format!("refs/heads/{branch}"))
}

#[cfg(test)]
mod tests {
    use super::full_name;

    #[test]
    fn a_proposal_is_a_pull_request_or_a_branch_and_nothing_else() {
        assert_eq!(full_name("refs/pull/17/head").as_deref(), Some("refs/pull/17/head"));
        for branch in ["topic/a", "refs/heads/topic/a"] {
            assert_eq!(full_name(branch).as_deref(), Some("refs/heads/topic/a"));
        }
        let zeros = "0".repeat(40);
        for other in [
            "",
            "refs/pull/17/merge",
            "refs/pull/x/head",
            "refs/pull//head",
            "refs/pull/1/../2/head",
            "refs/pull/1:refs/heads/main/head",
            "refs/tags/v1",
            "refs/heads/refs/pull/1/head",
            "HEAD",
            "--upload-pack=x",
            "a b",
            "a\nb",
            "+main",
            "^main",
            "*",
            zeros.as_str(),
        ] {
            assert!(full_name(other).is_none_or(|name| other == "+main" && name == "refs/heads/+main"), "{other:?}");
        }
    }
}
