//! The real program with its door open.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::remotes::Remotes;
use crate::visitor::{Delivery, SECRET, ask, signature};
use crate::watching::{PATIENCE, Watching, waits_until};

/// The program that watches a registry which is down while there is a file `down`.
fn watch(remotes: &Remotes, args: &[&str]) -> Command {
    watch_into("index.git", remotes, args)
}

/// The same with the index at this place.
fn watch_into(index: &str, remotes: &Remotes, args: &[&str]) -> Command {
    let home = remotes.home();
    let script =
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n[ ! -e down ] || exit 255\nfor last; do :; done\neval \"$last\"\n";
    executable(&home.join("ssh"), script);
    let url = format!("ssh://localhost{}", home.join("registry.git").display());
    let mut command = crate::program::curator(home);
    command.args(["watch", "--registry", &url, "--index", index, "--cache", "cache", "--store", "store"]);
    command.args(["--listen", "127.0.0.1:0"]).args(args).env("GIT_SSH_COMMAND", home.join("ssh"));
    command.env("CURATOR_WEBHOOK_SECRET", SECRET);
    command
}

fn executable(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Reads metrics as Prometheus does: samples by name and labels; every one of them was announced with its type.
fn read_metrics(text: &str) -> BTreeMap<String, f64> {
    let mut types = BTreeMap::new();
    let mut samples = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(types.insert(name.to_owned(), kind.to_owned()), None, "{name} is announced twice");
        } else if !line.starts_with("# HELP ") {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            let kind = types.get(name).or_else(|| types.get(family)).unwrap_or_else(|| panic!("unannounced: {line}"));
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert_eq!(samples.insert(sample.to_owned(), value.parse().unwrap()), None, "twice: {sample}");
        }
    }
    samples
}

