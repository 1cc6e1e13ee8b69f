//! A repository elsewhere without a network: the state that was seen last, of which everything is kept.

use std::sync::PoisonError;

use crate::ports::{RepoError, Revision};

use super::{GitRepo, Side, id};

impl GitRepo {
    /// Lets `head` give the state that was seen last, without asking the remote. A repository on this machine is at hand
    /// and asked as ever.
    ///
    /// # Errors
    /// [`RepoError::NotKept`] where none was seen here.
    pub fn keep_last_seen(&self) -> Result<(), RepoError> {
        let Side::There(remote) = &self.side else { return Ok(()) };
        let seen = remote.cache.seen(&self.place.branch).map(|seen| Revision(seen.to_string()));
        let is_whole = |seen: &Revision| id(&seen.0).is_some_and(|id| self.objects.odb.exists(id));
        let Some(seen) = seen.filter(is_whole) else {
            return Err(RepoError::NotKept { place: self.shown.clone(), file: "a commit".to_owned() });
        };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(())
    }
}
