//! Whom the curator speaks as, teams, workflows, and the tokens of Apps.

use std::collections::BTreeSet;
use std::time::Duration;

use curator::adapters::github::{AppKeys, Installation, Keys, Pace};
use curator::model::{PullNumber, Secret};
use curator::ports::{Conversation as _, ForgeError, People as _, PullRequests as _};

use crate::desk::{BOT, Desk, number, patience};
use crate::github::{APP_KEY, GitHub, InstalledApp};

/// A workflow that can be started.
pub(crate) const WORKFLOW: &str = ".github/workflows/sync.yml";

/// A desk at which an App sits whose tokens are good for so long.
fn app(life: Duration, installation: impl Fn(&InstalledApp) -> Installation) -> (Desk, InstalledApp) {
    let github = GitHub::start();
    let app = github.app("acme-curator", life);
    let key = Secret::new(APP_KEY.replace('\n', "\\n"));
    let keys = Keys::App(Box::new(AppKeys::new(app.id, &key, installation(&app)).unwrap()));
    (Desk::of(github, APP_KEY.to_owned(), keys, patience(), Pace::default()), app)
}

#[test]
fn everybody_knows_who_they_are() {
    let desk = Desk::new();
    let me = desk.ask(desk.forge.me());
    assert_eq!((me.id, me.login.as_str()), (BOT, "github-actions[bot]"));
    assert_eq!(desk.github.requests(), []);

    let (desk, carla) = Desk::personal(GitHub::start());
    assert_eq!(desk.ask(desk.forge.me()).id, carla.id);
    assert_eq!(desk.ask(desk.forge.me()).login, "carla");
    assert_eq!(desk.asked("GET", "/user"), 1);

    let (desk, app) = app(Duration::from_hours(1), |app| Installation::Number(app.installation));
    let me = desk.ask(desk.forge.me());
    assert_eq!((me.id, me.login.as_str()), (app.account, "acme-curator[bot]"));

    let github = GitHub::start();
    let desk = Desk::of(github, "no token".to_owned(), Keys::Nobody, patience(), Pace::default());
    assert!(matches!(desk.fails(desk.forge.me()), ForgeError::Denied { .. }));
}

#[test]
fn an_app_gets_its_token_by_itself_and_another_one_when_it_ends() {
    let (desk, app) = app(Duration::from_hours(1), |_| Installation::Of("acme/registry".parse().unwrap()));
    let pull = desk.pull("a.json");
    desk.ask(desk.forge.say(number(&pull), &[], "one"));
    desk.ask(desk.forge.say(number(&pull), &[], "two"));
    assert_eq!(pull.comments().iter().map(|it| it.by).collect::<Vec<_>>(), [app.account; 2]);
    assert_eq!((desk.asked("POST", "/access_tokens"), desk.asked("GET", "/installation")), (1, 1));
    let token = desk.ask(desk.forge.github().token()).unwrap();
    assert_eq!(desk.asked("POST", "/access_tokens"), 1, "git uses the same one");

    // It ends before its time.
    desk.github.revoke(token.reveal());
    desk.ask(desk.forge.say(number(&pull), &[], "three"));
    assert_eq!((pull.comments().len(), desk.asked("POST", "/access_tokens")), (3, 2));
    assert!(desk.ask(desk.forge.github().token()).unwrap() != token);
    desk.is_well_behaved();
}

#[test]
fn a_token_that_ends_soon_is_not_used_any_more() {
    let (desk, _) = app(Duration::from_mins(4), |app| Installation::Number(app.installation));
    let pull = desk.pull("a.json");
    desk.ask(desk.forge.pull(number(&pull)));
    desk.ask(desk.forge.pull(number(&pull)));
    assert_eq!(desk.asked("POST", "/access_tokens"), 2);
}

#[test]
fn a_key_that_is_none_is_refused_without_being_shown() {
    for text in ["", "s3cret", "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"] {
        let refused = AppKeys::new(1, &Secret::new(text.to_owned()), Installation::Number(1)).err().unwrap();
        assert!(!refused.to_string().contains("s3cret"));
    }
}

#[test]
fn a_token_that_is_refused_is_told_and_not_asked_with_again() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    desk.github.revoke(&desk.token);
    let error = desk.fails(desk.forge.remarks(number(&pull)));
    assert_eq!(error.to_string(), "the forge refuses: it does not accept the token (Bad credentials)");
    assert_eq!(desk.github.requests().len(), 1);
}

#[test]
fn a_team_is_read_whole_by_whoever_may_see_it() {
    let (desk, carla) = Desk::personal(GitHub::start());
    let people: Vec<_> = (0..130).map(|at| desk.github.person(&format!("trustee-{at}"))).collect();
    let members: Vec<_> = people.iter().chain([&carla]).collect();
    desk.github.team("acme/trustees", &members);
    let read = desk.ask(desk.forge.team("acme/trustees"));
    assert_eq!(read, members.iter().map(|it| it.id).collect::<BTreeSet<_>>());
    for team in ["acme/nobody", "acme", "acme/../x"] {
        let error = desk.fails(desk.forge.team(team));
        assert!(matches!(error, ForgeError::Unknown { .. }), "{team}: {error}");
    }
    let desk = Desk::new();
    desk.github.team("acme/trustees", &[]);
    assert!(matches!(desk.fails(desk.forge.team("acme/trustees")), ForgeError::Denied { .. }));
}

#[test]
fn a_workflow_is_started() {
    let desk = Desk::new();
    assert!(matches!(desk.fails(desk.forge.dispatch("sync.yml", "main", None)), ForgeError::Unknown { .. }));
    desk.repository.commit("main", &[(WORKFLOW, Some(b"on: workflow_dispatch\n"))]);
    desk.ask(desk.forge.dispatch("sync.yml", "main", None));
    let dispatches = desk.repository.dispatches();
    assert_eq!((dispatches.len(), dispatches[0].what.as_str(), dispatches[0].on.as_str()), (1, "sync.yml", "main"));
    assert!(dispatches[0].inputs.is_null());
    desk.ask(desk.forge.dispatch("sync.yml", "main", Some(PullNumber(7))));
    assert_eq!(desk.repository.dispatches()[1].inputs, serde_json::json!({ "pull": "7" }));
}
