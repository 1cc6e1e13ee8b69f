//! Whether every package set names versions that are there, and everything that they need.

use crate::model::{Finding, PackageName, PackageSet, Place, Version};
use crate::rules::index::package_set_version;
use crate::rules::package_set::incomplete;
use crate::rules::report::words::{self, Wording};

use super::ledger::{Ledger, Manifests};

/// Package sets whose members are gone or incomplete. Ranges are passed over: many sets of the PureScript registry go
/// beyond some range, because their members were built together.
#[must_use]
pub fn check_package_sets(ledger: &Ledger) -> Vec<Finding> {
    let manifests = ledger.manifests();
    let manifest = |name: &PackageName, version: &Version| manifests.get(name)?.get(version).copied();
    let check = |(place, set): &(Place, PackageSet)| -> Vec<Finding> {
        let wordings = [misnamed(place, set), missing(ledger, &manifests, set), incomplete(set, manifest)];
        let unpublished = unpublished(ledger, set);
        wordings.into_iter().flatten().chain(unpublished).map(|wording| wording.at(place.clone())).collect()
    };
    ledger.sets.iter().flat_map(check).collect()
}

/// The file is called after the version of the set.
fn misnamed(place: &Place, set: &PackageSet) -> Option<Wording> {
    let named = place.file.parse().ok().and_then(|path| package_set_version(&path))?;
    (named != set.version).then(|| words::audit::package_set_misnamed(&set.version))
}

/// The members that the index never had.
fn missing(ledger: &Ledger, manifests: &Manifests<'_>, set: &PackageSet) -> Option<Wording> {
    let is_missing = |(name, version): &(&PackageName, &Version)| {
        let present = manifests.get(name).is_some_and(|versions| versions.contains_key(version));
        !present && !ledger.is_unpublished(name, version) && !ledger.hides_manifests(name)
    };
    let missing: Vec<String> =
        set.packages.iter().filter(is_missing).map(|(name, version)| format!("{name}@{version}")).collect();
    (!missing.is_empty()).then(|| words::audit::package_set_members(&missing))
}

/// The members that were unpublished later: a set is never changed for that, but nobody can install it any more.
fn unpublished(ledger: &Ledger, set: &PackageSet) -> Option<Wording> {
    let gone = set.packages.iter().filter(|(name, version)| ledger.is_unpublished(name, version));
    let gone: Vec<String> = gone.map(|(name, version)| format!("{name}@{version}")).collect();
    (!gone.is_empty()).then(|| words::audit::package_set_unpublished(&gone))
}
