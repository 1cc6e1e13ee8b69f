//! The schemas are sound, take every file of the sample, and agree with the readers, but for what is listed here.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_types,
    reason = "functions that tests share; the sample is read from the disk"
)]

#[path = "../support/clean.rs"]
mod clean;
mod configurations;
#[path = "../support/variants.rs"]
mod variants;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use clean::{DEFINITION, PATH, Surroundings};
use curator::config::Config;
use curator::model::{
    Advisory, BoundOverride, Code, DEFINITION_KEYS, Definition, Document, Ecosystem, Profile, Registration, SetWishes,
    Status,
};
use curator::rules::registry::RegistryPath;
use curator::rules::schema::{SchemaKind, schema};
use jsonschema::Validator;
use serde_json::{Value, json};
use variants::{OVERRIDE, OVERRIDE_PATH, REGISTRATION, REGISTRATION_PATH, bad, changed, good};

fn parsed(kind: SchemaKind) -> Value {
    serde_json::from_str(schema(kind)).unwrap()
}

static VALIDATORS: LazyLock<BTreeMap<SchemaKind, Validator>> = LazyLock::new(|| {
    let build = |kind| (kind, jsonschema::draft7::new(&parsed(kind)).unwrap());
    SchemaKind::ALL.into_iter().map(build).collect()
});

fn validator(kind: SchemaKind) -> &'static Validator {
    &VALIDATORS[&kind]
}

fn keys(table: &Value) -> BTreeSet<String> {
    table["properties"].as_object().unwrap().keys().cloned().collect()
}

fn owned(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn the_schemas_are_sound() {
    for kind in SchemaKind::ALL {
        let schema = parsed(kind);
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{kind}");
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_eq!(kind.to_string().parse(), Ok(kind));
        assert!(!validator(kind).is_valid(&Value::Null), "{kind}");
    }
    let error = "definitions".parse::<SchemaKind>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no schema 'definitions'; there are advisory, config, definition, override, package-set, registration and status"
    );
}

