//! Installing what a project uses: exactly what its lock file says, or what is written into it now.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{InstallReport, LockChange, LockFile, PackageName, Project, Terms, Version, Withheld};
use crate::ops::Stop;
use crate::ops::parallel::in_order;
use crate::ports::{Client, ClientPorts, Event, IndexSource, Installation as _};
use crate::rules::choose::{Offer, cautions};
use crate::rules::report;
use crate::rules::resolve::{Resolution, verify};

use super::Refusal;
use super::archive::{Had, Wanted, archive};
use super::catalogue::Catalogue;
use super::choice::{choose, keeping, lock_of};
use super::project::{self, LOCK_FILE, Opened};

/// What decides about versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallMode {
    /// The lock file as far as it will do; what it lacks is chosen and written into it.
    Complete,
    /// The lock file alone: where it is not what the project asks for, nothing is done.
    Locked,
    /// The lock file alone, and where no index can be had, without having looked at one.
    LockedOffline,
}

/// Installs what the project uses.
///
/// # Errors
/// [`Stop`]; what was unpacked before it is whole, and the lock file says what it said, or what it now has to say.
pub async fn install<P: ClientPorts>(
    client: &Arc<Client<P>>,
    terms: &Terms,
    mode: InstallMode,
) -> Result<InstallReport, Stop> {
    let opened = project::opened(&client.project)?;
    let terms = with_project(terms, &opened.project);
    let mut catalogue = match Catalogue::open(&client.index).await {
        Ok(catalogue) => catalogue,
        Err(Stop::Repo(_)) if mode == InstallMode::LockedOffline => {
            let lock = required(&opened)?;
            let report = unpack(client, &opened.project, lock, |_, _| None).await?;
            return Ok(InstallReport { blind: true, ..report });
        }
        Err(error) => return Err(error),
    };
    let lock = match (&opened.lock, mode) {
        (_, InstallMode::Locked | InstallMode::LockedOffline) => {
            let lock = required(&opened)?;
            if let Some(reason) = unfit(&mut catalogue, &opened.project, lock, &terms).await? {
                return Err(Refusal::Stale { file: opened.file.to_string(), reason }.into());
            }
            lock.clone()
        }
        (Some(lock), InstallMode::Complete)
            if unfit(&mut catalogue, &opened.project, lock, &terms).await?.is_none() =>
        {
            lock.clone()
        }
        (_, InstallMode::Complete) => chosen(&mut catalogue, &opened, &terms).await?,
    };
    finish(client, &catalogue, &opened.project, opened.lock.as_ref(), lock).await
}

/// Writes the lock file and installs what it says.
pub(super) async fn finish<P: ClientPorts>(
    client: &Arc<Client<P>>,
    catalogue: &Catalogue<'_, P::Index>,
    project: &Project,
    before: Option<&LockFile>,
    lock: LockFile,
) -> Result<InstallReport, Stop> {
    let changes = LockChange::between(before, &lock);
    if before != Some(&lock) {
        project::write(&client.project, LOCK_FILE, &lock.to_string())?;
    }
    let facts = |name: &PackageName, version: &Version| catalogue.index.published(name, version).map(Into::into);
    let report = unpack(client, project, &lock, facts).await?;
    let cautions = cautions(&catalogue.index, &catalogue.advisories, &lock.versions());
    Ok(InstallReport { changes, cautions, ..report })
}

/// The terms, with what the project says.
pub(super) fn with_project(terms: &Terms, project: &Project) -> Terms {
    let mut terms = terms.clone();
    terms.compiler = terms.compiler.or_else(|| project.compiler.clone());
    terms.allowed.extend(project.allowed_advisories.iter().cloned());
    terms
}

/// Versions that keep to the lock file as far as it will do.
async fn chosen<S: IndexSource>(
    catalogue: &mut Catalogue<'_, S>,
    opened: &Opened,
    terms: &Terms,
) -> Result<LockFile, Stop> {
    let terms = keeping(opened.lock.as_ref(), terms);
    let versions = choose(catalogue, &opened.project.ranges(), &terms).await?;
    lock_of(catalogue, &versions)
}

