//! Good files of every kind, and changes that leave them good or break them, whatever surrounds them.

use serde_json::{Map, Value, json};

use super::clean::{DEFINITION, PATH};

/// The path of [`REGISTRATION`].
pub(crate) const REGISTRATION_PATH: &str = "packages/ta/tally/registration.json";
/// The path of [`OVERRIDE`].
pub(crate) const OVERRIDE_PATH: &str = "overrides/ta/tally/1.0.0.json";
const STATUS_PATH: &str = "status/ta/tally/1.0.0.json";
/// A good registration with everything in it.
pub(crate) const REGISTRATION: &str = r#"{"location":{"githubOwner":"larkspur-labs","githubRepo":"purescript-tally"},"locationId":886120934,"owners":[{"id":"wren","keytype":"ssh-ed25519","public":"AAAA"}],"maintainers":[41880213]}"#;
/// A good override.
pub(crate) const OVERRIDE: &str = r#"{"revision":1,"dependencies":{"seedbed":">=1.0.0 <1.2.0"},"reason":"why"}"#;
const STATUS: &str =
    r#"{"status":"yanked","reason":"why","replacement":"abacus","authorization":{"payload":"{}","signature":"00"}}"#;

const ADVISORY_PATH: &str = "advisories/LARK-2026-0001.json";
const ADVISORY: &str = r#"{"id":"LARK-2026-0001","modified":"2026-03-01T12:00:00Z","affected":[{"package":{"ecosystem":"larkspur","name":"tally"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.1.0"}]}]}]}"#;
const WISHES_PATH: &str = "package-set.json";
const WISHES: &str = r#"{"compiler":"0.15.15","packages":{"seedbed":"1.1.0","tally":null}}"#;

/// A path, a good file for it, and changes of its members: `null` takes the member away.
pub(crate) type Table = (&'static str, &'static str, Vec<Value>);

/// Changes that leave the files good.
pub(crate) fn good() -> [Table; 6] {
    [
        (
            PATH,
            DEFINITION,
            vec![
                json!({}),
                json!({ "description": null, "dependencies": {} }),
                json!({ "description": "🍝".repeat(300) }),
                json!({ "license": "MIT AND (Apache-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0)" }),
                json!({ "includeFiles": ["./test/**/*.purs", "docs/{a,b}/[!c]*.md"], "excludeFiles": ["a"] }),
                json!({ "includeFiles": vec!["a"; 100] }),
                json!({ "ref": "release/1.1.0" }),
            ],
        ),
        (
            REGISTRATION_PATH,
            REGISTRATION,
            vec![
                json!({}),
                json!({ "locationId": null, "owners": null, "maintainers": null }),
                json!({ "location": { "gitUrl": "https://git.example.org/~wren/tälly.git/", "subdir": "packages/a b/.c" } }),
                json!({ "maintainers": [1, 9_007_199_254_740_991_u64] }),
            ],
        ),
        (OVERRIDE_PATH, OVERRIDE, vec![json!({}), json!({ "dependencies": {} }), json!({ "reason": "y".repeat(300) })]),
        (
            STATUS_PATH,
            STATUS,
            vec![
                json!({}),
                json!({ "replacement": null, "authorization": null }),
                json!({ "status": "deprecated" }),
                json!({ "status": "quarantined" }),
                json!({ "status": "unpublished" }),
            ],
        ),
        (
            ADVISORY_PATH,
            ADVISORY,
            vec![
                json!({}),
                json!({ "schema_version": "1.99.0", "published": "2021-03-09T04:49:05.965964Z", "new_in_1_99": [1] }),
                json!({ "aliases": [], "related": null, "severity": null, "summary": "🍝\n::error::x" }),
                json!({ "references": [{ "type": "FIX", "url": "https://example.org/a?b#c" }], "credits": [{ "name": "" }] }),
                json!({ "severity": [{ "type": "CVSS_V4", "score": "whatever" }] }),
                json!({ "affected": [entry(&json!({ "versions": ["1.0.0"] }))] }),
                json!({ "affected": [{ "package": { "ecosystem": "npm", "name": "@a/b" } }, entry(&range("0"))] }),
            ],
        ),
        (
            WISHES_PATH,
            WISHES,
            vec![
                json!({}),
                json!({ "compiler": null }),
                json!({ "packages": {} }),
                json!({ "packages": { "abacus": "0.0.1" } }),
            ],
        ),
    ]
}

