//! Networks and servers that do not mean well, or are not well (threats 1 to 6, 12, 23 and 32).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use curator::adapters::git::{Credentials, Resolver};
use curator::model::{Location, Secret};
use curator::ports::{FetchError, Proof, SourceFetcher, SourceRequest};

use crate::https::Answer;
use crate::scene::{Scene, Scripted, location, plain, request};
use crate::{everything, id};

/// Whether an error is the expected one.
type Check = fn(&FetchError) -> bool;

#[tokio::test]
async fn answers_of_servers_are_told_apart() {
    let (scene, _) = Scene::with_versions();
    let inner = "http://169.254.169.254/latest/meta-data";
    let other = "https://bob:pw@elsewhere.example/\u{7f}x";
    let cases: [(Answer, Check, &str); 8] = [
        (Answer::Redirect(inner.to_owned()), |error| matches!(error, FetchError::Relocated { .. }), inner),
        (
            Answer::Redirect(other.to_owned()),
            |error| matches!(error, FetchError::Relocated { .. }),
            "https://elsewhere.example/\\u{7f}x",
        ),
        (Answer::Status(301), |error| matches!(error, FetchError::Relocated { .. }), "does not name"),
        (Answer::Status(401), |error| matches!(error, FetchError::Private { .. }), "private"),
        (Answer::Status(403), |error| matches!(error, FetchError::Private { .. }), "private"),
        (Answer::Status(404), |error| matches!(error, FetchError::NoRepository { .. }), "no repository"),
        (Answer::Status(410), |error| matches!(error, FetchError::NoRepository { .. }), "no repository"),
        (Answer::Page, |error| matches!(error, FetchError::NoRepository { .. }), "no repository"),
    ];
    for (answer, is_expected, words) in cases {
        scene.server.answer(answer.clone());
        let before = scene.server.asked().len();
        let error = scene.refusal(&plain("v1.0.0")).await;
        assert!(is_expected(&error) && error.to_string().contains(words), "{answer:?}: {error}");
        assert_eq!(scene.server.asked().len(), before + 1, "{answer:?} was asked again");
        let listed = scene.sources().tags(&location()).await.unwrap_err();
        assert!(is_expected(&listed), "{answer:?}: {listed}");
    }
}

#[tokio::test]
async fn what_may_pass_by_itself_is_tried_again() {
    let (scene, [first, ..]) = Scene::with_versions();
    scene.server.answer_first([Answer::Status(500), Answer::Status(503)]);
    let source = scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap();
    assert_eq!(source.commit, id(&first));
    scene.server.answer(Answer::Status(502));
    let before = scene.server.asked().len();
    let sources = scene.sources();
    let error = sources.fetch(&plain("v1.0.0"), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert_eq!(scene.server.asked().len(), before + 3);
    // The next versions do not wait for the same host again.
    let start = Instant::now();
    let again = sources.fetch(&plain("v2.0.0"), &everything).await.unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    assert_eq!(scene.server.asked().len(), before + 3);
    assert!(start.elapsed() < Duration::from_millis(500));
}

/// Asserts that a server that answers so is given up in time, as one that may be better later.
async fn ends_in_time(answer: Answer) {
    let (mut scene, _) = Scene::with_versions();
    scene.settings.limits.fetch_time = Duration::from_secs(4);
    scene.server.answer(answer.clone());
    let start = Instant::now();
    let error = scene.refusal(&plain("v1.0.0")).await;
    let is_told = matches!(error, FetchError::Unreachable { .. } | FetchError::TimedOut { .. });
    assert!(is_told, "{answer:?}: {error}");
    assert!(start.elapsed() < Duration::from_secs(8), "{answer:?}: {:?}", start.elapsed());
}

#[tokio::test]
async fn broken_answers_end_in_time() {
    let [cut, short, hang, dribble] = [Answer::Cut, Answer::Short, Answer::Hang, Answer::Dribble].map(ends_in_time);
    tokio::join!(cut, short, hang, dribble);
}

#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let (mut scene, _) = Scene::with_versions();
    scene.settings.network.allow_addresses.clear();
    for answers in [
        &["127.0.0.1"][..],
        &["10.1.2.3"],
        &["8.8.8.8", "169.254.169.254"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
    ] {
        scene.settings.network.resolver = Scripted::new(&[answers]);
        let error = scene.refusal(&plain("v1.0.0")).await;
        assert!(matches!(error, FetchError::Refused { .. }), "{answers:?}: {error}");
    }
    scene.settings.network.resolver = Scripted::new(&[&[]]);
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert_eq!(scene.server.asked(), [""; 0]);
}

#[tokio::test]
async fn a_name_is_asked_once_and_its_first_answer_holds() {
    let (mut scene, [first, ..]) = Scene::with_versions();
    // Whoever asks again is led to nobody; git by itself could not resolve this name at all.
    let resolver = Scripted::new(&[&["127.0.0.1"], &["127.99.99.99"]]);
    scene.settings.network.resolver = Arc::clone(&resolver) as Arc<dyn Resolver>;
    let sources = scene.sources();
    for tag in ["v1.0.0", "v2.0.0"] {
        sources.fetch(&plain(tag), &everything).await.unwrap();
    }
    sources.fetch(&request("v2.0.0", Some(&first), Proof::Reachable), &everything).await.unwrap();
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_proxy_is_the_one_that_resolves() {
    let (mut scene, _) = Scene::with_versions();
    let resolver = Scripted::new(&[&["127.0.0.1"]]);
    scene.settings.network.resolver = Arc::clone(&resolver) as Arc<dyn Resolver>;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    scene.settings.pass_env.push(("HTTPS_PROXY".into(), format!("http://{nobody}").into()));
    scene.settings.pass_env.push(("NO_PROXY".into(), "*".into()));
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains(&nobody.port().to_string()), "{error}");
    assert_eq!((resolver.asked.load(Ordering::SeqCst), scene.server.asked().len()), (0, 0));
}

#[tokio::test]
async fn a_git_that_cannot_be_told_addresses_is_not_used() {
    let (mut scene, _) = Scene::with_versions();
    let program = scene.repo.home.path().join("git");
    crate::surroundings::write_script(&program, "echo 'git version 2.36.9'");
    scene.settings.git = program;
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::Local { .. }) && error.to_string().contains("2.36.9"), "{error}");
}

