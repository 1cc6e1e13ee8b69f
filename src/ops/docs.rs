//! Documentation of what is published: made in a sandbox, sent to its host. It comes after the commit that publishes, and
//! whatever becomes of it stands in a commit of its own: it holds up nothing, and is owed until it is there.

use std::collections::BTreeMap;
use std::slice::from_ref;
use std::sync::Arc;

use crate::model::{
    Area, CompileOutcome, Docs, Fault, Finding, Owed, PackageName, Pending, PendingKind, Place, RunEnd, Timestamp,
    Version,
};
use crate::ports::{Change, Compiler as _, DocsDesk, DocsError, DocsHost as _, Event, Ports, Repo as _, RepoError};
use crate::rules::compile::outcome;
use crate::rules::docs as rule;
use crate::rules::registry::definition_path;
use crate::rules::report::words;

use super::compile::{Case, Materials};
use super::owed::{Ledger, enter};
use super::reader::{Reader, bug};
use super::scope::{pending, recorded};
use super::sync::{TRIES, pause, trailer};
use super::{Curator, Stop};

/// A version of a package.
type Identity = (PackageName, Version);
/// What makes and takes the documentation of a curator with these hands.
type Desk<P> = DocsDesk<<P as Ports>::Compiler, <P as Ports>::DocsHost>;

/// The most documentation that a run makes, so that the next publication does not wait for hours. The rest stays due.
const MOST: usize = 20;

/// What became of the documentation of a version.
#[derive(Debug, Clone)]
enum Fate {
    /// It is at its host.
    There,
    /// Nobody wants it any more: the version is not published, or the registry wants no documentation.
    Void,
    /// It is not there.
    Owed(Failure),
}

/// Why documentation is not there.
#[derive(Debug, Clone)]
struct Failure {
    why: String,
    fault: Fault,
    /// Whether every other version would meet the same.
    reach: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Version,
    All,
}

impl Failure {
    fn of_version(why: &str, fault: Fault) -> Self {
        Self { why: words::brief(why), fault, reach: Reach::Version }
    }

    fn of_all(why: &str, fault: Fault) -> Self {
        Self { reach: Reach::All, ..Self::of_version(why, fault) }
    }

    fn of_host(error: &DocsError) -> Self {
        match error.fault() {
            Fault::Author => Self::of_version(&error.to_string(), Fault::Author),
            fault => Self::of_all(&error.to_string(), fault),
        }
    }

    fn owed(&self) -> Owed {
        Owed { kind: PendingKind::Docs, why: self.why.clone(), registry_commit: None, stores: Vec::new() }
    }
}

/// Whose documentation is to be sent by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsSubject {
    /// That of these versions.
    Versions(Vec<(PackageName, Version)>),
    /// That of every published version.
    All,
}

/// What is sent by hand, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocsRequest {
    /// What.
    pub subject: DocsSubject,
    /// When.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DocsReport {
    /// What messages call the host.
    pub host: String,
    /// The versions whose documentation is there.
    pub documented: Vec<(PackageName, Version)>,
    /// Why that of others is not.
    pub findings: Vec<Finding>,
    /// Who can mend it.
    pub faults: Vec<Fault>,
}

/// The versions whose documentation would be sent, and what messages call the host.
///
/// # Errors
/// [`Stop`] where the index cannot be read, a version is not published, or the registry wants no documentation.
pub async fn docs_wanted<P: Ports>(
    curator: &Curator<P>,
    subject: &DocsSubject,
) -> Result<(String, Vec<(PackageName, Version)>), Stop> {
    let desk = desk(curator)?;
    let reader = Reader::open(curator).await?;
    let wanted = match subject {
        DocsSubject::Versions(versions) => versions.clone(),
        DocsSubject::All => {
            let mut all = Vec::new();
            for name in reader.names()? {
                let metadata = reader.published(&name)?.metadata;
                let versions = metadata.iter().flat_map(|file| file.metadata().published.keys());
                all.extend(versions.map(|version| (name.clone(), version.clone())));
            }
            all
        }
    };
    for (name, version) in &wanted {
        if published_at(&reader, name, version)?.is_none() {
            return Err(Stop::Usage(format!("{name}@{version} is not published")));
        }
    }
    Ok((desk.host.name().to_owned(), wanted))
}

