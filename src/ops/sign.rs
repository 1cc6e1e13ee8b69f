//! Signing a request of an owner.

use std::slice;

use crate::model::{Authorization, Operation};
use crate::ports::Signer;
use crate::rules::authorize::verify;

use super::stop::Stop;

/// Signs for an operation. What is given out is what a registry that lists the key takes.
///
/// # Errors
/// [`Stop::Bug`] where the registry's own check would refuse the result.
pub fn sign<S: Signer>(signer: &S, operation: &Operation) -> Result<Authorization, Stop> {
    let payload = operation.to_payload().map_err(|error| Stop::Bug(error.to_string()))?;
    let signature = signer.sign(&payload).to_string();
    let authorization = Authorization { payload, signature };
    match verify(&authorization, slice::from_ref(signer.owner())) {
        Ok(verified) if verified.operation == *operation => Ok(authorization),
        _ => Err(Stop::Bug("a signature does not verify".to_owned())),
    }
}
