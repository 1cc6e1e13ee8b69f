//! Attacks on secrets: whatever goes wrong, no token and no key is printed, logged, kept, sent elsewhere, or given to a
//! program in its arguments.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::answers::{Answer, Server};
use crate::github::APP_KEY;
use crate::github::tokens::{Reach, Token, TokenKind};
use crate::github::troubles::Fault;
use crate::https;
use crate::program::{Ran, finish};
use crate::scene::{BOT, Scene};

/// A token with characters that are written otherwise in a URL.
const CANARY: &str = "ghs_Canary0123456789+feather/=~egg";

/// What nobody may see: the secrets in each of their spellings, with base64 wherever its three bytes begin.
fn spellings() -> Vec<String> {
    let encoded = CANARY.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let mut spellings = vec![CANARY.to_owned(), "Canary0123456789".to_owned(), encoded.to_lowercase(), encoded];
    for at in 0..3 {
        for text in [STANDARD.encode(&CANARY[at..]), URL_SAFE.encode(&CANARY[at..])] {
            // Without the end, which depends on what follows.
            spellings.push(text[4..36].to_owned());
        }
    }
    // The key of an App by its lines, and the proofs that it signs.
    spellings.extend(APP_KEY.lines().filter(|line| line.len() > 40 && !line.contains("---")).map(str::to_owned));
    spellings.push("eyJ0eXAi".to_owned());
    spellings.push("eyJhbGci".to_owned());
    spellings
}

#[track_caller]
fn assert_silent(ran: &Ran, what: &str) {
    let said = format!("{}{}", ran.out, ran.err);
    let told = spellings().into_iter().find(|spelling| said.contains(spelling));
    assert_eq!(told, None, "{what}: {said}");
}

/// The same of a run whose log tells what the forge was asked.
#[track_caller]
fn assert_silent_log(ran: &Ran, what: &str) {
    assert_silent(ran, what);
    assert!(ran.err.contains("DEBUG") && ran.err.contains("asked"), "{what}: {}", ran.err);
}

/// Asserts that no file below a folder holds a secret.
fn assert_clean(folder: &Path) {
    let spellings = spellings();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
                let told = spellings.iter().find(|spelling| text.contains(spelling.as_str()));
                assert_eq!(told, None, "{}", entry.path().display());
            }
        }
    }
}

/// Asserts that nothing that a repository keeps holds a secret, packed or not.
fn assert_clean_objects(repository: &Path) {
    assert_clean(repository);
    let spellings = spellings();
    let git = git2::Repository::open_bare(repository).unwrap();
    let odb = git.odb().unwrap();
    let mut ids = Vec::new();
    odb.foreach(|id| {
        ids.push(*id);
        true
    })
    .unwrap();
    for id in ids {
        let text = String::from_utf8_lossy(odb.read(id).unwrap().data()).into_owned();
        assert!(!spellings.iter().any(|spelling| text.contains(spelling.as_str())), "{id}");
    }
}

/// A command with the canary for every secret there is, which tells everything that it does.
fn command(scene: &Scene, args: &[&str]) -> Command {
    let mut command = scene.command(args);
    command.env("GITHUB_TOKEN", CANARY).env("CURATOR_GIT_TOKEN", CANARY).env("CURATOR_WEBHOOK_SECRET", CANARY);
    command.env("CURATOR_LOG", "trace");
    command
}

/// Lets the canary be the token of a workflow, without which git is not let in either.
fn let_in(scene: &Scene) {
    let token = Token { kind: TokenKind::Actions, account: BOT, app: Some(15_368), reach: Reach::Write, ends: None };
    scene.repository.shared.world().tokens.insert(CANARY.to_owned(), token);
    let pair = STANDARD.encode(format!("x-access-token:{CANARY}"));
    scene.github.git().want_authorization(&format!("Basic {pair}"));
}

/// Looks at the arguments and environments of all programs until it is told to end.
struct Watcher {
    is_over: Arc<AtomicBool>,
    seen: Arc<Mutex<BTreeSet<String>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Watcher {
    fn start() -> Self {
        let (is_over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(BTreeSet::new())));
        let (over, kept) = (Arc::clone(&is_over), Arc::clone(&seen));
        let thread = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
                    let read = |name: &str| fs::read(entry.path().join(name)).unwrap_or_default();
                    let arguments = String::from_utf8_lossy(&read("cmdline")).replace('\0', " ");
                    // The curator itself was given its secrets by this test.
                    let program = arguments.split(' ').next().unwrap_or_default();
                    if !arguments.contains("git") || program.ends_with("/curator") {
                        continue;
                    }
                    let environment = String::from_utf8_lossy(&read("environ")).replace('\0', "\n");
                    kept.lock().unwrap().insert(format!("{arguments}\n\n{environment}"));
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        Self { is_over, seen, thread: Some(thread) }
    }

