//! What went wrong with a store of releases, and who can mend it.

use crate::adapters::github::failure::Failure;
use crate::model::Sha256;
use crate::ports::{ForgeError, StoreError};

/// What was asked of which store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The store.
    pub(super) store: &'a str,
    /// The file; empty for the store as a whole.
    pub(super) key: &'a str,
}

impl Asked<'_> {
    pub(super) fn unusable(self, message: impl Into<String>) -> StoreError {
        StoreError::Unusable { store: self.store.to_owned(), key: self.key.to_owned(), message: message.into() }
    }

    pub(super) fn unreachable(self, message: impl Into<String>) -> StoreError {
        StoreError::Unreachable { store: self.store.to_owned(), key: self.key.to_owned(), message: message.into() }
    }

    pub(super) fn frozen(self, message: impl Into<String>) -> StoreError {
        StoreError::Frozen { store: self.store.to_owned(), key: self.key.to_owned(), message: message.into() }
    }

    pub(super) fn absent(self, message: impl Into<String>) -> StoreError {
        StoreError::Absent { store: self.store.to_owned(), message: message.into() }
    }

    pub(super) fn conflict(self, found: Sha256, offered: Sha256) -> StoreError {
        StoreError::Conflict { store: self.store.to_owned(), key: self.key.to_owned(), found, offered }
    }

    /// The port's error for one of the forge's.
    pub(super) fn failed(self, failure: Failure) -> StoreError {
        match ForgeError::from(failure) {
            error @ (ForgeError::Unknown { .. } | ForgeError::Moved { .. }) => self.absent(error.to_string()),
            error @ ForgeError::RateLimited { .. } => self.unreachable(error.to_string()),
            ForgeError::Unreachable { message } | ForgeError::Changed { message } => self.unreachable(message),
            ForgeError::Denied { message } => {
                StoreError::Denied { store: self.store.to_owned(), key: self.key.to_owned(), message }
            }
            ForgeError::Unexpected { message } => self.unusable(message),
        }
    }
}
