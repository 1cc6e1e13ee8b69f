//! How the manifests, lists, tags and licences of other days are read: a line for each rule.

use curator::model::{CommitId, Entry, File, License, Location, Ref, SourceTree};
use curator::rules::import::{Draft, Lists, RefusalKind, choose_tags, normalised_license, package_name, read_draft};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use serde_json::{Value, json};

fn tree(files: &[(&str, &str)]) -> SourceTree {
    let entry = |(path, text): &(&str, &str)| (path.parse().unwrap(), Entry::File(File::regular(*text)));
    files.iter().map(entry).collect()
}

fn bower(text: &str) -> Result<Draft, RefusalKind> {
    read_draft(&tree(&[("bower.json", text)]), None).map_err(|refusal| refusal.kind)
}

#[test]
fn a_bower_json_becomes_a_draft() {
    let text = r#"{"name":"purescript-a","version":"9.9.9","license":["MIT","Apache-2.0","nonsense"],"description":"A.",
        "dependencies":{"purescript-b":"^1.2.0","c":"~2.0.1","purescript-compiler-backend-utilities":"1"},
        "devDependencies":{"purescript-z":"*"},"ignore":["**/.*"]}"#;
    let draft = bower(text).unwrap();
    assert_eq!((draft.name, draft.version), (None, None), "Bower went by the list and the tag");
    assert_eq!(draft.license.unwrap().as_str(), "MIT AND Apache-2.0");
    assert_eq!(draft.description.unwrap().as_str(), "A.");
    let dependencies: Vec<String> =
        draft.dependencies.iter().map(|(name, range)| format!("{name} {}", range.as_ref().unwrap())).collect();
    let expected = ["b >=1.2.0 <2.0.0", "c >=2.0.1 <2.1.0", "purescript-compiler-backend-utilities >=1.0.0 <2.0.0"];
    assert_eq!(dependencies, expected);
    assert_eq!(draft.notes.len(), 2);
    let bare = bower("\u{feff}{\"license\":{\"type\":\"MIT\"},\"dependencies\":null}").unwrap();
    assert_eq!((bare.license.unwrap().as_str(), bare.dependencies.len()), ("MIT", 0));
    assert_eq!(bower("{}").unwrap().license, None);
}

#[test]
fn what_a_bower_json_cannot_say_is_refused_by_kind() {
    let dependency =
        |name: &str, range: Value| json!({ "license": "MIT", "dependencies": { name: range } }).to_string();
    let cases = [
        (String::new(), RefusalKind::Manifest),
        ("[]".to_owned(), RefusalKind::Manifest),
        ("{\"license\": \"MIT\",}".to_owned(), RefusalKind::Manifest),
        ("{\"license\":\"MIT\",\"license\":\"ISC\"}".to_owned(), RefusalKind::Manifest),
        ("{\"dependencies\":[]}".to_owned(), RefusalKind::Manifest),
        (dependency("purescript-a", json!(1)), RefusalKind::Manifest),
        (json!({ "dependencies": { "a": "^1.0.0", "purescript-a": "^1.0.0" } }).to_string(), RefusalKind::Manifest),
        (json!({ "license": "BSD" }).to_string(), RefusalKind::License),
        (json!({ "license": ["GFDL-1.3", "Artistic"] }).to_string(), RefusalKind::License),
        (dependency("jQuery", json!("^1.0.0")), RefusalKind::DependencyName),
        (dependency("purescript-", json!("^1.0.0")), RefusalKind::DependencyName),
        (dependency("purescript-a", json!("*")), RefusalKind::RangeUnbounded),
        (dependency("purescript-a", json!("")), RefusalKind::RangeUnbounded),
        (dependency("purescript-a", json!(">=1.0.0")), RefusalKind::RangeUnbounded),
        (dependency("purescript-a", json!("master")), RefusalKind::Range),
        (dependency("purescript-a", json!("acme/a#master")), RefusalKind::Range),
        (dependency("purescript-a", json!("^1.0.0 || ^3.0.0")), RefusalKind::Range),
        (dependency("purescript-a", json!(">=2.0.0 <1.0.0")), RefusalKind::Range),
    ];
    for (text, kind) in cases {
        assert_eq!(bower(&text).map(|_| ()), Err(kind), "{text}");
    }
    let absent = read_draft(&tree(&[("README.md", "")]), None).map_err(|refusal| refusal.kind);
    assert_eq!(absent, Err(RefusalKind::NoManifest));
    let mut link = SourceTree::new();
    link.insert("bower.json".parse().unwrap(), Entry::Link { target: b"/etc/passwd".to_vec() });
    assert_eq!(read_draft(&link, None).map_err(|refusal| refusal.kind), Err(RefusalKind::Manifest));
}

