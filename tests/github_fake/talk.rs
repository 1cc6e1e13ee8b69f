//! Comments, labels and events.

use std::time::Duration;

use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::world::ACTIONS_BOT;

const REPO: &str = "/repos/acme/registry";

fn bot(github: &GitHub) -> Asker {
    Asker::new(&github.api(), Some(github.actions_token()))
}

#[test]
fn a_comment_is_edited_by_its_author_and_by_who_may_write() {
    let github = GitHub::start();
    github.set_time("2026-03-01T12:00:00Z");
    let repo = github.repository("acme/registry");
    let (ann, bo) = (github.person("ann"), github.person("bo"));
    let pull = repo.pull(&ann, "main", &[("a", Some(b"1"))]);
    let id = pull.comment(&ann, "/curator recheck");
    github.advance(Duration::from_mins(5));
    let path = format!("{REPO}/issues/comments/{id}");
    let (of_bo, bot) = (Asker::new(&github.api(), Some(github.personal_token(&bo))), bot(&github));
    of_bo.send("PATCH", &path, &json!({"body": "mine"})).is(403);
    let said = bot.send("PATCH", &path, &json!({"body": "ours"})).is(200).json();
    assert_eq!((&said["user"]["id"], &said["body"]), (&json!(ann.id), &json!("ours")));
    assert_eq!(
        (&said["created_at"], &said["updated_at"]),
        (&json!("2026-03-01T12:00:00Z"), &json!("2026-03-01T12:05:00Z"))
    );
    pull.edit_comment(&ann, id, "mine again");
    assert_eq!(bot.get(&path).is(200).json()["body"], "mine again");
    let own = bot.send("POST", &format!("{REPO}/issues/1/comments"), &json!({"body": "x"})).is(201).json();
    assert_eq!(own["performed_via_github_app"]["slug"], "github-actions");
    assert_eq!(bot.get(&format!("{REPO}/issues/1/comments")).is(200).json().as_array().unwrap().len(), 2);
    let new = bot.get(&format!("{REPO}/issues/1/comments?since=2026-03-01T12:06:00Z")).is(200).json();
    assert_eq!(new, json!([]));
    pull.delete_comment(id);
    bot.get(&path).is(404);
    bot.ask("DELETE", &format!("{REPO}/issues/comments/{}", own["id"]), &[], Vec::new()).unwrap().is(204);
    assert_eq!(pull.sticky(ACTIONS_BOT), None);
}

#[test]
fn a_comment_has_its_limits() {
    let github = GitHub::start_unjudged();
    github.repository("acme/registry").pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let comments = format!("{REPO}/issues/1/comments");
    let bot = bot(&github);
    bot.send("POST", &comments, &json!({"body": "x".repeat(65_537)})).is(422);
    bot.send("POST", &comments, &json!({"body": ""})).is(422);
    bot.send("POST", &comments, &json!({"body": "ä".repeat(65_536)})).is(201);
    bot.ask("POST", &comments, &[], b"{".to_vec()).unwrap().is(400);
    Asker::new(&github.api(), None).send("POST", &comments, &json!({"body": "x"})).is(401);
    let reader = Asker::new(&github.api(), Some(github.reading_token()));
    reader.send("POST", &comments, &json!({"body": "x"})).is(403);
}

#[test]
fn a_label_is_put_on_and_taken_off_by_somebody() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let (ann, tess) = (github.person("ann"), github.person("tess"));
    repo.admit(&tess);
    let pull = repo.pull(&ann, "main", &[("a", Some(b"1"))]);
    let bot = bot(&github);
    let labels = format!("{REPO}/issues/1/labels");
    bot.send("PUT", &labels, &json!({"labels": ["new-package", "needs-trustee"]})).is(200);
    pull.label(&tess, "allow: NameTooSimilar");
    bot.send("PUT", &labels, &json!({"labels": ["new-package", "allow: NameTooSimilar"]})).is(200);
    bot.send("POST", &labels, &json!({"labels": ["ready"]})).is(200);
    bot.ask("DELETE", &format!("{labels}/allow:%20NameTooSimilar"), &[], Vec::new()).unwrap().is(200);
    bot.ask("DELETE", &format!("{labels}/allow:%20NameTooSimilar"), &[], Vec::new()).unwrap().is(404);
    assert_eq!(pull.labels(), ["new-package", "ready"]);
    assert_eq!(bot.get(&labels).is(200).json()[1]["name"], "ready");
    let events = bot.get(&format!("{REPO}/issues/1/events")).is(200).json();
    let told = |it: &Value| {
        let name = it["label"]["name"].as_str().unwrap().to_owned();
        (it["event"].as_str().unwrap().to_owned(), name, it["actor"]["id"].as_u64().unwrap())
    };
    let events: Vec<_> = events.as_array().unwrap().iter().map(told).collect();
    let (on, off) = ("labeled".to_owned(), "unlabeled".to_owned());
    let name = "allow: NameTooSimilar".to_owned();
    assert_eq!(
        events[2..],
        [
            (on.clone(), name.clone(), tess.id),
            (off.clone(), "needs-trustee".to_owned(), ACTIONS_BOT),
            (on, "ready".to_owned(), ACTIONS_BOT),
            (off, name, ACTIONS_BOT),
        ]
    );
    let of_ann = Asker::new(&github.api(), Some(github.personal_token(&ann)));
    of_ann.send("POST", &labels, &json!({"labels": ["ready"]})).is(403);
}

#[test]
fn a_repository_has_labels_with_colours() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let bot = bot(&github);
    let body = json!({"name": "needs-trustee", "color": "d93f0b", "description": "A trustee decides"});
    bot.send("POST", &format!("{REPO}/labels"), &body).is(201);
    bot.send("POST", &format!("{REPO}/labels"), &body).is(422);
    let said = bot.get(&format!("{REPO}/labels/needs-trustee")).is(200).json();
    assert_eq!(said["color"], "d93f0b");
    bot.get(&format!("{REPO}/labels/ready")).is(404);
    assert_eq!(bot.get(&format!("{REPO}/labels")).is(200).json().as_array().unwrap().len(), 1);

    assert_eq!(bot.get(&format!("{REPO}/labels/Needs-Trustee")).is(200).json()["name"], "needs-trustee");

    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    repo.pull(&github.person("bo"), "main", &[("b", Some(b"1"))]);
    bot.send("POST", &format!("{REPO}/issues/1/labels"), &json!({"labels": ["NEEDS-trustee"]})).is(200);
    assert_eq!(pull.labels(), ["needs-trustee"]);
    let listed = bot.get(&format!("{REPO}/issues?labels=needs-trustee&state=all")).is(200).json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["number"]), (1, &json!(pull.number)));
    assert_eq!(bot.get(&format!("{REPO}/issues")).is(200).json().as_array().unwrap().len(), 2);
    let issue = bot.get(&format!("{REPO}/issues/1")).is(200).json();
    assert!(issue["pull_request"]["url"].as_str().unwrap().ends_with("/pulls/1"));
}
