//! `curator compile`, from the outside.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use curator::cli::{CompileArgs, Origin, trusted};
use curator::config::Config;

use crate::hostile::{assert_gone, lives};
use crate::program::{curator, finish};
use crate::tool::{CANARY, ONE, PURS, Tool, claim, define, registry};

const TALLY: &str = "registry/packages/ta/tally/1.0.0.json";

#[test]
fn a_version_compiles_with_its_dependencies_and_the_claim_says_which_bytes() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\nimport Seedbed\n", &[("seedbed", ONE)]);
    let Some(ran) = Tool::new().compile(&registry, &["--trust", TALLY, "--claim", "claim.json"]) else { return };
    ran.ends(0).prints(&["tally@1.0.0: compiled with purs 0.15.15 (1 dependency)\n", "The claim is in claim.json."]);
    let said = claim(&registry);
    registry.sync().ends(0);
    let facts = registry.facts("tally", "1.0.0");
    let [version] = said["versions"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&said["format"], &version["outcome"]), (&1.into(), &"compiled".into()));
    assert_eq!((&version["archive"], &version["definition"]), (&facts["hash"], &facts["definition"]));
    // Published, it compiles from its archive, and there is nothing more to claim.
    let ran = Tool::new().compile(&registry, &["--trust", "tally@1.0.0", "--format", "json"]).unwrap().ends(0);
    assert_eq!(ran.json()["versions"][0]["outcome"], "compiled");
    assert_eq!(ran.json()["versions"][0]["dependencies"], 1);
}

#[test]
fn what_does_not_compile_is_told_in_the_words_of_the_tool() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n-- DOES_NOT_COMPILE\n", &[]);
    let Some(ran) = Tool::new().compile(&registry, &["--trust", TALLY, "--claim", "claim.json"]) else { return };
    let ran = ran.ends(1).prints(&[
        "R056",
        "it does not compile with purs 0.15.15",
        "at src/Main.purs:2:1",
        "Could not match type \\u{1b}[31m::error::Int\\u{1b}[0m ##\\u{5b}x]",
        "tally@1.0.0: does not compile with purs 0.15.15 (0 dependencies)",
    ]);
    ran.prints_no(&["/in/package", "Compiling Tally"]);
    assert_eq!(claim(&registry)["versions"][0]["outcome"], "failed");
    let github = ["--trust", TALLY, "--format", "github"];
    Tool::new()
        .compile(&registry, &github)
        .unwrap()
        .ends(1)
        .prints(&["::error file=registry/packages/ta/tally/1.0.0.json"]);
}

#[test]
fn dependencies_are_those_that_the_modules_use() {
    let mut registry = registry();
    let layer = registry.package("layer");
    define(&mut registry, &layer, "1.0.0", "module Layer where\nimport Seedbed\n", &[("seedbed", ONE)]);
    let tally = registry.package("tally");
    let text = "module Tally where\nimport Seedbed\n";
    define(&mut registry, &tally, "1.0.0", text, &[("layer", ONE)]);
    // layer is wanted, too: it is prepared for tally's sake.
    let Some(ran) = Tool::new().compile(&registry, &["--trust", TALLY, "--claim", "claim.json"]) else { return };
    ran.ends(1).prints(&[
        "R057",
        "no module of the package imports one of layer",
        "the package imports modules of seedbed, which is no dependency of it",
        "tally@1.0.0: compiled with purs 0.15.15 (2 dependencies)",
    ]);
    let version = claim(&registry)["versions"][0].clone();
    assert_eq!((&version["unused"][0], &version["missing"][0]), (&"layer".into(), &"seedbed".into()));
    let layers = ["--trust", "registry/packages/la/layer/1.0.0.json"];
    Tool::new().compile(&registry, &layers).unwrap().ends(0).prints_no(&["R057"]);
}

#[test]
fn a_graph_that_cannot_be_had_accuses_nobody() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[("seedbed", ONE)]);
    for (to, words) in [("exit 5", "the tool prints no graph"), ("echo '[]'; exit 0", "it is not JSON as")] {
        let tool = Tool::changed("command=$1\n", &format!("command=$1\n[ $1 = compile ] || {{ {to}; }}\n"));
        let Some(ran) = tool.compile(&registry, &["--trust", TALLY]) else { return };
        ran.ends(0).prints(&["warning", "R057", words, "compiled with purs"]);
    }
}

