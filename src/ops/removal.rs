//! Taking the archives of versions that were unpublished out of the stores. It comes after the commit that says so: bytes
//! leave on the word of the index alone.

use std::collections::BTreeSet;

use crate::model::{Area, ArtifactKey, Finding, PackageName, Place, Removal, Version};
use crate::ports::{ArtifactStore as _, Event, Ports};
use crate::rules::report::words;

use super::Curator;
use super::batch::Gaps;

/// What came of removing.
#[derive(Debug, Default)]
pub(super) struct Removed {
    /// The archives that a store has no more.
    pub(super) done: Vec<(PackageName, Version, String)>,
    /// The versions of which a store still has the archive, the stores, and why.
    pub(super) left: Gaps,
    /// The same as findings.
    pub(super) findings: Vec<Finding>,
}

/// Removes what is gone for good from every store that is named. One that does not let it go holds up nothing else.
pub(super) async fn remove<P: Ports>(curator: &Curator<P>, removals: Vec<Removal>) -> Removed {
    let mut removed = Removed::default();
    let mut seen = BTreeSet::new();
    (curator.progress)(Event::Total(removals.len()));
    for Removal { withdrawn, store } in removals {
        let (name, version) = (withdrawn.name().clone(), withdrawn.version().clone());
        if !seen.insert((name.clone(), version.clone(), store.clone())) {
            continue;
        }
        // A store that the configuration no longer names is nobody's to empty.
        let Some(place) = curator.stores.iter().find(|it| it.name() == store) else { continue };
        (curator.progress)(Event::Begin(format!("{name}@{version}")));
        match place.remove(&withdrawn).await {
            Ok(()) => removed.done.push((name, version, store)),
            Err(error) => {
                let finding = words::audit::not_removed(&error.to_string());
                let file = Place::file(Area::Store, &ArtifactKey::archive(&name, &version));
                let finding = finding.of(&name, &version, file);
                let (stores, _) =
                    removed.left.entry((name, version)).or_insert_with(|| (Vec::new(), finding.message.clone()));
                stores.push(store);
                removed.findings.push(finding);
            }
        }
        (curator.progress)(Event::Done);
    }
    removed
}
