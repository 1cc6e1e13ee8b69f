//! Looking through the past of registry and index for what was published and then lost or changed. Nothing is written.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{Area, Date, HistoryReport, PackageName, PastCommit, TreePath};
use crate::ports::{Changed, History, Logged, Ports, Repo, RepoError, Revision};
use crate::rules::audit::history::{Chronicle, Compared, Layout, Today, compare};

use super::past::{Past, ahead, area_of_facts, bytes};
use super::{Curator, Event, Stop};

/// Reads every commit of registry and index, from the day `since` on, and tells what became of what they did.
///
/// # Errors
/// [`Stop::NoHistory`] where neither place keeps one.
pub async fn audit_history<P: Ports>(curator: &Curator<P>, since: Option<Date>) -> Result<HistoryReport, Stop> {
    let registry = Past::find(&curator.registry, since).await?;
    let index = Past::find(&curator.index, since).await?;
    if registry.commits.is_none() && index.commits.is_none() {
        return Err(Stop::NoHistory);
    }
    (curator.progress)(Event::Total(ahead([&registry, &index])));
    let facts = area_of_facts(&curator.index, &index)?;
    let mut chronicle = Chronicle::default();
    let layout = Layout { area: Area::Registry, facts };
    let compare = |logged: &Logged| compared(&curator.registry, layout, logged);
    registry.walk(curator, compare, |logged, files| enter(&mut chronicle, layout, logged, files)).await?;
    let layout = Layout { area: Area::Index, facts };
    let compare = |logged: &Logged| compared(&curator.index, layout, logged);
    index.walk(curator, compare, |logged, files| enter(&mut chronicle, layout, logged, files)).await?;
    let facts_of = if facts == Area::Index { &index } else { &registry };
    let today = match facts {
        // Whoever has read every commit of the facts knows what there is today.
        _ if since.is_none() && facts_of.commits.is_some() => BTreeMap::new(),
        Area::Index => today(&curator.index, index.head.as_ref(), &chronicle)?,
        _ => today(&curator.registry, registry.head.as_ref(), &chronicle)?,
    };
    let walked = vec![registry.walked(Area::Registry), index.walked(Area::Index)];
    Ok(chronicle.report(&today, since, walked))
}

/// What a commit changed in the files that hold what is published.
fn compared<R: History>(repo: &R, layout: Layout, logged: &Logged) -> Result<Vec<Compared>, RepoError> {
    let differences = repo.difference(logged.parent.as_ref(), &logged.revision)?;
    let wanted: Vec<&Changed> = differences.changed.iter().filter(|changed| layout.wants(&changed.path)).collect();
    let one = |changed: &&Changed| {
        let (before, after) = (bytes(repo, changed.before)?, bytes(repo, changed.after)?);
        Ok(compare(layout, &changed.path, before, after))
    };
    wanted.par_iter().map(one).collect()
}

fn enter(chronicle: &mut Chronicle, layout: Layout, logged: &Logged, files: Vec<Compared>) {
    chronicle.enter(layout, past_commit(layout.area, logged), files);
}

fn past_commit(area: Area, logged: &Logged) -> PastCommit {
    PastCommit {
        area,
        id: logged.revision.0.clone(),
        time: logged.time,
        author: logged.author.clone(),
        message: logged.title().to_owned(),
    }
}

/// What is published today of the packages that the chronicle asks about.
fn today<R: Repo>(
    repo: &R,
    head: Option<&Revision>,
    chronicle: &Chronicle,
) -> Result<BTreeMap<PackageName, Today>, Stop> {
    let Some(head) = head else { return Ok(BTreeMap::new()) };
    let mut today = BTreeMap::new();
    for name in chronicle.in_question() {
        let places = [format!("metadata/{name}.json"), format!("metadata/{}.json", name.shelf())];
        for place in places.iter().filter_map(|place| place.parse::<TreePath>().ok()) {
            if let Some(bytes) = repo.read(head, &place)? {
                today.insert(name.clone(), Today::read(&bytes));
            }
        }
    }
    Ok(today)
}
