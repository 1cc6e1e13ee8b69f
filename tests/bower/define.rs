//! `curator new`, against real repositories and a small GitHub.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

use crate::program::{Ran, curator, finish};
use crate::trees::{Tree, assert_same};
use crate::village::Village;

const TOKEN: &str = "ghp_canary";

/// A server that gives one answer to every question; what it is asked can be received.
fn github(status: &str, headers: &str, body: &Value) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = body.to_string();
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n{body}", body.len());
    let (asked, questions) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let _ = asked.send(head.join("\n"));
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, questions)
}

fn repository(full_name: &str, kind: &str) -> Value {
    json!({ "id": 4711, "full_name": full_name, "owner": { "id": 42, "login": "acme", "type": kind } })
}

/// Runs `curator new` with that API.
fn new_at(village: &Village, api: &str, args: &[&str]) -> Ran {
    let mut command = curator(village.registry.home());
    command.env("CURATOR_GITHUB_API", api).env("GITHUB_TOKEN", TOKEN).env("CURATOR_LOG", "trace").arg("new").args(args);
    let ran = finish(command);
    assert!(!ran.out.contains(TOKEN) && !ran.err.contains(TOKEN), "{ran:?}");
    ran
}

fn written(village: &Village, path: &str) -> Value {
    serde_json::from_slice(&fs::read(village.registry.file(path)).unwrap()).unwrap()
}

#[test]
fn a_new_package_gets_a_definition_and_a_registration_with_numbers() {
    let mut village = Village::new();
    let commit = village.bower("maps", "v1.0.0", &json!({ "license": "MIT License", "description": "Maps." }));
    village.settle();
    let (api, questions) = github("200 OK", "", &repository("acme/purescript-maps", "User"));
    let args = ["https://github.com/acme/purescript-maps", "--ref", "v1.0.0", "--compiler", "0.15.15"];
    let ran = new_at(&village, &api, &args).ends(0);
    ran.prints(&[
        "  wrote registry/packages/ma/maps/registration.json\n",
        "  wrote registry/packages/ma/maps/1.0.0.json\n",
        "note: the licence 'MIT License' is written MIT today",
        "note: no manifest names the package: maps is the repository's name",
        "git switch -c maps-1.0.0\n",
        "git add registry/packages/ma/maps/registration.json registry/packages/ma/maps/1.0.0.json\n",
        "git commit -m \"Publish maps@1.0.0\"\n",
        "open a pull request",
    ]);
    let question = questions.recv().unwrap();
    assert!(question.starts_with("GET /repos/acme/purescript-maps HTTP/1.1"), "{question}");
    assert!(question.to_ascii_lowercase().contains(&format!("authorization: bearer {TOKEN}")), "{question}");

    let location = json!({ "githubOwner": "acme", "githubRepo": "purescript-maps" });
    let registration = json!({ "location": location, "locationId": 4711, "maintainers": [42] });
    assert_eq!(written(&village, "packages/ma/maps/registration.json"), registration);
    let text = fs::read_to_string(village.registry.file("packages/ma/maps/1.0.0.json")).unwrap();
    let keys = ["name", "version", "license", "description", "location", "ref", "commit", "compiler", "dependencies"];
    let places: Vec<usize> = keys.iter().map(|key| text.find(&format!("\n  \"{key}\": ")).expect(key)).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(written(&village, "packages/ma/maps/1.0.0.json")["commit"], commit.as_str());

    // What is defined, published or gone is never defined again, and nothing is written.
    let before = Tree::read(&village.registry.file("packages"));
    new_at(&village, &api, &args).ends(1).complains(&["maps@1.0.0 is defined already", "help: edit its definition"]);
    village.registry.sync().ends(0);
    new_at(&village, &api, &args).ends(1).complains(&["maps@1.0.0 is published already", "help: a published version"]);
    assert_same(&before, &Tree::read(&village.registry.file("packages")));

    // The next version leaves the registration alone, and knows a compiler.
    village.bower("maps", "v1.1.0", &json!({ "license": "MIT" }));
    village.settle();
    let ran = new_at(&village, &api, &["github:acme/purescript-maps", "--ref", "v1.1.0"]).ends(0);
    ran.prints(&["0.15.15 is the newest that the index names"]).prints_no(&["registration.json"]);
    assert_eq!(questions.try_iter().count(), 0, "the numbers are known");
}

