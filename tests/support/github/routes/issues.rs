//! Comments, labels and events: pull requests as the issues that they are, too.

use serde_json::{Value, json};

use super::super::asked::{Answer, Reply, invalid, not_found};
use super::super::shapes::{pulls as pull_shapes, talk};
use super::super::tokens::Deed;
use super::super::world::{Label, Pull, Stage, World};
use super::{Question, text, wanted};

/// The most characters of a comment.
const MOST_CHARACTERS: usize = 65_536;

pub(crate) fn answer(world: &mut World, question: &Question<'_>) -> Option<Answer> {
    match question.rest {
        ["issues"] if question.method == "GET" => Some(Ok(list(world, question))),
        ["issues", "comments", id] => comment(world, question, id.parse().ok()?),
        ["labels", rest @ ..] => labels_of_repository(world, question, rest),
        ["issues", number, rest @ ..] => {
            let number = number.parse().ok()?;
            if !world.repository(question.repository).pulls.contains_key(&number) {
                return Some(Err(not_found()));
            }
            of_issue(world, question, number, rest)
        }
        _ => None,
    }
}

fn of_issue(world: &mut World, question: &Question<'_>, number: u64, rest: &[&str]) -> Option<Answer> {
    let repository = question.repository;
    let pull = world.pull(repository, number);
    Some(match (question.method, rest) {
        ("GET", []) => Ok(Reply::json(200, &pull_shapes::issue(world, repository, pull))),
        ("GET", ["comments"]) => {
            let since = question.asked.query("since").and_then(|it| it.parse::<jiff::Timestamp>().ok());
            let new = pull.comments.iter().filter(|it| since.is_none_or(|since| it.edited >= since));
            let all: Vec<Value> = new.map(|it| talk::comment(world, repository, number, it)).collect();
            Ok(question.page(world, &all))
        }
        ("POST", ["comments"]) => say(world, question, number),
        ("GET", ["events"]) => {
            let all: Vec<Value> = pull.events.iter().map(|it| talk::event(world, repository, it)).collect();
            Ok(question.page(world, &all))
        }
        ("GET", ["labels"]) => Ok(question.page(world, &labels(world, repository, number))),
        ("PUT" | "POST", ["labels"]) => put_labels(world, question, number),
        ("DELETE", ["labels", name @ ..]) => take_label(world, question, number, &name.join("/")),
        _ => return None,
    })
}

fn list(world: &World, question: &Question<'_>) -> Reply {
    let asked = question.asked;
    let state = asked.query("state").unwrap_or("open");
    let wanted: Vec<&str> = asked.query("labels").map(|all| all.split(',').collect()).unwrap_or_default();
    let since = asked.query("since").and_then(|it| it.parse::<jiff::Timestamp>().ok());
    let is_asked_for = |pull: &&Pull| {
        let is_open = pull.stage == Stage::Open;
        (state == "all" || is_open == (state == "open"))
            && wanted.iter().all(|name| pull.labels.iter().any(|it| it == name))
            && since.is_none_or(|since| pull.updated >= since)
    };
    let mut all: Vec<&Pull> = world.repository(question.repository).pulls.values().filter(is_asked_for).collect();
    if asked.query("sort") == Some("updated") {
        all.sort_by_key(|pull| (pull.updated, pull.number));
    }
    if asked.query("direction").unwrap_or("desc") == "desc" {
        all.reverse();
    }
    let shown: Vec<Value> = all.iter().map(|pull| pull_shapes::issue(world, question.repository, pull)).collect();
    question.page(world, &shown)
}

/// The text of a comment, if GitHub takes it.
fn body_of(question: &Question<'_>) -> Result<String, Reply> {
    let body = question.asked.json()?;
    let text = wanted(&body, "IssueComment", "body")?;
    if text.chars().count() > MOST_CHARACTERS {
        return Err(invalid("IssueComment", "body", "custom", "body is too long (maximum is 65536 characters)"));
    }
    Ok(text.to_owned())
}

fn say(world: &mut World, question: &Question<'_>, number: u64) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Talk)?;
    let text = body_of(question)?;
    let comment = world.say(question.repository, number, by, &text);
    Ok(Reply::json(201, &talk::comment(world, question.repository, number, &comment)))
}

