//! Buckets of servers in trouble, and of hostile ones: every failure is typed, ends in time, and shows no key.
//! What a sound server does is in `tests/s3`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests make real servers, and a failure to make one is a failure of the test"
)]

#[path = "support/answers.rs"]
mod answers;
#[allow(dead_code, reason = "shared with the tests of stores that work")]
#[path = "support/contract.rs"]
mod contract;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use answers::{Answer, Server};
use contract::wait;
use curator::adapters::{Objects, Patience};
use curator::model::{ArtifactKey, Bucket, BucketKeys, Fault, Secret};
use curator::ports::{ArtifactStore as _, Put, StoreError};

const KEY: &str = "AKIA-canary/key+1=";

fn key() -> ArtifactKey {
    ArtifactKey::archive(&"effect".parse().unwrap(), &"1.0.0".parse().unwrap())
}

/// The bucket `archives/registry` of the server at `url`, which is waited for this long.
fn bucket(url: &str, answer: Duration) -> Objects {
    let secret = || Secret::new(KEY.to_owned());
    let keys = BucketKeys { key_id: secret(), secret_key: secret(), session_token: Some(secret()) };
    let place = Bucket::new("archives").unwrap().below("registry").unwrap().at(url).unwrap();
    let pause = Duration::from_millis(10);
    let patience = Patience { answer, tries_again: 2, pause, ..Patience::default() };
    Objects::bucket("far", place, Ok(keys), patience)
}

fn patient(server: &Server) -> Objects {
    bucket(&server.url(), Duration::from_secs(20))
}

/// The errors of each thing that can be asked.
fn errors(store: &Objects) -> [StoreError; 3] {
    [
        wait(store.list()).unwrap_err(),
        wait(store.get(&key())).unwrap_err(),
        wait(store.put(&key(), b"bytes")).unwrap_err(),
    ]
}

#[test]
fn each_refusal_says_who_must_act() {
    let cases: [(&str, &str, Fault, &str); 13] = [
        ("500 x", "InternalError", Fault::Transient, "cannot be reached"),
        ("503 x", "SlowDown", Fault::Transient, "cannot be reached"),
        ("429 x", "TooManyRequests", Fault::Transient, "cannot be reached"),
        ("400 x", "RequestTimeout", Fault::Transient, "cannot be reached"),
        ("403 x", "AccessDenied", Fault::Operator, "refuses access"),
        ("403 x", "SignatureDoesNotMatch", Fault::Operator, "refuses access"),
        ("401 x", "Unauthorized", Fault::Operator, "refuses access"),
        ("400 x", "ExpiredToken", Fault::Operator, "refuses access"),
        ("404 x", "NoSuchBucket", Fault::Operator, "is not there"),
        ("507 x", "Full", Fault::Operator, "is full"),
        ("400 x", "AuthorizationHeaderMalformed", Fault::Operator, "cannot be used"),
        ("301 x", "PermanentRedirect", Fault::Operator, "in another region or at another endpoint"),
        ("501 x", "NotImplemented", Fault::Operator, "cannot be used"),
    ];
    for (status, code, fault, message) in cases {
        let server = Server::always(Answer::error(status, code));
        let store = patient(&server);
        for error in errors(&store) {
            let text = error.to_string();
            assert_eq!(error.fault(), fault, "{text}");
            assert!(text.contains("the store 'far'") && text.contains(message), "{text}");
            assert!(text.contains(&format!("HTTP {}, {code}", &status[..3])), "{text}");
        }
        // What may pass was asked again, and nothing else was.
        let times = if fault == Fault::Transient { 3 } else { 1 };
        assert_eq!(server.asked(), 3 * times, "{status} {code}");
    }
}

#[test]
fn trouble_that_passes_is_not_seen() {
    // The second request, whatever it is, meets trouble twice.
    let server = Server::new(|number, request| match number {
        1 | 2 => Answer::error("503 x", "SlowDown"),
        _ if is_put(request) => object(""),
        0 => Answer::error("404 x", "NoSuchKey"),
        _ => object("bytes"),
    });
    assert_eq!(wait(patient(&server).put(&key(), b"bytes")), Ok(Put::Stored));
    let requests = server.requests();
    let put = &requests[1];
    assert!(put.starts_with("PUT /archives/registry/effect/effect-1.0.0.tar.gz HTTP/1.1"), "{put}");
    let put = put.to_lowercase();
    assert!(put.contains("if-none-match: *") && put.contains("content-type: application/gzip"), "{put}");
    assert!(put.contains("user-agent: curator/"), "{put}");
}

