//! What holds of every small registry: only what is on offer is chosen, and a lock file is used exactly where it is an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use curator::config::Environment;
use curator::model::{
    Advisory, ChoiceTerms, Ecosystem, LockFile, LockedVersion, PackageName, Project, Range, Sha256, Version,
    VersionOrder, Withheld,
};
use curator::ops::Stop;
use curator::ops::client::{InstallMode, Refusal, install};
use curator::rules::choose::Offer;
use curator::rules::index::{Index, IndexFile, MetadataFile, Package, parse_all_json};
use curator::rules::resolve::{Resolution, Universe as _, resolve, verify};
use curator::wire::{self, ClientRequest, Offline, Overrides};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// What stands against a version, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sound,
    Yanked,
    Quarantined,
    Critical,
    Newer,
}

/// A published version.
#[derive(Debug, Clone)]
struct Sold {
    needs: BTreeMap<PackageName, Range>,
    fate: Fate,
}

type World = BTreeMap<PackageName, BTreeMap<Version, Sold>>;

fn name(number: u64) -> PackageName {
    format!("p{number}").parse().unwrap()
}

fn version(number: u64) -> Version {
    Version::new(number, 0, 0).unwrap()
}

fn ranges() -> impl Strategy<Value = Range> {
    (1..4_u64, 1..4_u64).prop_map(|(lower, length)| Range::new(version(lower), version(lower + length)).unwrap())
}

fn needs(most: usize) -> impl Strategy<Value = BTreeMap<PackageName, Range>> {
    proptest::collection::btree_map((0..4_u64).prop_map(name), ranges(), 0..=most)
}

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Sound), 1 => Just(Fate::Yanked), 1 => Just(Fate::Quarantined),
        1 => Just(Fate::Critical), 1 => Just(Fate::Newer),
    ]
}

fn worlds() -> impl Strategy<Value = World> {
    let sold = (0..4_u64, 1..4_u64, needs(2), fates());
    proptest::collection::vec(sold, 1..=12).prop_map(|sold| {
        let mut world = World::new();
        for (at, number, mut needs, fate) in sold {
            needs.remove(&name(at));
            world.entry(name(at)).or_default().insert(version(number), Sold { needs, fate });
        }
        world
    })
}

fn hash(name: &PackageName, version: &Version) -> Sha256 {
    Sha256::of(format!("{name}@{version}").as_bytes())
}

/// The lines and the metadata of a package.
fn written(package: &PackageName, versions: &BTreeMap<Version, Sold>) -> (String, String) {
    let location = json!({ "githubOwner": "acme", "githubRepo": package });
    let line = |(version, sold): (&Version, &Sold)| {
        let needs = &sold.needs;
        json!({
            "name": package, "version": version, "license": "MIT", "location": location,
            "ref": format!("v{version}"), "dependencies": needs,
        })
        .to_string()
            + "\n"
    };
    let facts = |(version, sold): (&Version, &Sold)| {
        let compiler = if sold.fate == Fate::Newer { "0.16.0" } else { "0.15.15" };
        let mut facts = json!({
            "bytes": 100, "compilers": [compiler], "hash": hash(package, version),
            "publishedTime": "2026-11-20T12:00:00.000Z", "ref": "",
        });
        let mark = json!({ "reason": "why", "since": "2026-11-20T12:00:00.000Z" });
        match sold.fate {
            Fate::Yanked => facts["yanked"] = mark,
            Fate::Quarantined => facts["quarantined"] = mark,
            Fate::Critical => facts["advisories"] = json!(["ACME-2026-1"]),
            Fate::Sound | Fate::Newer => {}
        }
        (version.to_string(), facts)
    };
    let published: serde_json::Map<String, Value> = versions.iter().map(facts).collect();
    let metadata = json!({ "location": location, "published": published, "unpublished": {} });
    (versions.iter().map(line).collect(), format!("{metadata:#}\n"))
}

