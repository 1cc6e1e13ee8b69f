//! Sources from a real git server over https, well-behaved and not (threats 1 to 6, 12, 14, 15 and 23).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use curator::adapters::git::{Credentials, GitSettings, GitSources, Lookup, Mirror, NetworkSettings, Resolver};
use curator::model::{Limits, Location, Secret};
use curator::ports::{FetchError, Proof, SourceFetcher, SourceRequest};

use crate::https::{Answer, GitServer};
use crate::repos::Repo;
use crate::{everything, id, text};

/// A resolver that gives its answers one after the other, and the last one forever.
struct Scripted {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Scripted {
    fn new(answers: &[&[&'static str]]) -> Arc<Self> {
        Arc::new(Self { answers: answers.iter().map(|answer| answer.to_vec()).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Resolver for Scripted {
    fn lookup<'a>(&'a self, _host: &'a str) -> Lookup<'a> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        let answer: Vec<IpAddr> = self.answers[at].iter().map(|text| text.parse().unwrap()).collect();
        Box::pin(async move { if answer.is_empty() { Err(io::Error::other("no such host")) } else { Ok(answer) } })
    }
}

/// A server with one repository, and what a fetcher must know to reach it.
struct Scene {
    repo: Repo,
    server: GitServer,
    settings: GitSettings,
}

impl Scene {
    fn new() -> Self {
        let (repo, server) = (Repo::new(), GitServer::start());
        server.serve("/larkspur/tally.git", &repo.path());
        let network = NetworkSettings {
            allow_hosts: BTreeSet::new(),
            allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
            credentials: Credentials::default(),
            mirror: Some(Mirror::parse(&format!("https://git.test:{}/{{owner}}/{{repo}}.git", server.port)).unwrap()),
            resolver: Scripted::new(&[&["127.0.0.1"]]),
        };
        let settings = GitSettings {
            replace: BTreeMap::new(),
            pass_env: vec![("GIT_SSL_CAINFO".into(), server.certificate().into())],
            limits: Limits { fetch_time: Duration::from_secs(20), ..Limits::default() },
            git: PathBuf::from("git"),
            network,
        };
        Self { repo, server, settings }
    }

    /// With two versions and a branch that is ahead of them.
    fn with_versions() -> (Self, [String; 3]) {
        let scene = Self::new();
        let first = scene.repo.commit_files(&[("README", "one\n")], &[]);
        let second = scene.repo.commit_files(&[("README", "two\n")], &[&first]);
        let third = scene.repo.commit_files(&[("README", "three\n")], &[&second]);
        scene.repo.tag("v1.0.0", &first);
        scene.repo.git(["tag", "-a", "-m", "annotated", "v2.0.0", &second]);
        scene.repo.git(["update-ref", "refs/heads/main", &third]);
        (scene, [first, second, third])
    }

    fn sources(&self) -> GitSources {
        GitSources::new(self.settings.clone())
    }

    async fn refusal(&self, request: &SourceRequest) -> FetchError {
        let error = self.sources().fetch(request, &everything).await.unwrap_err();
        assert!(!error.to_string().contains(|c: char| c.is_control()), "{error}");
        error
    }
}

fn location() -> Location {
    let name = |text: &str| text.parse().unwrap();
    Location::GitHub { github_owner: name("larkspur"), github_repo: name("tally"), subdir: None }
}

fn request(tag: &str, commit: Option<&str>, proof: Proof) -> SourceRequest {
    SourceRequest { location: location(), reference: tag.parse().unwrap(), commit: commit.map(id), proof }
}

fn plain(tag: &str) -> SourceRequest {
    request(tag, None, Proof::Reviewed)
}

#[tokio::test]
async fn versions_come_with_few_questions() {
    let (scene, [first, second, third]) = Scene::with_versions();
    for number in 3..40 {
        let commit = scene.repo.commit_files(&[("README", &format!("{number}\n"))], &[&third]);
        scene.repo.tag(&format!("v{number}.0.0"), &commit);
    }
    let sources = scene.sources();
    let start = Instant::now();
    let one = sources.fetch(&request("v1.0.0", Some(&first), Proof::Reachable), &everything).await.unwrap();
    assert_eq!((one.commit, one.resolved, text(&one, "README")), (id(&first), Some(id(&first)), "one\n"));
    let two = sources.fetch(&plain("v2.0.0"), &everything).await.unwrap();
    assert_eq!((two.commit, text(&two, "README")), (id(&second), "two\n"));
    let asked = scene.server.asked().len();
    for number in 3..40 {
        let source = sources.fetch(&plain(&format!("v{number}.0.0")), &everything).await.unwrap();
        assert_eq!(text(&source, "README"), format!("{number}\n"));
    }
    let error = sources.fetch(&plain("v99.0.0"), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
    assert_eq!(scene.server.asked().len(), asked, "the second tag brought all");
    println!("39 versions over https: {:?}, {asked} requests", start.elapsed());
}

#[tokio::test]
async fn tags_are_listed_peeled() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.repo.tag(&"a".repeat(40), &first);
    let tags = scene.sources().tags(&location()).await.unwrap();
    let listed: Vec<_> = tags.iter().map(|tag| (tag.reference.as_str(), tag.commit)).collect();
    assert_eq!(listed, [("v1.0.0", id(&first)), ("v2.0.0", id(&second))]);
    for from in [scene.repo.path(), scene.repo.bundle()] {
        assert_eq!(
            crate::sources(&from, Limits::default())
                .tags(&crate::request("v1.0.0", None, None).location)
                .await
                .unwrap(),
            tags
        );
    }
}

#[tokio::test]
async fn commits_that_no_branch_leads_to_are_given_out_and_refused() {
    let (scene, [first, second, third]) = Scene::with_versions();
    let pull = scene.repo.commit_files(&[("README", "evil\n")], &[&third]);
    scene.repo.git(["update-ref", "refs/pull/1/head", &pull]);
    let between = scene.repo.commit_files(&[("README", "between\n")], &[&third]);
    let ahead = scene.repo.commit_files(&[("README", "ahead\n")], &[&between]);
    scene.repo.git(["update-ref", "refs/heads/main", &ahead]);
    let dangling = scene.repo.commit_files(&[("README", "fork\n")], &[]);
    let directory = crate::sources(&scene.repo.path(), Limits::default());
    let bundle = crate::sources(&scene.repo.bundle(), Limits::default());
    let sources = scene.sources();
    let far = |commit: &str, proof| request("v1.0.0", Some(commit), proof);
    let near = |commit: &str, proof| SourceRequest { proof, ..crate::request("v1.0.0", Some(commit), None) };
    for commit in [&second, &third, &between, &ahead] {
        for (from, request) in [
            (&sources, far(commit, Proof::Reachable)),
            (&directory, near(commit, Proof::Reachable)),
            (&bundle, near(commit, Proof::Reachable)),
        ] {
            let source = from.fetch(&request, &everything).await.unwrap();
            assert_eq!((source.commit, source.resolved), (id(commit), Some(id(&first))));
        }
    }
    for (commit, is_bundled) in [(&pull, true), (&dangling, false)] {
        for (from, near_or_far, gives) in
            [(&sources, true, true), (&directory, false, true), (&bundle, false, is_bundled)]
        {
            let ask = |proof| if near_or_far { far(commit, proof) } else { near(commit, proof) };
            let error = from.fetch(&ask(Proof::Reachable), &everything).await.unwrap_err();
            match gives {
                true => assert!(matches!(error, FetchError::NotReachable { .. }), "{error}"),
                false => assert!(matches!(error, FetchError::NoCommit { .. }), "{error}"),
            }
            // What was reviewed once is published, though its branch may be gone since.
            assert_eq!(from.fetch(&ask(Proof::Reviewed), &everything).await.is_ok(), gives);
        }
    }
}

#[tokio::test]
async fn a_server_that_gives_no_ids_is_asked_for_history() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.server.be_old();
    scene.repo.git(["tag", "-d", "v2.0.0"]);
    let sources = scene.sources();
    let source = sources.fetch(&request("v1.0.0", Some(&second), Proof::Reachable), &everything).await.unwrap();
    assert_eq!((source.commit, source.resolved), (id(&second), Some(id(&first))));
    assert_eq!(text(&source, "README"), "two\n");
    let nowhere = "1".repeat(40);
    let error = scene.refusal(&request("v1.0.0", Some(&nowhere), Proof::Reviewed)).await;
    assert!(matches!(error, FetchError::OverLimit { limit: 500, .. }), "{error}");
    assert!(error.to_string().contains(&nowhere), "{error}");
}

#[tokio::test]
async fn tags_that_moved_or_went_are_told() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.repo.tag("v1.0.0", &second);
    scene.repo.git(["update-ref", "refs/heads/v3.0.0", &first]);
    let ask = |tag: &str| request(tag, Some(&first), Proof::Reviewed);
    let moved = scene.sources().fetch(&ask("v1.0.0"), &everything).await.unwrap();
    assert_eq!((moved.commit, moved.resolved), (id(&first), Some(id(&second))));
    // A branch of that name is no tag.
    let gone = scene.sources().fetch(&ask("v3.0.0"), &everything).await.unwrap();
    assert_eq!((gone.commit, gone.resolved), (id(&first), None));
    let error = scene.refusal(&plain("v3.0.0")).await;
    assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
    let nowhere = "1".repeat(40);
    let error = scene.refusal(&request("v1.0.0", Some(&nowhere), Proof::Reviewed)).await;
    assert!(matches!(error, FetchError::NoCommit { .. }), "{error}");
}

#[tokio::test]
async fn answers_of_servers_are_told_apart() {
    let (scene, _) = Scene::with_versions();
    let inner = "http://169.254.169.254/latest/meta-data";
    let other = "https://bob:pw@elsewhere.example/\u{7f}x";
    let cases: Vec<(Answer, fn(&FetchError) -> bool, &str)> = vec![
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

#[tokio::test]
async fn broken_answers_end_in_time() {
    let (mut scene, _) = Scene::with_versions();
    scene.settings.limits.fetch_time = Duration::from_secs(5);
    for answer in [Answer::Cut, Answer::Short, Answer::Hang, Answer::Dribble] {
        scene.server.answer(answer.clone());
        let start = Instant::now();
        let error = scene.refusal(&plain("v1.0.0")).await;
        let is_told = matches!(error, FetchError::Unreachable { .. } | FetchError::TimedOut { .. });
        assert!(is_told, "{answer:?}: {error}");
        assert!(start.elapsed() < Duration::from_secs(8), "{answer:?}: {:?}", start.elapsed());
    }
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
async fn one_bad_tag_does_not_stand_for_the_others() {
    let (scene, [first, second, _]) = Scene::with_versions();
    let hostile = scene.repo.tree(&[("40000", b".git", scene.repo.tree(&[]))]);
    let bad = scene.repo.commit(hostile, &[]);
    scene.repo.tag("v0.1.0", &bad);
    let directory = crate::sources(&scene.repo.path(), Limits::default());
    for (from, is_far) in [(&scene.sources(), true), (&directory, false)] {
        let ask = |tag: &str| if is_far { plain(tag) } else { crate::request(tag, None, None) };
        assert_eq!(from.fetch(&ask("v1.0.0"), &everything).await.unwrap().commit, id(&first));
        assert_eq!(from.fetch(&ask("v2.0.0"), &everything).await.unwrap().commit, id(&second));
        let error = from.fetch(&ask("v0.1.0"), &everything).await.unwrap_err();
        assert!(matches!(error, FetchError::Unsound { .. }), "{error}");
        assert_eq!(from.fetch(&ask("v1.0.0"), &everything).await.unwrap().commit, id(&first));
    }
}

#[tokio::test]
async fn attributes_and_odd_entries_come_as_they_are() {
    let scene = Scene::new();
    let attributes =
        "* text eol=crlf ident filter=lfs working-tree-encoding=UTF-16\nMain export-ignore\nsub export-subst\n";
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let files = [(".gitattributes", attributes), ("Main", "$Id$\n"), ("big", pointer), ("sub", "$Format:%H$\n")];
    let inner = scene.repo.commit_files(&files, &[]);
    let mut entries: Vec<_> =
        files.iter().map(|(name, text)| ("100644", name.as_bytes(), scene.repo.blob(text))).collect();
    entries.push(("160000", b"vendored", git2::Oid::from_str(&inner).unwrap()));
    let modules = "[submodule \"../../modules/x\"]\n\tpath = vendored\n\turl = https://other.example/x\n";
    entries.insert(1, ("100644", b".gitmodules", scene.repo.blob(modules.replace("../../modules/x", "x"))));
    scene.repo.tag_tree(scene.repo.tree(&entries));
    let source = scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap();
    for (name, bytes) in files {
        assert_eq!(text(&source, name), bytes);
    }
    assert!(matches!(source.tree[&crate::path("vendored")], curator::model::Entry::Submodule { .. }));
    let foreign: Vec<_> =
        scene.server.asked().into_iter().filter(|asked| !asked.contains("/larkspur/tally.git/")).collect();
    assert_eq!(foreign, [""; 0]);
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

#[tokio::test]
async fn copies_in_a_folder_stand_in_for_a_server() {
    let (mut scene, [first, ..]) = Scene::with_versions();
    for place in ["larkspur+tally/repo", "larkspur+tally", "larkspur+tally.git"] {
        let mirror = tempfile::tempdir().unwrap();
        let copy = mirror.path().join(place);
        scene.repo.git(["clone", "--quiet", "--mirror", ".", copy.to_str().unwrap()]);
        scene.settings.network.mirror = Some(Mirror::parse(mirror.path().to_str().unwrap()).unwrap());
        assert_eq!(scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap().commit, id(&first), "{place}");
    }
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::NoRepository { .. }), "{error}");
    assert_eq!(scene.server.asked(), [""; 0]);
}
