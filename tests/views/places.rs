//! The places of views: what may not be one, what is left alone there, and what a view that fails holds up.

use std::fs;
use std::path::Path;

use crate::program::run;
use crate::remotes::git;
use crate::sample::Sample;
use crate::scene::{Scene, VIEWS, bare, place};
use crate::trees::{Tree, assert_same};

/// The published sample with these tables at the end of its configuration.
fn sample(views: &str) -> Sample {
    let sample = Sample::published();
    configure(&sample, views);
    sample
}

fn configure(sample: &Sample, views: &str) {
    let text = crate::sample::REGISTRY.files()[Path::new("curator.toml")].to_vec();
    let text = String::from_utf8(text).unwrap();
    fs::write(sample.registry().join("curator.toml"), format!("{text}\n{views}")).unwrap();
}

fn table(to: &str) -> String {
    format!("[[view]]\nname = \"zero\"\nformat = \"0x0-index\"\nto = {to}\n")
}

#[test]
fn a_view_is_named_and_nobody_guesses_which_is_meant() {
    let sample = sample(VIEWS);
    sample
        .run(&["view", "spagi"])
        .ends(3)
        .complains(&["there is no view 'spagi'; there are spago, ricochet, zero, remote"]);
    sample.run(&["view", "remote"]).ends(0).prints(&["updated view 'remote': 1 file written"]).prints_no(&["zero"]);
    configure(&sample, "");
    sample.run(&["view"]).ends(3).complains(&["this registry has no views: its curator.toml has no [[view]]"]);
}

/// A run that was asked what it would do does nothing, and a sync of a registry without views knows nothing of them.
#[test]
fn nothing_is_written_where_nothing_is_to_be() {
    let sample = sample(&table("{ path = \"../zero\" }"));
    let before = sample.everything();
    sample.run(&["view", "--dry-run"]).ends(0).prints(&["would update view 'zero': 2 files written"]);
    let told = sample.run(&["view", "--dry-run", "--format", "json"]).ends(0).json();
    assert_eq!(told["views"][0]["pushes"][0]["written"], 2, "{told}");
    assert_same(&before, &sample.everything());
    configure(&sample, "");
    let told = sample.run(&["sync", "--format", "json"]).ends(0).json();
    assert!(told.get("views").is_none(), "{told}");
}

/// A view in the place of something else would remove what is not its own.
#[test]
fn a_view_takes_no_place_that_is_somebody_elses() {
    for to in ["../index", "../registry", ".", "../.curator/store", "../.curator", "..", "views", "../index/metadata"] {
        let sample = sample(&table(&format!("{{ path = \"{to}\" }}")));
        let before = sample.everything();
        let ran =
            sample.run(&["view", "--full"]).ends(3).complains(&["view 'zero'", "a view needs a place of its own"]);
        assert!(ran.out.is_empty(), "{ran:?}");
        assert_same(&before, &sample.everything());
    }
    let nested = format!("{}{}", table("{ path = \"../a\" }"), table("{ path = \"../a/b\" }").replace("zero", "other"));
    sample(&nested).run(&["view"]).ends(3).complains(&[
        "view 'zero'",
        "view 'other'",
        "a view needs a place of its own",
    ]);
    sample(&table("{ path = \"../a\", branch = \"main\" }"))
        .run(&["view"])
        .ends(3)
        .complains(&["it is a folder, which has no branches"]);
}

#[test]
fn a_view_takes_neither_the_branch_of_the_index_nor_of_the_registry() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    for (to, is_refused) in [
        ("{ path = \"../index.git\" }", true),
        ("{ path = \"../registry.git\" }", true),
        ("{ path = \"../registry.git\", branch = \"zero\" }", false),
    ] {
        scene.remotes.work.configure(&table(to));
        let ran = scene.sync().ends(if is_refused { 3 } else { 0 });
        assert_eq!(ran.err.contains("a view needs a place of its own"), is_refused, "{ran:?}");
        assert!(scene.remotes.file("metadata/ab/ac/abacus.json").is_some());
    }
    let files = git(&scene.home().join("registry.git"), &["ls-tree", "--name-only", "zero"]);
    assert_eq!(files, "index.tsv\npackage-registry.lock");
}

/// What one view cannot do holds up neither the publication nor the other views.
#[test]
fn a_view_that_fails_holds_up_nothing_else() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    let repository = scene.home().join("zero.git");
    fs::rename(&repository, scene.home().join("away.git")).unwrap();
    fs::write(&repository, "no repository").unwrap();
    scene.sync().ends(3).prints(&["published abacus@1.0.0", "updated view 'remote'"]).complains(&["view 'zero'"]);
    fs::remove_file(&repository).unwrap();
    fs::rename(scene.home().join("away.git"), &repository).unwrap();
    scene.sync().ends(0).prints(&["Nothing to do", "updated view 'zero': 2 files written"]).prints_no(&["'remote'"]);
    scene.assert_shown();
}

