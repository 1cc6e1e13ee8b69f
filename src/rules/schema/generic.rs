//! The schemas of a registry of profile `generic`: those of a PureScript registry, with the wider grammars in them.

use serde_json::{Value, json};

use crate::model::Profile;

use super::{SchemaKind, schema};

/// The schema of a kind of file in a registry of that profile, as JSON.
#[must_use]
pub fn schema_of(kind: SchemaKind, profile: Profile) -> String {
    let text = schema(kind);
    match (profile, serde_json::from_str(text)) {
        (Profile::Generic, Ok(mut schema)) => {
            widen(&mut schema);
            locate(&mut schema, kind);
            format!("{schema:#}\n")
        }
        _ => text.to_owned(),
    }
}

/// Gives the definitions that name a grammar the one of the profile, wherever they are.
fn widen(schema: &mut Value) {
    for (name, wider) in [("name", name()), ("version", version()), ("range", range())] {
        if let Some(definition) = schema.pointer_mut(&format!("/definitions/{name}")) {
            *definition = wider;
        }
    }
    if let Some(Value::Object(dependencies)) = schema.pointer_mut("/definitions/dependencies") {
        dependencies.insert("examples".to_owned(), json!([{ "@larkspur/text": "^1.2" }]));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|key| key != "compiler");
    }
    for (key, text) in [
        ("compiler", "The compiler that the version was written for, where the language has one."),
        ("includeFiles", "What is packed: globs, relative to the folder of the package. Left out, everything is."),
        ("excludeFiles", "What is left out again. It has no effect on what curator.toml says is always packed."),
    ] {
        if let Some(description) = schema.pointer_mut(&format!("/properties/{key}/description")) {
            *description = text.into();
        }
    }
}

/// Lets a source be an archive: with its digest in a definition, as a folder of archives in a registration.
fn locate(schema: &mut Value, kind: SchemaKind) {
    let Some(Value::Object(location)) = schema.pointer_mut("/definitions/location") else { return };
    let is_pinned = kind == SchemaKind::Definition;
    let end = if is_pinned { r"\.(tar\.gz|tgz)$" } else { "$" };
    let url = json!({
        "title": "URL",
        "description": if is_pinned {
            "An archive on the web, by https. Its host must be in [fetch] allow_hosts of curator.toml."
        } else {
            "The folder on the web that holds the archives of all versions, by https."
        },
        "type": "string",
        "pattern": format!(r"^https://[a-z0-9][a-z0-9.-]*(:[1-9][0-9]*)?(/(?!\.{{1,2}}(/|$))[A-Za-z0-9._~@+-]+)+{end}"),
    });
    let sha256 = json!({
        "title": "Digest",
        "description": "What the bytes of the archive hash to: `curator new` writes it.",
        "type": "string",
        "pattern": "^sha256-[A-Za-z0-9+/]{43}=$",
    });
    if let Some(Value::Object(properties)) = location.get_mut("properties") {
        properties.insert("url".to_owned(), url);
        properties.extend(is_pinned.then(|| ("sha256".to_owned(), sha256)));
    }
    if let Some(Value::Array(kinds)) = location.get_mut("oneOf") {
        let repository = ["githubOwner", "githubRepo", "gitUrl", "subdir"].map(|key| json!({ "required": [key] }));
        let required = if is_pinned { json!(["url", "sha256"]) } else { json!(["url"]) };
        for other in kinds.iter_mut() {
            *other = json!({ "allOf": [other.take(), { "not": { "required": ["url"] } }] });
        }
        kinds.push(json!({ "required": required, "not": { "anyOf": repository } }));
    }
}

fn name() -> Value {
    json!({
        "title": "Package name",
        "description": "Lower-case letters and digits in words joined by single dashes, after a scope or without one. See `curator explain R006`.",
        "type": "string",
        "maxLength": 150,
        "pattern": "^(@[a-z0-9]+(-[a-z0-9]+)*/)?[a-z0-9]+(-[a-z0-9]+)*$",
        "examples": ["data-frames", "@larkspur/text"],
    })
}

fn version() -> Value {
    let number = "(0|[1-9][0-9]{0,9})";
    let identifier = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    json!({
        "title": "Version",
        "description": "A version of SemVer 2.0 without build metadata, each number below 2147483648. See `curator explain R010`.",
        "type": "string",
        "pattern": format!("^{number}\\.{number}\\.{number}(-{identifier}(\\.{identifier})*)?$"),
        "examples": ["1.2.3", "2.0.0-rc.1"],
    })
}

fn range() -> Value {
    json!({
        "title": "Range",
        "description": "The versions that are accepted, as Cargo writes them: comparators joined by commas. See `curator explain R027`.",
        "type": "string",
        "pattern": "^(\\*|(=|>|>=|<|<=|~|\\^)? *[0-9]+(\\.([0-9]+|[*xX]))*[0-9A-Za-z.*-]*( *, *(=|>|>=|<|<=|~|\\^)? *[0-9]+(\\.([0-9]+|[*xX]))*[0-9A-Za-z.*-]*)*)$",
        "examples": ["^1.2", ">=1.2, <2", "=1.2.3", "^2.0.0-rc.1"],
    })
}
