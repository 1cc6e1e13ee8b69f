//! What was asked of a store, as the beginning of whatever went wrong with that.

use crate::model::Sha256;
use crate::ports::StoreError;

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

    pub(super) fn denied(self, message: impl Into<String>) -> StoreError {
        StoreError::Denied { store: self.store.to_owned(), key: self.key.to_owned(), message: message.into() }
    }

    pub(super) fn full(self, message: impl Into<String>) -> StoreError {
        StoreError::Full { store: self.store.to_owned(), message: message.into() }
    }

    pub(super) fn absent(self, message: impl Into<String>) -> StoreError {
        StoreError::Absent { store: self.store.to_owned(), message: message.into() }
    }

    pub(super) fn frozen(self, message: impl Into<String>) -> StoreError {
        StoreError::Frozen { store: self.store.to_owned(), key: self.key.to_owned(), message: message.into() }
    }

    pub(super) fn conflict(self, found: Sha256, offered: Sha256) -> StoreError {
        StoreError::Conflict { store: self.store.to_owned(), key: self.key.to_owned(), found, offered }
    }
}
