//! Measures `curator check --offline` of one definition as a whole process, against an index of real size, beside its floor:
//! starting the program and reading the file.
//!
//! With `CURATOR_REAL_DATA` the index is the real one; otherwise the sample's.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, touches the disk, and prints what it measured"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use curator::model::{Manifest, Metadata, PackageName};
use curator::rules::index::{IndexFile, metadata_path, shard_path};

const ROUNDS: usize = 40;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, index) = (folder.path().join("registry"), folder.path().join("index"));
    let definition = match std::env::var_os("CURATOR_REAL_DATA").map(PathBuf::from) {
        Some(real) => real_world(&real, &registry, &index),
        None => sample_world(&registry, &index),
    };
    let floor = median(|| run(Command::new(env!("CARGO_BIN_EXE_curator")).arg("--version")));
    let check = median(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_curator"));
        command.args(["check", "--offline"]).arg("--registry").arg(&registry).arg("--index").arg(&index);
        run(command.arg(&definition));
    });
    println!("check one definition, whole process");
    println!("  floor (start the program)   {:>8.2} ms", millis(floor));
    println!(
        "  curator check --offline     {:>8.2} ms  {:>6.2} x floor",
        millis(check),
        check.as_secs_f64() / floor.as_secs_f64()
    );
}

/// The registry of one new version of the package with the most dependencies, beside the real index.
fn real_world(real: &Path, registry: &Path, index: &Path) -> PathBuf {
    let mut widest: Option<Manifest> = None;
    for entry in fs::read_dir(real.join("metadata")).unwrap() {
        let path = entry.unwrap().path();
        let name: PackageName = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        copy(&path, &index.join(metadata_path(&name).unwrap().as_str()));
        let shard = real.join("index").join(shard_path(&name).unwrap().as_str());
        let Ok(bytes) = fs::read(&shard) else { continue };
        copy(&shard, &index.join(shard_path(&name).unwrap().as_str()));
        let newest = IndexFile::parse(&bytes).unwrap().manifests().next_back().unwrap().clone();
        if widest.as_ref().is_none_or(|widest| widest.dependencies.len() < newest.dependencies.len()) {
            widest = Some(newest);
        }
    }
    let mut manifest = widest.unwrap();
    let metadata = fs::read(real.join(format!("metadata/{}.json", manifest.name))).unwrap();
    manifest.location = serde_json::from_slice::<Metadata>(&metadata).unwrap().location;
    manifest.version = "999.0.0".parse().unwrap();
    let package = registry.join(format!("packages/{}/{}", manifest.name.folder(), manifest.name));
    fs::create_dir_all(&package).unwrap();
    let mut definition = serde_json::to_value(&manifest).unwrap();
    definition["commit"] = "0123456789012345678901234567890123456789".into();
    definition["compiler"] = "0.15.15".into();
    let file = package.join("999.0.0.json");
    fs::write(&file, format!("{definition:#}\n")).unwrap();
    let registration = serde_json::json!({ "location": manifest.location });
    fs::write(package.join("registration.json"), registration.to_string()).unwrap();
    fs::write(registry.join("curator.toml"), "[registry]\nname = \"real\"\n").unwrap();
    println!("real index, {}@999.0.0 with {} dependencies", manifest.name, manifest.dependencies.len());
    file
}

/// The sample, of which nothing is published.
fn sample_world(registry: &Path, index: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let status = Command::new("cp").arg("-R").arg(root.join("registry")).arg(registry).status().unwrap();
    assert!(status.success() && !index.exists());
    println!("sample index (set CURATOR_REAL_DATA for the real one)");
    registry.join("packages/co/coinage/0.3.0.json")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::inherit()).status().unwrap();
    assert!(status.success(), "{command:?} must find nothing");
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
