//! The files of an index: a new version goes into its place, and every other byte stays.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a text that cannot be read or cut as the test says is a failure of the test"
)]

use std::collections::BTreeMap;

use curator::model::{Document, Manifest, Metadata, PackageSet, Profile, Published, Value, Version};
use curator::rules::index::{IndexFile, IndexFileError, MetadataFile, MetadataFileError, metadata_path, shard_path};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_assume, prop_oneof, proptest};
use serde_json::json;

/// A manifest line as somebody may have written it: `{version}`, and whatever else.
fn line(version: &Version, license: &str, rest: &str) -> String {
    format!(
        "{{\"name\":\"some-name\",\"version\":\"{version}\",\"license\":\"{license}\",\"location\":{{\"githubOwner\":\"o\",\
         \"githubRepo\":\"r\"}},\"ref\":\"v{version}\",{rest}\"dependencies\":{{\"prelude\":\">=1.0.0 <7.0.0\"}}}}"
    )
}

fn manifest(version: &str) -> Manifest {
    serde_json::from_str(&line(&version.parse().unwrap(), "MIT", "")).unwrap()
}

fn facts() -> Published {
    let value = json!({
        "bytes": 1000,
        "compilers": ["0.15.15"],
        "hash": "sha256-wOzNcCq20TAL/LMT1lYIiaoEIFGDBw+yp14bj7qK9v4=",
        "publishedTime": "2024-01-01T00:00:00.000Z",
        "ref": "",
    });
    serde_json::from_value(value).unwrap()
}

fn version() -> impl Strategy<Value = Version> {
    (0_u64..3, 0_u64..3, 0_u64..12).prop_map(|(major, minor, patch)| Version::new(major, minor, patch).unwrap())
}

fn license() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("MIT"), Just("LGPL-3.0"), Just("(GPL-3.0-only OR MIT)"), Just("GPL-2.0+")]
}

fn other_keys() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(""),
        Just("\"description\":\"\","),
        Just("\"description\":\"ü \\\"quoted\\\" \\u00fc\\n\","),
        Just("\"later\":{\"a\":[1,2]},"),
        Just("\t \"owners\" : [{\"keytype\":\"ssh-ed25519\",\"public\":\"AAAA\"}] , "),
    ]
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("\n"), Just("\r\n")]
}

/// An index file with ascending versions, and none of them twice.
fn index_text() -> impl Strategy<Value = String> {
    let lines = proptest::collection::btree_map(version(), (license(), other_keys(), line_end()), 0..9);
    (lines, any::<bool>()).prop_map(|(lines, ends)| {
        let texts = lines.iter().map(|(version, (license, rest, end))| line(version, license, rest) + end);
        let text: String = texts.collect();
        if ends { text } else { text.trim_end().to_owned() }
    })
}

proptest! {
    #[test]
    fn a_line_goes_into_its_place_and_every_other_byte_stays(text in index_text(), version in version()) {
        let mut file = IndexFile::parse(text.as_bytes()).unwrap();
        prop_assume!(file.get(&version).is_none());
        let new = manifest(&version.to_string());
        file.insert(new.clone(), None).unwrap();

        let position = file.lines().iter().position(|line| line.manifest.version == version).unwrap();
        let start = file.lines()[position].span.start;
        let line = new.to_line().unwrap() + "\n";
        prop_assert_eq!(&file.text()[start..start + line.len()], line.as_str());
        let without = [&file.text()[..start], &file.text()[start + line.len()..]].concat();
        // Only a line that was the last one and had no end gets one.
        let got_an_end = without == text.clone() + "\n" && start + line.len() == file.text().len();
        prop_assert!(without == text || got_an_end);

        let versions: Vec<&Version> = file.manifests().map(|manifest| &manifest.version).collect();
        prop_assert!(versions.is_sorted(), "{:?}", versions);
        prop_assert_eq!(IndexFile::parse(file.text().as_bytes()).unwrap(), file);
    }

    #[test]
    fn facts_go_into_their_place_and_every_other_byte_stays(text in metadata_text(), version in version()) {
        let mut file = MetadataFile::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(file.text(), text.as_str());
        let taken = file.metadata().published.contains_key(&version) || file.metadata().unpublished.contains_key(&version);
        if taken {
            prop_assert_eq!(file.insert(&version, &facts()), Err(MetadataFileError::Taken(version)));
            prop_assert_eq!(file.text(), text.as_str());
            return Ok(());
        }
        let was_empty = file.metadata().published.is_empty();
        file.insert(&version, &facts()).unwrap();

        if was_empty {
            // Nothing but the empty object gives way.
            let (_, after) = text.split_once("\"published\"").unwrap();
            let (hole, rest) = after.split_once('}').unwrap();
            let kept = text.len() - hole.len() - rest.len() - 1;
            prop_assert!(file.text().starts_with(&text[..kept]) && file.text().ends_with(rest));
        } else {
            let facts = serde_json::to_string_pretty(&facts()).unwrap().replace('\n', "\n    ");
            let entry = format!("\"{version}\": {facts}");
            let (before, after) = file.text().split_once(&entry).unwrap();
            let separated_after = after.strip_prefix(",\n    ").map(|after| [before, after].concat());
            let separated_before = before.strip_suffix(",\n    ").map(|before| [before, after].concat());
            prop_assert!([separated_after, separated_before].contains(&Some(text)));
        }
        prop_assert_eq!(MetadataFile::parse(file.text().as_bytes()).unwrap(), file.clone());
        prop_assert_eq!(&file.metadata().published[&version], &facts());
        let document = Document::parse(file.text().as_bytes(), 1 << 20).unwrap();
        let Value::Object(entries) = &document.member("published").unwrap().value.value else { panic!("no object") };
        let versions: Vec<Version> = entries.iter().map(|entry| entry.key.parse().unwrap()).collect();
        prop_assert!(versions.is_sorted(), "{:?}", versions);
    }
}

