//! A new registry is one that the curator can work on at once, with nothing to do.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    reason = "functions that tests share; a test looks at the disk"
)]

#[path = "support/clean.rs"]
mod clean;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clean::{Surroundings, path};
use curator::adapters::{Directory, DocsShelf, Encoders, Folder, Objects, Sandbox};
use curator::config::{Config, StorePlace};
use curator::model::{ClaimSource, EncoderName, IndexConfig, IndexStore, Limits, Location, Profile, TreePath};
use curator::ops::{CheckRequest, Extent, Retry, RunRequest, Stop, check, init, plan};
use curator::ports::{Curator, FetchError, Ports, Role, Source, SourceFetcher, SourceRequest, Tag, Wanted};
use curator::rules::init::new_registry;
use curator::rules::registry::RegistryPath;
use curator::rules::schema::{SchemaKind, schema};
use serde_json::Value;
use tempfile::TempDir;

/// A world without sources: a new registry asks for none.
struct Offline;

struct NoSources;

impl SourceFetcher for NoSources {
    async fn fetch(&self, request: &SourceRequest, _: Wanted<'_>) -> Result<Source, FetchError> {
        panic!("nothing is wanted, and yet {request:?} is fetched");
    }

    async fn tags(&self, location: &Location) -> Result<Vec<Tag>, FetchError> {
        panic!("nothing is wanted, and yet {location} is asked for its tags");
    }
}

impl Ports for Offline {
    type Registry = Directory;
    type Index = Directory;
    type Store = Objects;
    type Sources = NoSources;
    type Encoder = Encoders;
    type Compiler = Sandbox;
    type DocsHost = DocsShelf;
}

fn folder(root: &Path) -> Folder {
    Folder::new(root, Limits::default())
}

fn config(root: &Path) -> Config {
    Config::parse(&fs::read_to_string(root.join("curator.toml")).unwrap()).unwrap()
}

fn curator(root: &Path) -> Curator<Offline> {
    let config = config(root);
    let stores = config.store.iter();
    let clients = stores.clone().map(|store| IndexStore { name: store.name.clone(), url: store.url.clone() });
    Curator {
        registry: Directory::reading(root, Role::Registry),
        index: Directory::reading(&root.join(config.index.folder()), Role::Index),
        stores: stores
            .map(|store| match &store.place {
                StorePlace::Directory(path) => Objects::directory(&store.name, &root.join(path)),
                StorePlace::Bucket { .. } | StorePlace::Releases(_) => {
                    panic!("a new registry keeps its archives in a folder")
                }
            })
            .collect(),
        sources: NoSources,
        encoder: Encoders::default(),
        policy: config.policy(),
        limits: Limits::default(),
        encoder_name: config.archive.encoder,
        index_config: IndexConfig::purescript(&config.registry.name, clients.collect()),
        compile: None,
        claim: ClaimSource::Nobody,
        docs: None,
        views: Vec::new(),
        progress: Arc::new(|_| {}),
    }
}

/// Every file below `root`.
fn files(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn a_new_registry_has_nothing_to_mend_and_nothing_to_do() {
    let home = TempDir::new().unwrap();
    let root = home.path().join("registry");
    let written = init(&folder(&root), "larkspur", Profile::Purescript).unwrap();
    assert_eq!(written.len(), 16);
    let expected: BTreeSet<PathBuf> = written.iter().map(|path| root.join(path.as_str())).collect();
    assert_eq!(files(home.path()), expected);

    let curator = Arc::new(curator(&root));
    let report = check(&curator, &CheckRequest::default()).await.unwrap();
    assert_eq!(report.findings, []);
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let request = RunRequest { extent: Extent::Changes, retry: Retry::WhenDue, now };
    let report = plan(&curator, request).await.unwrap();
    assert_eq!((report.plan.steps.len(), report.findings.len(), report.published), (0, 0, Some(0)));
    assert_eq!(files(home.path()), expected, "looking writes nothing");
}

#[test]
fn the_configuration_says_what_holds_without_it_and_asks_for_the_name() {
    let texts = new_registry("larkspur", Profile::Purescript);
    let (path, text) = texts.last().unwrap();
    assert_eq!(path.as_str(), "curator.toml");
    let text = std::str::from_utf8(text).unwrap();
    let config = Config::parse(text).unwrap();
    let mut bare = Config::parse("[registry]\nname = \"larkspur\"\n").unwrap();
    bare.policy = config.policy.clone();
    assert_eq!(config.index.path.as_deref(), Some(bare.index.folder()));
    bare.index = config.index.clone();
    assert_eq!(config, bare);
    assert_eq!(config.archive.encoder, EncoderName::default());
    // Whoever takes the comment mark away from a setting gets a configuration that still parses.
    let is_setting = |line: &&str| line.contains(" = ") || line.starts_with("# [");
    let settings: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).filter(is_setting).collect();
    assert_eq!(settings.len(), 24, "{settings:?}");
    let uncommented: String = text
        .lines()
        .map(|line| if settings.contains(&line) { line.trim_start_matches("# ") } else { line })
        .flat_map(|line| [line, "\n"])
        .collect();
    Config::parse(&uncommented).unwrap();
}

