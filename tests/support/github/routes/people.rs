//! Accounts, teams, apps, and how much of the hour is left.

use serde_json::{Value, json};

use super::super::asked::{Answer, Asked, Reply, not_found, refusal};
use super::super::shapes::people as shapes;
use super::super::tokens::{Caller, TokenKind, not_for_integrations};
use super::super::world::World;
use super::Question;

pub(crate) fn answer(world: &mut World, asked: &Asked, caller: &Caller, parts: &[&str]) -> Option<Answer> {
    Some(match (asked.method.as_str(), parts) {
        ("GET", ["user"]) => me(world, caller),
        ("GET", ["user", id]) => {
            let id = id.parse().ok().filter(|id| world.accounts.contains_key(id));
            id.map(|id| Reply::json(200, &shapes::profile(world, id))).ok_or_else(not_found)
        }
        ("GET", ["users", login]) => {
            let id = world.account(login);
            id.map(|id| Reply::json(200, &shapes::profile(world, id))).ok_or_else(not_found)
        }
        ("GET", ["app"]) => signed(caller).map(|app| Reply::json(200, &shapes::app(world, app))),
        ("POST", ["app", "installations", id, "access_tokens"]) => token(world, caller, id),
        ("GET", ["orgs", organisation, "teams", team, "members"]) => {
            members(world, asked, caller, &format!("{organisation}/{team}"))
        }
        ("GET", ["orgs", organisation, "teams", team, "memberships", login]) => {
            membership(world, caller, &format!("{organisation}/{team}"), login)
        }
        ("GET", ["rate_limit"]) => Ok(rate_limit(world, caller)),
        _ => return None,
    })
}

fn me(world: &World, caller: &Caller) -> Answer {
    let account = caller.account()?;
    match caller.kind {
        TokenKind::Personal => Ok(Reply::json(200, &shapes::profile(world, account))),
        _ => Err(not_for_integrations()),
    }
}

/// The app that signed the question.
fn signed(caller: &Caller) -> Result<u64, Reply> {
    let app = caller.app.filter(|_| caller.kind == TokenKind::Signed);
    app.ok_or_else(|| refusal(401, "A JSON web token could not be decoded"))
}

/// The installation of an app that asks.
pub(crate) fn installation_of(world: &World, question: &Question<'_>) -> Answer {
    let app = signed(question.caller)?;
    let owner = world.repository(question.repository).owner;
    Ok(Reply::json(200, &shapes::installation(world, app, owner)))
}

fn token(world: &mut World, caller: &Caller, installation: &str) -> Answer {
    let app = signed(caller)?;
    let is_own = world.apps.get(&app).is_some_and(|it| it.installation.to_string() == installation);
    if !is_own {
        return Err(not_found());
    }
    let (token, ends) = world.issue_to_app(app);
    let ends = jiff::Timestamp::try_from(ends).and_then(|it| jiff::Timestamp::from_second(it.as_second()));
    let ends = ends.map(|it| it.to_string()).unwrap_or_default();
    let permissions = json!({"contents": "write", "checks": "write", "pull_requests": "write", "issues": "write"});
    let said = json!({
        "token": token, "expires_at": ends, "permissions": permissions, "repository_selection": "all",
    });
    Ok(Reply::json(201, &said))
}

/// Lets see a team, or says that the token cannot.
fn see_team<'w>(world: &'w World, caller: &Caller, team: &str) -> Result<&'w std::collections::BTreeSet<u64>, Reply> {
    match caller.kind {
        TokenKind::Nobody | TokenKind::Signed => Err(refusal(401, "Requires authentication")),
        TokenKind::Actions => Err(not_for_integrations()),
        TokenKind::Installation | TokenKind::Personal => world.teams.get(team).ok_or_else(not_found),
    }
}

fn members(world: &World, asked: &Asked, caller: &Caller, team: &str) -> Answer {
    let all: Vec<u64> = see_team(world, caller, team)?.iter().copied().collect();
    let number = |name: &str, otherwise: usize| asked.query(name).and_then(|it| it.parse().ok()).unwrap_or(otherwise);
    let (size, page) = (number("per_page", 30).clamp(1, 100), number("page", 1).max(1));
    let shown: Vec<Value> = all.iter().skip((page - 1) * size).take(size).map(|id| shapes::user(world, *id)).collect();
    let reply = Reply::json(200, &Value::Array(shown));
    if page * size >= all.len() {
        return Ok(reply);
    }
    let link = format!("<{}{}?per_page={size}&page={}>; rel=\"next\"", world.at.api, asked.path, page + 1);
    Ok(reply.with("link", link))
}

fn membership(world: &World, caller: &Caller, team: &str, login: &str) -> Answer {
    let members = see_team(world, caller, team)?;
    world.account(login).filter(|id| members.contains(id)).ok_or_else(not_found)?;
    let (organisation, slug) = team.split_once('/').unwrap_or_default();
    let url = format!("{}/orgs/{organisation}/teams/{slug}/memberships/{login}", world.at.api);
    Ok(Reply::json(200, &json!({"url": url, "role": "member", "state": "active"})))
}

fn rate_limit(world: &mut World, caller: &Caller) -> Reply {
    let (most, used, reset) = world.watch.hour(&caller.key, caller.kind);
    let core = json!({"limit": most, "remaining": most - used, "reset": reset, "used": used});
    let search = json!({"limit": 30, "remaining": 30, "reset": reset, "used": 0});
    Reply::json(200, &json!({"resources": {"core": core, "search": search}, "rate": core}))
}
