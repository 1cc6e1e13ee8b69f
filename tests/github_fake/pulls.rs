//! Pull requests: how they are read, reviewed and merged.

use std::process::Command;
use std::time::Duration;

use curator::rules::init::ChecksBy;
use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::bare::Method;
use crate::github::world::ACTIONS_BOT;

const PULLS: &str = "/repos/acme/registry/pulls";

fn bot(github: &GitHub) -> Asker {
    Asker::new(&github.api(), Some(github.actions_token()))
}

#[test]
fn a_pull_request_from_a_fork_is_read_commented_and_merged() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let ann = github.person("ann");
    let pull = repo.pull(&ann, "main", &[("packages/ma/maybe/1.0.0.json", Some(b"{}\n"))]);
    let bot = bot(&github);

    let said = bot.get("/repos/acme/registry").is(200).json();
    assert_eq!((&said["default_branch"], &said["id"]), (&json!("main"), &json!(repo.id)));
    let said = bot.get("/repos/acme/registry/pulls/1").is(200).json();
    assert_eq!(said["head"]["sha"], pull.head());
    assert_eq!(said["head"]["repo"]["full_name"], "ann/registry");
    assert_eq!(said["user"]["id"], ann.id);
    assert_eq!((&said["mergeable"], &said["changed_files"]), (&json!(true), &json!(1)));
    assert_eq!(repo.tip("main"), said["base"]["sha"].as_str().map(str::to_owned));
    // Also before the merge there is a commit under this name; it is on no branch.
    assert_ne!(said["merge_commit_sha"], Value::Null);
    assert_eq!(pull.merge_commit(), None);
    bot.get("/repos/acme/registry/pulls/2").is(404);

    let said = bot.send("POST", "/repos/acme/registry/issues/1/comments", &json!({"body": "Hello"})).is(201).json();
    assert_eq!(said["user"]["login"], "github-actions[bot]");
    assert_eq!(pull.sticky(ACTIONS_BOT).as_deref(), Some("Hello"));

    let merge = "/repos/acme/registry/pulls/1/merge";
    bot.send("PUT", merge, &json!({"sha": "0".repeat(40)})).is(409);
    assert!(!pull.is_merged());
    let body = json!({"sha": pull.head(), "merge_method": "squash", "commit_title": "Publish maybe"});
    let said = bot.send("PUT", merge, &body).is(200).json();
    assert_eq!(pull.merge_commit().as_deref(), said["sha"].as_str());
    assert_eq!(repo.tip("main"), pull.merge_commit());
    assert_eq!(repo.file("main", "packages/ma/maybe/1.0.0.json").as_deref(), Some(b"{}\n".as_slice()));
    bot.send("PUT", merge, &json!({"sha": pull.head()})).is(405);
    let said = bot.get("/repos/acme/registry/pulls/1").is(200).json();
    assert_eq!((&said["merged"], &said["state"]), (&json!(true), &json!("closed")));
    assert_eq!(said["merged_by"]["id"], ACTIONS_BOT);
}

#[test]
fn git_brings_the_head_of_a_fork() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let remote = |name: &str| {
        let mut git = Command::new("git");
        git.args(["ls-remote", &repo.url(), name]).envs(github.trust());
        String::from_utf8(git.output().unwrap().stdout).unwrap()
    };
    let told = remote("refs/pull/1/head");
    assert_eq!(told.split_whitespace().next(), Some(pull.head().as_str()));
    let before = pull.head();
    pull.push(&[("a", Some(b"2"))]);
    assert_ne!(pull.head(), before);
    assert!(remote("refs/pull/1/head").starts_with(&pull.head()));
    let forced = pull.force_push(&[("b", Some(b"3"))]);
    assert!(remote("refs/pull/1/head").starts_with(&forced));
    let main = bot(&github).get("/repos/acme/registry/git/ref/heads/main").is(200).json();
    assert!(remote("refs/heads/main").starts_with(main["object"]["sha"].as_str().unwrap()));
    bot(&github).get("/repos/acme/registry/git/ref/heads/nothing").is(404);
}

#[test]
fn each_method_of_merging_leaves_its_commits() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let (ann, tess) = (github.person("ann"), github.person("tess"));
    repo.admit(&tess);
    let parents = |commit: &str| {
        let git = git2::Repository::open_bare(repo.bare()).unwrap();
        let commit = git.find_commit(git2::Oid::from_str(commit).unwrap()).unwrap();
        commit.parent_ids().map(|id| id.to_string()).collect::<Vec<_>>()
    };
    for (method, path) in [(Method::Merge, "a"), (Method::Squash, "b"), (Method::Rebase, "c")] {
        let pull = repo.pull(&ann, "main", &[(path, Some(b"1"))]);
        pull.push(&[(path, Some(b"2"))]);
        repo.commit("main", &[("else", Some(path.as_bytes()))]);
        let before = repo.tip("main").unwrap();
        let landed = pull.merge_by(&tess, method);
        assert_eq!(repo.tip("main"), Some(landed.clone()));
        match method {
            Method::Merge => assert_eq!(parents(&landed), [before, pull.head()]),
            Method::Squash => assert_eq!(parents(&landed), [before]),
            Method::Rebase => assert_eq!(parents(&parents(&landed)[0]), [before]),
        }
        let brought = bot(&github).get(&format!("/repos/acme/registry/commits/{landed}/pulls")).is(200).json();
        assert_eq!(brought[0]["number"], pull.number);
        assert_eq!(brought[0]["merge_commit_sha"], landed);
        assert_eq!(repo.file("main", path).as_deref(), Some(b"2".as_slice()));
    }
}

