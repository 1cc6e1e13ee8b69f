//! Pull requests: read whole, and merged once, at the head that was meant.

use curator::model::{MergeMethod, Mergeable, PullStage, Timestamp, Word};
use curator::ports::{ForgeError, PullRequests as _, Which};

use crate::desk::{Desk, head, number};
use crate::github::bare::Method;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_pull_request_is_read_as_it_is() {
    let desk = Desk::new();
    desk.github.set_time("2026-11-20T12:00:00Z");
    let base = desk.repository.tip("main").unwrap();
    let pull = desk.pull("packages/ma/maybe/1.0.0.json");
    let ann = desk.github.person("ann");
    desk.repository.commit("other", &[("README.md", Some(b"other\n"))]);
    desk.repository.pull(&ann, "other", &[("b", Some(b"b\n"))]);
    let draft = desk.pull("packages/ma/maybe/2.0.0.json");
    draft.draft();
    desk.pull("packages/ma/maybe/3.0.0.json").close();
    let trustee = desk.github.person("tess");
    desk.repository.admit(&trustee);
    pull.label(&trustee, "new-package");

    let open = desk.ask(desk.forge.open("main"));
    assert_eq!(open.iter().map(|it| it.number.0).collect::<Vec<_>>(), [pull.number, draft.number]);
    assert_eq!(open[1].stage, PullStage::Draft);
    let read = desk.ask(desk.forge.pull(number(&pull)));
    assert_eq!(
        (read.number, read.title.as_str(), read.stage, read.mergeable),
        (number(&pull), "Change packages/ma/maybe/1.0.0.json", PullStage::Open, Mergeable::Yes)
    );
    assert_eq!((read.author.id, read.author.login.as_str()), (ann.id, "ann"));
    assert_eq!((read.head.to_string(), read.base.as_str(), read.base_commit.to_string()), (pull.head(), "main", base));
    assert_eq!((read.opened, read.updated), (time("2026-11-20T12:00:00Z"), time("2026-11-20T12:00:00Z")));
    assert_eq!(read.labels.iter().collect::<Vec<_>>(), ["new-package"]);
    let git = git2::Repository::open_bare(desk.repository.bare()).unwrap();
    assert_eq!(git.refname_to_id(&read.head_ref).unwrap().to_string(), pull.head());
    let nothing = desk.fails(desk.forge.pull(curator::model::PullNumber(99)));
    assert_eq!(nothing, ForgeError::Unknown { location: "acme/registry/pulls/99".to_owned() });
}

#[test]
fn what_the_forge_has_to_think_about_is_asked_again() {
    let desk = Desk::new();
    desk.github.think(2);
    let pull = desk.pull("a.json");
    assert_eq!(desk.ask(desk.forge.pull(number(&pull))).mergeable, Mergeable::Yes);
    assert_eq!(desk.asked("GET", &format!("/pulls/{}", pull.number)), 3);
    desk.github.think(9);
    let slow = desk.pull("b.json");
    assert_eq!(desk.ask(desk.forge.pull(number(&slow))).mergeable, Mergeable::Unknown);
    assert_eq!(desk.ask(desk.forge.open("main")).len(), 2);
    desk.github.think(0);
    let conflict = desk.pull("README.md");
    desk.repository.commit("main", &[("README.md", Some(b"Other\n"))]);
    assert_eq!(desk.ask(desk.forge.pull(number(&conflict))).mergeable, Mergeable::Conflicting);
}

