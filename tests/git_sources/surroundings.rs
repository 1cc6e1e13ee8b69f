//! What stands around a fetch: hostile configuration and hooks, pointers to other repositories, the environment.

use std::fs;
use std::path::Path;

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings, ReplaceError, resolve_replacement};
use curator::model::Limits;
use curator::ports::{FetchError, SourceFetcher};

use crate::repos::{Repo, git_command};
use crate::{URL, everything, fetch, id, path, refusal, request};

#[cfg(unix)]
pub(crate) fn write_script(at: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
}

fn simple() -> (Repo, String) {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a\n")], &[]);
    repo.tag("v1.0.0", &commit);
    (repo, commit)
}

#[cfg(unix)]
#[tokio::test]
async fn programs_that_the_source_names_do_not_run() {
    let (repo, commit) = simple();
    let canary = repo.home.path().join("canary");
    let evil = repo.home.path().join("evil");
    write_script(&evil, &format!("touch '{}'; exit 1", canary.display()));
    let evil = evil.to_str().unwrap();
    let hooks = repo.path().join("hooks");
    for hook in ["reference-transaction", "pre-receive", "update", "post-update", "pre-auto-gc", "fsmonitor"] {
        write_script(&hooks.join(hook), &format!("touch '{}'", canary.display()));
    }
    let blob = repo.blob("a\n").to_string();
    for (key, value) in [
        ("uploadpack.packObjectsHook", evil),
        ("core.fsmonitor", evil),
        ("core.alternateRefsCommand", evil),
        ("core.sshCommand", evil),
        ("core.gitProxy", evil),
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "evil"),
        ("remote.evil.promisor", "true"),
        ("remote.evil.url", repo.path().to_str().unwrap()),
        ("remote.evil.uploadpack", evil),
        ("protocol.allow", "always"),
    ] {
        repo.git(["config", key, value]);
    }
    // The blob is promised: a git that believes the configuration runs a program to get it.
    let loose = repo.path().join("objects").join(&blob[..2]).join(&blob[2..]);
    let sound = fs::read(&loose).unwrap();
    fs::remove_file(&loose).unwrap();
    git_command(&repo.path()).args(["cat-file", "-p", &blob]).output().unwrap();
    assert!(canary.exists(), "git itself falls for it");
    fs::remove_file(&canary).unwrap();

    let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
    assert!(matches!(error, FetchError::Unsound { .. }), "{error}");
    assert!(!canary.exists());
    fs::write(&loose, sound).unwrap();
    assert_eq!(fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap().commit, id(&commit));
    assert!(!canary.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn configuration_and_secrets_of_the_caller_stay_out() {
    let (repo, commit) = simple();
    let home = repo.home.path().join("home");
    let canary = repo.home.path().join("canary");
    write_script(&home.join("hooks/reference-transaction"), &format!("touch '{}'", canary.display()));
    let config = format!("[core]\n\thooksPath = {}\n", home.join("hooks").display());
    fs::write(home.join(".gitconfig"), config).unwrap();
    let copy = repo.home.path().join("copy");
    let plain = git_command(repo.home.path())
        .env_remove("GIT_CONFIG_GLOBAL")
        .env("HOME", &home)
        .args(["clone", "--quiet", "--bare"])
        .args([repo.path(), copy])
        .status();
    assert!(plain.unwrap().success());
    assert!(canary.exists(), "git itself falls for it");
    fs::remove_file(&canary).unwrap();

    let seen = repo.home.path().join("seen");
    let program = repo.home.path().join("git");
    write_script(&program, &format!("env > '{}'; exec git \"$@\"", seen.display()));
    let sources = GitSources::new(GitSettings {
        replace: [(URL.to_owned(), repo.path())].into(),
        pass_env: vec![
            ("https_proxy".into(), "http://proxy.example.org".into()),
            ("HOME".into(), home.clone().into()),
            ("GIT_CONFIG_GLOBAL".into(), home.join(".gitconfig").into()),
            ("LC_ALL".into(), "de_DE.UTF-8".into()),
        ],
        limits: Limits::default(),
        git: program,
        network: NetworkSettings::default(),
    });
    let source = sources.fetch(&request("v1.0.0", None, None), &everything).await.unwrap();
    assert_eq!(source.commit, id(&commit));
    assert!(!canary.exists());

    let seen = fs::read_to_string(seen).unwrap();
    // A shell adds PWD, SHLVL, OLDPWD and _ of its own.
    let mut names: Vec<_> = seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    names.retain(|name| !matches!(*name, "PWD" | "OLDPWD" | "SHLVL" | "_"));
    names.sort_unstable();
    let expected = [
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_NO_LAZY_FETCH",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_TERMINAL_PROMPT",
        "HOME",
        "LC_ALL",
        "PATH",
        "https_proxy",
    ];
    assert_eq!(names, expected, "{seen}");
    assert!(!seen.contains(home.to_str().unwrap()) && seen.contains("LC_ALL=C\n"), "{seen}");
}

#[cfg(unix)]
#[tokio::test]
async fn pointers_to_other_repositories_are_refused() {
    use std::os::unix::fs::symlink;
    let (secret, commit) = simple();
    let registry = tempfile::tempdir().unwrap();
    let bare = |name: &str| {
        let at = registry.path().join(name);
        fs::create_dir_all(at.join("objects/info")).unwrap();
        fs::create_dir_all(at.join("refs/tags")).unwrap();
        fs::write(at.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(at.join("refs/tags/v1.0.0"), format!("{commit}\n")).unwrap();
        at
    };
    let alternate = bare("alternate");
    fs::write(alternate.join("objects/info/alternates"), secret.path().join("objects").to_str().unwrap()).unwrap();
    let objects = bare("objects");
    fs::remove_dir_all(objects.join("objects")).unwrap();
    symlink(secret.path().join("objects"), objects.join("objects")).unwrap();
    let fan = bare("fan");
    symlink(secret.path().join("objects").join(&commit[..2]), fan.join("objects").join(&commit[..2])).unwrap();
    let tag = bare("tag");
    fs::remove_dir_all(tag.join("refs/tags")).unwrap();
    symlink(secret.path().join("refs/tags"), tag.join("refs/tags")).unwrap();
    let common = bare("common");
    fs::write(common.join("commondir"), secret.path().to_str().unwrap()).unwrap();
    let reftable = bare("reftable");
    fs::create_dir(reftable.join("reftable")).unwrap();
    let gitfile = registry.path().join("gitfile");
    fs::create_dir(&gitfile).unwrap();
    fs::write(gitfile.join(".git"), format!("gitdir: {}\n", secret.path().display())).unwrap();
    let gitlink = registry.path().join("gitlink");
    fs::create_dir(&gitlink).unwrap();
    symlink(secret.path(), gitlink.join(".git")).unwrap();
    for from in [alternate, objects, fan, tag, common, reftable, gitfile, gitlink] {
        let error = refusal(&from, &request("v1.0.0", None, None)).await;
        assert!(matches!(error, FetchError::Refused { .. }), "{}: {error}", from.display());
        assert!(!error.to_string().contains(secret.path().to_str().unwrap()), "{error}");
    }
    for file in ["packed-refs", "shallow"] {
        let from = bare(file);
        fs::remove_file(from.join("refs/tags/v1.0.0")).unwrap();
        symlink("/proc/self/environ", from.join(file)).unwrap();
        let error = refusal(&from, &request("v1.0.0", None, None)).await;
        assert!(matches!(error, FetchError::Refused { .. }), "{file}: {error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn strange_names_of_directories_are_no_syntax() {
    for name in ["a\nb", "\"a", "#a", "a\\b", "a:b", "a%20b", "a'b; touch canary", "é\u{1b}"] {
        let (repo, commit) = simple();
        for from in [repo.path(), repo.bundle()] {
            let strange = repo.home.path().join(name);
            fs::rename(&from, &strange).unwrap();
            let source = fetch(&strange, &request("v1.0.0", None, None)).await;
            assert_eq!(source.unwrap_or_else(|error| panic!("{name:?}: {error}")).commit, id(&commit));
            fs::rename(&strange, &from).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_replacement_stays_in_the_registry_directory() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.bundle"), "").unwrap();
    let registry = tempfile::tempdir().unwrap();
    let root = registry.path().canonicalize().unwrap();
    fs::create_dir(root.join("sources")).unwrap();
    fs::write(root.join("sources/a.bundle"), "").unwrap();
    symlink("a.bundle", root.join("sources/same.bundle")).unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let resolve = |value: &str| resolve_replacement(&root, &path(value));
    assert_eq!(resolve("sources/a.bundle").unwrap(), root.join("sources/a.bundle"));
    assert_eq!(resolve("sources/same.bundle").unwrap(), root.join("sources/a.bundle"));
    for value in ["out", "out/x.bundle"] {
        assert!(matches!(resolve(value), Err(ReplaceError::Outside { .. })), "{value}");
    }
    for value in ["dangling", "sources/b.bundle", "sources/a.bundle/x"] {
        assert!(matches!(resolve(value), Err(ReplaceError::Missing { .. })), "{value}");
    }
}
