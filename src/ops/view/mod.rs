//! Views: the published index, shown in the formats of other clients. What is shown is the index at one state and nothing
//! else, so that a view can be made again at any time.
//!
//! Each part of a view records the state that it was made from. Only what the index changed since then is rendered, unless
//! a part records nothing, or something that this index never was. A part that is behind is brought up by the next run,
//! whatever happened to the one before: nothing about views is written into the index.

mod archives;
mod parts;
mod purescript;
mod scope;
mod single;

use std::time::Duration;

use crate::model::{Fault, IndexConfig, Timestamp, ViewFormat, ViewPush, ViewUpdate};
use crate::ports::{History, Ports, Repo, RepoError, ViewDesk};
use crate::rules::report::view_message;

use super::reader::{Reader, bug, unreadable};
use super::scope::Extent;
use super::sync::{TRIES, pause};
use super::{Curator, Stop};
use parts::{Parts, Step};
use scope::Shown;

/// After this time, a curator that stays tries again to bring up a view that could not be.
const AGAIN: Duration = Duration::from_mins(5);

/// Which views are made, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRequest {
    /// Their names; all of them, where none is named.
    pub names: Vec<String>,
    /// Whether what they record of themselves counts.
    pub extent: Extent,
    /// What is done.
    pub deed: ViewDeed,
}

/// What is done with a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewDeed {
    /// It is made.
    Make,
    /// It is said what would be written.
    Foresee,
}

/// What became of a view.
#[derive(Debug)]
pub struct Viewed {
    /// The view.
    pub name: String,
    /// Its format.
    pub format: ViewFormat,
    /// What was done, or would be; or why nothing could be.
    pub outcome: Result<ViewUpdate, Stop>,
}

/// Makes views of the index as it is.
///
/// # Errors
/// [`Stop`] where the registry has no such view, or the index cannot be read.
pub async fn views<P: Ports>(curator: &Curator<P>, request: &ViewRequest) -> Result<Vec<Viewed>, Stop> {
    if curator.views.is_empty() {
        return Err(Stop::Usage("this registry has no views: its curator.toml has no [[view]]".to_owned()));
    }
    let known = |name: &&String| curator.views.iter().any(|desk| desk.name == **name);
    if let Some(name) = request.names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = curator.views.iter().map(|desk| desk.name.as_str()).collect();
        return Err(Stop::Usage(format!("there is no view '{name}'; there are {}", all.join(", "))));
    }
    let is_meant = |desk: &&ViewDesk<P::Index>| request.names.is_empty() || request.names.contains(&desk.name);
    let mut viewed = Vec::new();
    for desk in curator.views.iter().filter(is_meant) {
        let outcome = until_first(curator, desk, request.extent, request.deed).await;
        let outcome = outcome.and_then(|update| update.ok_or_else(|| Stop::Usage(NOTHING.to_owned())));
        viewed.push(Viewed { name: desk.name.clone(), format: desk.format, outcome });
    }
    Ok(viewed)
}

/// Why there is nothing to show.
const NOTHING: &str = "there is nothing to show: nothing is published yet, or the index is elsewhere";

/// Brings every view up to date after a sync. What goes wrong is told, and the next sync tries it again: at the time that
/// is given, where one is.
pub(super) async fn follow<P: Ports>(
    curator: &Curator<P>,
    now: Timestamp,
    next: &mut Option<Timestamp>,
) -> Vec<Viewed> {
    let mut viewed = Vec::new();
    for desk in &curator.views {
        let Some(outcome) = until_first(curator, desk, Extent::Changes, ViewDeed::Make).await.transpose() else {
            continue;
        };
        if outcome.as_ref().is_err_and(|stop| stop.fault() == Fault::Transient) {
            let again = now.after(AGAIN);
            *next = Some(next.map_or(again, |next| next.min(again)));
        }
        viewed.push(Viewed { name: desk.name.clone(), format: desk.format, outcome });
    }
    viewed
}

/// Makes a view, again where another curator was faster.
async fn until_first<P: Ports>(
    curator: &Curator<P>,
    desk: &ViewDesk<P::Index>,
    extent: Extent,
    deed: ViewDeed,
) -> Result<Option<ViewUpdate>, Stop> {
    let mut attempt = 1;
    loop {
        match make(curator, desk, extent, deed).await {
            Err(Stop::Repo(RepoError::Moved { .. })) if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

/// Makes a view; `None` where there is no index to show.
async fn make<P: Ports>(
    curator: &Curator<P>,
    desk: &ViewDesk<P::Index>,
    extent: Extent,
    deed: ViewDeed,
) -> Result<Option<ViewUpdate>, Stop> {
    // First, so that what the parts were made from is never newer than the index that is read: another curator that shows
    // a newer one meanwhile has moved them.
    let mut parts = Parts::open(desk).await?;
    let reader = Reader::open_index(curator).await?;
    // A disk that is not mounted looks like an index with nothing in it: a view of that would show nothing any more.
    let Some(config) = own_config(&reader)? else { return Ok(None) };
    let index_commit = reader.describe_index()?.map(|logged| logged.revision.0.parse());
    let index_commit = index_commit.transpose().map_err(|_| Stop::Bug("the index has no commit".to_owned()))?;
    parts.goal.index_commit = index_commit;
    if extent == Extent::Changes && parts.are_current() {
        let index_commit = parts.goal.index_commit;
        return Ok(Some(ViewUpdate { index_commit, packages: Some(0), pushes: Vec::new(), left_out: Vec::new() }));
    }
    // Of what somebody else wrote there, or another rendering, nothing is taken over.
    let extent = if parts.are_ours() { extent } else { Extent::Everything };
    let scope = scope::find(curator, &reader, &parts, extent).await?;
    let shown = Shown::read(&reader, scope, config)?;
    let (steps, left_out) = match desk.format {
        ViewFormat::PurescriptRegistry => purescript::steps(curator, &parts, &shown).await?,
        ViewFormat::RicochetStatic => single::ricochet(curator, &parts, &shown, extent).await?,
        ViewFormat::ZeroIndex => single::zero_index(&parts, &shown)?,
        ViewFormat::ZeroRemote => single::zero_remote(&parts, &shown)?,
    };
    let packages = shown.scope.as_ref().map(|touched| touched.packages.len());
    let pushes = match deed {
        ViewDeed::Foresee => steps.iter().filter(|step| !step.change.is_empty()).map(Step::push).collect(),
        ViewDeed::Make => carry_out(&mut parts, steps, &view_message(&desk.name, packages)).await?,
    };
    Ok(Some(ViewUpdate { index_commit: parts.goal.index_commit, packages, pushes, left_out }))
}

/// Pushes one step after the other: who stops in between has shown nothing too early.
async fn carry_out<R: Repo + History>(
    parts: &mut Parts<R>,
    steps: Vec<Step>,
    title: &str,
) -> Result<Vec<ViewPush>, Stop> {
    let mut pushes = Vec::new();
    for step in steps {
        parts.push(&step, title).await?;
        if !step.change.is_empty() {
            pushes.push(step.push());
        }
    }
    Ok(pushes)
}

/// What the index says of itself; `None` where it says nothing.
fn own_config<P: Ports>(reader: &Reader<'_, P>) -> Result<Option<IndexConfig>, Stop> {
    reader.own_index()?;
    let path = "config.json".parse().map_err(bug)?;
    let bytes = reader.index_file(&path)?;
    bytes.map(|bytes| serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error))).transpose()
}
