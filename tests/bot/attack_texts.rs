//! Attacks by words: whatever a pull request, its commits, its files and its people say stays text wherever it is shown.

use git2::FileMode;
use serde_json::{Value, json};

use crate::github::face::pull::Pull;
use crate::ground::graft;
use crate::inertness::{HOSTILE, assert_inert};
use crate::markdown::{Read, read};
use crate::scene::{BOT, Scene, definition_path};

/// What would do something on GitHub, in a runner or in a shell.
const MORE: [&str; 10] = [
    "@EVIL/team fixes #1 closes #2 EVIL/repo#3",
    "<!-- curator --> EVIL",
    "/curator release\n/curator EVIL",
    "x\n/curator release\nEVIL",
    "```suggestion\nEVIL\n```",
    "[skip ci] EVIL [ci skip] skip-checks:true",
    "$(touch EVIL) `touch EVIL` ${{ github.EVIL }} ; EVIL",
    "EVIL\nCo-authored-by: EVIL <evil@example.net>",
    "ghadelimiter_EVIL\nEVIL<<EOF\nx=EVIL\nEOF",
    "%0A::set-output name=x::EVIL %25",
];

/// The branches of a repository can be called almost anything.
const BRANCH: &str = "@EVIL`touch-EVIL`$(touch-EVIL);<img-src=x>&'\"#1";

/// Asserts that a Markdown text of the curator does nothing that somebody else put in.
fn assert_only_text(markdown: &str) -> Read {
    let read = read(markdown);
    assert!(read.strange.is_empty(), "{:?}\n{markdown}", read.strange);
    assert!(read.languages.iter().all(|it| it == "text" || it == "mermaid"), "{:?}", read.languages);
    for outside in [&read.prose, &read.links.join("\n"), &read.html.join("\n"), &read.pictures.join("\n")] {
        assert!(!outside.to_lowercase().contains("evil"), "{outside}\n{markdown}");
        assert!(!outside.contains('@') || outside.contains("flowchart"), "{outside}");
    }
    assert_eq!(markdown.get(1..).unwrap_or_default().matches("<!--").count(), 0, "{markdown}");
    assert!(!markdown.lines().any(|line| line.trim_start().starts_with('/')), "{markdown}");
    assert_inert(markdown);
    read
}

/// Everything that the curator wrote about a pull request is only text.
fn assert_nothing_active(scene: &Scene, pull: &Pull) {
    assert_only_text(&scene.says(pull));
    for run in pull.checks() {
        let (title, summary) = (run.title.unwrap(), run.summary.unwrap());
        assert!(!title.to_lowercase().contains("evil"), "{title}");
        assert_only_text(&summary);
        for annotation in &run.annotations {
            for field in ["title", "message"] {
                let text = annotation[field].as_str().unwrap();
                assert_inert(text);
                assert!(!text.contains("<!--") || field == "message", "{text}");
            }
        }
    }
    for beside in pull.line_comments().into_iter().filter(|it| it.by == BOT) {
        assert_inert(&beside.text);
        let said = read(&beside.text);
        assert!(!said.prose.to_lowercase().contains("evil") && !said.prose.contains('@'), "{}", beside.text);
    }
    for label in pull.labels() {
        assert!(!label.to_lowercase().contains("evil") || label.starts_with("EVIL"), "{label}");
    }
}

fn words() -> impl Iterator<Item = &'static str> {
    HOSTILE.into_iter().chain(MORE)
}

/// A definition that says such words wherever it can.
fn spoilt(scene: &Scene, at: usize, word: &str) -> Value {
    let mut definition = scene.tag_files("lists", &format!("1.{}.0", at + 1), &[]);
    match at % 7 {
        0 => definition["description"] = json!(word),
        1 => definition["license"] = json!(word),
        2 => definition["ref"] = json!(word),
        3 => definition["dependencies"] = json!({ word: word }),
        4 => definition["location"] = json!({ "gitUrl": word }),
        5 => definition[word] = json!(word),
        _ => definition["owners"] = json!([{ "id": word, "keytype": word, "public": word }]),
    }
    definition
}

#[test]
fn what_a_pull_request_says_does_nothing_in_any_output() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"1h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    std::fs::remove_file(scene.home.path().join("work/lists/purs.json")).unwrap();
    let versions: Vec<(String, Value)> = words()
        .enumerate()
        .map(|(at, word)| (definition_path("lists", &format!("1.{}.0", at + 1)), spoilt(&scene, at, word)))
        .collect();
    let pull = scene.opens(&scene.ann, &versions);
    pull.retitle(&words().collect::<Vec<_>>().join(" "));
    for word in words() {
        pull.comment(&scene.ann, word);
    }
    pull.label(&scene.tess, "EVIL @EVIL <img src=x>");
    for format in ["human", "json", "markdown", "github"] {
        let number = pull.number.to_string();
        let ran = scene.run(&["review", "--pull", &number, "--format", format]);
        // A summary of a job is the text of `markdown`, as the workflow writes it.
        if format == "markdown" {
            assert_only_text(&ran.out);
        }
        assert!(ran.code < 2, "{ran:?}");
    }
    scene.stands(&pull, &["Refused as it is"]);
    assert_nothing_active(&scene, &pull);
    assert!(!scene.home.path().join("EVIL").exists());
}

#[test]
fn names_of_files_and_branches_do_nothing_and_neither_does_the_commit_that_merges() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let named = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    let paths: Vec<String> = words()
        .filter(|word| !word.contains('\r'))
        .map(|word| word.replace('/', "|"))
        .flat_map(|word| [format!("packages/li/lists/{word}.json"), format!("{word}.d/x"), word])
        .collect();
    let entries: Vec<_> = paths.iter().map(|path| (path.as_str(), FileMode::Blob, "{}")).collect();
    graft(&named, &entries);
    let (path, version) = scene.version("lists", "1.2.0");
    let text = format!("{version:#}\n");
    let ann = &scene.ann;
    scene.repository.admit(ann);
    let branch = scene.repository.pull_from_branch(ann, BRANCH, "main", &[(path.as_str(), Some(text.as_bytes()))]);
    branch.retitle("EVIL fixes #1 @EVIL [skip ci]\n\n/curator release");
    for format in ["human", "json", "markdown", "github"] {
        let ran = scene.run(&["review", "--pull", &named.number.to_string(), "--format", format]);
        if format == "markdown" {
            assert_only_text(&ran.out);
        }
        assert!(ran.code < 2, "{ran:?}");
    }
    scene.stands(&named, &[]);
    assert_nothing_active(&scene, &named);
    scene.review(&branch).ends(0);
    scene.merged(&branch);
    assert_nothing_active(&scene, &branch);
    let git = git2::Repository::open_bare(scene.repository.bare()).unwrap();
    let landed = git.find_commit(branch.merge_commit().unwrap().parse().unwrap()).unwrap();
    let message = landed.message().unwrap();
    assert!(message.starts_with("Publish lists@1.2.0 (#2)\n\n"), "{message}");
    assert!(!message.contains("EVIL") && !message.contains("skip") && !message.contains("fixes"), "{message}");
    scene.sync().ends(0);
    assert_nothing_active(&scene, &branch);
}
