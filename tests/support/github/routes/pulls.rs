//! Pull requests, reviews, merges.

use serde_json::{Value, json};

use super::super::asked::{Answer, Reply, invalid, not_found, refusal, unprocessable};
use super::super::bare::Method;
use super::super::shapes::{pulls as shapes, talk};
use super::super::tokens::Deed;
use super::super::world::{LineComment, Pull, Stage, World};
use super::{Question, text};

pub(crate) fn answer(world: &mut World, question: &Question<'_>) -> Option<Answer> {
    let repository = question.repository;
    let (number, rest) = match question.rest {
        ["pulls"] if question.method == "GET" => return Some(Ok(list(world, question))),
        ["commits", commit, "pulls"] if question.method == "GET" => return Some(of_commit(world, question, commit)),
        ["pulls", number, rest @ ..] => (number.parse().ok()?, rest),
        _ => return None,
    };
    if !world.repository(repository).pulls.contains_key(&number) {
        return Some(Err(not_found()));
    }
    let pull = world.pull(repository, number);
    Some(match (question.method, rest) {
        ("GET", []) => {
            let mergeable = world.mergeable(repository, number);
            Ok(Reply::json(200, &shapes::full(world, repository, world.pull(repository, number), mergeable)))
        }
        ("PUT", ["merge"]) => merge(world, question, number),
        ("GET", ["reviews"]) => {
            let all = pull.reviews.iter().map(|it| talk::review(world, repository, number, it));
            Ok(question.page(world, &all.collect::<Vec<_>>()))
        }
        ("POST", ["reviews"]) => review(world, question, number),
        ("GET", ["comments"]) => {
            let all = pull.line_comments.iter().map(|it| talk::line_comment(world, repository, number, it));
            Ok(question.page(world, &all.collect::<Vec<_>>()))
        }
        _ => return None,
    })
}

fn list(world: &World, question: &Question<'_>) -> Reply {
    let asked = question.asked;
    let state = asked.query("state").unwrap_or("open");
    let is_asked_for = |pull: &&Pull| {
        let is_of_state = match state {
            "open" => pull.stage == Stage::Open,
            "closed" => pull.stage != Stage::Open,
            _ => true,
        };
        is_of_state && asked.query("base").is_none_or(|base| base == pull.base)
    };
    let mut pulls: Vec<&Pull> = world.repository(question.repository).pulls.values().filter(is_asked_for).collect();
    let sort = asked.query("sort").unwrap_or("created");
    if sort == "updated" {
        pulls.sort_by_key(|pull| (pull.updated, pull.number));
    }
    let direction = asked.query("direction").unwrap_or(if sort == "created" { "desc" } else { "asc" });
    if direction == "desc" {
        pulls.reverse();
    }
    let shown: Vec<Value> = pulls.into_iter().map(|pull| shapes::short(world, question.repository, pull)).collect();
    question.page(world, &shown)
}

/// The pull requests that brought a commit, or want to.
fn of_commit(world: &World, question: &Question<'_>, commit: &str) -> Answer {
    let repository = world.repository(question.repository);
    let commit =
        repository.bare.commit(commit).ok_or_else(|| refusal(422, &format!("No commit found for SHA: {commit}")))?;
    let is_of = |pull: &&Pull| match &pull.stage {
        Stage::Merged { landed, .. } => landed.contains(&commit) || is_own(world, question.repository, pull, &commit),
        _ => is_own(world, question.repository, pull, &commit),
    };
    let shown: Vec<Value> =
        repository.pulls.values().filter(is_of).map(|pull| shapes::short(world, question.repository, pull)).collect();
    Ok(question.page(world, &shown))
}

/// Whether a commit is one of those that a pull request wants to bring.
fn is_own(world: &World, repository: u64, pull: &Pull, commit: &str) -> bool {
    let bare = &world.repository(repository).bare;
    bare.leads_to(&pull.head, commit) && !bare.leads_to(&pull.base_commit, commit)
}

