//! What people want changed in the next package set.

use std::collections::BTreeMap;

use super::fields::{Fields, Reading};
use super::json::Document;
use super::name::PackageName;
use super::profile::Profile;
use super::version::Version;

/// The file `package-set.json`: `{compiler?, packages: {name: version | null}}`, as the PureScript registry's request for
/// another package set has it.
///
/// A wish stands for as long as it is in the file: it decides about its package, and nothing newer comes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetWishes {
    /// The compiler of the next set, where it is to be another one.
    pub compiler: Option<Version>,
    /// The version that each of these packages is to have; `None` where it is to leave.
    pub packages: BTreeMap<PackageName, Option<Version>>,
}

impl SetWishes {
    /// Reads the wishes as far as possible, and everything that is wrong with them.
    #[must_use]
    pub fn read(document: &Document, profile: Profile) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let compiler = fields.optional_by("compiler", |text| profile.version(text));
        let packages = fields
            .required_nullable_map("packages", (|text: &str| profile.name(text), |text: &str| profile.version(text)));
        fields.finish(packages.map(|packages| Self { compiler, packages }))
    }
}
