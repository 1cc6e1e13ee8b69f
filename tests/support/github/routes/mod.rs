//! Which question is answered where.

pub(crate) mod checks;
pub(crate) mod issues;
pub(crate) mod people;
pub(crate) mod pulls;
pub(crate) mod releases;
pub(crate) mod repositories;
pub(crate) mod web;

use serde_json::Value;

use super::asked::{Answer, Asked, Door, Reply, invalid, not_found, refusal};
use super::tokens::Caller;
use super::world::World;

/// A question about a repository.
pub(crate) struct Question<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) caller: &'a Caller,
    pub(crate) repository: u64,
    /// The method and what follows the repository's name.
    pub(crate) method: &'a str,
    pub(crate) rest: &'a [&'a str],
}

/// Answers, or refuses.
pub(crate) fn answer(world: &mut World, asked: &Asked, caller: &Caller) -> Answer {
    if asked.header("user-agent").is_empty() {
        return Err(refusal(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
        ));
    }
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let (repository, rest) = match parts.as_slice() {
        ["repos", owner, name, rest @ ..] => {
            let found = world.repository_named(owner, name);
            if let (None, Some(moved)) = (found, world.repository_formerly(owner, name)) {
                return Err(moved_to(world, moved, rest));
            }
            (found, rest)
        }
        ["repositories", id, rest @ ..] => (id.parse().ok().filter(|id| world.repositories.contains_key(id)), rest),
        _ => return people::answer(world, asked, caller, &parts).unwrap_or_else(|| Err(not_found())),
    };
    let question =
        Question { asked, caller, repository: repository.ok_or_else(not_found)?, method: &asked.method, rest };
    let is_upload = matches!(rest, ["releases", _, "assets"]) && asked.method == "POST";
    if asked.door != Door::Either && is_upload != (asked.door == Door::Uploads) {
        return Err(not_found());
    }
    let rooms = [repositories::answer, pulls::answer, issues::answer, checks::answer, releases::answer];
    rooms.iter().find_map(|room| room(world, &question)).unwrap_or_else(|| Err(not_found()))
}

/// Refuses with the place where a repository is now.
fn moved_to(world: &World, repository: u64, rest: &[&str]) -> Reply {
    let rest: String = rest.iter().flat_map(|part| ["/", part]).collect();
    let url = format!("{}/repositories/{repository}{rest}", world.at.api);
    let link = "https://docs.github.com/rest";
    let said = serde_json::json!({"message": "Moved Permanently", "url": url, "documentation_url": link});
    Reply::json(301, &said).with("location", url)
}

impl Question<'_> {
    /// One page of a list.
    pub(crate) fn page(&self, world: &World, items: &[Value]) -> Reply {
        let (shown, link) = self.cut(world, items);
        let reply = Reply::json(200, &Value::Array(shown));
        if link.is_empty() { reply } else { reply.with("link", link) }
    }

    /// The items of the page that was asked for, and the links to others.
    pub(crate) fn cut(&self, world: &World, items: &[Value]) -> (Vec<Value>, String) {
        let number = |name: &str, otherwise: usize| {
            self.asked.query(name).and_then(|it| it.parse().ok()).filter(|it| *it > 0).unwrap_or(otherwise)
        };
        let (size, page) = (number("per_page", 30).min(100), number("page", 1));
        let last = items.len().div_ceil(size).max(1);
        let shown = items.iter().skip((page - 1).saturating_mul(size)).take(size).cloned().collect();
        let link = |to: usize, relation: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in self.asked.query.iter().filter(|(name, _)| *name != "page") {
                query.append_pair(name, value);
            }
            query.append_pair("page", &to.to_string());
            let rest: String = self.rest.iter().flat_map(|part| ["/", part]).collect();
            let place = format!("{}/repositories/{}{rest}", world.at.api, self.repository);
            format!("<{place}?{}>; rel=\"{relation}\"", query.finish())
        };
        let mut links = Vec::new();
        if page > 1 {
            links.push(link(page - 1, "prev"));
            links.push(link(1, "first"));
        }
        if page < last {
            links.push(link(page + 1, "next"));
            links.push(link(last, "last"));
        }
        (shown, links.join(", "))
    }
}

/// A text that must be in the body.
pub(crate) fn wanted<'v>(body: &'v Value, resource: &str, field: &str) -> Result<&'v str, Reply> {
    body[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| invalid(resource, field, "missing_field", ""))
}

/// A text that may be in the body.
pub(crate) fn text(body: &Value, field: &str) -> Option<String> {
    body[field].as_str().map(str::to_owned)
}