/// A README of the people who look after a repository is theirs; a file of the view that they changed is the view's.
#[test]
fn what_is_not_the_views_own_stays_and_what_is_its_own_is_mended() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    scene.sync().ends(0);
    let clone = scene.home().join("clone");
    git(scene.home(), &["clone", "--quiet", "spago-registry.git", "clone"]);
    fs::write(clone.join("README.md"), "# Ours\n").unwrap();
    fs::write(clone.join("metadata/stray.json"), "{}\n").unwrap();
    fs::write(clone.join("metadata/abacus.json"), "{}\n").unwrap();
    git(&clone, &["add", "--all"]);
    git(&clone, &["commit", "--quiet", "-m", "By hand"]);
    git(&clone, &["push", "--quiet", "origin", "HEAD:main"]);
    scene.sync().ends(0).prints(&["updated view 'spago' registry: 1 file written, 1 removed"]);
    let files = place(scene.home(), "spago-registry.git");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["README.md", "metadata/abacus.json", "package-sets/.gitkeep"]);
    scene.assert_shown();
    // From here on it is the difference again.
    scene.want("tally", "1.0.0", &[]);
    scene.sync().ends(0).prints(&["updated view 'spago' registry: 1 file written\n"]);
}

/// A registry that somebody cloned must not empty a folder of theirs.
#[test]
fn a_folder_that_holds_what_no_view_made_is_left_alone() {
    let sample = sample(&table("{ path = \"../theirs\" }"));
    let folder = sample.home().join("theirs");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("index.tsv"), "theirs").unwrap();
    for arguments in [&["view"][..], &["view", "--full"], &["sync"]] {
        sample.run(arguments).ends(3).complains(&["view 'zero'", "the folder under 'to' holds files"]);
    }
    assert_eq!(fs::read_to_string(folder.join("index.tsv")).unwrap(), "theirs");
    fs::remove_file(folder.join("index.tsv")).unwrap();
    sample.run(&["view"]).ends(0).prints(&["updated view 'zero': 2 files written"]);
}

/// What somebody wrote into a view is not taken for what the curator wrote there: not even a digest.
#[test]
fn nothing_is_taken_over_from_a_view_that_somebody_else_wrote_to() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    bare(scene.home(), "static.git");
    let view = "[[view]]\nname = \"r\"\nformat = \"ricochet-static-registry-v1\"\nto = { path = \"../static.git\" }\n";
    scene.remotes.work.configure(view);
    scene.sync().ends(0);
    let before = place(scene.home(), "static.git");
    git(scene.home(), &["clone", "--quiet", "static.git", "clone"]);
    let (clone, file) = (scene.home().join("clone"), "packages/abacus.toml");
    let text = fs::read_to_string(clone.join(file)).unwrap();
    let (head, tail) = text.split_once("package_integrity = \"sha256:").unwrap();
    fs::write(clone.join(file), format!("{head}package_integrity = \"sha256:{}{}", "0".repeat(64), &tail[64..]))
        .unwrap();
    git(&clone, &["commit", "--quiet", "--all", "-m", "By hand"]);
    git(&clone, &["push", "--quiet", "origin", "HEAD:main"]);
    scene.sync().ends(0).prints(&["updated view 'r': 1 file written"]);
    assert_eq!(place(scene.home(), "static.git"), before);
}

/// An index that is not there looks like one with nothing in it: a view of that would show nothing.
#[test]
fn a_view_of_nothing_is_not_made() {
    let sample = sample(&table("{ path = \"../zero\" }"));
    sample.run(&["view"]).ends(0);
    let before = Tree::read(&sample.home().join("zero"));
    fs::rename(sample.index(), sample.home().join("unmounted")).unwrap();
    sample.run(&["view", "--full"]).ends(3).complains(&["there is nothing to show"]);
    // Another registry's index is none either.
    let config = fs::read_to_string(sample.home().join("unmounted/config.json")).unwrap();
    fs::rename(sample.home().join("unmounted"), sample.index()).unwrap();
    fs::write(sample.index().join("config.json"), config.replace("larkspur", "acme")).unwrap();
    sample.run(&["view", "--full"]).ends(3).complains(&["the index belongs to the registry 'acme'"]);
    assert_same(&before, &Tree::read(&sample.home().join("zero")));
}

/// What stands there and was not written there is not built upon.
#[test]
fn a_spoilt_view_is_not_built_upon_and_another_rendering_is_made_anew() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    scene.sync().ends(0);
    let (document, state) = (scene.home().join("remote/registry.json"), scene.home().join("remote/.view"));
    fs::remove_file(&document).unwrap();
    scene.want("tally", "1.0.0", &[]);
    scene.sync().ends(3).complains(&["view 'remote'", "run `curator view --full`"]);
    scene.run(&["view", "remote", "--full"]).ends(0).prints(&["updated view 'remote': 1 file written"]);
    scene.assert_shown();
    // What an older curator rendered says so, and is rendered once more.
    let text = fs::read_to_string(&state).unwrap();
    fs::write(&state, text.replace("v1/1", "v1/0")).unwrap();
    fs::write(&document, "{}").unwrap();
    scene.sync().ends(0).prints(&["updated view 'remote': 1 file written"]);
    scene.assert_shown();
}

/// The folder that a view is says what it was made from, whether or not anything else of it changed.
#[test]
fn a_folder_names_the_commit_of_the_index_that_it_shows() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    scene.sync().ends(0);
    let shown = || fs::read_to_string(scene.home().join("remote/.view")).unwrap();
    let tip = git(&scene.remotes.index(), &["rev-parse", "main"]);
    assert_eq!(shown(), format!("View-Format: 0x0-remote-registry-v1/1\nIndex-Commit: {tip}\n"));
    // Without a history of the index there is nothing to name.
    let sample = sample(&table("{ path = \"../zero\" }"));
    run(sample.home(), ["view"]).ends(0);
    assert_eq!(fs::read_to_string(sample.home().join("zero/.view")).unwrap(), "View-Format: 0x0-index/1\n");
}
