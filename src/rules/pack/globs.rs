//! The files of a package by the registry's own globs.

use std::iter;

use crate::model::{Files, Glob, GlobMatcher, PackageRules, TreePath};

use super::select::Globs;

/// Which files a registry always packs, and which never. What a definition does not leave out is packed besides.
#[derive(Debug)]
pub struct GlobRules {
    always: Vec<GlobMatcher>,
    ignore: Vec<GlobMatcher>,
    required: Vec<(Glob, GlobMatcher)>,
}

impl GlobRules {
    /// The rules that `curator.toml` gives. A glob that cannot be used was refused there.
    #[must_use]
    pub fn new(rules: &PackageRules) -> Self {
        let matchers = |globs: &[Glob]| globs.iter().filter_map(|glob| glob.compile().ok()).collect();
        let required = rules.required.iter().filter_map(|glob| Some((glob.clone(), glob.compile().ok()?)));
        Self { always: matchers(&rules.always), ignore: matchers(&rules.ignore), required: required.collect() }
    }

    /// Whether `path` is packed: a glob that matches a folder speaks of all that is in it.
    pub(super) fn packs(&self, path: &TreePath, include: Globs<'_>, exclude: Globs<'_>) -> bool {
        let is_matched = |globs: &[GlobMatcher]| members(path).any(|it| globs.iter().any(|glob| glob.is_match(&it)));
        let is_chosen = || members(path).any(|it| include(&it)) && !members(path).any(|it| exclude(&it));
        !is_matched(&self.ignore) && (is_matched(&self.always) || is_chosen())
    }

    /// The globs for which nothing is packed, though every package must have something.
    pub fn missing<'g>(&'g self, files: &'g Files) -> impl Iterator<Item = &'g Glob> {
        let is_there = |glob: &GlobMatcher| files.keys().any(|path| members(path).any(|it| glob.is_match(&it)));
        self.required.iter().filter(move |(_, matcher)| !is_there(matcher)).map(|(glob, _)| glob)
    }
}

/// The path, and each folder that it lies in.
fn members(path: &TreePath) -> impl Iterator<Item = TreePath> {
    iter::successors(Some(path.clone()), TreePath::parent)
}
