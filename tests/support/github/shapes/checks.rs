//! Check runs and commit statuses, as JSON.

use serde_json::{Value, json};

use super::super::world::{CheckRun, Stage, Status, World};
use super::people::{app, user};
use super::pulls::minimal;
use super::{node, stamp};

pub(crate) fn check_run(world: &World, repository: u64, it: &CheckRun) -> Value {
    let name = world.full_name(repository);
    let url = format!("{}/repos/{name}/check-runs/{}", world.at.api, it.id);
    let page = format!("{}/{name}/runs/{}", world.at.web, it.id);
    let pulls = world.repository(repository).pulls.values();
    // Of pull requests from forks a check run knows nothing.
    let pulls =
        pulls.filter(|pull| pull.head == it.commit && pull.head_repo == repository && pull.stage == Stage::Open);
    json!({
        "id": it.id, "head_sha": it.commit, "node_id": node(it.id), "external_id": it.external_id, "url": url,
        "html_url": page, "details_url": it.details_url.clone().unwrap_or(page.clone()), "status": it.status,
        "conclusion": it.conclusion, "started_at": stamp(it.started), "completed_at": it.completed.map(stamp),
        "output": {
            "title": it.title, "summary": it.summary, "text": it.text, "annotations_count": it.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "name": it.name, "check_suite": {"id": it.app}, "app": app(world, it.app),
        "pull_requests": pulls.map(|pull| minimal(world, repository, pull)).collect::<Vec<_>>(),
    })
}

pub(crate) fn status(world: &World, repository: u64, it: &Status) -> Value {
    let url = format!("{}/repos/{}/statuses/{}", world.at.api, world.full_name(repository), it.commit);
    json!({
        "url": url, "avatar_url": null, "id": it.id, "node_id": node(it.id), "state": it.state,
        "description": it.description, "target_url": it.target, "context": it.context, "created_at": stamp(it.at),
        "updated_at": stamp(it.at), "creator": user(world, it.by),
    })
}
