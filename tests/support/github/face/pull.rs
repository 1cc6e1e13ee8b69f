//! A pull request: what people do with it, and what has become of it.

use std::sync::Arc;

use serde_json::json;

use super::super::Shared;
use super::super::bare::{Author, Changes, Method};
use super::super::shapes::people::association;
use super::super::world::{CheckRun, Comment, LineComment, Origin, Pull as State, Stage, Status};
use super::person::Person;

/// A pull request.
#[derive(Clone)]
pub(crate) struct Pull {
    pub(crate) shared: Arc<Shared>,
    pub(crate) repository: u64,
    pub(crate) number: u64,
}

impl Pull {
    fn state(&self) -> State {
        self.shared.world().pull(self.repository, self.number).clone()
    }

    /// The commit that is to be merged.
    pub(crate) fn head(&self) -> String {
        self.state().head
    }

    /// Its author commits on top of the head.
    pub(crate) fn push(&self, changes: Changes<'_>) -> String {
        let head = self.head();
        self.move_to(&head, changes)
    }

    /// Its author puts another commit in place of everything that was there, on top of the base as it is now.
    pub(crate) fn force_push(&self, changes: Changes<'_>) -> String {
        let state = self.state();
        let world = self.shared.world();
        let (own, from) = (world.repository(self.repository), world.repository(state.head_repo));
        let base = own.bare.branch(&state.base).unwrap();
        if own.id != from.id {
            from.bare.fetch(
                &own.bare.path,
                &format!("refs/heads/{}", state.base),
                &format!("refs/heads/{}", state.base),
            );
        }
        drop(world);
        self.move_to(&base, changes)
    }

    fn move_to(&self, parent: &str, changes: Changes<'_>) -> String {
        let state = self.state();
        let mut world = self.shared.world();
        let bare = world.repository(state.head_repo).bare.clone();
        let author = Author { login: world.login(state.author), at: world.now() };
        let head = bare.change(Some(parent), changes, &author);
        bare.point(&format!("refs/heads/{}", state.head_branch), &head);
        if state.stage != Stage::Open {
            // What is closed does not follow its branch.
            return head;
        }
        world.take_head(self.repository, self.number);
        if !bare.leads_to(&head, &state.head) {
            world.event(self.repository, self.number, state.author, "head_ref_force_pushed", None);
        }
        let more = json!({"before": state.head, "after": head});
        world.announce_pull(self.repository, self.number, state.author, "synchronize", more);
        head
    }

    /// Its author calls it otherwise.
    pub(crate) fn retitle(&self, title: &str) {
        title.clone_into(&mut self.shared.world().pull_mut(self.repository, self.number).title);
        self.tell("edited");
    }

    fn tell(&self, action: &str) {
        let author = self.state().author;
        self.shared.world().announce_pull(self.repository, self.number, author, action, json!({}));
    }

    fn review(&self, person: &Person, state: &str, text: &str) {
        assert_ne!(self.state().author, person.id, "nobody approves of their own pull request");
        self.shared.world().review(self.repository, self.number, person.id, state, text);
    }

    pub(crate) fn approve(&self, person: &Person) {
        self.review(person, "APPROVED", "");
    }

    pub(crate) fn request_changes(&self, person: &Person) {
        self.review(person, "CHANGES_REQUESTED", "Not like this.");
    }

    /// The owner of the repository takes back what a person said last of it.
    pub(crate) fn dismiss(&self, person: &Person) {
        let mut world = self.shared.world();
        let owner = world.repository(self.repository).owner;
        world.dismiss(self.repository, self.number, owner, person.id);
    }

    /// A person says something; gives the number of the comment.
    pub(crate) fn comment(&self, person: &Person, text: &str) -> u64 {
        self.shared.world().say(self.repository, self.number, person.id, text).id
    }

    /// A person edits a comment.
    pub(crate) fn edit_comment(&self, person: &Person, comment: u64, text: &str) {
        self.shared.world().edit_comment(self.repository, self.number, comment, person.id, text);
    }

