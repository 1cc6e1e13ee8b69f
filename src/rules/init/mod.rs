//! The files of a new registry: they teach, and nothing in them asks for anything to be published.
//!
//! The example of a registration and a definition stands in `packages/README.md`, whole and valid, and not in its place
//! below `packages/`: there the first `sync` would look for a repository that does not exist, and fail. A newcomer's
//! first run says "nothing to do" instead.

mod checks;
mod generic;
mod github;

use generic::generic_texts;
use serde_json::{Value, json};

use crate::model::{IndexConfig, IndexStore, Profile, TreePath};
use crate::rules::report::inert;
use crate::rules::schema::{SchemaKind, schema};

pub use checks::{ChecksBy, ChecksByError};
pub use github::{Digests, DigestsError, GitHubSetup, Program, Team, TeamError, Trustee, TrusteeError};

/// Where the name of the registry goes.
const NAME: &str = "@NAME@";

/// Where the stores go that only a registry with adopted packages has.
const ADOPTED: &str = "@ADOPTED@\n";

/// The files of a new registry called `name`, `curator.toml` last: a folder that has it has all of them.
#[must_use]
pub fn new_registry(name: &str, profile: Profile) -> Vec<(TreePath, Vec<u8>)> {
    paths(of_profile(name, profile))
}

/// The files of a new registry called `name` in a repository on GitHub, as paths there, `curator.toml` last.
#[must_use]
pub fn github_registry(name: &str, profile: Profile, setup: &GitHubSetup) -> Vec<(TreePath, Vec<u8>)> {
    let mut registry = of_profile(name, profile);
    if let Some((_, config)) = registry.last_mut() {
        *config = setup.configure(config);
    }
    let place = |path: String| setup.folder.as_ref().map_or_else(|| path.clone(), |folder| format!("{folder}/{path}"));
    let registry = registry.into_iter().map(|(path, text)| (place(path), text));
    paths(setup.files().into_iter().chain(registry))
}

fn of_profile(name: &str, profile: Profile) -> Vec<(String, String)> {
    match profile {
        Profile::Purescript => texts(name, ""),
        Profile::Generic => generic_texts(name),
    }
}

/// The files of a registry called `name` that adopts a PureScript registry.
#[must_use]
pub fn adopted_registry(name: &str) -> Vec<(TreePath, Vec<u8>)> {
    paths(texts(name, include_str!("adopted.toml")))
}

/// What the index of such a registry says of itself, as its `curator.toml` has it.
#[must_use]
pub fn adopted_index(name: &str) -> IndexConfig {
    let store = |name: &str, url: Option<&str>| IndexStore { name: name.to_owned(), url: url.map(str::to_owned) };
    let stores = vec![store("local", None), store("purescript", Some(PURESCRIPT_URL))];
    IndexConfig::purescript(name, stores)
}

/// Where the PureScript registry keeps its archives.
const PURESCRIPT_URL: &str = "https://packages.registry.purescript.org/{name}/{version}.tar.gz";

/// Every one of these is a path; the tests count them.
fn paths(files: impl IntoIterator<Item = (String, String)>) -> Vec<(TreePath, Vec<u8>)> {
    files.into_iter().filter_map(|(path, text)| Some((path.parse().ok()?, text.into_bytes()))).collect()
}

fn texts(name: &str, adopted: &str) -> Vec<(String, String)> {
    let config = include_str!("curator.toml").replace(ADOPTED, adopted);
    let config = config.replace(NAME, &toml::Value::from(name).to_string());
    let readme = include_str!("README.md").replace(NAME, &inert(name));
    let mut files = vec![
        (".gitattributes".to_owned(), include_str!("gitattributes").to_owned()),
        (".gitignore".to_owned(), include_str!("gitignore").to_owned()),
        (".vscode/settings.json".to_owned(), editor_settings(Profile::Purescript)),
        ("README.md".to_owned(), readme),
        ("advisories/README.md".to_owned(), include_str!("advisories.md").to_owned()),
        ("overrides/README.md".to_owned(), include_str!("overrides.md").to_owned()),
        ("packages/README.md".to_owned(), include_str!("packages.md").to_owned()),
        ("status/README.md".to_owned(), include_str!("status.md").to_owned()),
    ];
    files.extend(SchemaKind::ALL.map(|kind| (schema_file(kind), schema(kind).to_owned())));
    files.push(("curator.toml".to_owned(), config));
    files
}

fn schema_file(kind: SchemaKind) -> String {
    format!("schemas/{kind}.schema.json")
}

/// Which schema VS Code holds against which JSON file. curator.toml names its own in its first line.
fn editor_settings(profile: Profile) -> String {
    let json_kinds = SchemaKind::ALL.into_iter().filter(|kind| *kind != SchemaKind::Config);
    let association = |kind: SchemaKind| json!({ "fileMatch": kind.file_patterns(profile), "url": format!("./{}", schema_file(kind)) });
    let settings = json!({ "json.schemas": json_kinds.map(association).collect::<Vec<Value>>() });
    format!("{settings:#}\n")
}
