//! Measures what it costs to publish one more version into registries of 1,000 to 1,000,000 versions: the same.
//!
//! A command of its own, `cargo bench --bench scale -- --bench SIZES`, with the numbers of versions as `SIZES`
//! (1000 10000 100000 1000000 without). Registry and index are bare repositories of synthetic packages with five
//! versions each. Measured is a whole sync in this process (the difference, the checks, the archive, the commit; all
//! threads; `git` is asked for the source once, before), and the CPU time of the whole command with its children.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, works on files of its own, and prints what it measured"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings};
use curator::adapters::{DocsShelf, Encoders, GitPlace, GitRepo, Objects, Sandbox, Writer};
use curator::model::{ClaimSource, EncoderName, IndexConfig, Limits, Policy, Timestamp};
use curator::ops::{Extent, Retry, RunRequest, sync};
use curator::ports::{Change, Curator, Ports, Repo as _, Revision, Role};
use rustix::time::{ClockId, clock_gettime};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How many publications are measured in a registry of each size.
const MEASURED: usize = 40;
/// How many versions each package has.
const VERSIONS: usize = 5;
/// The packages that all others depend on.
const CORE: usize = 30;
/// How many packages are written in one commit while a registry is made.
const CHUNK: usize = 20_000;

/// Bare repositories.
struct Bare;

impl Ports for Bare {
    type Registry = GitRepo;
    type Index = GitRepo;
    type Store = Objects;
    type Sources = GitSources;
    type Encoder = Encoders;
    type Compiler = Sandbox;
    type DocsHost = DocsShelf;
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000, 100_000, 1_000_000] } else { sizes };
    println!(" versions    names   CPU a sync      time    ratio    a command    ratio    made in");
    let mut first = None;
    for size in sizes {
        let began = Instant::now();
        let world = World::make(size);
        let made = began.elapsed();
        let (cpu, time) = world.measure();
        let command = world.measure_command();
        let (base, base_command) = *first.get_or_insert((cpu, command));
        println!(
            "{size:>9} {:>8} {:>9.2} ms {:>6.2} ms {:>7.2}x {:>9.2} ms {:>7.2}x {:>8.1} s",
            world.names.len(),
            cpu.as_secs_f64() * 1e3,
            time.as_secs_f64() * 1e3,
            cpu.as_secs_f64() / base.as_secs_f64(),
            command.as_secs_f64() * 1e3,
            command.as_secs_f64() / base_command.as_secs_f64(),
            made.as_secs_f64(),
        );
    }
}

/// A registry and an index of a given size, and a source that every package shares.
struct World {
    home: TempDir,
    names: Vec<String>,
    /// The commit of the source.
    source: String,
    runtime: Runtime,
}