/// A metadata file as somebody may have written it: indented or compact, with keys that nobody knows yet.
fn metadata_text() -> impl Strategy<Value = String> {
    let entry = (any::<bool>(), any::<bool>(), any::<bool>());
    let entries = proptest::collection::btree_map(version(), entry, 0..7);
    let shape = (any::<bool>(), line_end(), any::<bool>());
    (entries, proptest::option::of(version()), shape).prop_map(|(entries, gone, (compact, line_end, ends))| {
        let published: BTreeMap<String, serde_json::Value> = entries
            .iter()
            .filter(|(version, _)| Some(*version) != gone.as_ref())
            .map(|(version, (is_double, has_ref, has_more))| {
                let mut facts = serde_json::to_value(facts()).unwrap();
                let fields = facts.as_object_mut().unwrap();
                if *is_double {
                    fields.insert("bytes".to_owned(), json!(1000.0));
                }
                if !has_ref {
                    fields.remove("ref");
                }
                if *has_more {
                    fields.insert("zLater".to_owned(), json!({"note": "}, \"9.9.9\": {"}));
                }
                (version.to_string(), facts)
            })
            .collect();
        metadata_json(&entries.keys().map(ToString::to_string).collect::<Vec<_>>(), &published, gone, compact)
            .replace('\n', line_end)
            + if ends { line_end } else { "" }
    })
}

/// Prints metadata with its versions in order, which a map of JSON would sort as texts.
fn metadata_json(
    order: &[String],
    published: &BTreeMap<String, serde_json::Value>,
    gone: Option<Version>,
    compact: bool,
) -> String {
    let print = |value: &serde_json::Value| {
        if compact { value.to_string() } else { serde_json::to_string_pretty(value).unwrap().replace('\n', "\n    ") }
    };
    let gone = gone.map(|version| {
        let facts = json!({
            "publishedTime": "2023-01-01T00:00:00.000Z",
            "reason": "A secret was in it.",
            "unpublishedTime": "2023-01-02T00:00:00.000Z",
        });
        (version.to_string(), facts)
    });
    let (line, colon) = if compact { ("", ":") } else { ("\n", ": ") };
    let indent = |depth: usize| if compact { String::new() } else { " ".repeat(depth) };
    let object = |entries: Vec<String>| {
        if entries.is_empty() {
            return "{}".to_owned();
        }
        let separator = format!(",{line}{}", indent(4));
        format!("{{{line}{}{}{line}{}}}", indent(4), entries.join(&separator), indent(2))
    };
    let entry = |(version, facts): (&String, &serde_json::Value)| format!("\"{version}\"{colon}{}", print(facts));
    let published = object(order.iter().filter_map(|version| published.get_key_value(version)).map(entry).collect());
    let unpublished = object(gone.iter().map(|(version, facts)| entry((version, facts))).collect());
    let location = "{\"githubOwner\": \"o\", \"githubRepo\": \"r\"}";
    let members = [("location", location), ("published", &published), ("unpublished", &unpublished)];
    let members = members.map(|(key, value)| format!("{}\"{key}\"{colon}{value}", indent(2)));
    format!("{{{line}{}{line}}}", members.join(&format!(",{line}")))
}

#[test]
fn a_version_that_is_there_stays_as_it_is() {
    let text = format!("{}\r\n", line(&"1.0.0".parse().unwrap(), "MIT", "\"later\":1,"));
    let mut file = IndexFile::parse(text.as_bytes()).unwrap();
    assert_eq!(file.insert(manifest("1.0.0"), None), Ok(()), "the same manifest again is nothing new");
    let other = Manifest { license: "Apache-2.0".parse().unwrap(), ..manifest("1.0.0") };
    assert_eq!(file.insert(other.clone(), None), Err(IndexFileError::Taken(other.version)));
    assert_eq!(file.text(), text);
}