/// The advisory of all that have one.
fn advisories() -> String {
    let affected = |at| json!({ "package": { "ecosystem": "acme", "name": name(at) }, "versions": ["1.0.0"] });
    json!([{
        "id": "ACME-2026-1", "modified": "2026-03-01T12:00:00Z",
        "database_specific": { "severity": "critical" },
        "affected": (0..4).map(affected).collect::<Vec<_>>(),
    }])
    .to_string()
}

fn read_advisories() -> Vec<Advisory> {
    parse_all_json(advisories().as_bytes(), &Ecosystem::of_registry("acme")).unwrap()
}

fn index(world: &World) -> Index {
    let mut index = Index::default();
    for (name, versions) in world {
        let (lines, metadata) = written(name, versions);
        let (manifests, metadata) = (IndexFile::parse(lines.as_bytes()), MetadataFile::parse(metadata.as_bytes()));
        let package = Package { manifests: Some(manifests.unwrap()), metadata: Some(metadata.unwrap()) };
        index.packages.insert(name.clone(), package);
    }
    index
}

fn terms() -> impl Strategy<Value = ChoiceTerms> {
    let locked = proptest::collection::btree_map((0..4_u64).prop_map(name), (1..4_u64).prop_map(version), 0..4);
    (any::<[bool; 3]>(), locked).prop_map(|([is_lowest, allows, compiles], locked)| ChoiceTerms {
        compiler: compiles.then(|| "0.15.15".parse().unwrap()),
        order: if is_lowest { VersionOrder::Lowest } else { VersionOrder::Highest },
        locked,
        allowed: if allows { BTreeSet::from(["ACME-2026-1".parse().unwrap()]) } else { BTreeSet::new() },
    })
}

/// Whether a version may be chosen on these terms, said once more in other words.
fn may_be_chosen(name: &PackageName, version: &Version, fate: Fate, terms: &ChoiceTerms) -> bool {
    match fate {
        Fate::Sound => true,
        Fate::Yanked => terms.locked.get(name) == Some(version),
        Fate::Quarantined => false,
        Fate::Critical => !terms.allowed.is_empty(),
        Fate::Newer => terms.compiler.is_none(),
    }
}

/// Writes the index, an empty store and the project.
fn lay_out(home: &Path, world: &World, roots: &BTreeMap<PackageName, Range>, lock: &LockFile) {
    for (name, versions) in world {
        let (lines, metadata) = written(name, versions);
        let shard = home.join("index").join("2");
        fs::create_dir_all(&shard).unwrap();
        fs::create_dir_all(home.join("index/metadata/2")).unwrap();
        fs::write(shard.join(name.as_str()), lines).unwrap();
        fs::write(home.join(format!("index/metadata/2/{name}.json")), metadata).unwrap();
    }
    fs::create_dir_all(home.join("index/advisories")).unwrap();
    fs::write(home.join("index/advisories/all.json"), advisories()).unwrap();
    fs::write(home.join("index/config.json"), json!({ "format": 1, "name": "acme", "stores": [] }).to_string())
        .unwrap();
    let lines: Vec<String> = roots.iter().map(|(name, range)| format!("{name} = \"{range}\"")).collect();
    let lines = lines.join("\n");
    fs::create_dir_all(home.join("project")).unwrap();
    fs::write(home.join("project/curator.project.toml"), format!("[dependencies]\n{lines}")).unwrap();
    fs::write(home.join("project/curator.lock"), lock.to_string()).unwrap();
}

