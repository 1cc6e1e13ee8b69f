//! Compressing the tar of an archive.

use crate::model::{EncoderName, Fault};

/// Why an archive could not be compressed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The encoder's program is not on this machine.
    #[error("the encoder {encoder} needs the program {program}, which cannot be run: {message}")]
    Missing {
        /// The encoder.
        encoder: EncoderName,
        /// The program.
        program: String,
        /// What the operating system said.
        message: String,
    },
    /// The encoder gives other bytes than it must for a known input, so its archives would have other hashes.
    #[error(
        "the encoder {encoder} is not the one that its name promises: {found} instead of {expected} for the known answer"
    )]
    KnownAnswer {
        /// The encoder.
        encoder: EncoderName,
        /// The digest it must give.
        expected: String,
        /// The digest it gave.
        found: String,
    },
    /// The encoder broke off.
    #[error("the encoder {encoder} failed: {message}")]
    Failed {
        /// The encoder.
        encoder: EncoderName,
        /// What went wrong.
        message: String,
    },
}

impl EncodeError {
    /// Who can mend it: always the operator, since the input of an encoder is ours.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Operator
    }
}

/// Turns a tar into the bytes that are published.
pub trait Encoder: Sync {
    /// Compresses `tar`. The same tar always gives the same bytes.
    ///
    /// # Errors
    /// [`EncodeError`] where the encoder is missing, broken or not the one that its name promises.
    fn encode(&self, encoder: EncoderName, tar: &[u8]) -> Result<Vec<u8>, EncodeError>;
}