#[test]
fn a_version_that_was_published_or_unpublished_is_taken() {
    let text = include_str!("index_files/metadata.json");
    let mut file = MetadataFile::parse(text.as_bytes()).unwrap();
    for version in ["0.1.0", "0.2.0"] {
        let version: Version = version.parse().unwrap();
        assert_eq!(file.insert(&version, &facts()), Err(MetadataFileError::Taken(version)));
    }
    assert_eq!(file.text(), text);
}

#[test]
fn metadata_is_written_as_the_purescript_registry_writes_it() {
    let text = include_str!("index_files/metadata.json");
    let metadata: Metadata = serde_json::from_str(text).unwrap();
    assert_eq!(metadata.to_file().unwrap(), text);
    let references: Vec<_> = metadata.published.values().map(|facts| facts.reference.as_deref()).collect();
    assert_eq!(references, [Some(""), None], "an absent ref stays absent, an empty one is written");
}

/// The file with `from`, which must be there, replaced by `to`.
fn metadata_with(from: &str, to: &str) -> Result<MetadataFile, MetadataFileError> {
    let text = include_str!("index_files/metadata.json");
    assert!(text.contains(from), "there is no {from}");
    MetadataFile::parse(text.replace(from, to).as_bytes())
}

#[test]
fn metadata_is_read_as_spago_reads_it() {
    for (from, to) in [
        ("\"bytes\": 2014", "\"bytes\": 2014.0"),
        ("\"bytes\": 2014", "\"bytes\": 2.014e3"),
        ("33:57.000Z", "33:57Z"),
        ("33:57.000Z", "33:57.0Z"),
        ("\"compilers\"", "\"nobody knows\": [{}], \"compilers\""),
    ] {
        assert!(metadata_with(from, to).is_ok(), "{to}");
    }
    for (from, to) in [
        ("[\n        \"0.15.10\"\n      ]", "[]"),
        ("\"compilers\"", "\"Compilers\""),
        ("\"unpublished\"", "\"Unpublished\""),
        ("\"location\"", "\"owners\": [], \"location\""),
        ("sha256-", "sha512-"),
        ("\"0.1.0\"", "\"v0.1.0\""),
        ("33:57.000Z", "33:57.0000Z"),
        ("33:57.000Z", "33:57.000+00:00"),
        ("\"bytes\": 2014", "\"bytes\": 2014.5"),
        ("\"bytes\": 2014", "\"bytes\": -1"),
        ("Committed to the wrong ", &"long ".repeat(61)),
    ] {
        // What a registry of another language may leave out, the reader of the file takes, and this profile does not.
        let held =
            |file: MetadataFile| Profile::Purescript.holds_facts(&"some".parse().unwrap(), file.metadata()).is_ok();
        assert!(!metadata_with(from, to).is_ok_and(held), "{to}");
    }
}

#[test]
fn manifests_are_read_as_the_purescript_registry_reads_them() {
    let with = |from: &str, to: &str| {
        let text = line(&"1.0.0".parse().unwrap(), "MIT", "");
        assert!(text.contains(from), "there is no {from}");
        IndexFile::parse(text.replace(from, to).as_bytes())
    };
    let emoji = format!("\"description\":\"{}\",\"ref\"", "🍝".repeat(500));
    let long = format!("\"description\":\"{}\",\"ref\"", "a".repeat(501));
    for (from, to) in [
        ("MIT", "LGPL-3.0"),
        ("MIT", "(MIT OR Apache-2.0)"),
        ("\"ref\"", "\"unknown\":null,\"ref\""),
        ("\"ref\"", &emoji),
        ("{\"prelude\":\">=1.0.0 <7.0.0\"}", "{}"),
    ] {
        assert!(with(from, to).is_ok(), "{to}");
    }
    for (from, to) in [
        ("MIT", "MIT OR APACHE-2.0"),
        ("\"ref\":\"v1.0.0\",", ""),
        ("\"ref\"", &long),
        ("\"ref\"", "\"owners\":[],\"ref\""),
        ("\"ref\"", "\"includeFiles\":[],\"ref\""),
        (",\"dependencies\":{\"prelude\":\">=1.0.0 <7.0.0\"}", ""),
        (">=1.0.0 <7.0.0", ">=1.0.0  <7.0.0"),
        (">=1.0.0 <7.0.0\"", ">=1.0.0 <7.0.0\",\"prelude\":\">=2.0.0 <3.0.0\""),
        ("{\"githubOwner\":\"o\",\"githubRepo\":\"r\"}", "{\"gitUrl\":\"git@example.org:o/r.git\"}"),
        ("some-name", "Some-Name"),
    ] {
        assert!(with(from, to).is_err(), "{to}");
    }
}

