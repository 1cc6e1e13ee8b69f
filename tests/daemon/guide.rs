//! What the operator guide gives to copy does what it says.

use std::process::Command;

use clap::Parser as _;
use curator::cli::{self, Args, LogFormat, WatchArgs};

const README: &str = include_str!("../../README.md");

/// The one block of the guide in this language.
fn block(language: &str) -> &'static str {
    let opening = format!("```{language}\n");
    let blocks: Vec<&str> = README.split(&opening).skip(1).collect();
    assert_eq!(blocks.len(), 1, "{language}");
    blocks[0].split("```").next().unwrap()
}

fn watched(words: &[&str]) -> (Args, WatchArgs) {
    let args = Args::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    let cli::Command::Watch(watch) = &args.command else { panic!("{words:?}") };
    let watch = *watch;
    (args, watch)
}

#[test]
fn the_unit_runs_a_command_that_the_program_understands() {
    let unit = block("ini");
    let lines: Vec<&str> = unit.lines().filter(|line| line.starts_with("ExecStart=")).collect();
    let words: Vec<&str> = lines[0].trim_start_matches("ExecStart=").split(' ').collect();
    let (args, watch) = watched(&words);
    assert_eq!(args.global.log_format, LogFormat::Json);
    assert!(watch.listen.is_some_and(|address| address.ip().is_loopback()) && !watch.no_webhooks);
    // What it writes lies where it may write, though its user and its root are nobody's and read-only.
    assert!(args.global.cache.is_some_and(|cache| cache.starts_with("/var/cache/curator")));
    assert!(args.global.stores.iter().all(|store| store.starts_with("/var/lib/curator")));
    for line in ["DynamicUser=yes", "StateDirectory=curator", "CacheDirectory=curator", "ProtectSystem=strict"] {
        assert!(unit.lines().any(|it| it == line), "{line}");
    }
    assert!(!unit.contains("TOKEN=ghp"), "secrets are in a file of their own");
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("curator.service");
    // Where the program is installed is the operator's matter.
    std::fs::write(&file, block("ini").replace("/usr/local/bin/curator", "/bin/true")).unwrap();
    let Ok(verified) = Command::new("systemd-analyze").arg("verify").arg(&file).output() else {
        return;
    };
    let told = String::from_utf8(verified.stderr).unwrap();
    assert!(!told.contains("curator.service"), "{told}");
}

#[test]
fn the_container_runs_a_command_that_the_program_understands() {
    let entry = block("dockerfile").lines().find_map(|line| line.strip_prefix("ENTRYPOINT ")).unwrap();
    let mut words: Vec<&str> = serde_json::from_str(entry).unwrap();
    words.extend(["--listen", "0.0.0.0:8787", "--listen-anywhere"]);
    let (_, watch) = watched(&words);
    assert!(watch.listen_anywhere);
}
