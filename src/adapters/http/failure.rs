//! What went wrong with a question, and what a person can do about it.

use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use crate::adapters::git::message::shown;
use crate::ports::{RepoError, StoreError};

/// Why there is no answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server is in trouble, or cannot be reached. It may be asked again after this time, unless that is `None`.
    Unreachable(String, Option<Duration>),
    /// The server lets nobody in, or not us.
    Denied(String),
    /// It is nothing that may be asked, or that can be used.
    Unusable(String),
}

impl Failure {
    /// It took too long; to begin anew would take as long again.
    pub(super) fn too_late(what: &str) -> Self {
        Self::Unreachable(what.to_owned(), None)
    }

    /// The host is at an address that may not be connected to.
    pub(super) fn closed(host: &str, address: IpAddr) -> Self {
        let host = shown(host);
        Self::Unusable(format!(
            "{host} is at {address}, which is not of the public internet; if you trust it, open it with --allow-address {address}"
        ))
    }

    /// The host is spoken to in the clear, and is not on this machine.
    pub(super) fn clear(host: &str, address: IpAddr) -> Self {
        let host = shown(host);
        Self::Unusable(format!(
            "{host} at {address} is spoken to in the clear, which only this machine is: write https://, or open it with --allow-address {address}"
        ))
    }

    /// What `reqwest` says of a connection that could not be made, or that broke. Its words would repeat the URL.
    pub(super) fn lost(error: &reqwest::Error, pause: Duration) -> Self {
        let causes = causes(error);
        let cause = causes.last().map(|cause| format!(" ({})", shown(&cause.to_string()))).unwrap_or_default();
        // A wrong certificate is as wrong the next time.
        let is_wrong = causes.iter().any(|cause| cause.is::<rustls::Error>());
        if is_wrong {
            return Self::Unusable(format!("it does not prove who it is{cause}"));
        }
        let what = if error.is_timeout() {
            "it does not answer in time"
        } else if error.is_connect() {
            "no connection can be made"
        } else {
            "the connection broke"
        };
        Self::Unreachable(format!("{what}{cause}"), Some(pause))
    }

    /// The error for a file of an index.
    pub(super) fn of_index(self, place: String) -> RepoError {
        match self {
            Self::Unreachable(message, _) => RepoError::Unreachable { place, message },
            Self::Denied(message) => RepoError::Denied { place, message },
            Self::Unusable(message) => RepoError::Unusable { place, message },
        }
    }

    /// The error for an archive.
    pub(super) fn of_store(self, store: &str, key: String) -> StoreError {
        let store = store.to_owned();
        match self {
            Self::Unreachable(message, _) => StoreError::Unreachable { store, key, message },
            Self::Denied(message) => StoreError::Denied { store, key, message },
            Self::Unusable(message) => StoreError::Unusable { store, key, message },
        }
    }
}

/// What is behind an error, the last cause last.
fn causes(error: &reqwest::Error) -> Vec<&(dyn Error + 'static)> {
    let (mut causes, mut next) = (Vec::new(), error.source());
    while let Some(cause) = next {
        causes.push(cause);
        // An I/O error names as its source what is behind the error that it wraps, but not that.
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = wrapped.map(|error| error as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    causes
}
