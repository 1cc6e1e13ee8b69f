//! Sources that are archives on the web: pinned by their digest, over https, from judged addresses; and nothing else.

use std::fs;
use std::process::Command;

use curator::model::Sha256;
use serde_json::{Value, json};

use crate::moonshelf::Moonshelf;
use crate::program::{Ran, curator, finish};
use crate::registry::Registry;
use crate::web::{Page, Web};

const LEXER: &str = "packages/le/lexer/0.1.0.json";
const SOURCE: &str = "sources/lexer-0.1.0.tar.gz";

/// The sample, whose lexer comes from a server.
struct Scene {
    sample: Moonshelf,
    web: Web,
    archive: Vec<u8>,
}

impl Scene {
    fn new() -> Self {
        let (sample, web) = (Moonshelf::wanted(), Web::start());
        let archive = fs::read(sample.registry().join(SOURCE)).unwrap();
        let config = fs::read_to_string(sample.registry().join("curator.toml")).unwrap();
        sample.write("curator.toml", config.replace("rocks.moonshelf.example\"]", &format!("{}\"]", web.host())));
        let scene = Self { sample, web, archive };
        scene.define("/lexer/0.1.0/lexer.tar.gz");
        scene.sample.write(
            "packages/le/lexer/registration.json",
            json!({ "location": { "url": scene.web.url("/lexer") } }).to_string(),
        );
        scene
    }

    /// Lets the definition name this path of the server.
    fn define(&self, path: &str) {
        let text = fs::read_to_string(self.sample.registry().join(LEXER)).unwrap();
        let mut definition: Value = serde_json::from_str(&text).unwrap();
        definition["location"]["url"] = self.web.url(path).into();
        self.sample.write(LEXER, format!("{definition:#}\n"));
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = curator(self.sample.home());
        command.env("SSL_CERT_FILE", self.web.certificate()).args(args);
        command
    }

    /// Runs it with this machine's addresses open.
    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.env("CURATOR_ALLOW_ADDRESSES", "127.0.0.0/8, ::1");
        finish(command)
    }

    fn check(&self) -> Ran {
        self.run(&["check", &format!("registry/{LEXER}")])
    }
}

#[test]
fn an_archive_is_published_from_a_server_and_made_again() {
    let scene = Scene::new();
    // Where releases are, a server sends on to where their files are.
    scene.web.put("/lexer/0.1.0/lexer.tar.gz", Page::To(scene.web.url("/files/1?x=y")));
    scene.web.put("/files/1?x=y", Page::Bytes(scene.archive.clone()));
    scene.check().ends(0);
    assert_eq!(scene.web.asked(), ["/lexer/0.1.0/lexer.tar.gz", "/files/1?x=y"]);
    scene.run(&["sync"]).ends(0).prints(&["published lexer@0.1.0"]);
    scene.run(&["rebuild", "lexer@0.1.0"]).ends(0).prints(&["reproduced, to the byte"]);
    // What was published is what it was, whatever the server has today.
    scene.web.put("/files/1?x=y", Page::Bytes(b"other bytes".to_vec()));
    scene.run(&["rebuild", "lexer@0.1.0"]).ends(1).prints(&["is not what it was"]);
    scene.web.put("/files/1?x=y", Page::Status(404));
    scene.run(&["rebuild", "lexer@0.1.0"]).ends(1).prints(&["there is no archive", "HTTP 404"]);
    scene.run(&["sync"]).ends(0).prints(&["Nothing to do"]);
}

/// What a server answers, how the check ends, and what it says.
#[test]
fn a_server_is_not_trusted() {
    let scene = Scene::new();
    let path = "/lexer/0.1.0/lexer.tar.gz";
    let onward = scene.web.url(path);
    let cases = [
        (Page::Bytes(b"other bytes".to_vec()), 1, "is not what it was"),
        (Page::Status(403), 1, "HTTP 403"),
        (Page::Status(503), 2, "HTTP 503"),
        (Page::Cut(scene.archive.clone()), 2, "the connection broke"),
        (Page::Long(1 << 40), 1, "too large"),
        (Page::To(onward), 1, "more than 5 times"),
        (Page::To("http://localhost/lexer".to_owned()), 1, "not https"),
        (Page::To("file:///etc/passwd".to_owned()), 1, "not https"),
        (Page::To("https://u:p@localhost/lexer".to_owned()), 1, "not https"),
        (Page::To("https://169.254.169.254/latest".to_owned()), 1, "not on the public internet"),
    ];
    for (page, code, said) in cases {
        scene.web.put(path, page.clone());
        let ran = scene.check();
        assert!(ran.code == code && ran.out.contains(said), "{page:?}: {ran:?}");
        assert!(scene.web.asked().len() <= 6);
    }
    // An address of this machine is opened by its operator and nobody else.
    scene.web.put(path, Page::Bytes(scene.archive.clone()));
    let check = ["check", &format!("registry/{LEXER}")];
    finish(scene.command(&check)).ends(1).prints(&["not on the public internet"]);
    assert_eq!(scene.web.asked(), [""; 0]);
    // A server that nobody vouches for.
    let mut stranger = curator(scene.sample.home());
    stranger.env("CURATOR_ALLOW_ADDRESSES", "127.0.0.0/8, ::1").args(check);
    finish(stranger).ends(2).prints(&["no connection can be made"]);
}

