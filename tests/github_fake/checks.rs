//! Check runs and commit statuses.

use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::GitHub;

const REPO: &str = "/repos/acme/registry";

fn annotations(count: usize) -> Vec<Value> {
    let one = json!({"path": "a", "start_line": 1, "end_line": 1, "start_column": 2, "end_column": 3,
        "annotation_level": "failure", "title": "NameTooSimilar", "message": "Call it otherwise"});
    vec![one; count]
}

fn check(head: &str, count: usize) -> Value {
    let output = json!({"title": "2 errors", "summary": "Two.", "annotations": annotations(count)});
    json!({"name": "curator", "head_sha": head, "status": "completed", "conclusion": "failure",
        "external_id": "print", "output": output})
}

#[test]
fn annotations_come_fifty_at_a_time() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    let made = bot.send("POST", &format!("{REPO}/check-runs"), &check(&pull.head(), 50)).is(201).json();
    let path = format!("{REPO}/check-runs/{}", made["id"]);
    let more = json!({"output": {"title": "2 errors", "summary": "Two.", "annotations": annotations(7)}});
    assert_eq!(bot.send("PATCH", &path, &more).is(200).json()["output"]["annotations_count"], 57);
    assert_eq!(pull.checks()[0].annotations.len(), 57);

    bot.send("POST", &format!("{REPO}/check-runs"), &check(&pull.head(), 1)).is(201);
    let list = |rest: &str| bot.get(&format!("{REPO}/commits/{}/check-runs{rest}", pull.head())).is(200).json();
    assert_eq!(list("?check_name=curator")["total_count"], 1);
    assert_eq!(list("?check_name=curator&filter=all")["total_count"], 2);
    assert_eq!(list("")["check_runs"][0]["output"]["annotations_count"], 1);
    assert_eq!(list("")["check_runs"][0]["app"]["slug"], "github-actions");
    assert_eq!(list("?check_name=other")["check_runs"], json!([]));
}

#[test]
fn what_a_check_run_may_not_say_is_refused() {
    let github = GitHub::start_unjudged();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    let create = format!("{REPO}/check-runs");
    bot.send("POST", &create, &check(&pull.head(), 51)).is(422);
    bot.send("POST", &create, &check(&"0".repeat(40), 1)).is(422);
    let mut columns = check(&pull.head(), 1);
    columns["output"]["annotations"][0]["end_line"] = json!(2);
    bot.send("POST", &create, &columns).is(422);
    let mut long = check(&pull.head(), 1);
    long["output"]["text"] = json!("x".repeat(65_536));
    bot.send("POST", &create, &long).is(422);
    assert_eq!(pull.checks().len(), 0);
    let person = Asker::new(&github.api(), Some(github.personal_token(&github.person("tess"))));
    let said = person.send("POST", &create, &check(&pull.head(), 1)).is(403).json();
    assert_eq!(said["message"], "Resource not accessible by personal access token");
    let made = bot.send("POST", &create, &check(&pull.head(), 1)).is(201).json();
    let app = github.app("curator", std::time::Duration::from_hours(1));
    let other = Asker::new(&github.api(), Some(github.installation_token(&app)));
    other.send("PATCH", &format!("{create}/{}", made["id"]), &json!({"name": "mine"})).is(403);
}

#[test]
fn a_status_is_what_a_person_can_set() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let tess = github.person("tess");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let person = Asker::new(&github.api(), Some(github.personal_token(&tess)));
    let path = format!("{REPO}/statuses/{}", pull.head());
    let body = json!({"state": "failure", "context": "curator", "description": "2 errors"});
    person.send("POST", &path, &body).is(403);
    repo.admit(&tess);
    person.send("POST", &path, &body).is(201);
    person.send("POST", &path, &json!({"state": "success", "context": "curator"})).is(201);
    let said = person.get(&format!("{REPO}/commits/{}/statuses", pull.head())).is(200).json();
    assert_eq!((&said[0]["state"], &said[1]["state"]), (&json!("success"), &json!("failure")));
    assert_eq!(said[0]["creator"]["id"], tess.id);
    assert_eq!(pull.statuses().len(), 2);
    person.send("POST", &path, &json!({"state": "error", "description": "x".repeat(141)})).is(422);
}
