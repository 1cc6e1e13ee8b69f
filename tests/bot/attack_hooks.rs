//! Attacks on the ear: webhooks that are forged, replayed, reordered, lost, or a storm. They are hints and nothing else.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::github::courier::{Fate, signature};
use crate::scene::Scene;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

const SECRET: &str = "a secret that nobody guesses";

/// A curator that stays.
struct Keeper {
    child: Child,
    address: String,
    said: mpsc::Receiver<String>,
}

impl Keeper {
    fn start(scene: &Scene) -> Self {
        let mut command = scene.command(&["watch", "--interval", "2s", "--listen", "127.0.0.1:0"]);
        command.env_remove("SOURCE_DATE_EPOCH").env("CURATOR_WEBHOOK_SECRET", SECRET);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (send, said) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        let line: String = said.recv_timeout(PATIENCE).unwrap();
        let address = line.strip_prefix("listening at ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, address, said }
    }

    /// Posts a delivery with these headers; the status of the answer.
    fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        let mut head =
            format!("POST /webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n");
        head += "Content-Type: application/json\r\n";
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        head += &headers.concat();
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    #[track_caller]
    fn waits_until(&self, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < PATIENCE, "{:#?}", self.said.try_iter().collect::<Vec<_>>());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn end(mut self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A merge that never was and an approval that nobody gave, as deliveries tell them.
fn lie(scene: &Scene) -> Vec<u8> {
    let told = scene.github.told();
    let true_one = told.iter().find(|delivery| delivery.event == "pull_request").unwrap();
    let mut body: serde_json::Value = serde_json::from_slice(&true_one.body).unwrap();
    body["action"] = json!("closed");
    body["pull_request"]["merged"] = json!(true);
    body["pull_request"]["state"] = json!("closed");
    body["sender"]["id"] = json!(scene.tess.id);
    body["review"] = json!({ "state": "approved", "user": { "id": scene.tess.id, "login": "tess" } });
    body.to_string().into_bytes()
}

/// Deliveries that are not signed as they must be.
fn forged(keeper: &Keeper, body: &[u8]) {
    let event = ("X-GitHub-Event", "pull_request_review");
    let id = ("X-GitHub-Delivery", "00000000-0000-4000-8000-000000000001");
    let true_one = signature(SECRET, body);
    let bare = true_one.trim_start_matches("sha256=").to_owned();
    let cut = true_one[..true_one.len() - 1].to_owned();
    let old = format!("sha1={bare}");
    for given in ["", "sha256=", "sha256=00", &signature("", body), &signature("guess", body), &bare, &cut, &old] {
        let status = keeper.post(&[event, id, ("X-Hub-Signature-256", given)], body);
        assert!((400..500).contains(&status), "{given}: {status}");
    }
    let without = keeper.post(&[event, id, ("X-Hub-Signature", &true_one)], body);
    assert!((400..500).contains(&without), "{without}");
    let changed = [body, b" "].concat();
    let status = keeper.post(&[event, id, ("X-Hub-Signature-256", &true_one)], &changed);
    assert!((400..500).contains(&status), "{status}");
    let twice = [event, id, ("X-Hub-Signature-256", &true_one), ("X-Hub-Signature-256", "sha256=00")];
    assert_ne!(keeper.post(&twice, body), 500);
}

#[test]
fn whatever_comes_in_at_the_door_nothing_is_merged_twice_and_nothing_is_lost() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    scene.github.set_time(&curator::adapters::now().unwrap().to_string());
    let keeper = Keeper::start(&scene);
    scene.github.webhook(&format!("http://{}/webhook", keeper.address), SECRET);
    scene.github.fates([Fate::Delivered, Fate::Late, Fate::Twice, Fate::Lost, Fate::Twice, Fate::Late]);
    let held = scene.opens(&mallory, &scene.package("maps", &[&mallory]));
    keeper.waits_until(|| scene.says(&held).contains("Needs approval by a trustee"));
    let lie = lie(&scene);
    forged(&keeper, &lie);
    // Signed, and untrue all the same.
    for at in 0..40 {
        let (id, signed) = (format!("00000000-0000-4000-8000-0000000001{at:02}"), signature(SECRET, &lie));
        let event = ("X-GitHub-Event", "pull_request");
        let status = keeper.post(&[event, ("X-GitHub-Delivery", &id), ("X-Hub-Signature-256", &signed)], &lie);
        assert_eq!(status, 202);
    }
    let first = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    keeper.waits_until(|| first.is_merged());
    let told = scene.github.told();
    for delivery in told.iter().rev().cycle().take(100) {
        scene.github.redeliver(delivery);
    }
    // None of these arrives.
    scene.github.fates(std::iter::repeat_n(Fate::Lost, 1_000));
    let second = scene.opens(&scene.ann, &[scene.version("lists", "1.2.0")]);
    keeper.waits_until(|| [&first, &second].iter().all(|pull| scene.says(pull).contains("can be installed")));
    keeper.end();
    scene.stands(&held, &["Needs approval by a trustee"]);
    let merges = scene.github.requests();
    let merges: Vec<_> = merges.iter().filter(|it| it.method == "PUT" && it.path.ends_with("/merge")).collect();
    assert_eq!(merges.len(), 2, "{merges:?}");
    for pull in [&held, &first, &second] {
        assert_eq!(pull.comments().len(), 1);
    }
    assert_eq!(scene.github.violations(), Vec::<String>::new());
}
