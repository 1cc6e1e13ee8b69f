//! Repositories, refs, and what Actions is asked to run.

use serde_json::{Value, json};

use super::super::asked::{Answer, Reply, not_found, refusal};
use super::super::shapes::repositories as shapes;
use super::super::tokens::Deed;
use super::super::world::{Dispatch, World};
use super::{Question, text, wanted};

pub(crate) fn answer(world: &mut World, question: &Question<'_>) -> Option<Answer> {
    let id = question.repository;
    Some(match (question.method, question.rest) {
        ("GET", []) => Ok(Reply::json(200, &shapes::full(world, id))),
        ("GET", ["git", "ref", name @ ..]) => reference(world, id, &name.join("/")),
        ("GET", ["immutable-releases"]) => {
            let enabled = world.repository(id).freezes_releases;
            Ok(Reply::json(200, &json!({"enabled": enabled, "enforced_by_owner": false})))
        }
        ("GET", ["installation"]) => super::people::installation_of(world, question),
        ("POST", ["actions", "workflows", file, "dispatches"]) => start(world, question, file),
        ("POST", ["dispatches"]) => dispatch(world, question),
        _ => return None,
    })
}

fn reference(world: &World, repository: u64, name: &str) -> Answer {
    let full = format!("refs/{name}");
    let commit = world.repository(repository).bare.reference(&full).ok_or_else(not_found)?;
    Ok(Reply::json(200, &shapes::reference(world, repository, &full, &commit)))
}

/// Starts a workflow.
fn start(world: &mut World, question: &Question<'_>, file: &str) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Write)?;
    let body = question.asked.json()?;
    let on = wanted(&body, "WorkflowDispatch", "ref")?;
    let bare = &world.repository(question.repository).bare;
    let name = on.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
    let commit = bare.commit(name).ok_or_else(|| refusal(422, &format!("No ref found for: {on}")))?;
    if bare.file(&commit, &format!(".github/workflows/{file}")).is_none() {
        return Err(not_found());
    }
    let dispatch = Dispatch { what: file.to_owned(), on: on.to_owned(), inputs: body["inputs"].clone(), by };
    world.repository_mut(question.repository).dispatches.push(dispatch);
    Ok(Reply::empty(204))
}

fn dispatch(world: &mut World, question: &Question<'_>) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Write)?;
    let body = question.asked.json()?;
    let event = wanted(&body, "RepositoryDispatch", "event_type")?;
    if body["client_payload"].as_object().is_some_and(|payload| payload.len() > 10) {
        return Err(refusal(422, "No more than 10 properties are allowed; client_payload has more."));
    }
    let what = format!("repository_dispatch {event}");
    let inputs: Value = body["client_payload"].clone();
    let on = text(&body, "ref").unwrap_or_default();
    world.repository_mut(question.repository).dispatches.push(Dispatch { what, on, inputs, by });
    Ok(Reply::empty(204))
}
