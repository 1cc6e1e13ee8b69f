//! Measures packing and unpacking beside their peers and their floor, and prints the ratios.
//!
//! Everybody reads the same files from the disk and ends with a SHA-256. Only the ratios carry over to other machines.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, and prints what it measured"
)]

#[path = "support/ratios.rs"]
mod ratios;

use std::fs;
use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, SamplingMode, measurement::WallTime};
use curator::adapters::Encoders;
use curator::model::{EncoderName, File, Files, Limits, Sha256, TreePath};
use curator::ports::Encoder as _;
use curator::rules::pack::{gunzip, tar, unpack};
use flate2::read::GzDecoder;

use ratios::{CURATOR, FLOOR, print_ratios};

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let measured = folder.path().join("measured");
    let mut criterion = Criterion::default()
        .output_directory(&measured)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();

    let large = [write_tree(&folder.path().join("large"), 1000, 6600)];
    bench_pack(&mut criterion, "pack 1 tree of 6.6 MB", &large);
    let small: Vec<PathBuf> =
        (0..1000).map(|number| write_tree(&folder.path().join(format!("small-{number}")), 10, 2000)).collect();
    bench_pack(&mut criterion, "pack 1,000 small trees", &small);
    bench_unpack(&mut criterion, "unpack 1 tree of 6.6 MB", &large[0]);

    criterion.final_summary();
    print_ratios(&measured);
}

fn bench_pack(criterion: &mut Criterion, name: &str, trees: &[PathBuf]) {
    let mut group = flat(criterion, name);
    group.bench_function(FLOOR, |bencher| {
        bencher.iter(|| {
            for tree in trees {
                for file in read_tree(tree).values() {
                    black_box(Sha256::of(&file.bytes));
                }
            }
        });
    });
    group.bench_function(CURATOR, |bencher| {
        bencher.iter(|| {
            for tree in trees {
                let tar = tar("pkg-1.0.0", &read_tree(tree));
                let archive = Encoders::default().encode(EncoderName::Libdeflate, &tar).unwrap();
                black_box((Sha256::of(&tar), Sha256::of(&archive)));
            }
        });
    });
    group.bench_function("tar | gzip -6 | sha256sum", |bencher| {
        bencher.iter(|| {
            for tree in trees {
                let script = "tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - . | gzip -6 -n | sha256sum";
                assert!(Command::new("sh").args(["-c", script]).current_dir(tree).output().unwrap().status.success());
            }
        });
    });
}

fn bench_unpack(criterion: &mut Criterion, name: &str, tree: &Path) {
    let limits = Limits::default();
    let packed = tar("pkg-1.0.0", &read_tree(tree));
    let archive = Encoders::default().encode(EncoderName::Libdeflate, &packed).unwrap();
    let mut group = flat(criterion, name);
    group.bench_function(FLOOR, |bencher| bencher.iter(|| black_box(gunzip(&archive, &limits).unwrap())));
    group.bench_function(CURATOR, |bencher| bencher.iter(|| black_box(unpack(&archive, &limits).unwrap())));
    group.bench_function("the tar crate, nothing checked", |bencher| {
        bencher.iter(|| {
            let mut archive = ::tar::Archive::new(GzDecoder::new(&archive[..]));
            for entry in archive.entries().unwrap() {
                let mut bytes = Vec::new();
                entry.unwrap().read_to_end(&mut bytes).unwrap();
                black_box(bytes);
            }
        });
    });
}

fn flat<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    group
}

/// Writes `count` files of `size` bytes that compress like source code.
fn write_tree(folder: &Path, count: usize, size: usize) -> PathBuf {
    const WORDS: [&str; 12] = [
        "import ",
        "Data.Maybe ",
        "(Maybe(..))\n",
        "where\n",
        "  ",
        "let ",
        "foldMap ",
        ":: ",
        "-> ",
        "a ",
        "pure ",
        "=<<\n",
    ];
    fs::create_dir_all(folder.join("src")).unwrap();
    let mut state = 1_u32;
    for number in 0..count {
        let mut text = format!("module M{number} where\n");
        while text.len() < size {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(WORDS[(state >> 16) as usize % WORDS.len()]);
            text.extend(char::from_digit(state >> 28, 36));
        }
        fs::write(folder.join(format!("src/M{number}.purs")), text).unwrap();
    }
    folder.to_owned()
}

fn read_tree(folder: &Path) -> Files {
    let read = |entry: fs::DirEntry| {
        let path: TreePath = format!("src/{}", entry.file_name().to_str().unwrap()).parse().unwrap();
        (path, File::regular(fs::read(entry.path()).unwrap()))
    };
    fs::read_dir(folder.join("src")).unwrap().map(|entry| read(entry.unwrap())).collect()
}
