//! What can be done to a pull request, by whomever, through the API or in a browser; each deed is announced to the
//! webhooks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::asked::{Reply, refusal};
use super::bare::{Author, Bare, Method};
use super::shapes::repositories::repository;
use super::shapes::{people, pulls, talk};
use super::world::{Comment, Event, Label, LineComment, Origin, Pull, Repository, Review, Stage, World};

/// A pull request that is opened.
pub(crate) struct Opening<'a> {
    pub(crate) author: u64,
    pub(crate) title: &'a str,
    pub(crate) base: &'a str,
    pub(crate) head_repo: u64,
    pub(crate) head_branch: &'a str,
}

impl World {
    /// An empty repository.
    pub(crate) fn create_repository(&mut self, owner: u64, name: &str, is_fork: bool) -> u64 {
        let id = self.next_id();
        let bare = Bare::init(self.home.join(format!("{id}.git")));
        let created = self.now();
        let name = name.to_owned();
        let repository = Repository {
            id,
            owner,
            name,
            former: Vec::new(),
            bare,
            is_fork,
            created,
            writers: BTreeSet::new(),
            pulls: BTreeMap::new(),
            labels: BTreeMap::new(),
            checks: Vec::new(),
            statuses: Vec::new(),
            releases: Vec::new(),
            burned: BTreeSet::new(),
            freezes_releases: false,
            required: BTreeMap::new(),
            dispatches: Vec::new(),
        };
        self.repositories.insert(id, repository);
        id
    }

    /// Tells the webhooks, with the repository and who did it.
    pub(crate) fn announce(&mut self, repository_id: u64, by: u64, event: &str, mut payload: Value) {
        if !self.courier.is_wanted() {
            return;
        }
        payload["repository"] = repository(self, repository_id);
        payload["sender"] = people::user(self, by);
        let id = self.next_id();
        self.courier.send(id, event, &payload);
    }

    /// Tells that something happened to a pull request.
    pub(crate) fn announce_pull(&mut self, repository: u64, number: u64, by: u64, action: &str, more: Value) {
        if !self.courier.is_wanted() {
            return;
        }
        let pull = pulls::full(self, repository, self.pull(repository, number), None);
        let mut payload = more;
        payload["action"] = json!(action);
        payload["number"] = json!(number);
        payload["pull_request"] = pull;
        self.announce(repository, by, "pull_request", payload);
    }

    /// Tells that a branch was moved.
    pub(crate) fn announce_push(&mut self, repository: u64, by: u64, branch: &str, before: &str, after: &str) {
        let login = self.login(by).to_owned();
        let payload = json!({
            "ref": format!("refs/heads/{branch}"), "before": before, "after": after, "created": false,
            "deleted": false, "forced": false, "base_ref": null, "compare": "https://example.org/compare",
            "commits": [], "head_commit": null, "pusher": {"name": login, "email": null},
        });
        self.announce(repository, by, "push", payload);
    }

    pub(crate) fn open_pull(&mut self, repository: u64, opening: &Opening<'_>) -> u64 {
        let (id, now) = (self.next_id(), self.now());
        let bare = self.repository(opening.head_repo).bare.clone();
        let head = bare.branch(opening.head_branch).unwrap();
        let it = self.repository_mut(repository);
        let number = it.pulls.len() as u64 + 1;
        let base_commit = it.bare.branch(opening.base).unwrap();
        let pull = Pull {
            id,
            number,
            title: opening.title.to_owned(),
            text: String::new(),
            author: opening.author,
            base: opening.base.to_owned(),
            base_commit,
            head,
            head_repo: opening.head_repo,
            head_branch: opening.head_branch.to_owned(),
            origin: Origin::There,
            is_draft: false,
            stage: Stage::Open,
            labels: Vec::new(),
            opened: now,
            updated: now,
            comments: Vec::new(),
            reviews: Vec::new(),
            line_comments: Vec::new(),
            events: Vec::new(),
            thinking: 0,
        };
        it.pulls.insert(number, pull);
        self.take_head(repository, number);
        self.announce_pull(repository, number, opening.author, "opened", json!({}));
        number
    }

