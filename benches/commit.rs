//! Measures commits into a bare repository, of one file and of 10,000, beside git2 and the `git` program, and loading an
//! index out of one beside reading its files; prints the ratios.
//!
//! Reads the real index below `CURATOR_REAL_DATA`, and otherwise one of the same shape. Files are in memory where the
//! machine has a file system there, so that the program is measured and not the disk.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, works on files of its own, and prints what it measured"
)]

#[path = "support/ratios.rs"]
mod ratios;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{BatchSize, Criterion, SamplingMode};
use curator::adapters::{GitPlace, GitRepo, Writer};
use curator::ports::{Change, Repo as _, Revision, Role};
use git2::{Buf, FileMode, Oid, Repository, Signature, build::TreeUpdateBuilder};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use ratios::{CURATOR, FLOOR, print_ratios};

fn main() {
    let memory = Path::new("/dev/shm");
    let top = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let measured = top.path().join("measured");
    let mut criterion = Criterion::default()
        .output_directory(&measured)
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bench_load(&mut criterion, &runtime, &top);
    bench_one(&mut criterion, &runtime, &top);
    bench_many(&mut criterion, &runtime, &top);
    criterion.final_summary();
    print_ratios(&measured);
}

/// An index of `count` files in as many folders, of the size that real ones have.
fn synthetic(count: usize) -> Change {
    let line = |name: &str, version: usize| {
        let hash = name.bytes().fold(14_695_981_039_346_656_037_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
        });
        format!(
            "{{\"name\":\"{name}\",\"version\":\"{version}.0.0\",\"license\":\"MIT\",\"location\":{{\"githubOwner\":\"acme\",\
             \"githubRepo\":\"{name}\"}},\"ref\":\"v{version}.0.0\",\"dependencies\":{{\"prelude\":\">={version}.0.0 <7.0.0\",\
             \"d{hash:x}\":\">=1.0.0 <2.0.0\"}},\"description\":\"{hash:064x}\"}}\n"
        )
    };
    let file = |n: usize| {
        let name = format!("p{:05x}", n.wrapping_mul(2_654_435_761) & 0xf_ffff);
        let text = (1..=1 + n % 5).fold(String::new(), |mut text, version| {
            let _ = write!(text, "{}", line(&name, version));
            text
        });
        let folder = format!("{}/{}", name.get(..2).unwrap_or_default(), name.get(2..4).unwrap_or_default());
        (format!("{folder}/{name}-{n}").parse().unwrap(), Some(text.into_bytes()))
    };
    (0..count).map(file).collect()
}

/// The files of the real index, where they are.
fn index() -> Change {
    let Some(real) = std::env::var_os("CURATOR_REAL_DATA") else { return synthetic(1158) };
    let (top, mut files) = (PathBuf::from(real).join("index"), Change::new());
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let path = entry.path();
            let name = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
            if name.starts_with(".git") {
            } else if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(name.parse().unwrap(), Some(fs::read(path).unwrap()));
            }
        }
    }
    files
}

/// A new bare repository in `top`.
fn bare(top: &TempDir) -> TempDir {
    let folder = tempfile::tempdir_in(top.path()).unwrap();
    Repository::init_bare(folder.path()).unwrap();
    folder
}

fn open(folder: &Path) -> GitRepo {
    let time = "2026-11-20T00:00:00.000Z".parse().unwrap();
    let writer = Some(Writer { name: "curator <curator@localhost>".to_owned(), time });
    let place = GitPlace { role: Role::Index, branch: "main".parse().unwrap(), folder: None, writer };
    GitRepo::local(folder, place, None).unwrap()
}

/// The curator's way, as a run does it: open, look, commit.
fn ours(runtime: &Runtime, folder: &Path, change: &Change) -> Revision {
    runtime.block_on(async {
        let repo = open(folder);
        let head = repo.head().await.unwrap();
        repo.commit(&head, change, "commit").await.unwrap()
    })
}

/// git2's way: blobs and trees as loose objects, or through its mempack into one pack.
fn theirs(folder: &Path, change: &Change, packed: bool) -> Oid {
    let repo = Repository::open_bare(folder).unwrap();
    let parent = repo.find_reference("refs/heads/main").ok().map(|it| it.peel_to_commit().unwrap());
    let odb = repo.odb().unwrap();
    let mempack = packed.then(|| odb.add_new_mempack_backend(1000).unwrap());
    let mut builder = TreeUpdateBuilder::new();
    for (path, bytes) in change {
        let blob = odb.write(git2::ObjectType::Blob, bytes.as_ref().unwrap()).unwrap();
        builder.upsert(path.as_str(), blob, FileMode::Blob);
    }
    let base = match &parent {
        Some(parent) => parent.tree().unwrap(),
        None => repo.find_tree(odb.write(git2::ObjectType::Tree, b"").unwrap()).unwrap(),
    };
    let tree = builder.create_updated(&repo, &base).unwrap();
    if let Some(mempack) = mempack {
        // What it dumps are the commits that it holds, and what they lead to.
        let commit = finish(&repo, tree, None, None);
        let mut buffer = Buf::new();
        mempack.dump(&repo, &mut buffer).unwrap();
        let repo = Repository::open_bare(folder).unwrap();
        let odb = repo.odb().unwrap();
        let mut writer = odb.packwriter().unwrap();
        writer.write_all(&buffer).unwrap();
        writer.commit().unwrap();
        repo.reference("refs/heads/main", commit, false, "commit").unwrap();
        return commit;
    }
    finish(&repo, tree, parent.as_ref(), Some("refs/heads/main"))
}

