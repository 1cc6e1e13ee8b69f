//! Repositories and refs, as JSON.

use serde_json::{Value, json};

use super::super::world::{AccountKind, Stage, World};
use super::people::user;
use super::{addresses, node, stamp};

const ADDRESSES: [(&str, &str); 38] = [
    ("url", ""),
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("hooks_url", "/hooks"),
    ("svn_url", ""),
];

/// A repository.
pub(crate) fn repository(world: &World, id: u64) -> Value {
    let it = world.repository(id);
    let name = world.full_name(id);
    let open = it.pulls.values().filter(|pull| pull.stage == Stage::Open).count();
    let created = stamp(it.created);
    let mut value = json!({
        "id": id, "node_id": node(id), "name": it.name, "full_name": name, "owner": user(world, it.owner),
        "private": false, "html_url": format!("{}/{name}", world.at.web), "description": null, "fork": it.is_fork,
        "git_url": format!("git://github.com/{name}.git"), "ssh_url": format!("git@github.com:{name}.git"),
        "clone_url": format!("{}/{name}.git", world.at.git), "mirror_url": null, "homepage": null, "language": null,
        "forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "size": 1, "default_branch": "main",
        "open_issues_count": open, "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false,
        "has_discussions": false, "has_downloads": true, "archived": false, "disabled": false, "visibility": "public",
        "pushed_at": created, "created_at": created, "updated_at": created, "license": null, "forks": 0, "topics": [],
        "open_issues": open, "watchers": 0,
    });
    addresses(&mut value, &format!("{}/repos/{name}", world.at.api), &ADDRESSES);
    value
}

/// A repository on its own page.
pub(crate) fn full(world: &World, id: u64) -> Value {
    let mut value = repository(world, id);
    let owner = world.repository(id).owner;
    if world.accounts.get(&owner).is_some_and(|it| it.kind == AccountKind::Organization) {
        value["organization"] = user(world, owner);
    }
    for name in ["subscribers_count", "network_count"] {
        value[name] = json!(0);
    }
    for name in ["allow_merge_commit", "allow_squash_merge", "allow_rebase_merge"] {
        value[name] = json!(true);
    }
    value
}

/// What a ref points to.
pub(crate) fn reference(world: &World, repository: u64, name: &str, commit: &str) -> Value {
    let base = format!("{}/repos/{}/git", world.at.api, world.full_name(repository));
    json!({
        "ref": name, "node_id": node(repository), "url": format!("{base}/{name}"),
        "object": {"type": "commit", "sha": commit, "url": format!("{base}/commits/{commit}")},
    })
}
