//! The people of a forge.

use std::collections::BTreeSet;
use std::future::Future;

use crate::model::{Person, PullNumber};

use super::ForgeError;

/// The people of a forge, and the programs it will run for us.
pub trait People: Sync {
    /// Who the curator is at the forge.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn me(&self) -> impl Future<Output = Result<Person, ForgeError>> + Send;

    /// The numbers of the members of a team, `organisation/team`.
    ///
    /// # Errors
    /// [`ForgeError::Denied`] or [`ForgeError::Unknown`] where the token cannot see it.
    fn team(&self, team: &str) -> impl Future<Output = Result<BTreeSet<u64>, ForgeError>> + Send;

    /// Starts the workflow `file` on `branch`, because what this curator does starts none: about a pull request, where one is
    /// named.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn dispatch(
        &self,
        file: &str,
        branch: &str,
        pull: Option<PullNumber>,
    ) -> impl Future<Output = Result<(), ForgeError>> + Send;
}
