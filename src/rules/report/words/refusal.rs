//! What is said of packages and versions of other days that are not taken over, and of what was respelled in the others.

use std::fmt::Display;

use crate::model::{PackageName, Range, Ref, Version};
use crate::rules::import::{Note, RefusalKind};

use super::{line, word};

/// The most characters of a reason.
const LONGEST: usize = 400;
/// The most characters of an explanation, which ends in what would help.
const LONGEST_EXPLANATION: usize = 2_000;

/// The source has no manifest.
pub const NO_MANIFEST: &str = "there is no purs.json, no spago.yaml and no bower.json";

/// The clients of the registry read repositories alone.
pub const NO_ARCHIVES: &str =
    "the clients of a PureScript registry read no archives: name the repository of the source";

/// The source has no manifest by the name that the registry gives it.
#[must_use]
pub fn no_manifest(name: &str) -> String {
    format!("there is no {name}")
}

/// Nothing names the package.
pub const NO_NAME: &str = "nothing in it can be the name of the package: name it with --name";
/// Nothing names the version.
pub const NO_VERSION: &str = "no manifest names a version, and the tag is none";
/// Nothing names a compiler.
pub const NO_COMPILER: &str = "name the compiler that the version was written for with --compiler, like 0.15.15: nothing is published yet that could tell";
/// The location is on no forge that can be asked.
pub const NO_FORGE: &str = "the location is on no forge that the curator can ask";

/// A part of the source could not be read for a reason that may pass.
pub const SOURCE_INCOMPLETE: &str = "the files that it names could not be fetched this time";

/// A host does not answer.
#[must_use]
pub fn host_down(host: &str) -> String {
    format!("{} did not answer five times in a row, and is left alone for now", word(host))
}

/// A package was not asked, because others were asked for.
pub const NOT_ASKED: &str = "it was not asked for its versions yet";

/// A name looks like another one.
#[must_use]
pub fn confusable(name: &PackageName, other: &PackageName) -> String {
    format!("the new name {name} can be mistaken for {other}")
}

/// The owners of a version are not those of the package.
#[must_use]
pub fn owners_differ(name: &PackageName) -> String {
    format!("its owners are not those that {name} has now")
}

/// A text from outside, and why it is not what it should be.
#[must_use]
pub fn quoted(text: &str, error: &impl Display) -> String {
    format!("'{}': {}", word(text), reason(&error.to_string()))
}

/// A reason in the words of others, cut to what a person reads.
#[must_use]
pub fn reason(text: &str) -> String {
    line(text, LONGEST)
}

/// One name has two locations.
#[must_use]
pub fn listed_twice(name: &str, first: &str, second: &str) -> String {
    format!("{} is listed with {} and with {}", word(name), word(first), word(second))
}

/// Two tags name one version and one commit.
#[must_use]
pub fn tag_twice(version: &Version, taken: &Ref) -> String {
    format!("the tag '{}' names {version} and the same commit", word(taken.as_str()))
}

/// Tags name one version and several commits.
#[must_use]
pub fn tag_ambiguous(version: &Version, tags: &str) -> String {
    format!("the tags {} all mean {version}, and name different commits", word(tags))
}

/// A manifest cannot be read.
#[must_use]
pub fn manifest(file: &str, why: &str) -> String {
    format!("{file} cannot be read: {}", reason(why))
}

/// A field of a manifest cannot be read.
#[must_use]
pub fn field(file: &str, key: &str, why: &str) -> String {
    format!("\"{key}\" in {file}: {}", reason(why))
}

/// A manifest names no licence.
#[must_use]
pub fn license_missing(file: &str) -> String {
    format!("{file} names no licence")
}

/// A licence means nothing, or several things.
#[must_use]
pub fn bad_license(file: &str, written: &str) -> String {
    format!("the licence '{}' in {file} is none that SPDX knows by that name", word(written))
}

/// A range cannot be read.
#[must_use]
pub fn bad_range(name: &PackageName, error: &str) -> String {
    format!("the range of {name}: {}", reason(error))
}

/// A dependency has no bounds.
#[must_use]
pub fn range_missing(file: &str, name: &PackageName) -> String {
    format!("{file} gives no bounds for {name}")
}

/// The manifest names another package.
#[must_use]
pub fn name_differs(file: &str, theirs: &PackageName, ours: &PackageName) -> String {
    format!("{file} is that of {theirs}, and the list says {ours}")
}

/// The manifest names another version.
#[must_use]
pub fn version_differs(file: &str, theirs: &Version, tag: &Ref) -> String {
    format!("{file} says {theirs}, and the tag is '{}'", word(tag.as_str()))
}

/// No tag is a version.
#[must_use]
pub fn no_versions(tags: usize) -> String {
    match tags {
        0 => "the repository has no tags".to_owned(),
        tags => format!("none of its tags ({tags}) is a version"),
    }
}

/// A version depends on its own package.
#[must_use]
pub fn depends_on_itself(name: &PackageName) -> String {
    format!("it depends on {name}, which it is itself")
}

/// Nobody knows a dependency.
#[must_use]
pub fn dependency_unknown(name: &PackageName) -> String {
    format!("it depends on {name}, which is on no list and not in the registry")
}

/// A dependency was not asked yet.
#[must_use]
pub fn dependency_pending(name: &PackageName, range: &Range) -> String {
    format!("it depends on {name} {range}, and {name} was not asked for all its versions yet")
}

/// No version of a dependency is in the range.
#[must_use]
pub fn dependency_range(name: &PackageName, range: &Range) -> String {
    format!("it depends on {name} {range}, and no version of {name} was ever in that range")
}

