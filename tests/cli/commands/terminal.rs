//! Manners: quiet in pipes, no colours where none are wanted, help that shows how, and usage errors.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::program::{curator, finish, run};
use crate::sample::Sample;

const COMMANDS: [&str; 10] = ["init", "check", "explain", "schema", "plan", "sync", "pack", "rebuild", "sign", "audit"];

#[test]
fn a_pipe_gets_results_alone() {
    let sample = Sample::cloned();
    for args in [&["rebuild", "--all"][..], &["plan", "--preview"], &["sync"], &["check"], &["plan"]] {
        let ran = sample.run(args).ends(0);
        assert_eq!(ran.err, "", "{args:?}");
        assert!(!ran.out.is_empty(), "{args:?}");
    }
}

/// Runs the program on a terminal of its own, which `script` of util-linux makes; gives what came there.
#[cfg(target_os = "linux")]
fn on_a_terminal(sample: &Sample, environment: &[(&str, &str)]) -> Option<String> {
    let log = TempDir::new().unwrap();
    let program = curator(sample.home()).get_program().to_str().unwrap().to_owned();
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &format!("{program} check --offline"), "/dev/null"]).current_dir(sample.home());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("TERM", "xterm");
    command.envs(environment.iter().copied()).stdin(std::process::Stdio::null());
    let output = command.env("TMPDIR", log.path()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_and_for_those_who_want_them() {
    let sample = Sample::wanted();
    let file = sample.registry().join("packages/pi/pipework/1.0.0.json");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"MIT\"", "\"mit\"")).unwrap();
    // Every run of the other tests shows that pipes get none; here is the difference that a terminal makes.
    let Some(coloured) = on_a_terminal(&sample, &[]) else { return };
    assert!(coloured.contains("R023") && has_colours(&coloured), "{coloured:?}");
    let plain = on_a_terminal(&sample, &[("NO_COLOR", "1")]).unwrap();
    assert!(plain.contains("error[R023]") && !has_colours(&plain), "{plain:?}");
}

/// Whether a text selects a colour or a weight: `ESC [`, numbers, `m`. A progress bar moves the cursor in any case.
#[cfg(target_os = "linux")]
fn has_colours(text: &str) -> bool {
    let mut sequences = text.split("\u{1b}[").skip(1);
    sequences.any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
}

#[test]
fn every_help_shows_how() {
    let home = TempDir::new().unwrap();
    for command in COMMANDS {
        for ask in ["--help", "-h"] {
            let ran = run(home.path(), [command, ask]).ends(0);
            ran.prints(&["Usage: curator ", &format!("\n  curator {command}")]);
        }
    }
    let top = run(home.path(), ["--help"]).ends(0);
    top.prints(&["Usage: curator ", "curator init my-registry", "Exit codes: 0 done, 1 findings to mend"]);
    for command in COMMANDS {
        assert!(top_help(home.path()).contains(&format!("\n  {command} ")), "{command}");
    }
    run(home.path(), ["--version"]).ends(0).prints(&[concat!("curator ", env!("CARGO_PKG_VERSION"))]);
}

fn top_help(home: &std::path::Path) -> String {
    run(home, ["-h"]).ends(0).out
}

#[test]
fn a_slip_of_the_finger_is_told() {
    let home = TempDir::new().unwrap();
    for args in [&["synk"][..], &["sync", "--ful"], &["--format", "yaml", "plan"], &[], &["plan", "surplus"]] {
        let ran = run(home.path(), args).ends(3);
        assert_eq!(ran.out, "", "{args:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    run(home.path(), ["synk"]).complains(&["sync"]);
    run(home.path(), ["sync", "--ful"]).complains(&["--full"]);
}

#[test]
fn without_a_registry_there_is_a_way_out() {
    let home = TempDir::new().unwrap();
    for command in ["check", "plan", "sync"] {
        let ran = run(home.path(), [command]).ends(3);
        let ran =
            ran.complains(&["error: there is no registry at registry", "  help: ", "--registry", "curator init DIR"]);
        assert_eq!(ran.out, "");
        run(home.path(), [command, "--registry", "/nonexistent"]).ends(3).complains(&["/nonexistent"]);
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sample = Sample::published();
    let program = curator(sample.home()).get_program().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", "\"$0\" plan --format json | true; \"$0\" rebuild --all | head -n 1"]).arg(program);
    command.current_dir(sample.home()).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    let ran = finish(command).ends(0);
    assert_eq!((ran.out.lines().count(), ran.err.as_str()), (1, ""));
}
