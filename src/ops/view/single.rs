//! Making the views that have one place: one change shows all of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{EncoderName, LeftOut, LeftOutReason, LeftOutSubject, PackageName, TreePath, Version, ViewPart};
use crate::ops::compile::published_files;
use crate::ops::reader::bug;
use crate::ops::scope::Extent;
use crate::ops::{Curator, Stop};
use crate::ports::{Encoder as _, History, Ports, Repo};
use crate::rules::pack;
use crate::rules::views::ricochet::{self, Integrity};
use crate::rules::views::zero_index::{ZeroIndex, lock_path, table_path};
use crate::rules::views::zero_remote::{ZeroRemote, document_path};
use crate::rules::views::{Listing, UnreadableView, ViewFiles};

use super::parts::{End, Parts, Step};
use super::scope::Shown;

/// The steps of a view, and what it does not show.
type Made = (Vec<Step>, Vec<LeftOut>);

/// The one step that leads to `files`.
fn step<R: Repo + History>(parts: &Parts<R>, files: ViewFiles) -> Result<Vec<Step>, Stop> {
    let change = parts.difference(ViewPart::Whole, files)?;
    Ok(vec![Step { part: ViewPart::Whole, change, end: End::Goal }])
}

/// What no format of these has a place for.
fn halves(shown: &Shown) -> Vec<LeftOut> {
    let mut left_out = Vec::new();
    for (name, package) in &shown.packages {
        let published = package.metadata.iter().flat_map(|file| &file.metadata().published);
        for (version, facts) in published {
            let has_line = package.manifests.as_ref().is_some_and(|lines| lines.get(version).is_some());
            if !has_line && facts.quarantined.is_none() {
                let what = LeftOutSubject::Version(name.clone(), version.clone());
                left_out.push(LeftOut { what, why: LeftOutReason::WithoutLine });
            }
        }
    }
    left_out
}

/// A view whose own files say something else than what was written there: `--full` makes it anew.
fn spoilt(error: &UnreadableView) -> Stop {
    Stop::Usage(format!("what stands at the place of the view was changed ({error}): run `curator view --full`"))
}

/// The view `0x0-index`.
pub(super) fn zero_index<R: Repo + History>(parts: &Parts<R>, shown: &Shown) -> Result<Made, Stop> {
    let (table, lock) = (table_path().map_err(bug)?, lock_path().map_err(bug)?);
    let mut files = ZeroIndex::default();
    if !shown.is_everything() {
        let read = |path| Ok::<_, Stop>(parts.read(ViewPart::Whole, path)?.unwrap_or_default());
        files = ZeroIndex::read(&read(&table)?, &read(&lock)?).map_err(|error| spoilt(&error))?;
    }
    for (name, package) in &shown.packages {
        files.put(&Listing::of(name, package), &shown.config);
    }
    let files = [(table, files.table()), (lock, files.lock())];
    let files = files.into_iter().map(|(path, text)| (path, Some(text.into_bytes()))).collect();
    Ok((step(parts, files)?, halves(shown)))
}

/// The view `0x0-remote-registry-v1`.
pub(super) fn zero_remote<R: Repo + History>(parts: &Parts<R>, shown: &Shown) -> Result<Made, Stop> {
    let path = document_path().map_err(bug)?;
    let unwritten = |error: UnreadableView| Stop::Bug(error.to_string());
    let mut document = ZeroRemote::empty(&shown.config);
    if !shown.is_everything() {
        let bytes = parts.read(ViewPart::Whole, &path)?.unwrap_or_default();
        document = ZeroRemote::read(&bytes).map_err(|error| spoilt(&error))?;
    }
    for (name, package) in &shown.packages {
        document.put(&Listing::of(name, package), &shown.config).map_err(unwritten)?;
    }
    if shown.scope.as_ref().is_none_or(|touched| touched.advisories) {
        let file = "advisories/all.json".to_owned();
        let unreadable = |error: UnreadableView| Stop::IndexFile { file, reason: error.to_string() };
        document.put_advisories(shown.advisories.as_deref()).map_err(unreadable)?;
    }
    let text = document.document().map_err(unwritten)?;
    Ok((step(parts, ViewFiles::from([(path, Some(text.into_bytes()))]))?, halves(shown)))
}

