//! Finding the commits that brought definitions into the registry: an archive is made as of them, and dated by them.

use std::collections::BTreeMap;

use crate::model::{Merge, PackageName, Sha256, TreePath, Version};
use crate::ports::{History, Logged, Ports, Repo, RepoError, Revision};
use crate::rules::registry::World;

use super::Stop;
use super::reader::Reader;
use super::scope::Scope;

/// A definition whose merge is sought.
struct Sought {
    name: PackageName,
    version: Version,
    digest: Sha256,
}

/// Tells every wanted definition of `world` what brought it. Where the registry is a plain folder, nothing is known.
pub(super) async fn date<P: Ports>(reader: &Reader<'_, P>, scope: &Scope, world: &mut World) -> Result<(), Stop> {
    let Some((registry, at)) = reader.registry() else { return Ok(()) };
    let Some(newest) = registry.describe(at)? else { return Ok(()) };
    let mut sought = BTreeMap::new();
    for (name, state) in &mut world.packages {
        for (version, candidate) in &mut state.wanted {
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
    if let Some((_, log)) = &scope.changes {
        search(registry, log, &mut sought, world)?;
    }
    if !sought.is_empty() {
        search(registry, &registry.log(None, at).await?, &mut sought, world)?;
    }
    // What came by a way that is not along first parents is dated by what made it visible.
    for it in sought.into_values() {
        found(world, &it, &newest);
    }
    Ok(())
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

/// Goes through `log` from the oldest on and takes from `sought` what the first commit with its very bytes brought.
fn search<R: Repo + History>(
    registry: &R,
    log: &[Logged],
    sought: &mut BTreeMap<TreePath, Sought>,
    world: &mut World,
) -> Result<(), Stop> {
    for logged in log {
        if sought.is_empty() {
            return Ok(());
        }
        let differences = registry.difference(logged.parent.as_ref(), &logged.revision)?;
        for changed in differences.changed {
            let Some(it) = sought.get(&changed.path) else { continue };
            if changed.after.is_none() {
                continue;
            }
            let bytes = registry.read(&logged.revision, &changed.path)?;
            if bytes.is_some_and(|bytes| Sha256::of(&bytes) == it.digest)
                && let Some(it) = sought.remove(&changed.path)
            {
                found(world, &it, logged);
            }
        }
    }
    Ok(())
}

fn found(world: &mut World, it: &Sought, logged: &Logged) {
    let state = world.packages.get_mut(&it.name);
    if let Some(candidate) = state.and_then(|state| state.wanted.get_mut(&it.version)) {
        candidate.merge = Some(Merge { commit: logged.revision.0.clone(), time: logged.time });
    }
}