#[test]
fn a_tool_by_a_template_gets_whole_arguments() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\nimport Seedbed\n", &[("seedbed", ONE)]);
    registry.configure(
        "[verify]\ncompile = { command = [\"show\", \"$(id)\", \"{package}\", \"{dependencies}\", \"{sources}\"] }\n",
    );
    let tool =
        Tool::with("show", "#!/bin/sh\nfor word; do echo \"<$word>\"; done >&2\nls /in/dependencies >&2\nexit 1\n");
    let Some(ran) = tool.compile(&registry, &["--trust", TALLY]) else { return };
    ran.ends(1).prints(&[
        "it does not compile with show",
        "<$(id)>",
        "</in/package>",
        "</in/dependencies>",
        "<seedbed/src/Seedbed.purs>",
        "<src/Main.purs>",
        " seedbed\n",
    ]);
}

#[test]
fn nothing_is_run_that_nobody_trusts() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    let untrusted = Tool::new().compile(&registry, &[TALLY]).unwrap().ends(3);
    untrusted.complains(&["not compiled: the curator.toml of these files names the program 'purs'", "--trust"]);
    let rules = || Config::parse("[registry]\nname = \"x\"\n[verify]\ncompile = \"purs\"\n").unwrap().verify.rules();
    let args =
        CompileArgs { targets: Vec::new(), pull: Some(7), wanted: false, retry: false, trust: false, claim: None };
    assert!(trusted(rules(), Origin::Elsewhere, &args).is_ok());
    assert!(trusted(rules(), Origin::Here, &args).is_err());
    registry.configure("");
    let silent = Tool::new().compile(&registry, &["--trust", TALLY]).unwrap().ends(3);
    silent.complains(&["this registry does not say with what"]);
}

#[test]
fn nothing_is_run_beside_a_secret() {
    let registry = registry();
    registry.configure(PURS);
    let names = [
        "GITHUB_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "CURATOR_SIGNING_KEY",
        "CURATOR_GIT_TOKEN",
        "CURATOR_CREDENTIAL_ACME",
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "npm_config__auth_token",
        "DB_PASSWORD",
    ];
    for name in names {
        let mut command = curator(registry.home());
        command.env("PATH", Tool::new().path()).env(name, CANARY).args(["compile", "--trust", "seedbed@1.0.0"]);
        let ran = finish(command).ends(3).complains(&["what looks like secrets", name]);
        assert!(!ran.err.contains(CANARY) && ran.out.is_empty());
    }
    let mut command = curator(registry.home());
    let harmless = [("AWS_REGION", "x"), ("KEYBOARD", "x"), ("GITHUB_TOKEN", ""), ("SSH_AUTH_SOCK", "/x")];
    command.env("PATH", Tool::new().path()).envs(harmless).args(["compile", "--trust", "seedbed@1.0.0"]);
    assert!(!finish(command).err.contains("secrets"));
}

#[test]
fn without_the_tool_everything_else_works() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    let ran = registry.run(&["compile", "--trust", TALLY, "--claim", "claim.json"]).ends(3);
    ran.complains(&["there is no program 'purs' on the search path", "\"not compiled\""]);
    assert_eq!(claim(&registry)["versions"], serde_json::json!([]));
    registry.run(&["check"]).ends(0);
    registry.sync().ends(0);
    assert_eq!(registry.facts("tally", "1.0.0")["compiled"], false);
}

#[test]
fn another_version_of_the_compiler_speaks_for_nothing() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    let tool = Tool::changed("echo \"0.15.15\"", "echo \"0.15.10\"");
    let Some(ran) = tool.compile(&registry, &["--trust", TALLY, "--claim", "claim.json"]) else { return };
    ran.ends(3).prints(&[
        "tally@1.0.0: not compiled: it was written for 0.15.15, and the compiler of this machine is 0.15.10",
    ]);
    assert_eq!(claim(&registry)["versions"][0]["outcome"], "untold");
}

