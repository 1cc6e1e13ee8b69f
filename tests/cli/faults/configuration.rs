//! `curator.toml`: whatever is not understood is refused with its place, and nothing in it leads out of the registry.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use crate::program::run;
use crate::registry::Registry;

/// A registry whose `curator.toml` is this text.
fn configured(text: &str) -> Registry {
    let registry = Registry::new();
    registry.write("curator.toml", text);
    registry
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let named = "[registry]\nname = \"acme\"\n";
    let cases: [(&str, &str, &str); 14] = [
        ("nonsense", "", "curator.toml:1:"),
        ("[registry]\n", "missing field `name`", "curator.toml:1:"),
        ("[registry]\nname = \"acme\"\nnaem = 1\n", "unknown field `naem`", "curator.toml:3:1"),
        ("[registry]\nname = 7\n", "invalid type: integer `7`, expected a string", "curator.toml:2:8"),
        ("[registry]\nname = \"a\"\nname = \"b\"\n", "duplicate key", "curator.toml:3:1"),
        ("[registry]\nname = \"a\"\nprofile = \"haskell\"\n", "haskell", "curator.toml:3:11"),
        ("[indexx]\n", "unknown field `indexx`", "curator.toml:3:2"),
        ("[index]\npath = 1\n", "invalid type", "curator.toml:4:8"),
        ("[[store]]\nname = \"a\"\n", "the store 'a' has no place", "curator.toml:3:1"),
        ("[archive]\nencoder = \"zip\"\n", "zip", "curator.toml:4:11"),
        ("[fetch]\nreplace = 1\n", "invalid type", "curator.toml:4:11"),
        ("[fetch.replace]\n\"https://a\" = \"x\"\n\"https://a\" = \"y\"\n", "duplicate key", "curator.toml:5:1"),
        ("[policy]\nreserved_names = [\"No Name\"]\n", "No Name", "curator.toml:4:"),
        ("store = []\n", "there is no [[store]]", "curator.toml"),
    ];
    for (text, message, place) in cases {
        let text =
            if text.starts_with("[registry]") || text == "nonsense" { text.to_owned() } else { joined(named, text) };
        let registry = configured(&text);
        let before = registry.everything();
        for (args, code) in [(&["sync"][..], 3), (&["plan"], 3), (&["check"], 1)] {
            let ran = registry.run(args).ends(code).prints(&["error[R038]: ", message, place]);
            assert_eq!(ran.err, "");
        }
        let report = registry.run(&["plan", "--format", "json"]).ends(3).json();
        assert_eq!(report["findings"][0]["code"], "R038", "{text}");
        registry.run(&["plan", "--format", "github"]).ends(3).prints(&["::error file=registry/curator.toml", "R038"]);
        crate::trees::assert_same(&before, &registry.everything());
    }
}

/// Both texts: keys of the root must stand before the first table.
fn joined(named: &str, text: &str) -> String {
    if text.starts_with('[') { format!("{named}{text}") } else { format!("{text}{named}") }
}

#[test]
fn a_store_is_a_folder_a_bucket_or_releases() {
    let cases = [
        ("path = \"../a\"\nbucket = \"archives\"", "the store 'a' has two places, a path and a bucket"),
        ("path = \"../a\"\ngithub = \"acme/a\"", "the store 'a' has two places, a path and releases on GitHub"),
        ("bucket = \"archives\"\ngithub = \"acme/a\"", "the store 'a' has two places, a bucket and releases on GitHub"),
        (
            "github = \"acme/a\"\nregion = \"eu\"",
            "the store 'a' is releases on GitHub, and 'region' is said of buckets only",
        ),
        (
            "path = \"../a\"\nlayout = \"per-version\"",
            "the store 'a' is a folder, and 'layout' is said of releases only",
        ),
        ("github = \"acme\"", "'acme' is no name of a repository: write it as owner/name"),
        ("github = \"acme/a\"\nlayout = \"flat\"", "unknown variant `flat`, expected `per-package` or `per-version`"),
        ("path = \"../a\"\nregion = \"eu-central-1\"", "'region' is said of buckets only"),
        ("bucket = \"Archives\"", "'Archives' is no name of a bucket"),
        ("bucket = \"a..b\"", "'a..b' is no name of a bucket"),
        ("bucket = \"archives\"\nprefix = \"a/../b\"", "'a/../b' is no prefix"),
        ("bucket = \"archives\"\nprefix = \"/a\"", "'/a' is no prefix"),
        ("bucket = \"archives\"\nregion = \"here?x=\"", "'here?x=' is no region"),
        ("bucket = \"archives\"\nendpoint = \"http://s3.example.org\"", "is no endpoint"),
        ("bucket = \"archives\"\nendpoint = \"http://127.0.0.1.example.org\"", "is no endpoint"),
        ("bucket = \"archives\"\nendpoint = \"https://key:word@s3.example.org\"", "is no endpoint"),
        ("bucket = \"archives\"\nendpoint = \"https://s3.example.org/?x\"", "is no endpoint"),
        ("bucket = \"archives\"\nendpoint = \"ftp://s3.example.org\"", "is no endpoint"),
        ("bucket = \"archives\"\nendpoint = \"s3.example.org\"", "is no endpoint"),
        ("bucket = \"archives\"\ncredentials = \"$(id)\"", "the store 'a' cannot take its keys from '$(id)'"),
        ("bucket = \"archives\"\nendpoind = \"https://s3.example.org\"", "unknown field `endpoind`"),
    ];
    for (keys, message) in cases {
        let registry = configured(&format!("[registry]\nname = \"acme\"\n[[store]]\nname = \"a\"\n{keys}\n"));
        registry.run(&["sync"]).ends(3).prints(&["error[R038]: ", message, "curator.toml:"]);
        assert!(!registry.index().exists());
    }
    let registry = configured("[registry]\nname = \"acme\"\n");
    for (store, message) in [
        ("s3://", "'' is no name of a bucket"),
        ("s3:archives", "'s3:archives' is no address of a bucket"),
        ("github:acme", "'acme' is no name of a repository"),
    ] {
        registry.run(&["sync", "--store", store]).ends(3).complains(&["error: --store: ", message]);
    }
}