/// The view `ricochet-static-registry-v1`.
pub(super) async fn ricochet<P: Ports>(
    curator: &Curator<P>,
    parts: &Parts<P::Index>,
    shown: &Shown,
    extent: Extent,
) -> Result<Made, Stop> {
    let index = ricochet::index_path().map_err(bug)?;
    let (mut files, mut left_out, mut names) = (ViewFiles::new(), halves(shown), BTreeSet::new());
    let mut standing = BTreeSet::new();
    if !shown.is_everything() {
        let bytes = parts.read(ViewPart::Whole, &index)?.unwrap_or_default();
        names = ricochet::packages(&bytes).map_err(|error| spoilt(&error))?;
    }
    for (name, package) in &shown.packages {
        let listing = Listing::of(name, package);
        let path = ricochet::package_path(name).map_err(bug)?;
        let folder: TreePath = format!("artifacts/{name}").parse().map_err(bug)?;
        let there = parts.files(ViewPart::Whole, Some(&folder), ricochet::owns)?;
        let recorded = match extent {
            Extent::Changes => parts.read(ViewPart::Whole, &path)?.map(|bytes| ricochet::recorded(&bytes)),
            Extent::Everything => None,
        };
        let old = Old { recorded: recorded.unwrap_or_default(), there: there.iter().cloned().collect() };
        let digests = artifacts(curator, &listing, &old, &mut files, &mut left_out).await?;
        let text = ricochet::package_toml(&listing, &digests);
        let kept: BTreeSet<TreePath> = digests
            .keys()
            .map(|version| ricochet::archive_path(name, version))
            .collect::<Result<_, _>>()
            .map_err(bug)?;
        files.extend(there.into_iter().filter(|path| !kept.contains(path)).map(|path| (path, None)));
        standing.extend(kept);
        if text.is_some() {
            names.insert(name.clone());
        } else {
            names.remove(name);
        }
        files.insert(path, text.map(String::into_bytes));
    }
    files.insert(index, Some(ricochet::index_toml(&names).into_bytes()));
    if shown.is_everything() {
        let strange = |path: &TreePath| ricochet::owns(path) && !standing.contains(path);
        files.extend(parts.strangers(ViewPart::Whole, &files, strange)?);
    }
    Ok((step(parts, files)?, left_out))
}

/// What the view has of a package already.
struct Old {
    recorded: BTreeMap<Version, Integrity>,
    there: BTreeSet<TreePath>,
}

/// The digests of every version whose archive is there or can be made, and the archives that are not there yet.
async fn artifacts<P: Ports>(
    curator: &Curator<P>,
    listing: &Listing<'_>,
    old: &Old,
    files: &mut ViewFiles,
    left_out: &mut Vec<LeftOut>,
) -> Result<BTreeMap<Version, Integrity>, Stop> {
    let mut digests = BTreeMap::new();
    let name: &PackageName = listing.name;
    for listed in &listing.versions {
        let (version, path) = (listed.version(), ricochet::archive_path(name, listed.version()).map_err(bug)?);
        if let Some(integrity) = old.recorded.get(version).filter(|_| old.there.contains(&path)) {
            digests.insert(version.clone(), integrity.clone());
            continue;
        }
        let unpacked = match published_files(curator, name, version, listed.facts).await {
            Ok(unpacked) => unpacked,
            Err(Stop::Archive { reason, .. }) => {
                let what = LeftOutSubject::Version(name.clone(), version.clone());
                left_out.push(LeftOut { what, why: LeftOutReason::Archive(reason) });
                continue;
            }
            Err(stop) => return Err(stop),
        };
        // Below the folder that stands for itself, so that nothing has to be stripped.
        let archive = curator.encoder.encode(EncoderName::default(), &pack::tar(".", &unpacked))?;
        let integrity = Integrity {
            archive_integrity: ricochet::integrity(&archive),
            package_integrity: ricochet::tree_integrity(&unpacked),
        };
        digests.insert(version.clone(), integrity);
        files.insert(path, Some(archive));
    }
    Ok(digests)
}