/// Every object in a schema, with the way to it.
fn objects<'v>(value: &'v Value, way: &str, into: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(members) => {
            into.push((way.to_owned(), value));
            members.iter().for_each(|(key, value)| objects(value, &format!("{way}/{key}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| objects(item, &format!("{way}/{at}"), into));
        }
        _ => {}
    }
}

#[test]
fn every_property_has_a_title_and_its_examples_are_good() {
    for kind in SchemaKind::ALL {
        let schema = parsed(kind);
        let mut all = Vec::new();
        objects(&schema, "", &mut all);
        for (way, object) in all {
            // A condition names properties that stand elsewhere.
            let is_property = way.rsplit('/').nth(1) == Some("properties") && !way.contains("/if/");
            let titled = object.get("title").is_some() || object.to_string().contains("\"$ref\"");
            assert!(!is_property || titled, "{kind}: {way} has no title");
            let Some(examples) = object.get("examples").and_then(Value::as_array) else { continue };
            let mut alone = object.clone();
            alone["definitions"] = schema["definitions"].clone();
            for example in examples {
                assert!(jsonschema::draft7::is_valid(&alone, example), "{kind}: {way}: {example}");
            }
        }
    }
}

#[test]
fn what_several_schemas_define_they_define_alike() {
    let definition = parsed(SchemaKind::Definition);
    for kind in SchemaKind::ALL {
        for (name, shared) in parsed(kind)["definitions"].as_object().unwrap() {
            if let Some(ours) = definition["definitions"].get(name) {
                assert_eq!(shared, ours, "{kind}: {name}");
            }
        }
    }
    assert_eq!(
        parsed(SchemaKind::Override)["definitions"]["reason"],
        parsed(SchemaKind::Status)["definitions"]["reason"]
    );
}

/// The keys that a schema and a reader of JSON know.
#[test]
fn schema_and_reader_know_the_same_keys() {
    let empty = Document::parse(b"{}", 2).unwrap();
    let read = [
        (SchemaKind::Advisory, Advisory::read(&empty, &Ecosystem::of_registry("larkspur")).known),
        (SchemaKind::Definition, Definition::read(&empty, Profile::Purescript).known),
        (SchemaKind::Registration, Registration::read(&empty, Profile::Purescript).known),
        (SchemaKind::Override, BoundOverride::read(&empty, Profile::Purescript).known),
        (SchemaKind::Status, Status::read(&empty, Profile::Purescript).known),
        (SchemaKind::PackageSet, SetWishes::read(&empty, Profile::Purescript).known),
    ];
    for (kind, known) in read {
        assert_eq!(keys(&parsed(kind)), owned(&known), "{kind}");
    }
    assert_eq!(keys(&parsed(SchemaKind::Definition)), owned(&DEFINITION_KEYS));
}

/// The keys that the reader of curator.toml names when it meets one that it does not know.
fn config_keys(table: &str) -> BTreeSet<String> {
    let text = if table.is_empty() {
        "nonsense = 1\n[registry]\nname = \"x\"\n".to_owned()
    } else {
        let is_array = ["adopted", "store", "view"].contains(&table);
        let header = if is_array { format!("[[{table}]]") } else { format!("[{table}]") };
        format!("{header}\nnonsense = 1\n")
    };
    let message = Config::parse(&text).unwrap_err().message;
    let (_, expected) = message.split_once("unknown field `nonsense`, expected ").expect(&message);
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn schema_and_reader_of_the_configuration_know_the_same_keys() {
    let schema = parsed(SchemaKind::Config);
    let tables = keys(&schema);
    assert_eq!(tables, config_keys(""));
    for table in tables {
        let of = &schema["properties"][&table];
        let of = of.get("items").unwrap_or(of);
        assert_eq!(keys(of), config_keys(&table), "{table}");
        assert_eq!(of["additionalProperties"], false, "{table}");
    }
}

/// Every file below `folder`.
fn files(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

fn kind_of(path: &str) -> Option<SchemaKind> {
    match RegistryPath::of(&path.parse().unwrap()) {
        RegistryPath::Config => Some(SchemaKind::Config),
        RegistryPath::Registration(_) => Some(SchemaKind::Registration),
        RegistryPath::Definition(..) => Some(SchemaKind::Definition),
        RegistryPath::Override(..) => Some(SchemaKind::Override),
        RegistryPath::Status(..) => Some(SchemaKind::Status),
        RegistryPath::Advisory(_) => Some(SchemaKind::Advisory),
        RegistryPath::PackageSet => Some(SchemaKind::PackageSet),
        RegistryPath::Stray(_) | RegistryPath::Other => None,
    }
}

#[test]
fn every_file_of_the_sample_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("registry");
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut seen = BTreeSet::new();
    for file in found {
        let Some(kind) = kind_of(file.strip_prefix(&root).unwrap().to_str().unwrap()) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        let value: Value = match kind {
            SchemaKind::Config => toml::from_str(&text).unwrap(),
            _ => serde_json::from_str(&text).unwrap(),
        };
        let errors: Vec<String> = validator(kind).iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());
        seen.insert(kind);
    }
    assert!(seen.contains(&SchemaKind::Config) && seen.contains(&SchemaKind::Definition), "{seen:?}");
    assert!(seen.contains(&SchemaKind::Registration), "{seen:?}");
}

/// Whether the checks let a file of the registry pass. Where a file stands and whether it agrees with others is not
/// asked: no schema knows that.
fn passes(at: &str, text: &str) -> bool {
    let surroundings = Surroundings { tree: None, ..Surroundings::clean() };
    let is_about_others = |code| matches!(code, Code::Path | Code::Unregistered | Code::LocationDiffers);
    let findings = surroundings.findings(at, text.as_bytes());
    !findings.iter().any(|finding| finding.is_error() && !is_about_others(finding.code))
}

/// What schema and checks say of a file: (schema, checks).
fn verdicts(at: &str, text: &str) -> (bool, bool) {
    let kind = kind_of(at).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    (validator(kind).is_valid(&value), passes(at, text))
}

#[test]
fn schema_and_checks_agree() {
    for (tables, expected) in [(good(), (true, true)), (bad(), (false, false))] {
        for (at, base, changes) in tables {
            for change in changes {
                let text = changed(base, &change);
                assert_eq!(verdicts(at, &text), expected, "(schema, checks) of {at} with {change}");
            }
        }
    }
}

/// What only the readers and checks see; the right column says why no schema can.
#[test]
fn what_only_the_checks_see() {
    let cases = [
        (PATH, DEFINITION, json!({ "commit": null }), "adopted versions have none"),
        (PATH, DEFINITION, json!({ "license": "BSD3" }), "the list of licences is long, and grows"),
        (PATH, DEFINITION, json!({ "license": "GPL-3.0" }), "the canonical spelling needs that list"),
        (PATH, DEFINITION, json!({ "compiler": "2147483648.0.0" }), "a pattern of the number would be unreadable"),
        (PATH, DEFINITION, json!({ "dependencies": { "seedbed": ">=2.0.0 <1.0.0" } }), "patterns do not count"),
        (PATH, DEFINITION, json!({ "includeFiles": ["[a"] }), "patterns do not match brackets"),
        (PATH, DEFINITION, json!({ "location": { "gitUrl": "https://example.org/a" } }), "curator.toml, registration"),
        (PATH, DEFINITION, json!({ "dependencies": { "seadbed": ">=1.0.0 <2.0.0" } }), "the other packages"),
        (OVERRIDE_PATH, OVERRIDE, json!({ "dependencies": { "abacus": ">=1.0.0 <2.0.0" } }), "the definition"),
    ];
    for (at, base, change, why) in cases {
        assert_eq!(verdicts(at, &changed(base, &change)), (true, false), "{change}: {why}");
    }
    // Numbers are the same to a schema however they are written.
    assert_eq!(verdicts(OVERRIDE_PATH, &OVERRIDE.replace(":1,", ":1.0,")), (true, false));
}

/// Where the schema asks for more, so that editors warn early.
#[test]
fn what_only_the_schema_sees() {
    let unknown = changed(DEFINITION, &json!({ "excludedFiles": ["a"] }));
    assert_eq!(verdicts(PATH, &unknown), (false, true), "a warning to the checks");
    let http = changed(REGISTRATION, &json!({ "location": { "gitUrl": "http://example.org/a.git" } }));
    assert_eq!(verdicts(REGISTRATION_PATH, &http), (false, true), "refused with the first definition");
}