/// Changes that break the files.
pub(crate) fn bad() -> [Table; 6] {
    [
        (PATH, DEFINITION, {
            let mut changes = bad_definitions();
            let required = ["name", "version", "license", "location", "ref", "compiler", "dependencies"];
            changes.extend(required.map(|key| json!({ key: null })));
            changes
        }),
        (
            REGISTRATION_PATH,
            REGISTRATION,
            vec![
                json!({ "location": null }),
                json!({ "location": { "githubOwner": "larkspur-labs" } }),
                json!({ "location": { "gitUrl": "ssh://git@example.org/a.git" } }),
                json!({ "locationId": 0 }),
                json!({ "locationId": 9_007_199_254_740_992_u64 }),
                json!({ "locationId": "886120934" }),
                json!({ "maintainers": [] }),
                json!({ "maintainers": ["wren"] }),
                json!({ "maintainers": [-1] }),
                json!({ "maintainers": [1.5] }),
                json!({ "owners": [] }),
                json!({ "maintainer": [1] }),
            ],
        ),
        (
            OVERRIDE_PATH,
            OVERRIDE,
            vec![
                json!({ "revision": null }),
                json!({ "revision": 0 }),
                json!({ "dependencies": null }),
                json!({ "dependencies": { "seedbed": "^1.0.0" } }),
                json!({ "reason": null }),
                json!({ "reason": "y".repeat(301) }),
                json!({ "license": "MIT" }),
            ],
        ),
        (
            STATUS_PATH,
            STATUS,
            vec![
                json!({ "status": null }),
                json!({ "status": "Yanked" }),
                json!({ "reason": null }),
                json!({ "reason": 1 }),
                json!({ "replacement": "Abacus" }),
                json!({ "authorization": { "payload": "{}" } }),
                json!({ "authorization": { "payload": "{}", "signature": "00", "key": "x" } }),
                json!({ "until": "2027" }),
            ],
        ),
        (ADVISORY_PATH, ADVISORY, bad_advisories()),
        (WISHES_PATH, WISHES, bad_wishes()),
    ]
}

fn bad_wishes() -> Vec<Value> {
    vec![
        json!({ "packages": null }),
        json!({ "packages": ["seedbed"] }),
        json!({ "packages": { "Seedbed": null } }),
        json!({ "packages": { "seedbed": "1.0" } }),
        json!({ "packages": { "seedbed": 1 } }),
        json!({ "compiler": "latest" }),
        json!({ "compilers": "0.15.15" }),
    ]
}

fn bad_advisories() -> Vec<Value> {
    let mut changes = vec![
        json!({ "schema_version": "2.0.0" }),
        json!({ "schema_version": 1 }),
        json!({ "id": null }),
        json!({ "id": "LARK" }),
        json!({ "id": "LARK-2026/0001" }),
        json!({ "id": "LARK--1" }),
        json!({ "modified": null }),
        json!({ "modified": "2026-03-01" }),
        json!({ "withdrawn": true }),
        json!({ "aliases": "CVE-2026-1" }),
        json!({ "aliases": [1] }),
        json!({ "summary": ["a"] }),
        json!({ "severity": [{ "type": "CVSS_V3" }] }),
        json!({ "references": [{ "type": "WEB", "url": "javascript:alert(1)" }] }),
        json!({ "references": [{ "type": "WEB", "url": "https://a b" }] }),
        json!({ "credits": [{}] }),
        json!({ "database_specific": [] }),
        json!({ "affected": null }),
        json!({ "affected": [] }),
        json!({ "affected": [{ "package": { "ecosystem": "PureScript" } }] }),
        json!({ "affected": [entry(&json!({ "versions": [1] }))] }),
    ];
    let events = [
        json!([]),
        json!({}),
        json!([{}]),
        json!([{ "fixed": "1.0.0" }]),
        json!([{ "introduced": "0", "fixed": "1.0.0" }]),
        json!([{ "introduced": 0 }]),
        json!([{ "introduced": "0" }, { "mended": "1.0.0" }]),
    ];
    let ranges = events.map(|events| json!({ "ranges": [{ "type": "SEMVER", "events": events }] }));
    changes.extend(ranges.map(|ranges| json!({ "affected": [entry(&ranges)] })));
    changes
}

/// An entry about a package of the registry, with these members besides.
fn entry(members: &Value) -> Value {
    let mut entry = json!({ "package": { "ecosystem": "PureScript", "name": "tally" } });
    entry.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    entry
}

/// A range from a version on.
fn range(introduced: &str) -> Value {
    json!({ "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": introduced }] }] })
}

/// The JSON object `base` with the members of `change` in place of its own; `null` takes a member away.
pub(crate) fn changed(base: &str, change: &Value) -> String {
    let mut members: Map<String, Value> = serde_json::from_str(base).unwrap();
    for (key, value) in change.as_object().unwrap() {
        if value.is_null() {
            members.remove(key);
        } else {
            members.insert(key.clone(), value.clone());
        }
    }
    serde_json::to_string_pretty(&members).unwrap()
}

