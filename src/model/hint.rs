//! What a delivery of the forge hints at. It is only ever a reason to look: what is true is asked of git and the API.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pull::PullNumber;

/// What is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The registry, and whatever changed of its pull requests.
    Registry,
    /// This pull request, whether the forge's list shows a change or not.
    Pull(PullNumber),
}

/// A delivery, as far as it counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// The repository that it is about, as `owner/name`; `None` where it does not say.
    pub repository: Option<String>,
    /// What is worth a look.
    pub hints: BTreeSet<Hint>,
}

/// The body of a delivery is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct HintError;

/// The part of the payloads that counts. Everything is optional: what has a shape that is not known is still a hint.
#[derive(Deserialize, Default)]
struct Payload {
    action: Option<String>,
    pull_request: Option<Numbered>,
    issue: Option<Issue>,
    #[serde(alias = "check_suite")]
    check_run: Option<Checked>,
    repository: Option<Named>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

/// An issue or a pull request: the latter has a key more.
#[derive(Deserialize)]
struct Issue {
    number: u64,
    pull_request: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Checked {
    /// Empty where the head came from a fork.
    #[serde(default)]
    pull_requests: Vec<Numbered>,
}

#[derive(Deserialize)]
struct Named {
    full_name: Option<String>,
}

impl Hints {
    /// Reads the payload of `event` (the header `X-GitHub-Event`); `None` where nothing that a curator does follows
    /// from such an event.
    ///
    /// # Errors
    /// [`HintError`] where the body of an event that counts is not a JSON object.
    pub fn read(event: &str, body: &[u8]) -> Result<Option<Self>, HintError> {
        let hints_of: fn(&Payload) -> BTreeSet<Hint> = match event {
            "push" => |_| BTreeSet::from([Hint::Registry]),
            "pull_request" | "pull_request_review" | "pull_request_review_comment" => of_pull,
            "issue_comment" => of_comment,
            "check_run" | "check_suite" => of_check,
            _ => return Ok(None),
        };
        let payload: Payload = match serde_json::from_slice(body) {
            Ok(payload) => payload,
            // GitHub may change what it sends. Whatever it is now, looking cannot be wrong.
            Err(_) if is_object(body) => {
                return Ok(Some(Self { repository: None, hints: BTreeSet::from([Hint::Registry]) }));
            }
            Err(_) => return Err(HintError),
        };
        let hints = hints_of(&payload);
        Ok(Some(Self { repository: payload.repository.and_then(|repository| repository.full_name), hints }))
    }

    /// What is hinted at by a delivery that is too long to be read.
    #[must_use]
    pub fn unread() -> Self {
        Self { repository: None, hints: BTreeSet::from([Hint::Registry]) }
    }
}

fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

fn of_pull(payload: &Payload) -> BTreeSet<Hint> {
    payload.pull_request.iter().map(|pull| Hint::Pull(PullNumber(pull.number))).chain([Hint::Registry]).collect()
}

fn of_comment(payload: &Payload) -> BTreeSet<Hint> {
    let pull = payload.issue.as_ref().filter(|issue| issue.pull_request.is_some());
    pull.map(|issue| Hint::Pull(PullNumber(issue.number))).into_iter().collect()
}

/// Only what a person asks for: the curator's own checks must not wake it again.
fn of_check(payload: &Payload) -> BTreeSet<Hint> {
    if !matches!(payload.action.as_deref(), Some("rerequested" | "requested_action")) {
        return BTreeSet::new();
    }
    let pulls = payload.check_run.iter().flat_map(|check| &check.pull_requests);
    pulls.map(|pull| Hint::Pull(PullNumber(pull.number))).chain([Hint::Registry]).collect()
}

#[cfg(test)]
mod tests {
    use super::{Hint, HintError, Hints};
    use crate::model::PullNumber;

    fn hints(event: &str, body: &str) -> Vec<Hint> {
        Hints::read(event, body.as_bytes()).unwrap().unwrap().hints.into_iter().collect()
    }

    const PULL: Hint = Hint::Pull(PullNumber(7));

    #[test]
    fn each_event_hints_at_what_it_is_about() {
        assert_eq!(hints("push", r#"{"ref":"refs/heads/main"}"#), [Hint::Registry]);
        for event in ["pull_request", "pull_request_review", "pull_request_review_comment"] {
            assert_eq!(hints(event, r#"{"pull_request":{"number":7}}"#), [Hint::Registry, PULL], "{event}");
        }
        assert_eq!(hints("issue_comment", r#"{"issue":{"number":7,"pull_request":{"url":""}}}"#), [PULL]);
        assert_eq!(hints("issue_comment", r#"{"issue":{"number":7}}"#), []);
        let check = |action| format!(r#"{{"action":"{action}","check_run":{{"pull_requests":[{{"number":7}}]}}}}"#);
        assert_eq!(hints("check_run", &check("rerequested")), [Hint::Registry, PULL]);
        assert_eq!(hints("check_run", &check("completed")), [], "the curator's own");
        let suite = r#"{"action":"rerequested","check_suite":{"pull_requests":[]}}"#;
        assert_eq!(hints("check_suite", suite), [Hint::Registry], "a fork's");
    }

    #[test]
    fn what_is_not_known_is_no_reason_to_fail() {
        assert_eq!(Hints::read("ping", b"not even JSON"), Ok(None));
        assert_eq!(hints("pull_request", r#"{"pull_request":"of another shape"}"#), [Hint::Registry]);
        assert_eq!(hints("pull_request", r#"{"pull_request":null}"#), [Hint::Registry]);
        for body in ["", "[]", "7", "{", "payload=%7B%7D", &"[".repeat(100_000)] {
            assert_eq!(Hints::read("push", body.as_bytes()), Err(HintError), "{body:.20}");
        }
    }

    #[test]
    fn the_repository_is_read_along() {
        let body = br#"{"repository":{"full_name":"acme/registry"}}"#;
        assert_eq!(Hints::read("push", body).unwrap().unwrap().repository.as_deref(), Some("acme/registry"));
    }
}
