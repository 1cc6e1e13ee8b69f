//! What comes of a merge, path by path.

use curator::adapters::Directory;
use curator::ports::{
    Commits, History as _, Merged, Proposals as _, Repo as _, RepoEntryKind, RepoError, Role, Unmergeable,
};

use crate::repos::Repo;
use crate::trees::everything;
use crate::{PULL, commit, files, id, merged, open, pairs, path, point, propose, pull, revision, told, wait};

#[test]
fn what_one_side_changed_is_taken_and_what_both_changed_alike_is_fine() {
    let repo = Repo::new();
    let fork = commit(&repo, &[("a", "1"), ("b", "1"), ("c", "1"), ("d/e", "1"), ("d/f/g", "1"), ("h/i", "1")], &[]);
    let base = commit(&repo, &[("a", "1"), ("b", "2"), ("c", "2"), ("d/e", "1"), ("d/f/g", "2"), ("j", "1")], &[&fork]);
    let head = commit(
        &repo,
        &[("a", "2"), ("b", "1"), ("c", "2"), ("d/f/g", "1"), ("d/f/k", "1"), ("h/i", "1"), ("l/m/n", "1")],
        &[&fork],
    );
    pull(&repo, &base, &head);
    let before = everything(&repo.path());
    let git = open(&repo, None);
    let proposal = propose(&git, &base, &head).unwrap();
    let after = merged(&proposal);
    let expected = [("a", "2"), ("b", "2"), ("c", "2"), ("d/f/g", "2"), ("d/f/k", "1"), ("j", "1"), ("l/m/n", "1")];
    assert_eq!(files(&git, &after), pairs(&expected));
    assert_eq!(told(&proposal.differences), ["~a", "-d/e", "+d/f/k", "+l/m/n"]);
    assert_eq!((proposal.fork, proposal.beside.as_slice()), (revision(&fork), &[][..]));
    // It can be read as any other state, and is told as what it is.
    assert_eq!(git.read(&after, &path("d/f/k")).unwrap(), Some(b"1".to_vec()));
    assert_eq!(told(&git.difference(Some(&revision(&head)), &after).unwrap()), ["~b", "~d/f/g", "-h/i", "+j"]);
    assert_eq!(git.describe(&after).unwrap().unwrap().parent, Some(revision(&base)));
    // The same merge is the same commit, whoever works it out.
    assert_eq!(merged(&propose(&open(&repo, None), &base, &head).unwrap()), after);
    // Nothing was written into the operator's repository, and nothing of it stays.
    assert_eq!(everything(&repo.path()), before);
    drop(git);
    assert!(matches!(open(&repo, None).list(&after, None), Err(RepoError::Unknown { .. })));
}

#[test]
fn what_git_would_merge_without_renames_is_what_is_merged() {
    let repo = Repo::new();
    let fork = commit(&repo, &[("a/x", "1"), ("a/y", "1"), ("b", "1")], &[]);
    let base = commit(&repo, &[("a/x", "1"), ("b", "1"), ("c/d", "1")], &[&fork]);
    let head = commit(&repo, &[("a/x", "2"), ("a/y", "1"), ("e", "1")], &[&fork]);
    pull(&repo, &base, &head);
    let git = open(&repo, None);
    let after = merged(&propose(&git, &base, &head).unwrap());
    let tree = repo.git(["merge-tree", "--write-tree", "--no-messages", "main", PULL]);
    let listed = repo.git(["ls-tree", "-r", "--name-only", &tree]);
    let names: Vec<String> = files(&git, &after).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, listed.lines().collect::<Vec<_>>());
}

