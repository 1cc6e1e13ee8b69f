//! The manifest that stands in a source: `purs.json`, or the package part of `spago.yaml`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Document, Entry, Manifest, PackageRules, Profile, Range, Ref, SourceTree};
use crate::rules::report::words::joined;

/// What a source's own manifest says: its plain fields as JSON under the definition's keys, and its dependencies.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnManifest {
    /// Its fields: `null` is one that the manifest could have and has not.
    pub fields: BTreeMap<&'static str, Value>,
    /// What it depends on; `None` for a dependency that is given without bounds.
    pub dependencies: Option<BTreeMap<String, Option<Range>>>,
}

/// The fields that both can say. `ref` is not among them: a source cannot know the tag that it will get.
const FIELDS: [&str; 8] =
    ["name", "version", "license", "description", "location", "owners", "includeFiles", "excludeFiles"];

/// The files that can hold a manifest, the one that counts most first.
const FILES: [(&str, Read); 2] = [("purs.json", purs_json), ("spago.yaml", spago_yaml)];

type Read = fn(&str) -> Result<OwnManifest, String>;

/// A file that can hold a manifest, and the manifest in it or why it cannot be read.
type Named = (String, Result<OwnManifest, String>);

impl OwnManifest {
    /// Every manifest in a source with the name of its file, or why that file cannot be read: the files of PureScript, or
    /// the one that the registry names.
    #[must_use]
    pub fn all(tree: &SourceTree, package: Option<&PackageRules>) -> Vec<Named> {
        let files = match package {
            None => FILES.map(|(name, read)| (name.to_owned(), read)).into(),
            Some(package) => vec![(package.manifest.to_string(), curator_json as Read)],
        };
        let read = |(name, read): (String, Read)| {
            let own = text(tree, &name)?.and_then(read);
            Some((name, own))
        };
        files.into_iter().filter_map(read).collect()
    }

    /// The whole manifest, where everything that a manifest needs is stated. A source cannot know the tag that it will
    /// get, so `reference` stands in where there is none; without one, it is the version after a `v`.
    ///
    /// # Errors
    /// What is missing or outside its grammar.
    pub fn manifest(&self, reference: Option<&Ref>) -> Result<Manifest, String> {
        let mut object: serde_json::Map<String, Value> = self
            .fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        let version = object.get("version").and_then(Value::as_str).unwrap_or_default();
        let reference = reference.map_or_else(|| format!("v{version}"), ToString::to_string);
        object.insert("ref".to_owned(), serde_json::json!(reference));
        let mut dependencies = serde_json::Map::new();
        for (name, range) in self.dependencies.iter().flatten() {
            let range = range.as_ref().ok_or_else(|| format!("the dependency {name} has no bounds"))?;
            dependencies.insert(name.clone(), serde_json::json!(range));
        }
        object.insert("dependencies".to_owned(), Value::Object(dependencies));
        serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())
    }
}

/// The text of a manifest, where the source has one.
fn text<'t>(tree: &'t SourceTree, name: &str) -> Option<Result<&'t str, String>> {
    let Some(Entry::File(file)) = tree.get(&name.parse().ok()?) else { return None };
    Some(std::str::from_utf8(&file.bytes).map_err(|_| "it is not UTF-8 text".to_owned()))
}

fn purs_json(text: &str) -> Result<OwnManifest, String> {
    json(text, Profile::Purescript)
}

/// The same file under another name, with the names, versions and ranges of profile `generic`.
fn curator_json(text: &str) -> Result<OwnManifest, String> {
    json(text, Profile::Generic)
}

fn json(text: &str, profile: Profile) -> Result<OwnManifest, String> {
    // A key that stands twice would mean one thing here and another to the next reader.
    Document::parse(text.as_bytes(), text.len() as u64).map_err(|errors| joined(&errors))?;
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let object = value.as_object().ok_or("it is not a JSON object")?;
    let said = |field: &'static str| (field, object.get(field).cloned().unwrap_or_default());
    let may_be_left_out = |(field, value): &(&str, Value)| *field == "description" && value.is_null();
    let fields = FIELDS.into_iter().map(said).filter(|field| !may_be_left_out(field)).collect();
    let dependencies = match object.get("dependencies") {
        None => BTreeMap::new(),
        Some(Value::Object(members)) => {
            let parse = |(name, range): (&String, &Value)| {
                let range =
                    profile.range(range.as_str().unwrap_or_default()).map_err(|error| format!("{name}: {error}"))?;
                Ok((name.clone(), Some(range)))
            };
            members.iter().map(parse).collect::<Result<_, String>>()?
        }
        Some(_) => return Err("\"dependencies\" is not an object".to_owned()),
    };
    Ok(OwnManifest { fields, dependencies: Some(dependencies) })
}

fn spago_yaml(text: &str) -> Result<OwnManifest, String> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    // A file without a package only describes a workspace.
    let Some(package) = value.get("package") else {
        return Ok(OwnManifest { fields: BTreeMap::new(), dependencies: None });
    };
    let said = |table: &Value, key: &str| table.get(key).cloned().unwrap_or_default();
    let mut fields = BTreeMap::from([("name", said(package, "name"))]);
    // Without it the package is not meant to be published from this file, which then says no more than it says.
    if let Some(publish) = package.get("publish") {
        let keys =
            [("version", "version"), ("license", "license"), ("includeFiles", "include"), ("excludeFiles", "exclude")];
        fields.extend(keys.map(|(field, key)| (field, said(publish, key))));
        // spago asks for it when it publishes, so it may be missing before.
        fields.extend(publish.get("location").map(|location| ("location", spago_location(location))));
    }
    // A source may leave out what the registry says in a sentence; it may not say something else.
    fields.extend(package.get("description").map(|description| ("description", description.clone())));
    let dependencies = package.get("dependencies").and_then(Value::as_array);
    let dependencies = dependencies.map(|items| items.iter().map(spago_dependency).collect::<Result<_, String>>());
    Ok(OwnManifest { fields, dependencies: dependencies.transpose()? })
}

/// What the `package` part of a `spago.yaml` depends on, in its order; `None` for a dependency without bounds.
///
/// # Errors
/// Why it cannot be read.
pub fn spago_dependencies(text: &str) -> Result<Vec<(String, Option<Range>)>, String> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    match value.get("package").and_then(|package| package.get("dependencies")) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(spago_dependency).collect(),
        Some(_) => Err("the dependencies of the package are no list".to_owned()),
    }
}

/// spago writes `url` where the registry writes `gitUrl`.
fn spago_location(location: &Value) -> Value {
    let Value::Object(members) = location else { return location.clone() };
    let rename = |(key, value): (&String, &Value)| {
        let key = if key == "url" { "gitUrl" } else { key };
        (key.to_owned(), value.clone())
    };
    Value::Object(members.iter().map(rename).collect())
}

/// A dependency is a bare name, or an object of one name and its range.
fn spago_dependency(item: &Value) -> Result<(String, Option<Range>), String> {
    match item {
        Value::String(name) => Ok((name.clone(), None)),
        Value::Object(members) => match members.iter().next() {
            Some((name, Value::String(range))) if members.len() == 1 => {
                let range = Range::parse_spago(range).map_err(|error| format!("{name}: {error}"))?;
                Ok((name.clone(), range))
            }
            _ => Err("a dependency is a name, or a name and its range".to_owned()),
        },
        _ => Err("a dependency is a name, or a name and its range".to_owned()),
    }
}
