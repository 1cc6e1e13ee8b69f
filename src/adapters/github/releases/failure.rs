//! What a forge's refusal means to a store of releases, and who can mend it.

use crate::adapters::asked::Asked;
use crate::adapters::github::failure::Failure;
use crate::ports::{ForgeError, StoreError};

impl Asked<'_> {
    /// The port's error for one of the forge's.
    pub(super) fn failed_at_forge(self, failure: Failure) -> StoreError {
        match ForgeError::from(failure) {
            error @ (ForgeError::Unknown { .. } | ForgeError::Moved { .. }) => self.absent(error.to_string()),
            error @ ForgeError::RateLimited { .. } => self.unreachable(error.to_string()),
            ForgeError::Unreachable { message } | ForgeError::Changed { message } => self.unreachable(message),
            ForgeError::Denied { message } => self.denied(message),
            ForgeError::Unexpected { message } => self.unusable(message),
        }
    }
}
