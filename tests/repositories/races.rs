//! Many writers at once: exactly one wins each state, nothing is lost, and the history is one line.

use std::sync::Barrier;
use std::thread;

use curator::adapters::GitRepo;
use curator::ports::{Repo as _, RepoError};

use crate::repos::Repo;
use crate::{change, files, open, wait};

/// Commits one file, again and again until it is in.
pub(crate) fn publish(git: &GitRepo, name: &str) {
    wait(async {
        for _ in 0..1000 {
            let head = git.head().await.unwrap();
            match git.commit(&head, &change(&[(name, Some(name))]), name).await {
                Ok(_) => return,
                Err(RepoError::Moved { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        panic!("{name} never came in");
    });
}

#[test]
fn eight_writers_and_git_itself_share_one_branch() {
    const WRITERS: usize = 8;
    const EACH: usize = 6;
    let repo = Repo::new();
    let barrier = Barrier::new(WRITERS + 1);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (repo, barrier) = (&repo, &barrier);
            scope.spawn(move || {
                let git = open(repo);
                barrier.wait();
                for n in 0..EACH {
                    publish(&git, &format!("{writer}/{n}"));
                }
            });
        }
        // A person who commits with git itself, in a process of its own each time.
        scope.spawn(|| {
            barrier.wait();
            let mut done = 0;
            while done < EACH {
                let tip = repo.git(["for-each-ref", "--format=%(objectname)", "refs/heads/main"]);
                if tip.is_empty() {
                    continue;
                }
                let tree = repo.git(["rev-parse", &format!("{tip}^{{tree}}")]).parse().unwrap();
                let next = repo.commit(tree, &[&tip]);
                let moved = crate::repos::git_command(&repo.path())
                    .args(["update-ref", "refs/heads/main", &next, &tip])
                    .stderr(std::process::Stdio::null())
                    .status();
                done += usize::from(moved.unwrap().success());
            }
        });
    });
    let expected: Vec<(String, String)> = (0..WRITERS)
        .flat_map(|writer| (0..EACH).map(move |n| format!("{writer}/{n}")))
        .map(|name| (name.clone(), name))
        .collect();
    assert_eq!(files(&open(&repo)), expected);
    let count = (WRITERS * EACH + EACH).to_string();
    assert_eq!(repo.git(["rev-list", "--count", "main"]), count);
    assert_eq!(repo.git(["rev-list", "--count", "--first-parent", "main"]), count);
    repo.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn of_two_that_build_on_one_state_one_wins() {
    for _ in 0..20 {
        let repo = Repo::new();
        let barrier = Barrier::new(2);
        let outcomes: Vec<bool> = thread::scope(|scope| {
            let racers = ["a", "b"].map(|name| {
                let (repo, barrier) = (&repo, &barrier);
                scope.spawn(move || {
                    let git = open(repo);
                    let head = wait(git.head()).unwrap();
                    barrier.wait();
                    match wait(git.commit(&head, &change(&[(name, Some("1"))]), name)) {
                        Ok(_) => true,
                        Err(RepoError::Moved { .. }) => false,
                        Err(error) => panic!("{error}"),
                    }
                })
            });
            racers.map(|racer| racer.join().unwrap()).into()
        });
        assert_eq!(outcomes.iter().filter(|won| **won).count(), 1);
        assert_eq!(repo.git(["rev-list", "--count", "main"]), "1");
    }
}
