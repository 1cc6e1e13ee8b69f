//! Attacks by bulk and by shape: nothing hides behind many files, large ones, deep ones, links or twins.

use std::time::{Duration, Instant};

use git2::FileMode;
use serde_json::json;

use crate::ground::{bytes, graft};
use crate::scene::{Scene, definition_path, registration_path};

#[test]
fn a_file_behind_thousands_of_others_is_seen_or_none_of_them_is_taken() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let version = bytes(&scene.version("lists", "1.1.0"));
    let fillers = |number: usize| {
        let mut files: Vec<_> = (0..number).map(|at| (format!("notes/a{at:05}.json"), b"{}\n".to_vec())).collect();
        files.push(version.clone());
        files.push(("zz/.github/workflows/hidden.yml".to_owned(), b"on: push\n".to_vec()));
        files
    };
    let hidden = scene.opens_files(&scene.ann, &fillers(2_900));
    let many = scene.opens_files(&scene.ann, &fillers(5_100));
    let began = Instant::now();
    scene.review_none(&[&hidden, &many]);
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    scene.stands(&many, &["Refused: it changes more than 3000 files"]);
    scene.stands(&hidden, &["2 trustees"]);
    assert!(scene.says(&hidden).len() < 66_000);
    hidden.approve(&scene.tess);
    scene.review_none(&[&hidden]);
    // GitHub's own list of files ends after 3,000 of them: it is never asked for.
    let asked = scene.github.requests();
    assert!(!asked.iter().any(|it| it.path.ends_with("/files") || it.path.contains("/compare/")), "{asked:?}");
}

#[test]
fn what_is_no_plain_file_of_its_name_is_refused() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let version = scene.version("lists", "1.1.0");
    let text = format!("{:#}\n", version.1);
    let commit = version.1["commit"].as_str().unwrap().to_owned();
    let path = version.0.as_str();
    let deep = format!("packages/{}x.json", "d/".repeat(500));
    let shapes: [&[(&str, FileMode, &str)]; 10] = [
        &[(path, FileMode::Link, "/etc/passwd")],
        &[(path, FileMode::Link, "1.0.0.json")],
        &[(path, FileMode::Commit, &commit)],
        &[("packages/li/lists/1.0.0.json", FileMode::Link, "1.1.0.json"), (path, FileMode::Blob, &text)],
        &[("packages/li/lists/1.2.0.json", FileMode::Blob, &text)],
        &[("packages/ma/maps/1.1.0.json", FileMode::Blob, &text)],
        &[("packages/li/Lists/1.1.0.json", FileMode::Blob, &text)],
        &[("Packages/li/lists/1.1.0.json", FileMode::Blob, &text), (path, FileMode::Blob, &text)],
        &[("packages/li/lists/1.1.0.JSON", FileMode::Blob, &text), (path, FileMode::Blob, &text)],
        &[(&deep, FileMode::Blob, &text)],
    ];
    let pulls: Vec<_> = shapes
        .iter()
        .map(|entries| {
            let pull = scene.opens_files(&scene.ann, &[("README.md".to_owned(), b"Hello\n".to_vec())]);
            pull.force_push(&[]);
            graft(&pull, entries);
            pull.approve(&scene.tess);
            pull
        })
        .collect();
    scene.review_none(&pulls.iter().collect::<Vec<_>>());
    for (at, pull) in pulls.iter().enumerate() {
        let said = scene.says(pull);
        let by_hand = at == 7 && said.contains("Needs approval by a trustee");
        assert!(said.contains("Refused") || by_hand, "{at}: {said}");
    }
}

#[test]
fn what_is_published_is_neither_renamed_nor_changed_nor_replaced_in_passing() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (path, registered) = (definition_path("lists", "1.0.0"), registration_path("lists"));
    let text = scene.repository.file("main", &path).unwrap();
    let changed = String::from_utf8(text.clone()).unwrap().replace("MIT", "ISC");
    let spaced = [text.as_slice(), b"\n"].concat();
    let moved = definition_path("lists", "1.0.1");
    let own = bytes(&scene.version("lists", "1.1.0"));
    let tess = &scene.tess;
    let pulls = [
        scene.repository.pull(tess, "main", &[(&path, None), (&moved, Some(&text))]),
        scene.repository.pull(tess, "main", &[(&path, Some(changed.as_bytes()))]),
        scene.repository.pull(tess, "main", &[(&path, Some(&spaced)), (&own.0, Some(&own.1))]),
        scene.repository.pull(tess, "main", &[(&path, None)]),
        scene.repository.pull(tess, "main", &[(&path, None), (&registered, None)]),
    ];
    for pull in &pulls {
        pull.approve(&scene.theo);
    }
    scene.review_none(&pulls.iter().collect::<Vec<_>>());
    for pull in &pulls {
        scene.stands(pull, &["Refused: what is published stays as it is"]);
    }
}

#[test]
fn large_and_twisted_files_are_refused_and_hold_up_nobody() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let big = vec![b' '; 24 << 20];
    let path = definition_path("lists", "1.1.0");
    let huge = scene.repository.pull(&scene.ann, "main", &[(path.as_str(), Some(&big))]);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = scene.opens_files(&scene.ann, &[(path.clone(), deep.into_bytes())]);
    let mut twice = format!("{:#}\n", scene.version("lists", "1.1.0").1);
    twice = twice.replacen('{', "{\n  \"na\\u006de\": \"maps\",", 1);
    let doubled = scene.opens_files(&scene.ann, &[(path, twice.into_bytes())]);
    let sound = scene.opens(&scene.ann, &[scene.version("lists", "1.2.0")]);
    scene.review_all().ends(0);
    for pull in [&huge, &nested, &doubled] {
        scene.stands(pull, &["Refused"]);
    }
    scene.merged(&sound);
    assert_eq!(scene.facts("lists", "1.1.0"), json!(null));
}
