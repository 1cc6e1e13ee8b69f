//! Looking whether everything that is published is still there, unaltered and of one piece. Nothing is written.

use std::sync::Arc;

use crate::model::{Area, ArtifactKey, AuditReport, Ecosystem, Finding, Place, TreePath};
use crate::ports::{ArtifactStore, Ports, Repo, RepoError, Revision};
use crate::rules::audit::{
    Answer, Expected, Found, Ledger, check_adopted, check_advisories, check_archive, check_definitions, check_index,
    check_package_sets, check_revisions, check_unlisted,
};
use crate::rules::report::words;

use super::parallel::in_order;
use super::{Curator, Event, Stop};

/// The folders of a registry that an audit looks into; `metadata` and `package-sets` are those of a PureScript registry.
const FOLDERS: [&str; 6] = ["advisories", "metadata", "overrides", "package-sets", "packages", "status"];

/// Compares index, metadata, package sets, definitions and every store of the curator; a curator without stores has none
/// to look into. Works on the curator's own layout and on plain copies of the PureScript registry and its index.
///
/// # Errors
/// [`Stop`] where there is no index, or where registry or index change meanwhile. A file that cannot be read is a
/// finding, and the rest is still looked at.
pub async fn audit<P: Ports>(curator: &Arc<Curator<P>>) -> Result<AuditReport, Stop> {
    let index = load(&curator.index, &curator.index.head().await?, None)?;
    if index.is_empty() {
        return Err(Stop::Usage("there is no index, or nothing was ever published in it".to_owned()));
    }
    let registry = match curator.registry.head().await {
        Ok(registry) => Some(load_registry(&curator.registry, &registry)?),
        // A mirror has the index and the archives: those are compared with each other.
        Err(RepoError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let (ledger, mut findings) = Ledger::read(&index, registry.as_deref().unwrap_or_default(), curator.policy.profile);
    findings.extend(check_index(&ledger));
    findings.extend(check_revisions(&ledger));
    findings.extend(check_package_sets(&ledger));
    if let Some(registry) = &registry {
        findings.extend(check_definitions(&ledger, registry, curator.terms()));
        let ecosystem = Ecosystem::of_registry(&curator.index_config.name).under(curator.policy.profile);
        findings.extend(check_advisories(&ledger, registry, curator.terms(), &ecosystem));
    }
    let (archives_read, damaged) = check_stores(curator, &ledger).await?;
    findings.extend(damaged);
    findings.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
    let (packages, versions, package_sets) = (ledger.packages(), ledger.versions(), ledger.package_sets());
    Ok(AuditReport { findings, packages, versions, package_sets, archives_read })
}

/// Every file below `under`, read as far as it can be.
pub(super) fn load<R: Repo>(repo: &R, at: &Revision, under: Option<&TreePath>) -> Result<Vec<Found>, Stop> {
    match repo.read_all(at, under) {
        Ok(files) => Ok(files.into_iter().map(|(path, bytes)| Found { path, bytes: Ok(bytes) }).collect()),
        // Something there is no plain file, or the disk fails: everything else is still read, file by file.
        Err(RepoError::Unusable { .. }) => {
            let read = |path: TreePath| match repo.read(at, &path) {
                Ok(bytes) => Ok(bytes.map(|bytes| Found { path, bytes: Ok(bytes) })),
                Err(RepoError::Unusable { message, .. }) => Ok(Some(Found { path, bytes: Err(message) })),
                Err(error) => Err(error.into()),
            };
            let entries = repo.list(at, under)?;
            entries.into_iter().filter_map(|entry| read(entry.path).transpose()).collect()
        }
        Err(error) => Err(error.into()),
    }
}

/// The files of the registry that an audit compares. A registry may hold large sources besides.
fn load_registry<R: Repo>(registry: &R, at: &Revision) -> Result<Vec<Found>, Stop> {
    let mut files = Vec::new();
    let entries = registry.list(at, None)?;
    for folder in FOLDERS {
        let folder: TreePath = folder.parse().map_err(super::reader::bug)?;
        if entries.iter().any(|entry| entry.path == folder) {
            let reason = words::audit::NO_FOLDER.to_owned();
            files.push(Found { path: folder.clone(), bytes: Err(reason) });
        }
        files.extend(load(registry, at, Some(&folder))?);
    }
    Ok(files)
}

/// One archive to look for in one store.
struct Search {
    /// The place of the store among the curator's.
    store: usize,
    expected: Expected,
}

/// Reads every archive of every store, several at a time; gives how many there were and what is wrong with the stores.
async fn check_stores<P: Ports>(curator: &Arc<Curator<P>>, ledger: &Ledger) -> Result<(usize, Vec<Finding>), Stop> {
    let (mut findings, mut searches) = (Vec::new(), Vec::new());
    for (at, store) in curator.stores.iter().enumerate() {
        let mut archives = ledger.archives();
        match store.list().await {
            Ok(files) => {
                let paths = files.iter().map(|file| file.path.as_str()).collect();
                findings.extend(check_adopted(store.name(), &mut archives, &paths));
                findings.extend(check_unlisted(ledger, store.name(), paths));
            }
            Err(error) => {
                let wording = words::audit::store_unreadable(&error.to_string());
                findings.push(wording.at(Place::file(Area::Store, store.name())));
            }
        }
        searches.extend(archives.into_iter().map(|expected| Search { store: at, expected }));
    }
    (curator.progress)(Event::Total(searches.len()));
    let shared = Arc::clone(curator);
    let outcomes = in_order(searches, move |search| {
        let curator = Arc::clone(&shared);
        async move { Ok(curator.search(&search).await) }
    });
    let outcomes = outcomes.await?;
    let archives_read = outcomes.iter().filter(|(was_read, _)| *was_read).count();
    findings.extend(outcomes.into_iter().flat_map(|(_, found)| found));
    Ok((archives_read, findings))
}

impl<P: Ports> Curator<P> {
    /// Whether an archive could be read, and what is wrong with it.
    async fn search(&self, search: &Search) -> (bool, Vec<Finding>) {
        let Search { store, expected } = search;
        let Some(store) = self.stores.get(*store) else { return (false, Vec::new()) };
        let Expected { name, version, .. } = expected;
        (self.progress)(Event::Begin(format!("{name}@{version}")));
        let archive = answer(store, &ArtifactKey::archive(name, version)).await;
        let checksum = answer(store, &ArtifactKey::checksum(name, version)).await;
        let findings = check_archive(store.name(), expected, &archive, &checksum, &self.limits);
        (self.progress)(Event::Done);
        (matches!(archive, Ok(Some(_))), findings)
    }
}

async fn answer<S: ArtifactStore>(store: &S, key: &ArtifactKey) -> Answer {
    store.get(key).await.map_err(|error| error.to_string())
}
