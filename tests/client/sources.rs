//! An index wherever it lies: a folder, a repository, a git remote, files on a web server.

use std::path::{Path, PathBuf};

use crate::https::GitServer;
use crate::program::finish;
use crate::repos::git_command;
use crate::scene::Market;
use crate::shelf::Shelf;
use crate::trees::{Node, Tree, assert_same};

/// The index of the market as a bare repository beside it.
pub(crate) fn bare(market: &Market) -> PathBuf {
    let git = |folder: &Path, args: &[&str]| assert!(git_command(folder).args(args).status().unwrap().success());
    let (work, bare) = (market.home().join("work"), market.home().join("index.git"));
    Tree::read(&market.index()).write(&work);
    git(&work, &["init", "--quiet", "--initial-branch=main"]);
    git(&work, &["add", "--all"]);
    git(&work, &["commit", "--quiet", "-m", "index"]);
    git(market.home(), &["clone", "--quiet", "--bare", "work", "index.git"]);
    bare
}

/// Serves it; gives its URL.
pub(crate) fn served(server: &GitServer, repository: &Path) -> String {
    server.serve("/index.git", repository);
    server.url("/index.git")
}

/// Puts every file of a folder on a web server, below `top`.
fn shelve(shelf: &Shelf, folder: &Path, top: &str) {
    for (path, node) in Tree::read(folder).0 {
        if let Node::File(bytes) = node {
            shelf.put(&format!("{top}/{}", path.display()), bytes);
        }
    }
}

#[test]
fn the_same_index_gives_the_same_lock_file_wherever_it_lies() {
    let market = Market::marked();
    let bare = bare(&market);
    let server = GitServer::start();
    let url = served(&server, &bare);
    let (plain, mirror) = (Shelf::new(), Shelf::new());
    shelve(&plain, &market.index(), "");
    shelve(&mirror, &market.index(), "/index");
    shelve(&mirror, &market.store(), "/store");
    mirror.list();
    let commit = git_command(&bare).args(["rev-parse", "main"]).output().unwrap().stdout;
    let commit = String::from_utf8(commit).unwrap().trim().to_owned();
    let about = format!("{{\"format\": 1, \"registry\": \"acme\", \"source\": \"here\", \"commit\": \"{commit}\"}}\n");
    mirror.put("/mirror.json", about);
    let mut found = Vec::new();
    for (name, index) in [
        ("folder", market.index().display().to_string()),
        ("web", plain.url()),
        ("bare", bare.display().to_string()),
        ("git", url),
        ("mirror", mirror.url()),
    ] {
        let project = market.asking(name, &[("fancy", "*"), ("plain", "*"), ("tool-kit", "*")]);
        let cache = market.home().join("caches").join(name);
        let mut command = project.keeping_in(&cache, &["install", "--index", &index]);
        command.arg("--store").arg(market.store()).envs(server.trust());
        finish(command).ends(0);
        found.push((name, project.lock(), project.installed()));
    }
    let commit = format!("index = \"{commit}\"\n");
    let (_, lock, installed) = &found[0];
    for (name, other, unpacked) in &found {
        // Git and a mirror know the commit, and say so.
        let knows = !["folder", "web"].contains(name);
        assert_eq!(other.contains(&commit), knows, "{name}");
        assert_eq!(&other.replace(&commit, ""), lock, "{name}");
        assert_same(installed, unpacked);
    }
    // A mirror has archives, too.
    let project = market.asking("from-mirror", &[("tool-kit", "*")]);
    let mut command = project.bare(&["install", "--index", &mirror.url(), "--format", "json"]);
    command.envs(server.trust());
    let json = finish(command).ends(0).json();
    assert!(json["bytesTransferred"].as_u64().unwrap() > 0);
}

#[test]
fn a_place_that_is_no_index_is_told_with_the_way_out() {
    let market = Market::new();
    let project = market.asking("lost", &[("plain", "*")]);
    std::fs::create_dir_all(market.home().join("empty")).unwrap();
    let shelf = Shelf::new();
    let out = "an index is a git repository, a folder, a URL that git fetches from, or a URL that ends in /";
    for (place, said) in [
        ("../../empty".to_owned(), "../../empty is no index: it has no config.json"),
        ("../../nowhere".to_owned(), "../../nowhere is no index"),
        (market.store().display().to_string(), "is no index: it has no config.json"),
        (market.index().join("config.json").display().to_string(), "is no index"),
        (shelf.url(), "is no index"),
    ] {
        let ran = finish(project.bare(&["install", "--index", &place])).ends(3);
        ran.complains(&[said, out]);
    }
    // A repository without the branch.
    git_command(market.home()).args(["init", "--quiet", "--bare", "bare.git"]).status().unwrap();
    finish(project.bare(&["install", "--index", "../../bare.git"])).ends(3).complains(&["is no index", out]);
    let ran = finish(project.bare(&["install"])).ends(3);
    ran.complains(&["nothing tells which registry's packages are to be used", "--index, in CURATOR_INDEX"]);
    // A damaged file of an index is neither absent nor empty.
    std::fs::write(market.index().join("pl/ai/plain"), "{\"name\": \"plain\"").unwrap();
    project.run(&["install"]).ends(3).complains(&["the index file pl/ai/plain cannot be read"]);
    std::fs::write(market.index().join("config.json"), "{}").unwrap();
    project.run(&["install"]).ends(3).complains(&["the index file config.json cannot be read"]);
}

#[test]
fn a_project_names_its_index_and_reaches_nothing_on_this_machine_by_it() {
    let market = Market::new();
    let needs = "[dependencies]\nplain = \"*\"\n";
    let own = "index = \"../../index\"\nstores = [\"../../.curator/store\"]\n";
    let project = market.project("naming", "curator.project.toml", &format!("{own}\n{needs}"));
    finish(project.bare(&["install"])).ends(0);
    assert_eq!(project.names(), ["plain"]);
    // The command line counts more.
    finish(project.bare(&["install", "--index", "../../nowhere"])).ends(3);
    let shelf = Shelf::with_tls();
    let trust = [("SSL_CERT_FILE", shelf.certificate())];
    for (line, said) in [
        (format!("index = \"{}\"\n", shelf.url()), "which is not of the public internet"),
        ("index = \"http://127.0.0.1/\"\n".to_owned(), "a project names https:// URLs and folders"),
        ("index = \"ssh://host/x\"\n".to_owned(), "a project names https:// URLs and folders"),
        ("index = \"git@host:x\"\n".to_owned(), "a project names https:// URLs and folders"),
        (
            "index = \"../../index\"\nstores = [\"s3://bucket\"]\n".to_owned(),
            "a project names https:// URLs and folders",
        ),
        (
            format!("index = \"../../index\"\nstores = [\"{}{{name}}/{{version}}.tar.gz\"]\n", shelf.url()),
            "which is not of the public internet",
        ),
    ] {
        project.write("curator.project.toml", format!("{line}\n{needs}"));
        let _ = std::fs::remove_dir_all(project.file(".curator"));
        let _ = std::fs::remove_dir_all(market.cache());
        let mut command = project.bare(&["install"]);
        command.envs(trust.clone());
        finish(command).ends(3).complains(&[said]);
    }
    assert_eq!(shelf.asked(), []);
}
