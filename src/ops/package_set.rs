//! Package sets: what the next one would be, releasing it, and looking at one that is there.

use crate::model::{
    Area, Date, Finding, PackageName, PackageSet, Place, SetWishes, Terms, Timestamp, TreePath, Version,
};
use crate::ports::{Change, Ports, Repo as _, RepoError};
use crate::rules::check::{check_wishes, check_wishes_target};
use crate::rules::index::{holds_facts, package_set_path};
use crate::rules::package_set::{Offer, Proposal, SetCase, SetRequest, Shelf, check_set_file, propose};
use crate::rules::report::{Texts, changelog};

use super::reader::{Reader, bug};
use super::scope::recorded;
use super::sync::{TRIES, pause, trailer};
use super::{Curator, Stop};

/// The file of the wishes.
const WISHES: &str = "package-set.json";

/// What the next package set is, or would be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetReport {
    /// What it has, and what not.
    pub proposal: Proposal,
    /// What is wrong with the wishes; then there is no next set.
    pub findings: Vec<Finding>,
    /// The texts that the findings point into.
    pub texts: Texts,
}

/// Which package set is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SetSelection {
    /// The newest of the index.
    #[default]
    Newest,
    /// This one of the index.
    Version(Version),
    /// A file that somebody has.
    File {
        /// What it is called.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// Tells what the next package set would be. Nothing is written.
///
/// # Errors
/// [`Stop`] where registry or index cannot be read.
pub async fn propose_set<P: Ports>(curator: &Curator<P>, now: Timestamp) -> Result<SetReport, Stop> {
    let reader = Reader::open(curator).await?;
    let (shelf, _) = shelf(&reader)?;
    next_set(&reader, &shelf, curator.terms(), now)
}

/// Releases the next package set, if there is one: a commit of the index with one file.
///
/// # Errors
/// [`Stop`] where registry or index cannot be read, or the index cannot be written. Then nothing new is visible.
pub async fn update_set<P: Ports>(curator: &Curator<P>, now: Timestamp) -> Result<SetReport, Stop> {
    let mut attempt = 1;
    loop {
        match release(curator, now).await {
            // Whoever was faster may have released the same set: then there is nothing left to do.
            Err(Stop::Repo(RepoError::Moved { .. })) if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

async fn release<P: Ports>(curator: &Curator<P>, now: Timestamp) -> Result<SetReport, Stop> {
    let reader = Reader::open(curator).await?;
    reader.own_index()?;
    let (shelf, area) = shelf(&reader)?;
    if area == Area::Registry {
        let message = "the package sets of this registry are not the curator's: import the registry first";
        return Err(Stop::Usage(message.to_owned()));
    }
    let report = next_set(&reader, &shelf, curator.terms(), now)?;
    let Some(next) = &report.proposal.next else { return Ok(report) };
    let file = next.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    let change = Change::from([(package_set_path(&next.version).map_err(bug)?, Some(file.into_bytes()))]);
    let message = changelog(report.proposal.before.as_ref(), &report.proposal.edits, &next.version);
    // What is published has not changed: the index is complete up to the same commit of the registry as before.
    let trailer = trailer(recorded(&reader)?);
    let message = if trailer.is_empty() { message } else { format!("{}{trailer}", message.trim_end()) };
    curator.index.commit(reader.index_revision(), &change, &message).await?;
    Ok(report)
}

/// Looks at a package set.
///
/// # Errors
/// [`Stop`] where there is no such set, or the index cannot be read.
pub async fn check_package_set<P: Ports>(
    curator: &Curator<P>,
    selection: SetSelection,
    today: Date,
) -> Result<Vec<Finding>, Stop> {
    let reader = match Reader::open(curator).await {
        // A mirror has the index alone.
        Err(Stop::Repo(RepoError::Missing { .. })) => Reader::open_index(curator).await?,
        reader => reader?,
    };
    let (shelf, area) = shelf(&reader)?;
    let (named, place, bytes) = match selection {
        SetSelection::Newest => {
            let none = || Stop::Usage("there is no package set yet".to_owned());
            let (version, bytes) = shelf.sets.last_key_value().ok_or_else(none)?;
            (Some(version.clone()), Place::file(area, &package_set_path(version).map_err(bug)?), bytes.clone())
        }
        SetSelection::Version(version) => {
            let none = || Stop::Usage(format!("there is no package set {version}"));
            let bytes = shelf.sets.get(&version).ok_or_else(none)?.clone();
            (Some(version.clone()), Place::file(area, &package_set_path(&version).map_err(bug)?), bytes)
        }
        SetSelection::File { name, bytes } => (None, Place::file(Area::Registry, &name), bytes),
    };
    let of = serde_json::from_slice(&bytes).map(|set: PackageSet| set.version).ok();
    let previous = named.as_ref().or(of.as_ref()).map(|version| shelf.before(version)).transpose();
    let previous = previous?.flatten();
    Ok(with_offer(&shelf, |offer| {
        let case = SetCase { offer, previous: previous.as_ref(), today };
        check_set_file(&case, named.as_ref(), &place, &bytes)
    }))
}

/// What cannot be had of the wishes in a file, which can be read.
pub(super) fn wishes_findings<P: Ports>(
    reader: &Reader<'_, P>,
    (file, bytes, wishes): &(TreePath, Vec<u8>, SetWishes),
    terms: Terms,
) -> Result<Vec<Finding>, Stop> {
    let (shelf, _) = shelf(reader)?;
    let newest = shelf.newest()?;
    // What can be had does not depend on the day; the newest set's is as good as any.
    let epoch = Timestamp::from_unix_millis(0).map_err(|error| Stop::Bug(error.to_string()))?;
    let today = newest.as_ref().map_or_else(|| epoch.date(), |set| set.published);
    let proposal = with_offer(&shelf, |offer| {
        propose(&SetRequest { offer, newest: newest.as_ref(), wishes, today }, &mut |_| Ok(()))
    });
    Ok(check_wishes_target(file, bytes, terms, &proposal))
}

fn next_set<P: Ports>(reader: &Reader<'_, P>, shelf: &Shelf, terms: Terms, now: Timestamp) -> Result<SetReport, Stop> {
    let file: TreePath = WISHES.parse().map_err(bug)?;
    let mut report = SetReport::default();
    let wishes = match reader.registry_file(&file)? {
        None => SetWishes::default(),
        Some(bytes) => {
            let (wishes, findings) = check_wishes(&file, &bytes, terms);
            report.texts.insert(file.to_string(), String::from_utf8_lossy(&bytes).into_owned());
            report.findings = findings;
            // Wishes that are not wholly understood may keep a package where it is: nothing is done without them.
            let Some(wishes) = wishes else { return Ok(report) };
            wishes
        }
    };
    let newest = shelf.newest()?;
    report.proposal = with_offer(shelf, |offer| {
        let request = SetRequest { offer, newest: newest.as_ref(), wishes: &wishes, today: now.date() };
        propose(&request, &mut |_| Ok(()))
    });
    Ok(report)
}

/// Reads the whole index, and where the package sets stand: in a plain copy of the PureScript registry that is the registry.
fn shelf<P: Ports>(reader: &Reader<'_, P>) -> Result<(Shelf, Area), Stop> {
    let mut files = reader.index_files()?;
    let mut area = Area::Index;
    if !files.iter().any(|(path, _)| path.as_str() == "config.json" || holds_facts(path)) {
        for folder in ["metadata", "package-sets"] {
            let found = reader.registry_files(&folder.parse().map_err(bug)?)?;
            area = if found.is_empty() { area } else { Area::Registry };
            files.extend(found);
        }
    }
    Ok((Shelf::read(files)?, area))
}

/// Tells `work` what may come into a set, whoever wishes for it: what is neither yanked nor deprecated nor in quarantine.
/// A member that is in quarantine is a fault of its set.
fn with_offer<T>(shelf: &Shelf, work: impl FnOnce(Offer<'_>) -> T) -> T {
    let facts = |name: &PackageName, version: &Version| shelf.index.published(name, version);
    let is_usable = |name: &PackageName, version: &Version| {
        facts(name, version).is_some_and(|facts| facts.is_on_offer() && facts.deprecated.is_none())
    };
    let is_withheld =
        |name: &PackageName, version: &Version| facts(name, version).is_some_and(|facts| facts.quarantined.is_some());
    work(Offer { index: &shelf.index, is_usable: &is_usable, is_withheld: &is_withheld })
}