#[test]
fn a_name_is_a_name_and_not_a_setting() {
    let home = TempDir::new().unwrap();
    for (at, name) in ["a\"b", "a\\b", "'''", "ünï ✂", "]]\u{202e}", "a = 1 #"].into_iter().enumerate() {
        let root = home.path().join(at.to_string());
        init(&folder(&root), name, Profile::Purescript).unwrap();
        assert_eq!(config(&root).registry.name, name);
        assert!(!fs::read_to_string(root.join("README.md")).unwrap().contains('\u{202e}'));
    }
    for name in ["", " ", "a\nb", "a\u{1b}[31m"] {
        let error = init(&folder(&home.path().join("none")), name, Profile::Purescript).unwrap_err();
        assert!(matches!(error, Stop::Usage(_)), "{error}");
    }
    assert!(!home.path().join("none").exists());
}

#[test]
fn what_is_there_stays() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("README.md"), "mine").unwrap();
    let written = init(&folder(home.path()), "larkspur", Profile::Purescript).unwrap();
    assert_eq!(written.len(), 15);
    assert_eq!(fs::read_to_string(home.path().join("README.md")).unwrap(), "mine");

    fs::remove_file(home.path().join(".gitignore")).unwrap();
    let error = init(&folder(home.path()), "other", Profile::Purescript).unwrap_err();
    assert_eq!(error.to_string(), "the folder holds a registry already: there is a curator.toml");
    assert!(!home.path().join(".gitignore").exists(), "a refusal writes nothing");
    assert_eq!(config(home.path()).registry.name, "larkspur");
}

/// The JSON blocks of a file of a new registry.
fn examples(files: &[(TreePath, Vec<u8>)], at: &str) -> Vec<String> {
    let (_, bytes) = files.iter().find(|(path, _)| path.as_str() == at).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let blocks = text.split("```json\n").skip(1);
    blocks.map(|block| block.split_once("```").unwrap().0.to_owned()).collect()
}

#[test]
fn the_examples_are_valid() {
    let files = new_registry("larkspur", Profile::Purescript);
    let surroundings = Surroundings { tree: None, ..Surroundings::clean() };
    let kinds = [
        ("packages/README.md", "packages/te/text-wrap/registration.json", SchemaKind::Registration, vec![]),
        ("packages/README.md", "packages/te/text-wrap/1.0.0.json", SchemaKind::Definition, vec!["R015"]),
        ("overrides/README.md", "overrides/te/text-wrap/1.0.0.json", SchemaKind::Override, vec!["R004"]),
        ("status/README.md", "status/te/text-wrap/1.0.0.json", SchemaKind::Status, vec![]),
        ("advisories/README.md", "advisories/LARK-2026-0001.json", SchemaKind::Advisory, vec!["R054"]),
    ];
    let mut seen = 0;
    for (at, place, kind, lacks) in kinds {
        let examples = examples(&files, at);
        let example = if kind == SchemaKind::Definition { examples.last() } else { examples.first() }.unwrap();
        let value: Value = serde_json::from_str(example).unwrap();
        assert!(jsonschema::is_valid(&serde_json::from_str(schema(kind)).unwrap(), &value), "{example}");
        // In an empty registry nothing is registered or defined yet; nothing else is wrong.
        let found = surroundings.findings(place, example.as_bytes());
        let codes: Vec<&str> = found.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(codes, lacks, "{example}");
        seen += 1;
    }
    let all: usize =
        ["README.md", "advisories/README.md", "overrides/README.md", "packages/README.md", "status/README.md"]
            .map(|at| examples(&files, at).len())
            .iter()
            .sum();
    assert_eq!(all, seen, "an example that no test reads");
}

#[test]
fn the_editor_finds_a_schema_for_every_kind_of_file() {
    let files = new_registry("larkspur", Profile::Purescript);
    let read = |at: &str| files.iter().find(|(path, _)| path.as_str() == at).map(|(_, bytes)| bytes.clone());
    let settings: Value = serde_json::from_slice(&read(".vscode/settings.json").unwrap()).unwrap();
    let associations = settings["json.schemas"].as_array().unwrap();
    assert_eq!(associations.len(), SchemaKind::ALL.len() - 1);
    for association in associations {
        let url = association["url"].as_str().unwrap().strip_prefix("./").unwrap();
        assert!(read(url).is_some(), "{url}");
    }
    let config = String::from_utf8(read("curator.toml").unwrap()).unwrap();
    let directive = config.lines().next().unwrap().strip_prefix("#:schema ./").unwrap();
    assert_eq!(read(directive).unwrap(), schema(SchemaKind::Config).as_bytes());
}

#[test]
fn a_readme_stands_at_the_top_of_a_folder_only() {
    assert_eq!(RegistryPath::of(&path("packages/README.md")), RegistryPath::Other);
    assert_eq!(RegistryPath::of(&path("status/README.md")), RegistryPath::Other);
    assert!(matches!(RegistryPath::of(&path("packages/te/README.md")), RegistryPath::Stray(_)));
    assert!(matches!(RegistryPath::of(&path("packages/README.json")), RegistryPath::Stray(_)));
}
