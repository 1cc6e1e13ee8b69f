//! `curator sign` as people and scripts run it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use curator::model::Authorization;
use curator::rules::authorize::{Verified, verify};
use serde_json::json;
use tempfile::TempDir;

use crate::keys::{keygen, public};
use crate::program::{Ran, curator, finish, run};

/// What the program printed, verified with the key's public half.
fn verified(ran: &Ran, key: &Path) -> Verified {
    let value = ran.json();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["payload", "signature"]);
    let text = |key: &str| value[key].as_str().unwrap().to_owned();
    verify(&Authorization { payload: text("payload"), signature: text("signature") }, &[public(key)]).unwrap()
}

/// Runs `curator sign` without a terminal, with this passphrase in the environment.
pub(crate) fn sign(home: &Path, args: &[&str], passphrase: Option<&str>) -> Ran {
    let program = curator(home);
    let mut command = Command::new("setsid");
    command.arg("--wait").arg(program.get_program()).arg("sign").args(args).current_dir(home).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("CURATOR_LOG", "trace");
    command.envs(passphrase.map(|text| ("CURATOR_KEY_PASSPHRASE", text)));
    finish(command)
}

#[test]
fn each_operation_is_signed_and_says_where_it_goes() {
    let home = TempDir::new().unwrap();
    let key = keygen(home.path(), "id", "ed25519", "");
    let yank = ["yank", "tally@1.0.0", "--reason", "loses \"the\" last line", "--replacement", "seedbed"];
    for (args, payload, file) in [
        (
            &["unpublish", "tally@1.0.0", "--reason", "a password\u{200b}was in it ☂"][..],
            "{\"name\":\"tally\",\"reason\":\"a password\u{200b}was in it ☂\",\"version\":\"1.0.0\"}",
            "status/ta/tally/1.0.0.json",
        ),
        (
            &["transfer", "tally", "--to", "github:acme/tally"],
            r#"{"name":"tally","newLocation":{"githubOwner":"acme","githubRepo":"tally"}}"#,
            "packages/ta/tally/registration.json",
        ),
        (
            &["transfer", "tally", "--to", "https://git.example.org/t.git", "--subdir", "a/b"],
            r#"{"name":"tally","newLocation":{"gitUrl":"https://git.example.org/t.git","subdir":"a/b"}}"#,
            "packages/ta/tally/registration.json",
        ),
        (
            &yank,
            r#"{"name":"tally","status":{"reason":"loses \"the\" last line","replacement":"seedbed","status":"yanked"},"version":"1.0.0"}"#,
            "status/ta/tally/1.0.0.json",
        ),
        (
            &["deprecate", "tally", "--reason", "old"],
            r#"{"name":"tally","status":{"reason":"old","status":"deprecated"}}"#,
            "status/ta/tally/all.json",
        ),
    ] {
        let args = [&["sign"], args, &["--key", "id"]].concat();
        let ran = run(home.path(), &args).ends(0);
        assert_eq!(ran.json()["payload"].as_str().unwrap(), payload);
        let owner = public(&key);
        let line = json!({ "keytype": "ssh-ed25519", "public": owner.public() }).to_string();
        let ran = ran.complains(&["\"authorization\"", file, &line]);
        assert_eq!(verified(&ran, &key).operation.to_payload().unwrap(), payload);
        let quiet = run(home.path(), [&args[..], &["--format", "json"]].concat()).ends(0);
        assert_eq!((quiet.out, quiet.err.as_str()), (ran.out, ""));
    }
}

#[test]
fn a_passphrase_comes_from_the_environment_or_from_nobody() {
    let home = TempDir::new().unwrap();
    let key = keygen(home.path(), "id", "ed25519", "correct horse");
    let args = ["transfer", "tally", "--to", "github:acme/tally", "--key", "id"];
    verified(&sign(home.path(), &args, Some("correct horse")).ends(0), &key);
    let wrong = sign(home.path(), &args, Some("battery staple")).ends(3);
    assert_eq!(wrong.clone().complains(&["error: this is not the passphrase of id"]).out, "");
    let nobody = sign(home.path(), &args, None).ends(3);
    assert_eq!(
        nobody
            .complains(&["error: id is encrypted", "help: run this in a terminal, or set CURATOR_KEY_PASSPHRASE"])
            .out,
        ""
    );
}

