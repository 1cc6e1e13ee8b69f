//! Pull requests and issues, as JSON.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::world::{Origin, Pull, Stage, World};
use super::people::{association, user};
use super::releases::hex;
use super::repositories::repository;
use super::talk::{label, reactions};
use super::{addresses, node, stamp};

/// The addresses of a pull request.
struct Places {
    pull: String,
    issue: String,
    page: String,
}

fn places(world: &World, repository: u64, number: u64) -> Places {
    let name = world.full_name(repository);
    Places {
        pull: format!("{}/repos/{name}/pulls/{number}", world.at.api),
        issue: format!("{}/repos/{name}/issues/{number}", world.at.api),
        page: format!("{}/{name}/pull/{number}", world.at.web),
    }
}

/// The times of a pull request: when it was closed, and when it was merged.
fn ends(pull: &Pull) -> (Option<String>, Option<String>) {
    match &pull.stage {
        Stage::Open => (None, None),
        Stage::Closed(at) => (Some(stamp(*at)), None),
        Stage::Merged { at, .. } => (Some(stamp(*at)), Some(stamp(*at))),
    }
}

fn labels(world: &World, repository: u64, pull: &Pull) -> Vec<Value> {
    let shown = pull.labels.iter().map(|name| {
        let mut shown = label(world, repository, name);
        // GitHub says `null` where there is none, which its description denies in lists of pull requests alone.
        if shown["description"].is_null() {
            shown["description"] = "".into();
        }
        shown
    });
    shown.collect()
}

/// A branch of a pull request.
fn side(world: &World, repository_id: u64, branch: &str, commit: &str) -> Value {
    let owner = world.repository(repository_id).owner;
    json!({
        "label": format!("{}:{branch}", world.login(owner)), "ref": branch, "sha": commit,
        "user": user(world, owner), "repo": repository(world, repository_id),
    })
}

fn head(world: &World, pull: &Pull) -> Value {
    let mut head = side(world, pull.head_repo, &pull.head_branch, &pull.head);
    if pull.origin == Origin::Deleted {
        head["repo"] = Value::Null;
    }
    head
}

fn base_commit(world: &World, repository: u64, pull: &Pull) -> String {
    let tip = world.repository(repository).bare.branch(&pull.base);
    tip.filter(|_| pull.stage == Stage::Open).unwrap_or_else(|| pull.base_commit.clone())
}

/// A commit that is on no branch.
fn trial(base: &str, head: &str) -> String {
    hex(&Sha256::digest([base, head].concat())).chars().take(40).collect()
}

/// A pull request in a list.
pub(crate) fn short(world: &World, repository: u64, pull: &Pull) -> Value {
    let at = places(world, repository, pull.number);
    let (closed, merged) = ends(pull);
    let statuses = format!("{}/repos/{}/statuses/{}", world.at.api, world.full_name(repository), pull.head);
    let comment = format!("{}/repos/{}/pulls/comments{{/number}}", world.at.api, world.full_name(repository));
    let commit = match &pull.stage {
        Stage::Merged { commit, .. } => Some(commit.clone()),
        // Before it is merged, GitHub names a commit of its own here, which tries the merge.
        Stage::Open => Some(trial(&base_commit(world, repository, pull), &pull.head)),
        Stage::Closed(_) => None,
    };
    let mut value = json!({
        "id": pull.id, "node_id": node(pull.id), "html_url": at.page, "diff_url": format!("{}.diff", at.page),
        "patch_url": format!("{}.patch", at.page), "issue_url": at.issue, "number": pull.number,
        "state": if pull.stage == Stage::Open { "open" } else { "closed" }, "locked": false, "title": pull.title,
        "user": user(world, pull.author), "body": pull.text, "labels": labels(world, repository, pull),
        "milestone": null, "created_at": stamp(pull.opened), "updated_at": stamp(pull.updated), "closed_at": closed,
        "merged_at": merged, "merge_commit_sha": commit, "assignee": null, "assignees": [],
        "requested_reviewers": [], "requested_teams": [], "draft": pull.is_draft, "auto_merge": null,
        "head": head(world, pull),
        "base": side(world, repository, &pull.base, &base_commit(world, repository, pull)),
        "author_association": association(world, repository, pull.author), "statuses_url": statuses,
        "review_comment_url": comment, "comments_url": format!("{}/comments", at.issue),
    });
    value["active_lock_reason"] = Value::Null;
    value["_links"] = json!({
        "self": {"href": at.pull}, "html": {"href": at.page}, "issue": {"href": at.issue},
        "comments": {"href": format!("{}/comments", at.issue)}, "review_comment": {"href": comment},
        "review_comments": {"href": format!("{}/comments", at.pull)}, "statuses": {"href": statuses},
        "commits": {"href": format!("{}/commits", at.pull)},
    });
    let rest = [("url", ""), ("commits_url", "/commits"), ("review_comments_url", "/comments")];
    addresses(&mut value, &at.pull, &rest);
    value
}

