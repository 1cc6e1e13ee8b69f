//! Check runs and commit statuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::asked::{Answer, Reply, invalid, not_found, refusal};
use super::super::shapes::checks as shapes;
use super::super::tokens::Deed;
use super::super::world::{CheckRun, Status, World};
use super::{Question, text, wanted};

/// The most annotations of a request.
const MOST_ANNOTATIONS: usize = 50;
/// The most characters of a summary or text.
const MOST_CHARACTERS: usize = 65_535;

pub(crate) fn answer(world: &mut World, question: &Question<'_>) -> Option<Answer> {
    Some(match (question.method, question.rest) {
        ("POST", ["check-runs"]) => create(world, question),
        ("PATCH", ["check-runs", id]) => update(world, question, id.parse().ok()?),
        ("GET", ["check-runs", id]) => {
            let id = id.parse::<u64>().ok()?;
            let run = world.repository(question.repository).checks.iter().find(|it| it.id == id);
            run.map(|run| Reply::json(200, &shapes::check_run(world, question.repository, run))).ok_or_else(not_found)
        }
        ("GET", ["commits", name @ .., "check-runs"]) => list(world, question, &name.join("/")),
        ("GET", ["commits", name @ .., "statuses"]) => statuses(world, question, &name.join("/")),
        ("POST", ["statuses", commit]) => set_status(world, question, commit),
        _ => return None,
    })
}

/// Takes over what a request says of a check run.
fn read(run: &mut CheckRun, body: &Value, now: jiff::Timestamp) -> Result<(), Reply> {
    let wrong = |field: &str, said: &str| invalid("CheckRun", field, "custom", said);
    if let Some(status) = body["status"].as_str() {
        status.clone_into(&mut run.status);
    }
    if let Some(conclusion) = body["conclusion"].as_str() {
        run.conclusion = Some(conclusion.to_owned());
        "completed".clone_into(&mut run.status);
    }
    if run.status == "completed" && run.conclusion.is_none() {
        return Err(wrong("conclusion", "conclusion is required for a completed check run"));
    }
    if run.status == "completed" && run.completed.is_none() {
        run.completed = Some(now);
    }
    for (field, into) in [("name", &mut run.name), ("external_id", &mut run.external_id)] {
        if let Some(text) = body[field].as_str() {
            text.clone_into(into);
        }
    }
    run.details_url = text(body, "details_url").or_else(|| run.details_url.take());
    let output = &body["output"];
    if output.is_null() {
        return Ok(());
    }
    for (field, into) in [("title", &mut run.title), ("summary", &mut run.summary), ("text", &mut run.text)] {
        let Some(said) = output[field].as_str() else { continue };
        if said.chars().count() > MOST_CHARACTERS {
            return Err(wrong(field, "is too long (maximum is 65535 characters)"));
        }
        *into = Some(said.to_owned());
    }
    let annotations = output["annotations"].as_array().cloned().unwrap_or_default();
    if annotations.len() > MOST_ANNOTATIONS {
        return Err(wrong("annotations", "annotations exceeds a maximum quantity of 50"));
    }
    for annotation in &annotations {
        let (start, end) = (annotation["start_line"].as_u64(), annotation["end_line"].as_u64());
        let has_columns = annotation["start_column"].is_u64() || annotation["end_column"].is_u64();
        if start.is_none() || end < start || (start != end && has_columns) {
            return Err(wrong("annotations", "an annotation has lines or columns that cannot be"));
        }
    }
    run.annotations.extend(annotations);
    Ok(())
}

fn create(world: &mut World, question: &Question<'_>) -> Answer {
    question.caller.may(world, question.repository, Deed::Check)?;
    let body = question.asked.json()?;
    let name = wanted(&body, "CheckRun", "name")?.to_owned();
    let asked = wanted(&body, "CheckRun", "head_sha")?;
    let bare = &world.repository(question.repository).bare;
    let commit = bare.commit(asked).filter(|commit| commit == asked);
    let commit = commit.ok_or_else(|| refusal(422, &format!("No commit found for SHA: {asked}")))?;
    let (id, now) = (world.next_id(), world.now());
    let mut run = CheckRun {
        id,
        app: question.caller.app.unwrap_or_default(),
        name,
        commit,
        status: "queued".to_owned(),
        conclusion: None,
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
        external_id: String::new(),
        details_url: None,
        started: now,
        completed: None,
    };
    read(&mut run, &body, now)?;
    Ok(keep(world, question, run, 201))
}