#[test]
fn what_both_sides_changed_otherwise_is_a_conflict() {
    let repo = Repo::new();
    let fork = commit(&repo, &[("a", "1"), ("b", "1"), ("c", "1"), ("d/e", "1"), ("f", "1"), ("g", "1")], &[]);
    let base = commit(&repo, &[("a", "2"), ("c", "2"), ("d/e", "2"), ("f/x", "1"), ("g", "1"), ("h", "1")], &[&fork]);
    let head = commit(&repo, &[("a", "3"), ("b", "2"), ("d/y", "1"), ("f", "2"), ("g", "1"), ("h/z", "1")], &[&fork]);
    pull(&repo, &base, &head);
    let proposal = propose(&open(&repo, None), &base, &head).unwrap();
    // Changed on both sides; gone here, changed there; a file here, a folder there.
    let expected = ["a", "b", "c", "d/e", "f", "h"].map(str::to_owned).to_vec();
    assert_eq!(proposal.merged, Merged::Conflict(expected));
    // What the author changed is told all the same.
    assert_eq!(told(&proposal.differences), ["~a", "~b", "-c", "-d/e", "+d/y", "~f", "+h/z"]);
}

#[test]
fn a_head_that_brings_nothing_new_changes_nothing() {
    let repo = Repo::new();
    let first = commit(&repo, &[("a", "1")], &[]);
    let topic = commit(&repo, &[("a", "1"), ("b", "1")], &[&first]);
    // Squashed into the branch, merged into it, and not even ahead of it.
    let squashed = commit(&repo, &[("a", "2"), ("b", "1")], &[&first]);
    let joined = commit(&repo, &[("a", "1"), ("b", "1"), ("c", "1")], &[&first, &topic]);
    for (base, head) in [(&squashed, &topic), (&joined, &topic), (&joined, &first), (&joined, &joined)] {
        pull(&repo, base, head);
        let proposal = propose(&open(&repo, None), base, head).unwrap();
        assert_eq!(merged(&proposal), revision(base));
        assert_eq!((told(&proposal.differences), proposal.beside), (vec![], vec![]));
    }
    // Everything goes: the tree of the merge is empty, and can be read.
    let empty = repo.commit(repo.tree(&[]), &[&first]);
    pull(&repo, &first, &empty);
    let git = open(&repo, None);
    let proposal = propose(&git, &first, &empty).unwrap();
    assert_eq!((files(&git, &merged(&proposal)), told(&proposal.differences)), (vec![], vec!["-a".to_owned()]));
}

#[test]
fn what_lies_beside_the_registrys_folder_is_told_apart() {
    let repo = Repo::new();
    let fork = commit(&repo, &[("r/a", "1"), ("r/b/c", "1"), ("ci/x.yml", "1"), ("README", "1")], &[]);
    let base = commit(&repo, &[("r/a", "1"), ("r/b/c", "1"), ("ci/x.yml", "1"), ("README", "2")], &[&fork]);
    let head = commit(&repo, &[("r/a", "2"), ("r/d", "1"), ("ci/x.yml", "2"), ("README", "1"), ("ra", "1")], &[&fork]);
    pull(&repo, &base, &head);
    let git = open(&repo, Some("r"));
    let proposal = propose(&git, &base, &head).unwrap();
    assert_eq!(told(&proposal.differences), ["~a", "-b/c", "+d"]);
    assert_eq!(proposal.beside, ["ci/x.yml", "ra"]);
    assert_eq!(files(&git, &merged(&proposal)), pairs(&[("a", "2"), ("d", "1")]));
    // A link in the place of the folder takes everything with it, and is told.
    let link = repo.tree(&[("120000", b"r", repo.blob("/etc"))]);
    let head = repo.commit(link, &[&fork]);
    pull(&repo, &base, &head);
    let proposal = propose(&git, &fork, &head).unwrap();
    assert_eq!(
        (told(&proposal.differences), proposal.beside.as_slice()),
        (vec!["-a".to_owned(), "-b/c".to_owned()], &["README".to_owned(), "ci/x.yml".to_owned(), "r".to_owned()][..])
    );
    // A conflict outside of the folder is one, too.
    let head = commit(&repo, &[("r/a", "1"), ("r/b/c", "1"), ("ci/x.yml", "1"), ("README", "3")], &[&fork]);
    pull(&repo, &base, &head);
    assert_eq!(propose(&git, &base, &head).unwrap().merged, Merged::Conflict(vec!["README".to_owned()]));
}

