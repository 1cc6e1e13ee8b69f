//! The loop where all is well: who is reviewed when, and what comes before what.

use std::time::Duration;

use curator::adapters::{elapsed, now};
use curator::daemon::{Look, Pushes, Turn};
use curator::model::{Half, PullCounts, ReviewEnd, Timestamp};
use curator::ops::Retry;

use crate::scene::{Scene, pull};

fn soon(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(now().unwrap().unix_millis() + millis).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_open_is_reviewed_once_and_again_when_something_changes() {
    let scene = Scene::new([1, 2]);
    let running = scene.start(20, 16);
    scene.waits_until(|state| state.done.iter().any(|done| done == "reviewed 2")).await;
    scene.looks_again(5).await;
    let settled = ["sync a", "list", "announce", "review 1", "reviewed 1", "review 2", "reviewed 2"];
    assert_eq!(scene.done()[..7], settled);
    assert!(scene.done()[7..].iter().all(|done| done == "list"), "{:?}", scene.done());

    scene.change(|state| state.open[1].updated = soon(0));
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 2").count() == 2).await;
    scene.change(|state| state.open[0].head = "c247cc84771ba10439afa16d3ea3d2be28bb5b00".parse().unwrap());
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 1").count() == 2).await;
    scene.change(|state| state.open.push(pull(3)));
    scene.waits_until(|state| state.done.iter().any(|done| done == "reviewed 3")).await;
    assert_eq!((scene.times("review 1"), scene.times("review 2")), (2, 2));

    // Somebody merged something else: whatever is open may be in another light.
    scene.change(|state| "b".clone_into(&mut state.head));
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 3").count() == 2).await;
    assert_eq!((scene.times("sync b"), scene.times("announce")), (1, 2));
    assert_eq!((scene.times("review 1"), scene.times("review 2")), (3, 3));
    running.ask();
    assert_eq!(running.end().await, Ok(()));

    // Another process knows nothing of it, and looks at everything once.
    let again = scene.start(20, 16);
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 3").count() == 3).await;
    scene.looks_again(3).await;
    assert_eq!((scene.times("review 1"), scene.times("review 2"), scene.times("announce")), (4, 4, 3));
    again.ask();
    assert_eq!(again.end().await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_merged_is_published_before_anything_else_is_reviewed() {
    let scene = Scene::new([1, 2, 3]);
    scene.change(|state| drop(state.looks.insert(2, Ok(Look::Merged))));
    // Between two looks lies an hour: only what the loop does by itself is seen.
    let running = scene.start(3_600_000, 16);
    scene.waits_until(|state| state.done.iter().any(|done| done == "reviewed 3")).await;
    let deeds: Vec<String> = scene.done().into_iter().filter(|done| !done.starts_with("reviewed")).collect();
    let before = ["sync a", "list", "announce", "review 1", "review 2"];
    let after = ["sync a+2", "list", "announce", "review 3", "review 1"];
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 1").count() == 2).await;
    assert_eq!(deeds[..8], [&before[..], &after[..3]].concat());
    let deeds: Vec<String> = scene.done().into_iter().filter(|done| done.starts_with("review ")).collect();
    assert_eq!(deeds, ["review 1", "review 2", "review 3", "review 1"]);
    running.ask();
    let record = running.record.vitals();
    running.end().await.unwrap();
    assert_eq!((record.published, record.plan), (1, 1));
    assert_eq!(record.reviews[&ReviewEnd::Merged], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_is_acted_on_at_once_and_a_storm_of_them_is_one_look() {
    let scene = Scene::new([1, 2]);
    let running = scene.start(3_600_000, 16);
    scene.waits_until(|state| state.done.iter().any(|done| done == "reviewed 2")).await;
    let began = elapsed();
    for _ in 0..1000 {
        running.hint(2);
        running.hint(99);
    }
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 2").count() == 2).await;
    assert!(elapsed() < began + Duration::from_secs(10));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    // The hints came within moments; at most the last of them rang after the box was emptied.
    assert!(scene.times("list") <= 3, "{:?}", scene.done());
    // The list may lag behind: what it never showed is looked at once.
    assert_eq!((scene.times("review 1"), scene.times("review 99")), (1, 1));
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_waiting_period_is_a_reason_to_look() {
    let scene = Scene::new([1]);
    let until = soon(1500);
    scene.change(|state| drop(state.looks.insert(1, Ok(Look::Standing { until: Some(until) }))));
    let running = scene.start(3_600_000, 16);
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "reviewed 1").count() == 2).await;
    assert!(now().unwrap() >= until);
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_reviewed_a_few_at_a_time_and_syncs_come_between() {
    let scene = Scene::new(1..=10);
    let running = scene.start(3_600_000, 4);
    scene.waits_until(|state| state.done.iter().any(|done| done == "reviewed 10")).await;
    scene.waits_until(|state| state.done.iter().filter(|done| *done == "list").count() == 3).await;
    running.ask();
    let vitals = running.record.vitals();
    running.end().await.unwrap();
    let reviews: Vec<String> = scene.done().into_iter().filter(|done| done.starts_with("review ")).collect();
    assert_eq!(reviews, (1..=10).map(|number| format!("review {number}")).collect::<Vec<_>>());
    assert_eq!(vitals.pulls, Some(PullCounts { open: 10, due: 0 }));
    assert_eq!((vitals.reviews[&ReviewEnd::Made], vitals.halves[&Half::Reviewing].good_rounds), (10, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_reviews_do_not_hold_up_a_sync() {
    let scene = Scene::new([1, 2, 3]);
    scene.change(|state| state.slow = Duration::from_millis(100));
    let running = scene.start_turns(3_600_000, Turn { most: 16, longest: Duration::from_millis(50) });
    scene.waits_until(|state| state.done.iter().any(|done| done == "review 1")).await;
    scene.change(|state| "b".clone_into(&mut state.head));
    scene.waits_until(|state| state.done.iter().any(|done| done == "review 2")).await;
    let deeds = ["sync a", "list", "announce", "review 1", "reviewed 1", "sync b", "list", "announce", "review 2"];
    assert_eq!(scene.done(), deeds);
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_completes_the_review_under_way_and_begins_no_other() {
    let scene = Scene::new([1, 2]);
    scene.change(|state| state.slow = Duration::from_millis(300));
    let running = scene.start(20, 16);
    scene.waits_until(|state| state.done.iter().any(|done| done == "review 1")).await;
    running.ask();
    assert_eq!(running.end().await, Ok(()));
    assert_eq!(scene.done().last().map(String::as_str), Some("reviewed 1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_owed_is_tried_again_when_somebody_asks_and_he_is_told() {
    let scene = Scene::new([]);
    scene.change(|state| state.owed = 1);
    let running = scene.start(20, 16);
    scene.looks_again(2).await;
    assert_eq!((scene.times("sync a"), scene.times("retry a")), (1, 0));
    scene.change(|state| state.asked = Retry::Now);
    scene.waits_until(|state| state.done.iter().any(|done| done == "announce a try")).await;
    scene.looks_again(2).await;
    assert_eq!((scene.times("sync a"), scene.times("retry a"), scene.times("announce a try")), (1, 1, 1));
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_merged_in_a_burst_is_published_together() {
    let scene = Scene::new(1..=12);
    scene.change(|state| state.looks = (1..=12).map(|number| (number, Ok(Look::Merged))).collect());
    let pushes = Pushes { most: 4, within: Duration::from_secs(2) };
    let running = scene.start_pushing(20, Turn::default(), pushes);
    let is_published = |done: &String| done.starts_with("sync") && done.ends_with("+12");
    scene.waits_until(|state| state.done.iter().any(is_published)).await;
    scene.looks_again(3).await;
    let done = scene.done();
    let syncs: Vec<&String> = done.iter().filter(|done| done.starts_with("sync")).collect();
    // The first finds nothing; three may follow at once, and the last takes whatever was merged in the meantime.
    let wanted = ["sync a", "sync a+1", "sync a+1+2", "sync a+1+2+3", "sync a+1+2+3+4+5+6+7+8+9+10+11+12"];
    assert_eq!(syncs, wanted);
    let last = done.iter().position(is_published).unwrap();
    assert!(done[..last].contains(&"reviewed 12".to_owned()), "reviews go on meanwhile: {done:?}");
    assert!(done[last..].contains(&"announce".to_owned()), "{done:?}");
    running.ask();
    assert_eq!(running.end().await, Ok(()));
}
