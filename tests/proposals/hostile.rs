//! Heads that strangers made to hurt: too many files, too many bytes, names that no file may have.

use std::time::Instant;

use curator::adapters::ProposalBudget;
use curator::ports::{Merged, Repo as _, RepoError, Unmergeable};

use crate::repos::{Repo, TreeEntry};
use crate::{commit, merged, open, propose, pull, told};

/// A registry with one file, and a head with this tree.
fn against(repo: &Repo, tree: git2::Oid) -> (String, String) {
    let base = commit(repo, &[("a", "1")], &[]);
    let head = repo.commit(tree, &[&base]);
    pull(repo, &base, &head);
    (base, head)
}

/// A folder with so many files.
fn many(repo: &Repo, number: usize) -> git2::Oid {
    let blob = repo.blob("1");
    let names: Vec<String> = (0..number).map(|n| format!("f{n:06}")).collect();
    let entries: Vec<TreeEntry<'_>> = names.iter().map(|name| ("100644", name.as_bytes(), blob)).collect();
    repo.tree(&entries)
}

#[test]
fn a_change_of_too_many_files_is_refused_and_one_of_just_so_many_is_not() {
    let repo = Repo::new();
    let one = repo.blob("1");
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"b", many(&repo, 5000))]));
    let git = open(&repo, None);
    let error = propose(&git, &base, &head).unwrap_err();
    let expected = Unmergeable::TooManyFiles { most: 3000 };
    assert!(matches!(&error, RepoError::Unmergeable { why, .. } if *why == expected), "{error}");
    assert!(error.to_string().contains("more than 3000 files"));
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"b", many(&repo, 3000))]));
    assert_eq!(propose(&git, &base, &head).unwrap().differences.changed.len(), 3000);
    // Files beside the folder count, too, and so do those that go.
    let git = open(&repo, Some("b"));
    let (base, head) =
        against(&repo, repo.tree(&[("40000", b"b", many(&repo, 1500)), ("40000", b"c", many(&repo, 1500))]));
    assert!(matches!(propose(&git, &base, &head), Err(RepoError::Unmergeable { .. })));
    let full = repo.commit(repo.tree(&[("40000", b"b", many(&repo, 3001))]), &[]);
    let empty = repo.commit(repo.tree(&[]), &[&full]);
    pull(&repo, &full, &empty);
    assert!(matches!(propose(&git, &full, &empty), Err(RepoError::Unmergeable { .. })));
    let small = ProposalBudget { files: 3, ..ProposalBudget::default() };
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"b", many(&repo, 4))]));
    assert!(matches!(
        propose(&open(&repo, None).proposing_within(small), &base, &head),
        Err(RepoError::Unmergeable { .. })
    ));
}

#[test]
fn a_tree_of_a_few_objects_that_spells_out_billions_of_files_is_refused_at_once() {
    let repo = Repo::new();
    for leaf in [many(&repo, 8), repo.tree(&[])] {
        let mut tree = leaf;
        for _ in 0..50 {
            let folders: Vec<Vec<u8>> = (b'a'..=b'h').map(|name| vec![name]).collect();
            tree = repo.tree(&folders.iter().map(|name| ("40000", name.as_slice(), tree)).collect::<Vec<_>>());
        }
        let (base, head) = against(&repo, tree);
        let begun = Instant::now();
        let error = propose(&open(&repo, None), &base, &head).unwrap_err();
        assert!(matches!(error, RepoError::Unmergeable { why: Unmergeable::TooManyFiles { .. }, .. }), "{error}");
        assert!(begun.elapsed().as_secs() < 20);
    }
    // One folder inside the other, deeper than any walk goes.
    let mut tree = repo.tree(&[("100644", b"a", repo.blob("1"))]);
    for _ in 0..80 {
        tree = repo.tree(&[("40000", b"a", tree)]);
    }
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", repo.blob("1")), ("40000", b"b", tree)]));
    let error = propose(&open(&repo, None), &base, &head).unwrap_err();
    assert!(matches!(error, RepoError::Unmergeable { why: Unmergeable::Unsound { .. }, .. }), "{error}");
}

