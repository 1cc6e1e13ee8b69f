//! Several processes at once: with one cache, and in one project.

use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::https::GitServer;
use crate::scene::{Market, Project};
use crate::shelf::Shelf;
use crate::sources::{bare, served};
use crate::trees::{Node, Tree, assert_same};

/// Runs them all at once; each must end well.
fn at_once(commands: Vec<Command>) {
    let scratch = TempDir::new().unwrap();
    let start = |mut command: Command| {
        let command = command.env("TMPDIR", scratch.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = commands.into_iter().map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}

const NEEDS: [(&str, &str); 3] = [("fancy", "*"), ("plain", "*"), ("tool-kit", "*")];

/// What a lone process installs.
fn alone(market: &Market) -> (String, Tree) {
    let project = market.asking("alone", &NEEDS);
    let cache = TempDir::new().unwrap();
    let mut command = project.keeping_in(cache.path(), &["install"]);
    command.arg("--index").arg(market.index()).arg("--store").arg(market.store());
    crate::program::finish(command).ends(0);
    (project.lock(), project.installed())
}

fn assert_whole(project: &Project<'_>, (lock, installed): &(String, Tree)) {
    let found = project.lock();
    let without_commit: String =
        found.lines().filter(|line| !line.starts_with("index")).flat_map(|it| [it, "\n"]).collect();
    assert_eq!(&without_commit, lock);
    assert_same(installed, &project.installed());
    project.assert_no_drafts();
}

#[test]
fn eight_processes_share_a_cache_from_each_kind_of_index() {
    let market = Market::new();
    let whole = alone(&market);
    let server = GitServer::start();
    let git = served(&server, &bare(&market));
    let web = Shelf::new();
    for (path, node) in Tree::read(&market.index()).0 {
        if let Node::File(bytes) = node {
            web.put(&format!("/{}", path.display()), bytes);
        }
    }
    for (kind, index) in [("folder", market.index().display().to_string()), ("git", git), ("web", web.url())] {
        let names: Vec<String> = (0..8).map(|at| format!("{kind}-{at}")).collect();
        let projects: Vec<Project<'_>> = names.iter().map(|name| market.asking(name, &NEEDS)).collect();
        let _ = std::fs::remove_dir_all(market.cache());
        let command = |project: &Project<'_>| {
            let mut command = project.bare(&["install", "--index", &index]);
            command.arg("--store").arg(market.store()).envs(server.trust());
            command
        };
        at_once(projects.iter().map(command).collect());
        for project in &projects {
            assert_whole(project, &whole);
        }
        assert_eq!(market.kept().len(), 5, "{kind}");
    }
}

#[test]
fn four_processes_work_in_one_project() {
    let market = Market::new();
    let whole = alone(&market);
    for round in 0..3 {
        let project = market.asking(&format!("shared-{round}"), &NEEDS);
        at_once((0..4).map(|_| project.command(&["install"])).collect());
        assert_whole(&project, &whole);
        project.run(&["install"]).ends(0).prints(&["Nothing to do: 5 packages"]);
    }
}