fn finish(repo: &Repository, tree: Oid, parent: Option<&git2::Commit<'_>>, branch: Option<&str>) -> Oid {
    let who = Signature::new("curator", "curator@localhost", &git2::Time::new(1_790_000_000, 0)).unwrap();
    let tree = repo.find_tree(tree).unwrap();
    let parents: Vec<&git2::Commit<'_>> = parent.into_iter().collect();
    repo.commit(branch, &who, &who, "commit", &tree, &parents).unwrap()
}

/// The `git` program's way, with its importer.
fn fast_import(folder: &Path, change: &Change) {
    let mut text =
        b"commit refs/heads/main\ncommitter curator <curator@localhost> 1790000000 +0000\ndata 6\ncommit\n".to_vec();
    for (path, bytes) in change {
        let bytes = bytes.as_ref().unwrap();
        write!(text, "M 100644 inline {path}\ndata {}\n", bytes.len()).unwrap();
        text.extend(bytes);
        text.push(b'\n');
    }
    let mut git = Command::new("git");
    git.args(["fast-import", "--quiet"]).current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::piped());
    let mut child = git.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    assert!(child.wait().unwrap().success());
}

fn bench_load(criterion: &mut Criterion, runtime: &Runtime, top: &TempDir) {
    let index = index();
    let files = tempfile::tempdir_in(top.path()).unwrap();
    for (path, bytes) in &index {
        let file = files.path().join(path.as_str());
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes.as_ref().unwrap()).unwrap();
    }
    let (packed, deltas) = (bare(top), bare(top));
    ours(runtime, packed.path(), &index);
    ours(runtime, deltas.path(), &index);
    let repack = ["repack", "-adfq"];
    assert!(Command::new("git").args(repack).current_dir(deltas.path()).status().unwrap().success());
    let mut group = criterion.benchmark_group("load an index");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(FLOOR, |bencher| {
        bencher
            .iter(|| index.keys().map(|path| fs::read(files.path().join(path.as_str())).unwrap().len()).sum::<usize>());
    });
    let load = |folder: &Path| {
        runtime.block_on(async {
            let repo = open(folder);
            let head = repo.head().await.unwrap();
            black_box(repo.read_all(&head, None).unwrap())
        })
    };
    group.bench_function(CURATOR, |bencher| {
        bencher.iter_batched(|| (), |()| load(packed.path()), BatchSize::PerIteration);
    });
    group.bench_function("curator, from a pack of git's", |bencher| {
        bencher.iter_batched(|| (), |()| load(deltas.path()), BatchSize::PerIteration);
    });
}

fn bench_one(criterion: &mut Criterion, runtime: &Runtime, top: &TempDir) {
    let index = index();
    let repo = bare(top);
    ours(runtime, repo.path(), &index);
    let path = index.keys().next().unwrap().clone();
    let mut n = 0;
    let mut next = || {
        n += 1;
        Change::from([(path.clone(), Some(format!("{n}\n").into_bytes()))])
    };
    let mut group = criterion.benchmark_group("commit one file");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(CURATOR, |bencher| {
        bencher.iter_batched(&mut next, |change| ours(runtime, repo.path(), &change), BatchSize::PerIteration);
    });
    group.bench_function("git2, loose", |bencher| {
        bencher.iter_batched(&mut next, |change| theirs(repo.path(), &change, false), BatchSize::PerIteration);
    });
}

fn bench_many(criterion: &mut Criterion, runtime: &Runtime, top: &TempDir) {
    let change = synthetic(10_000);
    let mut group = criterion.benchmark_group("commit 10,000 files");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(CURATOR, |bencher| {
        bencher.iter_batched(|| bare(top), |repo| (ours(runtime, repo.path(), &change), repo), BatchSize::PerIteration);
    });
    group.bench_function("git2, mempack", |bencher| {
        bencher.iter_batched(|| bare(top), |repo| (theirs(repo.path(), &change, true), repo), BatchSize::PerIteration);
    });
    group.bench_function("git2, loose", |bencher| {
        bencher.iter_batched(|| bare(top), |repo| (theirs(repo.path(), &change, false), repo), BatchSize::PerIteration);
    });
    group.bench_function("git fast-import", |bencher| {
        let import = |repo: TempDir| {
            fast_import(repo.path(), &change);
            repo
        };
        bencher.iter_batched(|| bare(top), import, BatchSize::PerIteration);
    });
    let sound = bare(top);
    ours(runtime, sound.path(), &change);
    let fsck = Command::new("git").args(["fsck", "--strict"]).current_dir(sound.path()).output().unwrap();
    assert!(fsck.status.success(), "{fsck:?}");
}