#[test]
fn without_github_it_goes_on_and_says_so() {
    let moved = repository("acme/elsewhere", "User");
    let cases = [
        (
            github("200 OK", "", &repository("acme/purescript-maps", "Organization")).0,
            json!(4711),
            "open a pull request",
        ),
        (github("200 OK", "", &moved).0, Value::Null, "github.com/acme/purescript-maps was renamed or moved"),
        (github("301 Moved Permanently", "location: /x\r\n", &json!({})).0, Value::Null, "was renamed or moved"),
        (github("404 Not Found", "", &json!({})).0, Value::Null, "is not there, or private"),
        (github("401 Unauthorized", "", &json!({})).0, Value::Null, "does not accept the token"),
        (github("403 Forbidden", "x-ratelimit-remaining: 0\r\n", &json!({})).0, Value::Null, "rate limit"),
        (github("429 Too Many", "retry-after: 60\r\n", &json!({})).0, Value::Null, "rate limit"),
        (github("502 Bad Gateway", "", &json!({})).0, Value::Null, "it answers 502"),
        (github("200 OK", "", &json!({ "id": "x" })).0, Value::Null, "the forge cannot be reached"),
        ("http://127.0.0.1:1".to_owned(), Value::Null, "the forge cannot be reached"),
    ];
    let mut village = Village::new();
    village.bower("maps", "v1.0.0", &json!({ "license": "MIT" }));
    village.settle();
    for (api, id, said) in cases {
        let args = ["github:acme/purescript-maps", "--ref", "v1.0.0", "--compiler", "0.15.15"];
        new_at(&village, &api, &args).ends(0).prints(&[said]);
        let registration = written(&village, "packages/ma/maps/registration.json");
        assert_eq!((&registration["locationId"], &registration["maintainers"]), (&id, &Value::Null), "{said}");
        fs::remove_dir_all(village.registry.file("packages")).unwrap();
    }
    for api in ["http://example.org", "http://127.0.0.1.example.org", "ftp://x"] {
        let args = ["github:acme/purescript-maps", "--ref", "v1.0.0", "--compiler", "0.15.15"];
        new_at(&village, api, &args).ends(3).complains(&["CURATOR_GITHUB_API: "]);
    }
}

#[test]
fn what_the_source_leaves_open_is_guessed_and_said() {
    let mut village = Village::new();
    village.version("base", "v1.2.0", &json!({}));
    let license = include_str!("../../LICENSE-MIT");
    let yaml = "package:\n  name: wrap\n  description: Wraps.\n  dependencies:\n    - base\n  publish:\n    version: 1.0.0\n    license: ~\n";
    village.tags("wrap", "v1.0.0", &[("spago.yaml", yaml), ("LICENSE", license)]);
    village.tags(
        "wrap",
        "v2.0.0",
        &[("spago.yaml", &yaml.replace("- base", "- ghost").replace("1.0.0", "2.0.0")), ("LICENSE", license)],
    );
    village.settle();
    let (api, _) = github("200 OK", "", &repository("acme/purescript-base", "User"));
    let new = |args: &[&str]| new_at(&village, &api, args);
    new(&["github:acme/purescript-base", "--ref", "v1.2.0"]).ends(3).complains(&["name the compiler", "--compiler"]);
    new(&["github:acme/purescript-base", "--ref", "v1.2.0", "--compiler", "0.15.15"]).ends(0);
    let args = ["github:acme/purescript-wrap", "--ref", "v1.0.0", "--compiler", "0.15.15", "--format", "json"];
    let ran = new(&args);
    let said = ran.json();
    let notes: Vec<&str> = said["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(notes[0].contains("MIT is guessed from the text in LICENSE"), "{notes:?}");
    assert!(notes[1].contains("no bounds are given for base: >=1.2.0 <2.0.0"), "{notes:?}");
    let ghost = ["github:acme/purescript-wrap", "--ref", "v2.0.0", "--compiler", "0.15.15"];
    new(&ghost).ends(1).complains(&["gives no bounds for ghost", "help: mend the source"]);
}

#[test]
fn a_source_that_does_not_say_enough_is_refused_before_anything_is_written() {
    let mut village = Village::new();
    village.tags("bare", "v1.0.0", &[]);
    village.bower("bare", "v2.0.0", &json!({ "license": "BSD" }));
    village.bower("bare", "tagged", &json!({ "license": "MIT" }));
    village.bower("Odd", "v1.0.0", &json!({ "license": "MIT" }));
    village.settle();
    let before = Tree::read(village.registry.home());
    let cases: [(&[&str], i32, &str); 10] = [
        (&["github:acme/purescript-bare", "--ref", "v1.0.0"], 1, "no purs.json, no spago.yaml and no bower.json"),
        (&["github:acme/purescript-bare", "--ref", "v2.0.0"], 1, "the licence 'BSD'"),
        (&["github:acme/purescript-bare", "--ref", "tagged"], 1, "the tag is none"),
        (&["github:acme/purescript-bare", "--ref", "v9.9.9"], 1, "no tag 'v9.9.9'"),
        (&["github:acme/purescript-Odd", "--ref", "v1.0.0"], 1, "name it with --name"),
        (&["git@github.com:acme/purescript-bare.git", "--ref", "v1.0.0"], 3, "over https"),
        (&["http://example.org/a.git", "--ref", "v1.0.0"], 3, "over https"),
        (&["--upload-pack=touch x", "--ref", "v1.0.0"], 3, "--upload-pack"),
        (&["https://example.org/a.git", "--ref", "v1.0.0"], 1, "example.org"),
        (&["github:acme/purescript-bare", "--ref", "v1.0.0", "--subdir", "../x"], 3, "--subdir"),
    ];
    for (args, code, complaint) in cases {
        let args = [args, &["--compiler", "0.15.15"]].concat();
        new_at(&village, "http://127.0.0.1:1", &args).ends(code).complains(&[complaint]);
        assert_same(&before, &Tree::read(village.registry.home()));
    }
    // What the checks find stands with the files, for the author to mend.
    village.bower("bare", "v3.0.0", &json!({ "license": "MIT", "dependencies": { "purescript-ghost": "^1.0.0" } }));
    village.settle();
    let args = ["github:acme/purescript-bare", "--ref", "v3.0.0", "--compiler", "0.15.15", "--name", "bones"];
    let ran = new_at(&village, "http://127.0.0.1:1", &args).ends(1);
    ran.prints(&["R028", "  curator check registry/packages/bo/bones/registration.json"]).prints_no(&["git add"]);
}