    /// The owner of the repository deletes a comment.
    pub(crate) fn delete_comment(&self, comment: u64) {
        let mut world = self.shared.world();
        let owner = world.repository(self.repository).owner;
        world.delete_comment(self.repository, self.number, comment, owner);
    }

    /// Its author deletes the fork that it came from. GitHub's description does not know of that.
    pub(crate) fn delete_fork(&self) {
        self.shared.world().pull_mut(self.repository, self.number).origin = Origin::Deleted;
    }

    fn assert_writer(&self, person: &Person) {
        let may = self.shared.world().may_write(self.repository, person.id);
        assert!(may, "{} may not write there", person.login());
    }

    pub(crate) fn label(&self, person: &Person, name: &str) {
        self.assert_writer(person);
        self.shared.world().put_label(self.repository, self.number, person.id, name);
    }

    pub(crate) fn unlabel(&self, person: &Person, name: &str) {
        self.assert_writer(person);
        self.shared.world().take_label(self.repository, self.number, person.id, name);
    }

    /// Its author is not done.
    pub(crate) fn draft(&self) {
        self.set_draft(true, "converted_to_draft");
    }

    /// Its author is done.
    pub(crate) fn ready(&self) {
        self.set_draft(false, "ready_for_review");
    }

    fn set_draft(&self, is_draft: bool, action: &str) {
        self.shared.world().pull_mut(self.repository, self.number).is_draft = is_draft;
        self.tell(action);
    }

    pub(crate) fn close(&self) {
        let author = self.state().author;
        self.shared.world().close(self.repository, self.number, author);
    }

    pub(crate) fn reopen(&self) {
        let author = self.state().author;
        let mut world = self.shared.world();
        world.pull_mut(self.repository, self.number).stage = Stage::Open;
        world.event(self.repository, self.number, author, "reopened", None);
        drop(world);
        self.tell("reopened");
    }

    /// A person merges it by hand; gives the commit that lands.
    pub(crate) fn merge_by(&self, person: &Person, method: Method) -> String {
        self.assert_writer(person);
        self.shared.world().merge(self.repository, self.number, person.id, method, None).unwrap()
    }

    pub(crate) fn comments(&self) -> Vec<Comment> {
        self.state().comments
    }

    /// The one comment of an account; there must not be another one.
    #[track_caller]
    pub(crate) fn sticky(&self, account: u64) -> Option<String> {
        let own: Vec<Comment> = self.comments().into_iter().filter(|it| it.by == account).collect();
        assert!(own.len() < 2, "{} comments of {account}", own.len());
        own.into_iter().next().map(|it| it.text)
    }

    /// What its author is to the repository, as GitHub tells.
    pub(crate) fn association(&self) -> &'static str {
        let author = self.state().author;
        association(&self.shared.world(), self.repository, author)
    }

    pub(crate) fn labels(&self) -> Vec<String> {
        self.state().labels
    }

    /// The check runs of the head, oldest first.
    pub(crate) fn checks(&self) -> Vec<CheckRun> {
        let head = self.head();
        let world = self.shared.world();
        world.repository(self.repository).checks.iter().filter(|it| it.commit == head).cloned().collect()
    }

    /// The statuses of the head, oldest first.
    pub(crate) fn statuses(&self) -> Vec<Status> {
        let head = self.head();
        let world = self.shared.world();
        world.repository(self.repository).statuses.iter().filter(|it| it.commit == head).cloned().collect()
    }

    /// The comments at lines.
    pub(crate) fn line_comments(&self) -> Vec<LineComment> {
        self.state().line_comments
    }

    /// The comments at lines that hold an edit to take over.
    pub(crate) fn suggestions(&self) -> Vec<LineComment> {
        self.line_comments().into_iter().filter(|it| it.text.contains("```suggestion")).collect()
    }

    pub(crate) fn is_merged(&self) -> bool {
        self.merge_commit().is_some()
    }

    /// The commit that landed.
    pub(crate) fn merge_commit(&self) -> Option<String> {
        if let Stage::Merged { commit, .. } = self.state().stage { Some(commit) } else { None }
    }
}
