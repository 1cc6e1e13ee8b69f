//! The past of a repository: what was recorded, what changed, and where a branch forked off.

use curator::ports::{Changed, Differences, History as _, Repo as _, RepoEntryKind, RepoError, Revision};

use crate::remotes::Remote;
use crate::repos::Repo;
use crate::{open, path, wait, writing};

fn revision(id: &str) -> Revision {
    Revision(id.to_owned())
}

/// Each path that differs, with what came (`+`), went (`-`) or changed (`~`).
fn told(differences: &Differences) -> Vec<String> {
    let mark = |changed: &Changed| match (&changed.before, &changed.after) {
        (None, _) => '+',
        (_, None) => '-',
        _ => '~',
    };
    differences.changed.iter().map(|changed| format!("{}{}", mark(changed), changed.path)).collect()
}

#[test]
fn a_log_follows_first_parents_and_knows_who_when_and_what() {
    let repo = Repo::new();
    let first = repo.commit_files(&[("a", "1")], &[]);
    let side = repo.commit_files(&[("a", "1"), ("b", "1")], &[&first]);
    let second = repo.commit_files(&[("a", "2")], &[&first]);
    let merge = repo.commit_files(&[("a", "2"), ("b", "1")], &[&second, &side]);
    repo.git(["update-ref", "refs/heads/main", &merge]);
    let git = open(&repo);
    let ids = |since: Option<&str>, until: &str| -> Vec<String> {
        let since = since.map(revision);
        let log = wait(git.log(since.as_ref(), &revision(until))).unwrap();
        log.into_iter().map(|logged| logged.revision.0).collect()
    };
    assert_eq!(ids(None, &merge), [&first[..], &second, &merge]);
    assert_eq!(ids(Some(&first), &merge), [&second[..], &merge]);
    assert_eq!(ids(Some(&merge), &merge), [""; 0]);
    // What came by the other parent is an ancestor: the first parents that it lacks are told.
    assert_eq!(ids(Some(&side), &merge), [&second[..], &merge]);
    assert_eq!(ids(Some("empty"), &second), [&first[..], &second]);
    for (since, until) in [(&merge, &first), (&side, &second)] {
        let error = wait(git.log(Some(&revision(since)), &revision(until))).unwrap_err();
        assert!(matches!(error, RepoError::Rewritten { .. }), "{error}");
    }

    let logged = git.describe(&revision(&merge)).unwrap().unwrap();
    assert_eq!((logged.parent, logged.author.as_str()), (Some(revision(&second)), "Author <author@example.org>"));
    assert_eq!((logged.time.to_string().as_str(), logged.message.as_str()), ("2024-01-01T00:00:00.000Z", "a commit\n"));
    assert_eq!(git.describe(&revision(&first)).unwrap().unwrap().parent, None);
    assert_eq!(git.describe(&revision("empty")), Ok(None));
    let unknown = revision("0123456789012345678901234567890123456789");
    assert!(matches!(git.describe(&unknown), Err(RepoError::Unknown { .. })));
}

#[test]
fn a_difference_names_every_path_and_looks_into_nothing_else() {
    let repo = Repo::new();
    let (one, two) = (repo.blob("1"), repo.blob("2"));
    let same = repo.tree(&[("100644", b"x", one)]);
    let before = repo.tree(&[
        ("100644", b".GIT", one),
        ("100644", b"edited", one),
        ("100644", b"file", one),
        ("100644", b"linked", one),
        ("100644", b"mode", one),
        ("100644", b"moved", two),
        ("40000", b"same", same),
    ]);
    let below = repo.tree(&[("100644", b"moved", two), ("100644", b"x", one)]);
    let after = repo.tree(&[
        ("100644", b".GIT", two),
        ("100644", b"edited", two),
        ("40000", b"file", below),
        ("120000", b"linked", one),
        ("100755", b"mode", one),
        ("40000", b"same", same),
    ]);
    let (first, second) = (repo.commit(before, &[]), repo.commit(after, &[]));
    let git = open(&repo);
    let found = git.difference(Some(&revision(&first)), &revision(&second)).unwrap();
    assert_eq!(told(&found), ["~edited", "-file", "+file/moved", "+file/x", "~linked", "-moved"]);
    assert_eq!(found.unlisted, [".GIT"]);
    let linked = found.changed.iter().find(|changed| changed.path == path("linked")).unwrap();
    assert_eq!(linked.after.unwrap().kind, RepoEntryKind::Foreign);
    let all = git.difference(None, &revision(&first)).unwrap();
    assert_eq!(told(&all), ["+edited", "+file", "+linked", "+mode", "+moved", "+same/x"]);
    assert_eq!(git.difference(Some(&revision(&first)), &revision(&first)), Ok(Differences::default()));
    assert_eq!(told(&git.difference(Some(&revision(&first)), &revision("empty")).unwrap()).len(), 6);
}