    /// Brings the head of a pull request from where it was pushed.
    pub(crate) fn take_head(&mut self, repository: u64, number: u64) {
        let thinks = self.thinks;
        let pull = self.pull(repository, number);
        let (from, branch) = (self.repository(pull.head_repo).bare.clone(), pull.head_branch.clone());
        let head = from.branch(&branch).unwrap();
        let bare = &self.repository(repository).bare;
        let name = format!("refs/pull/{number}/head");
        if from.path == bare.path {
            bare.point(&name, &head);
        } else {
            bare.fetch(&from.path, &format!("refs/heads/{branch}"), &name);
        }
        let pull = self.pull_mut(repository, number);
        pull.head = head;
        pull.thinking = thinks;
    }

    pub(crate) fn say(&mut self, repository: u64, number: u64, by: u64, text: &str) -> Comment {
        let (id, now) = (self.next_id(), self.now());
        let comment = Comment { id, by, text: text.to_owned(), posted: now, edited: now };
        self.pull_mut(repository, number).comments.push(comment.clone());
        self.announce_comment(repository, number, &comment, by, "created");
        comment
    }

    pub(crate) fn announce_comment(&mut self, repository: u64, number: u64, it: &Comment, by: u64, action: &str) {
        let payload = json!({
            "action": action, "issue": pulls::issue(self, repository, self.pull(repository, number)),
            "comment": talk::comment(self, repository, number, it),
        });
        self.announce(repository, by, "issue_comment", payload);
    }

    pub(crate) fn edit_comment(&mut self, repository: u64, number: u64, id: u64, by: u64, text: &str) {
        let now = self.now();
        let mut comments = self.pull_mut(repository, number).comments.iter_mut();
        let Some(comment) = comments.find(|it| it.id == id) else { return };
        text.clone_into(&mut comment.text);
        comment.edited = now;
        let comment = comment.clone();
        self.announce_comment(repository, number, &comment, by, "edited");
    }

    /// The pull request under which a comment stands.
    pub(crate) fn place_of_comment(&self, repository: u64, id: u64) -> Option<u64> {
        let mut pulls = self.repository(repository).pulls.values();
        pulls.find(|pull| pull.comments.iter().any(|it| it.id == id)).map(|pull| pull.number)
    }

    pub(crate) fn event(&mut self, repository: u64, number: u64, by: u64, what: &'static str, label: Option<&str>) {
        let (id, at) = (self.next_id(), self.now());
        let event = Event { id, by, what, label: label.map(str::to_owned), at };
        self.pull_mut(repository, number).events.push(event);
    }

    /// Puts a label on, which comes into being where there is none of the name.
    pub(crate) fn put_label(&mut self, repository: u64, number: u64, by: u64, name: &str) {
        let name = &*self.label_named(repository, name);
        if self.pull(repository, number).labels.iter().any(|it| it == name) {
            return;
        }
        if !self.repository(repository).labels.contains_key(name) {
            let label = Label { id: self.next_id(), color: "ededed".to_owned(), description: None };
            self.repository_mut(repository).labels.insert(name.to_owned(), label);
        }
        self.pull_mut(repository, number).labels.push(name.to_owned());
        self.event(repository, number, by, "labeled", Some(name));
        let label = talk::label(self, repository, name);
        self.announce_pull(repository, number, by, "labeled", json!({"label": label}));
    }

    /// Takes a label off; whether it was on.
    pub(crate) fn take_label(&mut self, repository: u64, number: u64, by: u64, name: &str) -> bool {
        let name = &*self.label_named(repository, name);
        let labels = &mut self.pull_mut(repository, number).labels;
        let Some(at) = labels.iter().position(|it| it == name) else { return false };
        labels.remove(at);
        self.event(repository, number, by, "unlabeled", Some(name));
        let label = talk::label(self, repository, name);
        self.announce_pull(repository, number, by, "unlabeled", json!({"label": label}));
        true
    }

    pub(crate) fn review(&mut self, repository: u64, number: u64, by: u64, state: &str, text: &str) -> Review {
        let (id, at) = (self.next_id(), self.now());
        let pull = self.pull_mut(repository, number);
        let commit = pull.head.clone();
        let review = Review { id, by, state: state.to_owned(), text: text.to_owned(), commit, at };
        pull.reviews.push(review.clone());
        self.announce_review(repository, number, by, "submitted", &review);
        review
    }

