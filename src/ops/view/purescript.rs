//! Making the view `purescript-registry`: its parts change in an order in which no client ever sees a version without its
//! manifest or its archive.
//!
//! What comes is put into the archives, then into the lines, and then the metadata changes as a whole: it alone says which
//! versions there are. What leaves is taken from the lines afterwards, and from the archives last.

use std::collections::BTreeMap;

use crate::model::{LeftOut, LeftOutReason, PackageName, Sha256, TreePath, Version, ViewPart};
use crate::ops::reader::bug;
use crate::ops::{Curator, Stop};
use crate::ports::{Change, History, Ports, Repo};
use crate::rules::index::{Package, shard_path};
use crate::rules::views::purescript::{
    ClientPackage, archive_of, client_archive_path, client_metadata_path, client_package, keep_path, owns_archive,
    owns_line_file, owns_registry_file, set_problem, with_leaving,
};
use crate::rules::views::{Listing, ViewFiles};

use super::archives::archive;
use super::parts::{End, Parts, Step};
use super::scope::Shown;

/// What each part is to hold.
#[derive(Default)]
struct Goal {
    archives: ViewFiles,
    lines: ViewFiles,
    registry: ViewFiles,
    left_out: Vec<LeftOut>,
}

/// The steps, in their order, and what the view does not show.
pub(super) async fn steps<P: Ports>(
    curator: &Curator<P>,
    parts: &Parts<P::Index>,
    shown: &Shown,
) -> Result<(Vec<Step>, Vec<LeftOut>), Stop> {
    let mut goal = Goal::default();
    for (name, package) in &shown.packages {
        let mut stock = Stock::of(curator, parts, name, package).await?;
        let client = client_package(name, package, &stock.lacking);
        let client = client.map_err(|error| Stop::IndexFile { file: name.to_string(), reason: error.to_string() })?;
        stock.settle(name, &client, &mut goal.archives)?;
        goal.add(name, client)?;
    }
    goal.add_sets(parts, shown)?;
    if shown.is_everything() {
        goal.lines.extend(parts.strangers(ViewPart::Index, &goal.lines, owns_line_file)?);
        goal.registry.extend(parts.strangers(ViewPart::Registry, &goal.registry, owns_registry_file)?);
    }
    if shown.is_everything() && parts.has(ViewPart::Archives) {
        // What stays is not among the files, since its bytes are there already.
        let stays = |path: &TreePath| archive_of(path).is_some_and(|(name, _)| shown.packages.contains_key(&name));
        let strangers =
            parts.strangers(ViewPart::Archives, &goal.archives, |path| owns_archive(path) && !stays(path))?;
        goal.archives.extend(strangers);
    }
    let lines = parts.difference(ViewPart::Index, goal.lines)?;
    let registry = parts.difference(ViewPart::Registry, goal.registry)?;
    Ok((in_order(parts, goal.archives, &lines, registry)?, goal.left_out))
}

/// The changes as steps: what comes, what there is, what goes.
fn in_order<R: Repo + History>(
    parts: &Parts<R>,
    archives: ViewFiles,
    lines: &Change,
    registry: Change,
) -> Result<Vec<Step>, Stop> {
    let (going, coming): (Change, Change) = archives.into_iter().partition(|(_, bytes)| bytes.is_none());
    let (meanwhile, rest) = meanwhile(parts, lines)?;
    let end = |rest: &Change| if rest.is_empty() { End::Goal } else { End::Between };
    let mut steps = Vec::new();
    if parts.has(ViewPart::Archives) {
        steps.push(Step { part: ViewPart::Archives, change: coming, end: end(&going) });
    }
    steps.push(Step { part: ViewPart::Index, change: meanwhile, end: end(&rest) });
    steps.push(Step { part: ViewPart::Registry, change: registry, end: End::Goal });
    if !rest.is_empty() {
        steps.push(Step { part: ViewPart::Index, change: rest, end: End::Goal });
    }
    if !going.is_empty() {
        steps.push(Step { part: ViewPart::Archives, change: going, end: End::Goal });
    }
    Ok(steps)
}