/// Installs what is locked, from an index and a project on the disk; no store has an archive.
fn locked_install(home: &Path, terms: &ChoiceTerms) -> Result<(), Stop> {
    let overrides = Overrides {
        index: Some(home.join("index")),
        stores: vec![home.to_owned()],
        cache: Some(home.join("cache")),
        ..Overrides::default()
    };
    let says = Project::default();
    let project = home.join("project");
    let request = ClientRequest { project: &project, says: &says, offline: Offline::No };
    RUNTIME.block_on(async {
        let client = wire::client(&overrides, &Environment::read(), &request, Arc::new(|_| {})).await.unwrap();
        install(&Arc::new(client), terms, InstallMode::Locked).await.map(drop)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_withheld_is_not_on_offer_and_nothing_else_is_missing(world in worlds(), roots in needs(3), terms in terms()) {
        let (index, advisories) = (index(&world), read_advisories());
        let offer = Offer::new(&index, &advisories, &terms);
        for (name, versions) in &world {
            let offered: BTreeSet<Version> =
                offer.releases(name).unwrap().into_iter().map(|release| release.version.clone()).collect();
            let fits = |(version, sold): (&Version, &Sold)| {
                may_be_chosen(name, version, sold.fate, &terms).then(|| version.clone())
            };
            prop_assert_eq!(&offered, &versions.iter().filter_map(fits).collect());
            let withheld = offer.withheld(name);
            prop_assert_eq!(withheld.len() + offered.len(), versions.len());
            for (version, why) in withheld {
                let fits = matches!(
                    (versions[&version].fate, why),
                    (Fate::Yanked, Withheld::Yanked(_))
                        | (Fate::Quarantined, Withheld::Quarantined(_))
                        | (Fate::Critical, Withheld::Advisory(_))
                        | (Fate::Newer, Withheld::Compiler { .. })
                );
                prop_assert!(fits);
            }
        }
        prop_assert!(offer.releases(&name(9)).is_none());
        if let Ok(Resolution(chosen)) = resolve(&offer, &roots) {
            for (name, version) in &chosen {
                prop_assert!(may_be_chosen(name, version, world[name][version].fate, &terms), "{name} {version}");
            }
            // What is locked stays, where that alone is an answer.
            let kept: BTreeMap<PackageName, Version> =
                terms.locked.iter().filter(|(name, _)| chosen.contains_key(*name)).map(|(a, b)| (a.clone(), b.clone())).collect();
            if verify(&Resolution(kept.clone()), &offer, &roots).is_empty() {
                prop_assert_eq!(chosen, kept);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_lock_file_is_used_exactly_where_it_is_an_answer(
        world in worlds(), roots in needs(3), mut terms in terms(), wants_answer in any::<bool>()
    ) {
        let (index, advisories) = (index(&world), read_advisories());
        if wants_answer {
            // An answer on other terms: often, and not always, one on these.
            let open = ChoiceTerms { locked: terms.locked.clone(), ..ChoiceTerms::default() };
            if let Ok(found) = resolve(&Offer::new(&index, &advisories, &open), &roots) {
                terms.locked = found.0;
            }
        }
        let lock = |(package, version): (&PackageName, &Version)| {
            (package.clone(), LockedVersion { version: version.clone(), hash: hash(package, version) })
        };
        let lock = LockFile { index: None, packages: terms.locked.iter().map(lock).collect() };
        let answer = Resolution(terms.locked.clone());
        let violations = verify(&answer, &Offer::new(&index, &advisories, &terms), &roots);
        let home = TempDir::new().unwrap();
        lay_out(home.path(), &world, &roots, &lock);
        let ended = locked_install(home.path(), &ChoiceTerms { locked: BTreeMap::new(), ..terms });
        let is_used = match ended {
            Ok(()) => lock.packages.is_empty(),
            Err(Stop::Client(refusal)) => match *refusal {
                // It came as far as wanting the archives.
                Refusal::NoArchive { .. } => true,
                Refusal::Stale { .. } | Refusal::Withheld { .. } => false,
                other => return Err(TestCaseError::fail(other.to_string())),
            },
            Err(stop) => return Err(TestCaseError::fail(stop.to_string())),
        };
        prop_assert_eq!(is_used, violations.is_empty(), "{:?}", violations);
        prop_assert!(!home.path().join("project/.curator/packages/p0").exists());
    }
}
