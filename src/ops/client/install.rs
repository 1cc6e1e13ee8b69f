//! Installing what a project uses: exactly what its lock file says, or what is written into it now.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    ChoiceTerms, InstallReport, LockChange, LockFile, LockedVersion, PackageName, Project, Version, VersionOrder,
    Withheld,
};
use crate::ops::Stop;
use crate::ops::parallel::in_order;
use crate::ports::{Client, ClientPorts, Event, IndexSource, Installation};
use crate::rules::choose::{Offer, cautions};
use crate::rules::report;
use crate::rules::resolve::{Resolution, verify};

use super::Refusal;
use super::archive::{Had, Wanted, archive};
use super::catalogue::Catalogue;
use super::choice::{choose, keeping, lock_of, settled};
use super::project::{self, LOCK_FILE, Opened};

/// A package that is unpacked and not in its place yet.
type Ready<P> = <<P as ClientPorts>::Installation as Installation>::Ready;

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
    terms: &ChoiceTerms,
    mode: InstallMode,
) -> Result<InstallReport, Stop> {
    let opened = project::opened(&client.project)?;
    let terms = with_project(terms, &opened.project);
    let mut catalogue = match Catalogue::open(&client.index).await {
        Ok(catalogue) => catalogue,
        Err(error) if mode == InstallMode::LockedOffline && is_without_index(&error) => {
            let lock = opened.required_lock()?;
            let prepared = prepare(client, &opened.project, lock, |_, _| None).await?;
            return Ok(InstallReport { blind: true, ..switch(client, prepared)? });
        }
        Err(error) => return Err(error),
    };
    let lock = match (&opened.lock, mode) {
        (_, InstallMode::Locked | InstallMode::LockedOffline) => {
            let lock = opened.required_lock()?;
            if let Some(reason) = unfit(&mut catalogue, &opened.project, lock, &terms).await? {
                return Err(Refusal::Stale { file: opened.file.to_string(), reason }.into());
            }
            lock.clone()
        }
        // The lowest versions are asked for to see what comes of them, and a lock file would hide it.
        (Some(lock), InstallMode::Complete)
            if terms.order == VersionOrder::Highest
                && unfit(&mut catalogue, &opened.project, lock, &terms).await?.is_none() =>
        {
            lock.clone()
        }
        (_, InstallMode::Complete) => chosen(&mut catalogue, &opened, &terms).await?,
    };
    finish(client, &catalogue, &opened, &Changed { project: &opened.project, text: None }, lock).await
}

/// Whether there is no index to be had.
fn is_without_index(error: &Stop) -> bool {
    match error {
        Stop::Repo(_) => true,
        Stop::Client(refusal) => matches!(**refusal, Refusal::NoIndex { .. }),
        _ => false,
    }
}

/// What becomes of a project's file.
pub(super) struct Changed<'a> {
    /// What it asks for then.
    pub(super) project: &'a Project,
    /// Its text; `None` where it stays.
    pub(super) text: Option<&'a str>,
}

/// Writes the project's file and its lock file, and installs what they say. Everything that can fail for want of an archive
/// comes first: then the project is as it was. The project's file is written before the lock file: cut off between them,
/// the next install completes what it says.
pub(super) async fn finish<P: ClientPorts>(
    client: &Arc<Client<P>>,
    catalogue: &Catalogue<'_, P::Index>,
    opened: &Opened,
    becoming: &Changed<'_>,
    lock: LockFile,
) -> Result<InstallReport, Stop> {
    let lock = settled(opened.lock.as_ref(), lock);
    let facts = |name: &PackageName, version: &Version| catalogue.index.published(name, version).map(Into::into);
    let prepared = prepare(client, becoming.project, &lock, facts).await?;
    if let Some(text) = becoming.text {
        project::write(&client.project, opened.file.as_str(), text)?;
    }
    if opened.lock.as_ref() != Some(&lock) {
        project::write(&client.project, LOCK_FILE, &lock.to_string())?;
    }
    let report = switch(client, prepared)?;
    let changes = LockChange::between(opened.lock.as_ref(), &lock);
    let cautions = cautions(&catalogue.index, &catalogue.advisories, &lock.versions());
    Ok(InstallReport { changes, cautions, ..report })
}

