//! Installing what is locked, with and without an index, and without a network.

use std::fs;

use crate::https::GitServer;
use crate::program::finish;
use crate::scene::{Market, toml};
use crate::sources::{bare, served};
use crate::trees::assert_same;

#[test]
fn a_stale_lock_file_is_refused_with_its_reason() {
    let market = Market::new();
    let project = market.asking("stale", &[("middle", ">=1.0.0 <2.0.0")]);
    let ran = project.run(&["install", "--locked"]).ends(1);
    ran.complains(&[
        "curator.lock is not what curator.project.toml asks for: there is no lock file",
        "without --locked",
    ]);
    project.run(&["install"]).ends(0);
    project.run(&["install", "--locked"]).ends(0);
    for (needs, said) in [
        (vec![("middle", ">=2.0.0 <3.0.0")], "middle"),
        (vec![("middle", ">=1.0.0 <2.0.0"), ("plain", "*")], "plain"),
        (vec![("base", "*")], "middle"),
    ] {
        project.write("curator.project.toml", toml(&needs));
        let before = project.everything();
        let ran = project.run(&["install", "--locked"]).ends(1);
        ran.complains(&["curator.lock is not what curator.project.toml asks for: ", said]);
        assert_same(&before, &project.everything());
    }
    // A lock file of somebody else names another archive.
    project.write("curator.project.toml", toml(&[("middle", ">=1.0.0 <2.0.0")]));
    let lock = project.lock();
    let (start, _) = lock.split_once("middle = ").unwrap();
    let hash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    project.write("curator.lock", format!("{start}middle = {{ version = \"1.1.0\", hash = \"{hash}\" }}\n"));
    for args in [&["install"][..], &["install", "--locked"]] {
        project
            .run(args)
            .ends(3)
            .complains(&["the archive of middle@1.1.0 is sha256-LPJN", "one of the two was tampered with"]);
    }
    let conflict = project.run(&["install", "--locked", "--minimal-versions"]).ends(3);
    conflict.complains(&["--locked", "--minimal-versions"]);
}

#[test]
fn what_is_locked_and_kept_is_installed_without_any_index() {
    let market = Market::new();
    let project = market.asking("alone", &[("tool-kit", "*")]);
    project.run(&["install"]).ends(0);
    let whole = project.installed();
    fs::rename(market.index(), market.home().join("hidden")).unwrap();
    let store = market.home().join("elsewhere");
    fs::rename(market.store(), &store).unwrap();
    let unreachable = ["https://localhost:1/index.git", "https://localhost:1/", "http://127.0.0.1:1/", "nowhere"];
    for index in unreachable {
        fs::remove_dir_all(project.file(".curator")).unwrap();
        let ran = finish(project.bare(&["install", "--locked", "--offline", "--index", index])).ends(0);
        ran.prints(&["installed base 1.1.0", "No index was at hand", "Installed 3, 0 bytes from elsewhere"]);
        assert_same(&whole, &project.installed());
        let code = finish(project.bare(&["install", "--offline", "--index", index])).code;
        assert!(code == 2 || code == 3, "{index}");
    }
    // The index is a folder that is not there any more.
    fs::remove_dir_all(project.file(".curator")).unwrap();
    let json = project.run(&["install", "--locked", "--offline", "--format", "json"]).ends(0).json();
    assert_eq!(json["indexSeen"], false);
    // Without the cache, a folder with archives will do: the lock file has their digests.
    fs::remove_dir_all(project.file(".curator")).unwrap();
    fs::remove_dir_all(market.cache()).unwrap();
    let ran = project.run(&["install", "--locked", "--offline"]).ends(3);
    ran.complains(&["cannot be had"]);
    assert_eq!(project.names(), [""; 0]);
    let mut command = project.command(&["install", "--locked", "--offline"]);
    command.arg("--store").arg(&store);
    finish(command).ends(0);
    assert_same(&whole, &project.installed());
}

#[test]
fn what_was_fetched_of_an_index_serves_without_a_network() {
    let market = Market::new();
    let server = GitServer::start();
    let url = served(&server, &bare(&market));
    let project = market.asking("fetched", &[("middle", "*")]);
    let run = |args: &[&str]| {
        let mut command = project.bare(args);
        command.args(["--index", &url]).arg("--store").arg(market.store()).envs(server.trust());
        finish(command)
    };
    run(&["install", "--offline"]).ends(3).complains(&[
        "a commit of https://localhost",
        "is not kept here",
        "run this once without --offline",
    ]);
    run(&["install"]).ends(0);
    let asked = server.asked().len();
    assert!(asked > 0);
    for args in [
        &["install", "--offline"][..],
        &["add", "plain", "--offline"],
        &["tree", "--offline"],
        &["search", "plain", "--offline"],
    ] {
        run(args).ends(0);
    }
    assert_eq!(server.asked().len(), asked);
    drop(server);
}
