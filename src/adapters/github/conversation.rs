//! The conversation about a pull request on GitHub.

use std::collections::BTreeSet;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::{CommitId, Course, LabelDeed, Labelling, PullNumber, Remark, RemarkId, Suggestion, Timestamp};
use crate::ports::{Conversation, ForgeError, People as _};

use super::failure::Failure;
use super::repository::{Account, Done, GitHubRepository, Named, cut, encoded, person};
use super::request::Request;

/// The longest text that GitHub takes, in characters.
const LONGEST: usize = 65_536;
/// What a review says beside its comments: GitHub wants a text, and the comments say it all.
const NOTHING: &str = "<!-- curator -->";
/// The events after which what was seen of a pull request before counts no more.
const TURNS: [&str; 2] = ["head_ref_force_pushed", "reopened"];
/// The most suggestions that are offered one by one.
const MOST_SINGLE: usize = 20;

#[derive(Deserialize)]
struct Comment {
    id: u64,
    user: Option<Account>,
    body: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
struct IssueEvent {
    event: String,
    actor: Option<Account>,
    label: Option<Named>,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Beside {
    user: Option<Account>,
    commit_id: String,
    path: String,
    line: Option<usize>,
    body: String,
}

impl From<Comment> for Remark {
    fn from(comment: Comment) -> Self {
        Self {
            id: RemarkId(comment.id),
            by: person(comment.user),
            text: comment.body.unwrap_or_default(),
            posted: comment.created_at,
            edited: Some(comment.updated_at).filter(|edited| *edited != comment.created_at),
        }
    }
}

/// Whether a text is the one that was sent: servers differ in how they keep the ends of lines.
fn is_same(text: &str, sent: &str) -> bool {
    text.trim_end().lines().map(str::trim_end).eq(sent.trim_end().lines().map(str::trim_end))
}

impl GitHubRepository {
    async fn said_again(&self, remark: RemarkId, text: &str) -> Result<Option<Done>, Failure> {
        let route = self.route(&format!("issues/comments/{}", remark.0));
        let comment = self.github.client.get::<Comment>(&route).await?;
        Ok(is_same(&comment.body.unwrap_or_default(), text).then_some(Done))
    }

    async fn said(&self, number: PullNumber, text: &str) -> Result<Option<Done>, Failure> {
        let me = self.me().await?;
        let remarks = self.remarks(number).await?;
        let found = remarks.iter().rev().any(|remark| remark.by == me && is_same(&remark.text, text));
        Ok(found.then_some(Done))
    }

    async fn edit(&self, remark: RemarkId, text: &str) -> Result<(), Failure> {
        let route = self.route(&format!("issues/comments/{}", remark.0));
        let request = Request::json(Method::PATCH, route, &json!({ "body": text }));
        let Done = self.github.client.write(&request, || self.said_again(remark, text)).await?;
        Ok(())
    }

    /// Says what was not said before. Whoever does that at the same time finds two afterwards: the oldest one stays, and
    /// says what was said last.
    async fn say_first(&self, number: PullNumber, text: &str) -> Result<(), Failure> {
        let route = self.route(&format!("issues/{}/comments", number.0));
        let request = Request::json(Method::POST, route, &json!({ "body": text }));
        let Done = self.github.client.write(&request, || self.said(number, text)).await?;
        let (me, first_line) = (self.me().await?, text.lines().next());
        let remarks = self.remarks(number).await?;
        let mut own = remarks.iter().filter(|remark| remark.by == me && remark.text.lines().next() == first_line);
        let Some(oldest) = own.next() else { return Ok(()) };
        let later: Vec<RemarkId> = own.map(|remark| remark.id).collect();
        if !later.is_empty() && !is_same(&oldest.text, text) {
            self.edit(oldest.id, text).await?;
        }
        self.take_back(&later).await
    }