#[test]
fn a_bucket_without_keys_is_told_where_it_is_used() {
    let bucket = "[registry]\nname = \"acme\"\n[[store]]\nname = \"far\"\nbucket = \"archives\"\n";
    // An author who checks a definition has no keys, and needs none.
    configured(bucket).run(&["check"]).ends(0);
    let ran = configured(bucket).run(&["sync"]).ends(3);
    ran.complains(&[
        "the store 'far' refuses access",
        "not set in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        "help: ",
    ]);
    let ran = configured(&format!("{bucket}credentials = \"MIRROR\"\n")).run(&["sync"]).ends(3);
    ran.complains(&["MIRROR_ACCESS_KEY_ID and MIRROR_SECRET_ACCESS_KEY"]);
}

#[test]
fn two_stores_have_two_names() {
    let store = "[[store]]\nname = \"a\"\npath = \"../a\"\n";
    let registry = configured(&format!("[registry]\nname = \"acme\"\n{store}{store}"));
    registry.run(&["sync"]).ends(3).prints(&["error[R038]: two stores have the name 'a'"]);
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    for bytes in [&b"\xff\xfe[registry]"[..], b"[registry]\nname = \"\xff\"\n", b"\0", b""] {
        let registry = Registry::new();
        registry.write("curator.toml", bytes);
        registry.run(&["sync"]).ends(3);
        assert!(!registry.index().exists());
    }
}

#[test]
fn a_replacement_stays_in_the_registry() {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.bundle"), "secret").unwrap();
    let absolute = outside.path().join("secret.bundle");
    let replace = |value: &str| {
        format!("[registry]\nname = \"acme\"\n[fetch.replace]\n\"https://github.com/acme/logs.git\" = \"{value}\"\n")
    };
    for value in
        [absolute.to_str().unwrap(), "../secret.bundle", "sources/../../secret.bundle", "/etc/passwd", "", ".."]
    {
        let ran = configured(&replace(value)).run(&["sync"]).ends(3);
        ran.prints(&["error[R038]: ", "curator.toml:4:38"]);
    }
    configured(&replace("sources/none.bundle")).run(&["sync"]).ends(3).complains(&["no such file or directory"]);
    for value in ["sources/link", "sources/folder/secret.bundle"] {
        let registry = configured(&replace(value));
        fs::create_dir(registry.file("sources")).unwrap();
        symlink(&absolute, registry.file("sources/link")).unwrap();
        symlink(outside.path(), registry.file("sources/folder")).unwrap();
        let ran = registry.run(&["sync"]).ends(3);
        ran.complains(&[&format!("[fetch] replace names '{value}', which a symbolic link leads out of the registry")]);
    }
}

#[test]
fn what_is_not_there_is_told() {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join("registry")).unwrap();
    run(home.path(), ["sync"]).ends(3).complains(&["there is no registry at registry: it has no curator.toml"]);
    fs::write(home.path().join("file"), "x").unwrap();
    for place in ["file", "none", ""] {
        run(home.path(), ["sync", "--registry", place]).ends(3).complains(&["error: "]);
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing was written");
}
