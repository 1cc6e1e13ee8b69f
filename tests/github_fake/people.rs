//! People, teams, apps, and what their tokens may do.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use octocrab::auth::EncodingKey;
use octocrab::models::AppId;
use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::{APP_KEY, GitHub};

/// A signed question, as to its shape.
fn signed(app: u64, from: i64, until: i64) -> String {
    let now = i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let claims = json!({"iss": app.to_string(), "iat": now + from, "exp": now + until});
    let signature = URL_SAFE_NO_PAD.encode([7; 256]);
    format!("{}.{}.{signature}", part(&json!({"alg": "RS256", "typ": "JWT"})), part(&claims))
}

#[test]
fn a_login_is_taken_over_and_a_number_is_not() {
    let github = GitHub::start();
    let tess = github.person("tess");
    let somebody = Asker::new(&github.api(), Some(github.actions_token()));
    let id = |login: &str| somebody.get(&format!("/users/{login}")).is(200).json()["id"].clone();
    assert_eq!(id("TESS"), tess.id);
    tess.rename("tess-new");
    somebody.get("/users/tess").is(404);
    let other = github.person("tess");
    assert_ne!(other.id, tess.id);
    assert_eq!((id("tess"), id("tess-new")), (json!(other.id), json!(tess.id)));
    assert_eq!(somebody.get(&format!("/user/{}", tess.id)).is(200).json()["login"], "tess-new");
}

#[test]
fn a_team_is_seen_by_some_tokens() {
    let github = GitHub::start();
    let (tess, tom, ann) = (github.person("tess"), github.person("tom"), github.person("ann"));
    github.team("acme/trustees", &[&tess, &tom]);
    let app = github.app("curator", Duration::from_hours(1));
    let members = "/orgs/acme/teams/trustees/members";
    let of_app = Asker::new(&github.api(), Some(github.installation_token(&app)));
    let said = of_app.get(members).is(200).json();
    assert_eq!(said.as_array().unwrap().iter().map(|it| &it["id"]).collect::<Vec<_>>(), [tess.id, tom.id]);
    assert!(of_app.get(&format!("{members}?per_page=1")).is(200).header("link").contains("rel=\"next\""));
    of_app.get("/orgs/acme/teams/trustees/memberships/tom").is(200);
    of_app.get(&format!("/orgs/acme/teams/trustees/memberships/{}", ann.login())).is(404);
    of_app.get("/orgs/acme/teams/others/members").is(404);
    let of_workflow = Asker::new(&github.api(), Some(github.actions_token()));
    let said = of_workflow.get(members).is(403).json();
    assert_eq!(said["message"], "Resource not accessible by integration");
    let of_person = Asker::new(&github.api(), Some(github.personal_token(&tess)));
    of_person.get(members).is(200);
}

#[test]
fn a_token_says_who_one_is_only_where_that_is_a_person() {
    let github = GitHub::start();
    let tess = github.person("tess");
    let app = github.app("curator", Duration::from_hours(1));
    assert_eq!(
        Asker::new(&github.api(), Some(github.personal_token(&tess))).get("/user").is(200).json()["id"],
        tess.id
    );
    Asker::new(&github.api(), Some(github.actions_token())).get("/user").is(403);
    Asker::new(&github.api(), Some(github.installation_token(&app))).get("/user").is(403);
    let token = github.actions_token();
    github.revoke(&token);
    let said = Asker::new(&github.api(), Some(token)).get("/user").is(401).json();
    assert_eq!(said["message"], "Bad credentials");
}

#[test]
fn an_app_gets_a_token_that_ends() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let app = github.app("curator", Duration::from_millis(1500));
    let own = Asker::new(&github.api(), Some(signed(app.id, -30, 300)));
    let said = own.get("/app").is(200).json();
    assert_eq!((&said["slug"], &said["id"]), (&json!("curator"), &json!(app.id)));
    let said = own.get("/repos/acme/registry/installation").is(200).json();
    assert_eq!(said["id"], app.installation);
    let path = format!("/app/installations/{}/access_tokens", app.installation);
    let said = own.send("POST", &path, &json!({})).is(201).json();
    assert!(said["expires_at"].as_str().unwrap().ends_with('Z'), "{said}");
    own.send("POST", "/app/installations/1/access_tokens", &json!({})).is(404);
    let token = Asker::new(&github.api(), said["token"].as_str().map(str::to_owned));
    let comments = "/repos/acme/registry/issues/1/comments";
    let said = token.send("POST", comments, &json!({"body": "Hello"})).is(201).json();
    assert_eq!((&said["user"]["login"], &said["user"]["type"]), (&json!("curator[bot]"), &json!("Bot")));
    assert_eq!(pull.sticky(app.account).as_deref(), Some("Hello"));
    std::thread::sleep(Duration::from_secs(2));
    token.get(comments).is(401);
    let key = EncodingKey::from_rsa_pem(APP_KEY.as_bytes()).unwrap();
    let really = octocrab::auth::create_jwt(AppId(app.id), &key).unwrap();
    Asker::new(&github.api(), Some(really)).get("/app").is(200);
    for (from, until) in [(-900, -300), (0, 660), (120, 300)] {
        Asker::new(&github.api(), Some(signed(app.id, from, until))).get("/app").is(401);
    }
    let other = Asker::new(&github.api(), Some(github.actions_token()));
    other.get("/app").is(401);
}

#[test]
fn a_workflow_is_started_where_there_is_one() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    repo.commit("main", &[(".github/workflows/sync.yml", Some(b"on: workflow_dispatch\n"))]);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    let start = |file: &str, on: &str| {
        let body = json!({"ref": on, "inputs": {"why": "merged"}});
        bot.send("POST", &format!("/repos/acme/registry/actions/workflows/{file}/dispatches"), &body)
    };
    start("sync.yml", "main").is(204);
    start("other.yml", "main").is(404);
    start("sync.yml", "nothing").is(422);
    let body = json!({"event_type": "published", "client_payload": {"package": "maybe"}});
    bot.send("POST", "/repos/acme/registry/dispatches", &body).is(204);
    let told = repo.dispatches();
    let told: Vec<_> = told.iter().map(|it| (it.what.as_str(), it.on.as_str(), &it.inputs)).collect();
    let (why, package) = (json!({"why": "merged"}), json!({"package": "maybe"}));
    assert_eq!(told, [("sync.yml", "main", &why), ("repository_dispatch published", "", &package)]);
}
