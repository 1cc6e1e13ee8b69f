//! What a change would make of the index besides publications, were it merged.

use crate::model::{Amendment, AmendmentDeed, Moment, PackageName, Terms, Timestamp};
use crate::rules::plan::amendments;
use crate::rules::registry::{PackageState, RegistryPath, Timeline, Word, World};

use super::Stop;
use super::said::word;
use super::signed::Earlier;

/// What the index would say of the packages of `world`, which is that after the change, and does not say now. `earlier` is
/// what the changed files said before. What has no time yet has the first there is.
pub(super) fn foresee(world: &World, earlier: &Earlier, terms: Terms) -> Result<Vec<Amendment>, Stop> {
    let time = Timestamp::from_unix_millis(0).map_err(|error| Stop::Bug(error.to_string()))?;
    let mut foreseen = Vec::new();
    for (name, state) in &world.packages {
        let mut before = state.said.clone();
        let mut words = Vec::new();
        for (file, bytes) in earlier {
            let path = RegistryPath::of(file);
            if let Some(now) = said_now(&path, name, state) {
                let then = word(&path, file, bytes.as_deref(), terms).or_else(|| word(&path, file, None, terms));
                if let Some(then) = &then {
                    before.hear(then);
                }
                words.push(now);
            }
        }
        if words.is_empty() && !is_registered_anew(name, earlier) {
            continue;
        }
        let mut timeline = Timeline::since(before);
        for word in words {
            timeline.push(Moment { commit: None, time }, word);
        }
        foreseen.extend(amendments(name, &PackageState { timeline, ..state.clone() }).list);
    }
    foreseen.retain(|amendment| !matches!(amendment.deed, AmendmentDeed::Remember { .. }));
    Ok(foreseen)
}

/// What the file at `path` says after the change, where it is an override or a status of the package.
fn said_now(path: &RegistryPath, name: &PackageName, state: &PackageState) -> Option<Word> {
    match path {
        RegistryPath::Override(of, version) if of == name => {
            Some(Word::Override(version.clone(), state.said.overrides.get(version).cloned()))
        }
        RegistryPath::Status(of, version) if of == name => {
            Some(Word::Status(version.clone(), state.said.statuses.get(version).cloned()))
        }
        _ => None,
    }
}

fn is_registered_anew(name: &PackageName, earlier: &Earlier) -> bool {
    earlier.keys().any(|file| matches!(RegistryPath::of(file), RegistryPath::Registration(of) if of == *name))
}