#[test]
fn a_key_that_cannot_sign_is_refused_with_the_way_out() {
    let home = TempDir::new().unwrap();
    keygen(home.path(), "id", "ed25519", "");
    keygen(home.path(), "rsa", "rsa", "");
    let with = |key: &str| sign(home.path(), &["yank", "tally", "--reason", "x", "--key", key], None).ends(3);
    assert_eq!(with("id.pub").complains(&["error: id.pub is a public key", "help: ", "without .pub"]).out, "");
    with("rsa").complains(&["error: rsa is a key of the type ssh-rsa", "help: ", "ssh-keygen -t ed25519"]);
    with("nowhere").complains(&["error: nowhere cannot be read: there is no such file"]);
    fs::write(home.path().join("text"), "no key").unwrap();
    with("text").complains(&["error: text is no private key as OpenSSH writes them", "help: "]);
}

#[test]
fn what_cannot_be_signed_is_told_before_the_key_is_asked_for() {
    let home = TempDir::new().unwrap();
    let long = "x".repeat(301);
    for (args, told) in [
        (&["transfer", "tally", "--to", "http://example.org/t.git"][..], "a source is fetched over https"),
        (&["transfer", "tally", "--to", "--upload-pack=x"], "--to"),
        (&["unpublish", "tally", "--reason", "x"], "name@version"),
        (&["unpublish", "tally@1.0", "--reason", "x"], "tally@1.0"),
        (&["unpublish", "tally@1.0.0"], "--reason"),
        (&["unpublish", "tally@1.0.0", "--reason", &long], "301 characters"),
        (&["yank", "Tally", "--reason", "x"], "Tally"),
        (&["deprecate", "tally@", "--reason", "x"], "tally@"),
    ] {
        let ran = sign(home.path(), &[args, &["--key", "nowhere"]].concat(), None).ends(3).complains(&[told]);
        assert!(!ran.err.contains("no such file"), "{}", ran.err);
    }
    sign(home.path(), &["yank", "tally", "--reason", "x"], None).ends(3).complains(&["--key"]);
}

/// Signs on a terminal of its own, which `script` of util-linux makes, where somebody types this; gives what the terminal
/// showed.
pub(crate) fn on_a_terminal(home: &Path, typed: &str) -> String {
    let program = curator(home).get_program().to_str().unwrap().to_owned();
    let line = format!("{program} sign transfer tally --to github:acme/tally --key id >out; echo ended $?");
    let mut command = Command::new("script");
    command.args(["-q", "-c", &line, "/dev/null"]).current_dir(home).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("TERM", "xterm").env("CURATOR_LOG", "trace");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while !shown.ends_with(b"Passphrase of id: ") {
        assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    // What is typed before the terminal hides it is shown, as with every such question.
    std::thread::sleep(Duration::from_millis(500));
    stdin.write_all(format!("{typed}\n").as_bytes()).unwrap();
    stdout.read_to_end(&mut shown).unwrap();
    child.wait().unwrap();
    String::from_utf8_lossy(&shown).into_owned()
}

#[test]
fn a_person_is_asked_and_nothing_is_shown() {
    let home = TempDir::new().unwrap();
    let key = keygen(home.path(), "id", "ed25519", "correct horse");
    let shown = on_a_terminal(home.path(), "correct horse");
    assert!(shown.contains("ended 0") && !shown.contains("correct"), "{shown}");
    // The question is not among the results.
    let out = fs::read_to_string(home.path().join("out")).unwrap();
    verified(&Ran { code: 0, out, err: String::new() }, &key);
    let shown = on_a_terminal(home.path(), "battery staple");
    assert!(shown.contains("this is not the passphrase of id") && shown.contains("ended 3"), "{shown}");
    assert!(!shown.contains("battery"), "{shown}");
}
