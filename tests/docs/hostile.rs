//! Tools that flood, fail and lie, and sources that make them do it.

use crate::scene::{Scene, has_sandbox};

const PRINTING: &str = "[\"doc\", \"{package}\"]";
const FILLING: &str = "[\"doc\", \"{package}\", \"{out}\"]";

/// What `script` brings about: the reasons why documentation is owed.
fn told(command: &str, script: &str) -> Vec<String> {
    let scene = Scene::with_folder(command);
    scene.tool("doc", script);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0).prints(&["2 published", "R060"]).prints_no(&["documented"]);
    let docs = scene.remotes.home().join("docs");
    assert!(!docs.join("logs").exists(), "something was kept");
    scene.why()
}

#[test]
fn a_flood_is_cut_off() {
    if !has_sandbox() {
        return;
    }
    let why = told(PRINTING, "#!/bin/sh\nexec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
    assert!(why[0].contains("it printed more than 67108864 bytes, and was ended"), "{why:?}");
}

#[test]
fn what_fails_is_told_in_words_that_harm_nobody() {
    if !has_sandbox() {
        return;
    }
    let why = told(PRINTING, "#!/bin/sh\nprintf 'no\\033[2J ::error::x\\n##[y]\\n' >&2\nexit 1\n");
    assert!(why[0].starts_with("doc failed: ") && !why[0].contains('\u{1b}'), "{why:?}");
    assert!(told(PRINTING, "#!/bin/sh\nexit 0\n")[0].contains("the tool made nothing"));
    assert!(told(FILLING, "#!/bin/sh\nexit 0\n")[0].contains("the tool made nothing"));
}

#[test]
fn a_folder_with_links_or_too_many_files_is_not_taken() {
    if !has_sandbox() {
        return;
    }
    let links = told(FILLING, "#!/bin/sh\nln -s /etc/passwd \"$2/a\"\necho x >\"$2/b\"\n");
    assert!(links[0].contains("what the tool left in its folder cannot be taken"), "{links:?}");
    let many = "#!/bin/sh\ncd \"$2\"\ni=0\nwhile [ $i -lt 20100 ]; do : >$i; i=$((i + 1)); done\n";
    assert!(told(FILLING, many)[0].contains("cannot be taken"));
}

#[test]
fn the_machine_says_what_it_lacks() {
    let scene = Scene::with_folder("[\"no-such-tool\"]");
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    assert!(scene.why()[0].contains("there is no program 'no-such-tool'"), "{:?}", scene.why());
}
