//! The loop in trouble: one half goes on without the other, and one pull request does not hold up the others.

use std::collections::BTreeSet;

use curator::adapters::now;
use curator::daemon::Look;
use curator::model::{ApiBudget, Half, Hint, ReviewEnd, Timestamp};
use curator::ops::Then;
use curator::ports::{ForgeError, RepoError, StoreError};

use crate::scene::{Scene, State, down};

fn count(state: &State, deed: &str) -> usize {
    state.done.iter().filter(|done| *done == deed).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forge_that_is_down_holds_up_no_publication() {
    let scene = Scene::new([1]);
    scene.change(|state| state.forge = Some(down()));
    let running = scene.start(20, 16);
    for head in ["b", "c"] {
        scene.waits_until(|state| state.done.last().is_some_and(|done| done == "list")).await;
        scene.change(|state| head.clone_into(&mut state.head));
        scene.waits_until(|state| count(state, &format!("sync {head}")) == 1).await;
    }
    let vitals = running.record.vitals();
    assert_eq!(vitals.halves[&Half::Publishing].trouble, None);
    assert!(vitals.halves[&Half::Reviewing].trouble.as_ref().is_some_and(|why| why.contains("it answers 502")));
    assert!(scene.told().iter().any(|told| told.starts_with("resting ")), "{:?}", scene.told());
    scene.change(|state| state.forge = None);
    scene.waits_until(|state| count(state, "reviewed 1") == 1).await;
    scene.waits_until(|state| count(state, "announce") == 1).await;
    scene.looks_again(1).await;
    assert_eq!(running.record.vitals().halves[&Half::Reviewing].trouble, None);
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_down_holds_up_no_review() {
    let scene = Scene::new([1]);
    let (store, key) = ("bucket".to_owned(), "maps/1.0.0.tar.gz".to_owned());
    let unreachable = StoreError::Unreachable { store, key, message: "it is silent".to_owned() };
    scene.change(|state| state.store = Some(unreachable));
    let running = scene.start(50, 16);
    scene.waits_until(|state| count(state, "reviewed 1") == 1).await;
    scene.change(|state| state.open[0].updated = "2026-02-02T00:00:00Z".parse().unwrap());
    scene.waits_until(|state| count(state, "reviewed 1") == 2).await;
    scene.looks_again(4).await;
    assert!(scene.times("sync a") < scene.times("list"), "{:?}", scene.done());
    scene.change(|state| state.store = None);
    scene.waits_until(|state| state.told.iter().any(|told| told == "synced")).await;
    assert!(scene.told().iter().any(|told| told.starts_with("waiting ")), "{:?}", scene.told());
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_do_not_hurry_a_store_that_is_down() {
    let scene = Scene::new([]);
    let (store, key) = ("bucket".to_owned(), String::new());
    scene.change(|state| state.store = Some(StoreError::Unreachable { store, key, message: String::new() }));
    let running = scene.start(3_600_000, 16);
    for looks in 1..4 {
        scene.waits_until(|state| count(state, "list") >= looks).await;
        running.mail.put(&BTreeSet::from([Hint::Registry]));
    }
    assert_eq!(scene.times("sync a"), 1, "{:?}", scene.done());
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pull_request_that_cannot_be_reviewed_holds_up_no_other() {
    let scene = Scene::new([1, 2, 3]);
    scene.change(|state| {
        let strange = ForgeError::Unexpected { message: "a shape of its own".to_owned() };
        state.looks.insert(1, Err(strange));
        state.looks.insert(2, Ok(Look::Unsettled));
    });
    let running = scene.start(20, 16);
    scene.waits_until(|state| count(state, "reviewed 3") == 1).await;
    scene.looks_again(4).await;
    // Their next turn is half a minute away.
    assert_eq!((scene.times("review 1"), scene.times("review 2"), scene.times("review 3")), (1, 1, 1));
    assert!(scene.told().iter().any(|told| told.starts_with("unreviewed 1: ")), "{:?}", scene.told());
    let vitals = running.record.vitals();
    assert_eq!((vitals.reviews[&ReviewEnd::Failed], vitals.reviews[&ReviewEnd::Unsettled]), (1, 1));
    assert_eq!(vitals.halves[&Half::Reviewing].trouble, None);
    // Whoever asks for it need not wait.
    scene.change(|state| state.looks.clear());
    running.hint(1);
    scene.waits_until(|state| count(state, "reviewed 1") == 1).await;
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forge_that_goes_down_is_left_alone_after_a_few_tries() {
    let scene = Scene::new(1..=12);
    let each = || ForgeError::Unreachable { message: "it hangs".to_owned() };
    scene.change(|state| state.looks = (1..=12).map(|number| (number, Err(each()))).collect());
    let running = scene.start(2_000, 16);
    scene.waits_until(|state| state.told.iter().any(|told| told.starts_with("resting "))).await;
    assert_eq!(scene.done().iter().filter(|done| done.starts_with("review ")).count(), 3);
    // When it is asked again, those come first that were not tried.
    scene.change(|state| state.looks.clear());
    scene.waits_until(|state| count(state, "reviewed 12") == 1).await;
    assert_eq!((scene.times("review 1"), scene.times("review 4")), (1, 1));
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forge_that_answers_no_more_is_asked_when_it_said_and_not_before() {
    let scene = Scene::new([1, 2]);
    let reset = Timestamp::from_unix_millis(now().unwrap().unix_millis() + 1000).unwrap();
    scene.change(|state| {
        state.owed = 1;
        state.looks.insert(1, Err(ForgeError::RateLimited { message: "spent".to_owned() }));
        state.budget = Some(ApiBudget { limit: 5000, remaining: 0, reset });
    });
    let running = scene.start(20, 16);
    scene.waits_until(|state| state.told.iter().any(|told| told.starts_with("resting "))).await;
    scene.change(|state| {
        state.looks.clear();
        "b".clone_into(&mut state.head);
    });
    scene.waits_until(|state| count(state, "sync b") == 1).await;
    running.hint(2);
    assert_eq!((scene.times("list"), scene.times("asked")), (1, 0), "{:?}", scene.done());
    scene.waits_until(|state| count(state, "reviewed 2") == 1).await;
    assert!(now().unwrap() > reset);
    // The one that met the limit was not at fault: it kept its place.
    let reviews: Vec<String> = scene.done().into_iter().filter(|done| done.starts_with("review ")).collect();
    assert_eq!(reviews, ["review 1", "review 2", "review 1"], "whom somebody hinted at comes first");
    assert_eq!(running.record.vitals().api.unwrap().budget.unwrap().limit, 5000);
    running.ask();
    running.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_cannot_be_told_is_reported_once_and_holds_up_no_review() {
    let scene = Scene::new([1]);
    let unmergeable = RepoError::Moved { place: "refs/pull/7/head".to_owned() };
    let late = RepoError::Unreachable { place: "the registry".to_owned(), message: "late".to_owned() };
    scene.change(|state| state.untold = vec![(7, unmergeable, Then::SaysSo), (8, late, Then::TryAgain)]);
    let running = scene.start(20, 16);
    // What may pass is tried again, after a rest; what does not pass is not.
    scene.waits_until(|state| count(state, "announce") == 2).await;
    scene.looks_again(3).await;
    assert_eq!((scene.times("review 1"), scene.times("announce")), (1, 2));
    let untold: Vec<String> = scene.told().into_iter().filter(|told| told.starts_with("untold")).collect();
    assert_eq!(untold.len(), 2, "{untold:?}");
    assert!(untold[0].starts_with("untold 7") && untold[1].starts_with("untold 8"), "{untold:?}");
    running.ask();
    assert_eq!(running.end().await, Ok(()));
}
