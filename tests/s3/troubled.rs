//! What becomes of a put and a get when the wire breaks.

use std::time::Duration;

use curator::adapters::Patience;
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::contract::{key, wait};
use crate::proxy::{Fault, Proxy};
use crate::{Server, patience};

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_lost_answer_and_a_cut_put_end_with_the_bytes_once() {
    let Some(server) = Server::there() else { return };
    for (fault, puts) in [(Fault::LoseAnswers(1), 2), (Fault::LoseAnswers(3), 4), (Fault::CutPuts(1), 2)] {
        let (proxy, prefix) = (Proxy::new(&server.endpoint, fault), Server::prefix());
        let (store, bytes) = (server.at(&proxy.url(), &prefix, patience()), vec![7; 300_000]);
        let put = wait(store.put(&key("effect", "1.0.0"), &bytes));
        assert!(matches!(put, Ok(Put::Stored | Put::AlreadyThere)), "{fault:?}: {put:?}");
        assert_eq!(proxy.puts(), puts, "{fault:?}");
        let listed = wait(server.below(&prefix).list()).unwrap();
        assert_eq!(listed.iter().map(|file| file.size).collect::<Vec<_>>(), [300_000], "{fault:?}");
    }
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_server_that_dies_leaves_what_a_later_run_completes() {
    let Some(server) = Server::there() else { return };
    let (proxy, prefix) = (Proxy::new(&server.endpoint, Fault::DieAfterPuts(2)), Server::prefix());
    let quick = Patience { answer: Duration::from_secs(3), tries_again: 1, ..patience() };
    let store = server.at(&proxy.url(), &prefix, quick);
    let versions = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"];
    let put = || versions.map(|version| wait(store.put(&key("effect", version), version.as_bytes())));
    let [first, second, third, fourth] = put();
    assert_eq!([first, second], [Ok(Put::Stored), Ok(Put::Stored)]);
    for error in [third.unwrap_err(), fourth.unwrap_err(), wait(store.list()).unwrap_err()] {
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    }
    proxy.mend();
    assert_eq!(put(), [Put::AlreadyThere, Put::AlreadyThere, Put::Stored, Put::Stored].map(Ok));
    assert_eq!(wait(store.list()).unwrap().len(), 4);
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_slow_server_is_waited_for_and_a_creeping_one_is_not() {
    let Some(server) = Server::there() else { return };
    let (prefix, effect, bytes) = (Server::prefix(), key("effect", "1.0.0"), vec![7; 200_000]);
    assert_eq!(wait(server.below(&prefix).put(&effect, &bytes)), Ok(Put::Stored));
    // 100 KB a second.
    let proxy = Proxy::new(&server.endpoint, Fault::Slow(5_000, Duration::from_millis(50)));
    let slow = server.at(&proxy.url(), &prefix, Patience { answer: Duration::from_secs(1), ..patience() });
    assert_eq!(wait(slow.get(&effect)), Ok(Some(bytes)));
    let strict = Patience { answer: Duration::from_secs(1), bytes_per_second: 10 << 20, ..patience() };
    let refused = wait(server.at(&proxy.url(), &prefix, strict).get(&effect));
    assert!(matches!(refused, Err(StoreError::Unreachable { .. })), "{refused:?}");
}
