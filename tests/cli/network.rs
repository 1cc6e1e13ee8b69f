//! The real program and a git server over https: what an operator opens, and what stays shut.

use std::process::Command;

use crate::https::{Answer, GitServer};
use crate::program::{Ran, curator, finish};
use crate::registry::{Package, Registry, definition};
use crate::sample::PUBLISHED;

/// A registry whose one package lies on a server, with one version.
struct Scene {
    registry: Registry,
    package: Package,
    server: GitServer,
    commit: String,
}

impl Scene {
    fn new() -> Self {
        let mut registry = Registry::new();
        registry.configure("[fetch]\npass_env = [\"GIT_SSL_CAINFO\", \"GIT_SSL_CAPATH\"]\n");
        let package = registry.package("tally");
        let commit = package.tag("1.0.0", &[("src/Tally.purs", "module Tally where\n"), ("LICENSE", "MIT License\n")]);
        registry.define(&definition("tally", "1.0.0", &commit, &[]));
        let server = GitServer::start();
        server.serve("/acme/tally.git", &package.repo.path());
        Self { registry, package, server, commit }
    }

    /// The program, which is told of the server and of nothing else.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = curator(self.registry.home());
        command.envs(self.server.trust()).env("SOURCE_DATE_EPOCH", "1790000000");
        command.args(args).args(["--from-mirror", &self.server.template("localhost")]);
        command
    }

    /// Runs it with this machine's addresses open.
    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.args(["--allow-address", "127.0.0.0/8", "--allow-address", "::1"]);
        finish(command)
    }
}

#[test]
fn a_version_is_published_from_a_server_and_rebuilt_from_a_folder() {
    let scene = Scene::new();
    scene.run(&["check"]).ends(0);
    let mut command = scene.command(&["sync", "--published-time", PUBLISHED]);
    command.env("CURATOR_ALLOW_ADDRESSES", "127.0.0.0/8, ::1");
    finish(command).ends(0);
    assert_eq!(scene.registry.facts("tally", "1.0.0")["commit"], scene.commit.as_str());
    let mirror = scene.registry.home().join("mirror/acme+tally/repo");
    scene.package.repo.git(["clone", "--quiet", "--mirror", ".", mirror.to_str().unwrap()]);
    scene.registry.run(&["rebuild", "--all", "--from-mirror", "mirror"]).ends(0).prints(&["tally@1.0.0"]);
}

#[test]
fn a_commit_of_a_pull_request_is_a_finding() {
    let scene = Scene::new();
    let pull = scene.package.repo.commit_files(&[("README", "evil")], &[&scene.commit]);
    scene.package.repo.git(["update-ref", "refs/pull/1/head", &pull]);
    scene.registry.define(&definition("tally", "1.0.0", &pull, &[]));
    let said = scene.run(&["check"]).ends(1).prints(&["R041", "on no branch and no tag of"]);
    said.prints(&["packages/ta/tally/1.0.0.json"]);
    // The neighbour: a commit that a branch leads to, and the tag does not.
    scene.package.repo.git(["update-ref", "refs/heads/main", &pull]);
    scene.run(&["check"]).ends(1).prints(&["R020"]).prints_no(&["R041"]);
}

#[test]
fn what_is_not_opened_stays_shut() {
    let scene = Scene::new();
    finish(scene.command(&["check"])).ends(1).prints(&["R021", "--allow-address"]);
    assert_eq!(scene.server.asked(), [""; 0]);
    let mut command = scene.command(&["check"]);
    command.env("CURATOR_ALLOW_ADDRESSES", "127.0.0.0/33");
    finish(command).ends(3).complains(&["CURATOR_ALLOW_ADDRESSES", "127.0.0.0/33"]);
    let ran = scene.registry.run(&["check", "--from-mirror", "http://localhost/{owner}/{repo}.git"]);
    ran.ends(3).complains(&["only https:// is fetched"]);
    scene.registry.run(&["check", "--from-mirror", "no-such-folder"]).ends(3).complains(&["no-such-folder"]);
}

#[test]
fn a_host_in_trouble_means_to_try_again() {
    let scene = Scene::new();
    scene.server.answer(Answer::Status(503));
    scene.run(&["sync"]).ends(2);
    scene.server.answer(Answer::Serve);
    scene.run(&["sync"]).ends(0);
}

#[test]
fn a_credential_comes_from_the_environment_and_is_never_shown() {
    let scene = Scene::new();
    scene.server.want_authorization("Basic Ym9iOmNhbmFyeQ==");
    let more = "[fetch]\npass_env = [\"GIT_SSL_CAINFO\", \"GIT_SSL_CAPATH\"]\ncredentials = { localhost = \"CURATOR_CREDENTIAL_ACME\" }\n";
    scene.registry.configure(more);
    scene.run(&["check"]).ends(3).complains(&["CURATOR_CREDENTIAL_ACME", "localhost"]);
    for (secret, code) in [("bob:canary", 0), ("bob:wrong-canary", 1)] {
        let mut command = scene.command(&["check", "--allow-address", "127.0.0.0/8", "--allow-address", "::1"]);
        command.env("CURATOR_CREDENTIAL_ACME", secret).env("CURATOR_LOG", "trace");
        let ran = finish(command).ends(code);
        for hidden in ["canary", "Ym9iOmNhbmFyeQ", "Ym9iOndyb25nLWNhbmFyeQ"] {
            assert!(!ran.out.contains(hidden) && !ran.err.contains(hidden), "{ran:?}");
        }
    }
}