fn update(world: &mut World, question: &Question<'_>, id: u64) -> Answer {
    question.caller.may(world, question.repository, Deed::Check)?;
    let mut all = world.repository(question.repository).checks.iter();
    let mut run = all.find(|it| it.id == id).cloned().ok_or_else(not_found)?;
    if Some(run.app) != question.caller.app {
        return Err(refusal(
            403,
            "Invalid app_id `N` - check run can only be modified by the GitHub App that created it.",
        ));
    }
    read(&mut run, &question.asked.json()?, world.now())?;
    Ok(keep(world, question, run, 200))
}

/// Keeps a check run as it is now, and tells of it.
fn keep(world: &mut World, question: &Question<'_>, run: CheckRun, status: u16) -> Reply {
    let shown = shapes::check_run(world, question.repository, &run);
    let action = if run.status == "completed" { "completed" } else { "created" };
    let checks = &mut world.repository_mut(question.repository).checks;
    match checks.iter_mut().find(|it| it.id == run.id) {
        Some(before) => *before = run,
        None => checks.push(run),
    }
    if let Ok(by) = question.caller.account() {
        world.announce(question.repository, by, "check_run", json!({"action": action, "check_run": shown}));
    }
    Reply::json(status, &shown)
}

fn commit_of(world: &World, question: &Question<'_>, name: &str) -> Result<String, Reply> {
    let commit = world.repository(question.repository).bare.commit(name);
    commit.ok_or_else(|| refusal(422, &format!("No commit found for SHA: {name}")))
}

fn list(world: &World, question: &Question<'_>, name: &str) -> Answer {
    let commit = commit_of(world, question, name)?;
    let asked = question.asked;
    let mut seen = BTreeSet::new();
    let is_every = asked.query("filter") == Some("all");
    // The newest first; of each app and name only that one, unless all are asked for.
    let runs = world.repository(question.repository).checks.iter().rev().filter(|run| {
        run.commit == commit
            && asked.query("check_name").is_none_or(|name| name == run.name)
            && asked.query("status").is_none_or(|status| status == run.status)
            && asked.query("app_id").is_none_or(|app| app == run.app.to_string())
            && (seen.insert((run.app, run.name.clone())) || is_every)
    });
    let all: Vec<Value> = runs.map(|run| shapes::check_run(world, question.repository, run)).collect();
    let (shown, link) = question.cut(world, &all);
    let reply = Reply::json(200, &json!({"total_count": all.len(), "check_runs": shown}));
    Ok(if link.is_empty() { reply } else { reply.with("link", link) })
}

fn statuses(world: &World, question: &Question<'_>, name: &str) -> Answer {
    let commit = commit_of(world, question, name)?;
    let all = world.repository(question.repository).statuses.iter().rev().filter(|it| it.commit == commit);
    let all: Vec<Value> = all.map(|it| shapes::status(world, question.repository, it)).collect();
    Ok(question.page(world, &all))
}

fn set_status(world: &mut World, question: &Question<'_>, commit: &str) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Write)?;
    let body = question.asked.json()?;
    let commit = commit_of(world, question, commit)?;
    let state = wanted(&body, "Status", "state")?;
    if !["error", "failure", "pending", "success"].contains(&state) {
        return Err(invalid("Status", "state", "custom", "State is not included in the list"));
    }
    let description = text(&body, "description");
    if description.as_ref().is_some_and(|it| it.chars().count() > 140) {
        return Err(invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)"));
    }
    let status = Status {
        id: world.next_id(),
        by,
        app: question.caller.app,
        commit,
        state: state.to_owned(),
        context: text(&body, "context").unwrap_or_else(|| "default".to_owned()),
        description,
        target: text(&body, "target_url"),
        at: world.now(),
    };
    let shown = shapes::status(world, question.repository, &status);
    world.repository_mut(question.repository).statuses.push(status);
    Ok(Reply::json(201, &shown))
}
