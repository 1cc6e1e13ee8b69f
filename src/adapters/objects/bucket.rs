//! A bucket as an object store: one client for each, with the operator's keys and no patience without end.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path as Location;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use crate::model::{Bucket, BucketKeys, KeysError};

use super::client::Connector;

/// How long a bucket is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// The longest time until a connection stands.
    pub connect: Duration,
    /// The longest time until an answer begins, tries again included, and without the time that bytes take. A server that
    /// says nothing at all for a third of it is left alone for a while.
    pub answer: Duration,
    /// The fewest bytes in a second that a transfer may creep at.
    pub bytes_per_second: u64,
    /// How often a request that did no harm is sent again.
    pub tries_again: usize,
    /// How long is waited before the first of these; each further one is waited for twice as long.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            bytes_per_second: 32 << 10,
            tries_again: 3,
            pause: Duration::from_millis(200),
        }
    }
}

impl Patience {
    /// How long it may take to ask for something that comes with so many bytes.
    pub(super) fn with_bytes(&self, bytes: u64) -> Duration {
        self.answer + Duration::from_secs(bytes / self.bytes_per_second.max(1))
    }
}

/// A bucket that is opened when it is first asked for something: most commands never do.
pub(super) struct Closed {
    bucket: Bucket,
    keys: Result<BucketKeys, KeysError>,
    pub(super) patience: Patience,
    opened: OnceLock<Result<Arc<dyn ObjectStore>, NotOpened>>,
}

/// Why a bucket cannot be opened.
#[derive(Debug, Clone)]
pub(super) enum NotOpened {
    /// There are no keys to it.
    Keys(KeysError),
    /// No client can be made.
    Client(String),
}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Closed").field(&self.bucket).finish_non_exhaustive()
    }
}

impl Closed {
    pub(super) fn new(bucket: Bucket, keys: Result<BucketKeys, KeysError>, patience: Patience) -> Self {
        Self { bucket, keys, patience, opened: OnceLock::new() }
    }

    /// What messages call the bucket.
    pub(super) fn shown(&self) -> String {
        match self.bucket.endpoint() {
            Some(endpoint) => format!("the bucket {} at {endpoint}", self.bucket.name()),
            None => format!("the bucket {} in {}", self.bucket.name(), self.bucket.region()),
        }
    }

    /// The store, opened.
    pub(super) fn open(&self) -> Result<Arc<dyn ObjectStore>, NotOpened> {
        self.opened.get_or_init(|| self.connect()).clone()
    }

    fn connect(&self) -> Result<Arc<dyn ObjectStore>, NotOpened> {
        let keys = self.keys.as_ref().map_err(|error| NotOpened::Keys(error.clone()))?;
        let patience = &self.patience;
        let backoff = BackoffConfig { init_backoff: patience.pause, max_backoff: Duration::from_secs(5), base: 2.0 };
        // Never `from_env`: what the environment says is read in one place, and nothing else of it counts.
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(self.bucket.name())
            .with_region(self.bucket.region())
            .with_access_key_id(keys.key_id.reveal())
            .with_secret_access_key(keys.secret_key.reveal())
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_client_options(
                ClientOptions::new()
                    .with_content_type_for_suffix("gz", "application/gzip")
                    .with_content_type_for_suffix("sha256", "text/plain"),
            )
            .with_retry(RetryConfig { backoff, max_retries: patience.tries_again, retry_timeout: patience.answer })
            .with_http_connector(self.connector());
        if let Some(token) = &keys.session_token {
            builder = builder.with_token(token.reveal());
        }
        if let Some(endpoint) = self.bucket.endpoint() {
            builder = builder.with_endpoint(endpoint).with_allow_http(self.is_clear());
        }
        let store = builder.build().map_err(|error| NotOpened::Client(error.to_string()))?;
        Ok(match self.bucket.prefix() {
            Some(prefix) => Arc::new(PrefixStore::new(store, Location::from(prefix))),
            None => Arc::new(store),
        })
    }

    fn connector(&self) -> Connector {
        let Patience { connect, answer, .. } = self.patience;
        Connector { connect, clear: self.is_clear(), endured: answer / 3 }
    }

    fn is_clear(&self) -> bool {
        self.bucket.endpoint().is_some_and(|endpoint| endpoint.starts_with("http:"))
    }
}
