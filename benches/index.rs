//! Measures loading an index with every check of its files, and writing it anew, beside the floor, and prints the ratios.
//!
//! Reads the real index below `CURATOR_REAL_DATA`, and otherwise one of the same shape. Files are in memory where the
//! machine has a file system there, so that the program is measured and not the disk.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark may fail loudly, works on files of its own, and prints what it measured"
)]

#[path = "support/ratios.rs"]
mod ratios;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion, SamplingMode};
use curator::adapters::Directory;
use curator::model::{Manifest, PackageName, TreePath};
use curator::ports::{Change, Repo as _, Role};
use curator::rules::index::{IndexFile, IndexPath, shard_path};
use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use ratios::{CURATOR, FLOOR, print_ratios};

fn main() {
    let memory = Path::new("/dev/shm");
    let top = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let index = top.path().join("index");
    match std::env::var_os("CURATOR_REAL_DATA") {
        Some(real) => copy(&PathBuf::from(real).join("index"), &index),
        None => write_synthetic(&index),
    }
    let measured = top.path().join("measured");
    let mut criterion = Criterion::default()
        .output_directory(&measured)
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    bench_load(&mut criterion, &runtime, &index);
    bench_regenerate(&mut criterion, &runtime, &top, &index);
    criterion.final_summary();
    print_ratios(&measured);
}

// What was loaded is given up outside of the measured time, as in `bench_regenerate`: a program that loads keeps it.
fn bench_load(criterion: &mut Criterion, runtime: &Runtime, index: &Path) {
    let mut group = criterion.benchmark_group("load");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(FLOOR, |bencher| bencher.iter(|| read_tree(index)));
    group.bench_function("floor on all cores", |bencher| {
        let files = files(index);
        bencher.iter(|| files.par_iter().map(|file| fs::read(file).unwrap().len()).sum::<usize>());
    });
    group.bench_function("listing and reading alone", |bencher| {
        bencher.iter_batched(|| (), |()| read_all(runtime, index), BatchSize::PerIteration);
    });
    group.bench_function("parsing alone", |bencher| {
        bencher.iter_batched(|| read_all(runtime, index), parse, BatchSize::PerIteration);
    });
    group.bench_function(CURATOR, |bencher| {
        bencher.iter_batched(|| (), |()| load(runtime, index), BatchSize::PerIteration);
    });
}

fn bench_regenerate(criterion: &mut Criterion, runtime: &Runtime, top: &TempDir, index: &Path) {
    let mut group = criterion.benchmark_group("regenerate");
    group.sampling_mode(SamplingMode::Flat);
    let fresh = || tempfile::tempdir_in(top.path()).unwrap();
    group.bench_function(FLOOR, |bencher| {
        bencher.iter_batched(
            fresh,
            |folder| {
                copy(index, &folder.path().join("index"));
                folder
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("printing alone", |bencher| {
        bencher.iter_batched(|| load(runtime, index), print, BatchSize::PerIteration);
    });
    group.bench_function(CURATOR, |bencher| {
        bencher.iter_batched(
            fresh,
            |folder| {
                let change = print(load(runtime, index));
                let directory = Directory::writing(&folder.path().join("index"), Role::Index).unwrap();
                let parent = runtime.block_on(directory.head()).unwrap();
                runtime.block_on(directory.commit(&parent, &change, "")).unwrap();
                folder
            },
            BatchSize::PerIteration,
        );
    });
}

fn read_all(runtime: &Runtime, index: &Path) -> Vec<(TreePath, Vec<u8>)> {
    let directory = Directory::reading(index, Role::Index);
    let head = runtime.block_on(directory.head()).unwrap();
    directory.read_all(&head, None).unwrap()
}

/// The manifests of every package; each file is in its place, and its lines are its own and in order.
fn load(runtime: &Runtime, index: &Path) -> Vec<(PackageName, IndexFile)> {
    parse(read_all(runtime, index))
}

fn parse(files: Vec<(TreePath, Vec<u8>)>) -> Vec<(PackageName, IndexFile)> {
    let parse = |(path, bytes): (TreePath, Vec<u8>)| {
        let IndexPath::Manifests(name) = IndexPath::of(&path) else { return None };
        let file = IndexFile::parse(&bytes).unwrap();
        assert!(file.misplaced(&name).next().is_none() && file.out_of_order().next().is_none());
        Some((name, file))
    };
    files.into_par_iter().filter_map(parse).collect()
}

/// The index that these manifests make, each inserted as a publication inserts it.
fn print(packages: Vec<(PackageName, IndexFile)>) -> Change {
    let print = |(name, file): (PackageName, IndexFile)| {
        let mut fresh = IndexFile::empty();
        for line in file.into_lines() {
            fresh.insert(line.manifest, line.revision).unwrap();
        }
        (shard_path(&name).unwrap(), Some(fresh.text().as_bytes().to_vec()))
    };
    packages.into_par_iter().map(print).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(self::files(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

/// Reads every file below `folder`, wherever it finds one.
fn read_tree(folder: &Path) -> usize {
    files(folder).iter().map(|file| black_box(fs::read(file).unwrap()).len()).sum()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&from, &to);
        } else {
            fs::write(&to, fs::read(&from).unwrap()).unwrap();
        }
    }
}

/// An index of 1,158 packages with 5,500 manifests of 12 dependencies each, as the real one has.
fn write_synthetic(index: &Path) {
    const PACKAGES: usize = 1158;
    let name = |number: usize| format!("{}{}-package", ["a", "io", "web", "node"][number % 4], number);
    for number in 0..PACKAGES {
        let mut file = IndexFile::empty();
        for version in 1..=3 + number % 4 + usize::from(number % 4 == 3) {
            let dependencies: serde_json::Map<_, _> =
                (1..=12).map(|step| (name((number + step * 83) % PACKAGES), ">=1.0.0 <2.0.0".into())).collect();
            let manifest = serde_json::json!({
                "name": name(number),
                "version": format!("1.{version}.0"),
                "license": "BSD-3-Clause",
                "location": {"githubOwner": "purescript", "githubRepo": format!("purescript-{}", name(number))},
                "ref": format!("v1.{version}.0"),
                "dependencies": dependencies,
            });
            file.insert(serde_json::from_value::<Manifest>(manifest).unwrap(), None).unwrap();
        }
        let path = index.join(shard_path(&name(number).parse().unwrap()).unwrap().as_str());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.text()).unwrap();
    }
}