fn merge(world: &mut World, question: &Question<'_>, number: u64) -> Answer {
    let by = question.caller.may(world, question.repository, Deed::Write)?;
    let body = question.asked.json()?;
    let method = match body["merge_method"].as_str().unwrap_or("merge") {
        "merge" => Method::Merge,
        "squash" => Method::Squash,
        "rebase" => Method::Rebase,
        _ => return Err(invalid("PullRequest", "merge_method", "invalid", "")),
    };
    let pull = world.pull(question.repository, number);
    if pull.stage == Stage::Open && body["sha"].as_str().is_some_and(|head| head != pull.head) {
        return Err(refusal(409, "Head branch was modified. Review and try the merge again."));
    }
    if let Some(name) = world.lacks(question.repository, &pull.head) {
        let said = format!("Repository rule violations found\n\nRequired status check \"{name}\" is expected.\n\n");
        return Err(refusal(405, &said));
    }
    let title = match (body["commit_title"].as_str(), body["commit_message"].as_str()) {
        (Some(title), Some(more)) => Some(format!("{title}\n\n{more}")),
        // What is not said, GitHub takes from the pull request.
        (title, _) => title.map(|title| format!("{title}\n\n{}", pull.title)),
    };
    let commit = world.merge(question.repository, number, by, method, title.as_deref())?;
    Ok(Reply::json(200, &json!({"sha": commit, "merged": true, "message": "Pull Request successfully merged"})))
}

fn review(world: &mut World, question: &Question<'_>, number: u64) -> Answer {
    let repository = question.repository;
    let by = question.caller.may(world, repository, Deed::Talk)?;
    let body = question.asked.json()?;
    let pull = world.pull(repository, number).clone();
    let state = match body["event"].as_str() {
        Some("APPROVE") if pull.author == by => {
            return Err(unprocessable(&["Can not approve your own pull request"]));
        }
        Some("REQUEST_CHANGES") if pull.author == by => {
            return Err(unprocessable(&["Can not request changes on your own pull request"]));
        }
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some("COMMENT") => "COMMENTED",
        Some(_) => return Err(invalid("PullRequestReview", "event", "invalid", "")),
        None => "PENDING",
    };
    if body["commit_id"].as_str().is_some_and(|commit| {
        let bare = &world.repository(repository).bare;
        bare.commit(commit).is_none_or(|commit| !bare.leads_to(&pull.head, &commit))
    }) {
        return Err(unprocessable(&["The commit_id is not part of the pull request"]));
    }
    let told = text(&body, "body").unwrap_or_default();
    let empty = Vec::new();
    let comments = body["comments"].as_array().unwrap_or(&empty);
    if told.is_empty() && comments.is_empty() && state != "APPROVED" {
        return Err(unprocessable(&["Review comments or a body are required"]));
    }
    let mut made = Vec::new();
    for comment in comments {
        let mut it = line_comment(world, repository, &pull, comment)?;
        (it.id, it.by, it.at) = (world.next_id(), by, world.now());
        made.push(it);
    }
    let review = world.review(repository, number, by, state, &told);
    for it in &mut made {
        it.review = review.id;
    }
    world.remark_lines(repository, number, made);
    Ok(Reply::json(200, &talk::review(world, repository, number, &review)))
}

/// A comment at lines that the pull request shows.
fn line_comment(world: &World, repository: u64, pull: &Pull, comment: &Value) -> Result<LineComment, Reply> {
    let git = &world.repository(repository).bare;
    let path = comment["path"].as_str().unwrap_or_default();
    let base = git.branch(&pull.base).unwrap_or_else(|| pull.base_commit.clone());
    let shown = git.shown(&base, &pull.head, path).ok_or_else(|| unprocessable(&["Path could not be resolved"]))?;
    let line = comment["line"].as_u64().ok_or_else(|| unprocessable(&["Line could not be resolved"]))?;
    let first_line = comment["start_line"].as_u64();
    let start = first_line.unwrap_or(line);
    if start > line || !shown.iter().any(|(first, last)| (*first..=*last).contains(&line) && *first <= start) {
        return Err(unprocessable(&["Line could not be resolved"]));
    }
    let text = comment["body"].as_str().filter(|text| !text.is_empty());
    Ok(LineComment {
        id: 0,
        review: 0,
        by: 0,
        text: text.ok_or_else(|| unprocessable(&["Body can't be blank"]))?.to_owned(),
        path: path.to_owned(),
        first_line,
        line,
        commit: pull.head.clone(),
        at: world.now(),
    })
}