/// The versions of a dependency that are in the range were refused.
#[must_use]
pub fn dependency_refused(name: &PackageName, range: &Range) -> String {
    format!("it depends on {name} {range}, and the versions in that range were refused themselves")
}

/// The dependencies cannot be resolved together: the whole explanation, on one line.
#[must_use]
pub fn unsolvable(explanation: &str) -> String {
    let lines: Vec<&str> = explanation.lines().map(str::trim).collect();
    line(&lines.join(" "), LONGEST_EXPLANATION)
}

/// What a kind of refusal means.
#[must_use]
pub fn meaning(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Name => "the listed name is no package name",
        RefusalKind::ListedTwice => "the name is listed with two locations",
        RefusalKind::Location => "the listed URL is no location",
        RefusalKind::SourceRefused => "this registry may not fetch from there",
        RefusalKind::SourceGone => "there is no repository any more, or it is private",
        RefusalKind::SourceMoved => "the repository is elsewhere now",
        RefusalKind::SourceUnsound => "the source is too large, broken, or holds what no package may hold",
        RefusalKind::NoVersions => "no tag of the repository is a version",
        RefusalKind::Tag => "the tag is no version",
        RefusalKind::TagTwice => "another tag names the same version and commit",
        RefusalKind::TagAmbiguous => "two tags name one version and two commits",
        RefusalKind::NoManifest => "the source has no manifest",
        RefusalKind::Manifest => "the manifest cannot be read",
        RefusalKind::NameDiffers => "the manifest is that of another package",
        RefusalKind::VersionDiffers => "the manifest is that of another version",
        RefusalKind::LicenseMissing => "the manifest names no licence",
        RefusalKind::License => "the licence is none that SPDX knows",
        RefusalKind::DependencyName => "the name of a dependency is no package name",
        RefusalKind::Range => "the range of a dependency cannot be read",
        RefusalKind::RangeUnbounded => "a dependency has no upper bound",
        RefusalKind::DependencyItself => "the version depends on its own package",
        RefusalKind::DependencyUnknown => "a dependency is on no list and not in the registry",
        RefusalKind::DependencyPending => "a dependency was not asked for its versions yet",
        RefusalKind::DependencyRange => "no version of a dependency was ever in the range",
        RefusalKind::DependencyRefused => "the versions of a dependency in the range were refused",
        RefusalKind::Unsolvable => "the dependencies cannot be resolved together",
        RefusalKind::Check(code) => code.title(),
    }
}

/// How somebody could mend it.
#[must_use]
pub fn remedy(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Name | RefusalKind::ListedTwice | RefusalKind::Location | RefusalKind::SourceMoved => {
            "correct the list and run the import again"
        }
        RefusalKind::SourceRefused => "allow the host under [fetch] allow_hosts in curator.toml, then --retry",
        RefusalKind::SourceGone => "list the URL of a copy, if there is one, and run the import again",
        RefusalKind::SourceUnsound => "only the source's owner can mend it, by a new tag",
        RefusalKind::NoVersions | RefusalKind::Tag => "a version is tagged v1.2.3; ask for a tag, then --retry",
        RefusalKind::TagTwice => "nothing is lost: the other tag stands for both",
        RefusalKind::TagAmbiguous => "say which one is meant: `curator new URL --ref TAG`",
        RefusalKind::NoManifest
        | RefusalKind::Manifest
        | RefusalKind::LicenseMissing
        | RefusalKind::License
        | RefusalKind::DependencyName
        | RefusalKind::Range
        | RefusalKind::RangeUnbounded
        | RefusalKind::NameDiffers
        | RefusalKind::VersionDiffers
        | RefusalKind::DependencyItself => "write the definition by hand: `curator new URL --ref TAG` begins it",
        RefusalKind::DependencyUnknown | RefusalKind::DependencyRange => {
            "list the dependency, or import it first; an override cannot mend what was never published"
        }
        RefusalKind::DependencyPending => "run the import again without --only",
        RefusalKind::DependencyRefused => "mend the dependency first: its own line says how",
        RefusalKind::Unsolvable => "write the definition by hand with wider bounds: `curator new URL --ref TAG`",
        RefusalKind::Check(_) => "`curator explain` tells what the code means and how to mend it",
    }
}

/// What was respelled, left out or guessed.
#[must_use]
pub fn note(note: &Note) -> String {
    match note {
        Note::License { written, canonical } => {
            format!("the licence '{}' is written {canonical} today", word(written))
        }
        Note::LicenseLeftOut(text) => format!("left out of the licence, which SPDX does not know: '{}'", word(text)),
        Note::DescriptionLeftOut { chars } => {
            format!("left out: a description of {chars} characters; clients read at most 300")
        }
        Note::LicenseGuessed(license) => {
            format!("no manifest names a licence: {license} is guessed from the text in LICENSE; correct it if need be")
        }
        Note::CompilerGuessed(compiler) => {
            format!("no compiler was named (--compiler): {compiler} is the newest that the index names")
        }
        Note::RangeGuessed(name, range) => {
            format!("no bounds are given for {name}: {range} is guessed from its newest version; correct it if need be")
        }
        Note::VersionOfTag(version) => format!("no manifest names a version: {version} is that of the tag"),
        Note::TagDiffers(version) => format!("the tag is that of another version; the manifest says {version}"),
        Note::NameOfRepository(name) => {
            format!("no manifest names the package: {name} is the repository's name; --name chooses another")
        }
    }
}
