//! A bound override: how a trustee mends the ranges of a published version without a new release.

use serde::Serialize;

use super::fields::{Fields, Reading};
use super::json::Document;
use super::manifest::{Dependencies, Manifest};
use super::profile::Profile;
use super::text::Reason;

/// A bound override: a trustee's correction of the ranges of one version, and of nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundOverride {
    /// Counts the overrides of this version, from 1.
    pub revision: u64,
    /// The new ranges, each of a dependency that the version has already.
    pub dependencies: Dependencies,
    /// Why.
    pub reason: Reason,
}

impl BoundOverride {
    /// Reads an override of a registry of that profile, and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document, profile: Profile) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let revision = fields.required_node("revision").and_then(|node| fields.integer("revision", node, 1));
        let dependencies =
            fields.required_map("dependencies", (|text: &str| profile.name(text), |text: &str| profile.range(text)));
        let reason = fields.required("reason");
        let whole = || Some(Self { revision: revision?, dependencies: dependencies?, reason: reason? });
        let bound_override = whole();
        fields.finish(bound_override)
    }

    /// The override as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Whether it changes ranges of dependencies that `manifest` has, and no others: with one that it has not, the override
    /// may have been meant for another version, and none of it counts.
    #[must_use]
    pub fn is_of(&self, manifest: &Manifest) -> bool {
        self.dependencies.keys().all(|name| manifest.dependencies.contains_key(name))
    }

    /// The manifest with the ranges of this override: nothing else changes, and no dependency comes or goes.
    #[must_use]
    pub fn applied_to(&self, manifest: &Manifest) -> Manifest {
        let mut effective = manifest.clone();
        for (name, range) in &self.dependencies {
            if let Some(known) = effective.dependencies.get_mut(name) {
                *known = range.clone();
            }
        }
        effective
    }
}