/// A pull request by itself; `mergeable` is what is known of that.
pub(crate) fn full(world: &World, repository: u64, pull: &Pull, mergeable: Option<bool>) -> Value {
    let mut value = short(world, repository, pull);
    let extent = world.repository(repository).bare.extent(&base_commit(world, repository, pull), &pull.head);
    let by = if let Stage::Merged { by, .. } = &pull.stage { Some(*by) } else { None };
    value["merged"] = json!(by.is_some());
    value["mergeable"] = json!(mergeable);
    value["rebaseable"] = json!(mergeable);
    value["mergeable_state"] = json!(match mergeable {
        None => "unknown",
        Some(false) => "dirty",
        Some(true) if pull.is_draft => "draft",
        Some(true) if world.lacks(repository, &pull.head).is_some() => "blocked",
        Some(true) => "clean",
    });
    value["merged_by"] = by.map_or(Value::Null, |by| user(world, by));
    value["maintainer_can_modify"] = json!(true);
    value["comments"] = json!(pull.comments.len());
    value["review_comments"] = json!(pull.line_comments.len());
    value["commits"] = json!(extent.commits);
    value["additions"] = json!(extent.additions);
    value["deletions"] = json!(extent.deletions);
    value["changed_files"] = json!(extent.files);
    value
}

/// A pull request as the issue that it is, too.
pub(crate) fn issue(world: &World, repository: u64, pull: &Pull) -> Value {
    let at = places(world, repository, pull.number);
    let (closed, merged) = ends(pull);
    let mut value = json!({
        "id": pull.id, "node_id": node(pull.id), "html_url": at.page, "number": pull.number,
        "repository_url": format!("{}/repos/{}", world.at.api, world.full_name(repository)),
        "state": if pull.stage == Stage::Open { "open" } else { "closed" }, "title": pull.title, "body": pull.text,
        "user": user(world, pull.author), "labels": labels(world, repository, pull), "assignee": null,
        "assignees": [], "milestone": null, "locked": false, "comments": pull.comments.len(), "closed_at": closed,
        "created_at": stamp(pull.opened), "updated_at": stamp(pull.updated), "draft": pull.is_draft,
        "author_association": association(world, repository, pull.author),
        "pull_request": {
            "url": at.pull, "html_url": at.page, "diff_url": format!("{}.diff", at.page),
            "patch_url": format!("{}.patch", at.page), "merged_at": merged,
        },
    });
    value["active_lock_reason"] = Value::Null;
    value["reactions"] = reactions(&at.issue);
    let rest =
        [("url", ""), ("labels_url", "/labels{/name}"), ("comments_url", "/comments"), ("events_url", "/events")];
    addresses(&mut value, &at.issue, &rest);
    value
}

/// A pull request as a check run names it.
pub(crate) fn minimal(world: &World, repository: u64, pull: &Pull) -> Value {
    let side = |id: u64, branch: &str, commit: &str| {
        let url = format!("{}/repos/{}", world.at.api, world.full_name(id));
        json!({"ref": branch, "sha": commit, "repo": {"id": id, "url": url, "name": world.repository(id).name}})
    };
    json!({
        "id": pull.id, "number": pull.number, "url": places(world, repository, pull.number).pull,
        "head": side(pull.head_repo, &pull.head_branch, &pull.head),
        "base": side(repository, &pull.base, &pull.base_commit),
    })
}