#[tokio::test]
async fn hosts_that_nobody_allowed_are_not_asked() {
    let (mut scene, _) = Scene::with_versions();
    scene.settings.network.mirror = None;
    let resolver = Scripted::new(&[&["127.0.0.1"]]);
    scene.settings.network.resolver = Arc::clone(&resolver) as Arc<dyn Resolver>;
    scene.settings.network.allow_hosts = BTreeSet::from(["git.test".to_owned()]);
    for url in [
        "http://git.test/o/r",
        "git://git.test/o/r",
        "https://github.com/o/r",
        "https://git.test@evil.test/o/r",
        "https://127.0.0.1/o/r",
        "https://git.test",
    ] {
        let location = Location::Git { git_url: url.parse().unwrap(), subdir: None };
        let error = scene.refusal(&SourceRequest { location, ..plain("v1.0.0") }).await;
        assert!(matches!(error, FetchError::Refused { .. }), "{url}: {error}");
    }
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_secret_lets_in_and_is_not_seen() {
    let (mut scene, [first, ..]) = Scene::with_versions();
    scene.server.want_authorization("Basic Ym9iOmNhbmFyeQ==");
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::Private { .. }), "{error}");
    let secret = |text: &str| Credentials::new([("git.test".to_owned(), Secret::new(text.to_owned()))].into());
    scene.settings.network.credentials = secret("bob:canary");
    // The program records what everybody on the machine can see of it.
    let (seen, program) = (scene.repo.home.path().join("seen"), scene.repo.home.path().join("git"));
    crate::surroundings::write_script(&program, &format!("echo \"$@\" >> '{}'; exec git \"$@\"", seen.display()));
    scene.settings.git = program;
    assert_eq!(scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap().commit, id(&first));
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("fetch") && !seen.contains("canary") && !seen.contains("Ym9iOmNhbmFyeQ"), "{seen}");
    scene.settings.network.credentials = secret("bob:wrong-canary");
    let error = scene.refusal(&plain("v1.0.0")).await.to_string();
    assert!(!error.contains("canary"), "{error}");
}

#[tokio::test]
async fn an_oversize_pack_from_a_server_is_cut_off() {
    let mut scene = Scene::new();
    let noise: Vec<u8> =
        (0..600_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).rotate_left(n % 31).to_le_bytes()).collect();
    scene.repo.tag_tree(scene.repo.tree(&[("100644", b"noise", scene.repo.blob(noise))]));
    scene.settings.limits.fetch_bytes = 200_000;
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(&error, FetchError::OverLimit { what, .. } if what.contains("disk")), "{error}");
}
