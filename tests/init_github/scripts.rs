//! The scripts of workflows and action, run as a runner runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use clap::Parser as _;
use curator::cli::Args;
use curator::model::Sha256;
use curator::rules::init::GitHubSetup;
use serde_json::Value;
use tempfile::TempDir;

use crate::{X86_64, apart, shared, steps, yaml};

/// The script of the step `step` of a job, or of an action.
fn script(job: &Value, step: &str) -> String {
    let step = steps(job).iter().find(|is| is["name"] == step).unwrap_or_else(|| panic!("there is no step {step}"));
    step["run"].as_str().unwrap().to_owned()
}

/// Runs a script as a runner does, with programs from `bin` first; gives its exit code and what it said.
fn run(script: &str, temp: &Path, bin: &Path, env: &[(&str, &str)]) -> (i32, String) {
    let search = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
        .env("RUNNER_TEMP", temp)
        .env("PATH", search)
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_REPOSITORY", "acme/registry")
        .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn program(at: &Path, text: &str) {
    fs::write(at, text).unwrap();
    fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_action_installs_the_bytes_that_are_pinned_and_no_others() {
    let install = script(&yaml(&shared())["curator"]["runs"], "install the curator");
    let home = TempDir::new().unwrap();
    let (temp, bin) = (home.path().join("temp"), home.path().join("bin"));
    fs::create_dir(&temp).unwrap();
    fs::create_dir(&bin).unwrap();
    // A download writes its last argument, the URL, into the file that it is told to.
    program(
        &bin.join("curl"),
        "#!/bin/sh\nfor last; do :; done\nwhile [ \"$1\" != --output ]; do shift; done\nprintf %s \"$last\" > \"$2\"\n",
    );
    program(&bin.join("uname"), "#!/bin/sh\necho \"${MACHINE:-x86_64}\"\n");
    let release = "https://github.com/acme/curator/releases/download/v1.2.3";
    let url = format!("{release}/{X86_64}");
    let digest = Sha256::of(url.as_bytes()).to_hex();
    let installed = temp.join("curator");
    let refused = [
        ("another digest", digest.replace(['0', '1', '2', '3'], "f"), "x86_64"),
        ("a place to fill in", "FILL-IN".to_owned(), "x86_64"),
        ("nothing", String::new(), "x86_64"),
        ("another machine", digest.clone(), "riscv64"),
        ("the program of another machine", digest.clone(), "aarch64"),
    ];
    for (what, pinned, machine) in refused {
        let env = [("RELEASE", release), ("X86_64", &pinned), ("AARCH64", &digest), ("MACHINE", machine)];
        let (code, said) = run(&install, &temp, &bin, &env);
        assert_ne!(code, 0, "{what}: {said}");
        assert!(!installed.exists(), "{what}");
    }
    let env = [("RELEASE", release), ("X86_64", digest.as_str()), ("AARCH64", "FILL-IN")];
    let (code, said) = run(&install, &temp, &bin, &env);
    assert_eq!(code, 0, "{said}");
    assert_eq!(fs::read_to_string(&installed).unwrap(), url);
    assert_eq!(fs::metadata(&installed).unwrap().permissions().mode() & 0o777, 0o755);
}

/// What the scripts of the workflows call the curator with, each with the exit code that its step then has where the
/// curator ends with `ends`.
fn calls(setup: &GitHubSetup, ends: i32) -> Vec<(&'static str, i32, Vec<Vec<String>>)> {
    let files = yaml(setup);
    let home = TempDir::new().unwrap();
    let log = home.path().join("log");
    let text = format!("#!/bin/sh\n(printf '%s\\t' \"$@\"; echo) >> '{}'\nexit {ends}\n", log.display());
    let temp = home.path().join("temp");
    fs::create_dir(&temp).unwrap();
    program(&temp.join("curator"), &text);
    let steps = [
        ("review", "check", "review, without writing anything", ("PULL", "7")),
        ("review", "compile", "compile", ("PULL", "7")),
        ("review", "decide", "review, decide, merge", ("PULL", "7")),
        ("review", "decide", "review, decide, merge", ("PULL", "")),
        ("review", "decide", "review, decide, merge", ("PULL", "7; touch here $(id)")),
        ("sync", "compile", "compile", ("RETRY", "")),
        ("sync", "compile", "compile", ("RETRY", "yes")),
        ("sync", "sync", "publish", ("RETRY", "")),
        ("sync", "sync", "publish", ("RETRY", "yes")),
        ("heal", "heal", "complete what is missing", ("RETRY", "")),
        ("heal", "heal", "audit", ("RETRY", "")),
        ("heal", "heal", "audit the history", ("RETRY", "")),
    ];
    let call = |(workflow, job, step, env): (&str, &'static str, &str, (&str, &str))| {
        let script = script(&files[workflow]["jobs"][job], step);
        let (code, _) = run(&script, &temp, home.path(), &[env]);
        let logged = fs::read_to_string(&log).unwrap();
        fs::remove_file(&log).unwrap();
        let words = |line: &str| line.trim_end_matches('\t').split('\t').map(str::to_owned).collect();
        (job, code, logged.lines().map(words).collect())
    };
    steps.map(call).into()
}

#[test]
fn the_workflows_call_the_curator_as_they_say() {
    let place = ["--registry", "https://github.com/acme/registry.git", "--registry-path", "registry"];
    let done = calls(&apart(), 0);
    let home = |word: &String| word.starts_with('/').then(|| format!("TEMP/{}", word.rsplit_once("temp/").unwrap().1));
    let shown = |call: &Vec<String>| call.iter().map(|word| home(word).unwrap_or_else(|| word.clone())).collect();
    let lines: Vec<Vec<String>> = done.iter().flat_map(|(_, _, calls)| calls).map(shown).collect();
    let lines: Vec<String> = lines.iter().map(|line| line.join(" ")).collect();
    let of = |command: &str| format!("{command} {}", place.join(" "));
    let decide = |which: &str| of(&format!("review {which} --claim TEMP/claim/claim.json --dispatch sync.yml"));
    let wanted = [
        of("review --pull 7 --read-only --claim TEMP/none --format markdown"),
        of("compile --pull 7 --claim TEMP/claim.json"),
        decide("--pull 7"),
        decide("--open --compile-by review.yml"),
        decide("--pull 7; touch here $(id)"),
        of("compile --wanted --claim TEMP/claim.json"),
        of("compile --wanted --retry --claim TEMP/claim.json"),
        of("sync --announce --claim TEMP/claim/claim.json"),
        of("sync --announce --retry --claim TEMP/claim/claim.json"),
        of("sync --full --announce"),
        of("audit"),
    ];
    assert_eq!(lines[..11], wanted);
    assert!(done[4].2[0].contains(&"7; touch here $(id)".to_owned()), "it stays one argument");
    assert!(lines[11].starts_with("audit --history --since 20"), "{}", lines[11]);
    assert!(done.iter().all(|(_, code, _)| *code == 0), "{done:?}");
    // What goes wrong fails the job.
    for ends in 1..=3 {
        assert!(calls(&shared(), ends).iter().all(|(_, code, _)| *code == ends), "{ends}");
    }
}

#[test]
fn the_curator_knows_what_the_workflows_call_it_with() {
    for (job, _, calls) in calls(&apart(), 0).into_iter().chain(calls(&shared(), 0)) {
        for call in calls.iter().filter(|call| !call.iter().any(|word| word.contains(';'))) {
            let parsed = Args::try_parse_from(std::iter::once("curator").chain(call.iter().map(String::as_str)));
            assert!(parsed.is_ok(), "{job}: {call:?}: {}", parsed.unwrap_err());
        }
    }
}
