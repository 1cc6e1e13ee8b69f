//! The pull requests of a repository on GitHub.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::model::{
    CommitId, Judgement, MergeMethod, Mergeable, Origin, PullNumber, PullRequest, PullStage, Timestamp, Word,
};
use crate::ports::{ForgeError, PullRequests, Which};

use super::failure::Failure;
use super::repository::{Account, GitHubRepository, Named, encoded, person};
use super::request::Request;

#[derive(Deserialize)]
struct Pull {
    number: u64,
    title: String,
    user: Option<Account>,
    head: Head,
    base: Point,
    state: String,
    #[serde(default)]
    draft: bool,
    merged_at: Option<Timestamp>,
    merge_commit_sha: Option<CommitId>,
    mergeable: Option<bool>,
    labels: Vec<Named>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Where it comes from. A repository that was deleted is none.
#[derive(Deserialize)]
struct Head {
    sha: CommitId,
    repo: Option<Owned>,
}

#[derive(Deserialize)]
struct Owned {
    owner: Account,
}

#[derive(Deserialize)]
struct Point {
    #[serde(rename = "ref")]
    branch: String,
    sha: CommitId,
}

#[derive(Deserialize)]
struct Reviewed {
    user: Option<Account>,
    state: String,
    commit_id: Option<CommitId>,
    submitted_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    pull_request: Option<Side>,
}

/// The side of an issue that is a pull request.
#[derive(Deserialize)]
struct Side {
    merged_at: Option<Timestamp>,
}

impl Issue {
    fn is_merged(&self) -> bool {
        self.pull_request.as_ref().is_some_and(|side| side.merged_at.is_some())
    }
}

#[derive(Deserialize)]
struct Landed {
    sha: CommitId,
}

impl From<Pull> for PullRequest {
    fn from(pull: Pull) -> Self {
        let stage = match (pull.merged_at, pull.merge_commit_sha) {
            (Some(at), Some(commit)) => PullStage::Merged { commit, at },
            _ if pull.state == "closed" => PullStage::Closed,
            _ if pull.draft => PullStage::Draft,
            _ => PullStage::Open,
        };
        let mergeable = match pull.mergeable {
            Some(true) => Mergeable::Yes,
            Some(false) => Mergeable::Conflicting,
            None => Mergeable::Unknown,
        };
        let author = person(pull.user);
        let is_own = pull.head.repo.is_some_and(|repo| repo.owner.id == author.id);
        Self {
            number: PullNumber(pull.number),
            title: pull.title,
            author,
            head: pull.head.sha,
            head_ref: format!("refs/pull/{}/head", pull.number),
            origin: if is_own { Origin::Author } else { Origin::Elsewhere },
            base: pull.base.branch,
            base_commit: pull.base.sha,
            stage,
            mergeable,
            labels: pull.labels.into_iter().map(|label| label.name).collect(),
            opened: pull.created_at,
            updated: pull.updated_at,
        }
    }
}

impl GitHubRepository {
    async fn pull_now(&self, number: PullNumber) -> Result<PullRequest, Failure> {
        let route = self.route(&format!("pulls/{}", number.0));
        Ok(self.github.client.get::<Pull>(&route).await?.into())
    }

    async fn merged_since(&self, branch: &str, since: Timestamp) -> Result<Vec<(Timestamp, PullRequest)>, Failure> {
        let query = format!("pulls?state=closed&base={}&sort=updated&direction=desc&per_page=100", encoded(branch));
        let (mut merged, mut next) = (Vec::new(), Some(self.route(&query)));
        while let Some(route) = next {
            let page = self.github.client.page::<Vec<Pull>>(&route).await?;
            // A merge is an update: whatever comes after the first older one was merged before it.
            let is_old = page.content.last().is_some_and(|pull| pull.updated_at < since);
            next = page.next.filter(|_| !is_old);
            let pulls = page.content.into_iter().map(PullRequest::from).filter_map(merged_at);
            merged.extend(pulls.filter(|(at, _)| *at >= since));
        }
        Ok(merged)
    }

    async fn merged_with(
        &self,
        branch: &str,
        label: &str,
        changed: Timestamp,
    ) -> Result<Vec<(Timestamp, PullRequest)>, Failure> {
        // To GitHub, pull requests are issues, and only issues can be asked for by their labels.
        let (label, changed) = (encoded(label), encoded(&changed.to_string()));
        let query = format!("issues?state=closed&labels={label}&since={changed}&sort=updated&per_page=100");
        let pages = self.github.client.pages::<Vec<Issue>>(&self.route(&query)).await?;
        let mut merged = Vec::new();
        for issue in pages.into_iter().flatten().filter(Issue::is_merged) {
            let pull = self.pull_now(PullNumber(issue.number)).await?;
            merged.extend(merged_at(pull).filter(|(_, pull)| pull.base == branch));
        }
        Ok(merged)
    }