#[test]
fn the_manifest_that_counts_most_is_read() {
    let purs =
        json!({ "name": "a", "version": "1.0.0", "license": "GPL-3.0", "dependencies": { "b": ">=1.0.0 <2.0.0" },
        "location": { "githubOwner": "acme", "githubRepo": "a" }, "includeFiles": ["test/**/*.purs"] })
        .to_string();
    let yaml = "package:\n  name: a\n  dependencies: [b, { c: '*' }, { d: 1.0.0 }]\n";
    let publish = format!("{yaml}  publish:\n    version: 1.0.0\n    license: MIT\n");
    let old = r#"{"license":"ISC","dependencies":{"purescript-b":"^1.0.0"}}"#;
    let read = |files: &[(&str, &str)]| {
        let draft = read_draft(&tree(files), None).map_err(|refusal| refusal.kind)?;
        let license = draft.license.as_ref().map_or("-", |license| license.as_str()).to_owned();
        let open = draft.dependencies.values().filter(|range| range.is_none()).count();
        Ok((draft.file, license, draft.dependencies.len(), open))
    };
    let all = [("purs.json", purs.as_str()), ("spago.yaml", publish.as_str()), ("bower.json", old)];
    assert_eq!(read(&all), Ok(("purs.json".to_owned(), "GPL-3.0-only".to_owned(), 1, 0)));
    assert_eq!(read(&all[1..]), Ok(("spago.yaml".to_owned(), "MIT".to_owned(), 3, 2)));
    assert_eq!(read(&[("spago.yaml", yaml), all[2]]), Ok(("bower.json".to_owned(), "ISC".to_owned(), 1, 0)));
    assert_eq!(read(&[("spago.yaml", yaml)]), Ok(("spago.yaml".to_owned(), "-".to_owned(), 3, 2)));
    assert_eq!(read(&[("spago.yaml", "workspace: {}\n")]), Err(RefusalKind::Manifest));
    assert_eq!(
        read(&[("spago.yaml", "workspace: {}\n"), all[2]]),
        Ok(("bower.json".to_owned(), "ISC".to_owned(), 1, 0))
    );
    assert_eq!(read(&[("purs.json", "{"), all[2]]), Err(RefusalKind::Manifest));
    let bad = [
        ("\"name\":\"a\"", "\"name\":\"A\"", RefusalKind::Manifest),
        ("\"version\":\"1.0.0\"", "\"version\":\"1.0\"", RefusalKind::Manifest),
        ("GPL-3.0", "GPL", RefusalKind::License),
        ("GPL-3.0", "GFDL-1.3", RefusalKind::License),
        ("\"b\"", "\"B\"", RefusalKind::DependencyName),
        ("[\"test/**/*.purs\"]", "[]", RefusalKind::Manifest),
        ("\"githubRepo\"", "\"repo\"", RefusalKind::Manifest),
    ];
    for (sound, broken, kind) in bad {
        let text = purs.replacen(sound, broken, 1);
        assert_ne!(text, purs, "{broken}");
        assert_eq!(read(&[("purs.json", &text)]), Err(kind), "{text}");
    }
}

#[test]
fn licences_are_respelled_only_where_that_is_no_guess() {
    let cases = [
        ("MIT", Some("MIT")),
        (" mit ", Some("MIT")),
        ("MIT License", Some("MIT")),
        ("The MIT License (MIT)", Some("MIT")),
        ("Apache 2", Some("Apache-2.0")),
        ("Apache-2", Some("Apache-2.0")),
        ("Apache License, Version 2.0", Some("Apache-2.0")),
        ("BSD-3", Some("BSD-3-Clause")),
        ("BSD3", Some("BSD-3-Clause")),
        ("bsd-2-clause", Some("BSD-2-Clause")),
        ("GPL-3.0", Some("GPL-3.0-only")),
        ("GPL-2.0+", Some("GPL-2.0-or-later")),
        ("GPLv3", Some("GPL-3.0-only")),
        ("(MIT OR Apache-2.0)", Some("MIT OR Apache-2.0")),
        ("eCos-2.0", Some("GPL-2.0-or-later WITH eCos-exception-2.0")),
        ("mpl 2.0", Some("MPL-2.0")),
        ("wtfpl", Some("WTFPL")),
        ("BSD", None),
        ("Apache", None),
        ("GPL", None),
        ("GFDL-1.3", None),
        ("LICENSE", None),
        ("", None),
        ("NOASSERTION", None),
    ];
    for (written, expected) in cases {
        assert_eq!(normalised_license(written).as_ref().map(License::as_str), expected, "{written:?}");
    }
}

