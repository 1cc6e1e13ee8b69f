//! What is said of package sets, and of what does not come into the next one.

use crate::model::{Code, Date, Version};
use crate::rules::package_set::{Clash, Held, Hold, Wanted};

use super::first_few;
use super::{Wording, line};

/// The most characters that are repeated of what a tool said.
const LONGEST_VERDICT: usize = 300;

/// The file is not to the byte what the set in it is written as.
#[must_use]
pub fn respelled() -> Wording {
    Wording::error(Code::PackageSetBroken, "the file is not spelled as a package set is written".to_owned())
        .hint("a set is indented by two, its keys stand in their order, and the file ends with one line end")
}

/// The set is dated after today.
#[must_use]
pub fn from_the_future(published: Date, today: Date) -> Wording {
    Wording::error(Code::PackageSetBroken, format!("the set is of {published}, and today is {today}"))
}

/// The set is dated before the one that it follows.
#[must_use]
pub fn older(published: Date, previous: &Version, of: Date) -> Wording {
    Wording::error(Code::PackageSetBroken, format!("the set is of {published}, and {previous} before it is of {of}"))
}

/// The compiler is lower than that of the set before.
#[must_use]
pub fn compiler_lower(compiler: &Version, previous: &Version, before: &Version) -> Wording {
    let message = format!("the set has compiler {compiler}, and {previous} before it has {before}");
    Wording::error(Code::PackageSetBroken, message).hint("the compiler of a package set never goes down")
}

/// Members were unpublished.
#[must_use]
pub fn gone(members: &[String]) -> Wording {
    let message = format!("the set names {}, which nobody can install: unpublished", first_few(members));
    Wording::error(Code::PackageSetBroken, message)
        .hint("name another version of it in package-set.json, or null to let it go")
}

/// Members are withheld.
#[must_use]
pub fn withheld(members: &[String]) -> Wording {
    let message = format!("the set names {}, which nobody should install: quarantined", first_few(members));
    Wording::error(Code::PackageSetBroken, message)
        .hint("name another version of it in package-set.json, or null to let it go")
}

/// Members are outside of the ranges of others.
#[must_use]
pub fn beyond_ranges(beyond: &[String]) -> Wording {
    let message = format!("members go beyond what others ask for: {}", first_few(beyond));
    Wording::warning(Code::PackageSetBroken, message).hint("where the set was compiled, that counts for more")
}

/// What does not come, in a few words.
#[must_use]
pub fn wanted(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Version(name, version) => format!("{name}@{version}"),
        Wanted::Removal(name) => format!("{name}, to be removed"),
        Wanted::Compiler(version) => format!("compiler {version}"),
        Wanted::FirstSet => "a first package set".to_owned(),
    }
}

/// Why it does not come.
#[must_use]
pub fn why(held: &Held) -> String {
    match &held.why {
        Hold::UnknownPackage => "there is no such package".to_owned(),
        Hold::UnknownVersion => "there is no such version".to_owned(),
        Hold::Unpublished => "it was unpublished".to_owned(),
        Hold::Unusable => "it is yanked, deprecated or quarantined".to_owned(),
        Hold::NotCompiled { compiler } => format!("it was not compiled with {compiler}, the compiler of the set"),
        Hold::Decided { kept: Some(version) } => format!("package-set.json asks for {version}"),
        Hold::Decided { kept: None } => "package-set.json keeps the package out".to_owned(),
        Hold::Clash(clash) => unfit(&held.wanted, clash),
        Hold::Unverified(reason) => format!("the set with it fails: {}", line(reason, LONGEST_VERDICT)),
        Hold::CompilerLower { now } => format!("the set has {now}, and a compiler never goes down"),
        Hold::CompilerUnsupported { members } => {
            let members: Vec<String> = members.iter().map(|(name, version)| format!("{name}@{version}")).collect();
            format!("not compiled with it: {}", first_few(&members))
        }
        Hold::NoCompiler => "there is no package set yet, and \"compiler\" in package-set.json names none".to_owned(),
    }
}

fn unfit(wanted: &Wanted, clash: &Clash) -> String {
    let Clash { member, version, dependency, range, found } = clash;
    let is_itself = matches!(wanted, Wanted::Version(name, of) if name == member && of == version);
    let who = if is_itself { "it".to_owned() } else { format!("{member}@{version}") };
    match found {
        Some(found) => format!("{who} needs {dependency} {range}, and would get {found}"),
        None => format!("{who} needs {dependency} {range}, which the set would not have"),
    }
}

/// Something that is wished for and cannot be had, at all or as things stand.
#[must_use]
pub fn wish(held: &Held) -> Wording {
    let why = why(held);
    let message = match &held.wanted {
        Wanted::Version(name, version) => format!("{name}@{version} cannot come into the next package set: {why}"),
        Wanted::Removal(name) => format!("{name} cannot leave the package set: {why}"),
        Wanted::Compiler(version) => format!("the next package set cannot have compiler {version}: {why}"),
        Wanted::FirstSet => format!("nothing can come of the wishes: {why}"),
    };
    match &held.why {
        Hold::Clash(clash) if clash.found.is_none() => Wording::error(Code::SetWish, message)
            .hint(format!("wish for {} as well, or for nothing of it and of what needs it", clash.dependency)),
        Hold::Clash(_) => Wording::warning(Code::SetWish, message)
            .hint("it is held back until that changes; where both change together, wish for both"),
        Hold::NotCompiled { .. } | Hold::CompilerUnsupported { .. } | Hold::Unverified(_) => {
            Wording::warning(Code::SetWish, message).hint("it is held back until that changes")
        }
        _ => Wording::error(Code::SetWish, message).hint("only what is published, and may be used, can be had"),
    }
}

/// A wish that is fulfilled and keeps its package from going on.
#[must_use]
pub fn keeps(kept: &Version, newer: &Version) -> Wording {
    Wording::warning(Code::SetWish, format!("this is fulfilled, and keeps the package at {kept}: {newer} stays out"))
        .hint("remove the line to let newer versions come by themselves")
}