    /// What the merge of that head left on the branch; `None` where it is not merged.
    async fn landed(&self, number: PullNumber, head: &CommitId) -> Result<Option<Landed>, Failure> {
        let pull = self.pull_now(number).await?;
        Ok(match pull.stage {
            PullStage::Merged { commit, .. } if pull.head == *head => Some(Landed { sha: commit }),
            _ => None,
        })
    }
}

impl PullRequests for GitHubRepository {
    async fn open(&self, branch: &str) -> Result<Vec<PullRequest>, ForgeError> {
        let query = format!("pulls?state=open&base={}&sort=created&direction=asc&per_page=100", encoded(branch));
        let pages = self.github.client.pages::<Vec<Pull>>(&self.route(&query)).await?;
        Ok(pages.into_iter().flatten().map(PullRequest::from).collect())
    }

    async fn merged(&self, branch: &str, which: Which<'_>) -> Result<Vec<PullRequest>, ForgeError> {
        let mut merged = match which {
            Which::MergedSince(since) => self.merged_since(branch, since).await?,
            Which::Labelled { label, changed } => self.merged_with(branch, label, changed).await?,
        };
        merged.sort_by_key(|(at, pull)| (*at, pull.number));
        // What changed between two pages stands on both.
        merged.dedup_by_key(|(_, pull)| pull.number);
        Ok(merged.into_iter().map(|(_, pull)| pull).collect())
    }

    async fn pull(&self, number: PullNumber) -> Result<PullRequest, ForgeError> {
        let mut pull = self.pull_now(number).await?;
        // GitHub begins to find out when it is asked (field D 30).
        for pause in self.github.client.patience.pauses() {
            if pull.stage != PullStage::Open || pull.mergeable != Mergeable::Unknown {
                break;
            }
            sleep(pause).await;
            pull = self.pull_now(number).await?;
        }
        Ok(pull)
    }

    async fn judgements(&self, number: PullNumber) -> Result<Vec<Judgement>, ForgeError> {
        let route = self.route(&format!("pulls/{}/reviews", number.0));
        let reviews = self.github.client.list::<Reviewed>(&route).await?;
        let mut judgements: Vec<Judgement> = reviews.into_iter().filter_map(judgement).collect();
        judgements.sort_by_key(|judgement| judgement.at);
        Ok(judgements)
    }

    async fn merge(
        &self,
        number: PullNumber,
        head: &CommitId,
        method: MergeMethod,
        message: &str,
    ) -> Result<CommitId, ForgeError> {
        let route = self.route(&format!("pulls/{}/merge", number.0));
        let sha = head.to_string();
        let (title, text) = message.split_once('\n').unwrap_or((message, ""));
        let (title, text) = (title.trim(), text.trim());
        let content = match method {
            MergeMethod::Merge => {
                json!({ "sha": sha, "merge_method": "merge", "commit_title": title, "commit_message": text })
            }
            MergeMethod::Squash => {
                json!({ "sha": sha, "merge_method": "squash", "commit_title": title, "commit_message": text })
            }
            MergeMethod::Rebase => json!({ "sha": sha, "merge_method": "rebase" }),
        };
        let request = Request::json(Method::PUT, route, &content);
        match self.github.client.write(&request, || self.landed(number, head)).await {
            Ok(Landed { sha }) => Ok(sha),
            Err(Failure::Refused(refusal)) if matches!(refusal.status, 405 | 409) => {
                let landed = self.landed(number, head).await?;
                landed.map(|landed| landed.sha).ok_or(ForgeError::Changed { message: refusal.message })
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

/// A pull request with the time of its merge; `None` where it was not merged.
fn merged_at(pull: PullRequest) -> Option<(Timestamp, PullRequest)> {
    if let PullStage::Merged { at, .. } = pull.stage { Some((at, pull)) } else { None }
}

/// What a review says; `None` for one that was not handed in yet.
fn judgement(review: Reviewed) -> Option<Judgement> {
    let word = match review.state.as_str() {
        "APPROVED" => Word::Approved,
        "CHANGES_REQUESTED" => Word::ChangesRequested,
        "DISMISSED" => Word::Dismissed,
        "COMMENTED" => Word::Commented,
        _ => return None,
    };
    // A commit that is gone is the head of nothing: such a yes counts no more, such a no still does.
    let commit = review.commit_id.unwrap_or_else(|| CommitId::from_bytes([0; 20]));
    Some(Judgement { by: person(review.user), word, commit, at: review.submitted_at? })
}