#[test]
fn urls_of_other_days_become_locations() {
    let github = |text: &str| text == "github.com/acme/maps";
    for url in [
        "github:acme/maps",
        "https://github.com/acme/maps",
        "https://github.com/acme/maps.git",
        "https://github.com/acme/maps/",
        "https://GitHub.com/acme/maps.git/",
        "git://github.com/acme/maps.git",
        "http://github.com/acme/maps",
        " github:acme/maps ",
    ] {
        let location = Location::parse_url(url, None).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert!(github(&location.to_string()), "{url}: {location}");
    }
    let elsewhere = Location::parse_url("https://git.sr.ht/~toastal/maps", Some("wrap".parse().unwrap())).unwrap();
    assert_eq!(elsewhere.to_string(), "https://git.sr.ht/~toastal/maps (wrap)");
    for url in [
        "",
        "acme/maps",
        "github:acme",
        "github:acme/maps/tree/main",
        "https://github.com/acme",
        "github:-x/maps",
        "github:a b/c",
        "git@github.com:acme/maps.git",
        "ssh://git@github.com/acme/maps",
        "http://example.org/a.git",
        "git://example.org/a.git",
        "file:///etc",
        "ext::sh -c x",
        "--upload-pack=x",
        "https://example.org:8080/a.git",
        "https://example.org/a.git?x",
        "https://github.com\u{ff0f}acme/maps?",
        "github:é/maps",
    ] {
        assert!(Location::parse_url(url, None).is_err(), "{url}");
    }
}

#[test]
fn lists_are_joined_and_their_names_cleaned() {
    let mut lists = Lists::default();
    let first = json!({ "purescript-a": "https://github.com/acme/a.git", "purescript-b": "https://github.com/acme/b.git",
        "purescript-Upper": "https://github.com/acme/u.git", "purescript-ssh": "git@github.com:acme/s.git" });
    let second = json!({ "a": "https://github.com/acme/a", "purescript-b": "https://github.com/other/b.git", "c": "github:acme/c" });
    lists.add(first.to_string().as_bytes()).unwrap();
    lists.add(second.to_string().as_bytes()).unwrap();
    let shown: Vec<String> = lists
        .entries()
        .map(|entry| match &entry.package {
            Ok((name, location)) => format!("{name} {location}"),
            Err(refusal) => format!("{} {}", entry.written, refusal.kind),
        })
        .collect();
    let expected = [
        "a github.com/acme/a",
        "purescript-b listed-twice",
        "c github.com/acme/c",
        "purescript-Upper name",
        "purescript-ssh location",
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        package_name("purescript-compiler-backend-utilities").unwrap().as_str(),
        "purescript-compiler-backend-utilities"
    );
    assert!(package_name("purescript-purescript-x").is_err());
}

#[test]
fn one_tag_stands_for_each_version() {
    let (first, second) = (CommitId::from_bytes([1; 20]), CommitId::from_bytes([2; 20]));
    let tags = [
        ("v1.0.0", first),
        ("1.0.0", first),
        ("v01.0.0", first),
        ("2.0.0", first),
        ("v3.0.0", first),
        ("3.0.0", second),
        ("v4.0", first),
        ("v5.0.0-rc.1", first),
        ("release/6.0.0", first),
        ("v7.00.0", first),
    ];
    let tags: Vec<(Ref, CommitId)> = tags.iter().map(|(tag, commit)| (tag.parse().unwrap(), *commit)).collect();
    let (chosen, refused) = choose_tags(&tags);
    let chosen: Vec<String> = chosen.iter().map(|tagged| format!("{} {}", tagged.version, tagged.reference)).collect();
    assert_eq!(chosen, ["1.0.0 v1.0.0", "2.0.0 2.0.0", "7.0.0 v7.00.0"]);
    let refused: Vec<String> = refused.iter().map(|(tag, refusal)| format!("{tag} {}", refusal.kind)).collect();
    assert_eq!(
        refused,
        [
            "1.0.0 tag-twice",
            "3.0.0 tag-ambiguous",
            "release/6.0.0 tag",
            "v01.0.0 tag-twice",
            "v3.0.0 tag-ambiguous",
            "v4.0 tag",
            "v5.0.0-rc.1 tag"
        ]
    );
}

/// JSON that comes near a `bower.json`, and JSON that does not.
fn documents() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[\\^~><=v x*|.0-9#-]{0,12}",
        Just("MIT".to_owned()),
        Just("purescript-a".to_owned())
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    let keys = prop_oneof![
        Just("license".to_owned()),
        Just("dependencies".to_owned()),
        Just("description".to_owned()),
        Just("type".to_owned()),
        "purescript-[a-z]{1,3}",
        any::<String>()
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from);
        let object = proptest::collection::vec((keys.clone(), inner), 0..6)
            .prop_map(|members| Value::Object(members.into_iter().collect()));
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn whatever_a_manifest_says_it_is_read_or_refused(document in documents(), text in any::<String>()) {
        for (file, text) in [("bower.json", document.to_string()), ("purs.json", document.to_string()), ("spago.yaml", document.to_string()),
            ("bower.json", text.clone()), ("spago.yaml", text)] {
            match read_draft(&tree(&[(file, &text)]), None) {
                Ok(draft) => assert_eq!(draft.file, file),
                Err(refusal) => assert!(!refusal.reason.is_empty() && refusal.reason.chars().count() < 700, "{refusal:?}"),
            }
        }
    }
}