#[test]
fn names_that_no_file_of_ours_can_have_are_told() {
    let repo = Repo::new();
    let one = repo.blob("1");
    let evil = repo.tree(&[
        ("100644", b"..", one),
        ("100644", b".git", one),
        ("100644", b"a\xff", one),
        ("100644", b"\x1b[2J", one),
    ]);
    // In git's order, so that nothing but the names is odd.
    let evil_sorted = repo.tree(&[
        ("100644", b"\x1b[2J", one),
        ("100644", b"..", one),
        ("100644", b".GIT", one),
        ("100644", b"a\xff", one),
    ]);
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"r", evil_sorted)]));
    let proposal = propose(&open(&repo, None), &base, &head).unwrap();
    assert_eq!(told(&proposal.differences), ["+r/\u{1b}[2J"]);
    assert_eq!(proposal.differences.unlisted, ["r/..", "r/.GIT", "r/a\u{fffd}"]);
    let proposal = propose(&open(&repo, Some("x")), &base, &head).unwrap();
    assert_eq!(proposal.beside, ["r/\u{1b}[2J", "r/..", "r/.GIT", "r/a\u{fffd}"]);
    // A tree in another order means one thing here and another there.
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"r", evil)]));
    let error = propose(&open(&repo, None), &base, &head).unwrap_err();
    assert!(matches!(error, RepoError::Unmergeable { why: Unmergeable::Unsound { .. }, .. }), "{error}");
    // Neither does a conflict reach a terminal as it is.
    let side = |blob| repo.tree(&[("40000", b"r", repo.tree(&[("100644", b"\x1b[2J\xe2\x80\xae", blob)]))]);
    let fork = repo.commit(side(one), &[]);
    let base = repo.commit(side(repo.blob("2")), &[&fork]);
    let head = repo.commit(side(repo.blob("3")), &[&fork]);
    pull(&repo, &base, &head);
    let conflict = Merged::Conflict(vec!["r/\\u{1b}[2J\\u{202e}".to_owned()]);
    assert_eq!(propose(&open(&repo, None), &base, &head).unwrap().merged, conflict);
}

#[test]
fn twins_that_differ_in_case_alone_are_two_files() {
    let repo = Repo::new();
    let (one, two) = (repo.blob("1"), repo.blob("2"));
    let (base, head) = against(&repo, repo.tree(&[("100644", b"A", two), ("100644", b"a", one)]));
    let git = open(&repo, None);
    let proposal = propose(&git, &base, &head).unwrap();
    assert_eq!(told(&proposal.differences), ["+A"]);
    assert_eq!(git.list(&merged(&proposal), None).unwrap().len(), 2);
}

#[test]
fn a_tree_that_would_fill_the_memory_is_not_read() {
    let repo = Repo::new();
    let one = repo.blob("1");
    // Names of 200 letters that differ in their last ones: 34 MB that deflate to next to nothing.
    let names: Vec<String> = (0..150_000).map(|n| format!("{}{n:06}", "x".repeat(200))).collect();
    let entries: Vec<TreeEntry<'_>> = names.iter().map(|name| ("100644", name.as_bytes(), one)).collect();
    let large = repo.tree(&entries);
    let (base, head) = against(&repo, repo.tree(&[("100644", b"a", one), ("40000", b"b", large)]));
    let error = propose(&open(&repo, None), &base, &head).unwrap_err();
    assert!(
        matches!(&error, RepoError::Unmergeable { why: Unmergeable::Unsound { message }, .. } if message.contains("bytes")),
        "{error}"
    );
}

#[test]
fn a_large_file_that_stands_in_many_places_is_weighed_in_each() {
    let repo = Repo::new();
    let large = repo.blob(vec![b' '; 1 << 20]);
    for (number, is_refused) in [(32, false), (33, true)] {
        let names: Vec<String> = (0..number).map(|n| format!("f{n:02}")).collect();
        let entries: Vec<TreeEntry<'_>> = names.iter().map(|name| ("100644", name.as_bytes(), large)).collect();
        let (base, head) = against(&repo, repo.tree(&entries));
        let told = propose(&open(&repo, None), &base, &head);
        let refused = matches!(told, Err(RepoError::Unmergeable { why: Unmergeable::TooManyBytes { .. }, .. }));
        assert_eq!(refused, is_refused, "{number}: {told:?}");
    }
}
