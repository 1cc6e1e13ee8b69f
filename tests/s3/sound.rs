//! What a bucket of a sound server does.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use curator::adapters::Objects;
use curator::model::{ArtifactKey, Bucket};
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::contract::{check, key, wait};
use crate::{Server, patience};

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_bucket_is_write_once() {
    let Some(server) = Server::there() else { return };
    let prefix = Server::prefix();
    check(&server.below(&prefix));
    // Another value reads the same, and a longer prefix is another store.
    let again = server.below(&prefix);
    assert_eq!(wait(again.put(&key("effect", "1.0.1"), b"second")), Ok(Put::AlreadyThere));
    assert_eq!(wait(again.list()).unwrap().len(), 2);
    assert_eq!(wait(server.below(&format!("{prefix}-2")).list()), Ok(vec![]));
    assert_eq!(wait(server.below(&format!("{prefix}/effect")).list()).unwrap().len(), 1);
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_list_has_as_many_pages_as_it_needs() {
    const VERSIONS: usize = 1_050;
    let Some(server) = Server::there() else { return };
    let prefix = Server::prefix();
    // Straight onto the wire, unsigned: a put of the curator's asks three times, and moto is slow.
    let put = |patch: usize| {
        let mut wire = TcpStream::connect(server.endpoint.strip_prefix("http://").unwrap()).unwrap();
        let path = format!("/{}/{prefix}/effect/effect-1.0.{patch}.tar.gz", server.bucket);
        wire.write_all(format!("PUT {path} HTTP/1.0\r\nhost: s3\r\ncontent-length: 0\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    };
    std::thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || (worker..VERSIONS).step_by(4).for_each(put));
        }
    });
    let listed = wait(server.below(&prefix).list()).unwrap();
    assert_eq!(listed.len(), VERSIONS);
    assert!(listed.is_sorted() && listed.iter().all(|file| file.path.starts_with("effect/effect-1.0.")));
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn of_many_writers_one_stores_and_no_bytes_are_mixed() {
    let Some(server) = Server::there() else { return };
    let (prefix, effect) = (Server::prefix(), key("effect", "1.0.0"));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8_u8)
            .map(|writer| {
                let (store, effect) = (server.below(&prefix), &effect);
                scope.spawn(move || wait(store.put(effect, &vec![writer / 2; 100_000])))
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(Put::Stored)).count(), 1, "{outcomes:?}");
    let stored = wait(server.below(&prefix).get(&effect)).unwrap().unwrap();
    assert!(stored.len() == 100_000 && stored.iter().all(|byte| *byte == stored[0]));
    // The other writer of the same bytes is content; who brought others is told so, or to come again.
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    for error in refused {
        assert!(matches!(error, StoreError::Conflict { .. } | StoreError::Unreachable { .. }), "{error}");
    }
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_bucket_that_is_not_there_is_no_empty_one() {
    let Some(server) = Server::there() else { return };
    let bucket = Bucket::new("nobody-has-this-one").unwrap().at(&server.endpoint).unwrap();
    let store = Objects::bucket("far", bucket, Ok(server.keys(&server.secret_key)), patience());
    let effect = key("effect", "1.0.0");
    let absent = StoreError::Absent { store: "far".to_owned(), message: "HTTP 404, NoSuchBucket".to_owned() };
    assert_eq!(wait(store.list()), Err(absent.clone()));
    assert_eq!(wait(store.put(&effect, b"bytes")), Err(absent.clone()));
    assert_eq!(wait(store.get(&effect)), Err(absent));
}

/// For servers that check keys: moto takes any.
#[test]
#[ignore = "needs an S3 server that checks keys: .ci/s3"]
fn wrong_keys_are_denied() {
    let Some(server) = Server::there() else { return };
    let bucket = Bucket::new(&server.bucket).unwrap().at(&server.endpoint).unwrap();
    let wrong = || server.keys("canary-canary-canary");
    let (effect, store) = (key("effect", "1.0.0"), Objects::bucket("far", bucket, Ok(wrong()), patience()));
    let errors = [
        wait(store.list()).unwrap_err(),
        wait(store.get(&effect)).unwrap_err(),
        wait(store.put(&effect, b"bytes")).unwrap_err(),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(matches!(error, StoreError::Denied { .. }), "{text}");
        assert!(text.contains("HTTP 403") && !text.contains("canary") && !text.contains(&server.key_id), "{text}");
    }
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_large_archive_comes_back_whole() {
    let Some(server) = Server::there() else { return };
    let bytes: Vec<u8> =
        (0_u32..5_000_000).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let (store, effect) = (server.below(&Server::prefix()), key("effect", "1.0.0"));
    assert_eq!(wait(store.put(&effect, &bytes)), Ok(Put::Stored));
    assert!(wait(store.get(&effect)).unwrap().unwrap() == bytes);
    let checksum = ArtifactKey::checksum(&effect.name, &effect.version);
    assert_eq!(wait(store.get(&checksum)), Ok(None));
}