fn is_put(request: &str) -> bool {
    request.starts_with("PUT ")
}

/// An object as S3 sends it; without a text, the answer to a put.
fn object(text: &str) -> Answer {
    let head =
        "HTTP/1.1 200 OK\r\netag: \"1\"\r\nlast-modified: Fri, 20 Nov 2026 12:00:00 GMT\r\nconnection: close\r\n";
    Answer::Bytes(format!("{head}content-length: {}\r\n\r\n{text}", text.len()).into_bytes())
}

#[test]
fn a_list_is_read_to_its_last_page() {
    // One request a page, however many packages there are.
    let page = |next: &str, key: &str| {
        let (cut, next) = (!next.is_empty(), format!("<NextContinuationToken>{next}</NextContinuationToken>"));
        let next = if cut { next.as_str() } else { "" };
        let object = format!(
            "<Contents><Key>registry/{key}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified><Size>5</Size></Contents>"
        );
        Answer::text(
            "200 OK",
            &format!("<ListBucketResult><IsTruncated>{cut}</IsTruncated>{next}{object}</ListBucketResult>"),
        )
    };
    let server = Server::new(move |_, request| {
        if request.contains("continuation-token=two") {
            page("three", "effect/effect-1.0.0.tar.gz")
        } else if request.contains("continuation-token=three") {
            page("", "effect/effect-1.0.1.tar.gz")
        } else {
            page("two", "aff/aff-1.0.0.tar.gz")
        }
    });
    let listed = wait(patient(&server).list()).unwrap();
    let paths: Vec<&str> = listed.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["aff/aff-1.0.0.tar.gz", "effect/effect-1.0.0.tar.gz", "effect/effect-1.0.1.tar.gz"]);
    assert_eq!(server.asked(), 3);
}

#[test]
fn a_server_without_conditions_overwrites_nothing() {
    // It would take every put. What is there already is seen before one is sent.
    let server = Server::new(|_, request| if is_put(request) { Answer::text("200 OK", "") } else { object("others") });
    let refused = wait(patient(&server).put(&key(), b"bytes"));
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert!(server.requests().iter().all(|request| request.starts_with("GET ")));
}

#[test]
fn a_put_that_lies_is_found_out() {
    // It says that it has stored what it has not, and what it has stored is something else.
    let nothing =
        Server::new(|_, request| if is_put(request) { object("") } else { Answer::error("404 x", "NoSuchKey") });
    let refused = wait(patient(&nothing).put(&key(), b"bytes")).unwrap_err();
    assert!(refused.to_string().ends_with("the file was stored and is not there"), "{refused}");
    let other = Server::new(|number, request| match number {
        0 => Answer::error("404 x", "NoSuchKey"),
        _ if is_put(request) => object(""),
        _ => object("byteZ"),
    });
    let refused = wait(patient(&other).put(&key(), b"bytes"));
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}

#[test]
fn a_lost_answer_is_looked_for_before_anything_is_sent_again() {
    // The put is done, and its answer is lost.
    let server = Server::new(|number, request| match number {
        0 => Answer::error("404 x", "NoSuchKey"),
        _ if is_put(request) => Answer::Hang(Vec::new()),
        _ => object("bytes"),
    });
    let store = bucket(&server.url(), Duration::from_millis(400));
    assert_eq!(wait(store.put(&key(), b"bytes")), Ok(Put::Stored));
    let puts = server.requests().iter().filter(|request| is_put(request)).count();
    assert_eq!(puts, 1, "{:?}", server.requests());
}

