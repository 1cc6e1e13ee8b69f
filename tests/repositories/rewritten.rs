//! A history that was rewritten stops everything, and one that went on does not (threat 44).

use curator::adapters::GitPlace;
use curator::ports::{Repo as _, RepoError, Revision};
use tempfile::TempDir;

use crate::remotes::Remote;
use crate::repos::Repo;
use crate::{open_remembering, wait, writing};

/// What a branch can come to, each with whether that is a rewritten history.
fn histories(repo: &Repo) -> Vec<(&'static str, String, bool)> {
    let first = repo.commit_files(&[("a", "1")], &[]);
    let second = repo.commit_files(&[("a", "2")], &[&first]);
    let other = repo.commit_files(&[("b", "1")], &[]);
    let gone_on = repo.commit_files(&[("a", "4")], &[&second]);
    // Where the branch was merged into another that took its place, nothing is lost.
    let merge = repo.commit_files(&[("a", "3")], &[&other, &gone_on]);
    vec![
        ("begun", second.clone(), false),
        ("gone on", gone_on, false),
        ("merged into another", merge, false),
        ("back again", second, true),
        ("back to the first", first, true),
        ("another one", other, true),
    ]
}

#[test]
fn here() {
    let (repo, cache) = (Repo::new(), TempDir::new().unwrap());
    let mut newest = String::new();
    for (what, commit, is_rewritten) in histories(&repo) {
        let before = newest.clone();
        repo.git(["update-ref", "refs/heads/main", &commit]);
        let head = wait(open_remembering(&repo, cache.path()).head());
        if is_rewritten {
            let error = head.unwrap_err();
            assert!(matches!(&error, RepoError::Rewritten { now, .. } if *now == commit), "{what}: {error}");
            assert!(error.to_string().contains(&before), "{what}: {error}");
            repo.git(["update-ref", "refs/heads/main", &before]);
        } else {
            assert_eq!(head, Ok(Revision(commit.clone())), "{what}");
            newest = commit;
        }
    }
    repo.git(["update-ref", "-d", "refs/heads/main"]);
    let gone = wait(open_remembering(&repo, cache.path()).head());
    assert!(matches!(gone, Err(RepoError::Rewritten { ref now, .. }) if now == "nothing"), "{gone:?}");
    // Whoever means it says so by removing what is remembered.
    std::fs::remove_dir_all(cache.path()).unwrap();
    std::fs::create_dir(cache.path()).unwrap();
    assert_eq!(wait(open_remembering(&repo, cache.path()).head()), Ok(Revision("empty".to_owned())));
}

#[test]
fn elsewhere() {
    let remote = Remote::ssh();
    let mut tip = remote.repo.commit_files(&[("a", "0")], &[]);
    let root = tip.clone();
    for n in 1..100 {
        tip = remote.repo.commit_files(&[("a", &n.to_string())], &[&tip]);
    }
    remote.repo.git(["update-ref", "refs/heads/main", &tip]);
    let place = || GitPlace { writer: None, ..writing() };
    assert_eq!(wait(remote.open(place()).head()), Ok(Revision(tip.clone())));
    let forced = remote.repo.commit_files(&[("b", "1")], &[&root]);
    remote.repo.git(["update-ref", "refs/heads/main", &forced]);
    let error = wait(remote.open(place()).head()).unwrap_err();
    assert!(matches!(&error, RepoError::Rewritten { now, .. } if *now == forced), "{error}");
    // Restored, and gone on by more than what a shallow copy has.
    for n in 100..180 {
        tip = remote.repo.commit_files(&[("a", &n.to_string())], &[&tip]);
    }
    remote.repo.git(["update-ref", "refs/heads/main", &tip]);
    assert_eq!(wait(remote.open(place()).head()), Ok(Revision(tip)));
}