/// Changes that break a definition, whatever surrounds it.
fn bad_definitions() -> Vec<Value> {
    let texts = [
        ("name", vec!["Tally", "tally-", "ta--lly", "tälly", "purescript-tally", "", "-tally"]),
        ("version", vec!["v1.1.0", "1.1", "1.1.0.0", "01.1.0", "1.1.0-rc.1", "1.1.0+b", " 1.1.0", ""]),
        ("compiler", vec!["latest", "0.15", ">=0.15.0 <0.16.0"]),
        ("license", vec!["", "M!T", "MIT/Apache-2.0"]),
        ("commit", vec!["3ea3d2b", "3EA3D2BE28BB5B00C247CC84771BA10439AFA16D", ""]),
    ];
    let mut changes: Vec<Value> =
        texts.into_iter().flat_map(|(key, texts)| texts.into_iter().map(move |text| json!({ key: text }))).collect();
    let refs = ["", "-x", "--upload-pack=touch x", "a b", "a..b", "a~1", "a^", "a:b", "a@{1}", "@", "/a", "a//b", "a/"];
    changes.extend(refs.map(|text| json!({ "ref": text })));
    let refs = ["a.lock", "a.lock/b", ".a", "a/.b", "a.", "a\\b", "a\u{7}", "a\u{9b}", "a?", "a*", "a["];
    changes.extend(refs.map(|text| json!({ "ref": text })));
    changes.extend([
        json!({ "ref": "0".repeat(40) }),
        json!({ "ref": "F".repeat(64) }),
        json!({ "ref": "a".repeat(256) }),
    ]);
    let ranges = ["^1.0.0", ">=1.0.0", ">=1.0.0  <2.0.0", ">=1.0.0 <2.0", " >=1.0.0 <2.0.0", ">1.0.0 <2.0.0", "*", ""];
    changes.extend(ranges.map(|range| json!({ "dependencies": { "seedbed": range } })));
    changes.extend([
        json!({ "name": "a".repeat(151) }),
        json!({ "description": "🍝".repeat(301) }),
        json!({ "dependencies": { "Seedbed": ">=1.0.0 <2.0.0" } }),
        json!({ "dependencies": ["seedbed"] }),
        json!({ "dependencies": { "seedbed": 1 } }),
    ]);
    for key in ["name", "version", "license", "description", "location", "ref", "commit", "compiler"] {
        changes.push(json!({ key: 1 }));
    }
    for key in ["includeFiles", "excludeFiles"] {
        for globs in [json!([]), json!(""), json!([""]), json!([1]), json!(vec!["a"; 101]), json!(["a".repeat(501)])] {
            changes.push(json!({ key: globs }));
        }
        for glob in ["/etc/passwd", "../a", "a/../b", "!a", "@(a|b)", "a/+(b)"] {
            changes.push(json!({ key: [glob] }));
        }
    }
    changes.extend(bad_locations().into_iter().map(|location| json!({ "location": location })));
    changes.extend(bad_owners().into_iter().map(|owners| json!({ "owners": owners })));
    changes
}

fn bad_locations() -> Vec<Value> {
    let github = |owner: &str, repo: &str| json!({ "githubOwner": owner, "githubRepo": repo });
    let mut locations = vec![
        json!({}),
        json!({ "githubOwner": "a" }),
        json!({ "githubRepo": "a" }),
        json!({ "githubOwner": "a", "githubRepo": "b", "gitUrl": "https://github.com/a/b.git" }),
        json!({ "githubOwner": "a", "githubRepo": "b", "branch": "main" }),
        github("", "b"),
        github("a/b", "c"),
        github("-a", "b"),
        github("a", ".."),
        github("a", &"b".repeat(101)),
    ];
    let urls = [
        "",
        "git@github.com:a/b.git",
        "ssh://github.com/a",
        "file:///etc",
        "http://github.com/a/b.git",
        "git://github.com/a/b.git",
        "https://",
        "https://github.com:443/a",
        "https://github.com/a?b",
        "https://github.com/a b",
        "https://github.com/a.git/b",
        "ext::sh -c a",
        "--upload-pack=touch x",
    ];
    locations.extend(urls.map(|url| json!({ "gitUrl": url })));
    for subdir in ["", "/a", "..", "a/../b", "a//b", "a/", ".", "./a", "a/...", "\\a", "a/. "] {
        locations.push(json!({ "githubOwner": "larkspur-labs", "githubRepo": "purescript-tally", "subdir": subdir }));
    }
    locations
}

fn bad_owners() -> Vec<Value> {
    vec![
        json!([]),
        json!({}),
        json!(["wren"]),
        json!([{ "keytype": "ssh-ed25519" }]),
        json!([{ "public": "AAAA" }]),
        json!([{ "keytype": "", "public": "AAAA" }]),
        json!([{ "keytype": "ssh-ed25519", "public": "AA AA" }]),
        json!([{ "keytype": "ssh-ed25519\nssh-rsa", "public": "AAAA" }]),
        json!([{ "keytype": "ssh-ed25519", "public": "AAAA", "id": "a\nb" }]),
        json!([{ "keytype": "ssh-ed25519", "public": "AAAA", "admin": true }]),
    ]
}
