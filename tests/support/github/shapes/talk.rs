//! Comments, reviews, labels and events, as JSON.

use serde_json::{Value, json};

use super::super::world::{Comment, Event, LineComment, Review, World};
use super::people::{app_behind, association, user};
use super::{node, stamp};

fn base(world: &World, repository: u64) -> String {
    format!("{}/repos/{}", world.at.api, world.full_name(repository))
}

fn page(world: &World, repository: u64, number: u64) -> String {
    format!("{}/{}/pull/{number}", world.at.web, world.full_name(repository))
}

pub(crate) fn label(world: &World, repository: u64, name: &str) -> Value {
    let label = world.repository(repository).labels.get(name);
    let id = label.map_or(0, |it| it.id);
    let url = format!("{}/labels/{}", base(world, repository), name.replace(' ', "%20"));
    json!({
        "id": id, "node_id": node(id), "url": url, "name": name, "default": false,
        "description": label.and_then(|it| it.description.clone()),
        "color": label.map_or("ededed", |it| &it.color),
    })
}

/// What nobody has said by a picture.
pub(crate) fn reactions(of: &str) -> Value {
    json!({
        "url": format!("{of}/reactions"), "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "confused": 0, "heart": 0,
        "hooray": 0, "eyes": 0, "rocket": 0,
    })
}

pub(crate) fn comment(world: &World, repository: u64, number: u64, it: &Comment) -> Value {
    let base = base(world, repository);
    let url = format!("{base}/issues/comments/{}", it.id);
    json!({
        "id": it.id, "node_id": node(it.id), "url": url,
        "html_url": format!("{}#issuecomment-{}", page(world, repository, number), it.id), "body": it.text,
        "user": user(world, it.by), "created_at": stamp(it.posted), "updated_at": stamp(it.edited),
        "issue_url": format!("{base}/issues/{number}"), "author_association": association(world, repository, it.by),
        "performed_via_github_app": app_behind(world, it.by), "reactions": reactions(&url),
    })
}

pub(crate) fn review(world: &World, repository: u64, number: u64, it: &Review) -> Value {
    let pull = format!("{}/pulls/{number}", base(world, repository));
    let page = format!("{}#pullrequestreview-{}", page(world, repository, number), it.id);
    json!({
        "id": it.id, "node_id": node(it.id), "user": user(world, it.by), "body": it.text, "state": it.state,
        "html_url": page, "pull_request_url": pull, "commit_id": it.commit, "submitted_at": stamp(it.at),
        "author_association": association(world, repository, it.by),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
    })
}

pub(crate) fn line_comment(world: &World, repository: u64, number: u64, it: &LineComment) -> Value {
    let (base, page) = (base(world, repository), page(world, repository, number));
    let url = format!("{base}/pulls/comments/{}", it.id);
    let page = format!("{page}#discussion_r{}", it.id);
    let pull = format!("{base}/pulls/{number}");
    let mut value = json!({
        "url": url, "id": it.id, "node_id": node(it.id), "pull_request_review_id": it.review, "diff_hunk": "@@ -0,0 @@",
        "path": it.path, "position": 1, "original_position": 1, "commit_id": it.commit,
        "original_commit_id": it.commit, "user": user(world, it.by), "body": it.text, "created_at": stamp(it.at),
        "updated_at": stamp(it.at), "html_url": page, "pull_request_url": pull, "line": it.line,
        "original_line": it.line, "side": "RIGHT", "start_line": it.first_line, "original_start_line": it.first_line,
        "start_side": it.first_line.map(|_| "RIGHT"), "subject_type": "line",
        "author_association": association(world, repository, it.by),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull}},
    });
    // A comment on lines that the newest commit changed belongs to no line any more.
    if world.pull(repository, number).head != it.commit
        && let Some(object) = value.as_object_mut()
    {
        object.remove("position");
        object.remove("line");
    }
    value
}

pub(crate) fn event(world: &World, repository: u64, it: &Event) -> Value {
    let mut value = json!({
        "id": it.id, "node_id": node(it.id), "url": format!("{}/issues/events/{}", base(world, repository), it.id),
        "actor": user(world, it.by), "event": it.what, "commit_id": null, "commit_url": null,
        "created_at": stamp(it.at), "performed_via_github_app": app_behind(world, it.by),
    });
    if let Some(name) = &it.label {
        let label = label(world, repository, name);
        value["label"] = json!({"name": name, "color": label["color"]});
    }
    value
}
