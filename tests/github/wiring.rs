//! What the environment and the command line make of it: which repository, whose token, and where git may use it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use curator::config::{Environment, GitHubVariables, Runner};
use curator::model::{RepositoryName, Secret};
use curator::ports::People as _;
use curator::wire::{self, Overrides, WireError};
use tempfile::TempDir;

use crate::desk::BOT;
use crate::github::face::repository::Repository;
use crate::github::{APP_KEY, GitHub};
use crate::program::{curator, finish};

const CONFIG: &[u8] = b"[registry]\nname = \"acme\"\n";

fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

fn environment(github: GitHubVariables) -> Environment {
    Environment { github, ..Environment::default() }
}

fn at(place: &str) -> Overrides {
    Overrides { registry: Some(PathBuf::from(place)), ..Overrides::default() }
}

#[test]
fn the_repository_is_the_one_that_is_named_first() {
    let nobody = Environment::default();
    let derived = |place: &str| wire::repository_name(&at(place), &nobody);
    for place in [
        "https://github.com/acme/registry",
        "https://GitHub.com/acme/registry.git/",
        "ssh://git@github.com/acme/registry.git",
        "git@github.com:acme/registry.git",
    ] {
        assert_eq!(derived(place).unwrap(), name("acme/registry"), "{place}");
    }
    for place in ["https://git.example.org/acme/registry.git", "https://github.com/registry", ".", "/srv/acme/registry"]
    {
        assert!(matches!(derived(place), Err(WireError::NoRepository)), "{place}");
    }
    let workflow = environment(GitHubVariables { repository: Some(name("acme/flow")), ..GitHubVariables::default() });
    let url = at("https://github.com/acme/registry");
    assert_eq!(wire::repository_name(&url, &workflow).unwrap(), name("acme/flow"));
    let told = Overrides { repository: Some(name("acme/told")), ..url };
    assert_eq!(wire::repository_name(&told, &workflow).unwrap(), name("acme/told"));
    let api = Some("https://git.example.org/api/v3".to_owned());
    let enterprise = environment(GitHubVariables { api, ..GitHubVariables::default() });
    let own = at("https://git.example.org/acme/registry.git");
    assert_eq!(wire::repository_name(&own, &enterprise).unwrap(), name("acme/registry"));
    assert!(wire::repository_name(&at("https://github.com/acme/registry"), &enterprise).is_err());
}

#[test]
fn whom_the_curator_speaks_as_is_in_the_environment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let github = GitHub::start();
    github.repository("acme/registry");
    let app = github.app("acme-curator", Duration::from_hours(1));
    let (actions, carla) = (github.actions_token(), github.person("carla"));
    let personal = github.personal_token(&carla);
    let variables = |token: &str, runner: Runner| GitHubVariables {
        api: Some(github.api()),
        uploads: Some(github.uploads()),
        token: Some(Secret::new(token.to_owned())),
        runner,
        ..GitHubVariables::default()
    };
    let me = |variables: GitHubVariables| {
        let forge = wire::forge(&environment(variables), name("acme/registry")).map_err(|error| error.to_string())?;
        Ok::<u64, String>(runtime.block_on(forge.me()).unwrap().id)
    };
    assert_eq!(me(variables(&actions, Runner::Actions)), Ok(BOT));
    assert_eq!(me(variables(&personal, Runner::Actions)), Ok(carla.id));
    assert_eq!(me(variables(&personal, Runner::Other)), Ok(carla.id));
    let by_app = |id: &str, key: Option<&str>| GitHubVariables {
        app: Some(id.to_owned()),
        app_key: key.map(|key| Secret::new(key.to_owned())),
        ..variables(&personal, Runner::Other)
    };
    let id = app.id.to_string();
    assert_eq!(me(by_app(&id, Some(APP_KEY))), Ok(app.account));
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, APP_KEY).unwrap();
    assert_eq!(me(GitHubVariables { app_key_file: Some(file), ..by_app(&id, None) }), Ok(app.account));
    let missing = Some(folder.path().join("none"));
    let faults = [
        (by_app(&id, None), "neither CURATOR_APP_KEY nor"),
        (by_app(&id, Some("s3cret")), "CURATOR_APP_KEY: it is no RSA key"),
        (by_app("x", Some(APP_KEY)), "CURATOR_APP_ID is 'x', which is no number"),
        (
            GitHubVariables { installation: Some("y".to_owned()), ..by_app(&id, Some(APP_KEY)) },
            "CURATOR_APP_INSTALLATION is",
        ),
        (GitHubVariables { app_key_file: missing, ..by_app(&id, None) }, "it is not there"),
        (
            GitHubVariables { uploads: Some("http://y".to_owned()), ..GitHubVariables::default() },
            "CURATOR_GITHUB_UPLOADS: ",
        ),
        (GitHubVariables { api: Some("http://x".to_owned()), ..GitHubVariables::default() }, "CURATOR_GITHUB_API: "),
    ];
    for (variables, message) in faults {
        let refused = me(variables).unwrap_err();
        assert!(refused.contains(message) && !refused.contains("s3cret"), "{refused}");
    }
}