#[test]
fn a_conflict_and_a_draft_are_not_merged() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let ann = github.person("ann");
    let pull = repo.pull(&ann, "main", &[("README.md", Some(b"Mine\n"))]);
    repo.commit("main", &[("README.md", Some(b"Ours\n"))]);
    let bot = bot(&github);
    let said = bot.get(&format!("{PULLS}/1")).is(200).json();
    assert_eq!((&said["mergeable"], &said["mergeable_state"]), (&json!(false), &json!("dirty")));
    bot.send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": pull.head()})).is(405);

    pull.force_push(&[("other", Some(b"Mine\n"))]);
    pull.draft();
    bot.send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": pull.head()})).is(405);
    assert_eq!(bot.get(&format!("{PULLS}/1")).json()["draft"], true);
    pull.ready();
    bot.send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": pull.head()})).is(200);
}

#[test]
fn whether_it_can_be_merged_is_found_out_only_when_somebody_asks() {
    let github = GitHub::start();
    github.think(1);
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let bot = bot(&github);
    let mergeable = || bot.get(&format!("{PULLS}/1")).is(200).json()["mergeable"].clone();
    assert_eq!((mergeable(), mergeable()), (Value::Null, json!(true)));
    pull.push(&[("a", Some(b"2"))]);
    assert_eq!((mergeable(), mergeable()), (Value::Null, json!(true)));
}

#[test]
fn a_list_comes_in_pages() {
    let github = GitHub::start();
    github.set_time("2026-01-01T00:00:00Z");
    let repo = github.repository("acme/registry");
    let ann = github.person("ann");
    for number in 1..=5 {
        repo.pull(&ann, "main", &[(&format!("file-{number}"), Some(b"1"))]);
        github.advance(std::time::Duration::from_mins(1));
    }
    repo.pull_numbered(2).close();
    let bot = bot(&github);
    let numbers =
        |said: &Value| said.as_array().unwrap().iter().map(|it| it["number"].as_u64().unwrap()).collect::<Vec<_>>();
    let open = bot.get(&format!("{PULLS}?state=open&base=main&sort=created&direction=asc&per_page=3")).is(200);
    assert_eq!(numbers(&open.json()), [1, 3, 4]);
    let next = open.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let rest = bot.get(&next).is(200);
    assert_eq!(numbers(&rest.json()), [5]);
    assert!(rest.header("link").contains("rel=\"prev\""), "{}", rest.header("link"));
    assert!(!rest.header("link").contains("rel=\"next\""), "{}", rest.header("link"));
    assert_eq!(numbers(&bot.get(PULLS).json()), [5, 4, 3, 1]);
    let closed = bot.get(&format!("{PULLS}?state=closed&sort=updated&direction=desc")).json();
    assert_eq!((numbers(&closed), &closed[0]["closed_at"]), (vec![2], &json!("2026-01-01T00:05:00Z")));
    assert_eq!(numbers(&bot.get(&format!("{PULLS}?base=other")).json()), [0; 0]);
}

#[test]
fn what_reviewers_say_stands_with_the_commit_it_was_said_of() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let (ann, tess, tom) = (github.person("ann"), github.person("tess"), github.person("tom"));
    let pull = repo.pull(&ann, "main", &[("a", Some(b"1"))]);
    let first = pull.head();
    pull.approve(&tess);
    pull.request_changes(&tom);
    pull.push(&[("a", Some(b"2"))]);
    pull.approve(&tess);
    pull.dismiss(&tom);
    let said = bot(&github).get(&format!("{PULLS}/1/reviews")).is(200).json();
    let said: Vec<_> =
        said.as_array().unwrap().iter().map(|it| (&it["user"]["id"], &it["state"], &it["commit_id"])).collect();
    let (tess, tom) = (json!(tess.id), json!(tom.id));
    let (first, second) = (json!(first), json!(pull.head()));
    let (approved, dismissed) = (json!("APPROVED"), json!("DISMISSED"));
    assert_eq!(said, [(&tess, &approved, &first), (&tom, &dismissed, &first), (&tess, &approved, &second)]);

    let own = Asker::new(&github.api(), Some(github.personal_token(&ann)));
    let said = own.send("POST", &format!("{PULLS}/1/reviews"), &json!({"event": "APPROVE"})).is(422).json();
    assert_eq!(said["errors"][0], "Can not approve your own pull request");
}