#[test]
fn links_submodules_and_modes_are_carried_as_they_are() {
    let repo = Repo::new();
    let (one, target) = (repo.blob("1"), repo.blob("/etc/passwd"));
    let fork = repo.commit(repo.tree(&[("100644", b"a", one), ("100644", b"b", one)]), &[]);
    let base = repo.commit(repo.tree(&[("100644", b"a", one), ("100644", b"b", one), ("100644", b"z", one)]), &[&fork]);
    let gitlink = git2::Oid::from_str(&fork).unwrap();
    let head = repo.commit(
        repo.tree(&[
            ("100755", b"a", one),
            ("120000", b"b", target),
            ("160000", b"c", gitlink),
            ("120000", b"d", target),
        ]),
        &[&fork],
    );
    pull(&repo, &base, &head);
    let git = open(&repo, None);
    let proposal = propose(&git, &base, &head).unwrap();
    // A mode that changes alone is seen: a script that may be run is more than one that may not.
    assert_eq!(told(&proposal.differences), ["~a", "~b", "+c", "+d"]);
    let kinds: Vec<_> = git.list(&merged(&proposal), None).unwrap().into_iter().map(|entry| entry.kind).collect();
    let [file, foreign] = [RepoEntryKind::File, RepoEntryKind::Foreign];
    assert_eq!(kinds, [file, foreign, foreign, foreign, file]);
    assert!(matches!(git.read(&merged(&proposal), &path("d")), Err(RepoError::Unusable { .. })));
}

#[test]
fn the_fork_is_found_far_back_and_across_merges() {
    let repo = Repo::new();
    let fork = commit(&repo, &[("a", "0")], &[]);
    let mut main = fork.clone();
    for n in 1..300 {
        let side = commit(&repo, &[("a", &n.to_string()), ("s", &n.to_string())], &[&main]);
        main = commit(&repo, &[("a", &n.to_string())], &[&main, &side]);
    }
    let head = commit(&repo, &[("a", "0"), ("b", "1")], &[&fork]);
    pull(&repo, &main, &head);
    let git = open(&repo, None);
    let proposal = propose(&git, &main, &head).unwrap();
    assert_eq!((proposal.fork.clone(), told(&proposal.differences)), (revision(&fork), vec!["+b".to_owned()]));
    assert_eq!(files(&git, &merged(&proposal)), pairs(&[("a", "299"), ("b", "1")]));
    // The author merged the branch into the topic: from there on it is compared.
    let again = commit(&repo, &[("a", "299"), ("b", "2")], &[&head, &main]);
    pull(&repo, &main, &again);
    assert_eq!(propose(&git, &main, &again).unwrap().fork, revision(&main));
}

#[test]
fn one_commit_is_told_from_several() {
    let repo = Repo::new();
    let first = commit(&repo, &[("a", "1")], &[]);
    let base = commit(&repo, &[("a", "2")], &[&first]);
    // The second one takes back what the first one brings, as the branch has it by now.
    let one = commit(&repo, &[("a", "2"), ("b", "1")], &[&first]);
    let two = commit(&repo, &[("a", "1"), ("b", "1")], &[&one]);
    let joined = commit(&repo, &[("a", "2"), ("b", "1")], &[&one, &base]);
    let expected =
        [(&one, Commits::One), (&two, Commits::Several), (&joined, Commits::Several), (&first, Commits::One)];
    for (head, commits) in expected {
        pull(&repo, &base, head);
        let git = open(&repo, None);
        let proposal = propose(&git, &base, head).unwrap();
        assert_eq!((proposal.commits, &files(&git, &merged(&proposal))[0].1), (commits, &"2".to_owned()), "{head}");
    }
}

