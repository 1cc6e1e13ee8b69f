//! A definition, a source and a world in which nothing is wrong: what tests of the checks start from.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{
    CommitId, Ecosystem, Entry, File, Finding, Glob, GlobMatcher, Limits, NonEmpty, PackageName, Policy, Profile,
    SourceTree, TreePath,
};
use curator::rules::check::{
    Case, Inspected, check_advisory, check_advisory_targets, check_override, check_override_target, check_registration,
    check_status, check_stray, check_wishes,
};
use curator::rules::index::{IndexFile, MetadataFile, Package};
use curator::rules::pack::PURESCRIPT;
use curator::rules::registry::{AdvisoryFile, Candidate, PackageState, RegistryPath, World};

/// The definition: the next version of a package of which 1.0.0 is published and 1.0.1 was unpublished.
pub(crate) const DEFINITION: &str = r#"{
  "name": "tally",
  "version": "1.1.0",
  "license": "MIT",
  "description": "Counts things",
  "location": {
    "githubOwner": "larkspur-labs",
    "githubRepo": "purescript-tally"
  },
  "ref": "v1.1.0",
  "commit": "3ea3d2be28bb5b00c247cc84771ba10439afa16d",
  "compiler": "0.15.15",
  "dependencies": {
    "seedbed": ">=1.1.0 <2.0.0"
  }
}
"#;

/// The path of the definition.
pub(crate) const PATH: &str = "packages/ta/tally/1.1.0.json";

/// What the tag of the definition leads to.
pub(crate) const COMMIT: &str = "3ea3d2be28bb5b00c247cc84771ba10439afa16d";

const OWNER: &str =
    r#"{"keytype":"ssh-ed25519","public":"AAAAC3NzaC1lZDI1NTE5AAAAIDfWhn/7XHwjazpQtnBbAeZkl71cKYDEG5Q7scQ+CVoI"}"#;

const FACTS: &str = r#"{"bytes":6346,"compilers":["0.15.15"],"hash":"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","publishedTime":"2026-01-31T12:00:00.000Z"}"#;

/// Everything that a check may look at beside the file itself.
pub(crate) struct Surroundings {
    /// What is wanted and what is published.
    pub(crate) world: World,
    /// Every name.
    pub(crate) names: Vec<PackageName>,
    /// What is allowed.
    pub(crate) policy: Policy,
    /// The budgets.
    pub(crate) limits: Limits,
    /// The source, where it could be fetched.
    pub(crate) tree: Option<SourceTree>,
    /// What the tag leads to.
    pub(crate) resolved: Option<CommitId>,
    /// The size of the archive.
    pub(crate) archive_bytes: u64,
}

impl Surroundings {
    /// Surroundings in which nothing is wrong with [`DEFINITION`].
    pub(crate) fn clean() -> Self {
        let mut packages = BTreeMap::new();
        let tally = r#"{"seedbed":">=1.1.0 <2.0.0"}"#;
        packages.insert(name("tally"), package("tally", &[("1.0.0", tally)], &["1.0.1"]));
        let seedbed = [("1.0.0", "{}"), ("1.1.0", "{}"), ("2.0.0", "{}")];
        packages.insert(name("seedbed"), package("seedbed", &seedbed, &[]));
        let cons_list = r#"{"seedbed":">=1.0.0 <2.0.0"}"#;
        packages.insert(name("cons-list"), package("cons-list", &[("1.0.0", cons_list)], &[]));
        packages.insert(name("abacus"), PackageState { published: Package::default(), ..package("abacus", &[], &[]) });
        let names = packages.keys().cloned().collect();
        let policy = Policy {
            reserved_names: BTreeSet::from([name("metadata")]),
            allow_hosts: BTreeSet::from(["github.com".to_owned()]),
            ..Policy::default()
        };
        let files = [
            ("LICENSE", include_str!("../../LICENSE-MIT")),
            ("README.md", "# Tally\n"),
            ("src/Tally.purs", "-- | Counting things.\nmodule Tally where\n"),
            ("src/Tally/Many.purs", "module Tally.Many (many) where\n\nmany = 3\n"),
        ];
        let tree = files.into_iter().map(|(at, text)| (path(at), file(text))).collect();
        Self {
            world: World { packages },
            names,
            policy,
            limits: Limits::default(),
            tree: Some(tree),
            resolved: Some(COMMIT.parse().unwrap()),
            archive_bytes: 6_346,
        }
    }

    /// The source, to change it.
    pub(crate) fn source(&mut self) -> &mut SourceTree {
        self.tree.as_mut().unwrap()
    }

