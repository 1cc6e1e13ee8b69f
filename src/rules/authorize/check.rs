//! Whether a signed request speaks for a change.

use std::collections::BTreeSet;

use crate::model::{
    Authorization, Finding, Operation, Owner, PackageName, Place, Registration, Sha256, Status, Version,
};
use crate::rules::report::words::Wording;
use crate::rules::report::words::authorization as words;

use super::verify::{Verified, differences, verify};

/// A signed request that comes with a change, and what it is held against.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The signed request.
    pub authorization: &'a Authorization,
    /// The owners that the package had before the change: a change cannot bring the key that signs for it (threat 36).
    pub owners: &'a [Owner],
    /// The signed requests that were accepted before, by [`Verified::digest`].
    pub accepted: &'a BTreeSet<Sha256>,
    /// Where it stands.
    pub place: &'a Place,
}

impl Claim<'_> {
    /// Places what is said of the request: it concerns a package and perhaps a version of it.
    fn finding(&self, wording: Wording, name: &PackageName, version: Option<&Version>) -> Finding {
        match version {
            Some(version) => wording.of(name, version, self.place.clone()),
            None => wording.about(name, self.place.clone()),
        }
    }
}

/// What keeps a signed request from speaking for the change that is `wanted`; and the request, where nothing does.
///
/// It holds whoever opened the pull request, and does not say whether the change is allowed otherwise. What is accepted is
/// to be recorded by its digest in the same commit that makes the change.
#[must_use]
pub fn check_authorization(claim: &Claim<'_>, wanted: &Operation) -> (Option<Verified>, Vec<Finding>) {
    let place = |wording| claim.finding(wording, wanted.name(), wanted.version());
    let verified = match verify(claim.authorization, claim.owners) {
        Ok(verified) => verified,
        Err(error) => return (None, vec![place(words::unproven(&error))]),
    };
    let differs = differences(&verified.operation, wanted);
    let mut findings: Vec<Finding> = differs.iter().map(|difference| place(words::differs(difference))).collect();
    if claim.accepted.contains(&verified.digest) {
        findings.push(place(words::accepted_before()));
    }
    (findings.is_empty().then_some(verified), findings)
}

/// The same for a status file: it says all that was signed and nothing else.
#[must_use]
pub fn check_status_authorization(
    claim: &Claim<'_>,
    name: &PackageName,
    version: Option<&Version>,
    status: &Status,
) -> (Option<Verified>, Vec<Finding>) {
    match Operation::of_status(name, version, status) {
        Ok(wanted) => check_authorization(claim, &wanted),
        Err(reason) => (None, vec![claim.finding(words::unsignable(reason), name, version)]),
    }
}

/// The same for a registration, which was `before` and is to be `after`: its location changes, and nobody's rights.
#[must_use]
pub fn check_transfer_authorization(
    claim: &Claim<'_>,
    name: &PackageName,
    before: &Registration,
    after: &Registration,
) -> (Option<Verified>, Vec<Finding>) {
    match Operation::of_registration(name, before, after) {
        Ok(wanted) => check_authorization(claim, &wanted),
        Err(reason) => (None, vec![claim.finding(words::unsignable(reason), name, None)]),
    }
}