#[test]
fn histories_that_nobody_can_compare_are_refused() {
    let repo = Repo::new();
    let first = commit(&repo, &[("a", "1")], &[]);
    let unrelated = commit(&repo, &[("a", "1"), ("b", "1")], &[]);
    let (left, right) = (commit(&repo, &[("l", "1")], &[&first]), commit(&repo, &[("r", "1")], &[&first]));
    let base = commit(&repo, &[("l", "1"), ("r", "1")], &[&left, &right]);
    let crossed = commit(&repo, &[("l", "1"), ("r", "2")], &[&right, &left]);
    for (head, expected) in [(&unrelated, Unmergeable::Unrelated), (&crossed, Unmergeable::SeveralForks)] {
        pull(&repo, &base, head);
        let error = propose(&open(&repo, None), &base, head).unwrap_err();
        assert!(matches!(&error, RepoError::Unmergeable { why, .. } if *why == expected), "{error}");
        assert_eq!(error.fault(), curator::model::Fault::Author);
    }
}

#[test]
fn commits_that_lie_about_their_time_change_nothing() {
    let repo = Repo::new();
    let dated = |date: &str, text: &str, parents: &[&str]| {
        let tree = crate::registry::tree(&repo, &[("a", text)]).to_string();
        let mut command = crate::repos::git_command(&repo.path());
        command.args(["commit-tree", "-m", "x", &tree]).args(parents.iter().flat_map(|it| ["-p", it]));
        let output = command.env("GIT_COMMITTER_DATE", date).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let root = dated("2038-01-01T00:00:00Z", "0", &[]);
    let old = dated("2000-01-01T00:00:00Z", "1", &[&root]);
    let fork = dated("2037-01-01T00:00:00Z", "2", &[&old]);
    let base = dated("1999-01-01T00:00:00Z", "3", &[&fork]);
    // The head descends from both the fork and its ancestors: the newest one in the history counts, not by the clock.
    let head = dated("1998-01-01T00:00:00Z", "2", &[&root, &fork, &old]);
    pull(&repo, &base, &head);
    let proposal = propose(&open(&repo, None), &base, &head).unwrap();
    assert_eq!((proposal.fork.clone(), merged(&proposal)), (revision(&fork), revision(&base)));
}

#[test]
fn only_the_head_that_was_named_is_looked_at() {
    let repo = Repo::new();
    let base = commit(&repo, &[("a", "1")], &[]);
    let head = commit(&repo, &[("a", "2")], &[&base]);
    let later = commit(&repo, &[("a", "3")], &[&head]);
    pull(&repo, &base, &later);
    let git = open(&repo, None);
    assert!(matches!(propose(&git, &base, &head), Err(RepoError::Moved { .. })));
    assert!(propose(&git, &base, &later).is_ok());
    repo.git(["update-ref", "-d", PULL]);
    assert!(matches!(propose(&git, &base, &later), Err(RepoError::Moved { .. })));
    // A branch of the repository itself can be proposed, too.
    point(&repo, "refs/heads/topic/a", &head);
    for name in ["topic/a", "refs/heads/topic/a"] {
        assert!(wait(git.propose(name, &id(&head), &revision(&base))).is_ok());
    }
    point(&repo, "refs/tags/v1", &head);
    for name in ["refs/tags/v1", "v1", "refs/pull/1/merge", "--all", "refs/pull/1/../../heads/topic/a/head", &head] {
        let error = wait(git.propose(name, &id(&head), &revision(&base))).unwrap_err();
        assert!(matches!(error, RepoError::Unusable { .. } | RepoError::Moved { .. }), "{name}: {error}");
    }
    let unknown = revision("0123456789012345678901234567890123456789");
    assert!(matches!(wait(git.propose("topic/a", &id(&head), &unknown)), Err(RepoError::Unknown { .. })));
}

#[test]
fn nobody_proposes_to_a_plain_folder() {
    let folder = tempfile::TempDir::new().unwrap();
    let directory = Directory::reading(folder.path(), Role::Registry);
    let error = wait(async {
        let head = directory.head().await.unwrap();
        directory.propose(PULL, &id(&"1".repeat(40)), &head).await.unwrap_err()
    });
    assert!(matches!(&error, RepoError::Unusable { message, .. } if message.contains("plain folder")), "{error}");
}