#[test]
fn an_archive_is_unpacked_as_strictly_as_any() {
    let sample = Moonshelf::wanted();
    for bytes in [b"no gzip at all".to_vec(), fs::read(sample.registry().join("sources/strings.bundle")).unwrap()] {
        sample.write(SOURCE, &bytes);
        let text = fs::read_to_string(sample.registry().join(LEXER)).unwrap();
        let mut definition: Value = serde_json::from_str(&text).unwrap();
        definition["location"]["sha256"] = Sha256::of(&bytes).to_string().into();
        sample.write(LEXER, definition.to_string());
        sample.run(&["check", &format!("registry/{LEXER}")]).ends(1).prints(&["cannot be unpacked"]);
    }
    let held = sample.sync();
    assert!(held.code != 0 && held.out.contains("lexer@0.1.0") && !sample.index().join("le/xe/lexer").exists());
}

/// How a definition and a registration may name an archive.
#[test]
fn a_location_is_pinned_in_a_definition_and_a_folder_in_a_registration() {
    let digest = Sha256::of(b"").to_string();
    let url = "https://rocks.moonshelf.example/lexer/0.1.0/lexer-0.1.0.tar.gz";
    let registration = "packages/le/lexer/registration.json";
    let cases = [
        (LEXER, json!({ "url": url }), "R013"),
        (LEXER, json!({ "url": url, "sha256": "x" }), "R013"),
        (LEXER, json!({ "url": url, "sha256": digest, "subdir": "a" }), "R013"),
        (LEXER, json!({ "url": url, "sha256": digest, "gitUrl": "https://x.example/a.git" }), "R013"),
        (LEXER, json!({ "url": "http://rocks.moonshelf.example/lexer/a.tar.gz", "sha256": digest }), "R013"),
        (LEXER, json!({ "url": "https://rocks.moonshelf.example/lexer/a.zip", "sha256": digest }), "R013"),
        (LEXER, json!({ "url": "https://rocks.moonshelf.example/other/a.tar.gz", "sha256": digest }), "R016"),
        (LEXER, json!({ "url": "https://elsewhere.example/lexer/a.tar.gz", "sha256": digest }), "R014"),
        (registration, json!({ "url": "https://rocks.moonshelf.example/lexer", "sha256": digest }), "R013"),
    ];
    for (path, location, code) in cases {
        let sample = Moonshelf::wanted();
        let mut text: Value = serde_json::from_str(&fs::read_to_string(sample.registry().join(path)).unwrap()).unwrap();
        text["location"] = location.clone();
        sample.write(path, text.to_string());
        let ran = sample.run(&["check", "--offline", &format!("registry/{path}")]);
        assert!(ran.code == 1 && ran.out.contains(code), "{location}: {ran:?}");
    }
    let sample = Moonshelf::wanted();
    let mut text: Value = serde_json::from_str(&fs::read_to_string(sample.registry().join(LEXER)).unwrap()).unwrap();
    text["commit"] = "6f773da70a7cdcac7acbef0f4af1fe91c21f7009".into();
    sample.write(LEXER, text.to_string());
    sample.run(&["check", "--offline", &format!("registry/{LEXER}")]).ends(1).prints(&["an archive has no commit"]);
}

#[test]
fn new_writes_the_digest() {
    let sample = Moonshelf::wanted();
    let wanted = [LEXER, "packages/le/lexer/registration.json"]
        .map(|path| (path, fs::read_to_string(sample.registry().join(path)).unwrap()));
    fs::remove_dir_all(sample.registry().join("packages/le")).unwrap();
    let url = "https://rocks.moonshelf.example/lexer/0.1.0/lexer-0.1.0.tar.gz";
    sample.run(&["new", url, "--ref", "v0.1.0"]).ends(0).prints(&["packages/le/lexer/0.1.0.json"]);
    for (path, text) in wanted {
        assert_eq!(fs::read_to_string(sample.registry().join(path)).unwrap(), text);
    }
    sample.run(&["new", url, "--ref", "v0.1.0", "--subdir", "a"]).ends(3).complains(&["no folder"]);
}

#[test]
fn a_purescript_registry_has_no_archives() {
    let mut registry = Registry::new();
    let tally = registry.package("tally");
    registry.release(&tally, "1.0.0", &[]);
    registry.sync().ends(0);
    let url = "https://github.com/acme/tally/archive/v1.1.0.tar.gz";
    registry.run(&["new", url, "--ref", "v1.1.0"]).ends(3).complains(&["archives"]);
    let location = json!({ "url": url, "sha256": Sha256::of(b"").to_string() });
    let mut text: Value =
        serde_json::from_str(&fs::read_to_string(registry.file("packages/ta/tally/1.0.0.json")).unwrap()).unwrap();
    text["location"] = location.clone();
    text["version"] = "1.1.0".into();
    registry.write("packages/ta/tally/1.1.0.json", text.to_string());
    registry.run(&["check", "--offline", "registry/packages/ta/tally/1.1.0.json"]).ends(1).prints(&["R013"]);
    fs::remove_file(registry.file("packages/ta/tally/1.1.0.json")).unwrap();
    registry.write(
        "packages/ta/tally/registration.json",
        json!({ "location": { "url": "https://github.com/acme" } }).to_string(),
    );
    registry.run(&["check", "--offline", "registry/packages/ta/tally/registration.json"]).ends(1).prints(&["R013"]);
    // Nor does an index that somebody else wrote into.
    let path = registry.index().join("ta/ll/tally");
    let line = fs::read_to_string(&path).unwrap();
    let line = line.replace("{\"githubOwner\":\"acme\",\"githubRepo\":\"tally\"}", &location.to_string());
    fs::write(&path, line).unwrap();
    registry.run(&["sync", "--full"]).ends(3).complains(&["ta/ll/tally", "outside of the grammar"]);
}