#[test]
fn a_suggestion_needs_lines_that_the_pull_request_shows() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a.json", Some(b"{\n  \"a\": 1\n}\n"))]);
    let bot = bot(&github);
    let offer = |path: &str, line: u64| {
        let text = "Say 2:\n```suggestion\n  \"a\": 2\n```";
        let comment = json!({"path": path, "line": line, "side": "RIGHT", "body": text});
        let body = json!({"commit_id": pull.head(), "event": "COMMENT", "body": "A fix.", "comments": [comment]});
        bot.send("POST", &format!("{PULLS}/1/reviews"), &body)
    };
    offer("a.json", 4).is(422);
    offer("README.md", 1).is(422);
    assert_eq!(pull.suggestions().len(), 0);
    offer("a.json", 2).is(200);
    assert_eq!(pull.suggestions().len(), 1);
    let said = bot.get(&format!("{PULLS}/1/comments")).is(200).json();
    assert_eq!((&said[0]["path"], &said[0]["line"]), (&json!("a.json"), &json!(2)));
    assert_eq!(said[0]["commit_id"], pull.head());
    pull.push(&[("a.json", Some(b"{\n  \"a\": 2\n}\n"))]);
    let said = bot.get(&format!("{PULLS}/1/comments")).is(200).json();
    assert_eq!((&said[0]["line"], &said[0]["original_line"]), (&Value::Null, &json!(2)));
}

#[test]
fn a_branch_may_ask_for_a_check() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let tess = github.person("tess");
    repo.admit(&tess);
    repo.require_check("curator");
    let pull = repo.pull_from_branch(&tess, "fix", "main", &[("a", Some(b"1"))]);
    let bot = bot(&github);
    let said = bot.get(&format!("{PULLS}/1")).is(200).json();
    assert_eq!((&said["head"]["label"], &said["mergeable_state"]), (&json!("acme:fix"), &json!("blocked")));
    let merge = || bot.send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": pull.head()}));
    assert!(merge().is(405).json()["message"].as_str().unwrap().contains("\"curator\" is expected"));
    let check = |conclusion: &str| {
        let body = json!({"name": "curator", "head_sha": pull.head(), "conclusion": conclusion});
        bot.send("POST", "/repos/acme/registry/check-runs", &body).is(201);
    };
    check("success");
    check("failure");
    merge().is(405);
    check("success");
    merge().is(200);
    assert_eq!(repo.open_pulls(), [0; 0]);
}

#[test]
fn a_branch_may_ask_for_the_check_of_one_app_alone() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let tess = github.person("tess");
    repo.admit(&tess);
    let (app, other) = (github.app("keeper", Duration::from_hours(1)), github.app("other", Duration::from_hours(1)));
    repo.rule_main(ChecksBy::App(app.id.try_into().unwrap()));
    let pull = repo.pull(&tess, "main", &[("a", Some(b"1"))]);
    let speaks = |token: String| Asker::new(&github.api(), Some(token));
    let run = json!({"name": "curator", "head_sha": pull.head(), "conclusion": "success"});
    let status = json!({"context": "curator", "state": "success"});
    let keeper = speaks(github.installation_token(&app));
    let merge = || keeper.send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": pull.head()}));
    for asker in [bot(&github), speaks(github.installation_token(&other))] {
        asker.send("POST", "/repos/acme/registry/check-runs", &run).is(201);
        merge().is(405);
    }
    let person = speaks(github.personal_token(&tess));
    person.send("POST", &format!("/repos/acme/registry/statuses/{}", pull.head()), &status).is(201);
    assert!(merge().is(405).json()["message"].as_str().unwrap().contains("\"curator\" is expected"));
    keeper.send("POST", "/repos/acme/registry/check-runs", &run).is(201);
    merge().is(200);
}

#[test]
fn what_is_closed_does_not_follow_its_branch() {
    let github = GitHub::start_unjudged();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let head = pull.head();
    pull.close();
    pull.push(&[("a", Some(b"2"))]);
    assert_eq!(pull.head(), head);
    pull.reopen();
    pull.delete_fork();
    let said = bot(&github).get(&format!("{PULLS}/1")).is(200).json();
    assert_eq!((&said["head"]["repo"], &said["head"]["sha"]), (&Value::Null, &json!(head)));
    bot(&github).send("PUT", &format!("{PULLS}/1/merge"), &json!({"sha": head})).is(200);
}

#[test]
fn a_repository_that_moved_says_where_it_is() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    repo.rename("apex/packages");
    let bot = bot(&github);
    let place = bot.get(&format!("{PULLS}/1")).is(301).header("location").to_owned();
    assert_eq!(place, format!("{}/repositories/{}/pulls/1", github.api(), repo.id));
    assert_eq!(bot.get(&place).is(200).json()["base"]["repo"]["full_name"], "apex/packages");
    let other = github.repository("acme/registry");
    assert_eq!(bot.get("/repos/acme/registry").is(200).json()["id"], other.id);
}
