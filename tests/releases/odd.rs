//! Answers that GitHub should not give, or not any more.

use curator::model::{ArtifactKey, ReleaseLayout};
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::answers::{Answer, Server};
use crate::{archive, github, store, wait};

const TOKEN: &str = "ghs_CANARY0123456789";

/// The first line of a request: method and target.
fn line(request: &str) -> String {
    request.lines().next().unwrap().rsplit_once(' ').unwrap().0.to_owned()
}

/// An asset as JSON.
fn asset(name: &str, size: usize, digest: &str) -> String {
    format!("{{\"id\": 9, \"name\": \"{name}\", \"state\": \"uploaded\", \"size\": {size}, \"digest\": {digest}}}")
}

/// A release as JSON.
fn release(tag: &str, assets: &str) -> String {
    format!("{{\"id\": 5, \"tag_name\": \"{tag}\", \"draft\": false, \"assets\": [{assets}]}}")
}

/// What a store does at a server that answers every line of a request like this.
fn put(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> (Result<Put, StoreError>, Vec<String>) {
    let server = Server::new(move |_, request| answer(&line(request)));
    let store = store(&github(&server.url(), &server.url(), TOKEN), ReleaseLayout::PerPackage);
    let put = wait(store.put(&archive("6.0.0"), b"bytes"));
    (put, server.requests().iter().map(|request| line(request)).collect())
}

const TAGGED: &str = "GET /repos/acme/registry/releases/tags/pkg%2Fmaybe%2F1";
const UPLOAD: &str = "POST /repos/acme/registry/releases/5/assets?name=maybe-6.0.0.tar.gz";
const DELETE: &str = "DELETE /repos/acme/registry/releases/assets/9";

#[test]
fn a_file_that_github_renames_is_refused_and_deleted() {
    let (put, asked) = put(|line| match line {
        TAGGED => Answer::text("200 OK", &release("pkg/maybe/1", "")),
        UPLOAD => Answer::text("201 Created", &asset("maybe.6.0.0.tar.gz", 5, "null")),
        _ => Answer::text("204 No Content", ""),
    });
    let error = put.unwrap_err();
    assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
    assert!(error.to_string().contains("under the name 'maybe.6.0.0.tar.gz'"), "{error}");
    assert_eq!(asked, [TAGGED, UPLOAD, DELETE]);
}

#[test]
fn a_file_without_a_digest_is_read_back() {
    let (put, asked) = put(|line| match line {
        TAGGED => Answer::text("200 OK", &release("pkg/maybe/1", "")),
        UPLOAD => Answer::text("201 Created", &asset("maybe-6.0.0.tar.gz", 5, "null")),
        _ => Answer::text("200 OK", "bytes"),
    });
    assert_eq!(put, Ok(Put::Stored));
    assert_eq!(asked, [TAGGED, UPLOAD, "GET /repos/acme/registry/releases/assets/9"]);
}

#[test]
fn what_arrived_otherwise_than_it_was_sent_is_deleted_and_sent_again() {
    let (put, asked) = put(|line| match line {
        TAGGED | "GET /repos/acme/registry/releases/5" => Answer::text("200 OK", &release("pkg/maybe/1", "")),
        UPLOAD => Answer::text("201 Created", &asset("maybe-6.0.0.tar.gz", 5, "null")),
        DELETE => Answer::text("204 No Content", ""),
        _ => Answer::text("200 OK", "bytez"),
    });
    let error = put.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("what arrived is not what was sent"), "{error}");
    let count = |it: &str| asked.iter().filter(|line| *line == it).count();
    assert_eq!((count(UPLOAD), count(DELETE)), (4, 4), "{asked:#?}");
}

#[test]
fn a_release_with_another_tag_than_was_asked_for_is_none() {
    let (put, asked) = put(|line| match line {
        TAGGED => Answer::text("200 OK", &release("PKG/maybe/1", "")),
        _ => Answer::text("201 Created", &release("pkg/maybe/7", "")),
    });
    let error = put.unwrap_err();
    assert!(error.to_string().contains("GitHub made the release 'pkg/maybe/7' where 'pkg/maybe/1'"), "{error}");
    assert_eq!(asked, [TAGGED, "POST /repos/acme/registry/releases"]);
}

#[test]
fn a_repository_that_is_elsewhere_or_hidden_is_absent() {
    let missing = "{\"message\": \"Not Found\"}";
    for (status, text) in
        [("301 Moved Permanently", "was renamed or moved"), ("404 Not Found", "is not there, or private")]
    {
        let server = Server::always(Answer::text(status, missing));
        let store = store(&github(&server.url(), &server.url(), TOKEN), ReleaseLayout::PerPackage);
        let errors = [
            wait(store.get(&archive("6.0.0"))).unwrap_err(),
            wait(store.list()).unwrap_err(),
            wait(store.put(&archive("6.0.0"), b"bytes")).unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, StoreError::Absent { .. }) && error.to_string().contains(text), "{error}");
        }
    }
}

#[test]
fn a_refusal_never_quotes_the_token() {
    for (status, denied) in [("401 Unauthorized", true), ("403 Forbidden", true), ("418 I'm a teapot", false)] {
        let server =
            Server::always(Answer::text(status, &format!("{{\"message\": \"no\\u001b[2J\\nentry {status}\"}}")));
        let store = store(&github(&server.url(), &server.url(), TOKEN), ReleaseLayout::PerVersion);
        let key: ArtifactKey = archive("6.0.0");
        for error in [wait(store.list()).unwrap_err(), wait(store.put(&key, b"bytes")).unwrap_err()] {
            assert_eq!(matches!(error, StoreError::Denied { .. }), denied, "{error}");
            let text = format!("{error} {error:?}");
            assert!(!text.contains("CANARY") && !error.to_string().contains(['\u{1b}', '\n']), "{text}");
        }
    }
}

#[test]
fn a_redirect_in_the_clear_is_not_followed() {
    let server = Server::new(|_, request| {
        match line(request).as_str() {
        TAGGED => {
            let asset = asset("maybe-6.0.0.tar.gz", 5, "null");
            Answer::text("200 OK", &release("pkg/maybe/1", &asset))
        }
        _ => Answer::Bytes(
            b"HTTP/1.1 302 Found\r\nlocation: http://storage.example.org/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_vec(),
        ),
    }
    });
    let store = store(&github(&server.url(), &server.url(), TOKEN), ReleaseLayout::PerPackage);
    let error = wait(store.get(&archive("6.0.0"))).unwrap_err();
    assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
}
