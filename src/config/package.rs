//! The table `[package]`: the files of the packages of a registry of profile `generic`.

use serde::{Deserialize, Deserializer, de};

use crate::model::{Glob, PackageRules, Profile, TreePath};

use super::Config;

/// The table `[package]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageSection {
    /// The name of the manifest.
    #[serde(default = "default_manifest", deserialize_with = "file_name")]
    pub manifest: String,
    /// What is always packed.
    #[serde(default = "default_always", deserialize_with = "globs")]
    pub always: Vec<Glob>,
    /// What is never packed.
    #[serde(default = "default_ignore", deserialize_with = "globs")]
    pub ignore: Vec<Glob>,
    /// What every package must have.
    #[serde(default, deserialize_with = "globs")]
    pub required: Vec<Glob>,
}

impl Default for PackageSection {
    fn default() -> Self {
        Self { manifest: default_manifest(), always: default_always(), ignore: default_ignore(), required: Vec::new() }
    }
}

impl Config {
    /// What holds of the files of packages; `None` where the language says it.
    pub(super) fn package_rules(&self) -> Option<PackageRules> {
        let is_free = self.registry.profile == Profile::Generic;
        let section = is_free.then(|| self.package.clone().unwrap_or_default())?;
        let PackageSection { manifest, always, ignore, required } = section;
        // The reading refused every other name.
        Some(PackageRules { manifest: manifest.parse().ok()?, always, ignore, required })
    }

    /// Why the table cannot be there, where it cannot.
    pub(super) fn misplaced_package(&self) -> Option<&'static str> {
        let is_misplaced = self.package.is_some() && self.registry.profile == Profile::Purescript;
        is_misplaced.then_some(
            "[package] is for profile \"generic\": the files of a PureScript package are those of its registry",
        )
    }
}

fn default_manifest() -> String {
    PackageRules::MANIFEST.to_owned()
}

fn default_always() -> Vec<Glob> {
    listed(&PackageRules::ALWAYS)
}

fn default_ignore() -> Vec<Glob> {
    listed(&PackageRules::IGNORE)
}

/// Every one of these is a glob.
fn listed(globs: &[&str]) -> Vec<Glob> {
    globs.iter().filter_map(|glob| glob.parse().ok()).collect()
}

/// The name of a file at the top of a package.
fn file_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_name = text.parse::<TreePath>().is_ok_and(|path| path.parent().is_none());
    let refused = || de::Error::custom(format!("'{text}' is not the name of a file at the top of a package"));
    if is_name { Ok(text) } else { Err(refused()) }
}

/// Globs that can be used: of the registry's own rules none is passed over.
fn globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Glob>, D::Error> {
    let globs = Vec::<Glob>::deserialize(deserializer)?;
    match globs.iter().find_map(|glob| glob.compile().err()) {
        Some(error) => Err(de::Error::custom(error)),
        None => Ok(globs),
    }
}
