//! Taking over the packages of the Bower days: every tag of every listed repository is read once, and what checks and
//! resolves is written as definitions.
//!
//! What was read is kept beside the registry, a file a package, as soon as it is read. A run that is cut off loses the
//! packages that it was reading, and nothing else: what can be written is computed anew from everything that was ever
//! read, and a file that is there stays.

mod ask;
mod hosts;
mod journal;
mod offers;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::model::{PackageName, Version};
use crate::ports::{Event, Ports, Workspace};
use crate::rules::import::{Census, Lists};

use super::reader::Reader;
use super::{Curator, Stop};

use ask::{Asking, ask};
use hosts::Hosts;
use journal::{Answers, Journal};
use offers::Offered;

/// The file of the registry that says what became of everything.
pub const IMPORT_REPORT: &str = "import-report.json";

/// What to take over, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRequest {
    /// The packages and where they are.
    pub lists: Lists,
    /// The compiler that every definition names.
    pub compiler: Version,
    /// The packages to ask; every listed one, where there are none.
    pub only: BTreeSet<PackageName>,
    /// The most repositories of one host that are read at once.
    pub per_host: usize,
    /// The time between two questions to one host, for each of those.
    pub pause: Duration,
    /// Whether packages with refusals are asked again.
    pub retry: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What became of everything that the lists name.
    pub census: Census,
    /// How many definitions this run has written.
    pub written: usize,
}

/// Takes over what the lists name: asks what was not asked yet, writes what can stand together, and reports the rest.
///
/// # Errors
/// [`Stop`] where registry, index or machine are at fault. What was read and written stays.
pub async fn import_bower<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    registry: &W,
    state: &W,
    request: &ImportRequest,
) -> Result<Imported, Stop> {
    let journal = Journal::new(state);
    let mut answers = BTreeMap::new();
    for entry in request.lists.entries() {
        let Ok((name, location)) = &entry.package else { continue };
        let known = journal.read(name)?.filter(|it| it.location == *location && it.compiler == request.compiler);
        answers.extend(known.map(|known| (name.clone(), known)));
    }
    ask_all(curator, &journal, request, &mut answers).await?;
    let offered = Offered::gather(curator.as_ref(), request, answers).await?;
    writing::write(curator.as_ref(), registry, request, offered)
}

/// Asks every package that has something left to ask, a few of each host at a time, and keeps each answer at once.
async fn ask_all<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    journal: &Journal<'_, W>,
    request: &ImportRequest,
    answers: &mut BTreeMap<PackageName, Answers>,
) -> Result<(), Stop> {
    let listed: Vec<_> = request.lists.entries().filter_map(|entry| entry.package.as_ref().ok()).collect();
    let wanted = |name: &PackageName| request.only.is_empty() || request.only.contains(name);
    let open: Vec<_> = listed
        .into_iter()
        .filter(|(name, _)| wanted(name) && answers.get(name).is_none_or(|it| it.leaves_open(request.retry)))
        .collect();
    let reader = Reader::open(curator.as_ref()).await?;
    let world = reader.world(open.iter().map(|(name, _)| name.clone()), &mut BTreeMap::new())?;
    let mut hosts = Hosts::new(request.per_host, request.pause);
    (curator.progress)(Event::Total(open.len()));
    let mut tasks = JoinSet::new();
    for (name, location) in open {
        let asking = Asking {
            name: name.clone(),
            location: location.clone(),
            compiler: request.compiler.clone(),
            state: world.packages.get(name).cloned().unwrap_or_default(),
            known: answers.get(name).cloned().map(|known| known.without_refusals(request.retry)),
            host: hosts.of(location),
        };
        tasks.spawn(ask(Arc::clone(curator), asking));
    }
    while let Some(done) = tasks.join_next().await {
        let answer = done.map_err(|error| Stop::Bug(error.to_string()))??;
        if answer.is_worth_keeping() {
            journal.keep(&answer)?;
        }
        answers.insert(answer.name.clone(), answer);
        (curator.progress)(Event::Done);
    }
    Ok(())
}
