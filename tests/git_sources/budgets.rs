//! Sources that would use up the machine (threat 12): each ends soon, in a typed refusal.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings};
use curator::model::{Entry, Limits};
use curator::ports::{FetchError, SourceFetcher};
use git2::{ObjectType, Oid};

use crate::repos::Repo;
use crate::{URL, everything, fetch, id, path, refusal, refusal_under, request, sources};

/// Bytes that do not deflate, the same on every run (xorshift).
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(length)
    .collect()
}

fn over(error: &FetchError, what: &str) -> bool {
    matches!(error, FetchError::OverLimit { what: counted, .. } if counted.contains(what))
}

#[tokio::test]
async fn a_git_bomb_ends_quickly() {
    let repo = Repo::new();
    let mut id = repo.blob("boom");
    let mut mode = "100644";
    for _ in 0..10 {
        let names: Vec<_> = (0..10).map(|digit| [b'0' + digit]).collect();
        let entries: Vec<_> = names.iter().map(|name| (mode, &name[..], id)).collect();
        id = repo.tree(&entries);
        mode = "40000";
    }
    repo.tag_tree(id);
    for from in [repo.path(), repo.bundle()] {
        let start = Instant::now();
        let error = refusal(&from, &request("v1.0.0", None, None)).await;
        assert!(over(&error, "entries"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn folders_may_not_be_too_deep() {
    let repo = Repo::new();
    let mut tree = repo.tree(&[("100644", b"a", repo.blob("x"))]);
    for _ in 1..64 {
        tree = repo.tree(&[("40000", b"d", tree)]);
    }
    repo.tag_tree(tree);
    assert_eq!(fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap().tree.len(), 1);
    repo.tag_tree(repo.tree(&[("40000", b"d", tree)]));
    let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
    assert!(over(&error, "folders inside each other"), "{error}");
}

#[tokio::test]
async fn a_file_of_zeros_is_not_inflated() {
    let repo = Repo::new();
    let size = 20 << 20;
    let zeros = repo.blob(vec![0; size]);
    repo.tag_tree(repo.tree(&[("100644", b"zeros", zeros)]));
    for from in [repo.path(), repo.bundle()] {
        let error = refusal(&from, &request("v1.0.0", None, None)).await;
        assert!(over(&error, "bytes in the file zeros"), "{error}");
        let source = sources(&from, Limits::default()).fetch(&request("v1.0.0", None, None), &|_| false).await.unwrap();
        assert_eq!(source.tree[&path("zeros")], Entry::Unread { size: size as u64 });
    }
}

#[tokio::test]
async fn all_files_together_have_a_budget() {
    let repo = Repo::new();
    let file = repo.blob(vec![0; 600]);
    repo.tag_tree(repo.tree(&[("100644", b"a", file), ("100644", b"b", file)]));
    let request = request("v1.0.0", None, None);
    let limits = Limits { tree_bytes: 1199, ..Limits::default() };
    let error = refusal_under(&limits, &repo.path(), &request).await;
    assert!(over(&error, "bytes in all files"), "{error}");
    let limits = Limits { tree_bytes: 1200, ..Limits::default() };
    assert!(sources(&repo.path(), limits).fetch(&request, &everything).await.is_ok());
}

#[tokio::test]
async fn an_oversize_pack_is_cut_off() {
    let repo = Repo::new();
    repo.tag_tree(repo.tree(&[("100644", b"noise", repo.blob(noise(600_000)))]));
    let commit = repo.git(["rev-parse", "v1.0.0"]);
    let limits = Limits { fetch_bytes: 200_000, ..Limits::default() };
    for from in [repo.path(), repo.bundle()] {
        for request in [request("v1.0.0", None, None), request("v1.0.0", Some(&commit), None)] {
            let error = refusal_under(&limits, &from, &request).await;
            assert!(over(&error, "bytes on the disk"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_bundle_with_too_many_refs_is_not_unpacked() {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a")], &[]);
    (0..20).for_each(|number| repo.tag(&format!("v{number}"), &commit));
    let limits = Limits { entries: 15, ..Limits::default() };
    let error = refusal_under(&limits, &repo.bundle(), &request("v1", None, None)).await;
    assert!(over(&error, "refs in the bundle"), "{error}");
}

/// A shell script in place of git, and the fetcher that uses it.
#[cfg(unix)]
fn scripted(repo: &Repo, script: &str, limits: Limits) -> GitSources {
    use std::os::unix::fs::PermissionsExt;
    let program = repo.home.path().join("git");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    GitSources::new(GitSettings {
        replace: [(URL.to_owned(), repo.path())].into(),
        pass_env: Vec::new(),
        limits,
        git: program,
        network: NetworkSettings::default(),
    })
}

#[cfg(target_os = "linux")]
/// Whether the program runs; one that was killed may stay a zombie where nobody waits for it.
fn runs(pid: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    state.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

/// Asserts that the two programs whose ids are in the file come to their end.
#[cfg(target_os = "linux")]
async fn assert_ended(pids: &Path) {
    let pids = fs::read_to_string(pids).unwrap();
    assert_eq!(pids.lines().count(), 2);
    for _ in 0..100 {
        if !pids.lines().any(runs) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("still running: {pids}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_slow_fetch_is_killed_with_its_children() {
    let repo = Repo::new();
    repo.tag_tree(repo.tree(&[]));
    let pids = repo.home.path().join("pids");
    let script = format!("sleep 60 & echo $! > {0}; echo $$ >> {0}; echo waiting >&2; wait", pids.display());
    let limits = Limits { fetch_time: Duration::from_secs(3), ..Limits::default() };
    let sources = scripted(&repo, &script, limits);
    let start = Instant::now();
    let error = sources.fetch(&request("v1.0.0", None, None), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { seconds: 3, .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_ended(&pids).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_fetch_that_is_given_up_leaves_nothing_running() {
    let repo = Repo::new();
    repo.tag_tree(repo.tree(&[]));
    let pids = repo.home.path().join("pids");
    let script = format!("sleep 60 & echo $! > {0}; echo $$ >> {0}; wait", pids.display());
    let sources = scripted(&repo, &script, Limits::default());
    let request = request("v1.0.0", None, None);
    let both_run = async {
        while !fs::read_to_string(&pids).is_ok_and(|text| text.lines().count() == 2) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        ended = sources.fetch(&request, &everything) => panic!("{ended:?}"),
        () = both_run => {}
    }
    assert_ended(&pids).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_flood_of_words_is_cut() {
    let repo = Repo::new();
    repo.tag_tree(repo.tree(&[]));
    let script = "printf 'fatal: \\033[31mhttps://bob:s3cret@example.org/\\n' >&2; \
                  yes 'fatal: flood' | head -c 5000000 >&2; exit 1";
    let sources = scripted(&repo, script, Limits::default());
    let error = sources.fetch(&request("v1.0.0", None, None), &everything).await.unwrap_err().to_string();
    assert!(error.ends_with("\\u{1b}[31mhttps://example.org/"), "{error}");
}

/// A bundle of a few kilobytes in which a delta of 190 copies makes one blob of three gigabytes.
#[cfg(target_os = "linux")]
fn delta_bomb() -> Vec<u8> {
    let deflated = |bytes: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    // Numbers as git writes them, low bits first (gitformat-pack).
    let number = |mut rest: usize| {
        let mut bytes = Vec::new();
        while rest > 0x7f {
            bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
            rest >>= 7;
        }
        bytes.push(u8::try_from(rest).unwrap());
        bytes
    };
    let head = |kind: u8, size: usize| {
        let low = kind << 4 | u8::try_from(size & 15).unwrap() | 0x80;
        [vec![low], number(size >> 4)].concat()
    };
    let base = vec![0; 16 << 20];
    let base_id = Oid::hash_object(ObjectType::Blob, &base).unwrap();
    let copies = 190;
    let copy_of_16_mib = [0xf0, 0xff, 0xff, 0xff];
    let delta = [number(base.len()), number(copies * 0xff_ffff), copy_of_16_mib.repeat(copies)].concat();
    let mut pack = b"PACK\0\0\0\x02\0\0\0\x02".to_vec();
    pack.extend([head(3, base.len()), deflated(&base)].concat());
    pack.extend([&head(7, delta.len())[..], base_id.as_bytes(), &deflated(&delta)].concat());
    let mut sum = Command::new("sha1sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    sum.stdin.take().unwrap().write_all(&pack).unwrap();
    let sum = String::from_utf8(sum.wait_with_output().unwrap().stdout).unwrap();
    pack.extend(Oid::from_str(&sum[..40]).unwrap().as_bytes());
    [format!("# v2 git bundle\n{base_id} refs/tags/v1.0.0\n\n").as_bytes(), &pack].concat()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_delta_bomb_does_not_get_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bomb.bundle");
    let bytes = delta_bomb();
    assert!(bytes.len() < 20_000);
    fs::write(&bundle, bytes).unwrap();
    let error = refusal(&bundle, &request("v1.0.0", None, None)).await;
    assert!(over(&error, "bytes of memory"), "{error}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_fetch_after_a_killed_one_starts_afresh() {
    let repo = Repo::new();
    let commit = repo.tag_tree(repo.tree(&[]));
    let slow = repo.home.path().join("slow");
    fs::write(&slow, "").unwrap();
    // The killed git leaves the locks that the next one would stumble over.
    let script = format!(
        "if [ -e '{0}' ]; then rm '{0}'; mkdir -p refs/tags; touch shallow.lock refs/tags/v1.0.0.lock; sleep 60; fi
        exec git \"$@\"",
        slow.display()
    );
    let sources = scripted(&repo, &script, Limits { fetch_time: Duration::from_secs(5), ..Limits::default() });
    let request = request("v1.0.0", None, None);
    let error = sources.fetch(&request, &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { .. }), "{error}");
    assert_eq!(sources.fetch(&request, &everything).await.unwrap().commit, id(&commit));
}

#[tokio::test]
async fn an_object_larger_than_memory_is_refused() {
    let repo = Repo::new();
    // A commit is held in memory as a whole, by git and by whoever reads it.
    let tree = repo.tree(&[]);
    let mut text = format!("tree {tree}\nauthor A <a@example.org> 0 +0000\ncommitter A <a@example.org> 0 +0000\n\n");
    text.push_str(&"x".repeat(2 << 20));
    let commit: Oid = repo.object(ObjectType::Commit, text.as_bytes());
    repo.tag("v1.0.0", &commit.to_string());
    let limits = Limits { file_bytes: 1 << 20, ..Limits::default() };
    let error = refusal_under(&limits, &repo.path(), &request("v1.0.0", None, None)).await;
    assert!(over(&error, "bytes in the commit"), "{error}");
}
