//! What is said of the source of a package and of the archive made of it.

use crate::model::{Code, Glob, TreePath};

use super::{Wording, listed, word};

/// The source could not be fetched.
#[must_use]
pub fn unavailable(reason: &str, may_pass: bool) -> Wording {
    let wording = Wording::error(Code::SourceGone, format!("the source cannot be fetched: {reason}"));
    if may_pass {
        wording.hint("this may pass: run it again, or look whether this machine reaches the host")
    } else {
        wording.hint("the location, the ref and the commit must exist where the definition says")
    }
}

/// The commit is one that the repository gives out, and that none of its branches and tags leads to.
#[must_use]
pub fn unreachable(reason: &str) -> Wording {
    Wording::error(Code::CommitUnreachable, reason.to_owned()).hint(
        "name the commit that the tag leads to; commits of pull requests and of forks are nobody's release, though \
         servers give them out",
    )
}

/// The licence in a file of the source is not among those of the definition.
#[must_use]
pub fn license_differs(file: &str, found: &[String], declared: &str) -> Wording {
    Wording::error(Code::LicenseDiffers, format!("{file} says {}, but the definition says {declared}", listed(found)))
        .hint("name every licence that the source names, joined by AND or OR")
}

/// There is no module.
#[must_use]
pub fn no_modules() -> Wording {
    Wording::error(Code::NoModules, "the source has no file src/**/*.purs".to_owned())
        .hint("put the modules under src, or name the folder of the package in \"subdir\"")
}

/// Nothing that would be packed is what the registry asks of every package.
#[must_use]
pub fn without(glob: &Glob) -> Wording {
    let glob = word(glob.as_str());
    Wording::error(
        Code::NoModules,
        format!("no file that would be packed matches {glob}, which every package has here"),
    )
    .hint("add such a file, or name the folder of the package in \"subdir\"; [package] required asks for it")
}

/// A module's header is not legal.
#[must_use]
pub fn module_header(reason: &str) -> Wording {
    Wording::error(Code::ModuleHeader, reason.to_owned()).hint(
        "a file starts, after comments, with `module Some.Name … where`; Main and Test.Main are the application's",
    )
}

/// The source's own manifest says something else.
#[must_use]
pub fn manifest_differs(file: &str, field: &str, theirs: &str, ours: &str) -> Wording {
    Wording::error(
        Code::ManifestDiffers,
        format!("{file} of the source says {} is {}; the definition says {}", word(field), word(theirs), word(ours)),
    )
    .hint("make both say the same: what people read in the source is what they get")
}

/// The source's own manifest cannot be read.
#[must_use]
pub fn manifest_unreadable(file: &str, reason: &str) -> Wording {
    Wording::error(Code::ManifestDiffers, format!("{file} of the source cannot be read: {reason}"))
}

/// A file cannot be packed.
#[must_use]
pub fn unpackable(reason: &str) -> Wording {
    Wording::error(Code::Unpackable, reason.to_owned())
        .hint("an archive holds plain files only; replace the entry by the file itself, or exclude it")
}

/// A path does not work everywhere.
#[must_use]
pub fn portable_path(path: &TreePath, reason: &str) -> Wording {
    Wording::error(Code::PortablePath, format!("the file name {path} does not work everywhere: {reason}"))
        .hint("rename the file")
}

/// Two paths fall together on some systems.
#[must_use]
pub fn colliding_paths(first: &TreePath, second: &TreePath) -> Wording {
    Wording::error(
        Code::PortablePath,
        format!("{first} and {second} are one file on systems that fold case or accents"),
    )
    .hint("rename one of the two")
}

/// The archive is too large or too small.
#[must_use]
pub fn archive_size(bytes: u64, limit: u64) -> Wording {
    let relation = if bytes > limit { "more than" } else { "less than" };
    Wording::error(Code::ArchiveSize, format!("the archive has {bytes} bytes, {relation} the {limit} allowed"))
        .hint("`curator pack` lists the files of the archive; \"excludeFiles\" leaves files out")
}

/// One change would publish more than can be looked at at once.
#[must_use]
pub fn archives_together(limit: u64) -> Wording {
    let message = format!("the files of this archive and of those before it have more than {limit} bytes together");
    Wording::error(Code::ArchiveSize, message).hint("so much is not looked at at once: split the change")
}

/// The archive is unusually large.
#[must_use]
pub fn large_archive(bytes: u64, limit: u64) -> Wording {
    Wording::warning(Code::ArchiveSize, format!("the archive has {bytes} bytes; more than {limit} is unusual"))
        .hint("`curator pack` lists the files of the archive; \"excludeFiles\" leaves files out")
}
