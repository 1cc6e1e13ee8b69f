//! Pull requests, and what is said of them.

use serde_json::json;

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::world::ACTIONS_BOT;

#[test]
fn a_pull_request_from_a_fork_is_read_commented_and_merged() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let ann = github.person("ann");
    let pull = repo.pull(&ann, "main", &[("packages/ma/maybe/1.0.0.json", Some(b"{}\n"))]);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));

    let said = bot.get("/repos/acme/registry/pulls/1").is(200).json();
    assert_eq!(said["head"]["sha"], pull.head());
    assert_eq!(said["user"]["id"], ann.id);
    assert_eq!((&said["mergeable"], &said["changed_files"]), (&json!(true), &json!(1)));
    assert_eq!(repo.tip("main"), said["base"]["sha"].as_str().map(str::to_owned));

    let said = bot.send("POST", "/repos/acme/registry/issues/1/comments", &json!({"body": "Hello"})).is(201).json();
    assert_eq!(said["user"]["login"], "github-actions[bot]");
    assert_eq!(pull.sticky(ACTIONS_BOT).as_deref(), Some("Hello"));
    let comment = format!("/repos/acme/registry/issues/comments/{}", said["id"]);
    bot.send("PATCH", &comment, &json!({"body": "Well"})).is(200);
    assert_eq!(pull.sticky(ACTIONS_BOT).as_deref(), Some("Well"));

    let merge = "/repos/acme/registry/pulls/1/merge";
    bot.send("PUT", merge, &json!({"sha": "0".repeat(40)})).is(409);
    let said = bot.send("PUT", merge, &json!({"sha": pull.head(), "merge_method": "squash"})).is(200).json();
    assert_eq!(pull.merge_commit().as_deref(), said["sha"].as_str());
    assert_eq!(repo.tip("main"), pull.merge_commit());
    assert_eq!(repo.file("main", "packages/ma/maybe/1.0.0.json").as_deref(), Some(b"{}\n".as_slice()));
    bot.send("PUT", merge, &json!({"sha": pull.head()})).is(405);
}