/// The change of the lines before that of the metadata, in which nothing goes, and the rest of it for afterwards.
fn meanwhile<R: Repo + History>(parts: &Parts<R>, lines: &Change) -> Result<(Change, Change), Stop> {
    let (mut before, mut after) = (Change::new(), Change::new());
    for (path, bytes) in lines {
        let current = parts.read(ViewPart::Index, path)?;
        let both = current.as_deref().and_then(|current| with_leaving(bytes.as_deref(), current));
        match both {
            None => drop(before.insert(path.clone(), bytes.clone())),
            Some(both) => {
                if current.as_deref() != Some(both.as_bytes()) {
                    before.insert(path.clone(), Some(both.into_bytes()));
                }
                after.insert(path.clone(), bytes.clone());
            }
        }
    }
    Ok((before, after))
}

impl Goal {
    fn add(&mut self, name: &PackageName, client: ClientPackage) -> Result<(), Stop> {
        let lines = client.lines.map(|file| file.text().as_bytes().to_vec());
        self.lines.insert(shard_path(name).map_err(bug)?, lines);
        let metadata = client.metadata.map(|file| file.text().as_bytes().to_vec());
        self.registry.insert(client_metadata_path(name).map_err(bug)?, metadata);
        self.left_out.extend(client.left_out);
        Ok(())
    }

    /// The package sets, and the file that keeps their folder there where it holds none.
    fn add_sets<R: Repo + History>(&mut self, parts: &Parts<R>, shown: &Shown) -> Result<(), Stop> {
        let keep = keep_path().map_err(bug)?;
        for (path, bytes) in &shown.sets {
            let problem = bytes.as_deref().and_then(|bytes| set_problem(path, bytes));
            let bytes = bytes.clone().filter(|_| problem.is_none());
            self.left_out.extend(problem);
            self.registry.insert(path.clone(), bytes);
        }
        let is_set = |path: &TreePath| owns_registry_file(path) && *path != keep;
        let standing = if shown.is_everything() {
            Vec::new()
        } else {
            parts.files(ViewPart::Registry, keep.parent().as_ref(), is_set)?
        };
        let goes = |path: &TreePath| self.registry.get(path).is_some_and(Option::is_none);
        let stays = standing.iter().any(|path| !goes(path));
        let comes = shown.sets.keys().any(|path| self.registry.get(path).is_some_and(Option::is_some));
        self.registry.insert(keep, (!stays && !comes).then(Vec::new));
        Ok(())
    }
}

/// The archives of a package, where the view has some.
#[derive(Default)]
struct Stock {
    /// Those that are there and go, unless their version is shown.
    standing: BTreeMap<Version, TreePath>,
    /// Those that are not there as they were published, and come with their version.
    fresh: BTreeMap<Version, Vec<u8>>,
    /// The versions of which no store has the archive, and why.
    lacking: BTreeMap<Version, LeftOutReason>,
}

impl Stock {
    async fn of<P: Ports>(
        curator: &Curator<P>,
        parts: &Parts<P::Index>,
        name: &PackageName,
        package: &Package,
    ) -> Result<Self, Stop> {
        let mut stock = Self::default();
        if !parts.has(ViewPart::Archives) {
            return Ok(stock);
        }
        let folder: TreePath = name.as_str().parse().map_err(bug)?;
        for path in parts.files(ViewPart::Archives, Some(&folder), owns_archive)? {
            stock.standing.extend(archive_of(&path).map(|(_, version)| (version, path)));
        }
        for listed in Listing::of(name, package).versions {
            let (version, path) = (listed.version(), client_archive_path(name, listed.version()).map_err(bug)?);
            let standing = parts.read(ViewPart::Archives, &path)?;
            if standing.is_some_and(|bytes| Sha256::of(&bytes) == listed.facts.hash) {
                continue;
            }
            match archive(curator, name, version, listed.facts).await? {
                Ok(bytes) => drop(stock.fresh.insert(version.clone(), bytes)),
                Err(why) => drop(stock.lacking.insert(version.clone(), why)),
            }
        }
        Ok(stock)
    }

    /// What comes and goes, now that it is known which versions are shown.
    fn settle(&mut self, name: &PackageName, client: &ClientPackage, archives: &mut ViewFiles) -> Result<(), Stop> {
        for version in client.metadata.iter().flat_map(|file| file.metadata().published.keys()) {
            self.standing.remove(version);
            if let Some(bytes) = self.fresh.remove(version) {
                archives.insert(client_archive_path(name, version).map_err(bug)?, Some(bytes));
            }
        }
        archives.extend(std::mem::take(&mut self.standing).into_values().map(|path| (path, None)));
        Ok(())
    }
}
