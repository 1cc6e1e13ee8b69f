//! Buckets of a real S3 server, which `.ci/s3` installs and starts. The tests are ignored without one.
//!
//! `CURATOR_TEST_S3_ENDPOINT` is its URL, `CURATOR_TEST_S3_BUCKET` a bucket of it; the keys are in `AWS_ACCESS_KEY_ID` and
//! `AWS_SECRET_ACCESS_KEY`.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the tests use the network, the disk and programs, and may fail loudly"
)]

#[path = "../support/contract.rs"]
mod contract;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/program.rs"]
mod program;
mod program_runs;
mod proxy;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/sample.rs"]
mod sample;
mod sound;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/trees.rs"]
mod trees;
mod troubled;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use curator::adapters::{Objects, Patience};
use curator::model::{Bucket, BucketKeys, Secret};

/// The server, as the environment describes it.
struct Server {
    endpoint: String,
    bucket: String,
    key_id: String,
    secret_key: String,
}

impl Server {
    /// The server; `None` where the tests run without one.
    fn there() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let endpoint = variable("CURATOR_TEST_S3_ENDPOINT")?;
        let set = |name: &str| variable(name).unwrap_or_else(|| panic!("{name} is not set"));
        Some(Self {
            endpoint,
            bucket: set("CURATOR_TEST_S3_BUCKET"),
            key_id: set("AWS_ACCESS_KEY_ID"),
            secret_key: set("AWS_SECRET_ACCESS_KEY"),
        })
    }

    /// A part of the bucket that nobody has used.
    fn prefix() -> String {
        static USED: AtomicUsize = AtomicUsize::new(0);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        format!("test-{now}-{}/archives", USED.fetch_add(1, Ordering::SeqCst))
    }

    /// The part `prefix` of the bucket, reached at `endpoint`.
    fn at(&self, endpoint: &str, prefix: &str, patience: Patience) -> Objects {
        let bucket = Bucket::new(&self.bucket).unwrap().below(prefix).unwrap().at(endpoint).unwrap();
        Objects::bucket("far", bucket, Ok(self.keys(&self.secret_key)), patience)
    }

    /// The part `prefix` of the bucket.
    fn below(&self, prefix: &str) -> Objects {
        self.at(&self.endpoint, prefix, patience())
    }

    fn keys(&self, secret_key: &str) -> BucketKeys {
        let secret = |text: &str| Secret::new(text.to_owned());
        BucketKeys { key_id: secret(&self.key_id), secret_key: secret(secret_key), session_token: None }
    }
}

fn patience() -> Patience {
    Patience { answer: Duration::from_secs(20), pause: Duration::from_millis(50), ..Patience::default() }
}