#[test]
fn no_dependency_is_used_that_is_not_as_it_was_published() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\nimport Seedbed\n", &[("seedbed", ONE)]);
    let archive = registry.archive("seedbed", "1.0.0");
    let mut bytes = fs::read(&archive).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::remove_file(&archive).unwrap();
    fs::write(&archive, bytes).unwrap();
    let ran = Tool::new().compile(&registry, &["--trust", TALLY]).unwrap().ends(3);
    ran.complains(&["the archive of seedbed@1.0.0 in the store 'local' is sha256-"]);
    fs::remove_file(&archive).unwrap();
    let ran = Tool::new().compile(&registry, &["--trust", TALLY]).unwrap().ends(3);
    ran.complains(&["the archive of seedbed@1.0.0 is in none of the stores"]);
}

#[test]
fn a_hostile_build_learns_nothing_and_ends() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    registry.configure("[verify]\ncompile = \"purs\"\ntime = \"3s\"\nprocesses = 64\nmemory_mib = 256\ndisk_mib = 8\n");
    let spy = "command=$1\n(env; cat /proc/*/environ /proc/*/cmdline; ls -la / /home /root /work; cat /etc/passwd) \
               2>&1 | tr '\\0' '\\n' | sed 's/^/error: /' >&2\nexit 1\n";
    let Some(ran) = Tool::changed("command=$1\n", spy).compile(&registry, &["--trust", TALLY]) else { return };
    let ran = ran.ends(1).prints(&["error: HOME=/tmp", "error: PATH=/usr/local/bin"]);
    assert!(!ran.out.contains(CANARY) && !ran.err.contains(CANARY) && !ran.out.contains("NEIGHBOUR"), "{}", ran.out);
    let begin = Instant::now();
    let hang = Tool::changed("command=$1\n", "command=$1\nwhile :; do :; done\n");
    hang.compile(&registry, &["--trust", TALLY]).unwrap().ends(1).prints(&["it did not end within 3 seconds"]);
    assert!(begin.elapsed() < Duration::from_secs(15));
    let flood = Tool::changed("command=$1\n", "command=$1\nexec cat /dev/zero\n");
    flood.compile(&registry, &["--trust", TALLY]).unwrap().ends(1).prints(&["it printed more than 16777216 bytes"]);
}

#[test]
fn a_killed_curator_takes_its_sandbox_along() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    let mark = "mark-of-the-killed";
    let tool = Tool::changed("command=$1\n", &format!("exec sh -c 'sleep 300; : {mark}'\n"));
    if tool.compile(&registry, &["nothing@1.0.0"]).is_none() {
        return;
    }
    let mut command = curator(registry.home());
    command.env("PATH", tool.path()).args(["compile", "--trust", TALLY]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while !lives(mark) {
        if child.try_wait().unwrap().is_some() {
            // No sandbox: nothing was run.
            assert!(std::env::var_os("CURATOR_TEST_SANDBOX").is_none());
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_gone(mark);
}

#[test]
fn an_open_folder_is_no_way_out() {
    let mut registry = registry();
    let tally = registry.package("tally");
    define(&mut registry, &tally, "1.0.0", "module Tally where\n", &[]);
    let spy = "command=$1\n(ls -l /proc/self/fd; ls /proc/self/fd/3/ /proc/self/fd/12/) 2>&1 | sed 's/^/error /' >&2\nexit 1\n";
    let tool = Tool::changed("command=$1\n", spy);
    if tool.compile(&registry, &["--trust", TALLY]).is_none() {
        return;
    }
    let run = |open: &str| {
        let mut command = curator(registry.home());
        let program = command.get_program().to_owned();
        command = std::process::Command::new("bash");
        command.args(["-c", &format!("exec {open}</; exec \"$@\""), "bash"]).arg(program);
        command.args(["compile", "--trust", TALLY]).current_dir(registry.home()).env_clear().env("PATH", tool.path());
        finish(command)
    };
    for open in ["3", "12", "200"] {
        let ran = run(open).ends(1).prints(&["cannot access '/proc/self/fd/12/'"]);
        ran.prints_no(&["error etc", "error home", " 200 -> "]);
    }
}
