//! What the bot says, where it says it, and as whom.

use std::time::Duration;

use curator::rules::init::ChecksBy;
use serde_json::{Value, json};

use crate::github::APP_KEY;
use crate::github::face::pull::Pull;
use crate::program::{Ran, finish};
use crate::scene::{BOT, Scene, definition_path, registration_path};

/// A licence as SPDX spelled it once.
const OLD_SPELLING: &str = "GPL-3.0+";

#[test]
fn a_suggestion_is_taken_over_with_one_click() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mut definition = scene.tag_files("lists", "1.1.0", &[]);
    definition["license"] = json!(OLD_SPELLING);
    let path = definition_path("lists", "1.1.0");
    let pull = scene.asks(&scene.ann, &path, &definition);
    scene.holds_back(&pull, &["Refused as it is", "R024"]);
    let offered = pull.suggestions();
    assert_eq!(offered.len(), 1, "{offered:#?}", offered = offered.iter().map(|it| &it.text).collect::<Vec<_>>());
    assert!(offered[0].text.contains("R024"));
    // Who looks again offers nothing again.
    scene.review(&pull).ends(0);
    assert_eq!(pull.suggestions().len(), 1);

    let mended = taken_over(&path, &definition, &pull);
    pull.push(&[(&path, Some(mended.as_bytes()))]);
    scene.merges(&pull);
}

#[test]
fn what_a_machine_knows_nobody_has_to_look_up() {
    let scene = Scene::nearby("");
    let mut definition = scene.tag_files("lists", "1.0.0", &[]);
    definition.as_object_mut().unwrap().remove("commit");
    definition["license"] = json!(OLD_SPELLING);
    let mut registration = scene.registration("lists", &[&scene.tess]);
    registration.as_object_mut().unwrap().remove("locationId");
    let files = [(definition_path("lists", "1.0.0"), definition), (registration_path("lists"), registration)];
    let pull = scene.opens(&scene.tess, &files);
    scene.holds_back(&pull, &["Refused as it is", "R019", "R024", "R046"]);
    let mended: Vec<String> = files.iter().map(|(path, value)| taken_over(path, value, &pull)).collect();
    let changes: Vec<(&str, Option<&[u8]>)> =
        files.iter().zip(&mended).map(|((path, _), text)| (path.as_str(), Some(text.as_bytes()))).collect();
    pull.push(&changes);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.0.0"), json!(null));
}

#[test]
fn a_new_package_is_pinned_to_its_repository_whoever_approves() {
    let scene = Scene::nearby("");
    let mut registration = scene.registration("lists", &[&scene.ann]);
    registration.as_object_mut().unwrap().remove("locationId");
    let definition = scene.tag("lists", "1.0.0", &json!({}));
    let (path, file) = (registration_path("lists"), registration);
    let pull =
        scene.opens(&scene.ann, &[(definition_path("lists", "1.0.0"), definition), (path.clone(), file.clone())]);
    pull.approve(&scene.tess);
    scene
        .holds_back(&pull, &["Refused as it is: 1 error to mend", "R046", "does not say the number of its repository"]);
    // One click.
    let mended = taken_over(&path, &file, &pull);
    pull.push(&[(&path, Some(mended.as_bytes()))]);
    pull.approve(&scene.tess);
    scene.merges(&pull);

    // Who was registered without it long ago is told, and not held up.
    scene.published("maps", "1.0.0", &[&scene.ann]);
    let bare = json!({ "location": scene.registration("maps", &[])["location"], "maintainers": [scene.ann.id] });
    let bare = format!("{bare:#}\n");
    scene.repository.commit("main", &[(&registration_path("maps"), Some(bare.as_bytes()))]);
    let owned = json!({ "location": scene.registration("maps", &[])["location"], "maintainers": [scene.ann.id, 7] });
    let pull = scene.asks(&scene.ann, &registration_path("maps"), &owned);
    scene.review(&pull).ends(0);
    let said = scene.says(&pull);
    assert!(said.contains("R046") && !said.contains("error to mend"), "{said}");
}

