//! Accounts, teams, apps and installations, as JSON.

use serde_json::{Value, json};

use super::super::world::{ACTIONS_APP, AccountKind, World};
use super::{addresses, node, stamp};

const ADDRESSES: [(&str, &str); 11] = [
    ("url", ""),
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
    ("organizations_url", "/orgs"),
    ("repos_url", "/repos"),
    ("events_url", "/events{/privacy}"),
    ("received_events_url", "/received_events"),
    ("avatar_url", "/avatar"),
];

/// An account as it stands beside what it did.
pub(crate) fn user(world: &World, id: u64) -> Value {
    let (login, kind) = world.accounts.get(&id).map_or(("ghost", AccountKind::User), |it| (&*it.login, it.kind));
    let mut user = json!({
        "login": login, "id": id, "node_id": node(id), "gravatar_id": "", "site_admin": false,
        "type": format!("{kind:?}"), "html_url": format!("{}/{}", world.at.web, login.replace("[bot]", "")),
    });
    let part = login.replace('[', "%5B").replace(']', "%5D");
    addresses(&mut user, &format!("{}/users/{part}", world.at.api), &ADDRESSES);
    user
}

/// An account as it stands on its own page.
pub(crate) fn profile(world: &World, id: u64) -> Value {
    let mut user = user(world, id);
    for name in ["name", "company", "location", "email", "hireable", "bio"] {
        user[name] = Value::Null;
    }
    for name in ["public_repos", "public_gists", "followers", "following"] {
        user[name] = json!(0);
    }
    user["blog"] = json!("");
    user["user_view_type"] = json!("public");
    user["created_at"] = json!("2020-01-01T00:00:00Z");
    user["updated_at"] = json!("2020-01-01T00:00:00Z");
    user
}

/// What somebody is to a repository.
pub(crate) fn association(world: &World, repository: u64, account: u64) -> &'static str {
    let it = world.repository(repository);
    match () {
        () if it.owner == account => "OWNER",
        () if it.writers.contains(&account) => "COLLABORATOR",
        () if it.pulls.values().any(|pull| pull.author == account && is_merged(pull)) => "CONTRIBUTOR",
        () if it.pulls.values().any(|pull| pull.author == account) => "FIRST_TIME_CONTRIBUTOR",
        () => "NONE",
    }
}

fn is_merged(pull: &super::super::world::Pull) -> bool {
    matches!(pull.stage, super::super::world::Stage::Merged { .. })
}

/// What an app was given.
fn permissions() -> Value {
    json!({"checks": "write", "contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write",
        "statuses": "write", "members": "read", "actions": "write"})
}

/// An app.
pub(crate) fn app(world: &World, id: u64) -> Value {
    let (slug, owner) = match world.apps.get(&id) {
        Some(app) => (app.slug.clone(), user(world, app.owner)),
        None => ("github-actions".to_owned(), user(world, id)),
    };
    json!({
        "id": id, "slug": slug, "node_id": node(id), "client_id": format!("Iv1.{id}"), "owner": owner, "name": slug,
        "description": null, "external_url": "https://example.org", "html_url": format!("{}/apps/{slug}", world.at.web),
        "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z", "permissions": permissions(),
        "events": ["push", "pull_request"],
    })
}

/// The app of an account, as `performed_via_github_app` has it.
pub(crate) fn app_behind(world: &World, account: u64) -> Value {
    if account == super::super::world::ACTIONS_BOT {
        return app(world, ACTIONS_APP);
    }
    world.apps.iter().find(|(_, it)| it.bot == account).map_or(Value::Null, |(id, _)| app(world, *id))
}

/// The installation of an app.
pub(crate) fn installation(world: &World, app: u64, account: u64) -> Value {
    let it = world.apps.get(&app).unwrap();
    let (id, now) = (it.installation, stamp(world.now()));
    json!({
        "id": id, "account": user(world, account), "repository_selection": "all", "app_id": app, "target_id": account,
        "access_tokens_url": format!("{}/app/installations/{id}/access_tokens", world.at.api),
        "repositories_url": format!("{}/installation/repositories", world.at.api),
        "html_url": format!("{}/settings/installations/{id}", world.at.web), "target_type": "Organization",
        "permissions": permissions(), "events": ["push", "pull_request"], "created_at": now, "updated_at": now,
        "single_file_name": null, "app_slug": it.slug, "suspended_by": null, "suspended_at": null,
    })
}
