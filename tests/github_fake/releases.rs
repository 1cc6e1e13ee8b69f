//! Releases and assets.

use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::troubles::Fault;
use crate::github::world::AssetState;

const REPO: &str = "/repos/acme/registry";

/// Somebody at the API, and the same at the host of uploads.
fn doors(github: &GitHub) -> (Asker, Asker) {
    let token = github.actions_token();
    (Asker::new(&github.api(), Some(token.clone())), Asker::new(&github.uploads(), Some(token)))
}

fn release(api: &Asker, tag: &str, is_draft: bool) -> Value {
    let body = json!({"tag_name": tag, "name": tag, "draft": is_draft, "body": "All versions"});
    api.send("POST", &format!("{REPO}/releases"), &body).is(201).json()
}

fn assets(release: &Value) -> String {
    format!("{REPO}/releases/{}/assets", release["id"])
}

#[test]
fn an_asset_is_uploaded_read_back_and_deleted() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let (api, uploads) = doors(&github);
    let made = release(&api, "pkg/maybe/1", false);
    assert_eq!(repo.releases()[0].tag, "pkg/maybe/1");
    assert_eq!(api.get(&format!("{REPO}/releases/tags/pkg/maybe/1")).is(200).json()["id"], made["id"]);
    assert_eq!(api.get(&format!("{REPO}/releases/tags/pkg%2Fmaybe%2F1")).is(200).json()["id"], made["id"]);
    api.get(&format!("{REPO}/releases/tags/pkg/maybe/2")).is(404);
    let place = made["upload_url"].as_str().unwrap().split('{').next().unwrap().to_owned();
    assert_eq!(place, format!("{}{}", github.uploads(), assets(&made)));

    let said = uploads.upload(&format!("{place}?name=maybe-1.0.0.tar.gz"), b"bytes").is(201).json();
    let digest = "sha256:277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";
    assert_eq!((&said["size"], &said["digest"], &said["state"]), (&json!(5), &json!(digest), &json!("uploaded")));
    assert_eq!(repo.asset("pkg/maybe/1", "maybe-1.0.0.tar.gz").as_deref(), Some(b"bytes".as_slice()));
    let said = uploads.upload(&format!("{place}?name=maybe-1.0.0.tar.gz"), b"other").is(422).json();
    assert_eq!(said["errors"][0]["code"], "already_exists");
    assert_eq!(api.get(&assets(&made)).is(200).json().as_array().unwrap().len(), 1);

    let id = api.get(&assets(&made)).json()[0]["id"].clone();
    let asset = format!("{REPO}/releases/assets/{id}");
    assert_eq!(api.get(&asset).is(200).json()["name"], "maybe-1.0.0.tar.gz");
    let moved = api.get_with(&asset, ("accept", "application/octet-stream")).is(302);
    let place = moved.header("location");
    assert!(place.starts_with(&github.web()), "{place}");
    assert_eq!(Asker::new("", None).get(place).is(200).bytes, b"bytes");
    let page = api.get(&asset).json()["browser_download_url"].as_str().unwrap().to_owned();
    let moved = Asker::new("", None).get(&page).is(302);
    assert_eq!(Asker::new("", None).get(moved.header("location")).is(200).bytes, b"bytes");
    assert_eq!(github.violations(), [""; 0]);
    api.get(place).is(400);
    assert!(github.violations()[0].starts_with("a token was sent"), "{:?}", github.violations());

    api.ask("DELETE", &asset, &[], Vec::new()).unwrap().is(204);
    api.ask("DELETE", &asset, &[], Vec::new()).unwrap().is(404);
    assert_eq!(repo.asset("pkg/maybe/1", "maybe-1.0.0.tar.gz"), None);
}