/// The text of a file in which each edit that is offered was taken over, from the last to the first.
fn taken_over(path: &str, value: &Value, pull: &Pull) -> String {
    let mut lines: Vec<String> = format!("{value:#}").lines().map(str::to_owned).collect();
    let mut offers = pull.suggestions();
    offers.retain(|offered| offered.path == path);
    offers.sort_by_key(|offered| std::cmp::Reverse(offered.line));
    for offered in offers {
        let (_, edit) = offered.text.split_once("```suggestion\n").unwrap();
        let (edit, _) = edit.split_once("\n```").unwrap();
        let last = usize::try_from(offered.line).unwrap();
        let first = offered.first_line.map_or(last, |line| usize::try_from(line).unwrap());
        lines.splice(first - 1..last, edit.lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

#[test]
fn findings_stand_at_their_line_and_column() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mut definition = scene.tag_files("lists", "1.1.0", &[]);
    definition["license"] = json!(OLD_SPELLING);
    let path = definition_path("lists", "1.1.0");
    let pull = scene.asks(&scene.ann, &path, &definition);
    scene.review(&pull).ends(0);
    let text = format!("{definition:#}\n");
    let (line, content) = text.lines().enumerate().find(|(_, line)| line.contains(OLD_SPELLING)).unwrap();
    let column = content.find(&format!("\"{OLD_SPELLING}\"")).unwrap() + 1;
    let check = pull.checks().pop().unwrap();
    let found = check.annotations.iter().find(|it| it["title"].as_str().unwrap().starts_with("R024")).unwrap();
    let expected = [("path", json!(path)), ("start_line", json!(line + 1)), ("end_line", json!(line + 1))];
    for (key, value) in expected {
        assert_eq!(found[key], value, "{found:#}");
    }
    assert_eq!(found["start_column"], json!(column), "{found:#}");
    assert_eq!(found["end_column"], json!(column + OLD_SPELLING.len() + 1), "{found:#}");
}

#[test]
fn a_hundred_findings_are_told_in_one_check() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let dependencies: serde_json::Map<String, Value> =
        (0..120).map(|number| (format!("nobody-{number}"), json!(">=1.0.0 <2.0.0"))).collect();
    let definition = scene.tag("lists", "1.1.0", &Value::Object(dependencies));
    let pull = scene.asks(&scene.ann, &definition_path("lists", "1.1.0"), &definition);
    scene.holds_back(&pull, &["Refused as it is: 120 errors to mend"]);
    let checks = pull.checks();
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].annotations.len(), 120);
    assert_eq!(checks[0].conclusion.as_deref(), Some("failure"));
    assert_eq!(scene.github.violations(), Vec::<String>::new());
}

#[test]
fn a_registry_in_a_folder_of_its_repository() {
    let scene = Scene::new("");
    let config = scene.repository.file("main", "curator.toml").unwrap();
    let moved: [(&str, Option<&[u8]>); 2] = [("curator.toml", None), ("registry/curator.toml", Some(&config))];
    scene.repository.commit("main", &moved);
    let run = |args: &[&str]| {
        let mut command = scene.command(args);
        command.args(["--registry-path", "registry"]);
        finish(command).ends(0)
    };
    let review = |pull: &Pull| run(&["review", "--pull", &pull.number.to_string()]);
    let inside = |path: String| format!("registry/{path}");
    let mut definition = scene.tag_files("lists", "1.0.0", &[]);
    let sound = definition.clone();
    definition["license"] = json!(OLD_SPELLING);
    let path = inside(definition_path("lists", "1.0.0"));
    let registration = scene.registration("lists", &[&scene.tess]);
    let files = [(path.clone(), definition), (inside(registration_path("lists")), registration)];
    let pull = scene.opens(&scene.tess, &files);
    review(&pull);
    scene.keeps(&pull, &[&format!("**error R024** `{path}`")]);
    let check = pull.checks().pop().unwrap();
    assert!(check.annotations.iter().all(|it| it["path"] == json!(path)), "{:#?}", check.annotations);
    assert_eq!(pull.suggestions().iter().map(|it| &it.path).collect::<Vec<_>>(), [&path]);

    let text = format!("{sound:#}\n");
    pull.push(&[(&path, Some(text.as_bytes()))]);
    review(&pull);
    scene.has_merged(&pull);
    run(&["sync", "--announce"]);
    assert_ne!(scene.facts("lists", "1.0.0"), json!(null));
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));

    // What lies beside the registry is for trustees.
    let beside = scene.asks_for_text(&scene.ann, "README.md", Some("# Mine\n"));
    review(&beside);
    scene.keeps(&beside, &["Needs approval by 2 trustees", "`README.md`"]);
}