/// What the PureScript registry's own printer makes of old lines; this one leaves them as they are.
#[test]
fn manifests_with_deprecated_licenses_keep_their_spelling_and_know_todays() {
    let cases = [
        ("jarilo", "1.0.1", "AGPL-3.0", "AGPL-3.0-only"),
        ("ecos", "1.2.3", "eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
        ("matrices", "5.0.0", "LGPL-3.0", "LGPL-3.0-only"),
        ("test-unit", "17.0.0", "LGPL-3.0+", "LGPL-3.0-or-later"),
        ("nano-id", "1.1.0", "GPL-3.0 AND MIT", "GPL-3.0-only AND MIT"),
        ("bookhound", "0.1.1", "LGPL-2.1 AND LGPL-2.1-only", "LGPL-2.1-only AND LGPL-2.1-only"),
        ("wx", "0.9.0", "wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
    ];
    for (name, version, written, canonical) in cases {
        let line = |license: &str| {
            format!(
                r#"{{"name":"{name}","version":"{version}","license":"{license}","location":{{"githubOwner":"purescript","githubRepo":"purescript-{name}"}},"ref":"v{version}","dependencies":{{"prelude":">=6.0.0 <7.0.0"}}}}"#
            )
        };
        let mut manifest: Manifest = serde_json::from_str(&line(written)).unwrap();
        assert_eq!(manifest.to_line().unwrap(), line(written));
        manifest.license = manifest.license.canonical().parse().unwrap();
        assert_eq!(manifest.to_line().unwrap(), line(canonical));
    }
}

#[test]
fn an_error_names_its_line() {
    let good = line(&"1.0.0".parse().unwrap(), "MIT", "");
    let said = |text: String| IndexFile::parse(text.as_bytes()).unwrap_err().to_string();
    assert!(said(format!("{good}\nnothing\n")).starts_with("line 2 is not a manifest: "));
    assert!(said(format!("{good}\n\n")).starts_with("line 2 is not a manifest: "), "a blank line breaks the file");
    assert!(said(format!("\u{feff}{good}\n")).starts_with("line 1 is not a manifest: "));
    assert_eq!(IndexFile::parse(b"\xff"), Err(IndexFileError::NotUtf8));
    assert_eq!(IndexFile::parse(b""), Ok(IndexFile::empty()));
}

#[test]
fn lines_know_when_they_are_misplaced_or_out_of_order() {
    let line = |name: &str, version: &str| line(&version.parse().unwrap(), "MIT", "").replace("some-name", name) + "\n";
    let text = [line("a", "1.0.0"), line("b", "3.0.0"), line("a", "1.0.0"), line("a", "2.0.0"), line("a", "1.1.0")];
    let file = IndexFile::parse(text.concat().as_bytes()).unwrap();
    let name = "a".parse().unwrap();
    let misplaced: Vec<_> = file.misplaced(&name).map(|line| line.manifest.name.as_str()).collect();
    assert_eq!(misplaced, ["b"]);
    let versions: Vec<String> = file.out_of_order().map(|line| line.manifest.version.to_string()).collect();
    assert_eq!(versions, ["1.0.0", "1.1.0"], "another package's version orders nothing");
}

#[test]
fn package_sets_are_written_as_the_purescript_registry_writes_them() {
    let text = "{\n  \"version\": \"1.2.3\",\n  \"compiler\": \"0.15.10\",\n  \"published\": \"2023-11-20\",\n  \
                \"packages\": {\n    \"abc-parser\": \"2.0.1\",\n    \"abides\": \"0.0.1\"\n  }\n}\n";
    let set: PackageSet = serde_json::from_str(text).unwrap();
    assert_eq!(set.to_file().unwrap(), text);
    for (from, to) in
        [("1.2.3", "1.2"), ("2023-11-20", "20222-01-01"), ("2023-11-20", "2022-12-32"), ("abides", "Abides")]
    {
        assert!(serde_json::from_str::<PackageSet>(&text.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn files_stand_where_cargo_s_sharding_puts_them() {
    for (name, shard) in
        [("a", "1/a"), ("ab", "2/ab"), ("abc", "3/a/abc"), ("abcd", "ab/cd/abcd"), ("abcde", "ab/cd/abcde")]
    {
        let name = name.parse().unwrap();
        assert_eq!(shard_path(&name).unwrap().as_str(), shard);
        assert_eq!(metadata_path(&name).unwrap().as_str(), format!("metadata/{shard}.json"));
    }
}