impl World {
    fn make(versions: usize) -> Self {
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        for name in ["registry.git", "index.git"] {
            git2::Repository::init_bare(home.path().join(name)).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let source = make_source(home.path());
        let world = Self { home, names: names(versions / VERSIONS), source, runtime };
        let registry = world.fill("registry.git", Role::Registry, "Fill", |world, name, change| {
            let registration = format!("{{\n  \"location\": {LOCATION}\n}}\n");
            change.insert(format!("packages/{}/{name}/registration.json", &name[..2]), registration);
            for version in 1..=VERSIONS {
                change.insert(definition_path(name, version), world.definition(name, version));
            }
        });
        let message = format!("Fill\n\nRegistry-Commit: {}\n", registry.0);
        world.fill("index.git", Role::Index, &message, |world, name, change| {
            let lines = (1..=VERSIONS).map(|version| world.manifest(name, version) + "\n").collect();
            change.insert(format!("{}/{}/{name}", &name[..2], &name[2..4]), lines);
            change.insert(format!("metadata/{}/{}/{name}.json", &name[..2], &name[2..4]), metadata(name));
        });
        world
    }

    /// Writes files of every package into a repository, a chunk a commit; gives the last one.
    fn fill(
        &self,
        repository: &str,
        role: Role,
        message: &str,
        files: impl Fn(&Self, &str, &mut BTreeMap<String, String>),
    ) -> Revision {
        let repo = self.open(repository, role);
        let mut head = Revision("empty".to_owned());
        for chunk in self.names.chunks(CHUNK) {
            let mut texts = BTreeMap::new();
            for name in chunk {
                files(self, name, &mut texts);
            }
            let mut change: Change =
                texts.into_iter().map(|(path, text)| (path.parse().unwrap(), Some(text.into_bytes()))).collect();
            if role == Role::Index {
                change.insert("config.json".parse().unwrap(), Some(config().to_file().unwrap().into_bytes()));
            } else {
                let bundle = fs::read(self.home.path().join("source.bundle")).unwrap();
                change.insert("source.bundle".parse().unwrap(), Some(bundle));
                change.insert("curator.toml".parse().unwrap(), Some(CONFIG.as_bytes().to_vec()));
            }
            head = self.runtime.block_on(repo.commit(&head, &change, message)).unwrap();
        }
        head
    }

    fn open(&self, repository: &str, role: Role) -> GitRepo {
        let writer = Writer { name: "curator <curator@example.org>".to_owned(), time: time() };
        let place = GitPlace { role, branch: "main".parse().unwrap(), folder: None, writer: Some(writer) };
        GitRepo::local(&self.home.path().join(repository), place, None).unwrap()
    }

    fn definition(&self, name: &str, version: usize) -> String {
        let manifest = self.manifest(name, version);
        let rest = manifest.trim_end_matches('}');
        format!("{rest}}},\"commit\":\"{}\",\"compiler\":\"0.15.15\"}}\n", self.source)
    }

    /// A manifest on one line, which depends on some of the core packages.
    fn manifest(&self, name: &str, version: usize) -> String {
        let core: Vec<&String> = self.names.iter().take(CORE).take_while(|core| *core != name).collect();
        let number = name.bytes().map(usize::from).sum::<usize>();
        let wanted: BTreeSet<&&String> =
            (1..=3).filter_map(|step| core.get(number * step % core.len().max(1))).collect();
        let dependencies: Vec<String> = wanted.iter().map(|name| format!("\"{name}\":\">=1.0.0 <9.0.0\"")).collect();
        format!(
            "{{\"name\":\"{name}\",\"version\":\"{version}.0.0\",\"license\":\"MIT\",\"location\":{},\"ref\":\"v6.0.0\",\
             \"dependencies\":{{{}}}}}",
            LOCATION,
            dependencies.join(",")
        )
    }

    /// The medians of CPU time and of time that one publication takes.
    fn measure(&self) -> (Duration, Duration) {
        let step = (self.names.len() - CORE) / (MEASURED + 1);
        let chosen: Vec<&String> = self.names.iter().skip(CORE).step_by(step.max(1)).take(MEASURED + 1).collect();
        let curator = self.curator();
        let registry = self.open("registry.git", Role::Registry);
        let (mut cpu, mut time) = (Vec::new(), Vec::new());
        for name in chosen {
            let text = self.definition(name, VERSIONS + 1);
            let change =
                Change::from([(definition_path(name, VERSIONS + 1).parse().unwrap(), Some(text.into_bytes()))]);
            self.runtime.block_on(async {
                let head = registry.head().await.unwrap();
                registry.commit(&head, &change, "Merge").await.unwrap();
            });
            let (cpu_before, before) = (cpu_time(), Instant::now());
            let request = RunRequest { extent: Extent::Changes, retry: Retry::WhenDue, now: self::time() };
            let synced = self.runtime.block_on(sync(&curator, request)).unwrap();
            cpu.push(cpu_time().checked_sub(cpu_before).unwrap());
            time.push(before.elapsed());
            assert_eq!(synced.report.published.len(), 1, "{:?}", synced.report);
        }
        (median(cpu.split_off(1)), median(time.split_off(1)))
    }

    /// The mean CPU time of the whole command, `git` and all, as the system counts that of ended children.
    fn measure_command(&self) -> Duration {
        let registry = self.open("registry.git", Role::Registry);
        let chosen: Vec<&String> = self.names.iter().skip(CORE).take(MEASURED).collect();
        let before = children_ticks();
        for name in &chosen {
            let text = self.definition(name, VERSIONS + 2);
            let change =
                Change::from([(definition_path(name, VERSIONS + 2).parse().unwrap(), Some(text.into_bytes()))]);
            self.runtime.block_on(async {
                let head = registry.head().await.unwrap();
                registry.commit(&head, &change, "Merge").await.unwrap();
            });
            let mut sync = Command::new(env!("CARGO_BIN_EXE_curator"));
            sync.current_dir(self.home.path()).args(["sync", "--registry", "registry.git", "--index", "index.git"]);
            let output = sync.args(["--store", "store", "--cache", "cache"]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        let ticks = children_ticks() - before;
        Duration::from_millis(ticks * 10) / u32::try_from(chosen.len()).unwrap()
    }

    fn curator(&self) -> Arc<Curator<Bare>> {
        let url = "https://github.com/acme/source.git".to_owned();
        let limits = Limits::default();
        let settings = GitSettings {
            replace: BTreeMap::from([(url, self.home.path().join("source.bundle"))]),
            pass_env: Vec::new(),
            limits: limits.clone(),
            git: PathBuf::from("git"),
            network: NetworkSettings::default(),
        };
        Arc::new(Curator {
            registry: self.open("registry.git", Role::Registry),
            index: self.open("index.git", Role::Index),
            stores: vec![Objects::directory("store", &self.home.path().join("store"))],
            sources: GitSources::new(settings),
            encoder: Encoders::default(),
            policy: Policy { allow_hosts: BTreeSet::from(["github.com".to_owned()]), ..Policy::default() },
            limits,
            encoder_name: EncoderName::default(),
            index_config: config(),
            compile: None,
            claim: ClaimSource::Nobody,
            docs: None,
            views: Vec::new(),
            progress: Arc::new(|_| {}),
        })
    }
}

/// The configuration of the registry.
const CONFIG: &str = "[registry]\nname = \"scale\"\n\n[fetch.replace]\n\
                      \"https://github.com/acme/source.git\" = \"source.bundle\"\n";

fn config() -> IndexConfig {
    IndexConfig::purescript("scale", Vec::new())
}

/// Where the source of every package is: one repository, so that `git` is asked for it once, before.
const LOCATION: &str = "{\"githubOwner\":\"acme\",\"githubRepo\":\"source\"}";

fn definition_path(name: &str, version: usize) -> String {
    format!("packages/{}/{name}/{version}.0.0.json", &name[..2])
}

fn metadata(name: &str) -> String {
    let mut text = format!("{{\n  \"location\": {LOCATION},\n  \"published\": {{");
    for version in 1..=VERSIONS {
        let comma = if version == 1 { "" } else { "," };
        let hash = curator::model::Sha256::of(format!("{name} {version}").as_bytes());
        let _ = write!(
            text,
            "{comma}\n    \"{version}.0.0\": {{\n      \"bytes\": 6346,\n      \"compilers\": [\n        \"0.15.15\"\n      \
             ],\n      \"hash\": \"{hash}\",\n      \"publishedTime\": \"2026-01-01T00:00:00.000Z\",\n      \
             \"ref\": \"\"\n    }}"
        );
    }
    text + "\n  },\n  \"unpublished\": {}\n}\n"
}

/// So many names of eight letters, spread as names are over the shards, always the same.
fn names(count: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names = Vec::with_capacity(count);
    let mut state = 1_u64;
    while names.len() < count {
        let letter = |shift: u32| char::from(b'a' + u8::try_from((state >> shift) % 26).unwrap());
        let name: String = (0..8).map(|at| letter(at * 7)).collect();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

/// A bundle of one commit with one module, tagged v6.0.0; gives the commit.
fn make_source(home: &Path) -> String {
    let folder = home.join("source");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/Thing.purs"), "module Thing where\n").unwrap();
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(&folder).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(args);
        let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", "A source"]);
    git(&["tag", "v6.0.0"]);
    git(&["bundle", "create", "--quiet", "../source.bundle", "--all"]);
    git(&["rev-parse", "HEAD"])
}

fn time() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// The CPU time of all threads of this process so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// The CPU time of all ended children in hundredths of a second (`proc_pid_stat(5)`, `cutime` and `cstime`).
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields.skip(13).take(2).map(|field| field.parse::<u64>().unwrap()).sum()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.into_iter().nth(MEASURED / 2).unwrap()
}