#[test]
fn a_fork_point_is_found_by_branch_tag_and_commit() {
    let repo = Repo::new();
    let base = repo.commit_files(&[("a", "1")], &[]);
    let fork = repo.commit_files(&[("a", "2")], &[&base]);
    let theirs = repo.commit_files(&[("a", "3")], &[&fork]);
    let ours = repo.commit_files(&[("a", "2"), ("b", "1")], &[&fork]);
    let lonely = repo.commit_files(&[("z", "1")], &[]);
    repo.git(["update-ref", "refs/heads/main", &ours]);
    repo.git(["update-ref", "refs/heads/release/1", &theirs]);
    repo.git(["update-ref", "refs/remotes/origin/main", &theirs]);
    repo.git(["tag", "-a", "-m", "x", "v1", &theirs]);
    repo.git(["update-ref", "refs/heads/lonely", &lonely]);
    let git = open(&repo);
    let at = wait(git.head()).unwrap();
    let point = |name: &str| wait(git.fork_point(name, &at)).unwrap().map(|revision| revision.0);
    for name in ["release/1", "origin/main", "v1", &theirs] {
        assert_eq!(point(name).as_deref(), Some(&fork[..]), "{name}");
    }
    assert_eq!(point("main"), Some(ours));
    for name in ["lonely", "none", "-x", "../x", "0123456789012345678901234567890123456789"] {
        assert_eq!(point(name), None, "{name}");
    }
}

#[test]
fn a_merge_in_between_moves_the_fork_point() {
    let repo = Repo::new();
    let base = repo.commit_files(&[("a", "1")], &[]);
    let main = repo.commit_files(&[("a", "2")], &[&base]);
    let branch = repo.commit_files(&[("b", "1")], &[&base]);
    let merged = repo.commit_files(&[("a", "2"), ("b", "1")], &[&branch, &main]);
    let later = repo.commit_files(&[("a", "3")], &[&main]);
    repo.git(["update-ref", "refs/heads/main", &merged]);
    repo.git(["update-ref", "refs/heads/base", &later]);
    let git = open(&repo);
    let at = wait(git.head()).unwrap();
    assert_eq!(wait(git.fork_point("base", &at)), Ok(Some(revision(&main))));
}

#[test]
fn a_remote_is_fetched_as_deep_as_the_question_goes() {
    let remote = Remote::ssh();
    let repo = &remote.repo;
    let mut commits = vec![repo.commit_files(&[("a", "0")], &[])];
    for n in 1..700 {
        commits.push(repo.commit_files(&[("a", &n.to_string())], &[&commits[n - 1]]));
    }
    repo.git(["update-ref", "refs/heads/main", &commits[699]]);
    let fork = repo.commit_files(&[("b", "1")], &[&commits[640]]);
    repo.git(["update-ref", "refs/heads/topic", &fork]);
    let git = remote.open(writing());
    let head = wait(git.head()).unwrap();
    assert!(matches!(git.describe(&revision(&commits[650])), Err(RepoError::Unknown { .. })));
    let log = wait(git.log(Some(&revision(&commits[660])), &head)).unwrap();
    assert_eq!(log.len(), 39);
    assert_eq!(told(&git.difference(Some(&revision(&commits[660])), &head).unwrap()), ["~a"]);
    assert!(matches!(git.describe(&revision(&commits[5])), Err(RepoError::Unknown { .. })));
    assert_eq!(wait(git.fork_point("topic", &head)), Ok(Some(revision(&commits[640]))));
    assert_eq!(wait(git.log(None, &head)).unwrap().len(), 700);
    let other = repo.commit_files(&[("z", "1")], &[]);
    let error = wait(git.log(Some(&revision(&other)), &head)).unwrap_err();
    assert!(matches!(error, RepoError::Rewritten { .. }), "{error}");
}