    /// Everything that is wrong with a file of the registry.
    pub(crate) fn findings(&self, at: &str, bytes: &[u8]) -> Vec<Finding> {
        let file = path(at);
        let terms = self.limits.terms(Profile::Purescript);
        match RegistryPath::within(Profile::Purescript, &file) {
            RegistryPath::Registration(_) => check_registration(&file, bytes, terms).1,
            RegistryPath::Override(name, version) => {
                let manifests = self.world.packages.get(&name).into_iter().flat_map(PackageState::manifests);
                let manifest = manifests.filter(|manifest| manifest.version == version).last();
                let mut findings = check_override(&file, bytes, terms).1;
                findings.extend(check_override_target(&file, bytes, terms, manifest));
                findings
            }
            RegistryPath::Status(..) => check_status(&file, bytes, terms).1,
            RegistryPath::Advisory(_) => {
                let advisory = AdvisoryFile::parse(&file, bytes, terms, &Ecosystem::of_registry("larkspur"));
                let mut findings = check_advisory(&advisory);
                findings.extend(check_advisory_targets(&advisory, &self.world));
                findings
            }
            RegistryPath::PackageSet => check_wishes(&file, bytes, terms).1,
            RegistryPath::Stray(_) if !at.starts_with("packages/") => {
                check_stray(&file, Profile::Purescript).into_iter().collect()
            }
            _ => self.of_definition(&Candidate::parse(&file, bytes, terms)),
        }
    }

    fn of_definition(&self, candidate: &Candidate) -> Vec<Finding> {
        let manifest = candidate.definition().map(|definition| &definition.manifest);
        let include = matchers(manifest.and_then(|manifest| manifest.include_files.as_ref()));
        let exclude = matchers(manifest.and_then(|manifest| manifest.exclude_files.as_ref()));
        let matches = |globs: &[GlobMatcher], path: &TreePath| globs.iter().any(|glob| glob.is_match(path));
        let packed = self.tree.as_ref().map(|tree| {
            PURESCRIPT.select(tree, &|path| matches(&include, path), &|path| matches(&exclude, path), b"{}\n")
        });
        let source = self.tree.as_ref().zip(packed.as_ref()).map(|(tree, packed)| Inspected {
            resolved: self.resolved,
            tree,
            packed: packed.as_ref().map_err(Vec::as_slice),
            archive_bytes: packed.is_ok().then_some(self.archive_bytes),
        });
        let Self { world, names, policy, limits, .. } = self;
        Case { candidate, world, names, policy, limits, source }.findings()
    }
}

fn matchers(globs: Option<&NonEmpty<Glob>>) -> Vec<GlobMatcher> {
    globs.into_iter().flatten().filter_map(|glob| glob.compile().ok()).collect()
}

/// A registered package with these published versions and their dependencies, and with these unpublished ones.
fn package(name: &str, published: &[(&str, &str)], unpublished: &[&str]) -> PackageState {
    let location = format!(r#"{{"githubOwner":"larkspur-labs","githubRepo":"purescript-{name}"}}"#);
    let owners = if name == "tally" { format!(r#","owners":[{OWNER}]"#) } else { String::new() };
    let line = |(version, dependencies): &(&str, &str)| {
        format!(
            r#"{{"name":"{name}","version":"{version}","license":"MIT","description":"Counts things","location":{location},"ref":"v{version}","dependencies":{dependencies}}}"#
        ) + "\n"
    };
    let lines: String = published.iter().map(line).collect();
    let facts: Vec<String> = published.iter().map(|(version, _)| format!(r#""{version}":{FACTS}"#)).collect();
    let gone = |version: &&str| {
        let time = "2026-02-01T12:00:00.000Z";
        format!(r#""{version}":{{"publishedTime":"{time}","reason":"a key was in it","unpublishedTime":"{time}"}}"#)
    };
    let gone: Vec<String> = unpublished.iter().map(gone).collect();
    let metadata = format!(
        r#"{{"location":{location}{owners},"published":{{{}}},"unpublished":{{{}}}}}"#,
        facts.join(","),
        gone.join(",")
    );
    let registration = format!(r#"{{"location":{location}{owners},"maintainers":[41880213]}}"#);
    let (registration, findings) = check_registration(
        &path("registration.json"),
        registration.as_bytes(),
        Limits::default().terms(Profile::Purescript),
    );
    assert!(findings.is_empty(), "{findings:?}");
    let published = Package {
        manifests: Some(IndexFile::parse(lines.as_bytes()).unwrap()),
        metadata: Some(MetadataFile::parse(metadata.as_bytes()).unwrap()),
    };
    PackageState { published, registration, ..PackageState::default() }
}

/// A plain file of a source.
pub(crate) fn file(text: &str) -> Entry {
    Entry::File(File::regular(text))
}

/// The path that `text` spells.
pub(crate) fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

/// The name that `text` spells.
pub(crate) fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}
