//! What is published is documented, and nothing that lets the curator in is seen on the way.

use std::fs;

use crate::registry::Registry;
use crate::scene::{Scene, TOKEN, has_sandbox};

#[test]
fn what_is_published_is_documented() {
    let scene = Scene::new();
    let ran = scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    if !has_sandbox() {
        ran.prints(&["published logs@1.0.0", "warning[R060]", "there is no sandbox on this machine"]);
        assert_eq!((scene.owed().len(), scene.pursuit.uploads().len()), (2, 0));
        return;
    }
    ran.prints(&[
        "published logs@1.0.0",
        "documented logs@1.0.0",
        "documented maps@1.0.0",
        "2 published, 2 documented",
    ])
    .prints_no(&["R060"]);
    let uploads = scene.pursuit.uploads();
    assert_eq!(uploads.iter().map(|it| it.status).collect::<Vec<_>>(), [201, 201]);
    assert!(uploads[0].head.starts_with("POST /packages HTTP/1.1"), "{}", uploads[0].head);
    let maps = uploads[1].json();
    assert_eq!((&maps["tag"], &maps["manifest"]["name"]), (&"v1.0.0".into(), &"maps".into()));
    // When the definition was merged.
    assert_eq!(maps["time"], 1_769_904_000);
    assert_eq!(maps["resolutions"]["purescript-logs"]["path"], "/in/dependencies/logs");
    assert_eq!(scene.owed(), []);
    let messages = scene.remotes.messages();
    assert!(messages[0].starts_with("Record which documentation is there\n\nRegistry-Commit: "), "{messages:?}");
    assert_eq!(messages.len(), 2);
    scene.sync("2026-02-01T01:01:00Z", &[]).ends(0).prints(&["Nothing to do"]);
    assert_eq!((scene.remotes.messages().len(), scene.pursuit.uploads().len()), (2, 2));
    scene.run(&["audit"]).ends(0);
}

#[test]
fn nobody_but_the_host_sees_the_token() {
    let scene = Scene::new();
    let mut command = scene.command(&["sync", "--trust", "--published-time", "2026-02-01T01:00:00Z"]);
    command.env("CURATOR_LOG", "trace");
    let ran = crate::program::finish(command).ends(0);
    for told in [&ran.out, &ran.err] {
        assert!(!told.contains(TOKEN), "{told}");
    }
    for upload in scene.pursuit.uploads() {
        assert!(upload.head.contains(TOKEN) && !upload.text().contains(TOKEN), "{}", upload.text());
        assert!(upload.json()["seen"].as_str().unwrap().contains("HOME=/tmp"), "the tool sees its own environment");
        assert!(!upload.text().contains("CURATOR"), "{}", upload.text());
    }
    let index = crate::remotes::git(&scene.remotes.index(), &["log", "-p", "main"]);
    assert!(!index.contains(TOKEN), "{index}");
}

#[test]
fn a_registry_on_this_machine_runs_nothing_unless_it_is_trusted() {
    let scene = Scene::new();
    let time = ["--published-time", "2026-02-01T01:00:00Z"];
    scene
        .run(&[&["sync"], time.as_slice()].concat())
        .ends(0)
        .prints(&["published maps@1.0.0", "nobody said with --trust"]);
    assert_eq!((scene.owed().len(), scene.pursuit.uploads().len()), (2, 0));
    assert!(scene.why()[0].contains("names the program 'purs'"), "{:?}", scene.why());
}

#[test]
fn documentation_in_the_index_would_go_with_it() {
    let registry = Registry::new();
    registry.configure("[docs]\ncommand = \"purs\"\npath = \"../index/docs\"\n");
    registry.sync().ends(3).complains(&["index holds ", "index/docs"]);
}

#[test]
fn a_folder_holds_each_version_once() {
    let scene = Scene::with_folder("[\"doc\", \"{package}\", \"{dependencies}\", \"{out}\"]");
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    if !has_sandbox() {
        assert_eq!(scene.owed().len(), 2);
        return;
    }
    let docs = scene.remotes.home().join("docs");
    let read = |path: &str| fs::read_to_string(docs.join(path)).unwrap();
    assert_eq!(read("maps/1.0.0/index.html"), "logs\n");
    assert_eq!(read("maps/1.0.0/src/Maps.purs.html"), "-- 1.0.0\nmodule Maps where\n");
    assert_eq!(read("logs/1.0.0/index.html"), "none\n");
    let names = |folder: &str| {
        let mut names: Vec<_> =
            fs::read_dir(docs.join(folder)).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!((names(""), names("maps")), (vec!["logs".to_owned(), "maps".to_owned()], vec!["1.0.0".to_owned()]));
    fs::write(docs.join("maps/1.0.0/index.html"), "mine").unwrap();
    scene.run(&["docs", "--trust", "maps@1.0.0"]).ends(0).prints(&["documented maps@1.0.0"]);
    assert_eq!(read("maps/1.0.0/index.html"), "mine", "what is there is never overwritten");
}