/// Makes documentation and sends it, whether it is owed or not.
///
/// # Errors
/// [`Stop`] as [`docs_wanted`], and where what became of it cannot be written down.
pub async fn docs<P: Ports>(curator: &Arc<Curator<P>>, request: &DocsRequest) -> Result<DocsReport, Stop> {
    let (host, wanted) = docs_wanted(curator, &request.subject).await?;
    let mut findings = Vec::new();
    let fates = deliver(curator, wanted, usize::MAX, &mut findings).await?;
    record(curator, &fates, request.now).await?;
    let faults = fates.values().filter_map(|fate| match fate {
        Fate::Owed(failure) => Some(failure.fault),
        Fate::There | Fate::Void => None,
    });
    Ok(DocsReport { host, faults: faults.collect(), documented: there(&fates), findings })
}

/// Makes and sends the documentation that is due; gives the versions whose is there. What goes wrong is told, and stops
/// nothing.
pub(super) async fn document<P: Ports>(
    curator: &Arc<Curator<P>>,
    ledger: &mut Ledger,
    due: Vec<Identity>,
    findings: &mut Vec<Finding>,
) -> Vec<Identity> {
    if due.is_empty() {
        return Vec::new();
    }
    let settled = match deliver(curator, due, MOST, findings).await {
        Ok(fates) => record(curator, &fates, ledger.now()).await.map(|debts| (fates, debts)),
        Err(stop) => Err(stop),
    };
    match settled {
        Ok((fates, debts)) => {
            ledger.settle_docs(debts);
            there(&fates)
        }
        Err(stop) => {
            findings.push(words::docs::unsettled(&stop.to_string()).at(Place::file(Area::Index, "pending")));
            Vec::new()
        }
    }
}

fn desk<P: Ports>(curator: &Curator<P>) -> Result<&Desk<P>, Stop> {
    let without = || Stop::Usage("this registry wants no documentation: its curator.toml has no [docs]".to_owned());
    curator.docs.as_ref().ok_or_else(without)
}

fn there(fates: &BTreeMap<Identity, Fate>) -> Vec<Identity> {
    fates.iter().filter(|(_, fate)| matches!(fate, Fate::There)).map(|(identity, _)| identity.clone()).collect()
}

