//! What is said of the files by which a published version lives on: overrides, statuses, registrations that change.

use crate::model::{Code, Dependant, PackageName, StatusKind, TreePath, Version};

use super::{Wording, listed, word};

/// The number of an override was given to other ranges, or a higher one was given already.
#[must_use]
pub fn revision_taken(found: u64, newest: u64) -> Wording {
    let message = format!("revision {found} is not new: the bounds of this version are at revision {newest}");
    Wording::error(Code::Revision, message).hint(format!("the next revision is {}", newest.saturating_add(1)))
}

/// The number of an override skips some.
#[must_use]
pub fn revision_skips(found: u64, next: u64) -> Wording {
    Wording::error(Code::Revision, format!("revision {found} skips some")).hint(format!("the next revision is {next}"))
}

/// A status stands for a version that does not exist.
#[must_use]
pub fn status_of_nothing() -> Wording {
    let message = "the path names a package or a version that nobody published or defined";
    Wording::error(Code::StatusTarget, message.to_owned())
        .hint("the name and the version of a status are those of the definition that it is about")
}

/// A version that is gone for good has another status, or none.
#[must_use]
pub fn gone_for_good(name: &PackageName, version: Option<&Version>) -> Wording {
    let subject = version.map_or_else(|| name.to_string(), |version| format!("{name}@{version}"));
    Wording::error(Code::StatusTarget, format!("{subject} was unpublished, and stays unpublished"))
        .hint("restore the file; what was unpublished never comes back, so publish a new version")
}

/// A package is said to replace itself.
#[must_use]
pub fn replaced_by_itself(name: &PackageName) -> Wording {
    Wording::error(Code::StatusTarget, format!("{name} cannot replace itself")).hint("name another package, or none")
}

/// The replacement does not exist.
#[must_use]
pub fn replacement_unknown(name: &PackageName) -> Wording {
    Wording::error(Code::StatusTarget, format!("there is no package {name} to replace it"))
        .hint("correct the name, or leave \"replacement\" out")
}

/// Published versions need what is to be unpublished.
#[must_use]
pub fn needed(name: &PackageName, version: &Version, by: &[Dependant]) -> Wording {
    const MOST: usize = 5;
    let named = by.iter().take(MOST).map(|it| format!("{}@{} ({})", it.name, it.version, it.range));
    let rest = by.len().saturating_sub(MOST);
    let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let message = format!("without {name}@{version} nothing satisfies {}{rest}", listed(named));
    Wording::warning(Code::Needed, message)
        .hint("yank it instead, so that lock files go on working; a trustee may insist")
}

/// Why a version is not at the new location: there is another one of that name.
pub const OTHER_CONTENT: &str = "what is there has another content than the published archive";

/// Why nobody can tell whether a version is at the new location.
pub const NOT_COMPARABLE: &str = "no store has the published archive, so nobody can compare";

/// A published version is not at the new location.
#[must_use]
pub fn not_at_new_location(name: &PackageName, version: &Version, location: &str, reason: &str) -> Wording {
    let message = format!("{name}@{version} is not found at {}: {reason}", word(location));
    Wording::error(Code::TransferContent, message)
        .hint("push every published tag and its commit there, or ask a trustee for the label lift-R051")
}

/// Why a version is not looked for at a new location.
pub const LOCAL_SOURCE: &str = "it was published from a local folder, which is at no location";

/// Another package has the location.
#[must_use]
pub fn location_shared(location: &str, with: &PackageName) -> Wording {
    Wording::error(Code::LocationShared, format!("{with} is registered at {} already", word(location)))
        .hint("give it a \"subdir\" of its own, or ask a trustee for the label lift-R052")
}

/// A status that is to be taken back is not there.
#[must_use]
pub fn not_so(file: &TreePath, kind: StatusKind) -> String {
    format!("there is no file {file} that says \"{}\": nothing was taken back", kind.as_str())
}

/// A package that is to be transferred is not registered.
#[must_use]
pub fn not_registered(name: &PackageName) -> String {
    format!("the package {name} is not registered here: there is nothing to transfer")
}

/// A file that is to be changed cannot be read.
#[must_use]
pub fn mend_first(file: &TreePath) -> String {
    format!("{file} cannot be read as it is: `curator check {file}` says what to mend first")
}