fn required(opened: &Opened) -> Result<&LockFile, Stop> {
    let missing = || Refusal::Stale { file: opened.file.to_string(), reason: "there is no lock file".to_owned() };
    Ok(opened.lock.as_ref().ok_or_else(missing)?)
}

/// Why the lock file is not what the project asks for; `None` where it is. What must not be used at all is refused.
async fn unfit<S: IndexSource>(
    catalogue: &mut Catalogue<'_, S>,
    project: &Project,
    lock: &LockFile,
    terms: &Terms,
) -> Result<Option<String>, Stop> {
    catalogue.read(lock.packages.keys().cloned()).await?;
    let versions = lock.versions();
    let terms = Terms { locked: versions.clone(), ..terms.clone() };
    let offer = Offer::new(&catalogue.index, &catalogue.advisories, &terms);
    for (name, locked) in &lock.packages {
        let (name, version) = (name.clone(), locked.version.clone());
        let Some(facts) = catalogue.index.published(&name, &version) else {
            let gone = catalogue.index.unpublished(&name, &version);
            let why = report::client::not_published(gone);
            return Err(Refusal::Withheld { name, version, why }.into());
        };
        if facts.hash != locked.hash {
            let (locked, indexed) = (locked.hash, facts.hash);
            return Err(Refusal::Changed { name, version, locked, indexed }.into());
        }
        match offer.against(&name, &version, facts) {
            None => {}
            // Another compiler was named: then other versions have to be chosen.
            Some(withheld @ Withheld::Compiler { .. }) => {
                return Ok(Some(format!("{name} {version}: {}", report::client::withheld(&withheld))));
            }
            Some(withheld) => {
                let why = report::client::withheld(&withheld);
                return Err(Refusal::Withheld { name, version, why }.into());
            }
        }
    }
    let violations = verify(&Resolution(versions), &offer, &project.ranges());
    Ok(violations.first().map(ToString::to_string))
}

/// Unpacks what the lock file says, and takes away what it does not.
async fn unpack<P: ClientPorts>(
    client: &Arc<Client<P>>,
    project: &Project,
    lock: &LockFile,
    facts: impl Fn(&PackageName, &Version) -> Option<super::archive::Facts>,
) -> Result<InstallReport, Stop> {
    let present = client.installation.present()?;
    let called: BTreeMap<&PackageName, &PackageName> =
        lock.packages.keys().map(|name| (project.called(name), name)).collect();
    let is_there = |alias: &PackageName, name: &PackageName| {
        present.get(alias).zip(lock.packages.get(name)).is_some_and(|(hash, locked)| *hash == locked.hash)
    };
    let mut work = Vec::new();
    for (alias, name) in &called {
        let Some(locked) = lock.packages.get(*name).filter(|_| !is_there(alias, name)) else { continue };
        let (name, version) = ((*name).clone(), locked.version.clone());
        let facts = facts(&name, &version);
        work.push(((*alias).clone(), Wanted { name, version, hash: locked.hash, facts }));
    }
    let count = called.len() - work.len();
    (client.progress)(Event::Total(work.len()));
    let shared = Arc::clone(client);
    let done = in_order(work, move |(alias, wanted)| {
        let client = Arc::clone(&shared);
        async move {
            (client.progress)(Event::Begin(format!("{}@{}", wanted.name, wanted.version)));
            let Had { files, transferred, lies } = archive(&client, &wanted).await?;
            client.installation.put(&alias, &wanted.hash, &files)?;
            (client.progress)(Event::Done);
            Ok((alias, wanted.version, transferred, lies))
        }
    });
    let mut report = InstallReport { present: count, place: client.installation.place(), ..InstallReport::default() };
    for (alias, version, transferred, lies) in done.await? {
        report.installed.insert(alias, version);
        report.transferred += transferred;
        report.lies.extend(lies);
    }
    (client.progress)(Event::Total(0));
    // Last: until all is there, what was there may be of use.
    for name in present.keys().filter(|name| !called.contains_key(*name)) {
        client.installation.remove(name)?;
        report.removed.insert(name.clone());
    }
    Ok(report)
}