/// The terms, with what the project says.
pub(super) fn with_project(terms: &ChoiceTerms, project: &Project) -> ChoiceTerms {
    let mut terms = terms.clone();
    terms.compiler = terms.compiler.or_else(|| project.compiler.clone());
    terms.allowed.extend(project.allowed_advisories.iter().cloned());
    terms
}

/// Versions that keep to the lock file as far as it will do.
async fn chosen<S: IndexSource>(
    catalogue: &mut Catalogue<'_, S>,
    opened: &Opened,
    terms: &ChoiceTerms,
) -> Result<LockFile, Stop> {
    let terms = keeping(opened.lock.as_ref(), terms);
    let versions = choose(catalogue, &opened.project.ranges(), &terms).await?;
    lock_of(catalogue, &versions)
}

/// Why the lock file is not what the project asks for; `None` where it is. What must not be used at all is refused.
async fn unfit<S: IndexSource>(
    catalogue: &mut Catalogue<'_, S>,
    project: &Project,
    lock: &LockFile,
    terms: &ChoiceTerms,
) -> Result<Option<String>, Stop> {
    catalogue.read(lock.packages.keys().cloned()).await?;
    let versions = lock.versions();
    let terms = ChoiceTerms { locked: versions.clone(), ..terms.clone() };
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

/// What is to become of the unpacked packages.
struct Prepared<R> {
    ready: Vec<(PackageName, Wanted, R)>,
    leaving: Vec<PackageName>,
    report: InstallReport,
}

/// Gets and unpacks what the lock file says and is not there, beside what is there.
async fn prepare<P: ClientPorts>(
    client: &Arc<Client<P>>,
    project: &Project,
    lock: &LockFile,
    facts: impl Fn(&PackageName, &Version) -> Option<super::archive::Facts>,
) -> Result<Prepared<Ready<P>>, Stop> {
    let called = called(project, lock)?;
    let present = client.installation.present()?;
    let mut work = Vec::new();
    for (alias, name) in &called {
        let Some(LockedVersion { version, hash }) = lock.packages.get(*name) else { continue };
        if present.get(*alias) != Some(&Some(*hash)) {
            let (name, version, facts) = ((*name).clone(), version.clone(), facts(name, version));
            work.push(((*alias).clone(), Wanted { name, version, hash: *hash, facts }));
        }
    }
    let count = called.len() - work.len();
    (client.progress)(Event::Total(work.len()));
    let shared = Arc::clone(client);
    let done = in_order(work, move |(alias, wanted)| {
        let client = Arc::clone(&shared);
        async move {
            (client.progress)(Event::Begin(format!("{}@{}", wanted.name, wanted.version)));
            let Had { files, transferred, lies } = archive(&client, &wanted).await?;
            let ready = client.installation.unpack(&files)?;
            (client.progress)(Event::Done);
            Ok(((alias, wanted, ready), transferred, lies))
        }
    });
    let mut report = InstallReport { present: count, place: client.installation.place(), ..InstallReport::default() };
    let mut ready = Vec::new();
    for (one, transferred, lies) in done.await? {
        ready.push(one);
        report.transferred += transferred;
        report.lies.extend(lies);
    }
    (client.progress)(Event::Total(0));
    let leaving = present.into_keys().filter(|name| !called.contains_key(name)).collect();
    Ok(Prepared { ready, leaving, report })
}

/// Puts what was prepared into its place, and takes away what nothing uses.
fn switch<P: ClientPorts>(client: &Client<P>, prepared: Prepared<Ready<P>>) -> Result<InstallReport, Stop> {
    let Prepared { ready, leaving, mut report } = prepared;
    for (alias, wanted, ready) in ready {
        client.installation.put(&alias, &wanted.hash, ready)?;
        report.installed.insert(alias, wanted.version);
    }
    for name in leaving {
        client.installation.remove(&name)?;
        report.removed.insert(name);
    }
    Ok(report)
}

/// The packages of a lock file by the names that the project calls them by, which no two of them share.
fn called<'a>(project: &'a Project, lock: &'a LockFile) -> Result<BTreeMap<&'a PackageName, &'a PackageName>, Stop> {
    let mut called: BTreeMap<&PackageName, &PackageName> = BTreeMap::new();
    for name in lock.packages.keys() {
        let alias = project.called(name);
        if let Some(other) = called.insert(alias, name) {
            let package = if other == alias { name } else { other };
            return Err(Refusal::Hidden { alias: alias.clone(), package: package.clone() }.into());
        }
    }
    Ok(called)
}