#[test]
fn nobody_is_waited_for_without_end() {
    let head =
        "HTTP/1.1 200 OK\r\netag: \"1\"\r\nlast-modified: Fri, 20 Nov 2026 12:00:00 GMT\r\ncontent-length: 900\r\n";
    for answer in ["", "HTTP/1.1 200", head, &format!("{head}\r\nhalf of it")] {
        let server = Server::always(Answer::Hang(answer.as_bytes().to_vec()));
        let store = bucket(&server.url(), Duration::from_millis(300));
        for ask in [wait(store.list()).unwrap_err(), wait(store.get(&key())).unwrap_err()] {
            assert!(matches!(ask, StoreError::Unreachable { .. }), "{ask}");
        }
        let begun = Instant::now();
        wait(store.put(&key(), b"bytes")).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    // Nobody takes the connection off the listener's hands.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = bucket(&format!("http://{}", listener.local_addr().unwrap()), Duration::from_millis(300));
    let refused = wait(store.list()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the store 'far' cannot be reached (the list of its files): no answer within 300ms"
    );
}

#[test]
fn nobody_at_home_may_pass() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for error in errors(&bucket(&format!("http://{address}"), Duration::from_secs(20))) {
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("Connection refused"), "{error}");
    }
}

#[test]
fn a_server_that_is_gone_is_not_waited_for_with_every_file() {
    let server = Server::always(Answer::Hang(Vec::new()));
    let store = bucket(&server.url(), Duration::from_millis(600));
    let begun = Instant::now();
    for patch in 0..200 {
        let version = format!("1.0.{patch}").parse().unwrap();
        let refused = wait(store.put(&ArtifactKey::archive(&key().name, &version), b"bytes")).unwrap_err();
        assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5) && server.asked() < 5, "{:?}", begun.elapsed());
    // One that answers, if only with trouble, is asked on.
    let server = Server::always(Answer::error("503 x", "SlowDown"));
    let store = bucket(&server.url(), Duration::from_millis(600));
    for _ in 0..10 {
        wait(store.get(&key())).unwrap_err();
    }
    assert_eq!(server.asked(), 30);
}

#[test]
fn what_is_no_answer_of_s3_is_refused() {
    let page = Server::always(Answer::text("200 OK", "<!doctype html><html><body>Log in</body></html>"));
    let refused = wait(patient(&page).list()).unwrap_err();
    assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
    // Cut off, or less than was promised.
    for answer in ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<List", "HTTP/1.1 200 OK\r\ncontent-le", "", "\0\0\0"] {
        let server = Server::always(Answer::Bytes(answer.as_bytes().to_vec()));
        let refused = wait(patient(&server).list()).unwrap_err();
        let typed = matches!(refused, StoreError::Unreachable { .. } | StoreError::Unusable { .. });
        assert!(typed, "{answer:?}: {refused}");
    }
    let giant = "HTTP/1.1 200 OK\r\netag: \"1\"\r\nlast-modified: Fri, 20 Nov 2026 12:00:00 GMT\r\ncontent-length: 99999999999\r\n\r\n";
    let giant = Server::always(Answer::Hang(giant.as_bytes().to_vec()));
    let refused = wait(patient(&giant).get(&key())).unwrap_err();
    assert!(refused.to_string().contains("99999999999 bytes are more than"), "{refused}");
}

#[test]
fn a_redirect_is_not_followed() {
    // A session token goes with every request: it must not be carried to wherever an answer points.
    let elsewhere = Server::always(Answer::text("200 OK", ""));
    let to = elsewhere.url();
    let server = Server::new(move |_, _| {
        Answer::Bytes(format!("HTTP/1.1 307 x\r\nlocation: {to}/\r\ncontent-length: 0\r\n\r\n").into_bytes())
    });
    for error in errors(&patient(&server)) {
        assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[test]
fn an_answer_that_echoes_the_request_shows_no_key() {
    let echo = |status: &'static str| {
        Server::new(move |_, request| {
            let text = format!("<Error><Code>{KEY}</Code><Message>{request} {KEY}</Message></Error>");
            Answer::text(status, &text)
        })
    };
    for status in ["200 OK", "400 x", "403 x", "404 x", "500 x"] {
        let server = echo(status);
        let store = patient(&server);
        let outcomes =
            [format!("{:?}", wait(store.list())), format!("{:?}", wait(store.put(&key(), b"x"))), format!("{store:?}")];
        assert!(server.requests().iter().all(|request| request.contains(KEY)), "the server sees the key");
        assert!(outcomes.iter().all(|outcome| !outcome.contains("canary")), "{outcomes:?}");
    }
}