/// `curator plan` on a registry at that GitHub, whose git server lets in only who has the token.
fn plan(home: &TempDir, github: &GitHub, repository: &Repository) -> Command {
    let mut command = curator(home.path());
    let cache = home.path().join("cache");
    command.envs(github.trust()).env("CURATOR_LOG", "trace");
    command.args(["plan", "--registry", &repository.url(), "--cache", cache.to_str().unwrap()]);
    command
}

#[test]
fn git_gets_the_token_at_the_forge_and_nowhere_else() {
    let (github, home) = (GitHub::start(), TempDir::new().unwrap());
    let carla = github.person("carla");
    let repository = github.repository("acme/registry");
    repository.commit("main", &[("curator.toml", Some(CONFIG))]);
    repository.commit("index", &[("README.md", Some(b"# Index\n"))]);
    let token = github.personal_token(&carla);
    let basic = format!("Basic {}", STANDARD.encode(format!("x-access-token:{token}")));
    github.git().want_authorization(&basic);
    let run = |api: Option<String>| {
        let mut command = plan(&home, &github, &repository);
        command.env("GITHUB_TOKEN", &token);
        if let Some(api) = api {
            command.env("CURATOR_GITHUB_API", api);
        }
        let ran = finish(command);
        assert!(!ran.out.contains(&token) && !ran.err.contains(&token), "{ran:?}");
        assert!(!ran.err.contains(&basic), "{ran:?}");
        ran
    };
    // GitHub's own token is nothing for a host that is not GitHub's.
    run(None).ends(3).complains(&["refuses"]);
    run(Some(github.api())).ends(0);
    assert_eq!(github.requests(), [], "a token that is there costs nothing");
    let mut command = plan(&home, &github, &repository);
    command.env("GITHUB_TOKEN", &token).env("CURATOR_GITHUB_API", github.api()).env("CURATOR_GIT_TOKEN", "another");
    finish(command).ends(3);
}

#[test]
fn git_gets_the_token_of_an_app_that_was_asked_for() {
    let (github, home) = (GitHub::start(), TempDir::new().unwrap());
    let app = github.app("acme-curator", Duration::from_hours(1));
    let repository = github.repository("acme/registry");
    repository.commit("main", &[("curator.toml", Some(CONFIG))]);
    repository.commit("index", &[("README.md", Some(b"# Index\n"))]);
    let run = |id: &str| {
        let mut command = plan(&home, &github, &repository);
        command.env("CURATOR_GITHUB_API", github.api()).env("CURATOR_APP_ID", id).env("CURATOR_APP_KEY", APP_KEY);
        finish(command)
    };
    run(&app.id.to_string()).ends(0);
    assert_eq!(github.requests().iter().filter(|it| it.path.ends_with("/access_tokens")).count(), 1);
    run("99")
        .ends(3)
        .complains(&["there is no token for git: the forge refuses: the App is not installed on acme/registry"]);
}