    pub(crate) fn remark_lines(&mut self, repository: u64, number: u64, comments: Vec<LineComment>) {
        self.pull_mut(repository, number).line_comments.extend(comments);
    }

    /// Takes back what somebody said last in a review.
    pub(crate) fn dismiss(&mut self, repository: u64, number: u64, by: u64, of: u64) {
        let mut reviews = self.pull_mut(repository, number).reviews.iter_mut().rev();
        let Some(review) = reviews.find(|it| it.by == of) else { return };
        "DISMISSED".clone_into(&mut review.state);
        let review = review.clone();
        self.event(repository, number, by, "review_dismissed", None);
        self.announce_review(repository, number, by, "dismissed", &review);
    }

    fn announce_review(&mut self, repository: u64, number: u64, by: u64, action: &str, review: &Review) {
        let mut told = talk::review(self, repository, number, review);
        told["state"] = json!(review.state.to_lowercase());
        let pull = pulls::short(self, repository, self.pull(repository, number));
        let payload = json!({"action": action, "review": told, "pull_request": pull});
        self.announce(repository, by, "pull_request_review", payload);
    }

    /// Deletes a comment.
    pub(crate) fn delete_comment(&mut self, repository: u64, number: u64, id: u64, by: u64) {
        let comments = &mut self.pull_mut(repository, number).comments;
        let Some(at) = comments.iter().position(|it| it.id == id) else { return };
        let comment = comments.remove(at);
        self.announce_comment(repository, number, &comment, by, "deleted");
    }

    /// Closes a pull request without merging it.
    pub(crate) fn close(&mut self, repository: u64, number: u64, by: u64) {
        let now = self.now();
        self.pull_mut(repository, number).stage = Stage::Closed(now);
        self.event(repository, number, by, "closed", None);
        self.announce_pull(repository, number, by, "closed", json!({}));
    }

    /// Whether it can be merged now; `None` while nobody has found out.
    pub(crate) fn mergeable(&mut self, repository: u64, number: u64) -> Option<bool> {
        let pull = self.repository_mut(repository).pulls.get_mut(&number)?;
        if pull.stage != Stage::Open || pull.thinking > 0 {
            pull.thinking = pull.thinking.saturating_sub(1);
            return None;
        }
        let (base, head) = (pull.base.clone(), pull.head.clone());
        let git = &self.repository(repository).bare;
        Some(git.merges(&git.branch(&base)?, &head))
    }

    /// Merges a pull request and gives the commit that lands.
    pub(crate) fn merge(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        method: Method,
        title: Option<&str>,
    ) -> Result<String, Reply> {
        let no = || refusal(405, "Pull Request is not mergeable");
        let pull = self.pull(repository, number).clone();
        if pull.stage != Stage::Open {
            return Err(no());
        }
        if pull.is_draft {
            return Err(refusal(405, "Pull Request is still a draft"));
        }
        let (at, login) = (self.now(), self.login(by).to_owned());
        let bare = self.repository(repository).bare.clone();
        let before = bare.branch(&pull.base).ok_or_else(no)?;
        let own = format!("Merge pull request #{number} from {}\n\n{}\n", pull.head_branch, pull.title);
        let title = title.map_or(own, |title| format!("{title}\n"));
        let author = Author { login: &login, at };
        let landed = bare.merge(&before, &pull.head, method, &title, &author).ok_or_else(no)?;
        let commit = landed.last().cloned().ok_or_else(no)?;
        bare.point(&format!("refs/heads/{}", pull.base), &commit);
        let it = self.pull_mut(repository, number);
        it.base_commit.clone_from(&before);
        it.stage = Stage::Merged { commit: commit.clone(), landed, at, by };
        self.event(repository, number, by, "merged", None);
        self.event(repository, number, by, "closed", None);
        self.announce_pull(repository, number, by, "closed", json!({}));
        self.announce_push(repository, by, &pull.base, &before, &commit);
        Ok(commit)
    }
}