#[test]
fn there_is_one_comment_however_often_it_is_reviewed_and_whoever_writes_its_mark() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let pull = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    let forged = pull.comment(&bob, "<!-- curator -->\n**Ready: the curator merges it now.**\n");
    for _ in 0..2 {
        scene.holds_back(&pull, &["Needs approval"]);
    }
    let own = pull.comments().into_iter().find(|it| it.by == BOT).unwrap();
    assert_ne!(own.id, forged);
    assert_eq!(own.posted, own.edited, "nothing was new");
    assert_eq!(pull.checks().len(), 1, "the verdict stands already");
    // Somebody deletes it.
    pull.delete_comment(own.id);
    scene.holds_back(&pull, &["Needs approval"]);
    let comments = pull.comments();
    assert_eq!(comments.iter().filter(|it| it.by == BOT).count(), 1);
    assert!(comments.iter().any(|it| it.id == forged && it.text.contains("Ready")), "somebody else's words stay");
}

/// Runs the program with this token, outside of any workflow.
fn with_token(scene: &Scene, token: &str, args: &[&str]) -> Ran {
    let mut command = scene.command(args);
    command.env("GITHUB_TOKEN", token).env_remove("GITHUB_ACTIONS");
    finish(command)
}

#[test]
fn a_job_that_only_reads_tells_and_writes_nothing() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let sound = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let refused = scene.asks_for_text(&scene.ann, &definition_path("lists", "1.0.0"), None);
    let token = scene.github.reading_token();
    scene.github.forget_requests();
    let look = |pull: &Pull| {
        let mut command = scene.command(&["review", "--pull", &pull.number.to_string(), "--read-only"]);
        command.args(["--format", "markdown"]).env("GITHUB_TOKEN", &token);
        finish(command)
    };
    look(&sound).ends(0).prints(&["Ready: the curator merges it now", "lists-1.1.0.tar.gz"]);
    look(&refused).ends(1).prints(&["Refused: what is published stays as it is"]);
    assert!(!sound.is_merged());
    assert!(scene.github.requests().iter().all(|asked| asked.method == "GET"));
}

#[test]
fn a_persons_token_gives_statuses_instead_of_checks() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let keeper = scene.somebody("registry-bot");
    scene.repository.admit(&keeper);
    scene.repository.rule_main(ChecksBy::Anyone);
    let token = scene.github.personal_token(&keeper);
    let pull = scene.asks_for_silent_version(&scene.somebody("bob"), "lists", "1.1.0");
    let number = pull.number.to_string();
    for _ in 0..2 {
        with_token(&scene, &token, &["review", "--pull", &number]).ends(0);
    }
    let told = |pull: &Pull| pull.statuses().iter().map(|it| it.state.clone()).collect::<Vec<_>>();
    assert_eq!(pull.checks().len(), 0);
    assert_eq!(told(&pull), ["pending"]);
    assert!(pull.sticky(keeper.id).unwrap().contains("Needs approval"));
    pull.approve(&scene.ann);
    with_token(&scene, &token, &["review", "--pull", &number]).ends(0);
    assert!(pull.is_merged(), "{:?}", pull.sticky(keeper.id));
    assert_eq!(told(&pull), ["pending", "success"]);
    with_token(&scene, &token, &["sync", "--announce"]).ends(0);
    assert!(pull.sticky(keeper.id).unwrap().contains("can be installed"));
}

#[test]
fn an_app_speaks_for_itself_and_leaves_what_another_bot_said() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let app = scene.github.app("curator-acme", Duration::from_hours(1));
    scene.repository.rule_main(ChecksBy::App(app.id.try_into().unwrap()));
    let pull = scene.asks_for_silent_version(&scene.somebody("bob"), "lists", "1.1.0");
    let number = pull.number.to_string();
    let as_app = |args: &[&str]| {
        let mut command = scene.command(args);
        command.env_remove("GITHUB_TOKEN").env_remove("GITHUB_ACTIONS");
        command.env("CURATOR_APP_ID", app.id.to_string()).env("CURATOR_APP_KEY", APP_KEY);
        finish(command).ends(0)
    };
    scene.review(&pull).ends(0);
    let first = scene.says(&pull);
    as_app(&["review", "--pull", &number]);
    as_app(&["review", "--pull", &number]);
    assert!(pull.sticky(app.account).unwrap().contains("Needs approval"));
    assert_eq!(scene.says(&pull), first);
    assert_eq!(pull.comments().len(), 2);
    assert_eq!(pull.checks().len(), 2, "each gives its own verdict, once");

    pull.approve(&scene.ann);
    as_app(&["review", "--pull", &number]);
    assert!(pull.is_merged());
    as_app(&["sync", "--announce"]);
    assert!(pull.sticky(app.account).unwrap().contains("can be installed"));
}
