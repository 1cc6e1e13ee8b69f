//! What went wrong in a store, and who can mend it.

use std::error::Error;
use std::io;
use std::time::Duration;

use object_store::client::{HttpError, HttpErrorKind};

use crate::adapters::asked::Asked;
use crate::adapters::beneath::is_full;
use crate::ports::StoreError;

use super::client::Refusal;

impl Asked<'_> {
    /// Nothing came for so long.
    pub(super) fn too_late(self, patience: Duration) -> StoreError {
        self.unreachable(format!("no answer within {patience:?}"))
    }

    pub(super) fn io_failed(self, error: &io::Error) -> StoreError {
        if is_full(error) { self.full(error.to_string()) } else { self.unusable(error.to_string()) }
    }

    /// The port's error for one of `object_store`, which keeps the refusal of a server, or the operating system's error,
    /// somewhere in its chain of causes.
    pub(super) fn failed(self, error: &object_store::Error) -> StoreError {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(http) = inner.downcast_ref::<HttpError>() {
                return match http.source().and_then(|source| source.downcast_ref::<Refusal>()) {
                    Some(refusal) => self.refused(refusal),
                    None => self.cut_off(http),
                };
            }
            if let Some(io) = inner.downcast_ref::<io::Error>() {
                return self.io_failed(io);
            }
            cause = inner.source();
        }
        self.unusable(error.to_string())
    }

    fn refused(self, refusal: &Refusal) -> StoreError {
        let message = refusal.to_string();
        match (refusal.status, refusal.code.as_str()) {
            (_, "NoSuchBucket") => self.absent(message),
            _ if refusal.may_pass() => self.unreachable(message),
            (401 | 403, _) | (_, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => self.denied(message),
            (507, _) => self.full(message),
            (300..=399, _) => {
                self.unusable(format!("{message}: the bucket is in another region or at another endpoint"))
            }
            _ => self.unusable(message),
        }
    }

    /// The error for an answer that did not come, or not whole.
    fn cut_off(self, error: &HttpError) -> StoreError {
        let message = innermost(error);
        let mut cause = error.source();
        while let Some(inner) = cause {
            // A wrong certificate is as wrong the next time.
            if inner.is::<rustls::Error>() {
                return self.unusable(message);
            }
            // An I/O error names as its source what is behind the error that it wraps, but not that.
            let wrapped = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            cause = wrapped.map(|error| error as &(dyn Error + 'static)).or_else(|| inner.source());
        }
        match error.kind() {
            HttpErrorKind::Decode => self.unusable(message),
            _ => self.unreachable(message),
        }
    }
}

/// The words of the last cause: those around it tell the same in a roundabout way.
fn innermost(error: &HttpError) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}