#[test]
fn what_was_merged_since_is_found_by_the_time_of_its_merge() {
    let desk = Desk::new();
    let tess = desk.github.person("tess");
    desk.repository.admit(&tess);
    desk.github.set_time("2026-11-20T12:00:00Z");
    let pulls: Vec<_> = (0..4).map(|at| desk.pull(&format!("{at}.json"))).collect();
    let hour = |hour: u32| format!("2026-11-20T{hour}:00:00Z");
    for (at, pull) in [(13, &pulls[2]), (14, &pulls[0]), (15, &pulls[1])] {
        desk.github.set_time(&hour(at));
        pull.merge_by(&tess, Method::Merge);
    }
    desk.github.set_time(&hour(16));
    // What is said after a merge, or closed without one, is none.
    pulls[2].comment(&tess, "Thanks.");
    pulls[3].close();
    let merged = |since: u32| {
        let merged = desk.ask(desk.forge.merged("main", Which::MergedSince(time(&hour(since)))));
        merged.iter().map(|it| it.number.0).collect::<Vec<_>>()
    };
    assert_eq!(merged(12), [pulls[2].number, pulls[0].number, pulls[1].number]);
    assert_eq!(merged(14), [pulls[0].number, pulls[1].number]);
    assert_eq!(merged(16), [0; 0]);
    let first = desk.ask(desk.forge.pull(number(&pulls[2])));
    let commit = pulls[2].merge_commit().unwrap().parse().unwrap();
    assert_eq!(first.stage, PullStage::Merged { commit, at: time(&hour(13)) });
}

#[test]
fn reviews_are_read_with_the_commit_that_they_are_of() {
    let desk = Desk::new();
    let (pull, people) = (desk.pull("a.json"), ["tess", "tom", "tim"].map(|login| desk.github.person(login)));
    let before = head(&pull);
    pull.approve(&people[0]);
    pull.request_changes(&people[1]);
    pull.approve(&people[2]);
    pull.dismiss(&people[2]);
    pull.push(&[("a.json", Some(b"{}\n"))]);
    pull.approve(&people[1]);
    let read = desk.ask(desk.forge.judgements(number(&pull)));
    let read: Vec<_> = read.iter().map(|it| (it.by.id, it.word, it.commit)).collect();
    let [tess, tom, tim] = people.map(|person| person.id);
    let words = [(tess, Word::Approved), (tom, Word::ChangesRequested), (tim, Word::Dismissed)];
    let mut expected: Vec<_> = words.map(|(by, word)| (by, word, before)).into();
    expected.push((tom, Word::Approved, head(&pull)));
    assert_eq!(read, expected);
}

#[test]
fn a_merge_leaves_the_commit_that_it_tells_of() {
    for (at, method) in [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase].into_iter().enumerate() {
        let desk = Desk::new();
        let pull = desk.pull(&format!("{at}.json"));
        let commit = desk.ask(desk.forge.merge(number(&pull), &head(&pull), method, "Publish it"));
        assert_eq!(Some(commit.to_string()), pull.merge_commit());
        assert_eq!(Some(commit.to_string()), desk.repository.tip("main"));
        // And once is enough.
        assert_eq!(desk.ask(desk.forge.merge(number(&pull), &head(&pull), method, "Publish it")), commit);
        assert_eq!(desk.repository.tip("main"), Some(commit.to_string()));
        let bare = git2::Repository::open_bare(desk.repository.bare()).unwrap();
        let message = bare.find_commit(git2::Oid::from_str(&commit.to_string()).unwrap()).unwrap();
        assert_eq!(message.message().unwrap().starts_with("Publish it"), method != MergeMethod::Rebase);
    }
}

#[test]
fn nothing_is_merged_that_has_changed() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let before = head(&pull);
    pull.push(&[("a.json", Some(b"evil\n"))]);
    let merge = |pull: &crate::github::face::pull::Pull, head| {
        desk.fails(desk.forge.merge(number(pull), &head, MergeMethod::Merge, "x"))
    };
    assert!(matches!(merge(&pull, before), ForgeError::Changed { message } if message.contains("modified")));
    let conflict = desk.pull("README.md");
    desk.repository.commit("main", &[("README.md", Some(b"Other\n"))]);
    let error = merge(&conflict, head(&conflict));
    assert_eq!(error, ForgeError::Changed { message: "Pull Request is not mergeable".to_owned() });
    // Merged by somebody, but at another head than the one that was reviewed.
    let tess = desk.github.person("tess");
    desk.repository.admit(&tess);
    pull.merge_by(&tess, Method::Squash);
    assert!(matches!(merge(&pull, before), ForgeError::Changed { .. }));
    assert!(!conflict.is_merged());
}