/// One comment: read, edited or deleted, by who wrote it or may write everything.
fn comment(world: &mut World, question: &Question<'_>, id: u64) -> Option<Answer> {
    let repository = question.repository;
    let Some(number) = world.place_of_comment(repository, id) else { return Some(Err(not_found())) };
    let find = |world: &World| world.pull(repository, number).comments.iter().find(|it| it.id == id).cloned();
    let before = find(world)?;
    if question.method == "GET" {
        return Some(Ok(Reply::json(200, &talk::comment(world, repository, number, &before))));
    }
    let allowed = question
        .caller
        .may(world, repository, Deed::Talk)
        .and_then(|by| if by == before.by { Ok(by) } else { question.caller.may(world, repository, Deed::Write) });
    let by = match allowed {
        Ok(by) => by,
        Err(refusal) => return Some(Err(refusal)),
    };
    match question.method {
        "PATCH" => Some(body_of(question).map(|text| {
            world.edit_comment(repository, number, id, by, &text);
            let shown = find(world).map(|it| talk::comment(world, repository, number, &it));
            Reply::json(200, &shown.unwrap_or_default())
        })),
        "DELETE" => {
            world.delete_comment(repository, number, id, by);
            Some(Ok(Reply::empty(204)))
        }
        _ => None,
    }
}

fn labels(world: &World, repository: u64, number: u64) -> Vec<Value> {
    world.pull(repository, number).labels.iter().map(|name| talk::label(world, repository, name)).collect()
}

/// Puts labels on; a PUT takes all others off.
fn put_labels(world: &mut World, question: &Question<'_>, number: u64) -> Answer {
    let repository = question.repository;
    let by = question.caller.may(world, repository, Deed::Write)?;
    let body = question.asked.json()?;
    let names = body["labels"].as_array().ok_or_else(|| invalid("Issue", "labels", "missing_field", ""))?;
    let names: Vec<String> = names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    if question.method == "PUT" {
        let before = world.pull(repository, number).labels.clone();
        let stays = |name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        for name in before.iter().filter(|name| !stays(name)) {
            world.take_label(repository, number, by, name);
        }
    }
    for name in &names {
        world.put_label(repository, number, by, name);
    }
    Ok(Reply::json(200, &Value::Array(labels(world, repository, number))))
}

fn take_label(world: &mut World, question: &Question<'_>, number: u64, name: &str) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Write)?;
    if !world.take_label(question.repository, number, by, name) {
        return Err(super::super::asked::refusal(404, "Label does not exist"));
    }
    Ok(Reply::json(200, &Value::Array(labels(world, question.repository, number))))
}

fn labels_of_repository(world: &mut World, question: &Question<'_>, rest: &[&str]) -> Option<Answer> {
    let repository = question.repository;
    Some(match (question.method, rest) {
        ("GET", []) => {
            let names: Vec<String> = world.repository(repository).labels.keys().cloned().collect();
            let all: Vec<Value> = names.iter().map(|name| talk::label(world, repository, name)).collect();
            Ok(question.page(world, &all))
        }
        ("POST", []) => create_label(world, question),
        ("GET", name) => {
            let name = world.label_named(repository, &name.join("/"));
            let is_there = world.repository(repository).labels.contains_key(&name);
            is_there.then(|| Reply::json(200, &talk::label(world, repository, &name))).ok_or_else(not_found)
        }
        _ => return None,
    })
}

fn create_label(world: &mut World, question: &Question<'_>) -> Answer {
    let repository = question.repository;
    question.caller.may(world, repository, Deed::Write)?;
    let body = question.asked.json()?;
    let name = wanted(&body, "Label", "name")?.to_owned();
    if world.repository(repository).labels.contains_key(&world.label_named(repository, &name)) {
        return Err(invalid("Label", "name", "already_exists", ""));
    }
    let color = text(&body, "color").unwrap_or_else(|| "ededed".to_owned());
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(invalid("Label", "color", "invalid", ""));
    }
    let label = Label { id: world.next_id(), color, description: text(&body, "description") };
    world.repository_mut(repository).labels.insert(name.clone(), label);
    Ok(Reply::json(201, &json!(talk::label(world, repository, &name))))
}
