//! Measures verifying 10,000 artifacts of a mirror, beside the programs that only hash them, and prints the ratios.
//!
//! `curator` is `verify --all --hash-only`, which compares what they do and reads the index for what to compare with.
//! `everything` is `verify --all`, which inflates each archive, too: the hash of the tar inside, its layout, and the manifest
//! in it against the line of the index. `floor` is reading and hashing, on all cores.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, and prints what it measured"
)]

#[path = "support/ratios.rs"]
mod ratios;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use curator::adapters::Encoders;
use curator::config::Environment;
use curator::model::{EncoderName, File, Files, Project, Sha256, Verified, VerifyDepth};
use curator::ops::client::{VerifySubject, verify};
use curator::ports::Encoder as _;
use curator::rules::pack::tar;
use curator::wire::{ClientRequest, Offline, Overrides, client};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde_json::json;

use ratios::{CURATOR, FLOOR, print_ratios};

/// The packages of the mirror.
const PACKAGES: usize = 2_000;
/// The versions of each.
const VERSIONS: usize = 5;

fn main() {
    let memory = Path::new("/dev/shm");
    let home = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let archives = make(home.path());
    let measured = home.path().join("measured");
    let mut criterion = Criterion::default()
        .output_directory(&measured)
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(10))
        .configure_from_args();
    let mut group = criterion.benchmark_group("verify 10,000 artifacts");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(FLOOR, |bencher| {
        bencher.iter(|| archives.par_iter().map(|path| Sha256::of(&fs::read(path).unwrap())).collect::<Vec<_>>());
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (name, depth) in [(CURATOR, VerifyDepth::Hash), ("everything", VerifyDepth::Everything)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let verified = runtime.block_on(run(home.path(), depth));
                assert!(verified.len() == PACKAGES * VERSIONS && verified.iter().all(Verified::is_sound));
                black_box(verified)
            });
        });
    }
    for (name, program, args) in
        [("openssl dgst", "openssl", vec!["dgst", "-sha256"]), ("sha256sum", "sha256sum", vec!["--binary"])]
    {
        if Command::new(program).arg(args.first().unwrap()).arg("--help").output().is_ok() {
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    let mut command = Command::new(program);
                    command.args(&args).args(&archives).stdout(Stdio::null());
                    assert!(command.status().unwrap().success());
                });
            });
        }
    }
    group.finish();
    criterion.final_summary();
    print_ratios(&measured);
}

async fn run(home: &Path, depth: VerifyDepth) -> Vec<Verified> {
    let mirror = home.join("mirror");
    let overrides = Overrides { index: Some(mirror.clone()), archives: vec![mirror], ..Overrides::default() };
    let request = ClientRequest { project: home, says: &Project::default(), offline: Offline::Yes };
    let client = client(&overrides, &Environment::default(), &request, Arc::new(|_| {})).await.unwrap();
    verify(&Arc::new(client), VerifySubject::All, depth).await.unwrap()
}

/// Makes a mirror; gives its archives.
fn make(home: &Path) -> Vec<PathBuf> {
    let mirror = home.join("mirror");
    let put = |path: &str, bytes: &[u8]| {
        let place = mirror.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, bytes).unwrap();
        place
    };
    put(
        "mirror.json",
        json!({ "format": 1, "registry": "bench", "source": "", "commit": null }).to_string().as_bytes(),
    );
    put("index/config.json", json!({ "format": 1, "name": "bench", "stores": [] }).to_string().as_bytes());
    let mut archives = Vec::new();
    for number in 0..PACKAGES {
        let name = format!("p{number:04}");
        let (mut lines, mut published) = (String::new(), BTreeMap::new());
        for version in (0..VERSIONS).map(|version| format!("1.{version}.0")) {
            let manifest = json!({
                "name": name, "version": version, "license": "MIT",
                "location": { "githubOwner": "acme", "githubRepo": name },
                "ref": format!("v{version}"), "dependencies": {},
            });
            let manifest: curator::model::Manifest = serde_json::from_value(manifest).unwrap();
            writeln!(lines, "{}", manifest.to_line().unwrap()).unwrap();
            let (tar, archive) = archive(&name, &version, &manifest.to_file().unwrap());
            published.insert(
                version.clone(),
                json!({
                    "bytes": archive.len(), "compilers": ["0.15.15"], "contentHash": Sha256::of(&tar),
                    "hash": Sha256::of(&archive), "publishedTime": "2026-01-01T00:00:00.000Z",
                }),
            );
            archives.push(put(&format!("store/{name}/{name}-{version}.tar.gz"), &archive));
        }
        let (first, second) = name.split_at(2);
        let shard = format!("{first}/{}/{name}", &second[..2]);
        put(&format!("index/{shard}"), lines.as_bytes());
        let metadata = json!({
            "location": { "githubOwner": "acme", "githubRepo": name }, "published": published, "unpublished": {},
        });
        put(&format!("index/metadata/{shard}.json"), metadata.to_string().as_bytes());
    }
    archives
}

/// A tar of the usual size of a package, and what it compresses to: 6 kB.
fn archive(name: &str, version: &str, manifest: &str) -> (Vec<u8>, Vec<u8>) {
    let mut files = Files::new();
    files.insert("purs.json".parse().unwrap(), File::regular(manifest));
    // Words that do not repeat compress as little as sources do.
    let mut state = Sha256::of(format!("{name}@{version}").as_bytes());
    for module in 0..4 {
        let mut text = String::new();
        for _ in 0..24 {
            state = Sha256::of(state.to_hex().as_bytes());
            writeln!(text, "  {} :: Int -> Effect Unit -- {module}", state.to_hex()).unwrap();
        }
        files.insert(format!("src/Module{module}.purs").parse().unwrap(), File::regular(text));
    }
    let tar = tar(&format!("{name}-{version}"), &files);
    let bytes = Encoders::default().encode(EncoderName::default(), &tar).unwrap();
    (tar, bytes)
}
