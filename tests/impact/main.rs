//! What a change makes of resolutions: each outcome by itself, and all of them against brute force.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "functions that tests share, which may fail loudly"
)]

#[path = "../support/brute.rs"]
mod brute;
mod pinnings;
mod properties;
mod roots;

use brute::Packages;
use curator::model::{Dependencies, PackageName, Range, Root, Version};

fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn dependencies(dependencies: &[(&str, &str)]) -> Dependencies {
    let one = |(on, range): &(&str, &str)| (name(on), range.parse::<Range>().unwrap());
    dependencies.iter().map(one).collect()
}

/// Packages of these versions, each with its dependencies.
fn packages(versions: &[(&str, &[(&str, &str)])]) -> Packages {
    let mut packages = Packages::new();
    for (label, depends) in versions {
        let (of, at) = label.split_once('@').unwrap();
        packages.entry(name(of)).or_default().insert(version(at), dependencies(depends));
    }
    packages
}

/// A small registry: `lists` and `maps` rest on `core`, and `app` on both.
fn town() -> Packages {
    packages(&[
        ("core@1.0.0", &[]),
        ("core@2.0.0", &[]),
        ("lists@1.0.0", &[("core", ">=1.0.0 <2.0.0")]),
        ("lists@2.0.0", &[("core", ">=1.0.0 <3.0.0")]),
        ("maps@1.0.0", &[("core", ">=2.0.0 <3.0.0")]),
        ("app@1.0.0", &[("lists", ">=1.0.0 <3.0.0"), ("maps", ">=1.0.0 <2.0.0")]),
        ("alone@1.0.0", &[]),
    ])
}

/// A root as `name before -> after`.
fn told(root: &Root) -> String {
    let at = |version: &Option<Version>| version.as_ref().map_or("-".to_owned(), ToString::to_string);
    format!("{} {} -> {}", root.name, at(&root.before), at(&root.after))
}
