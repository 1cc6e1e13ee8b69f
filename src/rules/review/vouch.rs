//! Whether a source speaks for its version by itself: then nobody else has to.

use crate::model::{Definition, PackageRules, SourceTree};
use crate::rules::check::differs_from_own;
use crate::rules::own_manifest::OwnManifest;

/// What a source says of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouch {
    /// Its own manifest, at a tag named after the version, says all that the definition says.
    Agrees,
    /// The tag is not named after the version: it may be anything.
    OtherTag,
    /// It has no manifest with a name and a version, or leaves open what the definition says.
    Silent,
    /// A manifest of it says something else, or cannot be read.
    Differs,
}

/// Whether the source at `tree` speaks for the definition: who could tag it is who could publish it (design §5).
///
/// That the tag leads to the commit, the commit is the source's and the location is the registered one are findings of
/// their own.
#[must_use]
pub fn vouches(tree: &SourceTree, definition: &Definition, package: Option<&PackageRules>) -> Vouch {
    let manifest = &definition.manifest;
    // Whoever can name a URL has not put anything there.
    if manifest.location.is_archive() {
        return Vouch::Silent;
    }
    let tag = manifest.reference.to_string();
    if tag.strip_prefix('v').unwrap_or(&tag) != manifest.version.to_string() {
        return Vouch::OtherTag;
    }
    let mut vouch = Vouch::Silent;
    for (_, own) in OwnManifest::all(tree, package) {
        match own {
            Ok(own) if !differs_from_own(&own, manifest) => {
                if says_all(&own, definition) {
                    vouch = Vouch::Agrees;
                }
            }
            Ok(_) | Err(_) => return Vouch::Differs,
        }
    }
    vouch
}

/// Whether the manifest names package and version, gives every dependency its bounds and says what the definition says in
/// a sentence: whoever opens a pull request must not add words or ranges of their own.
fn says_all(own: &OwnManifest, definition: &Definition) -> bool {
    let says = |field: &str| own.fields.get(field).is_some_and(|value| !value.is_null());
    let bounds = own.dependencies.as_ref().is_some_and(|dependencies| dependencies.values().all(Option::is_some));
    let describes = definition.manifest.description.is_none() || says("description");
    says("name") && says("version") && bounds && describes
}
