//! Finding out which commits brought what the registry says: an archive is made as of one, and dated by it; a revision, a
//! yank or an unpublish is dated by another.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Merge, Moment, PackageName, Sha256, StatusKind, Terms, Timestamp, TreePath, Version};
use crate::ports::{Changed, History, Logged, Ports, Repo, RepoEntryKind, RepoError, Revision};
use crate::rules::plan::amendments;
use crate::rules::registry::{PackageState, RegistryPath, Timeline, Word, World};

use super::Stop;
use super::reader::Reader;
use super::said::{said, word};
use super::scope::{Scope, package};

/// A definition whose merge is sought.
struct Sought {
    name: PackageName,
    version: Version,
    digest: Sha256,
}

/// What was said of each package, and when.
type Events = BTreeMap<PackageName, Vec<(Moment, Word)>>;

/// Tells every wanted definition of `world` what brought it, and of every package since when it is said to be what it is
/// said to be, as far as that is not in the index. Where the registry is a plain folder, the time is `scope`'s.
pub(super) async fn date<P: Ports>(reader: &Reader<'_, P>, scope: &Scope, world: &mut World) -> Result<(), Stop> {
    let Some((registry, at)) = reader.registry() else { return Ok(()) };
    let Some(newest) = registry.describe(at)? else {
        date_folder(scope.now(), world);
        return Ok(());
    };
    let mut seeker = Seeker { registry, terms: reader.terms(), sought: recall(registry, scope, world)? };
    let stretch = scope.stretch(registry, at).await?;
    if let Some((start, log)) = &stretch {
        for (name, events) in seeker.walk(log, world)? {
            let before = said(registry, start, &name, seeker.terms)?;
            tell(world, &name, Timeline::since(before), events);
        }
    }
    let is_older = |(name, state): &(&PackageName, &PackageState)| stretch.is_none() || needs_more(name, state);
    let older: BTreeSet<PackageName> = world.packages.iter().filter(is_older).map(|(name, _)| name.clone()).collect();
    if !seeker.sought.is_empty() || !older.is_empty() {
        let mut events = seeker.walk(&registry.log(None, at).await?, world)?;
        for name in older {
            let events = events.remove(&name).unwrap_or_default();
            tell(world, &name, Timeline::default(), events);
        }
    }
    // What came by a way that is not along first parents is dated by what made it visible.
    for it in std::mem::take(&mut seeker.sought).into_values() {
        found(world, &it, &newest);
    }
    Ok(())
}

/// The definitions whose merges nobody has written down.
fn recall<R: Repo + History>(
    registry: &R,
    scope: &Scope,
    world: &mut World,
) -> Result<BTreeMap<TreePath, Sought>, Stop> {
    let mut sought = BTreeMap::new();
    for (name, state) in &mut world.packages {
        for (version, candidate) in state.wanted.iter_mut().chain(&mut state.withdrawn) {
            let pending = scope.pending.get(&(name.clone(), version.clone()));
            let known = pending.and_then(|pending| pending.registry_commit.as_ref());
            candidate.merge = match known {
                Some(known) => recorded(registry, known, &candidate.file, &candidate.digest)?,
                None => None,
            };
            if candidate.merge.is_none() {
                let it = Sought { name: name.clone(), version: version.clone(), digest: candidate.digest };
                sought.insert(candidate.file.clone(), it);
            }
        }
    }
    Ok(sought)
}