#[test]
fn names_are_changed_unless_they_are_plain() {
    let github = GitHub::start();
    github.repository("acme/registry");
    let (api, uploads) = doors(&github);
    let made = release(&api, "pkg/maybe/1", false);
    let stored = |name: &str| {
        let said = uploads.upload(&format!("{}?name={name}", assets(&made)), b"x").is(201).json();
        said["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(stored("maybe-1.0.0%2Bbuild.tar.gz"), "maybe-1.0.0+build.tar.gz");
    // In a query, a plus that is not encoded is a space.
    assert_eq!(stored("maybe-1.0.0+build.tar.gz"), "maybe-1.0.0.build.tar.gz");
    assert_eq!(stored("maybe~1.tar"), "maybe.1.tar");
    assert_eq!(stored("m%C3%A4ybe.tar"), "m.ybe.tar");
    assert_eq!(stored(".hidden"), "default.hidden");
}

#[test]
fn a_broken_upload_leaves_its_name_taken() {
    let github = GitHub::start_unjudged();
    let repo = github.repository("acme/registry");
    let (api, uploads) = doors(&github);
    let made = release(&api, "pkg/maybe/1", false);
    github.fail_next(1, Fault::BadGateway);
    let place = format!("{}?name=a.tar", assets(&made));
    uploads.upload(&place, b"bytes").is(502);
    assert_eq!(repo.releases()[0].assets[0].state, AssetState::Starter);
    let left = api.get(&assets(&made)).is(200).json()[0].clone();
    assert_eq!((&left["state"], &left["digest"]), (&json!("starter"), &Value::Null));
    uploads.upload(&place, b"bytes").is(422);
    api.ask("DELETE", &format!("{REPO}/releases/assets/{}", left["id"]), &[], Vec::new()).unwrap().is(204);
    uploads.upload(&place, b"bytes").is(201);
    // The host of the API takes no uploads, and that of uploads answers no questions.
    Asker::new(&github.api(), uploads.token.clone()).upload(&place, b"bytes").is(404);
    uploads.get(&assets(&made)).is(404);
}

#[test]
fn a_release_holds_only_so_many_assets() {
    let github = GitHub::start();
    github.repository("acme/registry");
    github.most_assets(2);
    let (api, uploads) = doors(&github);
    let made = release(&api, "pkg/maybe/1", false);
    for name in ["a", "b"] {
        uploads.upload(&format!("{}?name={name}", assets(&made)), b"x").is(201);
    }
    let said = uploads.upload(&format!("{}?name=c", assets(&made)), b"x").is(422).json();
    assert_eq!(said["errors"][0]["message"], "file_count limited to 2 assets per release");
    let page = api.get(&format!("{}?per_page=1&page=2", assets(&made))).is(200).json();
    assert_eq!((page.as_array().unwrap().len(), &page[0]["name"]), (1, &json!("b")));
}

#[test]
fn a_frozen_release_stays_as_it_was_published() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    repo.freeze_releases();
    let (api, uploads) = doors(&github);
    assert_eq!(api.get(&format!("{REPO}/immutable-releases")).is(200).json()["enabled"], true);
    let draft = release(&api, "pkg/maybe/1.0.0", true);
    let stranger = Asker::new(&github.api(), Some(github.personal_token(&github.person("bo"))));
    let path = format!("{REPO}/releases/{}", draft["id"]);
    stranger.get(&path).is(404);
    assert_eq!(stranger.get(&format!("{REPO}/releases")).is(200).json(), json!([]));
    api.get(&format!("{REPO}/releases/tags/pkg/maybe/1.0.0")).is(404);
    uploads.upload(&format!("{}?name=a", assets(&draft)), b"x").is(201);
    assert_eq!(repo.releases()[0].published, None);
    let said = api.send("PATCH", &path, &json!({"draft": false})).is(200).json();
    assert_eq!((&said["draft"], &said["immutable"]), (&json!(false), &json!(true)));
    api.get(&format!("{REPO}/releases/tags/pkg/maybe/1.0.0")).is(200);
    let tag = api.get(&format!("{REPO}/git/ref/tags/pkg/maybe/1.0.0")).is(200).json();
    assert_eq!(tag["object"]["sha"].as_str(), repo.tip("main").as_deref());

    uploads.upload(&format!("{}?name=b", assets(&draft)), b"x").is(422);
    let asset = format!("{REPO}/releases/assets/{}", said["assets"][0]["id"]);
    api.ask("DELETE", &asset, &[], Vec::new()).unwrap().is(422);
    assert_eq!(api.send("PATCH", &path, &json!({"body": "Notes"})).is(200).json()["body"], "Notes");
    api.ask("DELETE", &path, &[], Vec::new()).unwrap().is(204);
    let again = json!({"tag_name": "pkg/maybe/1.0.0"});
    api.send("POST", &format!("{REPO}/releases"), &again).is(422);
    stranger.send("POST", &format!("{REPO}/releases"), &json!({"tag_name": "mine"})).is(403);
}

#[test]
fn a_tag_has_one_release() {
    let github = GitHub::start();
    github.repository("acme/registry");
    let (api, _) = doors(&github);
    release(&api, "pkg/a/1", false);
    let said = api.send("POST", &format!("{REPO}/releases"), &json!({"tag_name": "pkg/a/1"})).is(422).json();
    assert_eq!(said["errors"][0]["code"], "already_exists");
    release(&api, "pkg/b/1", false);
    let said = api.get(&format!("{REPO}/releases?per_page=1")).is(200);
    assert_eq!(said.json()[0]["tag_name"], "pkg/b/1");
    assert!(said.header("link").contains("page=2"), "{}", said.header("link"));
}
