//! `curator watch` goes the whole way, from an opened pull request to a version that can be installed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::scene::{Scene, definition_path, registration_path};

/// Longer than a review and a sync take on a busy machine, and much shorter than the time between two looks.
const PATIENCE: Duration = Duration::from_mins(1);

const SECRET: &str = "a secret that nobody guesses";

/// A curator that stays, and what it says.
struct Watching {
    child: Child,
    said: mpsc::Receiver<String>,
}

impl Watching {
    /// Starts one that hears of the forge through webhooks alone.
    fn start(scene: &Scene) -> Self {
        let mut command = scene.command(&["watch", "--interval", "1h", "--listen", "127.0.0.1:0"]);
        command.env_remove("SOURCE_DATE_EPOCH").env("CURATOR_WEBHOOK_SECRET", SECRET);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (send, said) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        let watching = Self { child, said };
        let line = watching.said.recv_timeout(PATIENCE).unwrap();
        let address = line.strip_prefix("listening at ").unwrap_or_else(|| panic!("{line}"));
        scene.github.webhook(&format!("http://{address}/webhook"), SECRET);
        watching
    }

    /// Asks it to end, and gives what it complained of.
    fn end(mut self) -> Vec<String> {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.said.iter().collect()
    }
}

/// Waits until it is so.
#[track_caller]
fn waits_until(watching: &Watching, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{:#?}", watching.said.try_iter().collect::<Vec<_>>());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_opened_pull_request_becomes_a_version_that_can_be_installed_with_no_hand_on_it() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.github.set_time(&curator::adapters::now().unwrap().to_string());
    let watching = Watching::start(&scene);
    let definition = scene.tag("lists", "1.1.0", &json!({}));
    let pull = scene.opens(&scene.ann, &[(definition_path("lists", "1.1.0"), definition)]);
    waits_until(&watching, || scene.says(&pull).contains("can be installed"));
    assert!(pull.is_merged());
    assert_ne!(scene.facts("lists", "1.1.0"), json!(null));

    // A new package waits for a trustee, whose approval is heard of at once.
    let definition = scene.tag("maps", "1.0.0", &json!({}));
    let registration = scene.registration("maps", &[&scene.ann]);
    let files = [(definition_path("maps", "1.0.0"), definition), (registration_path("maps"), registration)];
    let pull = scene.opens(&scene.ann, &files);
    waits_until(&watching, || scene.says(&pull).contains("Needs approval by a trustee"));
    pull.approve(&scene.tess);
    waits_until(&watching, || scene.says(&pull).contains("can be installed"));
    assert_eq!(pull.comments().len(), 1);
    let complaints = watching.end();
    assert!(complaints.is_empty(), "{complaints:#?}");
    assert!(scene.github.receipts().iter().all(|receipt| receipt.status == Some(202)));
}