    /// The arguments and the environment of each program that ran meanwhile and fetched from `url`.
    fn end(mut self, url: &str) -> Vec<(String, String)> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        let seen = self.seen.lock().unwrap();
        let split = seen.iter().filter_map(|it| it.split_once("\n\n"));
        split.filter(|(args, _)| args.contains(url)).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    }
}

#[test]
fn whatever_the_forge_answers_nobody_sees_the_token() {
    let scene = Scene::unjudged("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let elsewhere = Server::always(Answer::text("200 OK", "{}"));
    let there = elsewhere.url();
    let echo = |status: &'static str| {
        Server::new(move |_, request| {
            let said = request.replace('\\', "").replace('"', "'").replace("\r\n", " ");
            Answer::text(status, &format!("{{\"message\": \"{said}\", \"documentation_url\": \"{CANARY}\"}}"))
        })
    };
    let redirect = Server::new(move |_, _| {
        let head = format!("HTTP/1.1 302 Found\r\nlocation: {there}/{CANARY}\r\ncontent-length: 0\r\n");
        Answer::Bytes(format!("{head}connection: close\r\n\r\n").into_bytes())
    });
    let servers = [echo("401 x"), echo("403 x"), echo("404 x"), echo("422 x"), echo("200 OK"), redirect];
    thread::scope(|scope| {
        for (server, is_app) in servers.iter().flat_map(|server| [(server, false), (server, true)]) {
            let mut command = command(&scene, &["review", "--pull", "1"]);
            command.env("CURATOR_GITHUB_API", server.url()).env("CURATOR_GITHUB_UPLOADS", server.url());
            if is_app {
                command.env("CURATOR_APP_ID", "7").env("CURATOR_APP_KEY", APP_KEY.replace('\n', "\\n"));
            }
            scope.spawn(move || {
                let ran = finish(command);
                assert_ne!(ran.code, 0);
                assert_silent_log(&ran, &server.url());
            });
        }
    });
    for server in &servers {
        assert!(server.requests().iter().any(|request| request.contains(CANARY)), "{:?}", server.requests());
    }
    let led = elsewhere.requests();
    assert!(!led.iter().any(|request| request.to_lowercase().contains("authorization")), "{led:?}");
    assert_clean(scene.home.path());
}

#[test]
fn whatever_fails_on_the_way_to_a_published_version_nobody_sees_a_secret() {
    let stores = "[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\n";
    let scene = Scene::unjudged(stores);
    let files: Vec<_> = scene.package("lists", &[&scene.ann]).iter().map(crate::ground::bytes).collect();
    let changes: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), Some(bytes.as_slice()))).collect();
    scene.repository.commit("main", &changes);
    let_in(&scene);
    scene.github.retry_after(1);
    let number = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]).number.to_string();
    let faults =
        [Fault::BadGateway, Fault::ClosedAfter, Fault::SecondaryLimit, Fault::TooMany, Fault::CutBody, Fault::Page];
    let watcher = Watcher::start();
    for (at, fault) in faults.into_iter().enumerate() {
        scene.github.pass_next(at);
        scene.github.fail_next(1, fault);
        let args: &[&str] = if at % 2 == 0 { &["review", "--pull", &number] } else { &["sync", "--announce"] };
        assert_silent_log(&finish(command(&scene, args)), &format!("{fault:?}"));
    }
    // Git is kept waiting, and then turned away.
    scene.github.git().answer_first([https::Answer::Hang]);
    let mut slow = command(&scene, &["review", "--pull", &number]);
    let mut slow = slow.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(1500));
    slow.kill().unwrap();
    slow.wait().unwrap();
    for answer in [https::Answer::Status(401), https::Answer::Status(403), https::Answer::Cut, https::Answer::Page] {
        scene.github.git().answer_first([answer]);
        assert_silent(&finish(command(&scene, &["sync"])), "git");
    }
    assert_silent_log(&finish(command(&scene, &["sync", "--announce"])), "whole");
    let spellings = spellings();
    let seen = watcher.end(&scene.repository.url());
    assert!(!seen.is_empty(), "git was not seen");
    for (arguments, environment) in &seen {
        assert!(!spellings.iter().any(|spelling| arguments.contains(spelling)), "{arguments}");
        for name in ["GITHUB_TOKEN", "CURATOR_", "WEBHOOK", "APP_KEY"] {
            assert!(!environment.lines().any(|line| line.starts_with(name)), "{name}: {arguments}");
        }
    }
    assert_ne!(scene.facts("lists", "1.1.0"), serde_json::Value::Null);
    assert_clean(scene.home.path());
    assert_clean_objects(&scene.repository.bare());
}
