//! Stores that cannot be trusted, or cannot be reached.

use std::net::TcpListener;

use crate::https::{Answer, GitServer};
use crate::program::{Ran, curator, finish};
use crate::sample::Sample;

/// Asks for the plan of the sample with its store in a bucket at `endpoint`.
fn plan(endpoint: &str, variables: &[(&str, &str)]) -> Ran {
    let sample = Sample::cloned();
    let mut command = curator(sample.home());
    command.args(["plan", "--full", "--store", "s3://archives/registry"]).env("AWS_ENDPOINT_URL", endpoint);
    command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", "of-no-worth");
    command.envs(variables.iter().copied());
    finish(command)
}

#[test]
fn a_server_is_known_by_its_certificate() {
    let server = GitServer::start();
    server.answer(Answer::Status(403));
    let url = server.template("localhost");
    let endpoint = url.split_once("/{").unwrap().0;
    let ran = plan(endpoint, &[]).ends(3);
    ran.complains(&["the store 's3://archives/registry' cannot be used", "certificate"]);
    assert!(server.asked().is_empty(), "{:?}", server.asked());
    // The operator's own authority, named as to any other program.
    let trust = server.trust();
    let trust = trust.each_ref().map(|(name, path)| (*name, path.to_str().unwrap()));
    let ran = plan(endpoint, &trust).ends(3);
    ran.complains(&[
        "the store 's3://archives/registry' refuses access",
        "HTTP 403",
        "help: set the keys of the bucket",
    ]);
    assert_eq!(server.asked(), ["GET /archives?list-type=2&prefix=registry%2F"]);
}

#[test]
fn a_server_that_is_not_there_is_tried_again_later() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = plan(&format!("http://{address}"), &[]).ends(2);
    ran.complains(&[
        "the store 's3://archives/registry' cannot be reached",
        "Connection refused",
        "help: run this again",
    ]);
}