    async fn take_back(&self, remarks: &[RemarkId]) -> Result<(), Failure> {
        for remark in remarks {
            let route = self.route(&format!("issues/comments/{}", remark.0));
            let request = Request::delete(route.clone());
            let was_done = || async {
                match self.github.client.get::<Done>(&route).await {
                    Err(Failure::Refused(refusal)) if refusal.status == 404 => Ok(Some(Done)),
                    other => other.map(|Done| None),
                }
            };
            match self.github.client.write(&request, was_done).await {
                Ok(Done) => {}
                // The other one was faster.
                Err(Failure::Refused(refusal)) if matches!(refusal.status, 404 | 410) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn labels(&self, number: PullNumber) -> Result<BTreeSet<String>, Failure> {
        let labels = self.github.client.list::<Named>(&self.route(&format!("issues/{}/labels", number.0))).await?;
        Ok(labels.into_iter().map(|label| label.name).collect())
    }

    async fn labelled(&self, number: PullNumber, labels: &BTreeSet<String>) -> Result<Option<Done>, Failure> {
        Ok(lacking(labels, &self.labels(number).await?).is_empty().then_some(Done))
    }

    async fn take_off(&self, number: PullNumber, label: &str) -> Result<(), Failure> {
        let request = Request::delete(self.route(&format!("issues/{}/labels/{}", number.0, encoded(label))));
        let was_done = || async {
            let there = self.labels(number).await?;
            Ok((!there.iter().any(|it| it.to_lowercase() == label.to_lowercase())).then_some(Done))
        };
        match self.github.client.write(&request, was_done).await {
            Ok(Done) => Ok(()),
            // Somebody else was faster.
            Err(Failure::Refused(refusal)) if refusal.status == 404 => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Those of the suggestions that do not stand at `head` yet.
    async fn missing<'a>(
        &self,
        number: PullNumber,
        head: &CommitId,
        suggestions: &[&'a Suggestion],
    ) -> Result<Vec<&'a Suggestion>, Failure> {
        let me = self.me().await?;
        let beside = self.github.client.list::<Beside>(&self.route(&format!("pulls/{}/comments", number.0))).await?;
        let head = head.to_string();
        let stands = |suggestion: &Suggestion| {
            beside.iter().any(|it| {
                it.commit_id == head
                    && it.user.as_ref().is_some_and(|user| user.id == me.id)
                    && it.path == suggestion.file
                    && it.line == Some(suggestion.last_line)
                    && is_same(&it.body, cut(&suggestion.text, LONGEST))
            })
        };
        Ok(suggestions.iter().copied().filter(|suggestion| !stands(suggestion)).collect())
    }

    /// Offers edits in one review.
    async fn offer(&self, number: PullNumber, head: &CommitId, suggestions: &[&Suggestion]) -> Result<(), Failure> {
        let comments: Vec<Value> = suggestions.iter().map(|suggestion| beside(suggestion)).collect();
        let content =
            json!({ "commit_id": head.to_string(), "event": "COMMENT", "body": NOTHING, "comments": comments });
        let request = Request::json(Method::POST, self.route(&format!("pulls/{}/reviews", number.0)), &content);
        let was_done = || async { Ok(self.missing(number, head, suggestions).await?.is_empty().then_some(Done)) };
        let Done = self.github.client.write(&request, was_done).await?;
        Ok(())
    }
}

impl Conversation for GitHubRepository {
    async fn remarks(&self, number: PullNumber) -> Result<Vec<Remark>, ForgeError> {
        let route = self.route(&format!("issues/{}/comments", number.0));
        let comments = self.github.client.list::<Comment>(&route).await?;
        Ok(comments.into_iter().map(Remark::from).collect())
    }

    async fn say(&self, number: PullNumber, standing: &[RemarkId], text: &str) -> Result<(), ForgeError> {
        let text = cut(text, LONGEST);
        let mut standing = standing;
        while let [oldest, later @ ..] = standing {
            match self.edit(*oldest, text).await {
                Ok(()) => return Ok(self.take_back(later).await?),
                // Somebody deleted it.
                Err(Failure::Refused(refusal)) if matches!(refusal.status, 404 | 410) => standing = later,
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(self.say_first(number, text).await?)
    }

    async fn course(&self, number: PullNumber) -> Result<Course, ForgeError> {
        let events = self.github.client.list::<IssueEvent>(&self.route(&format!("issues/{}/events", number.0))).await?;
        let turns = events.iter().filter(|event| TURNS.contains(&event.event.as_str()));
        let turned = turns.map(|event| event.created_at).max();
        let labelling = |event: IssueEvent| {
            let deed = match event.event.as_str() {
                "labeled" => LabelDeed::Put,
                "unlabeled" => LabelDeed::Taken,
                _ => return None,
            };
            Some(Labelling { label: event.label?.name, by: person(event.actor), at: event.created_at, deed })
        };
        Ok(Course { labellings: events.into_iter().filter_map(labelling).collect(), turned })
    }

    async fn label(
        &self,
        number: PullNumber,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
    ) -> Result<(), ForgeError> {
        for label in lacking(before, after) {
            self.take_off(number, label).await?;
        }
        let more = lacking(after, before);
        if more.is_empty() {
            return Ok(());
        }
        // Never all of them in one request: that would take off what somebody else put on since they were read.
        let route = self.route(&format!("issues/{}/labels", number.0));
        let request = Request::json(Method::POST, route, &json!({ "labels": more }));
        let Done = self.github.client.write(&request, || self.labelled(number, after)).await?;
        Ok(())
    }

    async fn suggest(&self, number: PullNumber, head: &CommitId, suggestions: &[Suggestion]) -> Result<(), ForgeError> {
        if suggestions.is_empty() {
            return Ok(());
        }
        let suggestions: Vec<&Suggestion> = suggestions.iter().collect();
        let missing = self.missing(number, head, &suggestions).await?;
        if missing.is_empty() {
            return Ok(());
        }
        match self.offer(number, head, &missing).await {
            // One of them is beside a line that the pull request does not show, and GitHub takes all or none.
            Err(Failure::Refused(refusal)) if refusal.status == 422 => {}
            other => return Ok(other?),
        }
        for suggestion in missing.iter().take(MOST_SINGLE).filter(|_| missing.len() > 1) {
            match self.offer(number, head, std::slice::from_ref(suggestion)).await {
                Err(Failure::Refused(refusal)) if refusal.status == 422 => {
                    tracing::debug!(file = suggestion.file, message = refusal.message, "an edit is not offered");
                }
                other => other?,
            }
        }
        Ok(())
    }
}

/// A suggestion as a comment beside lines of the new state.
fn beside(suggestion: &Suggestion) -> Value {
    let body = cut(&suggestion.text, LONGEST);
    let mut comment = json!({ "path": suggestion.file, "line": suggestion.last_line, "side": "RIGHT", "body": body });
    if suggestion.first_line < suggestion.last_line
        && let Some(fields) = comment.as_object_mut()
    {
        fields.insert("start_line".to_owned(), suggestion.first_line.into());
        fields.insert("start_side".to_owned(), "RIGHT".into());
    }
    comment
}

/// Whether both are the same labels. To GitHub, letter cases make no difference.
/// Those of the labels that are not among `others`. Letter cases make no difference to GitHub.
fn lacking<'a>(labels: &'a BTreeSet<String>, others: &BTreeSet<String>) -> Vec<&'a str> {
    let others: BTreeSet<String> = others.iter().map(|label| label.to_lowercase()).collect();
    labels.iter().filter(|label| !others.contains(&label.to_lowercase())).map(String::as_str).collect()
}