#[test]
fn a_push_is_published_at_once_and_counted() {
    let mut remotes = Remotes::new();
    let mut watching = Watching::start(watch(&remotes, &["--interval", "1h"]));
    let door = watching.door();
    let begun = waits_until(door, "/metrics", |page| page.text.contains("curator_last_successful_sync"));
    assert_eq!(read_metrics(&begun.text).get("curator_published_total"), Some(&0.0));

    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    let push = r#"{"ref":"refs/heads/main","repository":{"full_name":"acme/registry"}}"#;
    let forged = Delivery { signature: Some(signature("guess", push.as_bytes())), ..Delivery::new("push", "a", push) };
    assert_eq!(forged.send(door).status, 401);
    assert_eq!(Delivery::new("push", "b", push).send(door).status, 202);
    watching.waits_for("published maps@1.0.0");

    let page = waits_until(door, "/metrics", |page| page.text.contains("curator_published_total 1"));
    let samples = read_metrics(&page.text);
    let expected = [
        ("curator_plan_steps", 1.0),
        ("curator_pending_versions", 0.0),
        ("curator_failed_total", 0.0),
        ("curator_rounds_total{half=\"publishing\",outcome=\"bad\"}", 0.0),
        ("curator_webhook_deliveries_total{outcome=\"accepted\"}", 1.0),
        ("curator_webhook_deliveries_total{outcome=\"forged\"}", 1.0),
        ("curator_webhook_deliveries_total{outcome=\"repeated\"}", 0.0),
        ("curator_stage_seconds_count{stage=\"sync\"}", 2.0),
        ("curator_stage_seconds_bucket{stage=\"sync\",le=\"+Inf\"}", 2.0),
        (concat!("curator_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
    ];
    for (name, value) in expected {
        assert_eq!(samples.get(name), Some(&value), "{name}\n{}", page.text);
    }
    assert!(samples["curator_last_successful_sync_timestamp_seconds"] >= samples["curator_start_time_seconds"]);
    let buckets: Vec<f64> = ["0.100", "1.000", "60.000", "1800.000", "+Inf"]
        .iter()
        .map(|bound| samples[&format!("curator_stage_seconds_bucket{{stage=\"sync\",le=\"{bound}\"}}")])
        .collect();
    assert!(buckets.is_sorted(), "{buckets:?}");
    let health = ask(door, "/healthz");
    assert_eq!(health.status, 200, "{health:?}");
    let (code, said) = watching.end();
    assert_eq!(code, Some(0), "{said:?}");
    assert!(!(page.text + &health.text + &said.concat()).contains(SECRET));
}

#[test]
fn a_registry_that_is_down_makes_it_ill_until_it_is_back() {
    let remotes = Remotes::new();
    let mut watching = Watching::start(watch(&remotes, &["--interval", "1s", "--healthy-within", "2s"]));
    let door = watching.door();
    let page = waits_until(door, "/healthz", |page| page.text.contains("\"lastGood\": \""));
    let health: Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!((page.status, &health["status"], &health["reviewing"]), (200, &"ok".into(), &Value::Null));
    fs::write(remotes.home().join("down"), "").unwrap();
    let page = waits_until(door, "/healthz", |page| page.status == 503);
    let health: Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(health["publishing"]["status"], "stale");
    assert!(health["publishing"]["secondsAgo"].as_i64().unwrap() >= 2, "{health}");
    assert!(health["publishing"]["trouble"].as_str().unwrap().contains("ssh://localhost"), "{health}");
    fs::remove_file(remotes.home().join("down")).unwrap();
    waits_until(door, "/healthz", |page| page.status == 200);
    assert_eq!(watching.end().0, Some(0));
}

#[test]
fn for_a_program_every_line_of_the_log_is_an_object() {
    let mut remotes = Remotes::new();
    let mut watching = Watching::start(watch(&remotes, &["--interval", "1s", "--log-format", "json"]));
    watching.door();
    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    watching.waits_for("\"message\":\"published\"");
    watching.waits_for("\"message\":\"synced\"");
    fs::write(remotes.home().join("down"), "").unwrap();
    watching.waits_for("trying again in");
    let (code, said) = watching.end();
    assert_eq!(code, Some(0));
    // Standard output is for results: `published maps@1.0.0` and its summary.
    let is_result = |line: &&String| line.contains("published") && !line.starts_with('{');
    let logs: Vec<Value> = said
        .iter()
        .filter(|line| !is_result(line))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let levels = |message: &str| {
        let found = logs.iter().find(|log| log["fields"]["message"].as_str().is_some_and(|it| it.contains(message)));
        found.map(|log| log["level"].as_str().unwrap().to_owned())
    };
    assert_eq!(levels("listening at").as_deref(), Some("INFO"));
    assert_eq!(levels("error: ").as_deref(), Some("ERROR"), "{said:#?}");
    let published = logs.iter().find(|log| log["fields"]["message"] == "published").unwrap();
    assert_eq!(published["fields"]["package.name"], "maps");
    assert!(logs.iter().all(|log| log["timestamp"].is_string() && log["target"].is_string()));
    assert!(!said.concat().contains(SECRET));
}

#[test]
fn told_to_end_during_a_sync_it_completes_it() {
    let mut remotes = Remotes::new();
    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    let script = "#!/bin/sh\ntouch ../pushing\nwhile [ ! -e ../go ]; do sleep 0.05; done\n";
    let hook = remotes.index().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    executable(&hook, script);
    let index = format!("ssh://localhost{}", remotes.index().display());
    let mut watching = Watching::start(watch_into(&index, &remotes, &["--interval", "1h"]));
    let door = watching.door();
    let began = Instant::now();
    while !remotes.home().join("pushing").exists() {
        assert!(began.elapsed() < PATIENCE, "nothing is pushed");
        thread::sleep(Duration::from_millis(20));
    }
    watching.ask_to_end();
    thread::sleep(Duration::from_millis(500));
    assert_eq!(watching.child.try_wait().unwrap(), None, "the sync is under way");
    assert_eq!(ask(door, "/healthz").status, 200);
    fs::write(remotes.home().join("go"), "").unwrap();
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    assert_eq!(remotes.messages().len(), 1);
    assert!(remotes.messages()[0].starts_with("Publish maps@1.0.0"));
}

#[test]
fn a_door_that_would_let_anybody_in_is_not_opened() {
    let remotes = Remotes::new();
    let refused = |args: &[&str], secret: Option<&str>| {
        let mut command = crate::program::curator(remotes.home());
        command.args(["watch", "--registry", "registry.git", "--index", "index.git", "--store", "store"]).args(args);
        if let Some(secret) = secret {
            command.env("CURATOR_WEBHOOK_SECRET", secret);
        }
        crate::program::finish(command).ends(3)
    };
    for secret in [None, Some("")] {
        refused(&["--listen", "127.0.0.1:0"], secret).complains(&["CURATOR_WEBHOOK_SECRET is empty or missing"]);
    }
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8787"] {
        let told = refused(&["--listen", address], Some(SECRET));
        assert!(!told.complains(&[address, "--listen-anywhere"]).err.contains(SECRET));
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["--listen", &address], Some(SECRET)).complains(&["nobody can listen at", &address]);
    refused(&["--no-webhooks"], None).complains(&["--listen"]);
    refused(&["--healthy-within", "0s", "--listen", "127.0.0.1:0"], None).complains(&["from one second to one day"]);
}

#[test]
fn without_webhooks_health_and_metrics_are_offered() {
    let remotes = Remotes::new();
    let mut command = watch(&remotes, &["--interval", "1h", "--no-webhooks"]);
    command.env_remove("CURATOR_WEBHOOK_SECRET");
    let mut watching = Watching::start(command);
    let door = watching.door();
    assert_eq!(Delivery::new("push", "a", "{}").send(door).status, 404);
    assert_eq!((ask(door, "/healthz").status, ask(door, "/metrics").status), (200, 200));
    assert_eq!(watching.end().0, Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn nobody_can_have_an_image_of_its_memory() {
    let home = tempfile::TempDir::new().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
    executable(
        &home.path().join("ssh"),
        "#!/bin/sh\ncat /proc/$$/limits >\"$(dirname \"$0\")/limits\"\nexec sleep 20\n",
    );
    let mut command = crate::program::curator(home.path());
    command.args(["watch", "--registry", "ssh://localhost/nowhere.git", "--index", "index.git", "--store", "store"]);
    command.args(["--cache", "cache", "--listen", "127.0.0.1:0", "--no-webhooks"]);
    command.env("GIT_SSH_COMMAND", home.path().join("ssh"));
    // Of root's programs, everything is root's.
    if fs::metadata(format!("/proc/{}", std::process::id())).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let mut watching = Watching::start(command);
    watching.door();
    let began = Instant::now();
    let child = loop {
        match fs::read_to_string(home.path().join("limits")) {
            Ok(text) if text.contains("Max core file size") => break text,
            _ => assert!(began.elapsed() < PATIENCE, "no child was started"),
        }
        thread::sleep(Duration::from_millis(20));
    };
    let own = format!("/proc/{}", watching.child.id());
    for limits in [fs::read_to_string(format!("{own}/limits")).unwrap(), child] {
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).collect::<Vec<_>>(), ["0", "0", "bytes"], "{core}");
    }
    // What belongs to a program whose memory may be written out belongs to its account.
    assert_eq!(fs::metadata(format!("{own}/environ")).unwrap().uid(), 0);
    watching.child.kill().unwrap();
    watching.child.wait().unwrap();
}
