//! Bringing documentation to where people read it.

use std::future::Future;

use crate::model::{Docs, Fault, PackageName, Version};

use super::Put;

/// Why documentation did not reach its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocsError {
    /// The host did not answer, or not in time, or with an error that may pass.
    #[error("{host} cannot be reached: {message}")]
    Unreachable {
        /// The host.
        host: String,
        /// What went wrong.
        message: String,
    },
    /// Its address is none that the curator may connect to.
    #[error("{host} is at {address}, which is not of the public internet")]
    Closed {
        /// The host.
        host: String,
        /// The address.
        address: String,
    },
    /// The variable that should hold the token is not set.
    #[error("{variable} is not set, which should hold what lets the curator in at {host}")]
    NoToken {
        /// The host.
        host: String,
        /// The variable.
        variable: String,
    },
    /// The host does not let the curator in.
    #[error("{host} does not let the curator in: HTTP {status}")]
    Denied {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// The host does not take this documentation. What it says of it may echo what was sent, and is not repeated.
    #[error("{host} does not take it: HTTP {status}")]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// This documentation is not of a kind that the host takes.
    #[error("{host} takes {wanted}")]
    Unfit {
        /// The host.
        host: String,
        /// What it takes.
        wanted: &'static str,
    },
    /// The folder cannot be used, or this machine cannot speak to the host.
    #[error("{host} cannot be used: {message}")]
    Unusable {
        /// The host.
        host: String,
        /// What went wrong.
        message: String,
    },
}

impl DocsError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unreachable { .. } => Fault::Transient,
            Self::Refused { .. } | Self::Unfit { .. } => Fault::Author,
            Self::Closed { .. } | Self::NoToken { .. } | Self::Denied { .. } | Self::Unusable { .. } => Fault::Operator,
        }
    }
}

/// A place for documentation in which nothing changes once it is there.
pub trait DocsHost: Sync {
    /// What messages call it.
    fn name(&self) -> &str;

    /// Brings the documentation of a version, unless there is some already.
    ///
    /// # Errors
    /// [`DocsError`]: nothing is there, or nobody knows. It may be brought again.
    fn put(
        &self,
        name: &PackageName,
        version: &Version,
        docs: &Docs,
    ) -> impl Future<Output = Result<Put, DocsError>> + Send;
}
