//! What an archive of a registry holds, where the registry says so itself.

use super::glob::Glob;
use super::profile::Profile;
use super::tree::TreePath;

/// The files of the packages of a registry of profile `generic` (table `[package]` of `curator.toml`).
///
/// All globs are held against the paths of a package's own folder, and one that a folder matches takes all that is in it.
/// A package without `includeFiles` publishes everything that is not left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRules {
    /// The file at the top of a package that holds its manifest: the source's own one is held against the definition, and
    /// the registry's one is written in its place.
    pub manifest: TreePath,
    /// What is packed whatever a definition leaves out.
    pub always: Vec<Glob>,
    /// What is never packed.
    pub ignore: Vec<Glob>,
    /// What every package must have: something packed for each glob.
    pub required: Vec<Glob>,
}

/// What a registry says of packing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackRules {
    /// Its language.
    pub profile: Profile,
    /// The files of a package, where it says which; `None` where its language does.
    pub package: Option<PackageRules>,
}

impl PackageRules {
    /// The name of the manifest where a registry chooses none.
    pub const MANIFEST: &str = "curator.json";

    /// What is always packed where a registry says nothing: the texts that people look for.
    pub const ALWAYS: [&str; 3] = ["README*", "LICENSE*", "LICENCE*"];

    /// What is never packed where a registry says nothing: hidden files and folders.
    pub const IGNORE: [&str; 1] = ["**/.*"];
}