/// The merge that an earlier run wrote down, if the file has not changed since.
fn recorded<R: Repo + History>(
    registry: &R,
    commit: &str,
    file: &TreePath,
    digest: &Sha256,
) -> Result<Option<Merge>, Stop> {
    let at = Revision(commit.to_owned());
    let logged = match registry.describe(&at) {
        Ok(Some(logged)) => logged,
        // A shallow copy may lack it: then it is searched for.
        Ok(None) | Err(RepoError::Unknown { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let same = registry.read(&at, file)?.is_some_and(|bytes| Sha256::of(&bytes) == *digest);
    Ok(same.then(|| Merge { commit: commit.to_owned(), time: logged.time }))
}

/// Whether something that is said of the package counts from now on and has been said since before the stretch that was
/// looked at.
fn needs_more(name: &PackageName, state: &PackageState) -> bool {
    let concerns = |version: &Version| {
        let kinds = [StatusKind::Quarantined, StatusKind::Yanked, StatusKind::Deprecated];
        state.said.overrides.contains_key(version) || kinds.iter().any(|kind| state.said.has(version, *kind))
    };
    amendments(name, state).is_older || state.wanted.keys().any(concerns)
}

/// Whoever goes through the log of the registry.
struct Seeker<'r, R> {
    registry: &'r R,
    terms: Terms,
    sought: BTreeMap<TreePath, Sought>,
}

impl<R: Repo + History> Seeker<'_, R> {
    /// Goes through `log` from the oldest on: takes from what is sought what the first commit with its very bytes brought,
    /// and notes what was said of the packages of `world`.
    fn walk(&mut self, log: &[Logged], world: &mut World) -> Result<Events, Stop> {
        let mut events = Events::new();
        for logged in log {
            let differences = self.registry.difference(logged.parent.as_ref(), &logged.revision)?;
            for changed in differences.changed {
                self.look(&changed, logged, world)?;
                let path = RegistryPath::of(&changed.path);
                let Some(name) = package(&path).filter(|name| world.packages.contains_key(name)) else { continue };
                let bytes = match changed.after {
                    Some(after) if after.kind == RepoEntryKind::File => Some(self.registry.bytes(&after.object)?),
                    // A link is a finding elsewhere; what was said before stays said.
                    Some(_) => continue,
                    None => None,
                };
                if let Some(word) = word(&path, &changed.path, bytes.as_deref(), self.terms) {
                    let moment = Moment { commit: Some(logged.revision.0.clone()), time: logged.time };
                    events.entry(name).or_default().push((moment, word));
                }
            }
        }
        Ok(events)
    }

    fn look(&mut self, changed: &Changed, logged: &Logged, world: &mut World) -> Result<(), Stop> {
        let Some(it) = self.sought.get(&changed.path) else { return Ok(()) };
        let Some(after) = changed.after.filter(|after| after.kind == RepoEntryKind::File) else { return Ok(()) };
        if Sha256::of(&self.registry.bytes(&after.object)?) == it.digest
            && let Some(it) = self.sought.remove(&changed.path)
        {
            found(world, &it, logged);
        }
        Ok(())
    }
}

fn found(world: &mut World, it: &Sought, logged: &Logged) {
    let Some(state) = world.packages.get_mut(&it.name) else { return };
    let candidate = state.wanted.get_mut(&it.version).or_else(|| state.withdrawn.get_mut(&it.version));
    if let Some(candidate) = candidate {
        candidate.merge = Some(Merge { commit: logged.revision.0.clone(), time: logged.time });
    }
}

/// Tells a package what was said of it since `timeline` begins.
fn tell(world: &mut World, name: &PackageName, mut timeline: Timeline, events: Vec<(Moment, Word)>) {
    let Some(state) = world.packages.get_mut(name) else { return };
    for (moment, word) in events {
        timeline.push(moment, word);
    }
    state.timeline = timeline;
}

/// In a plain folder, what the index does not know yet is said from now on.
fn date_folder(now: Timestamp, world: &mut World) {
    let moment = Moment { commit: None, time: now };
    for (name, state) in &mut world.packages {
        if needs_more(name, state) {
            let mut timeline = Timeline::default();
            for (version, said) in &state.said.overrides {
                timeline.push(moment.clone(), Word::Override(version.clone(), Some(said.clone())));
            }
            for (version, said) in &state.said.statuses {
                timeline.push(moment.clone(), Word::Status(version.clone(), Some(said.clone())));
            }
            state.timeline = timeline;
        }
        let signed = state.registration.as_ref().and_then(|registration| registration.authorization.as_ref());
        if let Some(authorization) = signed {
            state.timeline.push(moment.clone(), Word::Registration(authorization.digest()));
        }
    }
}