/// Makes and sends the documentation of the first `most` versions. Where it meets what every version would meet, nothing
/// more is tried.
async fn deliver<P: Ports>(
    curator: &Arc<Curator<P>>,
    versions: Vec<Identity>,
    most: usize,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<Identity, Fate>, Stop> {
    let mut fates = BTreeMap::new();
    let Some(desk) = &curator.docs else {
        return Ok(versions.into_iter().map(|identity| (identity, Fate::Void)).collect());
    };
    let reader = Reader::open(curator.as_ref()).await?;
    (curator.progress)(Event::Total(versions.len().min(most)));
    let (mut tried, mut general) = (0, None);
    for (name, version) in versions {
        let fate = match &general {
            Some(failure) => Fate::Owed(Failure::clone(failure)),
            None if tried == most => break,
            None => {
                tried += 1;
                (curator.progress)(Event::Begin(format!("{name}@{version}")));
                let fate = send(curator, desk, &reader, &name, &version).await;
                (curator.progress)(Event::Done);
                if let Fate::Owed(failure) = &fate {
                    let place = Place::file(Area::Registry, &definition_path(&name, &version).map_err(bug)?);
                    findings.push(words::docs::not_there(&failure.why).of(&name, &version, place));
                    general = Some(failure.clone()).filter(|failure| failure.reach == Reach::All);
                }
                fate
            }
        };
        fates.insert((name, version), fate);
    }
    Ok(fates)
}

async fn send<P: Ports>(
    curator: &Arc<Curator<P>>,
    desk: &Desk<P>,
    reader: &Reader<'_, P>,
    name: &PackageName,
    version: &Version,
) -> Fate {
    match make(curator, desk, reader, name, version).await {
        Ok(None) => Fate::Void,
        Ok(Some(docs)) => match desk.host.put(name, version, &docs).await {
            Ok(_) => Fate::There,
            Err(error) => Fate::Owed(Failure::of_host(&error)),
        },
        Err(failure) => Fate::Owed(failure),
    }
}

/// Makes the documentation of a version; `None` where it is not published.
async fn make<P: Ports>(
    curator: &Arc<Curator<P>>,
    desk: &Desk<P>,
    reader: &Reader<'_, P>,
    name: &PackageName,
    version: &Version,
) -> Result<Option<Docs>, Failure> {
    let stopped = |stop: Stop| Failure::of_version(&stop.to_string(), stop.fault());
    let program = &desk.rules.command.program;
    let Some(published) = published_at(reader, name, version).map_err(stopped)? else { return Ok(None) };
    let compiler = desk.compiler.as_ref();
    let compiler = compiler.ok_or_else(|| Failure::of_all(&words::docs::untrusted(program), Fault::Operator))?;
    let case = Case::published(curator, reader, name, version).await.map_err(stopped)?;
    let Some((case, files)) = case.as_ref().and_then(|case| Some((case, case.files.as_ref()?))) else {
        return Ok(None);
    };
    let unmakeable = |why: &str| Failure::of_version(why, Fault::Author);
    if case.plan.len() < case.manifest.dependencies.len() {
        return Err(unmakeable(words::docs::NO_PLAN));
    }
    let mut materials = Materials::new(curator, from_ref(case));
    if let Some((name, version)) = materials.gather_from(reader, &case.plan).await.map_err(stopped)? {
        return Err(unmakeable(&words::docs::no_dependency(&format!("{name}@{version}"))));
    }
    let subject = rule::Subject { version, published, files, plan: &case.plan };
    let work = rule::workload(&desk.rules, subject, &materials.of(&case.plan), &curator.limits);
    let work = work.map_err(|error| unmakeable(&error.to_string()))?;
    let work = work.ok_or_else(|| unmakeable(words::docs::TOO_LARGE))?;
    let ends = compiler
        .compile(&work)
        .await
        .map_err(|error| Failure::of_all(&words::docs::unmade(&error.to_string(), error.way_out()), error.fault()))?;
    let Some(end) = ends.into_iter().next() else { return Err(unmakeable(words::docs::EMPTY)) };
    match (outcome(&end, &work.bounds), end) {
        (CompileOutcome::Failed(said), _) => Err(unmakeable(&words::docs::failed(program, &said))),
        (_, RunEnd::Well(printed)) => {
            rule::read(&desk.rules, printed, &curator.limits).map(Some).map_err(|why| unmakeable(&why))
        }
        _ => Err(unmakeable(words::docs::EMPTY)),
    }
}

/// When a version was published; `None` where it is not.
fn published_at<P: Ports>(
    reader: &Reader<'_, P>,
    name: &PackageName,
    version: &Version,
) -> Result<Option<Timestamp>, Stop> {
    let metadata = reader.published(name)?.metadata;
    let facts = metadata.as_ref().and_then(|file| file.metadata().published.get(version));
    Ok(facts.map(|facts| facts.published_time))
}

/// Writes down what became of documentation that is owed: in the newest index, whoever wrote it, since making it takes
/// long. What nobody owes is not written down.
async fn record<P: Ports>(
    curator: &Curator<P>,
    fates: &BTreeMap<Identity, Fate>,
    now: Timestamp,
) -> Result<BTreeMap<Identity, Option<Pending>>, Stop> {
    let mut attempt = 1;
    loop {
        let reader = Reader::open_index(curator).await?;
        let (mut owed, mut change, mut left) = (pending(&reader)?, Change::new(), BTreeMap::new());
        for (identity, fate) in fates {
            let mut debts = owed.remove(identity).unwrap_or_default();
            let docs = match (fate, &debts.docs) {
                (Fate::Owed(failure), Some(previous)) => Some(Pending::after(Some(previous), failure.owed(), now)),
                _ => None,
            };
            left.insert(identity.clone(), docs.clone());
            if debts.docs != docs {
                debts.docs = docs;
                enter(identity, &debts, &mut change)?;
            }
        }
        if change.is_empty() {
            return Ok(left);
        }
        let message = format!("Record which documentation is there{}", trailer(recorded(&reader)?));
        match curator.index.commit(reader.index_revision(), &change, &message).await {
            Err(RepoError::Moved { .. }) if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            done => return done.map(|_| left).map_err(Stop::from),
        }
    }
}
