//! Choosing the versions that a project is to use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Caution, ChoiceTerms, LockFile, PackageName, Range, Version, VersionOrder};
use crate::ops::Stop;
use crate::ports::{Client, ClientPorts, IndexSource};
use crate::rules::choose::{Offer, cautions, locked};
use crate::rules::report;
use crate::rules::resolve::{self as solver, Unsolvable};

use super::Refusal;
use super::catalogue::Catalogue;
use super::install::with_project;
use super::project;

/// What is to be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolveSubject {
    /// What the project asks for.
    Project,
    /// These packages, with nothing else.
    Packages(BTreeMap<PackageName, Range>),
}

/// Versions that fit together.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The versions with the digests of their archives, and the commit of the index.
    pub lock: LockFile,
    /// What was asked for, and not only needed by something else.
    pub direct: BTreeSet<PackageName>,
    /// What somebody should know who uses them.
    pub cautions: Vec<Caution>,
    /// Whether the lock file was written because of it.
    pub written: bool,
}

/// Whether the lock file is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// Only what would be in it is wanted.
    Shown,
    /// It is.
    Written,
}

/// Chooses versions on these terms, without regard to what is locked.
///
/// # Errors
/// [`Stop`]: [`Refusal::Unresolved`] with the reason in words where none fit together.
pub async fn resolve<P: ClientPorts>(
    client: &Arc<Client<P>>,
    subject: &ResolveSubject,
    mut terms: ChoiceTerms,
    locking: Locking,
) -> Result<Resolved, Stop> {
    let mut before = None;
    let roots = match subject {
        ResolveSubject::Packages(roots) => roots.clone(),
        ResolveSubject::Project => {
            let mut opened = project::opened(&client.project)?;
            before = opened.lock.take();
            terms = with_project(&terms, &opened.project);
            opened.project.ranges()
        }
    };
    let mut catalogue = Catalogue::open(&client.index).await?;
    let versions = choose(&mut catalogue, &roots, &terms).await?;
    let lock = settled(before.as_ref(), lock_of(&catalogue, &versions)?);
    let written = match locking {
        Locking::Shown => false,
        Locking::Written => project::write(&client.project, project::LOCK_FILE, &lock.to_string())?,
    };
    let cautions = cautions(&catalogue.index, &catalogue.advisories, &versions);
    Ok(Resolved { lock, direct: roots.into_keys().collect(), cautions, written })
}

/// The versions to use.
pub(super) async fn choose<S: IndexSource>(
    catalogue: &mut Catalogue<'_, S>,
    roots: &BTreeMap<PackageName, Range>,
    terms: &ChoiceTerms,
) -> Result<BTreeMap<PackageName, Version>, Stop> {
    catalogue.gather(roots.keys().cloned()).await?;
    let offer = Offer::new(&catalogue.index, &catalogue.advisories, terms);
    let mut explanation = match solver::resolve(&offer, roots) {
        Ok(resolution) => return Ok(resolution.0),
        Err(unsolvable) => {
            let packages: BTreeSet<&PackageName> = match &unsolvable {
                Unsolvable::Conflict(explanation) => explanation.packages(),
                _ => roots.keys().collect(),
            };
            let withheld = packages.into_iter().map(|name| (name.clone(), offer.withheld(name)));
            report::client::unresolved(&unsolvable.to_string(), &withheld.collect())
        }
    };
    let strangers: Vec<&PackageName> = roots.keys().filter(|name| catalogue.missing.contains(*name)).collect();
    for name in strangers {
        explanation += &report::client::alike(name, &catalogue.alike(name).await);
    }
    Err(Refusal::Unresolved { explanation }.into())
}

/// The lock file of versions that were just chosen.
pub(super) fn lock_of<S: IndexSource>(
    catalogue: &Catalogue<'_, S>,
    versions: &BTreeMap<PackageName, Version>,
) -> Result<LockFile, Stop> {
    let lock = locked(&catalogue.index, versions);
    let lock = lock.ok_or_else(|| Stop::Bug("a version was chosen that is not published".to_owned()))?;
    Ok(LockFile { index: catalogue.commit, ..lock })
}

/// The lock file to have: the one before, where nothing moved. That the index grew meanwhile is no difference to anybody.
pub(super) fn settled(before: Option<&LockFile>, lock: LockFile) -> LockFile {
    before.filter(|before| before.packages == lock.packages).cloned().unwrap_or(lock)
}

/// The terms of a project that keeps what it has locked.
pub(super) fn keeping(lock: Option<&LockFile>, terms: &ChoiceTerms) -> ChoiceTerms {
    let locked = lock.map(LockFile::versions).unwrap_or_default();
    // A lower order than that of the lock is asked for once, to see what comes of it.
    let locked = if terms.order == VersionOrder::Highest { locked } else { BTreeMap::new() };
    ChoiceTerms { locked, ..terms.clone() }
}
