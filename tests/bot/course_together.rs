//! Two runs at once, about the same pull request.

use std::thread;
use std::time::{Duration, Instant};

use crate::program::finish;
use crate::scene::{BOT, Scene};

/// How long the forge takes for an answer: so that two runs are between question and answer at the same time.
const LATENCY: Duration = Duration::from_millis(60);

#[test]
fn two_first_reviews_at_once_leave_one_comment() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.github.latency(LATENCY);
    // As often as it takes, until both said something.
    for number in 0..20 {
        let pull = scene.asks_for_package(&scene.ann, &format!("arrays{}", "x".repeat(number)));
        scene.github.forget_requests();
        let runner = |cache: &str| {
            scene.command_with_cache(cache, &["review", "--pull", &pull.number.to_string(), "--store", "store"])
        };
        let runners = [runner("one"), runner("two")];
        let ran = thread::scope(|scope| {
            let runs = runners.map(|command| scope.spawn(|| finish(command)));
            runs.map(|run| run.join().unwrap())
        });
        assert!(ran.iter().all(|ran| ran.code == 0), "{ran:?}");
        let comments: Vec<String> = pull.comments().into_iter().map(|it| it.text).collect();
        assert_eq!(comments.len(), 1, "{comments:#?}");
        assert!(comments[0].contains("Needs approval by a trustee"), "{comments:#?}");
        let asked = scene.github.requests();
        let said = asked.iter().filter(|it| it.method == "POST" && it.path.ends_with("/comments")).count();
        if said == 2 {
            return;
        }
        pull.close();
    }
    panic!("the two were never at it at once");
}

#[test]
fn what_was_said_twice_long_ago_is_said_once_again() {
    let scene = Scene::nearby("");
    let pull = scene.asks_for_package(&scene.ann, "arrays");
    scene.review(&pull).ends(0);
    let first = pull.comments().remove(0);
    // A run that was killed before it took back what it said.
    pull.shared.world().say(pull.repository, pull.number, BOT, &first.text);
    scene.review(&pull).ends(0);
    let left: Vec<u64> = pull.comments().iter().map(|it| it.id).collect();
    assert_eq!(left, [first.id], "the oldest stays");
}

#[test]
fn a_review_that_merges_is_not_the_last_word_where_somebody_published() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.github.latency(LATENCY);
    let command = scene.command(&["review", "--pull", &pull.number.to_string()]);
    let told = "<!-- curator -->\n**Published.**\n";
    let ran = thread::scope(|scope| {
        let run = scope.spawn(|| finish(command));
        let began = Instant::now();
        while !pull.is_merged() {
            assert!(began.elapsed() < Duration::from_mins(1), "it was never merged");
            thread::sleep(Duration::from_millis(1));
        }
        // In the moment of the merge, a sync that was under way publishes it and says so.
        pull.shared.world().say(pull.repository, pull.number, BOT, told);
        run.join().unwrap()
    });
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(scene.says(&pull), told);
}
