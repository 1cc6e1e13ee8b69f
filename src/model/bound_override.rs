//! A bound override: how a trustee mends the ranges of a published version without a new release.

use super::fields::{Fields, Reading};
use super::json::Document;
use super::manifest::{Dependencies, Manifest};
use super::text::Reason;

/// A bound override: a trustee's correction of the ranges of one version, and of nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundOverride {
    /// Counts the overrides of this version, from 1.
    pub revision: u64,
    /// The new ranges, each of a dependency that the version has already.
    pub dependencies: Dependencies,
    /// Why.
    pub reason: Reason,
}

impl BoundOverride {
    /// Reads an override and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let revision = fields.required_node("revision").and_then(|node| fields.integer("revision", node, 1));
        let dependencies = fields.required_map("dependencies");
        let reason = fields.required("reason");
        let whole = || Some(Self { revision: revision?, dependencies: dependencies?, reason: reason? });
        let bound_override = whole();
        fields.finish(bound_override)
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
